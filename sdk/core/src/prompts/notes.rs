//! What is noted of each survey beyond its page: that something brought it up, that it was shown in this session, that
//! it is to be let alone. All of it as one line of text: a delay goes on counting on the next page.

use super::campaign::{Campaign, find};
use super::cause::{Cause, TRIGGERS};
use crate::fields::{Fields, number};
use crate::json::push_number;
use crate::limits;

/// A day: what was to be shown yesterday is no longer about anything.
const OLDEST_MS: i64 = 86_400_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Note {
    pub(crate) cause: Cause,
    pub(crate) is: Noted,
    /// A candidate: since when. Quiet: until when. Shown: when the session began in which it was.
    pub(crate) at_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noted {
    Candidate,
    Quiet,
    Shown,
}

const NOTED: [Noted; 3] = [Noted::Candidate, Noted::Quiet, Noted::Shown];

#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) list: Vec<Note>,
}

impl Notes {
    pub(crate) fn find(&self, prompt: &str, wanted: Noted) -> Option<&Note> {
        self.list.iter().find(|it| it.is == wanted && is(&it.cause.prompt, prompt))
    }

    /// Notes it unless it is noted already; what was shown in this session is no candidate any more.
    pub(crate) fn add(&mut self, note: Note) -> bool {
        let prompt = &note.cause.prompt;
        let is_shown = self.find(prompt, Noted::Shown).is_some();
        if self.find(prompt, note.is).is_some()
            || note.is == Noted::Candidate && (is_shown || self.list.len() >= limits::PROMPT_NOTES)
        {
            return false;
        }
        if self.list.len() >= limits::PROMPT_NOTES {
            // The oldest goes: it has had the most time.
            self.list.rotate_left(1);
            self.list.pop();
        }
        if note.is == Noted::Shown {
            self.remove(&note.cause.prompt, Noted::Candidate);
        }
        self.list.push(note);
        true
    }

    pub(crate) fn remove(&mut self, prompt: &str, what: Noted) {
        self.list.retain(|it| it.is != what || !is(&it.cause.prompt, prompt));
    }

    /// It is no use to ask for it before this time.
    pub(crate) fn silence(&mut self, prompt: &str, until_ms: i64) {
        self.remove(prompt, Noted::Quiet);
        self.add(Note { cause: Cause::new(prompt, ""), is: Noted::Quiet, at_ms: until_ms });
    }

    pub(crate) fn is_quiet(&self, now_ms: i64, prompt: &str) -> bool {
        self.find(prompt, Noted::Quiet).is_some_and(|it| it.at_ms > now_ms)
    }

    /// Lets go of what is over; says whether anything was.
    pub(crate) fn expire(&mut self, now_ms: i64, session_ms: i64, campaigns: &[Campaign]) -> bool {
        let before = self.list.len();
        self.list.retain(|it| match it.is {
            Noted::Candidate => find(campaigns, &it.cause.prompt)
                .is_some_and(|campaign| now_ms - it.at_ms - (campaign.survey.delay_ms as i64) < OLDEST_MS),
            Noted::Quiet => it.at_ms > now_ms,
            Noted::Shown => it.at_ms == session_ms,
        });
        self.list.len() != before
    }

    /// What another page, or another tab, noted.
    pub(crate) fn read(&mut self, text: &str) {
        let mut fields = Fields::new(text, '\t');
        while let Some(kind) = fields.next() {
            let trigger = TRIGGERS.get(fields.number() as usize).copied().unwrap_or_default();
            let (at_ms, visit_ms) = (fields.number(), fields.number());
            let (page, prompt) = (fields.text(), fields.text());
            if let Some(is) = NOTED.get(number(&kind) as usize) {
                self.add(Note { cause: Cause { prompt, trigger, page, visit_ms }, is: *is, at_ms });
            }
        }
    }

    /// Records of six fields, each with a tab after it.
    pub(crate) fn write(&self) -> String {
        let mut text = String::new();
        for it in &self.list {
            let trigger = TRIGGERS.iter().position(|known| is(known, it.cause.trigger));
            for number in [it.is as i64, trigger.unwrap_or(TRIGGERS.len()) as i64, it.at_ms, it.cause.visit_ms] {
                push_number(&mut text, number.max(0) as u64, 1);
                text.push('\t');
            }
            for field in [&it.cause.page, &it.cause.prompt] {
                field.chars().filter(|it| !matches!(it, '\t' | '\n')).for_each(|it| text.push(it));
                text.push('\t');
            }
        }
        text
    }
}

/// Without the machinery of comparing texts.
pub(crate) fn is(one: &str, other: &str) -> bool {
    one.as_bytes() == other.as_bytes()
}
