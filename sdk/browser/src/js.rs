//! The few ways in which we touch JavaScript values.
//!
//! Everything by name, nothing by type: a typed binding costs two shims and an import each, and
//! half of the module would be that. Whatever is missing, replaced or throwing is `undefined` here.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

pub(crate) fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &key.into()).unwrap_or_default()
}

/// A text property; empty when it is none.
pub(crate) fn text(target: &JsValue, key: &str) -> String {
    get(target, key).as_string().unwrap_or_default()
}

pub(crate) fn is(target: &JsValue, key: &str) -> bool {
    get(target, key).as_bool().unwrap_or_default()
}

pub(crate) fn set(target: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(target, &key.into(), value);
}

pub(crate) fn call(target: &JsValue, method: &str, arguments: &[&JsValue]) -> JsValue {
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    get(target, method).unchecked_ref::<Function>().apply(target, &list).unwrap_or_default()
}

/// The items of an array or anything like one.
pub(crate) fn items(list: &JsValue) -> impl Iterator<Item = JsValue> + '_ {
    let list: &Array = list.unchecked_ref();
    let length = if list.is_undefined() { 0 } else { list.length() };
    (0..length).map(|at| list.get(at))
}
