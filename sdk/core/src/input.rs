//! Everything a browser can tell the SDK, as one closed list.

use crate::consent::Consent;
use crate::observation::{Observation, PromptSaid};
use crate::prompts::SurveySaid;
use domain::{AccountId, MilestoneId, SurveyId, UserId};

/// Something happened.
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The SDK runs; comes first, once.
    Started { page: Page, visible: bool },
    /// What [`crate::Effect::Store`] left behind, now or from another tab; `None` when there is nothing.
    Stored(Option<&'a str>),
    /// What [`crate::Effect::Keep`] left behind in this tab; comes before [`Input::Stored`], where there is anything.
    Kept(&'a str),
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
    /// The network is back, or gone.
    Online(bool),
    /// A click on or inside an element that a watched selector matches.
    Clicked { selector: &'a str },
    /// Half of such an element came into view or left it.
    Sighted { selector: &'a str, element: u32, in_view: bool },
    /// Something that may tell of hesitation; only after [`crate::Effect::Observe`].
    Observed(Observation<'a>),
    /// What became of an [`crate::Effect::Prompt`]. The text: what was written, or the link followed.
    Prompt { said: PromptSaid, text: &'a str },
    /// The answer to an [`crate::Effect::Lease`].
    Leased { id: u32, answer: Leased<'a> },
    /// What became of an [`crate::Effect::Draw`], and of which survey. The value: what was answered.
    Surveyed { said: SurveySaid, value: &'a str, survey: &'a str },
    /// Somebody wants to see why prompts are shown or not.
    Inspect,
    /// Somebody wants to see what is stored about them, and the collector must know who.
    Introduce,
    /// The vendor's code says in which situation the page is used; empty: none in particular.
    Context(String),
    /// The answer to an [`crate::Effect::Gather`]: what is kept that this page did not know of, the oldest first, each as
    /// [`crate::Record::push_fields`] writes it; and the keys it did know of that are no longer kept, a NUL after each.
    /// Not `is_whole`: there may be more, later.
    Gathered { id: u32, records: &'a str, elsewhere: &'a str, is_whole: bool },
    /// The end of an [`crate::Effect::Send`]. Status 0: no answer. `shed`: where the answer tells messages apart, one digit
    /// for each, `1`: not stored, to be sent again.
    Answered { batch_id: u32, status: u16, retry_after_ms: Option<u64>, shed: &'a str },
    /// The time of [`crate::Effect::WakeAt`] has come.
    Woke,
}

/// How asking for a lease ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leased<'a> {
    /// The collector's answer, or nothing where nothing was asked of it.
    Text(&'a str),
    /// Another tab has the place.
    OtherTab,
    Unreachable,
}

/// One call of the vendor's code. Properties and traits are the text of one JSON object, or empty.
///
/// All calls have one shape inside, because they wait, are counted and are taken apart the same way.
#[derive(Clone, Debug)]
pub struct Call {
    pub(crate) verb: Verb,
    /// Whom or what the call is about: an event, a page's name, an id; may be empty.
    pub(crate) subject: String,
    pub(crate) body: String,
    /// The proof of an `identify`, the previous id of an `alias`.
    pub(crate) extra: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Track,
    Identify,
    Group,
    Page,
    Alias,
    Milestone,
    Reset,
    /// No message: a survey is brought up.
    Ask,
}

impl Verb {
    const ALL: [Self; 8] =
        [Self::Track, Self::Identify, Self::Group, Self::Page, Self::Alias, Self::Milestone, Self::Reset, Self::Ask];
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

impl Page {
    /// The path, with a hash that is a route.
    pub(crate) fn route(&self) -> String {
        let mut route = self.path.clone();
        let mut hash = self.url.chars().skip_while(|it| *it != '#');
        let start: (Option<char>, Option<char>) = (hash.next(), hash.next());
        if let (Some(sign), Some(first @ ('/' | '!'))) = start {
            route.push(sign);
            route.push(first);
            route.extend(hash.take_while(|it| *it != '?'));
        }
        route
    }
}

impl Call {
    pub fn track(name: impl Into<String>, properties: impl Into<String>) -> Self {
        Self::new(Verb::Track, name.into(), properties.into())
    }

    /// Without a user id, only traits are told.
    pub fn identify(user_id: Option<UserId>, traits: impl Into<String>) -> Self {
        Self::new(Verb::Identify, user_id.map(UserId::into_string).unwrap_or_default(), traits.into())
    }

    /// The JWT that proves the user id of this `identify`; it is sent along, and kept only beside messages that wait.
    pub fn with_token(self, token: Option<String>) -> Self {
        Self { extra: token, ..self }
    }

    pub fn group(account_id: AccountId, traits: impl Into<String>) -> Self {
        Self::new(Verb::Group, account_id.into_string(), traits.into())
    }

    pub fn page(name: Option<String>, properties: impl Into<String>) -> Self {
        Self::new(Verb::Page, name.unwrap_or_default(), properties.into())
    }

    /// Without a previous id, the current one is meant.
    pub fn alias(user_id: UserId, previous_id: Option<String>) -> Self {
        Self { extra: previous_id, ..Self::new(Verb::Alias, user_id.into_string(), String::new()) }
    }

    pub fn milestone(id: MilestoneId) -> Self {
        Self::new(Verb::Milestone, id.into_string(), String::new())
    }

    /// This survey is to be shown, as far as nothing stands against it.
    pub fn ask(survey: SurveyId) -> Self {
        Self::new(Verb::Ask, survey.into_string(), String::new())
    }

    /// Forget who this is: somebody else may sit here next.
    pub fn reset() -> Self {
        Self::new(Verb::Reset, String::new(), String::new())
    }

    /// The vendor says that something was done: a sign of progress.
    pub(crate) fn is_step(&self) -> bool {
        matches!(self.verb, Verb::Track | Verb::Milestone)
    }

    /// As `sdk/loader/command.js` says it: the verb's number in the order of `Verb::ALL`.
    pub fn numbered(verb: usize, subject: String, body: String, extra: Option<String>) -> Option<Self> {
        Verb::ALL.get(verb).map(|it| Self { verb: *it, subject, body, extra })
    }

    fn new(verb: Verb, subject: String, body: String) -> Self {
        Self { verb, subject, body, extra: None }
    }
}
