//! The SDK in a browser: translates the DOM into inputs, performs effects. Never decides.
//!
//! `sdk/loader/sdk.js` calls [`start`] once and [`call`] for every call of the vendor's code; both
//! go through its guard, so that nothing escapes into the page. Built as wasm, and only wasm.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)]

mod command;
mod driver;
mod listen;
mod lookup;
mod observe;
mod options;
mod page;
mod routes;
mod send;
mod store;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[cfg(all(target_family = "wasm", not(target_feature = "atomics")))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// Starts the SDK for the script tag that loaded it; `emit(topic, json)` is called for whoever listens.
#[wasm_bindgen]
pub fn start(script: &HtmlElement, own_origin: &str, emit: Function) {
    driver::start(options::read(script, own_origin), emit);
}

/// One call of the vendor's code: `["track", "Invoice Sent", {total: 5}]`.
#[wasm_bindgen]
pub fn call(arguments: &Array) {
    command::run(arguments);
}
