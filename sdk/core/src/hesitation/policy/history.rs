//! How often somebody was asked, and what they said to it: what outlives the page.

use crate::hesitation::assignment::hash;
use crate::json::push_hex;

use super::{EXPLORE_FROM_MS, EXPLORE_TO_MS};

/// Changes with the form; what carries another one is ignored.
const FORM: u64 = 1;
const DAY_MS: i64 = 86_400_000;
/// Two questions within so long are enough.
const OFTEN_MS: i64 = 7 * DAY_MS;
/// After the first refusal; doubled by every further one …
const COOL_DOWN_MS: i64 = 14 * DAY_MS;
/// … four times: 224 days.
const MOST_REFUSALS: u8 = 5;
/// "I'm fine" holds on its page for so long.
const FINE_MS: i64 = 30 * DAY_MS;
/// Pages of which that is remembered; the oldest is forgotten.
const FINE_PAGES: usize = 8;
/// Hexadecimal digits of a hash, and of a time.
const HASH: u32 = 8;
const TIME: u32 = 11;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// A hash of the session that the next two belong to.
    session: u32,
    pub(super) is_asked: bool,
    pub(super) hints: u8,
    /// Said "don't ask again".
    pub(super) is_declined: bool,
    /// The last two questions; 0: none.
    asked_ms: [i64; 2],
    /// Questions closed without an answer, or not looked at.
    refusals: u8,
    refused_ms: i64,
    /// A hash of the page, and until when "I'm fine" holds.
    fine: [(u32, i64); FINE_PAGES],
}

impl History {
    /// Begins another session, unless it is the same.
    pub(super) fn enter(&mut self, session: u32) {
        if self.session != session {
            self.session = session;
            self.is_asked = false;
            self.hints = 0;
        }
    }

    /// Somebody is asked, or would be but for an experiment.
    pub(super) fn ask(&mut self, now_ms: i64) {
        self.is_asked = true;
        let [_, last_ms] = self.asked_ms;
        self.asked_ms = [last_ms, now_ms];
    }

    pub(super) fn is_often(&self, now_ms: i64) -> bool {
        self.asked_ms.iter().all(|it| *it > 0 && now_ms < it + OFTEN_MS)
    }

    pub(super) fn refuse(&mut self, now_ms: i64) {
        self.refusals = (self.refusals + 1).min(MOST_REFUSALS);
        self.refused_ms = now_ms;
    }

    pub(super) fn is_cooling(&self, now_ms: i64) -> bool {
        self.refusals > 0 && now_ms < self.refused_ms + (COOL_DOWN_MS << (self.refusals - 1))
    }

    pub(super) fn fine(&mut self, now_ms: i64, page: u32) {
        if let Some(slot) = self.fine.iter_mut().min_by_key(|it| if it.0 == page { -1 } else { it.1 }) {
            *slot = (page, now_ms + FINE_MS);
        }
    }

    pub(super) fn is_fine(&self, now_ms: i64, page: u32) -> bool {
        self.fine.iter().any(|it| it.0 == page && now_ms < it.1)
    }

    /// The age at which exploration asks in this session.
    pub(super) fn explore_ms(&self, salt: u64) -> i64 {
        let span = (EXPLORE_TO_MS - EXPLORE_FROM_MS + 1) as u64;
        EXPLORE_FROM_MS + (hash("", salt ^ u64::from(self.session)) % span) as i64
    }

    /// Hexadecimal digits, each number in its own width.
    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        let [first_ms, second_ms] = self.asked_ms;
        let flags = u64::from(self.is_asked) | u64::from(self.is_declined) << 1 | u64::from(self.hints) << 2;
        for (number, digits) in [
            (FORM, 1),
            (u64::from(self.session), HASH),
            (flags, 1),
            (first_ms as u64, TIME),
            (second_ms as u64, TIME),
            (u64::from(self.refusals), 1),
            (self.refused_ms as u64, TIME),
        ] {
            push_hex(&mut text, number, digits);
        }
        for (page, until_ms) in self.fine {
            if until_ms > 0 {
                push_hex(&mut text, u64::from(page), HASH);
                push_hex(&mut text, until_ms as u64, TIME);
            }
        }
        text
    }

    /// Nothing, where this is not what [`Self::write`] writes.
    pub(super) fn read(text: &str) -> Self {
        try_read(text).unwrap_or_default()
    }
}

fn try_read(text: &str) -> Option<History> {
    let mut rest = text.chars();
    if number(&mut rest, 1)? != FORM {
        return None;
    }
    let session = number(&mut rest, HASH)? as u32;
    let flags = number(&mut rest, 1)?;
    let mut history = History {
        session,
        is_asked: flags & 1 != 0,
        is_declined: flags & 2 != 0,
        hints: (flags >> 2) as u8,
        asked_ms: [number(&mut rest, TIME)? as i64, number(&mut rest, TIME)? as i64],
        refusals: (number(&mut rest, 1)? as u8).min(MOST_REFUSALS),
        refused_ms: number(&mut rest, TIME)? as i64,
        ..History::default()
    };
    for slot in &mut history.fine {
        if !rest.as_str().is_empty() {
            *slot = (number(&mut rest, HASH)? as u32, number(&mut rest, TIME)? as i64);
        }
    }
    rest.next().is_none().then_some(history)
}

fn number(rest: &mut std::str::Chars<'_>, digits: u32) -> Option<u64> {
    let mut number = 0;
    for _ in 0..digits {
        number = number << 4 | u64::from(rest.next()?.to_digit(16)?);
    }
    Some(number)
}
