//! A `[[survey]]` as the vendor wrote it: what pages are told in advance, what only the collector knows, and the texts.

mod wording;

pub(super) use wording::WORD_KEYS;
pub use wording::survey_words;

use domain::Rule;
use domain::survey::{Content, Metric, StepKind, Survey};

/// One campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct SurveyDefinition {
    /// For operators.
    pub name: String,
    /// What pages are told in advance.
    pub survey: Survey,
    /// Asks only users of this `[[segment]]`.
    pub segment: Option<String>,
    pub repeat: Repeat,
    /// Asks nobody before, and from `ends_ms` on nobody any more.
    pub starts_ms: Option<i64>,
    pub ends_ms: Option<i64>,
    /// So many completed responses are enough.
    pub wanted: Option<u64>,
    /// Less important prompts leave room for this one when it is due soon.
    pub is_reserved: bool,
    /// One for each language, the default first; never empty.
    pub contents: Vec<Content>,
}

/// How often one person is asked, counted from when that very person was last asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    Once,
    EveryMs(u64),
}

impl SurveyDefinition {
    pub fn id(&self) -> &str {
        self.survey.id.as_str()
    }

    /// The texts for a BCP 47 tag: of that very tag, else of the same language (`de-CH` is served `de`, and `de` what
    /// there is of `de-AT`), else the default.
    pub fn content(&self, language: &str) -> Option<&Content> {
        let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        let wanted = primary(language);
        let exact = self.contents.iter().find(|it| it.language.eq_ignore_ascii_case(language));
        let near = || self.contents.iter().find(|it| primary(&it.language) == wanted);
        exact.or_else(near).or_else(|| self.contents.first())
    }

    /// Has a question of the Net Promoter Score.
    pub fn asks_nps(&self) -> bool {
        let steps = self.contents.first().map(|it| it.steps.as_slice()).unwrap_or_default();
        steps.iter().any(|it| matches!(it.kind, StepKind::Scale { metric: Metric::Nps, .. }))
    }

    /// Whom it is for, by traits.
    pub fn audience(&self) -> Option<&Rule> {
        self.survey.audience.as_ref()
    }
}
