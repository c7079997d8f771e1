//! What a line says was seen, apart from when, where and of whom.

use sdk_core::hesitation::{Busy, Observation, PromptSaid, Surface};
use std::borrow::Cow;

/// The `kind` of a line, with its fields.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark<'a> {
    /// Who is here is said by the line's `user`, `session` and `device`.
    Start {
        memory: Cow<'a, str>,
    },
    /// The recorder used this version of the model from here on.
    Model {
        version: i64,
    },
    /// Which page is said by the line's `page` and `context`.
    Page,
    /// Neither of somebody nor of a page, so nothing borrowed.
    Seen(Observation<'static>),
    /// A step forward that nobody gave a name.
    Step,
    /// A field was left; whether it was changed shows in what was typed before.
    Blurred {
        field: u32,
    },
    Outcome {
        is_stuck: bool,
    },
    /// As it was recorded, as JSON.
    Decision(Cow<'a, str>),
    /// Not understood: only the time and the page count.
    Unknown,
}

impl Mark<'_> {
    pub(super) fn into_owned(self) -> Mark<'static> {
        match self {
            Mark::Start { memory } => Mark::Start { memory: Cow::Owned(memory.into_owned()) },
            Mark::Decision(json) => Mark::Decision(Cow::Owned(json.into_owned())),
            Mark::Model { version } => Mark::Model { version },
            Mark::Page => Mark::Page,
            Mark::Seen(observation) => Mark::Seen(observation),
            Mark::Step => Mark::Step,
            Mark::Blurred { field } => Mark::Blurred { field },
            Mark::Outcome { is_stuck } => Mark::Outcome { is_stuck },
            Mark::Unknown => Mark::Unknown,
        }
    }

    /// Shows that the visitor did something, rather than that time passed or somebody judged.
    pub(super) fn is_about_the_visitor(&self) -> bool {
        match self {
            Mark::Seen(observation) => {
                !matches!(observation, Observation::Left | Observation::Tick | Observation::Shown(_))
            }
            Mark::Page | Mark::Step | Mark::Blurred { .. } => true,
            Mark::Start { .. } | Mark::Model { .. } | Mark::Outcome { .. } | Mark::Decision(_) | Mark::Unknown => false,
        }
    }
}

pub(super) fn surface(word: &str) -> Option<Surface> {
    Some(match word {
        "control" => Surface::Control,
        "plain" => Surface::Plain,
        "opaque" => Surface::Opaque,
        _ => return None,
    })
}

pub(super) fn busy(word: &str) -> Option<Busy> {
    Some(match word {
        "dragging" => Busy::Dragging,
        "composing" => Busy::Composing,
        "modal" => Busy::Modal,
        "dirty" => Busy::Dirty,
        "media" => Busy::Media,
        "fullscreen" => Busy::Fullscreen,
        _ => return None,
    })
}

pub(super) fn said(word: &str) -> Option<PromptSaid> {
    PromptSaid::ALL.into_iter().find(|it| it.as_str() == word)
}

/// Whether an outcome, as people write it, means stuck.
pub(super) fn stuck(word: &str) -> Option<bool> {
    const STUCK: [&str; 14] = [
        "failed",
        "fail",
        "failure",
        "stuck",
        "confused",
        "wrong",
        "incorrect",
        "error",
        "unsolved",
        "abandoned",
        "abandon",
        "cancelled",
        "canceled",
        "lost",
    ];
    const WENT_ON: [&str; 14] = [
        "solved",
        "ok",
        "success",
        "succeeded",
        "passed",
        "pass",
        "correct",
        "right",
        "done",
        "completed",
        "complete",
        "converted",
        "fine",
        "finished",
    ];
    let word = word.to_lowercase();
    if STUCK.contains(&word.as_str()) {
        Some(true)
    } else if WENT_ON.contains(&word.as_str()) {
        Some(false)
    } else {
        None
    }
}
