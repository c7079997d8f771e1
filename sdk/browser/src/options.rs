//! The script tag's `data-*` attributes, and what is wrong with them.

use crate::js;
use sdk_core::{Consent, Options};
use wasm_bindgen::JsValue;

/// A warning's code; `sdk.d.ts` lists them.
pub(crate) type Complaint = &'static str;

pub(crate) fn read(window: &JsValue, script: &JsValue, complaints: &mut Vec<Complaint>) -> Options {
    let consent = text(script, "data-consent").map_or(Some(Consent::Granted), |it| consent_named(&it));
    let automatic_pages = match text(script, "data-page-views").as_deref() {
        None | Some("auto") => Some(true),
        Some("manual") => Some(false),
        Some(_) => None,
    };
    if consent.is_none() || automatic_pages.is_none() {
        complaints.push("option_unknown");
    }
    let navigator = js::get(window, "navigator");
    Options {
        // Whoever meant something meant to be careful.
        consent: consent.unwrap_or(Consent::Pending),
        automatic_pages: automatic_pages.unwrap_or(true),
        // https://w3c.github.io/gpc/ and its older sibling
        privacy_signal: js::is(&navigator, "globalPrivacyControl") || js::text(&navigator, "doNotTrack") == "1",
        locale: js::text(&navigator, "language"),
    }
}

/// Origin and perhaps path of the collector, without a slash at its end.
pub(crate) fn host(script: &JsValue, own_origin: &str) -> String {
    let mut host = text(script, "data-host").unwrap_or_else(|| own_origin.into());
    if host.as_bytes().last() == Some(&b'/') {
        host.pop();
    }
    host
}

pub(crate) fn text(script: &JsValue, attribute: &str) -> Option<String> {
    js::call(script, "getAttribute", &[&attribute.into()]).as_string()
}

pub(crate) fn consent_named(name: &str) -> Option<Consent> {
    match name {
        "granted" => Some(Consent::Granted),
        "denied" => Some(Consent::Denied),
        "pending" => Some(Consent::Pending),
        _ => None,
    }
}

/// `{"code":"…"}`; codes need no escaping.
pub(crate) fn as_json(complaint: Complaint) -> String {
    let mut json = String::from("{\"code\":\"");
    json.push_str(complaint);
    json.push_str("\"}");
    json
}
