//! Changes of the URL without a load. Patches nothing: `history` belongs to the page.

use crate::driver::handle;
use crate::{listen, page};
use gloo_timers::callback::Interval;
use js_sys::Reflect;
use sdk_core::Input;
use std::cell::{Cell, RefCell};
use wasm_bindgen::JsCast;
use web_sys::EventTarget;

/// Where nothing tells us, the URL is looked at this often while the page is visible.
const LOOK_MS: u32 = 500;

thread_local! {
    static LOOKS: Cell<bool> = const { Cell::new(false) };
    static LOOKING: RefCell<Option<Interval>> = const { RefCell::new(None) };
}

pub(crate) fn start() {
    let Some(window) = web_sys::window() else { return };
    // https://developer.mozilla.org/docs/Web/API/Navigation: Chrome 102, Safari 26.2, Firefox 147.
    let navigation = Reflect::get(&window, &"navigation".into()).unwrap_or_default();
    match navigation.dyn_ref::<EventTarget>() {
        Some(navigation) => listen::listen(navigation, "currententrychange", |_| changed()),
        None => {
            listen::listen(&window, "popstate", |_| changed());
            listen::listen(&window, "hashchange", |_| changed());
            LOOKS.with(|it| it.set(true));
            shown(page::is_visible());
        }
    }
}

/// Looks only while someone else does.
pub(crate) fn shown(visible: bool) {
    if LOOKS.with(Cell::get) {
        LOOKING.with(|it| it.replace(visible.then(|| Interval::new(LOOK_MS, changed))));
    }
}

fn changed() {
    handle(Input::Page(page::current()));
}
