//! Which page this is, and when it has settled enough to be announced.
//!
//! Does not know how a browser changes its URL, only that it did.

use crate::input::Page;
use crate::limits;

#[derive(Debug, Default)]
pub(crate) struct PageView {
    pub(crate) page: Page,
    /// A `page` message stands for the current page.
    pub(crate) announced: bool,
    /// When the new route has had its time.
    pub(crate) settles_ms: Option<i64>,
}

impl PageView {
    pub(crate) fn is_at(&self, page: &Page) -> bool {
        place(&self.page.url).eq(place(&page.url))
    }

    /// The same place, perhaps under a new title: keeps where the visitor came from.
    pub(crate) fn update(&mut self, page: Page) {
        self.page = Page { referrer: self.page.referrer.clone(), ..page };
    }

    /// Another place: what was the page is now the referrer.
    pub(crate) fn go(&mut self, now_ms: i64, page: Page) {
        self.page = Page { referrer: self.page.url.clone(), ..page };
        self.announced = false;
        self.settles_ms = Some(now_ms + limits::ROUTE_SETTLE_MS);
    }
}

/// The URL without a hash that only scrolls; `#/invoices` and `#!invoices` are routes.
fn place(url: &str) -> impl Iterator<Item = u8> {
    let mut bytes = url.as_bytes();
    if let Some(at) = bytes.iter().position(|it| *it == b'#') {
        let (before, hash) = bytes.split_at(at);
        if !matches!(hash, [_, b'/' | b'!', ..]) {
            bytes = before;
        }
    }
    bytes.iter().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_hash_is_a_place_only_when_it_is_a_route() {
        for (first, second, same) in [
            ("/a", "/a#top", true),
            ("/a#top", "/a#end", true),
            ("/a", "/a?x", false),
            ("/a", "/b", false),
            ("/a#/x", "/a#/y", false),
            ("/a#!x", "/a", false),
        ] {
            assert_eq!(place(first).eq(place(second)), same, "{first} and {second}");
        }
    }
}
