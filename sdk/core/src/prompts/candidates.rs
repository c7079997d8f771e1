//! Surveys that something brought up, until they are shown; and those that are to be let alone for a while.
//!
//! All of it outlives the page, as one line: a delay goes on counting on the next one.

use super::cause::{Cause, INLINE, TAB};
use crate::json::push_number;

/// More would never have their turn.
const CANDIDATES: usize = 8;
/// What was to be shown yesterday is no longer about anything.
const OLDEST_MS: i64 = 86_400_000;
/// As many as there are surveys at most, and short enough to be stored at every change.
const QUIET: usize = 32;
/// Surveys shown in one session; one or two, but for what the vendor's code brings up.
const SHOWN: usize = 16;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) cause: Cause,
    /// When it was brought up: delays count from here.
    pub(crate) at_ms: i64,
}

#[derive(Debug, Default)]
pub(crate) struct Candidates {
    pub(crate) list: Vec<Candidate>,
    /// Not to be asked for before this time.
    quiet: Vec<(String, i64)>,
    /// Shown in the session of this id.
    shown: Vec<String>,
    session: String,
}

impl Candidates {
    /// Says whether it is one now.
    pub(crate) fn add(&mut self, now_ms: i64, cause: Cause) -> bool {
        let is_known = self.list.iter().any(|it| is(&it.cause.prompt, &cause.prompt));
        if is_known || self.is_shown(&cause.prompt) || self.list.len() >= CANDIDATES {
            return false;
        }
        self.list.push(Candidate { cause, at_ms: now_ms });
        true
    }

    pub(crate) fn remove(&mut self, prompt: &str) {
        self.list.retain(|it| !is(&it.cause.prompt, prompt));
    }

    /// Lets go of what is too old, or no longer wanted.
    pub(crate) fn retain(&mut self, now_ms: i64, delay_ms: impl Fn(&str) -> Option<u64>) -> bool {
        let before = self.list.len();
        self.list.retain(|it| {
            delay_ms(&it.cause.prompt).is_some_and(|delay_ms| now_ms - it.at_ms - (delay_ms as i64) < OLDEST_MS)
        });
        self.list.len() != before
    }

    /// It is no use to ask for it before this time.
    pub(crate) fn silence(&mut self, now_ms: i64, prompt: &str, until_ms: i64) {
        self.quiet.retain(|it| it.1 > now_ms && !is(&it.0, prompt));
        if self.quiet.len() >= QUIET {
            self.quiet.rotate_left(1);
            self.quiet.pop();
        }
        self.quiet.push((prompt.into(), until_ms));
    }

    /// 0: it may be asked for.
    pub(crate) fn quiet_until_ms(&self, prompt: &str) -> i64 {
        self.quiet.iter().find(|it| is(&it.0, prompt)).map_or(0, |it| it.1)
    }

    pub(crate) fn shown(&mut self, prompt: &str) {
        self.remove(prompt);
        if !self.is_shown(prompt) && self.shown.len() < SHOWN {
            self.shown.push(prompt.into());
        }
    }

    /// Takes over what another page, or another tab, knows; what it has shown is shown here as well.
    pub(crate) fn merge(&mut self, other: Self) {
        if !other.shown.is_empty() {
            self.enter(&other.session);
        }
        for prompt in other.shown {
            self.shown(&prompt);
        }
        for (prompt, until_ms) in other.quiet {
            let until_ms = until_ms.max(self.quiet_until_ms(&prompt));
            self.silence(0, &prompt, until_ms);
        }
        for it in other.list {
            self.add(it.at_ms, it.cause);
        }
    }

    fn is_shown(&self, prompt: &str) -> bool {
        self.shown.iter().any(|it| is(it, prompt))
    }

    /// Another session may be shown the same again, if the collector says so.
    pub(crate) fn enter(&mut self, session: &str) {
        if !is(&self.session, session) {
            self.session = session.into();
            self.shown.clear();
        }
    }

    /// Records of five fields, each with a tab after it.
    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        // What the visitor opens is theirs to open again.
        let lasts = |it: &&Candidate| !is(&it.cause.trigger, TAB) && !is(&it.cause.trigger, INLINE);
        for it in self.list.iter().filter(lasts) {
            push_record(&mut text, &it.cause, it.at_ms);
        }
        for (prompt, until_ms) in &self.quiet {
            push_record(&mut text, &Cause::new(prompt, ""), *until_ms);
        }
        for prompt in &self.shown {
            let mut cause = Cause::new(prompt, "");
            cause.page.push_str(&self.session);
            push_record(&mut text, &cause, 0);
        }
        text
    }

    /// What [`Self::write`] wrote; of anything else, as much as can be made sense of.
    pub(crate) fn read(text: &str) -> Self {
        let mut candidates = Self::default();
        let mut rest = text.chars();
        let mut field = || {
            let mut field = String::new();
            loop {
                match rest.next()? {
                    '\t' => return Some(field),
                    character => field.push(character),
                }
            }
        };
        while let (Some(prompt), Some(trigger), Some(at), Some(page), Some(visit)) =
            (field(), field(), field(), field(), field())
        {
            let (at_ms, visit_ms) = (number(&at), number(&visit));
            if !trigger.is_empty() {
                if candidates.list.len() < CANDIDATES {
                    candidates.list.push(Candidate { cause: Cause { prompt, trigger, page, visit_ms }, at_ms });
                }
            } else if page.is_empty() {
                if candidates.quiet.len() < QUIET {
                    candidates.quiet.push((prompt, at_ms));
                }
            } else if candidates.shown.len() < SHOWN {
                candidates.session = page;
                candidates.shown.push(prompt);
            }
        }
        candidates
    }
}

fn push_record(text: &mut String, cause: &Cause, at_ms: i64) {
    let mut push = |field: &str| {
        text.extend(field.chars().filter(|it| !it.is_control()));
        text.push('\t');
    };
    push(&cause.prompt);
    push(&cause.trigger);
    let mut digits = String::new();
    push_number(&mut digits, at_ms.max(0) as u64, 1);
    push(&digits);
    push(&cause.page);
    digits.clear();
    push_number(&mut digits, cause.visit_ms.max(0) as u64, 1);
    push(&digits);
}

fn number(digits: &str) -> i64 {
    digits.bytes().fold(0, |number: i64, it| number.wrapping_mul(10).wrapping_add(i64::from(it & 15)))
}

/// Without the machinery of comparing texts.
pub(crate) fn is(one: &str, other: &str) -> bool {
    one.as_bytes() == other.as_bytes()
}
