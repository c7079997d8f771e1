//! What the script tag and the browser ask for, and what is wrong with it.

use crate::js;
use domain::hesitation::Device;
use sdk_core::{Consent, Options};
use wasm_bindgen::JsValue;

/// Reads `{consent, pageViews, privacySignal, locale, touch, savesData}`; `None` beside it: all is well.
pub(crate) fn read(given: &JsValue) -> (Options, Option<&'static str>) {
    let text = |key| js::get(given, key).as_string();
    let consent = text("consent").map_or(Some(Consent::Granted), |it| consent_named(&it));
    let page_views = text("pageViews");
    let manual = page_views.as_deref() == Some("manual");
    let is_known = consent.is_some() && (manual || page_views.is_none_or(|it| it == "auto"));
    let options = Options {
        // Whoever meant something meant to be careful.
        consent: consent.unwrap_or(Consent::Pending),
        automatic_pages: !manual,
        privacy_signal: js::get(given, "privacySignal").is_truthy(),
        locale: text("locale").unwrap_or_default(),
        saves_data: js::get(given, "savesData").is_truthy(),
        device: if js::get(given, "touch").is_truthy() { Device::Touch } else { Device::Desktop },
    };
    (options, if is_known { None } else { Some("option_unknown") })
}

pub(crate) fn consent_named(name: &str) -> Option<Consent> {
    match name {
        "granted" => Some(Consent::Granted),
        "denied" => Some(Consent::Denied),
        "pending" => Some(Consent::Pending),
        _ => None,
    }
}
