//! What the page shows, as its address has it.

use crate::app::retention::RetentionRequest;
use crate::http::among::is_kept_with_range;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::view::{Field, Preset, View};
use crate::metric::Period;
use crate::metric::retention::Counted;
use crate::project::Project;
use crate::storage::Happening;

/// Longer names of events do not exist in honest data.
const NAME_BYTES_MAX: usize = 512;

pub(in crate::http::dashboard) struct RetentionView {
    pub(in crate::http::dashboard) period: Field<Period>,
    pub(in crate::http::dashboard) counted: Field<Counted>,
    pub(in crate::http::dashboard) start: Field<Happening>,
    pub(in crate::http::dashboard) back: Field<Happening>,
    /// Has nothing but a range.
    pub(in crate::http::dashboard) range: View,
}

impl RetentionView {
    pub(super) fn parse(pairs: &[(String, String)], project: &Project) -> Self {
        let happening = |name: &str| {
            Field::parse(pairs, name, |text| {
                if text.len() > NAME_BYTES_MAX {
                    return Err("is longer than the name of an event can be".to_owned());
                }
                Happening::parse(text, &project.definitions).map_err(|error| error.to_string())
            })
        };
        let range: Vec<(String, String)> = pairs.iter().filter(|(name, _)| is_kept_with_range(name)).cloned().collect();
        Self {
            period: Field::parse(pairs, "period", |text| {
                Period::parse(text).ok_or_else(|| "is no period: write day, week or month".to_owned())
            }),
            counted: Field::parse(pairs, "counted", |text| {
                Counted::parse(text).ok_or_else(|| "is no way of counting: write exact or unbounded".to_owned())
            }),
            start: happening("start"),
            back: happening("return"),
            range: View::parse(&range, &project.calendar),
        }
    }

    /// The first thing that is wrong.
    pub(super) fn problem(&self) -> Option<&str> {
        let problems = [
            &self.period.problem,
            &self.counted.problem,
            &self.start.problem,
            &self.back.problem,
            &self.range.since.problem,
            &self.range.until.problem,
        ];
        problems.into_iter().flatten().next().map(String::as_str)
    }

    /// What to ask for; `None` while something is wrong.
    pub(super) fn request(&self) -> Option<RetentionRequest> {
        self.problem().is_none().then(|| RetentionRequest {
            period: self.period(),
            periods: self.period().usual(),
            start: self.start.value.clone().unwrap_or_default(),
            back: self.back.value.clone().unwrap_or_default(),
            since_ms: self.range.since.value,
            until_ms: self.range.until.value,
        })
    }

    pub(super) fn period(&self) -> Period {
        self.period.value.unwrap_or(Period::Week)
    }

    pub(super) fn counted(&self) -> Counted {
        self.counted.value.unwrap_or_default()
    }

    pub(super) fn start_in_words(&self) -> String {
        self.start.value.clone().unwrap_or_default().in_words()
    }

    pub(super) fn back_in_words(&self) -> String {
        self.back.value.clone().unwrap_or_default().in_words()
    }

    /// All but the range and the way of counting.
    fn asked(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("period", self.period.text.as_str()),
            ("start", self.start.text.as_str()),
            ("return", self.back.text.as_str()),
        ];
        all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
    }

    fn counted_pair(&self) -> Option<(&'static str, &str)> {
        (!self.counted.text.is_empty()).then_some(("counted", self.counted.text.as_str()))
    }

    /// The page itself.
    pub(super) fn href(&self) -> Href {
        self.without_range().with_all(self.range.pairs())
    }

    fn without_range(&self) -> Href {
        Href::to(&["retention"]).with_all(self.asked()).with_all(self.counted_pair())
    }

    pub(super) fn counted_as(&self, counted: Counted) -> Href {
        let counted = (counted != Counted::default()).then(|| ("counted", counted.name()));
        Href::to(&["retention"]).with_all(self.asked()).with_all(counted).with_all(self.range.pairs())
    }

    pub(super) fn presets(&self, now_ms: i64) -> Vec<Preset> {
        self.range.presets(&self.without_range(), now_ms)
    }

    /// The people behind a number of the grid; `file` is `people` or `people.csv`.
    pub(super) fn people(&self, file: &str, cohort: Option<&str>, after: Option<usize>, away: bool) -> Href {
        let after = after.map(|it| it.to_string());
        Href::to(&["retention", file])
            .with_all(cohort.map(|it| ("cohort", it)))
            .with_all(after.as_deref().map(|it| ("after", it)))
            .with_all(away.then_some(("standing", "away")))
            .with_all(self.asked())
            .with_all(self.counted_pair())
            .with_all(self.range.pairs())
    }

    /// The people who came around a day; `file` is `active` or `active.csv`.
    pub(super) fn active(&self, file: &str, day: &str, within: usize) -> Href {
        Href::to(&["retention", file])
            .with("day", day)
            .with("within", &within.to_string())
            .with_all((!self.back.text.is_empty()).then_some(("return", self.back.text.as_str())))
            .with_all(self.range.pairs())
    }
}
