//! What was defined when it was last looked, and what has changed since it first was.

/// One part of what is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptDefinition {
    /// What it is about, such as `journey:onboarding`.
    pub subject: String,
    /// Which part of it, in words of `app/definitions.rs`.
    pub part: String,
    /// Differs where the part differs.
    pub digest: String,
    /// The part itself, where it is short enough to be told.
    pub said: String,
}

/// A definition was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionChange {
    pub at_ms: i64,
    /// As in [`KeptDefinition`].
    pub subject: String,
    /// Of all of it, as it was from then on; empty where it is not defined any more.
    pub digest: String,
    /// What is different, in words.
    pub text: String,
}
