//! Events of the page that are inputs: clicks on watched elements, signs of activity, coming and going.
//!
//! Reads that something happened, never what was typed.

use crate::driver::handle;
use crate::{observe, page, routes};
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use sdk_core::Input;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, EventTarget, PageTransitionEvent};

/// Signs of activity are let through this often.
const ACTIVE_SAMPLE_MS: f64 = 1_000.0;

thread_local! {
    static CLICKS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    static LAST_ACTIVE_MS: Cell<f64> = const { Cell::new(0.0) };
}

pub(crate) fn start() {
    let Some(window) = web_sys::window() else { return };
    for event in ["pointermove", "pointerdown", "keydown", "scroll"] {
        listen(&window, event, |_| active());
    }
    listen(&window, "click", clicked);
    listen(&window, "online", |_| handle(Input::Online));
    listen(&window, "pagehide", |_| handle(Input::Visible(false)));
    listen(&window, "pageshow", |event| {
        let event: &PageTransitionEvent = event.unchecked_ref();
        if event.persisted() {
            handle(Input::Restored(page::current()));
        }
    });
    if let Some(document) = window.document() {
        listen(&document, "visibilitychange", |_| {
            let visible = page::is_visible();
            handle(Input::Visible(visible));
            routes::shown(visible);
            observe::shown(visible);
        });
    }
}

/// For as long as the page lives: in the capture phase, so that the page cannot stop it, and passive, so that we cannot
/// stop the page.
pub(crate) fn listen(target: &EventTarget, event: &'static str, then: fn(&Event)) {
    let options = EventListenerOptions { phase: EventListenerPhase::Capture, passive: true };
    EventListener::new_with_options(target, event, options, then).forget();
}

pub(crate) fn watch_clicks(selectors: Vec<String>) {
    CLICKS.with(|it| it.replace(selectors));
}

fn active() {
    let now_ms = js_sys::Date::now();
    LAST_ACTIVE_MS.with(|last_ms| {
        if (now_ms - last_ms.get()).abs() >= ACTIVE_SAMPLE_MS {
            last_ms.set(now_ms);
            handle(Input::Active);
        }
    });
}

fn clicked(event: &Event) {
    // Cloned: reporting a click may bring a new list.
    let selectors = CLICKS.with(|it| it.borrow().clone());
    if selectors.is_empty() {
        return;
    }
    // The path as it was when the click began, through shadow roots.
    let path = event.composed_path();
    for selector in &selectors {
        let is_hit = (0..path.length()).any(|at| {
            let node = path.get(at);
            // A selector that this browser does not know matches nothing.
            node.dyn_ref::<Element>().is_some_and(|it| it.matches(selector).unwrap_or_default())
        });
        if is_hit {
            handle(Input::Clicked { selector });
        }
    }
}
