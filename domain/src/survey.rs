//! Surveys: what is asked, of whom, when, and what follows from an answer.
//!
//! A [`Survey`] is what every page is told in advance: when to think of it, and for whom.
//! Its [`Content`] (steps, texts in one language) comes with the lease that lets it be shown.
//! [`Content::next`] says where an answer leads, and [`Outline::next`] the same in the browser; what is filled into a
//! [`Text`] is filled in by `sdk/loader/view.js`.

mod answer;
mod branch;
mod content;
mod outline;
mod text;
mod trigger;
mod wording;

pub use answer::{Answer, Answers};
pub use branch::{Branch, Goal, Person, Test};
pub use content::{Choice, Content, Link, Metric, Shape, Step, StepKind};
pub use outline::{Outline, OutlineStep, Sort, holds};
pub use text::{Part, Source, Text};
pub use trigger::Trigger;
pub use wording::SurveyWording;

use crate::id::SurveyId;
use crate::rule::Rule;
use crate::url_pattern::UrlPattern;

/// One campaign, as every page is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Survey {
    pub id: SurveyId,
    pub surface: Surface,
    /// Any of them brings it up; none: only the vendor's code, or the visitor, does.
    pub triggers: Vec<Trigger>,
    /// Must hold for the visitor's traits when it is to be shown.
    pub audience: Option<Rule>,
    /// Only on these pages; empty: on all.
    pub pages: Vec<UrlPattern>,
    /// Never on these.
    pub excluded: Vec<UrlPattern>,
    /// From the trigger to the earliest moment of showing.
    pub delay_ms: u64,
    /// Thousandths of the people who may be asked; who is in stays in ([`crate::hash::hash`] of user and survey).
    pub sample: u32,
    /// The higher goes first when several could be shown.
    pub priority: u32,
    /// What the tab says, by language tag, the default first; empty for other surfaces.
    pub labels: Vec<(String, String)>,
}

/// Where it is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// In the bottom corner, or as a sheet at the bottom of a phone: the one that interrupts.
    Popover,
    /// In the vendor's page, where `<milepost-survey survey="…">` stands.
    Inline,
    /// Behind a tab at the edge, opened by the visitor.
    Tab,
}

impl Surface {
    pub const ALL: [Self; 3] = [Self::Popover, Self::Inline, Self::Tab];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Popover => "popover",
            Self::Inline => "inline",
            Self::Tab => "tab",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().as_bytes() == text.as_bytes())
    }
}
