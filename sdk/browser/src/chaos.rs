//! Panics on demand: what tests hold the loader against (`cargo xtask chaos`). Never shipped.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The page under test says whether this is the moment.
    #[wasm_bindgen(js_namespace = globalThis, js_name = milepostChaos)]
    fn is_moment(point: &str, number: u32) -> bool;
}

#[allow(clippy::panic, reason = "what this is for")]
pub(crate) fn at(point: &str, number: u32) {
    if is_moment(point, number) {
        panic!("on demand, at {point} {number}");
    }
}
