//! What people did next after a milestone: those who went no further, beside those who went on.
//!
//! Definition: `docs/reference/metrics.md`.

use super::App;
use super::comparison::{Difference, difference};
use super::funnel::FunnelRequest;
use crate::metric::{quantile_ms, wilson_interval};
use crate::storage::{Action, FunnelQuestion, Next, NextActions, NextQuestion, Profile, StorageError, UserKey};
use domain::hesitation::page_template;
use domain::{Journey, JourneyId, Scope, UrlPattern};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Actions told one by one; what is rarer counts together.
pub const ACTIONS_MOST: usize = 20;

/// What somebody did next, as far as the answer tells it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Did {
    Action(Action),
    /// One of the rarer actions.
    Other,
    Nothing,
}

/// The answer that API and dashboard show.
#[derive(Clone, Debug)]
pub struct NextAnswer {
    pub journey: Arc<Journey>,
    /// The milestone after which it is looked.
    pub level: usize,
    pub window_ms: u64,
    /// Who went no further, and who went on.
    pub stopped: u64,
    pub went_on: u64,
    /// What most of those did who went no further comes first; then the rarer, and nothing.
    pub rows: Vec<NextRow>,
    /// How many actions are the rarer ones.
    pub rarer: u64,
    users: Vec<Next>,
    /// By the number that `users` have: the row, and what it is called here.
    names: Vec<(usize, Action)>,
}

#[derive(Clone, Debug)]
pub struct NextRow {
    pub did: Did,
    pub stopped: u64,
    pub went_on: u64,
    /// From the milestone to it, over those who went no further.
    pub median_ms: Option<u64>,
    /// The share of those who went no further, less that of those who went on.
    pub difference: Option<Difference>,
}

/// As JSON.
#[derive(Clone, Debug, Serialize)]
pub struct NextReport {
    pub journey: String,
    pub milestone: String,
    pub next_milestone: String,
    pub window_ms: u64,
    pub stopped: u64,
    pub went_on: u64,
    pub rows: Vec<NextRowReport>,
}

#[derive(Clone, Debug, Serialize)]
pub struct NextRowReport {
    /// By which its people are asked for.
    pub did: String,
    pub stopped: PartReport,
    pub went_on: PartReport,
    pub median_ms: Option<u64>,
    pub difference: Option<Difference>,
}

#[derive(Clone, Debug, Serialize)]
pub struct PartReport {
    pub people: u64,
    pub share: Option<f64>,
    pub interval: Option<(f64, f64)>,
}

/// When somebody did what, by its number.
type When = Option<(i64, u32)>;

/// Some of the people behind a number.
#[derive(Clone, Debug)]
pub struct NextPeople {
    pub total: u64,
    pub rows: Vec<NextPerson>,
}

#[derive(Clone, Debug)]
pub struct NextPerson {
    pub profile: Profile,
    pub anonymous: bool,
    pub reached_ms: i64,
    /// When, and what.
    pub next: Option<(i64, Action)>,
}

impl App {
    /// What people did next after a milestone; `None` where there is no such journey, or no milestone after it.
    pub async fn next(
        &self,
        journey: &JourneyId,
        level: usize,
        request: &FunnelRequest,
    ) -> Result<Option<NextAnswer>, StorageError> {
        let Some(journey) = self.project().definitions.journey(journey).cloned().map(Arc::new) else { return Ok(None) };
        if level + 1 >= journey.milestones.len() {
            return Ok(None);
        }
        let window_ms = request.window_ms.unwrap_or(journey.window_ms);
        let funnel = FunnelQuestion {
            of: Scope::User,
            journey: Arc::clone(&journey),
            window_ms,
            since_ms: request.since_ms,
            until_ms: request.until_ms,
            by: None,
        };
        let found = self.events.next_actions(NextQuestion { funnel, level }).await?;
        let published = self.published();
        let count = move || {
            let patterns = published.model.as_ref().map_or(&[][..], |it| &it.pages);
            NextAnswer::count(journey, level, window_ms, found, patterns)
        };
        // A million take a while; other requests go on meanwhile.
        let counting = tokio::task::spawn_blocking(count);
        counting.await.map(Some).map_err(|error| StorageError::Failed(format!("counting was cut off: {error}")))
    }

