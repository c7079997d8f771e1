//! What is on the screens of a survey, in one language.

use super::branch::{Branch, Goal};
use super::text::Text;
use crate::id::{StepId, SurveyId};

/// All screens of one survey in one language; comes with the lease.
#[derive(Clone, Debug, PartialEq)]
pub struct Content {
    pub survey: SurveyId,
    /// BCP 47, of the texts; it may be another than was asked for.
    pub language: String,
    /// `#` and six digits; empty: ours.
    pub accent: String,
    /// In the order of [`super::SurveyWording`].
    pub words: Vec<String>,
    /// At least one, of which the first is shown first.
    pub steps: Vec<Step>,
}

/// One screen.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    pub id: StepId,
    pub kind: StepKind,
    pub title: Text,
    /// Below the title; may be empty.
    pub text: Text,
    /// Only a question can be; others can be skipped.
    pub is_required: bool,
    /// The first whose test holds decides …
    pub branches: Vec<Branch>,
    /// … else this.
    pub otherwise: Goal,
}

#[derive(Clone, Debug, PartialEq)]
pub enum StepKind {
    /// One number of a row.
    Scale { metric: Metric, shape: Shape, from: i32, to: i32, low: String, high: String },
    /// One or several of a list, written out by the visitor where `other` has a text.
    Choice { is_multiple: bool, choices: Vec<Choice>, other: String, is_shuffled: bool },
    /// Written by the visitor.
    Written { is_long: bool, placeholder: String },
    /// Nothing to answer.
    Information,
    /// Leads to another page, in a new tab.
    Link(Link),
    /// The end, with a link or none, and a box to tick that lets the vendor get in touch where it has a text.
    Thanks { link: Option<Link>, contact: String },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// As it is recorded, whatever the language.
    pub id: String,
    pub label: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    pub label: String,
    pub url: String,
}

/// What a scale measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Net Promoter Score: 0 to 10; promoters from 9, detractors up to 6.
    Nps,
    /// Customer satisfaction: satisfied are the upper two of five.
    Csat,
    /// Customer effort: agreement from 1 to 7 that it was easy.
    Ces,
    Rating,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Numbers,
    Stars,
    /// Five faces at most.
    Emoji,
}

impl Metric {
    pub const ALL: [Self; 4] = [Self::Nps, Self::Csat, Self::Ces, Self::Rating];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nps => "nps",
            Self::Csat => "csat",
            Self::Ces => "ces",
            Self::Rating => "rating",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().as_bytes() == text.as_bytes())
    }
}

impl Shape {
    pub const ALL: [Self; 3] = [Self::Numbers, Self::Stars, Self::Emoji];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Stars => "stars",
            Self::Emoji => "emoji",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().as_bytes() == text.as_bytes())
    }
}

impl StepKind {
    /// As it is written, recorded and drawn.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Scale { metric, .. } => metric.as_str(),
            Self::Choice { is_multiple: false, .. } => "single",
            Self::Choice { is_multiple: true, .. } => "multiple",
            Self::Written { is_long: false, .. } => "short",
            Self::Written { is_long: true, .. } => "long",
            Self::Information => "information",
            Self::Link(_) => "link",
            Self::Thanks { .. } => "thanks",
        }
    }

    /// Something can be answered.
    pub fn is_question(&self) -> bool {
        matches!(self, Self::Scale { .. } | Self::Choice { .. } | Self::Written { .. })
    }
}

impl Step {
    pub fn id(&self) -> &str {
        self.id.as_str()
    }
}
