//! Texts with earlier answers and traits in them.
//!
//! In `milepost.toml`: `You gave us {nps}. Why, {user.name|you}?`, and ICU's plural,
//! `{account.seats, plural, one {# seat} other {# seats}}`.
//! `sdk/loader/view.js` fills them in. What is filled in is never read again: a brace in it is a brace.

use crate::rule::Scope;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Text {
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    Plain(String),
    /// What was answered or is known, else `fallback`.
    Filled {
        source: Source,
        fallback: String,
    },
    /// The form for a number, by CLDR's category (`one`, `few`, `other`); `#` in it stands for the number.
    /// Without a number, or without its category: `other`.
    Plural {
        source: Source,
        forms: Vec<(String, String)>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    /// The position of an earlier step.
    Answer(usize),
    Trait {
        of: Scope,
        path: Vec<String>,
    },
}

impl Text {
    pub fn plain(text: impl Into<String>) -> Self {
        Self { parts: Vec::from([Part::Plain(text.into())]) }
    }

    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }
}
