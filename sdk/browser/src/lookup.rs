//! How rules look into JSON: the browser parses, we walk.

use domain::{Lookup, Scalar};
use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::JsValue;

/// Unreadable text is as good as nothing.
pub(crate) fn read_json(text: &str) -> Box<dyn Lookup> {
    Box::new(Parsed(JSON::parse(text).unwrap_or_default()))
}

struct Parsed(JsValue);

impl Lookup for Parsed {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let mut value = self.0.clone();
        for key in path {
            value = Reflect::get(&value, &key.as_str().into()).ok()?;
        }
        if value.is_undefined() { None } else { Some(scalar(&value)) }
    }
}

fn scalar(value: &JsValue) -> Scalar<'static> {
    if value.is_null() {
        Scalar::Null
    } else if let Some(it) = value.as_bool() {
        Scalar::Bool(it)
    } else if let Some(it) = value.as_f64() {
        Scalar::Number(it)
    } else if let Some(it) = value.as_string() {
        Scalar::Text(it.into())
    } else if Array::is_array(value) {
        let items: &Array = wasm_bindgen::JsCast::unchecked_ref(value);
        Scalar::List((0..items.length()).map(|it| scalar(&items.get(it))).collect())
    } else {
        Scalar::Object
    }
}
