//! The script tag's `data-*` attributes, and what is wrong with them.

use js_sys::Reflect;
use sdk_core::{Consent, Options};
use wasm_bindgen::JsValue;
use web_sys::HtmlElement;

pub(crate) struct Settings {
    pub(crate) write_key: String,
    /// Origin and perhaps path of the collector, without a slash at its end.
    pub(crate) host: String,
    pub(crate) options: Options,
    pub(crate) complaints: Vec<Complaint>,
}

/// A warning's code; `sdk.d.ts` lists them.
pub(crate) type Complaint = &'static str;

pub(crate) fn read(script: &HtmlElement, own_origin: &str) -> Settings {
    let mut complaints = Vec::new();
    let consent = match script.get_attribute("data-consent").as_deref() {
        None | Some("granted") => Consent::Granted,
        Some("pending") => Consent::Pending,
        Some("denied") => Consent::Denied,
        Some(_) => {
            complaints.push("option_unknown");
            // Whoever meant something meant to be careful.
            Consent::Pending
        }
    };
    let automatic_pages = match script.get_attribute("data-page-views").as_deref() {
        None | Some("auto") => true,
        Some("manual") => false,
        Some(_) => {
            complaints.push("option_unknown");
            true
        }
    };
    let host = script.get_attribute("data-host").unwrap_or_else(|| own_origin.into());
    Settings {
        write_key: script.get_attribute("data-key").unwrap_or_default(),
        host: host.strip_suffix('/').unwrap_or(&host).into(),
        options: Options { consent, privacy_signal: privacy_signal(), automatic_pages, locale: locale() },
        complaints,
    }
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

/// Global Privacy Control (<https://w3c.github.io/gpc/>) or its older sibling Do Not Track.
fn privacy_signal() -> bool {
    let read = |key: &str| Reflect::get(&navigator(), &key.into()).unwrap_or_default();
    read("globalPrivacyControl").is_truthy() || read("doNotTrack").as_string().as_deref() == Some("1")
}

fn locale() -> String {
    let language = Reflect::get(&navigator(), &"language".into()).unwrap_or_default();
    language.as_string().unwrap_or_default()
}

fn navigator() -> JsValue {
    web_sys::window().map(|it| it.navigator().into()).unwrap_or_default()
}
