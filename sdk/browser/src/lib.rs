//! The SDK in a browser: JavaScript in, inputs to the core, effects out to the loader's hands. Never decides.
//!
//! `sdk/loader/` listens, sends and stores, in plain JS: there it is a third of the size, and it is needed where a page
//! forbids wasm. It calls [`start`] once, and [`arrived`] for what the browser and the vendor's code tell, all through its
//! guard, so that nothing escapes into the page. Built as wasm, and only wasm.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

#[cfg(feature = "chaos")]
mod chaos;
mod driver;
mod js;
mod lookup;
mod signal;

use wasm_bindgen::prelude::*;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts the SDK. `flags`: see `driver.rs`. `seed` holds four random 32-bit numbers, `hands(what, text, number, other)`
/// is what the loader does for us.
#[wasm_bindgen]
pub fn start(flags: u32, key: String, locale: String, seed: &JsValue, page: &JsValue, hands: JsValue) {
    #[cfg(feature = "chaos")]
    chaos::at("start", 0);
    driver::start(flags, key, locale, seed, page, hands);
    #[cfg(feature = "chaos")]
    chaos::at("started", 0);
}

/// The browser tells something; see `signal.rs`.
#[wasm_bindgen]
pub fn arrived(signal: u32, value: &JsValue) {
    #[cfg(feature = "chaos")]
    chaos::at("arrived", signal);
    if let Some(driver) = driver::driver() {
        signal::arrived(driver, signal, value);
    }
    #[cfg(feature = "chaos")]
    chaos::at("handled", signal);
}
