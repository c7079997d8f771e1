//! How rules look into JSON: the browser parses, we walk.

use crate::driver::driver;
use crate::js;
use domain::{Lookup, Scalar};
use wasm_bindgen::JsValue;

/// Unreadable text is as good as nothing.
pub(crate) fn read_json(text: &str) -> Box<dyn Lookup> {
    Box::new(Parsed(driver().map(|it| it.hand("parse", text, 0.0, 0.0)).unwrap_or_default()))
}

struct Parsed(JsValue);

impl Lookup for Parsed {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let mut value = self.0.clone();
        for key in path {
            value = js::get(&value, key);
        }
        scalar(&value)
    }
}

fn scalar(value: &JsValue) -> Option<Scalar<'static>> {
    if value.is_undefined() {
        return None;
    }
    Some(if value.is_null() {
        Scalar::Null
    } else if let Some(it) = value.as_bool() {
        Scalar::Bool(it)
    } else if let Some(it) = value.as_f64() {
        Scalar::Number(it)
    } else if let Some(it) = value.as_string() {
        Scalar::Text(it.into())
    } else if js::is_array(value) {
        let mut list = Vec::new();
        let length = js::get(value, "length").as_f64().unwrap_or_default() as u32;
        for index in 0..length {
            list.extend(scalar(&js::at(value, index)));
        }
        Scalar::List(list)
    } else {
        Scalar::Object
    })
}
