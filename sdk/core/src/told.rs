//! What a machine wants done in the client's name.

use crate::effect::Effect;
use crate::input::Call;
#[cfg(feature = "hesitation")]
use domain::PromptKind;

#[derive(Debug, Default)]
pub(crate) struct Told {
    /// Come before the calls.
    pub(crate) effects: Vec<Effect>,
    pub(crate) calls: Vec<Call>,
    /// Something changed that another page should know of.
    pub(crate) is_changed: bool,
    /// The detector wants to prompt …
    #[cfg(feature = "hesitation")]
    pub(crate) wish: Option<Wish>,
    /// … and may, under this lease.
    #[cfg(feature = "hesitation")]
    pub(crate) lease: Option<String>,
    /// The detector's prompt is over, answered or taken away.
    #[cfg(feature = "hesitation")]
    pub(crate) is_over: bool,
}

/// A hint or a question of the detector's, to be leased.
#[cfg(feature = "hesitation")]
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    pub(crate) kind: PromptKind,
    pub(crate) page: String,
    pub(crate) visit_ms: i64,
}
