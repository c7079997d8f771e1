//! Where users hesitate, why, what they said when asked, and how often the detector was right.
//!
//! Every number is counted over sessions and keeps the sessions behind it, so a number always
//! equals its list. Definitions: `docs/reference/metrics.md`.
//!
//! `messages.rs` reads what browsers said → `progress.rs` knows who went on → `episode.rs` says what became of each
//! session → `answer.rs` counts. `learning.rs` makes the next model of the same messages, `published.rs` puts it in force.

mod answer;
mod curve;
mod episode;
mod learning;
mod messages;
mod progress;
mod published;
mod share;
mod templates;

pub use published::Published;
pub use share::Share;

use domain::hesitation::Feature;
use serde::Serialize;

/// What is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HesitationRequest {
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

/// The answer that dashboard and API show.
#[derive(Clone, Debug, Serialize)]
pub struct HesitationAnswer {
    /// There is a `[hesitation]` in `milepost.toml`.
    pub is_configured: bool,
    /// People are asked; else only observed.
    pub is_asking: bool,
    /// Of questions and reasons: `en`, `de`, `fr` or `es`.
    pub language: &'static str,
    /// Share of sessions that may be asked.
    pub budget: f64,
    /// A page whose questions are right less often than this is muted.
    pub precision_floor: f64,
    /// Distinct visitors from which on a page has a baseline of its own.
    pub visitors_needed: u64,
    /// Version of the model in force; `None` without one.
    pub model: Option<u64>,
    /// All pages together: a session counts once.
    pub all: Tally,
    /// The page with the surest hesitation (lower end of the interval) first.
    pub pages: Vec<PageAnswer>,
    /// Free texts, newest first.
    pub verbatim: Vec<Verbatim>,
    pub lift: Lift,
    #[serde(skip)]
    counted: answer::Counted,
}

/// One page.
#[derive(Clone, Debug, Serialize)]
pub struct PageAnswer {
    /// A template such as `/invoices/:id`.
    pub page: String,
    pub tally: Tally,
    /// Says why, where the page is muted.
    pub muted: Option<Muted>,
    /// Distinct visitors its baseline is learned from so far; own from [`HesitationAnswer::visitors_needed`] on.
    pub visitors: u64,
    /// After a click, typing and scrolling, where known.
    pub curves: Vec<BaselineCurve>,
    pub lift: Lift,
    /// Most frequent first.
    pub reasons: Vec<ReasonCount>,
}

/// Sessions, by what became of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Tally {
    /// Sessions that hesitated, of all that came here.
    pub hesitated: Share,
    /// Saw the quiet offer of help.
    pub hinted: u64,
    /// Saw the question.
    pub asked: u64,
    pub answers: Answers,
    pub precision: Precision,
}

/// Of those asked, and of those who opened a hint: each in exactly one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answers {
    pub confused: u64,
    pub help: u64,
    pub fine: u64,
    pub never: u64,
    pub dismissed: u64,
    pub timed_out: u64,
    /// Nothing came back: the page was left, or the answer is still on its way.
    pub unanswered: u64,
}

/// How often hesitation was what it looked like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Precision {
    /// Both kinds of label together.
    pub all: Share,
    /// "Yes" or a help link, of those who answered.
    pub one_tap: Share,
    /// Went nowhere within ten minutes, of those who hesitated but were not to be asked.
    pub shadow: Share,
}

/// A page that asks nobody any more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Muted {
    pub since_ms: i64,
    /// The labels it was decided by.
    pub precision: Share,
    /// As a sentence.
    pub reason: String,
}

/// How long visitors of a page stay idle, and when the detector would speak up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BaselineCurve {
    /// Learned from this very page; else the site's.
    pub is_own: bool,
    /// What the last action was: `click`, `typing` or `scrolling`.
    pub after: &'static str,
    /// (milliseconds since the last action, share of visits that went on and were still idle), falling.
    pub points: Vec<(i64, f64)>,
    /// The idle time at which a typical visit would be asked; `None`: not by being idle alone.
    pub fires_at_ms: Option<i64>,
    /// The least trouble that, with a pause, would lead to a hint or a question.
    pub fires_troubled: Option<Troubled>,
}

/// So many clicks on one thing without effect, and then idle for so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Troubled {
    pub dead_clicks: u64,
    pub idle_ms: i64,
    /// Only the quiet offer of help comes.
    pub is_hint: bool,
}

