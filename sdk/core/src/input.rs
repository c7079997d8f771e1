//! Everything a browser can tell the SDK, as one closed list.

use crate::consent::Consent;
use domain::{AccountId, MilestoneId, UserId};

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The SDK runs; comes first, once.
    Started { page: Page, visible: bool },
    /// What [`crate::Effect::Store`] left behind, now or from another tab; `None` when there is nothing.
    Stored(Option<&'a str>),
    /// The answer to [`crate::Effect::FetchConfig`] in the compact form; `None` when it could not be had.
    Configured(Option<&'a str>),
    /// The vendor's code wants something recorded.
    Call(Call),
    /// The vendor's code says what the visitor decided.
    Consent(Consent),
    /// The page as it is now: its URL may have changed, or [`crate::Effect::DescribePage`] asked.
    Page(Page),
    /// The page came back from the back-forward cache.
    Restored(Page),
    /// The page is shown or hidden. A page that goes away is hidden.
    Visible(bool),
    /// The visitor moved, typed, scrolled or tapped; may be sampled.
    Active,
    /// The network is back.
    Online,
    /// A click on or inside an element that a watched selector matches.
    Clicked { selector: &'a str },
    /// Half of such an element came into view or left it.
    Sighted { selector: &'a str, element: u32, in_view: bool },
    /// The end of an [`crate::Effect::Send`]. Status 0: no answer.
    Answered { batch_id: u32, status: u16, retry_after_ms: Option<u64> },
    /// The time of [`crate::Effect::WakeAt`] has come.
    Woke,
}

/// One call of the vendor's code. `properties` and `traits` are the text of one JSON object, or empty.
#[derive(Clone, Debug)]
pub enum Call {
    Track {
        name: String,
        properties: String,
    },
    /// `token` proves the user id to the collector; it is sent along and never stored.
    Identify {
        user_id: Option<UserId>,
        traits: String,
        token: Option<String>,
    },
    Group {
        account_id: AccountId,
        traits: String,
    },
    Page {
        name: Option<String>,
        properties: String,
    },
    Alias {
        user_id: UserId,
        previous_id: Option<String>,
    },
    Milestone(MilestoneId),
    /// Forget who this is: somebody else may sit here next.
    Reset,
}

/// Where the visitor is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub url: String,
    pub path: String,
    /// With its question mark, or empty.
    pub search: String,
    pub title: String,
    pub referrer: String,
}

impl Call {
    pub fn track(name: &str, properties: &str) -> Self {
        Self::Track { name: name.into(), properties: properties.into() }
    }

    pub fn identify(user_id: &str, traits: &str) -> Self {
        Self::Identify { user_id: Some(UserId::new(user_id)), traits: traits.into(), token: None }
    }

    pub fn group(account_id: &str, traits: &str) -> Self {
        Self::Group { account_id: AccountId::new(account_id), traits: traits.into() }
    }
}
