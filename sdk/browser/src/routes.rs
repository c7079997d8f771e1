//! Changes of the URL without a load. Patches nothing: `history` belongs to the page.

use crate::driver::Driver;
use crate::signal::{LOOK_DUE, ROUTE_CHANGED};
use crate::{js, listen, page};
use sdk_core::Input;
use wasm_bindgen::JsValue;

/// Where nothing tells us, the URL is looked at this often while the page is visible.
const LOOK_MS: f64 = 500.0;

pub(crate) fn start(driver: &Driver) {
    let navigation = navigation(driver);
    if navigation.is_object() {
        listen::listen(driver, &navigation, "currententrychange", ROUTE_CHANGED);
    } else {
        listen::listen(driver, &driver.window, "popstate", ROUTE_CHANGED);
        shown(driver, page::is_visible(&driver.document));
    }
}

/// Looks only while someone else does.
pub(crate) fn shown(driver: &Driver, visible: bool) {
    if !navigation(driver).is_object() {
        driver.look.set(driver, visible.then_some(LOOK_MS), LOOK_DUE);
    }
}

pub(crate) fn look(driver: &'static Driver) {
    changed(driver);
    shown(driver, true);
}

pub(crate) fn changed(driver: &'static Driver) {
    driver.handle(Input::Page(driver.page()));
}

/// <https://developer.mozilla.org/docs/Web/API/Navigation>: Chrome 102, Safari 26.2, Firefox 147.
fn navigation(driver: &Driver) -> JsValue {
    js::get(&driver.window, "navigation")
}