    /// Who did this next, the latest to reach the milestone first.
    pub async fn next_people(
        &self,
        answer: &NextAnswer,
        did: &Did,
        went_on: bool,
        offset: usize,
        limit: usize,
    ) -> Result<NextPeople, StorageError> {
        let mut found: Vec<(Reverse<i64>, UserKey, When)> = Vec::new();
        for it in answer.users.iter().filter(|it| it.went_on == went_on && answer.is_of(it, did)) {
            found.push((Reverse(it.reached_ms), it.user, it.action));
        }
        found.sort_unstable();
        let total = found.len() as u64;
        let shown = found.into_iter().skip(offset).take(limit);
        let named = self.named(shown.map(|(at_ms, user, action)| (user, (at_ms.0, action))).collect()).await?;
        let row = |(profile, anonymous, (reached_ms, action)): (Profile, bool, (i64, When))| {
            let next = action.and_then(|(at_ms, number)| Some((at_ms, answer.names.get(number as usize)?.1.clone())));
            NextPerson { profile, anonymous, reached_ms, next }
        };
        Ok(NextPeople { total, rows: named.into_iter().map(row).collect() })
    }
}

/// What is counted of one row.
#[derive(Clone, Debug, Default)]
struct Tally {
    stopped: u64,
    went_on: u64,
    took_ms: Vec<u64>,
}

impl Tally {
    fn add(&mut self, next: &Next) {
        if next.went_on {
            self.went_on += 1;
            return;
        }
        self.stopped += 1;
        self.took_ms.extend(next.action.map(|(at_ms, _)| at_ms.saturating_sub(next.reached_ms).max(0).unsigned_abs()));
    }

    fn row(mut self, did: Did, (stopped, went_on): (u64, u64)) -> NextRow {
        NextRow {
            did,
            stopped: self.stopped,
            went_on: self.went_on,
            median_ms: quantile_ms(&mut self.took_ms, 0.5),
            difference: difference((self.stopped, stopped), (self.went_on, went_on)),
        }
    }
}

impl NextAnswer {
    fn count(journey: Arc<Journey>, level: usize, window_ms: u64, found: NextActions, patterns: &[UrlPattern]) -> Self {
        let NextActions { users, actions } = found;
        let stopped = users.iter().filter(|it| !it.went_on).count() as u64;
        let went_on = users.len() as u64 - stopped;
        let mut tallies: HashMap<u32, Tally> = HashMap::new();
        let mut nothing = Tally::default();
        for it in &users {
            match it.action {
                Some((_, number)) => tallies.entry(number).or_default().add(it),
                None => nothing.add(it),
            }
        }
        // Several paths may be one page here, and several names one where a part of them is hidden.
        let named: Vec<Action> = actions.into_iter().map(|it| called(it, patterns)).collect();
        let mut by_name: BTreeMap<&Action, Tally> = BTreeMap::new();
        for (number, it) in tallies {
            let Some(name) = named.get(number as usize) else { continue };
            let tally = by_name.entry(name).or_default();
            tally.stopped += it.stopped;
            tally.went_on += it.went_on;
            tally.took_ms.extend(it.took_ms);
        }
        let mut ranked: Vec<(&Action, Tally)> = by_name.into_iter().collect();
        // By name where as many did it: the sort is stable.
        ranked.sort_by_key(|(_, it)| Reverse((it.stopped, it.went_on)));
        let rest = ranked.split_off(ranked.len().min(ACTIONS_MOST));
        let all = (stopped, went_on);
        let place: HashMap<&Action, usize> = ranked.iter().enumerate().map(|(row, (name, _))| (*name, row)).collect();
        let names = named.iter().map(|it| (place.get(it).copied().unwrap_or(ACTIONS_MOST), it.clone())).collect();
        let mut rows: Vec<NextRow> =
            ranked.into_iter().map(|(name, it)| it.row(Did::Action(name.clone()), all)).collect();
        let rarer = rest.len() as u64;
        if rarer > 0 {
            let mut other = Tally::default();
            for (_, it) in rest {
                other.stopped += it.stopped;
                other.went_on += it.went_on;
                other.took_ms.extend(it.took_ms);
            }
            rows.push(other.row(Did::Other, all));
        }
        rows.push(nothing.row(Did::Nothing, all));
        Self { journey, level, window_ms, stopped, went_on, rows, rarer, users, names }
    }

    fn is_of(&self, next: &Next, did: &Did) -> bool {
        let named = next.action.and_then(|(_, number)| self.names.get(number as usize));
        match (did, named) {
            (Did::Nothing, None) => true,
            (Did::Other, Some((row, _))) => *row >= ACTIONS_MOST,
            (Did::Action(wanted), Some((_, name))) => wanted == name,
            _ => false,
        }
    }

    pub fn report(&self) -> NextReport {
        let id = |level: usize| self.journey.milestones.get(level).map(|it| it.id.as_str().to_owned());
        let part = |people: u64, of: u64| PartReport {
            people,
            share: (of > 0).then(|| people as f64 / of as f64),
            interval: wilson_interval(people, of),
        };
        let row = |it: &NextRow| NextRowReport {
            did: it.did.to_string(),
            stopped: part(it.stopped, self.stopped),
            went_on: part(it.went_on, self.went_on),
            median_ms: it.median_ms,
            difference: it.difference,
        };
        NextReport {
            journey: self.journey.id.as_str().to_owned(),
            milestone: id(self.level).unwrap_or_default(),
            next_milestone: id(self.level + 1).unwrap_or_default(),
            window_ms: self.window_ms,
            stopped: self.stopped,
            went_on: self.went_on,
            rows: self.rows.iter().map(row).collect(),
        }
    }
}

