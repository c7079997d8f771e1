//! `[hesitation]` in words: whom to ask, how often, in which language, where not.

mod wording;

pub(super) use wording::KEYS as WORD_KEYS;
pub use wording::{Language, builtin_words};

use domain::UrlPattern;
use domain::hesitation::HelpLink;

/// What the vendor wants of the detector.
#[derive(Clone, Debug, PartialEq)]
pub struct Hesitation {
    /// Share of sessions that may be asked.
    pub budget: f64,
    pub language: Language,
    /// Else only observed.
    pub is_asking: bool,
    /// The language's texts with the vendor's own over them, in the order of [`domain::hesitation::Wording`].
    pub words: Vec<String>,
    /// CSS color; empty: ours.
    pub accent: String,
    pub pages: Vec<UrlPattern>,
    pub excluded: Vec<UrlPattern>,
    pub links: Vec<HelpLink>,
    /// Share of sessions whose inputs are recorded.
    pub record_share: f64,
    /// A page whose questions are right less often than this asks nobody any more.
    pub precision_floor: f64,
}

impl Hesitation {
    /// One session in thirty-three: rare enough that nobody is asked twice a week.
    pub const DEFAULT_BUDGET: f64 = 0.03;

    /// Wrong as often as right: below that, silence is better.
    pub const DEFAULT_PRECISION_FLOOR: f64 = 0.5;
}

impl Default for Hesitation {
    fn default() -> Self {
        Self {
            budget: Self::DEFAULT_BUDGET,
            language: Language::English,
            is_asking: true,
            words: builtin_words(Language::English),
            accent: String::new(),
            pages: Vec::new(),
            excluded: Vec::new(),
            links: Vec::new(),
            record_share: 0.0,
            precision_floor: Self::DEFAULT_PRECISION_FLOOR,
        }
    }
}
