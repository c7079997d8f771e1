//! Requests to the collector: what goes where. `sdk/loader/send.js` does the sending.

use crate::driver::Driver;
use crate::js;
use crate::signal::CONFIG_READ;
use sdk_core::Batch;

pub(crate) fn post_batch(driver: &Driver, batch: &Batch) {
    let body = batch.body(&driver.write_key, Some(driver.now_ms()));
    let url = url(driver, "/v1/batch");
    js::call(&driver.hands, "post", &[&url.into(), &body.into(), &batch.keepalive.into(), &batch.id.into()]);
}

pub(crate) fn fetch_config(driver: &Driver) {
    let mut url = url(driver, "/v1/config/");
    url.push_str(
        &js::call(&driver.window, "encodeURIComponent", &[&driver.write_key.as_str().into()])
            .as_string()
            .unwrap_or_default(),
    );
    js::call(&driver.hands, "load", &[&url.into(), &driver.callback(CONFIG_READ)]);
}

fn url(driver: &Driver, path: &str) -> String {
    let mut url = driver.host.clone();
    url.push_str(path);
    url
}
