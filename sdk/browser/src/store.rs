//! `localStorage`, which may refuse: then the visitor is known for one page only.

use crate::driver::Driver;
use crate::js;
use sdk_core::Input;
use wasm_bindgen::JsValue;

pub(crate) fn load(driver: &Driver) -> Option<String> {
    call(driver, "getItem", JsValue::UNDEFINED).as_string()
}

/// Full, or switched off, is no matter.
pub(crate) fn save(driver: &Driver, text: &str) {
    call(driver, "setItem", text.into());
}

pub(crate) fn remove(driver: &Driver) {
    call(driver, "removeItem", JsValue::UNDEFINED);
}

/// What another tab of this site stored.
pub(crate) fn changed(driver: &'static Driver, event: &JsValue) {
    if js::text(event, "key") == name(driver) {
        driver.handle(Input::Stored(js::get(event, "newValue").as_string().as_deref()));
    }
}

fn call(driver: &Driver, method: &str, value: JsValue) -> JsValue {
    js::call(&js::get(&driver.window, "localStorage"), method, &[&name(driver).into(), &value])
}

fn name(driver: &Driver) -> String {
    let mut name = String::from("milepost:");
    name.push_str(&driver.write_key);
    name
}