/// A path is called by the pattern of `[hesitation]`, or that was found, which it fits.
fn called(action: Action, patterns: &[UrlPattern]) -> Action {
    match action {
        Action::Page(name) if name.starts_with('/') => Action::Page(page_template(&name, patterns)),
        other => other,
    }
}

impl Did {
    /// As [`ToString`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("event", name)) => Some(Self::Action(Action::Event(name.to_owned()))),
            Some(("page", name)) => Some(Self::Action(Action::Page(name.to_owned()))),
            Some(("screen", name)) => Some(Self::Action(Action::Screen(name.to_owned()))),
            None if text == "other" => Some(Self::Other),
            None if text == "nothing" => Some(Self::Nothing),
            _ => None,
        }
    }
}

impl std::fmt::Display for Did {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Action(Action::Event(name)) => write!(formatter, "event:{name}"),
            Self::Action(Action::Page(name)) => write!(formatter, "page:{name}"),
            Self::Action(Action::Screen(name)) => write!(formatter, "screen:{name}"),
            Self::Other => formatter.write_str("other"),
            Self::Nothing => formatter.write_str("nothing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn answer(users: Vec<Next>, actions: Vec<Action>, patterns: &[&str]) -> NextAnswer {
        let journey = Arc::new(crate::testing::project().definitions.journeys[0].clone());
        let patterns: Vec<UrlPattern> = patterns.iter().map(|it| UrlPattern::new(*it)).collect();
        NextAnswer::count(journey, 0, 9, NextActions { users, actions }, &patterns)
    }

    fn next(user: u32, went_on: bool, action: Option<u32>) -> Next {
        let action = action.map(|it| (i64::from(user) + 10, it));
        Next { user: UserKey(user), reached_ms: 5, went_on, action }
    }

    fn told(answer: &NextAnswer) -> Vec<(String, u64, u64)> {
        answer.rows.iter().map(|it| (it.did.to_string(), it.stopped, it.went_on)).collect()
    }

    #[test]
    fn rows_are_ranked_by_those_who_went_no_further_and_paths_are_joined_by_pattern() {
        let page = |it: &str| Action::Page(it.to_owned());
        let actions = vec![Action::Event("Sent".into()), page("/a/x"), page("/a/y"), page("Help")];
        let users = [(false, Some(1)), (false, Some(2)), (true, Some(0)), (false, Some(3)), (true, None)];
        let users = users.iter().zip(0..).map(|((went_on, action), user)| next(user, *went_on, *action)).collect();
        let answer = answer(users, actions, &["/a/:name"]);
        let row = |did: &str, stopped, went_on| (did.to_owned(), stopped, went_on);
        let wanted =
            [row("page:/a/:name", 2, 0), row("page:Help", 1, 0), row("event:Sent", 0, 1), row("nothing", 0, 1)];
        assert_eq!(told(&answer), wanted);
        assert_eq!((answer.stopped, answer.went_on, answer.rows[0].median_ms), (3, 2, Some(6)));
        let difference = answer.rows[0].difference.expect("both have people");
        assert!((difference.share - 2.0 / 3.0).abs() < 1e-12);
    }

    proptest! {
        /// However many things were done, and by whom.
        #[test]
        fn rows_add_up_to_everybody_and_each_equals_its_list(
            users in prop::collection::vec((any::<bool>(), prop::option::of(0..60_u32)), 0..200),
        ) {
            let actions = (0..60).map(|it| Action::Event(format!("E{it:02}"))).collect();
            let users = users.iter().zip(0..).map(|((went_on, action), user)| next(user, *went_on, *action)).collect();
            let answer = answer(users, actions, &[]);
            prop_assert!(answer.rows.len() <= ACTIONS_MOST + 2);
            prop_assert_eq!(answer.rows.iter().map(|it| it.stopped).sum::<u64>(), answer.stopped);
            prop_assert_eq!(answer.rows.iter().map(|it| it.went_on).sum::<u64>(), answer.went_on);
            for row in &answer.rows {
                let asked = Did::parse(&row.did.to_string());
                prop_assert_eq!(asked.as_ref(), Some(&row.did));
                let people = |went_on: bool| {
                    answer.users.iter().filter(|it| it.went_on == went_on && answer.is_of(it, &row.did)).count() as u64
                };
                prop_assert_eq!((people(false), people(true)), (row.stopped, row.went_on));
            }
        }
    }
}
