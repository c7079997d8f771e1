//! Watched elements in view. Observers exist only while a definition names such elements.

use crate::driver::handle;
use crate::page;
use gloo_timers::callback::Timeout;
use js_sys::Array;
use sdk_core::Input;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit, MutationObserver,
    MutationObserverInit,
};

/// A changing page is searched at most this often.
const SEARCH_MS: u32 = 500;

/// Elements watched at once: a list of a thousand matching rows is a mistake in the definition.
const ELEMENTS: usize = 200;

/// How much of an element counts as in view.
const IN_VIEW_RATIO: f64 = 0.5;

thread_local! {
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

struct Watch {
    selectors: Vec<String>,
    elements: Vec<Watched>,
    next_number: u32,
    views: IntersectionObserver,
    changes: MutationObserver,
    /// The next search.
    search: Option<Timeout>,
}

struct Watched {
    element: Element,
    number: u32,
    /// Its place in the list of selectors.
    selector: usize,
}

pub(crate) fn watch(selectors: Vec<String>) {
    let before = WATCH.with(RefCell::take);
    if let Some(before) = before {
        before.views.disconnect();
        before.changes.disconnect();
    }
    if selectors.is_empty() {
        return;
    }
    let watch = new_observers().map(|(views, changes)| Watch {
        selectors,
        elements: Vec::new(),
        next_number: 0,
        views,
        changes,
        search: None,
    });
    WATCH.with(|it| it.replace(watch));
    search();
}

/// A page that changed while hidden is searched when it is shown.
pub(crate) fn shown(visible: bool) {
    if visible {
        search();
    }
}

/// `None` in browsers without these observers.
fn new_observers() -> Option<(IntersectionObserver, MutationObserver)> {
    let viewed = Closure::<dyn FnMut(Array)>::new(viewed).into_js_value();
    let options = IntersectionObserverInit::new();
    options.set_threshold(&IN_VIEW_RATIO.into());
    let views = IntersectionObserver::new_with_options(viewed.unchecked_ref(), &options).ok()?;
    let changed = Closure::<dyn FnMut()>::new(changed).into_js_value();
    let changes = MutationObserver::new(changed.unchecked_ref()).ok()?;
    Some((views, changes))
}

fn viewed(entries: Array) {
    for entry in entries.iter() {
        let entry: IntersectionObserverEntry = entry.unchecked_into();
        let in_view = entry.intersection_ratio() >= IN_VIEW_RATIO;
        report(&entry.target(), in_view);
    }
}

/// One element may stand for several selectors.
fn report(target: &Element, in_view: bool) {
    let mut found = Vec::new();
    WATCH.with(|it| {
        if let Some(watch) = &*it.borrow() {
            for watched in watch.elements.iter().filter(|it| it.element == *target) {
                if let Some(selector) = watch.selectors.get(watched.selector) {
                    found.push((selector.clone(), watched.number));
                }
            }
        }
    });
    for (selector, element) in found {
        handle(Input::Sighted { selector: &selector, element, in_view });
    }
}

/// Stops listening until the search, so that a storm of changes costs one search.
fn changed() {
    WATCH.with(|it| {
        if let Some(watch) = &mut *it.borrow_mut() {
            watch.changes.disconnect();
            if page::is_visible() {
                watch.search = Some(Timeout::new(SEARCH_MS, search));
            }
        }
    });
}

/// Takes up elements that match now, and lets go of those that no longer do.
fn search() {
    let mut gone = Vec::new();
    WATCH.with(|it| {
        if let Some(watch) = &mut *it.borrow_mut() {
            watch.search(&mut gone);
        }
    });
    for (selector, element) in gone {
        handle(Input::Sighted { selector: &selector, element, in_view: false });
    }
}

impl Watch {
    fn search(&mut self, gone: &mut Vec<(String, u32)>) {
        let Some(document) = web_sys::window().and_then(|it| it.document()) else { return };
        let Self { selectors, elements, views, .. } = self;
        elements.retain(|it| {
            let Some(selector) = selectors.get(it.selector) else { return false };
            let stays = it.element.is_connected() && it.element.matches(selector).unwrap_or_default();
            if !stays {
                gone.push((selector.clone(), it.number));
            }
            stays
        });
        for (at, selector) in selectors.iter().enumerate() {
            // A selector that this browser does not know matches nothing.
            let Ok(matching) = document.query_selector_all(selector) else { continue };
            for index in 0..matching.length() {
                let Some(element) = matching.get(index).and_then(|it| it.dyn_into::<Element>().ok()) else { continue };
                if elements.len() >= ELEMENTS {
                    break;
                }
                if !elements.iter().any(|it| it.selector == at && it.element == element) {
                    // Observing anew reports anew, also for an element that another selector brought in.
                    views.unobserve(&element);
                    views.observe(&element);
                    self.next_number += 1;
                    elements.push(Watched { element, number: self.next_number, selector: at });
                }
            }
        }
        let options = MutationObserverInit::new();
        options.set_child_list(true);
        options.set_subtree(true);
        options.set_attributes(true);
        // Again for the same node replaces the options, and changes nothing.
        let _ = self.changes.observe_with_options(&document, &options);
    }
}
