//! The SDK in a browser: JavaScript in, inputs to the core, effects out to the loader's hands. Never decides.
//!
//! `sdk/loader/` listens, sends and stores, in plain JS: there it is a third of the size, and it is needed where a page
//! forbids wasm. It calls [`start`] once, [`arrived`] for what the browser tells, and [`call`] for every call of the
//! vendor's code, all through its guard, so that nothing escapes into the page. Built as wasm, and only wasm.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod command;
mod driver;
mod js;
mod lookup;
mod options;
mod signal;

use wasm_bindgen::prelude::*;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts the SDK. `seed` holds four random 32-bit numbers, `hands` what the loader does for us.
#[wasm_bindgen]
pub fn start(options: &JsValue, seed: &JsValue, page: &JsValue, visible: bool, hands: JsValue) {
    driver::start(options, seed, page, visible, hands);
}

/// The browser tells something; see `signal.rs`.
#[wasm_bindgen]
pub fn arrived(signal: u32, value: &JsValue) {
    if let Some(driver) = driver::driver() {
        signal::arrived(driver, signal, value);
    }
}

/// One call of the vendor's code: `["track", "Invoice Sent", {total: 5}]`.
#[wasm_bindgen]
pub fn call(arguments: &JsValue) {
    if let Some(driver) = driver::driver() {
        command::run(driver, arguments);
    }
}
