//! Listeners and timers, by number: one exported function is all of them.
//!
//! A Rust closure per callback would cost a table, shims and a registry of what to free, about a tenth of the module;
//! `arrived.bind(null, number)` costs nothing, and goes through the guard like every export.

use crate::driver::Driver;
use crate::{js, listen, page, routes, store};
use sdk_core::Input;
use wasm_bindgen::JsValue;

pub(crate) type Signal = u32;

pub(crate) const WOKE: Signal = 0;
pub(crate) const ACTIVE: Signal = 1;
pub(crate) const CLICKED: Signal = 2;
pub(crate) const ONLINE: Signal = 3;
pub(crate) const PAGE_HIDDEN: Signal = 4;
pub(crate) const PAGE_SHOWN: Signal = 5;
pub(crate) const VISIBILITY_CHANGED: Signal = 6;
pub(crate) const STORED: Signal = 7;
pub(crate) const ROUTE_CHANGED: Signal = 8;
pub(crate) const LOOK_DUE: Signal = 9;
pub(crate) const CONFIG_READ: Signal = 10;

pub(crate) fn arrived(driver: &'static Driver, signal: Signal, value: &JsValue) {
    match signal {
        WOKE => driver.handle(Input::Woke),
        ACTIVE => listen::active(driver),
        CLICKED => listen::clicked(driver, value),
        ONLINE => driver.handle(Input::Online),
        PAGE_HIDDEN => driver.handle(Input::Visible(false)),
        PAGE_SHOWN => {
            if js::is(value, "persisted") {
                driver.handle(Input::Restored(driver.page()));
            }
        }
        VISIBILITY_CHANGED => {
            let visible = page::is_visible(&driver.document);
            driver.handle(Input::Visible(visible));
            routes::shown(driver, visible);
        }
        STORED => store::changed(driver, value),
        ROUTE_CHANGED => routes::changed(driver),
        LOOK_DUE => routes::look(driver),
        CONFIG_READ => driver.handle(Input::Configured(value.as_string().as_deref())),
        _ => {}
    }
}
