//! All that a browser is told.

use crate::hesitation::Model;
use crate::journey::Definitions;
use crate::survey::Survey;

/// What the vendor defined, and what was learned of the product's pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub definitions: Definitions,
    pub surveys: Vec<Survey>,
    /// Nothing comes up by itself sooner after a page was loaded; from `[budget]`.
    pub after_load_ms: u64,
    /// `None`: hesitation is not looked for.
    pub hesitation: Option<Model>,
}
