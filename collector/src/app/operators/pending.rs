//! Sign-ins that began and have not come back: each belongs to one browser, once, for some minutes.
//!
//! A pure machine: time is an argument. Kept in memory: after a restart people begin again.

use crate::oidc::Fresh;
use crate::project::Oidc;
use crate::storage::TokenHash;
use std::collections::{HashMap, VecDeque};

/// Long enough to find one's phone for the second factor.
pub(super) const GOOD_FOR_MS: i64 = 10 * 60 * 1000;

/// Sign-ins under way: some megabytes. Beyond that the oldest has to begin again.
const MOST: usize = 4_096;

/// What was asked of whom, and where the reader wanted to go.
#[derive(Clone)]
pub(super) struct Began {
    pub(super) oidc: Oidc,
    pub(super) redirect_uri: String,
    pub(super) fresh: Fresh,
    pub(super) next: String,
    pub(super) at_ms: i64,
}

#[derive(Default)]
pub(super) struct Pending {
    began: HashMap<[u8; 32], Began>,
    /// The oldest first; also of those that have come back since.
    order: VecDeque<([u8; 32], i64)>,
}

impl Pending {
    /// `browser`: what the browser holds a secret of.
    pub(super) fn begin(&mut self, browser: TokenHash, began: Began) {
        let over_ms = began.at_ms.saturating_sub(GOOD_FOR_MS);
        while self.order.front().is_some_and(|(_, at_ms)| *at_ms <= over_ms) || self.order.len() >= MOST {
            if let Some((oldest, _)) = self.order.pop_front() {
                self.began.remove(&oldest);
            }
        }
        self.order.push_back((browser.0, began.at_ms));
        self.began.insert(browser.0, began);
    }

    /// What this browser began; from here on it began nothing.
    pub(super) fn take(&mut self, browser: TokenHash, now_ms: i64) -> Option<Began> {
        let began = self.began.remove(&browser.0)?;
        (0..GOOD_FOR_MS).contains(&now_ms.saturating_sub(began.at_ms)).then_some(began)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began(at_ms: i64) -> Began {
        let oidc = Oidc {
            name: "Okta".to_owned(),
            issuer: "https://id.example.com".to_owned(),
            client_id: "milepost".to_owned(),
            client_secret: None,
            welcome: None,
        };
        let fresh = Fresh { state: "s".to_owned(), nonce: "n".to_owned(), verifier: "v".to_owned() };
        Began { oidc, redirect_uri: String::new(), fresh, next: "/".to_owned(), at_ms }
    }

    fn browser(number: usize) -> TokenHash {
        let mut hash = [0; 32];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        TokenHash(hash)
    }

    #[test]
    fn a_sign_in_comes_back_once_to_the_browser_it_began_in() {
        let mut pending = Pending::default();
        pending.begin(browser(1), began(0));
        assert!(pending.take(browser(2), 1).is_none());
        assert!(pending.take(browser(1), 1).is_some());
        assert!(pending.take(browser(1), 1).is_none());
    }

    #[test]
    fn a_sign_in_is_over_after_ten_minutes() {
        let mut pending = Pending::default();
        pending.begin(browser(1), began(5));
        pending.begin(browser(2), began(5));
        assert!(pending.take(browser(1), 5 + GOOD_FOR_MS - 1).is_some());
        assert!(pending.take(browser(2), 5 + GOOD_FOR_MS).is_none());
        pending.begin(browser(3), began(6));
        pending.begin(browser(4), began(6 + GOOD_FOR_MS));
        assert_eq!(pending.began.len(), 1, "what is over is forgotten");
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes() {
        let mut pending = Pending::default();
        for number in 0..MOST + 10 {
            pending.begin(browser(number), began(0));
        }
        assert_eq!((pending.began.len(), pending.order.len()), (MOST, MOST));
        assert!(pending.take(browser(9), 1).is_none() && pending.take(browser(10), 1).is_some());
    }
}
