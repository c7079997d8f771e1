//! What the vendor wrote in `milepost.toml`, checked.
//!
//! One project is one vendor's product: one file, one data folder, one collector.

mod annotation;
mod budget;
mod diagnostic;
pub mod duration;
mod hesitation;
mod hiding;
mod limits;
mod parse;
mod retention;
mod secret;
mod segment;
mod sign_in;
mod survey;

pub use annotation::Annotation;
pub use budget::Budget;
pub use diagnostic::{Also, Diagnostic, Diagnostics, Severity};
pub use hesitation::{Hesitation, Language, builtin_words};
pub use hiding::{Hidden, Hide, Onlooker};
pub use limits::{ForwardedHeader, Limits, Patience, contains};
pub use parse::{FetchSecret, Parsed, parse, parse_with};
pub use retention::Retention;
pub use secret::{Secret, SecretSource};
pub use segment::{SegmentDefinition, TouchModel};
pub use sign_in::{Oidc, SignIn, Welcome};
pub use survey::{Repeat, SurveyDefinition, survey_words};

use crate::metric::Calendar;
use domain::{Definitions, WriteKey};

/// A whole `milepost.toml`.
#[derive(Clone, Debug)]
pub struct Project {
    pub name: String,
    /// Days, weeks and months as its pages and answers have them.
    pub calendar: Calendar,
    pub keys: Vec<Key>,
    pub identity: Identity,
    pub definitions: Definitions,
    /// `None`: hesitation is not looked for.
    pub hesitation: Option<Hesitation>,
    pub budget: Budget,
    pub retention: Retention,
    /// In order of time.
    pub annotations: Vec<Annotation>,
    pub surveys: Vec<SurveyDefinition>,
    pub segments: Vec<SegmentDefinition>,
    /// `None`: accounts have no touch.
    pub touch: Option<TouchModel>,
    pub limits: Limits,
    pub sign_in: SignIn,
    pub hides: Vec<Hide>,
}

/// Who may append messages.
#[derive(Clone, Debug)]
pub struct Key {
    pub id: WriteKey,
    pub kind: KeyKind,
    /// Origins (`https://app.example.com`) whose pages may use a browser key; `*` allows any.
    pub origins: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Public: stands in the vendor's pages.
    Browser,
    /// Secret: stays on the vendor's servers; its messages are trusted.
    Server,
}

/// How much a page must prove about who its user is.
#[derive(Clone, Debug)]
pub struct Identity {
    pub mode: IdentityMode,
    /// HS256 secrets, newest first; two are live during a rotation.
    pub secrets: Vec<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentityMode {
    /// Tokens are ignored; every user id is claimed.
    Off,
    /// Tokens are checked and the trust level is stored; nothing is refused.
    Report,
    /// A user id from a page counts only with a valid token; without one the message is
    /// stored as its anonymous sender's.
    Enforce,
}

impl Project {
    pub fn survey(&self, id: &str) -> Option<&SurveyDefinition> {
        self.surveys.iter().find(|it| it.id() == id)
    }

    pub fn segment(&self, id: &str) -> Option<&SegmentDefinition> {
        self.segments.iter().find(|it| it.id == id)
    }

    pub fn key(&self, id: &str) -> Option<&Key> {
        self.keys.iter().find(|it| it.id.as_str() == id)
    }
}

impl Key {
    pub fn allows(&self, origin: &str) -> bool {
        self.origins.iter().any(|it| it == "*" || it == origin)
    }
}
