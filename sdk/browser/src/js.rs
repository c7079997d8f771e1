//! The few ways in which we touch JavaScript values.
//!
//! By name, not by type: a typed binding costs two shims and an import each, and `js-sys` brings machinery along that
//! nothing here calls. What is missing, replaced or throwing is `undefined`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The time of the browser's clock, in Unix milliseconds.
    #[wasm_bindgen(js_namespace = Date, js_name = now)]
    pub(crate) fn now_ms() -> f64;

    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn performance_now() -> Result<f64, JsValue>;

    #[wasm_bindgen(js_namespace = Array, js_name = isArray)]
    pub(crate) fn is_array(value: &JsValue) -> bool;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_get(target: &JsValue, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn reflect_at(target: &JsValue, index: u32) -> Result<JsValue, JsValue>;

    type Callable;

    #[wasm_bindgen(catch, method, js_name = call)]
    fn call_with(
        function: &Callable,
        this: &JsValue,
        what: &str,
        text: &str,
        number: f64,
        other: f64,
    ) -> Result<JsValue, JsValue>;
}

/// A clock that nobody sets, in milliseconds from anywhere; where a page has taken it away, the one that somebody does.
pub(crate) fn steady_ms() -> f64 {
    performance_now().unwrap_or_else(|_| now_ms())
}

pub(crate) fn get(target: &JsValue, key: &str) -> JsValue {
    reflect_get(target, key).unwrap_or_default()
}

pub(crate) fn at(list: &JsValue, index: u32) -> JsValue {
    reflect_at(list, index).unwrap_or_default()
}

pub(crate) fn text_at(list: &JsValue, index: u32) -> String {
    at(list, index).as_string().unwrap_or_default()
}

/// Calls a function.
pub(crate) fn call(function: &JsValue, what: &str, text: &str, number: f64, other: f64) -> JsValue {
    function.unchecked_ref::<Callable>().call_with(&JsValue::UNDEFINED, what, text, number, other).unwrap_or_default()
}
