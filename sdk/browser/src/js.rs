//! The few ways in which we touch JavaScript values.
//!
//! By name, not by type: a typed binding costs two shims and an import each. What is missing, replaced or throwing is
//! `undefined` here.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

pub(crate) fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &key.into()).unwrap_or_default()
}

pub(crate) fn call(target: &JsValue, method: &str, arguments: &[&JsValue]) -> JsValue {
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    get(target, method).unchecked_ref::<Function>().apply(target, &list).unwrap_or_default()
}

/// The item of an array of ours.
pub(crate) fn at(list: &JsValue, index: u32) -> JsValue {
    list.unchecked_ref::<Array>().get(index)
}

pub(crate) fn text_at(list: &JsValue, index: u32) -> String {
    at(list, index).as_string().unwrap_or_default()
}
