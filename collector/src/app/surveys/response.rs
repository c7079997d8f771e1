//! One filling-in of a survey.

use serde::Serialize;

/// The kinds of steps, as messages have them.
pub const KINDS: [&str; 11] =
    ["nps", "csat", "ces", "rating", "single", "multiple", "short", "long", "information", "link", "thanks"];

/// A survey that was shown to somebody, and what came back.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Response {
    pub survey: String,
    /// Made by the browser; ties the messages together.
    pub submission: String,
    pub lease: Option<String>,
    pub user: String,
    pub anonymous: bool,
    pub account: Option<String>,
    pub surface: String,
    pub trigger: String,
    pub language: String,
    /// Where it was shown: a template where hesitation led to it, else a path; may be empty.
    pub page: String,
    /// The visit on which hesitation led to it.
    pub visit_ms: Option<i64>,
    /// When it was shown.
    pub at_ms: i64,
    /// When it was last heard of.
    pub last_ms: i64,
    pub outcome: Outcome,
    /// The step it was left at; `None` where it was completed, is open, or nobody knows.
    pub left_at: Option<String>,
    /// The latest to each step, in the order in which steps were first answered.
    pub answers: Vec<StepAnswer>,
}

/// What became of it: exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    Completed,
    /// Closed before the end.
    Dismissed,
    /// Answered something, and then silent for half an hour.
    Abandoned,
    /// Answered nothing, and timed out or silent for half an hour.
    Ignored,
    Open,
}

/// The answer to one step.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StepAnswer {
    pub step: String,
    /// One of [`KINDS`].
    pub kind: &'static str,
    pub at_ms: i64,
    #[serde(flatten)]
    pub given: Given,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Given {
    Score(i32),
    /// Ids of choices; `other` is empty where it was not chosen.
    Chosen {
        choices: Vec<String>,
        other: String,
    },
    Text(String),
    /// A link was followed, or the box ticked.
    Agreed(bool),
    /// Seen, and left out or only read.
    Passed(bool),
}

impl Outcome {
    pub const ALL: [Self; 5] = [Self::Completed, Self::Dismissed, Self::Abandoned, Self::Ignored, Self::Open];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Dismissed => "dismissed",
            Self::Abandoned => "abandoned",
            Self::Ignored => "ignored",
            Self::Open => "open",
        }
    }
}

impl Given {
    /// Anything but having seen it.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Self::Passed(_))
    }

    /// What was written, in a field or as "other".
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) | Self::Chosen { other: text, .. } if !text.is_empty() => Some(text),
            _ => None,
        }
    }
}

impl Response {
    /// Something was answered.
    pub fn is_answered(&self) -> bool {
        self.answers.iter().any(|it| it.given.is_answer())
    }

    /// All that was written, with the step it was written at.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answers.iter().filter_map(|it| Some((it.step.as_str(), it.given.text()?)))
    }

    /// The first score of a kind of scale.
    pub fn score(&self, kind: &str) -> Option<i32> {
        self.answers.iter().find_map(|it| match it.given {
            Given::Score(score) if it.kind == kind => Some(score),
            _ => None,
        })
    }

    pub fn answer(&self, step: &str) -> Option<&StepAnswer> {
        self.answers.iter().find(|it| it.step == step)
    }

    /// Its names: of a survey, and within it.
    pub fn key(&self) -> (&str, &str) {
        (&self.survey, &self.submission)
    }
}
