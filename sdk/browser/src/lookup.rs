//! How rules look into JSON: the browser parses, we walk.

use crate::driver::driver;
use crate::js;
use domain::{Lookup, Scalar};
use wasm_bindgen::JsValue;

/// Unreadable text is as good as nothing.
pub(crate) fn read_json(text: &str) -> Box<dyn Lookup> {
    let json = driver().map(|it| js::get(&it.window, "JSON")).unwrap_or_default();
    Box::new(Parsed(js::call(&json, "parse", &[&text.into()])))
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
    } else if js_sys::Array::is_array(value) {
        let mut list = Vec::new();
        js::items(value).for_each(|it| list.extend(scalar(&it)));
        Scalar::List(list)
    } else {
        Scalar::Object
    })
}
