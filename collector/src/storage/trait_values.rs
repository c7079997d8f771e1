//! The latest value of a trait, for everybody, packed so that a million users fit.

use super::UserKey;

/// Stands for no value.
const NONE: u32 = u32::MAX;

/// Values by number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TraitValues {
    texts: Vec<String>,
    numbers: Vec<u32>,
}

impl TraitValues {
    /// `texts` are the values, each once; `numbers` has each user's, in order of [`UserKey`] from 0 on.
    pub fn new(texts: Vec<String>, numbers: impl Iterator<Item = Option<u32>>) -> Self {
        Self { texts, numbers: numbers.map(|it| it.unwrap_or(NONE)).collect() }
    }

    /// Every value that somebody has, or had.
    pub fn texts(&self) -> &[String] {
        &self.texts
    }

    /// The place of a user's value in [`Self::texts`]; `None` for who has none.
    pub fn number_of(&self, user: UserKey) -> Option<usize> {
        self.numbers.get(user.0 as usize).filter(|it| **it != NONE).map(|it| *it as usize)
    }

    pub fn of(&self, user: UserKey) -> Option<&str> {
        self.texts.get(self.number_of(user)?).map(String::as_str)
    }
}
