//! The SDK in a browser: translates the DOM into inputs, performs effects. Never decides.
//!
//! `sdk/loader/sdk.js` calls [`start`] once and [`call`] for every call of the vendor's code; both
//! go through its guard, so that nothing escapes into the page. Built as wasm, and only wasm.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod command;
mod driver;
mod js;
mod listen;
mod lookup;
mod options;
mod page;
mod routes;
mod send;
mod signal;
mod store;
mod timer;

use js_sys::Array;
use sdk_core::Input;
use wasm_bindgen::prelude::*;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts the SDK in this window for the script tag that loaded it. `seed` holds four random 32-bit numbers;
/// `hands` is what the loader does for us: `emit`, `post`, `load`, `watch`, and `arrived`, which is the export below.
#[wasm_bindgen]
pub fn start(window: JsValue, script: &JsValue, own_origin: &str, seed: &JsValue, hands: JsValue) {
    driver::start(window, script, own_origin, seed, hands);
}

/// Something we waited for.
#[wasm_bindgen]
pub fn arrived(signal: u32, value: &JsValue) {
    if let Some(driver) = driver::driver() {
        signal::arrived(driver, signal, value);
    }
}

/// The end of a `post`.
#[wasm_bindgen]
pub fn answered(batch_id: u32, status: u16, retry_after_ms: f64) {
    if let Some(driver) = driver::driver() {
        let retry_after_ms = Some(retry_after_ms as u64);
        driver.handle(Input::Answered { batch_id, status, retry_after_ms });
    }
}

/// What a `watch` saw.
#[wasm_bindgen]
pub fn sighted(selector: &str, element: u32, in_view: bool) {
    if let Some(driver) = driver::driver() {
        driver.handle(Input::Sighted { selector, element, in_view });
    }
}

/// One call of the vendor's code: `["track", "Invoice Sent", {total: 5}]`.
#[wasm_bindgen]
pub fn call(arguments: &Array) {
    if let Some(driver) = driver::driver() {
        command::run(driver, arguments);
    }
}
