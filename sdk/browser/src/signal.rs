//! What the browser tells us, by number; the same list as `sdk/loader/signal.js`.
//!
//! One exported function for all of it: an export, or a Rust closure, per event would cost shims
//! on both sides, about a tenth of the module.

use crate::driver::Driver;
use crate::js;
use sdk_core::{Call, Consent, Input, Leased, Observation, Page, PromptSaid, SurveySaid};
use wasm_bindgen::JsValue;

const WOKE: u32 = 0;
const ACTIVE: u32 = 1;
const CLICKED: u32 = 2;
const ONLINE: u32 = 3;
const VISIBLE: u32 = 4;
const PAGE: u32 = 5;
const RESTORED: u32 = 6;
const STORED: u32 = 7;
const CONFIGURED: u32 = 8;
/// `[selector, element, in view]`
const SIGHTED: u32 = 9;
/// `[batch, status, wait in ms, which ones were shed]`
const ANSWERED: u32 = 10;
/// `[kind, a, b, c]`; see [`Observation::from_numbers`].
const OBSERVED: u32 = 11;
/// `[number of a PromptSaid, text]`
const PROMPTED: u32 = 12;
/// `[number, text]`; `undefined` in place of a text: no answer, `false`: another tab has the place.
const LEASED: u32 = 13;
/// `[number of a SurveySaid, value, survey]`
const SURVEYED: u32 = 14;
const INSPECT: u32 = 15;
const INTRODUCE: u32 = 16;
const OFFLINE: u32 = 17;
/// `[number of a verb, subject, body, extra]`; see [`Call::numbered`].
const CALLED: u32 = 18;
const CONTEXT: u32 = 19;
/// The place in [`Consent::ALL`].
const CONSENT: u32 = 20;
/// `[number, key NUL class NUL text NUL token NUL …, key NUL …, whether that is all]`
const GATHERED: u32 = 21;

pub(crate) fn arrived(driver: &Driver, signal: u32, value: &JsValue) {
    let text = value.as_string();
    let number = |at| js::at(value, at).as_f64().unwrap_or_default();
    let (selector, survey);
    driver.handle(match signal {
        WOKE => Input::Woke,
        ACTIVE => Input::Active,
        CLICKED => Input::Clicked { selector: text.as_deref().unwrap_or_default() },
        ONLINE => Input::Online(true),
        OFFLINE => Input::Online(false),
        VISIBLE => Input::Visible(value.is_truthy()),
        PAGE => Input::Page(page(value)),
        RESTORED => Input::Restored(page(value)),
        STORED => Input::Stored(text.as_deref()),
        CONFIGURED => Input::Configured(text.as_deref()),
        SIGHTED => {
            selector = js::text_at(value, 0);
            Input::Sighted { selector: &selector, element: number(1) as u32, in_view: js::at(value, 2).is_truthy() }
        }
        ANSWERED => {
            selector = js::text_at(value, 3);
            Input::Answered {
                batch_id: number(0) as u32,
                status: number(1) as u16,
                retry_after_ms: Some(number(2) as u64),
                shed: &selector,
            }
        }
        GATHERED => {
            (selector, survey) = (js::text_at(value, 1), js::text_at(value, 2));
            let is_whole = js::at(value, 3).is_truthy();
            Input::Gathered { id: number(0) as u32, records: &selector, elsewhere: &survey, is_whole }
        }
        OBSERVED => {
            let rest = [number(1) as i64, number(2) as i64, number(3) as i64];
            let Some(observation) = Observation::from_numbers(number(0) as u32, rest) else { return };
            Input::Observed(observation)
        }
        PROMPTED => {
            let Some(said) = PromptSaid::ALL.get(number(0) as usize) else { return };
            selector = js::text_at(value, 1);
            Input::Prompt { said: *said, text: &selector }
        }
        LEASED => {
            let answer = js::at(value, 1);
            selector = answer.as_string().unwrap_or_default();
            let answer = match answer.as_bool() {
                Some(_) => Leased::OtherTab,
                None if answer.is_undefined() => Leased::Unreachable,
                None => Leased::Text(&selector),
            };
            Input::Leased { id: number(0) as u32, answer }
        }
        SURVEYED => {
            let Some(said) = SurveySaid::ALL.get(number(0) as usize) else { return };
            (selector, survey) = (js::text_at(value, 1), js::text_at(value, 2));
            Input::Surveyed { said: *said, value: &selector, survey: &survey }
        }
        CALLED => {
            let extra = js::at(value, 3).as_string();
            let called = Call::numbered(number(0) as usize, js::text_at(value, 1), js::text_at(value, 2), extra);
            let Some(call) = called else { return };
            Input::Call(call)
        }
        CONTEXT => Input::Context(text.unwrap_or_default()),
        CONSENT => {
            let at = value.as_f64().unwrap_or_default() as usize;
            Input::Consent(Consent::ALL.get(at).copied().unwrap_or(Consent::Pending))
        }
        INSPECT => Input::Inspect,
        INTRODUCE => Input::Introduce,
        _ => return,
    });
}

/// `[url, path, search, title, referrer]`
pub(crate) fn page(parts: &JsValue) -> Page {
    Page {
        url: js::text_at(parts, 0),
        path: js::text_at(parts, 1),
        search: js::text_at(parts, 2),
        title: js::text_at(parts, 3),
        referrer: js::text_at(parts, 4),
    }
}
