//! The page as it is now.

use crate::js;
use sdk_core::Page;
use wasm_bindgen::JsValue;

pub(crate) fn read(window: &JsValue, document: &JsValue) -> Page {
    let location = js::get(window, "location");
    Page {
        url: js::text(&location, "href"),
        path: js::text(&location, "pathname"),
        search: js::text(&location, "search"),
        title: js::text(document, "title"),
        referrer: js::text(document, "referrer"),
    }
}

pub(crate) fn is_visible(document: &JsValue) -> bool {
    !js::is(document, "hidden")
}
