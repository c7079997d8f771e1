//! What a page shows, as its URL has it: window, range and breakdown.
//!
//! A copied link shows a colleague the same numbers. What is wrong in the URL is said beside the
//! field it belongs to.

use super::funnel_chart::people_in_words;
use super::href::Href;
use super::pairs::given;
use super::written::{self, DAY_MS};
use crate::app::comparison::{BEFORE, Baseline, OTHERS, SEGMENT};
use crate::app::funnel::FunnelRequest;
use crate::app::segments::Segment;
use crate::http::among::{self, Chosen};
use crate::metric::Calendar;
use crate::project::duration;
use crate::storage::TraitPath;
use domain::Scope;

/// Longer trait names do not exist in honest data.
const BY_BYTES_MAX: usize = 256;

/// Offered in the form, with the journey's own window.
const WINDOWS_MS: [u64; 7] = [DAY_MS, 3 * DAY_MS, 7 * DAY_MS, 14 * DAY_MS, 30 * DAY_MS, 60 * DAY_MS, 90 * DAY_MS];

/// Ranges one click away: whole days, today included.
const RANGES_DAYS: [i64; 3] = [7, 30, 90];

/// The parameters of a page, each as written and as understood.
pub(super) struct View {
    pub(super) calendar: Calendar,
    pub(super) window: Field<u64>,
    pub(super) since: Field<i64>,
    pub(super) until: Field<i64>,
    pub(super) by: Field<TraitPath>,
    pub(super) compare: Field<Baseline>,
    /// Which users, as [`among`] reads it.
    pub(super) among: Vec<(&'static str, String)>,
}

#[derive(Clone)]
pub(super) struct Field<T> {
    /// As it stands in the URL, without surrounding space; empty where it does not.
    pub(super) text: String,
    pub(super) value: Option<T>,
    pub(super) problem: Option<String>,
}

/// An entry of a list to choose from.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
}

/// A range one click away.
pub(super) struct Preset {
    pub(super) name: String,
    pub(super) href: Href,
    pub(super) chosen: bool,
}

impl View {
    pub(super) fn parse(pairs: &[(String, String)], calendar: &Calendar) -> Self {
        let parse_day =
            |text: &str| calendar.parse_ms(text).ok_or_else(|| "is not a date: write 2026-01-31".to_owned());
        let window = Field::parse(pairs, "window", |text| {
            duration::parse(text).map_err(|error| format!("is not a window: {error}"))
        });
        let since = Field::parse(pairs, "since", parse_day);
        let mut until = Field::parse(pairs, "until", parse_day);
        if let (Some(since_ms), Some(until_ms)) = (since.value, until.value)
            && since_ms >= until_ms
        {
            until.value = None;
            until.problem = Some("the range is empty: choose a day after the first one".to_owned());
        }
        let by = Field::parse(pairs, "by", |text| {
            let fits = text.len() <= BY_BYTES_MAX && text.split('.').all(|it| !it.is_empty());
            let whole = !matches!(text, "account");
            if fits && whole {
                Ok(TraitPath::parse(text))
            } else {
                Err("is not the name of a trait: write plan, or account.plan for the account’s".to_owned())
            }
        });
        let mut by = by;
        let is_of_accounts = pairs.iter().any(|(name, text)| name == "level" && among::counts_accounts(text));
        if is_of_accounts && by.value.as_ref().is_some_and(|it| it.of == Scope::User) {
            by.problem =
                Some("is a trait of users: accounts are broken down by theirs, such as account.plan".to_owned());
        }
        let mut compare = Field::parse(pairs, "compare", |text| Ok(Baseline::parse(text)));
        let asked = FunnelRequest {
            window_ms: window.value,
            since_ms: since.value,
            until_ms: until.value,
            by: by.value.clone(),
        };
        if let Some(baseline) = &compare.value
            && baseline.check(&asked).is_err()
        {
            compare.problem = Some(match baseline {
                Baseline::Before => "choose a first and a last day: only then there is a range before".to_owned(),
                Baseline::Segment(_) | Baseline::Others | Baseline::Group(_) => {
                    "break down by a trait first: its groups can be compared".to_owned()
                }
            });
        }
        let text = |name| given(pairs, name).map(|it| it.trim().to_owned());
        let among = among::NAMES.into_iter().filter_map(|name| Some((name, text(name)?))).collect();
        Self { calendar: calendar.clone(), window, since, until, by, compare, among }
    }

