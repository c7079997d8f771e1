//! What became of a survey's screen, by number; the same list as `sdk/loader/survey-said.js`.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveySaid {
    /// It is on screen.
    Shown,
    /// A score (`9`), positions with what was written as "other" below (`0,2` and a line), a text; the box of a thanks
    /// step: `1` or `0`.
    Answered,
    Skipped,
    Back,
    /// By its cross, or by Escape.
    Closed,
    NotNow,
    Never,
    /// The pointer or the focus is on it, so that it must not go away.
    Held,
    /// … is no longer.
    Released,
    /// Its link.
    Followed,
    /// The host page took it away, or it could not be drawn.
    Gone,
    /// The visitor pressed its tab.
    Opened,
    /// An element for it stands in the page.
    There,
    /// The visitor looks at what is stored about them.
    Receipt,
}

impl SurveySaid {
    /// In the order of the edge's numbers.
    pub const ALL: [Self; 14] = [
        Self::Shown,
        Self::Answered,
        Self::Skipped,
        Self::Back,
        Self::Closed,
        Self::NotNow,
        Self::Never,
        Self::Held,
        Self::Released,
        Self::Followed,
        Self::Gone,
        Self::Opened,
        Self::There,
        Self::Receipt,
    ];
}
