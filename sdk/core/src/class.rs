//! How dear a message is: the dearer, the earlier it leaves with its page, and the later it is dropped.
//!
//! A number, not an enum, because it is kept in the browser and comes back from there.

use domain::{Kind, reserved};

/// What the SDK says by itself: pages, time on them, recordings, why there was no prompt.
pub(crate) const AUTOMATIC: u8 = 0;

/// What the vendor's code or the vendor's definitions asked for.
pub(crate) const ORDINARY: u8 = 1;

/// Who somebody is, what they reached, what they answered.
pub(crate) const DEAR: u8 = 2;

/// How many of the others were lost. Its own loss is told nobody.
pub(crate) const REPORT: u8 = 3;

/// The class of a message of this kind and name.
pub(crate) fn class_of(kind: Kind, name: &str) -> u8 {
    match kind {
        Kind::Page | Kind::Screen => AUTOMATIC,
        Kind::Identify | Kind::Group | Kind::Alias => DEAR,
        Kind::Track => match name {
            reserved::PAGE_LEFT | reserved::INPUTS_RECORDED | reserved::PROMPT_WITHHELD => AUTOMATIC,
            reserved::MILESTONE_REACHED | reserved::HESITATION_ANSWERED => DEAR,
            reserved::MESSAGES_DROPPED => REPORT,
            // `Survey Shown` and what follows it.
            _ if name.starts_with("Survey ") => DEAR,
            _ => ORDINARY,
        },
    }
}