    /// `1 person`, `1,204 people`; or so many accounts, where they are counted.
    pub(super) fn subjects(&self, count: u64) -> String {
        match self.counts_accounts() {
            true if count == 1 => "1 account".to_owned(),
            true => format!("{} accounts", written::count(count)),
            false => people_in_words(count),
        }
    }

    /// Accounts are counted, not users.
    pub(super) fn counts_accounts(&self) -> bool {
        self.among.iter().any(|(name, text)| *name == "level" && among::counts_accounts(text))
    }

    /// What to ask for; `None` while something is wrong.
    pub(super) fn request(&self) -> Option<FunnelRequest> {
        let right = self.window.problem.is_none()
            && self.since.problem.is_none()
            && self.until.problem.is_none()
            && self.by.problem.is_none()
            && self.compare.problem.is_none();
        right.then(|| FunnelRequest {
            window_ms: self.window.value,
            since_ms: self.since.value,
            until_ms: self.until.value,
            by: self.by.value.clone(),
        })
    }

    /// The parameters again, for a link that keeps them.
    pub(super) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("window", self.window.text.as_str()),
            ("since", self.since.text.as_str()),
            ("until", self.until.text.as_str()),
            ("by", self.by.text.as_str()),
            ("compare", self.compare.text.as_str()),
        ];
        let among = self.among.iter().map(|(name, text)| (*name, text.as_str()));
        all.into_iter().chain(among).filter(|(_, text)| !text.is_empty()).collect()
    }

    /// The same about other users, compared with nothing.
    pub(super) fn among(&self, among: Vec<(&'static str, String)>) -> Self {
        Self {
            calendar: self.calendar.clone(),
            window: self.window.clone(),
            since: self.since.clone(),
            until: self.until.clone(),
            by: self.by.clone(),
            compare: Field::empty(),
            among,
        }
    }

    /// The same window over another range, without breakdown or comparison.
    pub(super) fn in_range(&self, since_ms: i64, until_ms: i64) -> Self {
        let pair = |name: &str, text: String| (name.to_owned(), text);
        let mut pairs = vec![
            pair("window", self.window.text.clone()),
            pair("since", written::day_or_time(since_ms, &self.calendar)),
            pair("until", written::day_or_time(until_ms, &self.calendar)),
        ];
        pairs.extend(self.among.iter().map(|(name, text)| pair(name, text.clone())));
        Self::parse(&pairs, &self.calendar)
    }

    /// What to compare with: nothing, the range before, other users, and the groups there are.
    pub(super) fn baselines(&self, groups: &[String], chosen: &Chosen) -> Vec<Choice> {
        let fixed = [(String::new(), "Nothing".to_owned()), (BEFORE.to_owned(), "The range before".to_owned())];
        let mut offered: Vec<(String, String)> = fixed.into();
        if chosen.count.is_some() && !chosen.of_none {
            offered.push((OTHERS.to_owned(), "Everybody else".to_owned()));
        }
        let segment = |it: &Segment| (format!("{SEGMENT}{}", it.id), format!("Segment: {}", it.name));
        let own = chosen.segment.as_ref().map(|it| &it.id);
        offered.extend(chosen.all.iter().filter(|it| Some(&it.id) != own).map(segment));
        offered.extend(groups.iter().map(|it| (it.clone(), it.clone())));
        if !offered.iter().any(|(value, _)| *value == self.compare.text) {
            offered.push((self.compare.text.clone(), self.compare.text.clone()));
        }
        let choice = |(value, name)| Choice { chosen: value == self.compare.text, value, name };
        offered.into_iter().map(choice).collect()
    }

    /// Those of the range and of the users alone, for a page that has nothing else.
    pub(super) fn range_pairs(&self) -> Vec<(&'static str, &str)> {
        self.pairs().into_iter().filter(|(name, _)| among::is_kept_with_range(name)).collect()
    }

    /// The windows to choose from; the journey's own is the one without a parameter.
    pub(super) fn windows(&self, journey_window_ms: u64) -> Vec<Choice> {
        let mut windows_ms = WINDOWS_MS.to_vec();
        windows_ms.push(journey_window_ms);
        windows_ms.extend(self.window.value);
        windows_ms.sort_unstable();
        windows_ms.dedup();
        let chosen_ms = self.window.value.unwrap_or(journey_window_ms);
        let choice = |window_ms: u64| {
            let own = if window_ms == journey_window_ms { " (default)" } else { "" };
            Choice {
                value: if own.is_empty() { duration::write(window_ms) } else { String::new() },
                name: format!("{}{own}", written::window_in_words(window_ms)),
                chosen: window_ms == chosen_ms,
            }
        };
        windows_ms.into_iter().map(choice).collect()
    }

    /// The ranges one click away. They name days, so that a copied link means the same tomorrow.
    pub(super) fn presets(&self, page: &Href, now_ms: i64) -> Vec<Preset> {
        let tomorrow = self.calendar.day(now_ms) + 1;
        let tomorrow_ms = self.calendar.day_start_ms(tomorrow);
        let keep =
            |href: Href| href.with_all(self.pairs().into_iter().filter(|(it, _)| !matches!(*it, "since" | "until")));
        let mut presets: Vec<Preset> = RANGES_DAYS
            .into_iter()
            .map(|days| {
                let since_ms = self.calendar.day_start_ms(tomorrow - days);
                let (since, until) = (Calendar::date(tomorrow - days), Calendar::date(tomorrow));
                Preset {
                    name: format!("{days} days"),
                    href: keep(page.clone()).with("since", &since).with("until", &until),
                    chosen: self.since.value == Some(since_ms) && self.until.value == Some(tomorrow_ms),
                }
            })
            .collect();
        presets.push(Preset {
            name: "All time".to_owned(),
            href: keep(page.clone()),
            chosen: self.since.text.is_empty() && self.until.text.is_empty(),
        });
        presets
    }

    /// The same page with as much of its range as lies between two times, compared with nothing.
    pub(super) fn within(&self, since_ms: i64, until_ms: i64) -> Self {
        let field = |ms: i64| Field { text: written::day_or_time(ms, &self.calendar), value: Some(ms), problem: None };
        Self {
            calendar: self.calendar.clone(),
            window: self.window.clone(),
            since: field(self.since.value.map_or(since_ms, |it| it.max(since_ms))),
            until: field(self.until.value.map_or(until_ms, |it| it.min(until_ms))),
            by: self.by.clone(),
            compare: Field::empty(),
            among: self.among.clone(),
        }
    }

    /// The range in words, always with its zone.
    pub(super) fn range_in_words(&self) -> String {
        let day = |at_ms: i64| written::day_or_minute(at_ms, &self.calendar);
        let zone = self.calendar.name();
        match (self.since.value, self.until.value) {
            (Some(since_ms), Some(until_ms)) => {
                format!("from {} up to {} ({zone}, end not included)", day(since_ms), day(until_ms))
            }
            (Some(since_ms), None) => format!("since {} ({zone})", day(since_ms)),
            (None, Some(until_ms)) => format!("before {} ({zone})", day(until_ms)),
            (None, None) => "over all time".to_owned(),
        }
    }

    /// Whether what happens now is in the range.
    pub(super) fn is_open(&self, now_ms: i64) -> bool {
        self.until.value.is_none_or(|until_ms| until_ms > now_ms)
    }

    /// Whether the range reaches beyond now, so that its numbers may still grow.
    pub(super) fn incomplete(&self, now_ms: i64) -> bool {
        self.until.value.is_some_and(|until_ms| until_ms > now_ms)
    }
}

