//! All that a browser is told.

use crate::hesitation::Model;
use crate::journey::Definitions;

/// What the vendor defined, and what was learned of the product's pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Config {
    pub definitions: Definitions,
    /// `None`: hesitation is not looked for.
    pub hesitation: Option<Model>,
}
