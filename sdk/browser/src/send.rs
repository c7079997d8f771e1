//! Requests to the collector. Whatever the page has made of `fetch`, an answer is an input.

use crate::driver::handle;
use js_sys::{Array, Date, Function, Number, Object, Promise, Reflect};
use sdk_core::Input;
use wasm_bindgen::prelude::*;

/// A request that hangs would hold up the queue behind it.
const TIMEOUT_MS: f64 = 30_000.0;

/// Posts without a preflight: text is `text/plain`.
pub(crate) fn post_batch(host: &str, batch_id: u32, body: &str, keepalive: bool) {
    let options = options();
    set(&options, "method", &"POST".into());
    set(&options, "body", &body.into());
    set(&options, "keepalive", &keepalive.into());
    let answered = Closure::once_into_js(move |response: JsValue| {
        let status = status(&response);
        handle(Input::Answered { batch_id, status, retry_after_ms: retry_after_ms(&response) });
    });
    fetch(host, "/v1/batch", "", &options, &answered);
}

pub(crate) fn fetch_config(host: &str, write_key: &str) {
    let answered = Closure::once_into_js(|response: JsValue| {
        let text = if status(&response) == 200 { call(&response, "text", &[]) } else { None };
        let read = Closure::once_into_js(|text: JsValue| handle(Input::Configured(text.as_string().as_deref())));
        when_settled(&text.unwrap_or_default(), &read);
    });
    fetch(host, "/v1/config/", write_key, &options(), &answered);
}

/// Options of every request: no cookies, no endless wait.
fn options() -> JsValue {
    let options = Object::new().into();
    set(&options, "credentials", &"omit".into());
    // Missing before Safari 16; then the browser's own, longer time-out holds.
    if let Some(signal) = call(&get(&js_sys::global(), "AbortSignal"), "timeout", &[TIMEOUT_MS.into()]) {
        set(&options, "signal", &signal);
    }
    options
}

fn fetch(host: &str, path: &str, last: &str, options: &JsValue, then: &JsValue) {
    let mut url = String::from(host);
    url.push_str(path);
    url.push_str(&String::from(js_sys::encode_uri_component(last)));
    let answer = call(&js_sys::global(), "fetch", &[url.into(), options.clone()]);
    when_settled(&answer.unwrap_or_default(), then);
}

/// Calls `then`, which lives for one call, with what became of a promise, good or bad.
fn when_settled(value: &JsValue, then: &JsValue) {
    call(&Promise::resolve(value), "then", &[then.clone(), then.clone()]);
}

/// 0 for anything that is no response.
fn status(response: &JsValue) -> u16 {
    get(response, "status").as_f64().unwrap_or_default() as u16
}

/// `Retry-After` in seconds or as a date (<https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>).
fn retry_after_ms(response: &JsValue) -> Option<u64> {
    let text = call(&get(response, "headers"), "get", &["retry-after".into()])?.as_string()?;
    let seconds = Number::parse_float(&text);
    let wait_ms = if seconds.is_nan() { Date::parse(&text) - Date::now() } else { seconds * 1_000.0 };
    Some(wait_ms as u64)
}

fn get(target: &JsValue, key: &str) -> JsValue {
    Reflect::get(target, &key.into()).unwrap_or_default()
}

fn set(target: &JsValue, key: &str, value: &JsValue) {
    // Cannot fail on an object of our own.
    let _ = Reflect::set(target, &key.into(), value);
}

/// Calls a method that may be missing, replaced or throwing.
fn call(target: &JsValue, method: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let method: Function = get(target, method).dyn_into().ok()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    method.apply(target, &list).ok()
}
