//! The page as it is now.

use sdk_core::Page;
use web_sys::VisibilityState;

pub(crate) fn current() -> Page {
    let Some(window) = web_sys::window() else { return Page::default() };
    let location = window.location();
    let document = window.document();
    Page {
        url: location.href().unwrap_or_default(),
        path: location.pathname().unwrap_or_default(),
        search: location.search().unwrap_or_default(),
        title: document.as_ref().map(|it| it.title()).unwrap_or_default(),
        referrer: document.map(|it| it.referrer()).unwrap_or_default(),
    }
}

pub(crate) fn is_visible() -> bool {
    let document = web_sys::window().and_then(|it| it.document());
    document.is_some_and(|it| it.visibility_state() == VisibilityState::Visible)
}