impl<T> Field<T> {
    /// A date input can show it: what is finer than a day, or wrong, is shown as it was written.
    pub(super) fn is_of_days(&self) -> bool {
        is_day(&self.text) && self.problem.is_none()
    }

    fn empty() -> Self {
        Self { text: String::new(), value: None, problem: None }
    }

    pub(super) fn parse(pairs: &[(String, String)], name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Self {
        let text = given(pairs, name).unwrap_or_default().trim().to_owned();
        if text.is_empty() {
            return Self { text, value: None, problem: None };
        }
        match parse(&text) {
            Ok(value) => Self { text, value: Some(value), problem: None },
            Err(problem) => {
                let problem = format!("“{}” {problem}", shortened(&text));
                Self { text, value: None, problem: Some(problem) }
            }
        }
    }
}

/// A date input shows days only; anything finer is kept as text.
pub(super) fn is_day(text: &str) -> bool {
    text.is_empty() || (text.len() == 10 && text.bytes().all(|it| it.is_ascii_digit() || it == b'-'))
}

fn shortened(text: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    let mut short: String = text.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(pairs: &[(&str, &str)]) -> View {
        View::parse(
            &pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>(),
            &Calendar::default(),
        )
    }

    #[test]
    fn a_whole_url_becomes_a_whole_request() {
        let view =
            view(&[("window", "14d"), ("since", "2026-01-01"), ("until", " 2026-02-01 "), ("by", "account.plan")]);
        let request = view.request().unwrap();
        assert_eq!(request.window_ms, Some(14 * DAY_MS));
        assert_eq!(request.since_ms, Some(1_767_225_600_000));
        assert_eq!(request.until_ms, Some(1_769_904_000_000));
        assert_eq!(request.by.unwrap().to_string(), "account.plan");
        assert_eq!(view.range_in_words(), "from 2026-01-01 up to 2026-02-01 (UTC, end not included)");
    }

    #[test]
    fn days_are_those_of_the_workspace() {
        let berlin = crate::testing::berlin();
        let pairs = [("since", "2026-10-25"), ("until", "2026-10-26")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        let view = View::parse(&pairs, &berlin);
        let (since_ms, until_ms) = (view.since.value.unwrap(), view.until.value.unwrap());
        assert_eq!(until_ms - since_ms, 25 * 3_600_000, "clocks go back that night");
        assert_eq!(view.range_in_words(), "from 2026-10-25 up to 2026-10-26 (Europe/Berlin, end not included)");
        // Half past eleven in the evening in Greenwich: tomorrow is there already.
        let presets = view.presets(&Href::to(&["overview"]), until_ms + 30 * 60_000);
        assert_eq!(presets[0].href.to_string(), "/overview?since=2026-10-20&until=2026-10-27");
        assert_eq!(view.in_range(since_ms, until_ms).pairs(), view.pairs());
    }

    #[test]
    fn an_empty_field_is_no_field() {
        let view = view(&[("window", ""), ("since", " "), ("other", "1")]);
        assert_eq!(view.request(), Some(FunnelRequest::default()));
        assert!(view.pairs().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_of_the_field_it_belongs_to() {
        for window in ["14", "d", "-1d", "0d", "1.5d", "+1d", "9999999d", "18446744073709551615d", "١d", "2w", "é"] {
            let view = view(&[("window", window)]);
            assert!(view.window.problem.is_some() && view.request().is_none(), "{window}");
        }
        for day in ["2026-02-30", "soon", "99999-01-01"] {
            let view = view(&[("since", day)]);
            assert!(view.since.problem.is_some() && view.request().is_none(), "{day}");
        }
        for by in [".", "a..b", "account", "account.", &"x".repeat(300)] {
            let view = view(&[("by", by)]);
            assert!(view.by.problem.is_some() && view.request().is_none(), "{by}");
        }
        let backwards = view(&[("since", "2026-02-01"), ("until", "2026-02-01")]);
        assert!(backwards.until.problem.is_some() && backwards.request().is_none());
    }

    #[test]
    fn presets_name_whole_days_and_keep_the_rest() {
        let view = view(&[("window", "7d"), ("since", "2026-11-16"), ("until", "2026-11-23")]);
        let presets = view.presets(&Href::to(&["journeys", "a"]), 1_795_314_600_125);
        assert_eq!(presets[0].href.to_string(), "/journeys/a?window=7d&since=2026-11-16&until=2026-11-23");
        assert!(presets[0].chosen);
        assert_eq!(presets[3].href.to_string(), "/journeys/a?window=7d");
        assert!(view.incomplete(1_795_314_600_125));
    }
}
