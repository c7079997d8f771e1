//! The words around every question.

/// In the order in which they travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurveyWording {
    /// Next
    Next,
    /// Back
    Back,
    /// Skip
    Skip,
    /// Send
    Send,
    /// Not now
    NotNow,
    /// Don't ask again
    Never,
    /// Close
    Close,
    /// Why am I asked?
    Why,
    /// Please answer this first.
    Required,
    /// `{at} of {of}`: both stand in it in braces.
    Progress,
    /// Question in the corner of the page. Press F6 to go to it.
    Announcement,
    /// Saved.
    Saved,
}

impl SurveyWording {
    pub const COUNT: usize = 12;
}
