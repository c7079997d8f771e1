//! What the browser tells us, by number; the same list as `sdk/loader/signal.js`.
//!
//! One exported function for all of it: an export, or a Rust closure, per event would cost shims
//! on both sides, about a tenth of the module.

use crate::driver::Driver;
use crate::js;
use sdk_core::hesitation::{Busy, Observation, PromptSaid, Surface};
use sdk_core::{Input, Page};
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
/// `[batch, status, wait in ms]`
const ANSWERED: u32 = 10;
/// `[kind, a, b, c]`; see [`observation`].
const OBSERVED: u32 = 11;
/// `[number of a PromptSaid, text]`
const PROMPTED: u32 = 12;

pub(crate) fn arrived(driver: &Driver, signal: u32, value: &JsValue) {
    let text = value.as_string();
    let number = |at| js::at(value, at).as_f64().unwrap_or_default();
    let selector;
    driver.handle(match signal {
        WOKE => Input::Woke,
        ACTIVE => Input::Active,
        CLICKED => Input::Clicked { selector: text.as_deref().unwrap_or_default() },
        ONLINE => Input::Online,
        VISIBLE => Input::Visible(value.is_truthy()),
        PAGE => Input::Page(page(value)),
        RESTORED => Input::Restored(page(value)),
        STORED => Input::Stored(text.as_deref()),
        CONFIGURED => Input::Configured(text.as_deref()),
        SIGHTED => {
            selector = js::text_at(value, 0);
            Input::Sighted { selector: &selector, element: number(1) as u32, in_view: js::at(value, 2).is_truthy() }
        }
        ANSWERED => Input::Answered {
            batch_id: number(0) as u32,
            status: number(1) as u16,
            retry_after_ms: Some(number(2) as u64),
        },
        OBSERVED => match observation(value) {
            Some(observation) => Input::Observed(observation),
            None => return,
        },
        PROMPTED => {
            let Some(said) = PromptSaid::ALL.get(number(0) as usize) else { return };
            selector = js::text_at(value, 1);
            Input::Prompt { said: *said, text: &selector }
        }
        _ => return,
    });
}

/// What the edge saw of the page, by number.
fn observation(value: &JsValue) -> Option<Observation<'static>> {
    let number = |at| js::at(value, at).as_f64().unwrap_or_default();
    let (first, second) = (number(1), number(2));
    let field = first as u32;
    let is_second = second != 0.0;
    Some(match number(0) as u32 {
        0 => Observation::Shown(first != 0.0),
        1 => Observation::Moved { x: first as i32, y: second as i32 },
        2 => {
            let on = match second as u32 {
                0 => Surface::Control,
                1 => Surface::Plain,
                _ => Surface::Opaque,
            };
            Observation::Clicked { target: field, on, is_alive: number(3) != 0.0 }
        }
        3 => Observation::Reacted,
        4 => Observation::Scrolled { y: first as i32, height: second as i32 },
        5 => Observation::Focused { field },
        6 => Observation::Typed { field, by: second as i32 },
        7 => Observation::Blurred { field, is_changed: is_second },
        8 => Observation::Keyed,
        9 => Observation::Invalid { field },
        10 => Observation::Failed,
        11 => Observation::SoughtHelp,
        12 => {
            let busy = match field {
                0 => Busy::Dragging,
                1 => Busy::Composing,
                2 => Busy::Modal,
                3 => Busy::Dirty,
                4 => Busy::Media,
                _ => Busy::Fullscreen,
            };
            Observation::Busy(busy, is_second)
        }
        _ => return None,
    })
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
