//! One wait at a time for one signal.

use crate::driver::Driver;
use crate::js;
use crate::signal::Signal;
use std::cell::Cell;
use wasm_bindgen::JsValue;

#[derive(Default)]
pub(crate) struct Timer {
    handle: Cell<JsValue>,
}

impl Timer {
    /// Waits anew, or no more.
    pub(crate) fn set(&self, driver: &Driver, wait_ms: Option<f64>, signal: Signal) {
        js::call(&driver.window, "clearTimeout", &[&self.handle.take()]);
        if let Some(wait_ms) = wait_ms {
            let then = driver.callback(signal);
            self.handle.set(js::call(&driver.window, "setTimeout", &[&then, &wait_ms.into()]));
        }
    }
}
