//! How often somebody was asked, and what they said to it: what outlives the page.

use super::{EXPLORE_FROM_MS, EXPLORE_TO_MS};
use crate::json::push_hex;
use domain::hash;

/// Changes with the form; what carries another one is ignored.
const FORM: i64 = 1;
const DAY_MS: i64 = 86_400_000;
/// Two questions within so long are enough.
const OFTEN_MS: i64 = 7 * DAY_MS;
/// After the first refusal; doubled by every further one …
const COOL_DOWN_MS: i64 = 14 * DAY_MS;
/// … four times: 224 days.
const MOST_REFUSALS: i64 = 5;
/// "I'm fine" holds on its page for so long.
const FINE_MS: i64 = 30 * DAY_MS;
/// Pages of which that is remembered; the oldest is forgotten.
const FINE_PAGES: usize = 8;
/// Hexadecimal digits of a hash, of a time, and of what is counted to fifteen at most.
const HASH: u32 = 8;
const TIME: u32 = 11;
const COUNT: u32 = 1;

/// Numbers only, so that they are written and read in one loop.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct History {
    /// A hash of the session that the next two belong to.
    session: i64,
    pub(super) questions: i64,
    pub(super) hints: i64,
    /// 1: said "don't ask again".
    declined: i64,
    /// The last two questions; 0: none.
    asked_ms: [i64; 2],
    /// Questions and hints that were closed without an answer, questions nobody looked at.
    refusals: i64,
    refused_ms: i64,
    /// A hash of the page, and until when "I'm fine" holds.
    fine: [(i64, i64); FINE_PAGES],
}

impl History {
    /// Begins another session, unless it is the same.
    pub(super) fn enter(&mut self, session: i64) {
        if self.session != session {
            self.session = session;
            self.questions = 0;
            self.hints = 0;
        }
    }

    /// Somebody is asked, or would be but for an experiment.
    pub(super) fn ask(&mut self, now_ms: i64) {
        self.questions = 1;
        let [_, last_ms] = self.asked_ms;
        self.asked_ms = [last_ms, now_ms];
    }

    pub(super) fn is_asked(&self) -> bool {
        self.questions > 0
    }

    pub(super) fn is_often(&self, now_ms: i64) -> bool {
        let [first_ms, _] = self.asked_ms;
        first_ms > 0 && now_ms < first_ms + OFTEN_MS
    }

    pub(super) fn refuse(&mut self, now_ms: i64) {
        self.refusals = (self.refusals + 1).min(MOST_REFUSALS);
        self.refused_ms = now_ms;
    }

    pub(super) fn is_cooling(&self, now_ms: i64) -> bool {
        self.refusals > 0 && now_ms < self.refused_ms + (COOL_DOWN_MS << (self.refusals - 1))
    }

    pub(super) fn decline(&mut self) {
        self.declined = 1;
    }

    pub(super) fn is_declined(&self) -> bool {
        self.declined > 0
    }

    pub(super) fn fine(&mut self, now_ms: i64, page: i64) {
        if let Some(slot) = self.fine.iter_mut().min_by_key(|it| if it.0 == page { -1 } else { it.1 }) {
            *slot = (page, now_ms + FINE_MS);
        }
    }

    pub(super) fn is_fine(&self, now_ms: i64, page: i64) -> bool {
        self.fine.iter().any(|it| it.0 == page && now_ms < it.1)
    }

    /// The age at which exploration asks in this session.
    pub(super) fn explore_ms(&self, salt: u64) -> i64 {
        let span = (EXPLORE_TO_MS - EXPLORE_FROM_MS + 1) as u64;
        EXPLORE_FROM_MS + (hash("", salt ^ self.session as u64) % span) as i64
    }

    /// Hexadecimal digits, each number in its own width.
    pub(super) fn write(&self) -> String {
        let mut text = String::new();
        self.clone().each(&mut |number, digits| {
            push_hex(&mut text, *number as u64, digits);
            true
        });
        text
    }

    /// Nothing, where this is not what [`Self::write`] writes.
    pub(super) fn read(text: &str) -> Self {
        let mut rest = text.chars();
        let mut history = Self::default();
        let is_whole = history.each(&mut |number, digits| {
            *number = 0;
            for _ in 0..digits {
                let Some(digit) = rest.next().and_then(|it| it.to_digit(16)) else { return false };
                *number = *number << 4 | i64::from(digit);
            }
            true
        });
        if is_whole && rest.next().is_none() { history } else { Self::default() }
    }

    /// Every number in the order of the text, with its digits, until one is no good.
    fn each(&mut self, visit: &mut dyn FnMut(&mut i64, u32) -> bool) -> bool {
        let mut form = FORM;
        let [first_ms, second_ms] = &mut self.asked_ms;
        [
            (&mut form, COUNT),
            (&mut self.session, HASH),
            (&mut self.questions, COUNT),
            (&mut self.hints, COUNT),
            (&mut self.declined, COUNT),
            (first_ms, TIME),
            (second_ms, TIME),
            (&mut self.refusals, COUNT),
            (&mut self.refused_ms, TIME),
        ]
        .into_iter()
        .all(|(number, digits)| visit(number, digits))
            && self.fine.iter_mut().all(|(page, until_ms)| visit(page, HASH) && visit(until_ms, TIME))
            && form == FORM
    }
}
