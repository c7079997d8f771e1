//! The range of time that a page about hesitation shows, as its URL has it.

use crate::app::hesitation::HesitationRequest;
use crate::http::among::is_kept_with_range;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::href::Href;
use crate::http::dashboard::view::{Preset, View};
use crate::metric::Calendar;

/// Parameters of a range.
const NAMES: [&str; 2] = ["since", "until"];

/// Dates as written and as understood, and the controls that show them.
pub(in crate::http::dashboard) struct Range {
    pub(in crate::http::dashboard) view: View,
}

impl Range {
    pub(in crate::http::dashboard) fn parse(pairs: &[(String, String)], calendar: &Calendar) -> Self {
        let dates: Vec<_> = pairs.iter().filter(|(name, _)| is_kept_with_range(name)).cloned().collect();
        let view = View::parse(&dates, calendar);
        Self { view }
    }

    /// What to ask for; `None` while something is wrong.
    pub(in crate::http::dashboard) fn request(&self) -> Option<HesitationRequest> {
        let request = self.view.request()?;
        Some(HesitationRequest { since_ms: request.since_ms, until_ms: request.until_ms })
    }

    /// What to ask for, or the page that says what is wrong: for addresses without controls.
    pub(in crate::http::dashboard) fn request_or_page(&self) -> Result<HesitationRequest, PageError> {
        self.request().ok_or_else(|| {
            let problems = [&self.view.since.problem, &self.view.until.problem];
            let problem = problems.into_iter().flatten().next().cloned().unwrap_or_default();
            let home = Link { name: "Hesitation".to_owned(), href: Href::to(&["hesitation"]) };
            PageError::BadAddress { message: format!("{problem}. Set it on this page:"), instead: vec![home] }
        })
    }

    pub(in crate::http::dashboard) fn presets(&self, page: &Href, now_ms: i64) -> Vec<Preset> {
        self.view.presets(page, now_ms)
    }

    pub(in crate::http::dashboard) fn is_all_time(&self) -> bool {
        self.view.since.value.is_none() && self.view.until.value.is_none()
    }

    /// A form sends its empty fields too; the address without them is the one to copy.
    pub(in crate::http::dashboard) fn shorter(&self, page: &Href, pairs: &[(String, String)]) -> Option<Href> {
        let is_long = pairs.iter().any(|(name, text)| NAMES.contains(&name.as_str()) && text.is_empty());
        is_long.then(|| page.clone().with_all(self.view.pairs()))
    }
}