/// One of the things that made scores here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReasonCount {
    #[serde(serialize_with = "feature_name")]
    pub feature: Feature,
    /// In the project's language, with the medians of what was measured and of what is usual.
    pub sentence: String,
    /// Hesitating sessions with this among their three reasons.
    pub sessions: u64,
}

/// What someone wrote.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verbatim {
    pub at_ms: i64,
    pub user: String,
    pub anonymous: bool,
    pub account: Option<String>,
    pub page: String,
    pub text: String,
    /// Why they were asked, as sentences.
    pub reasons: Vec<String>,
}

/// Whether asking helps: hesitating sessions that reached a milestone within ten minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Lift {
    pub treated: Share,
    pub hold_out: Share,
}

/// One of the numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Sessions,
    Hesitated,
    Hinted,
    Asked,
    /// Confused, took help, fine or never again.
    Answered,
    Confused,
    Help,
    Fine,
    Never,
    Dismissed,
    TimedOut,
    Unanswered,
    /// Confused or took help: the part of [`Precision::one_tap`].
    OneTapRight,
    /// Labelled, and stuck indeed.
    Right,
    /// Labelled, and not stuck.
    Wrong,
    /// Hesitated, were not to be asked, and went nowhere.
    ShadowStuck,
    /// Hesitated, were not to be asked, and went on.
    ShadowWentOn,
    /// Hesitated, with this among the three reasons.
    Because(Feature),
    /// Of [`Lift`]: all, and those who reached a milestone.
    Treated,
    TreatedReached,
    HoldOut,
    HoldOutReached,
}

/// One session behind a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Behind {
    pub user: String,
    pub anonymous: bool,
    pub account: Option<String>,
    pub session: String,
    pub page: String,
    /// Why it looked stuck, as sentences; empty where it did not.
    pub why: Vec<String>,
    /// As in [`Answers`]: `confused`, `timed-out`; `None` where nobody was asked.
    pub said: Option<&'static str>,
    /// When it last did what the number counts.
    pub at_ms: i64,
}

/// As URLs and the API have them.
const NAMES: [(Who, &str); 21] = [
    (Who::Sessions, "sessions"),
    (Who::Hesitated, "hesitated"),
    (Who::Hinted, "hinted"),
    (Who::Asked, "asked"),
    (Who::Answered, "answered"),
    (Who::Confused, "confused"),
    (Who::Help, "help"),
    (Who::Fine, "fine"),
    (Who::Never, "never"),
    (Who::Dismissed, "dismissed"),
    (Who::TimedOut, "timed-out"),
    (Who::Unanswered, "unanswered"),
    (Who::OneTapRight, "one-tap-right"),
    (Who::Right, "right"),
    (Who::Wrong, "wrong"),
    (Who::ShadowStuck, "shadow-stuck"),
    (Who::ShadowWentOn, "shadow-went-on"),
    (Who::Treated, "treated"),
    (Who::TreatedReached, "treated-reached"),
    (Who::HoldOut, "hold-out"),
    (Who::HoldOutReached, "hold-out-reached"),
];

impl Who {
    /// As URLs and the API have it: `timed-out`, `because-fewStates`.
    pub fn name(self) -> String {
        match self {
            Self::Because(feature) => format!("because-{}", feature.as_str()),
            _ => self.static_name().to_owned(),
        }
    }

    /// Empty for a reason.
    fn static_name(self) -> &'static str {
        NAMES.iter().find(|(who, _)| *who == self).map(|(_, name)| *name).unwrap_or_default()
    }

    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("because-") {
            Some(name) => Feature::ALL.into_iter().find(|it| it.as_str() == name).map(Self::Because),
            None => NAMES.iter().find(|(_, name)| *name == text).map(|(who, _)| *who),
        }
    }
}

impl Answers {
    /// Those who said anything.
    pub fn answered(&self) -> u64 {
        self.confused + self.help + self.fine + self.never
    }
}

impl HesitationAnswer {
    /// The sessions behind a number of a page, or of all pages (`None`), the latest first: as many as the number says.
    pub fn behind(&self, page: Option<&str>, who: Who) -> Vec<Behind> {
        self.counted.behind(page, who, self.language)
    }
}

fn feature_name<S: serde::Serializer>(feature: &Feature, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(feature.as_str())
}
