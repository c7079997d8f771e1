//! Why a prompt was, or was not, shown: one closed list for the browser, the collector and the why-log.

/// One gate that stands against a prompt. Its position in [`Reason::ALL`] is its bit, for ever: new ones go to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    // The moment, as the browser sees it.
    /// The page is not shown, or has not the focus.
    Hidden,
    /// Somebody just came back to it.
    Returned,
    Typing,
    Dragging,
    Composing,
    /// A dialog of the page or of another vendor is open.
    Modal,
    /// A form holds changes that are not saved.
    Dirty,
    Media,
    Fullscreen,
    /// Something was done a moment ago.
    Acting,
    /// The page was loaded too short a time ago.
    Early,
    /// An error was shown a moment ago.
    Troubled,
    Offline,
    /// The visitor asks sites to save data.
    SavingData,
    /// The survey's delay is not over.
    Delayed,
    /// Another prompt of ours is on this page.
    Prompted,
    /// … or in another tab.
    OtherTab,
    // Whom and where it is for.
    /// Not on this page, by `pages` or `exclude`.
    OtherPage,
    /// Not for these traits.
    Audience,
    /// Not in the sample.
    Unsampled,
    // The budget and the survey's own clock, as the collector keeps them.
    /// This session has had its prompt.
    Session,
    /// Nothing in somebody's first session.
    FirstSession,
    /// Prompted too short a time ago.
    Gap,
    /// Prompted too often this quarter.
    Quarter,
    /// Enough people of this account were prompted lately.
    Account,
    /// Dismissed prompts so often that there is silence.
    Silenced,
    /// Said "not for … days".
    Muted,
    /// Said "don't ask again".
    Declined,
    /// This survey: shown before, and not due again.
    NotDue,
    /// An NPS question of any survey: too short a time ago.
    NpsGap,
    /// A more important survey is due soon, and keeps the place.
    Reserved,
    /// The survey has the answers it wanted.
    Enough,
    /// The survey has not begun, or is over.
    Dates,
    /// There is no such survey any more.
    Unknown,
    /// The milestone is not overdue, by the collector's own count.
    NotOverdue,
    /// The collector could not be asked.
    Unreachable,
    /// Too many questions about prompts from this browser.
    Throttled,
    /// Of an experiment's group that is not asked.
    HoldOut,
}

impl Reason {
    pub const ALL: [Self; 38] = [
        Self::Hidden,
        Self::Returned,
        Self::Typing,
        Self::Dragging,
        Self::Composing,
        Self::Modal,
        Self::Dirty,
        Self::Media,
        Self::Fullscreen,
        Self::Acting,
        Self::Early,
        Self::Troubled,
        Self::Offline,
        Self::SavingData,
        Self::Delayed,
        Self::Prompted,
        Self::OtherTab,
        Self::OtherPage,
        Self::Audience,
        Self::Unsampled,
        Self::Session,
        Self::FirstSession,
        Self::Gap,
        Self::Quarter,
        Self::Account,
        Self::Silenced,
        Self::Muted,
        Self::Declined,
        Self::NotDue,
        Self::NpsGap,
        Self::Reserved,
        Self::Enough,
        Self::Dates,
        Self::Unknown,
        Self::NotOverdue,
        Self::Unreachable,
        Self::Throttled,
        Self::HoldOut,
    ];

    /// As APIs, files and the inspector have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Returned => "returned",
            Self::Typing => "typing",
            Self::Dragging => "dragging",
            Self::Composing => "composing",
            Self::Modal => "modal",
            Self::Dirty => "dirty",
            Self::Media => "media",
            Self::Fullscreen => "fullscreen",
            Self::Acting => "acting",
            Self::Early => "early",
            Self::Troubled => "troubled",
            Self::Offline => "offline",
            Self::SavingData => "savingData",
            Self::Delayed => "delayed",
            Self::Prompted => "prompted",
            Self::OtherTab => "otherTab",
            Self::OtherPage => "otherPage",
            Self::Audience => "audience",
            Self::Unsampled => "unsampled",
            Self::Session => "session",
            Self::FirstSession => "firstSession",
            Self::Gap => "gap",
            Self::Quarter => "quarter",
            Self::Account => "account",
            Self::Silenced => "silenced",
            Self::Muted => "muted",
            Self::Declined => "declined",
            Self::NotDue => "notDue",
            Self::NpsGap => "npsGap",
            Self::Reserved => "reserved",
            Self::Enough => "enough",
            Self::Dates => "dates",
            Self::Unknown => "unknown",
            Self::NotOverdue => "notOverdue",
            Self::Unreachable => "unreachable",
            Self::Throttled => "throttled",
            Self::HoldOut => "holdOut",
        }
    }
}

/// A set of reasons, as one number; empty: nothing stands against it. Below 2⁵³, so that JavaScript can hold it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reasons(u64);

impl Reasons {
    pub const NONE: Self = Self(0);

    pub fn from_bits(bits: u64) -> Self {
        Self(bits & ((1 << Reason::ALL.len()) - 1))
    }

    pub fn bits(self) -> u64 {
        self.0
    }

    pub fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u32;
    }

    /// Adds it where it applies.
    pub fn add_if(&mut self, applies: bool, reason: Reason) {
        if applies {
            self.add(reason);
        }
    }

    pub fn has(self, reason: Reason) -> bool {
        self.0 & 1 << reason as u32 != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In the order of [`Reason::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |it| self.has(*it))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_its_bit() {
        for (bit, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, bit, "{reason:?}");
            let mut reasons = Reasons::NONE;
            reasons.add(reason);
            assert_eq!(reasons.bits(), 1 << bit);
            assert_eq!(reasons.iter().collect::<Vec<_>>(), [reason]);
        }
    }

    #[test]
    fn unknown_bits_are_dropped() {
        assert!(Reasons::from_bits(1 << 60).is_empty());
    }
}
