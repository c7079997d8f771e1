//! The naive model: every question answered by brute force from the list of rows, as the
//! definitions in `docs/reference/metrics.md` and on `storage::Events` read, with no memory, no
//! index and nothing shared with the engines but the matching of one condition.

use domain::{Condition, Fact, Journey, Kind, Lookup, NoProperties, Rule, RuleProgress, Scalar, Scope};
use milepost::storage::{Action, Happening, NOTES, Row, Trust};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Rows in order of arrival, duplicates already dropped.
pub(crate) struct Model {
    rows: Vec<Row>,
}

/// A user id (`false`) or an anonymous id (`true`).
pub(crate) type Sender = (String, bool);

/// User, anonymous, account, name, time, body.
/// The number of the day in which a time lies.
pub(crate) type DayOf<'a> = &'a dyn Fn(i64) -> i64;

pub(crate) type ModelFact = (String, bool, Option<String>, String, i64, String);

/// When a milestone was reached, whether they went on, and when they did what next.
pub(crate) type ModelNext = (i64, bool, Option<(i64, Action)>);

/// Name, e-mail, account with its name, first and last time.
pub(crate) type ModelLine = (Option<String>, Option<String>, Option<(String, Option<String>)>, i64, i64);

impl Model {
    pub(crate) fn new(arrived: &[Row]) -> Self {
        let mut seen = BTreeSet::new();
        let rows = arrived.iter().filter(|it| seen.insert(it.message_id.clone())).cloned().collect();
        Self { rows }
    }

    pub(crate) fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Each user's chain of furthest length: (user, anonymous) → times.
    pub(crate) fn chains(
        &self,
        journey: &Journey,
        window_ms: u64,
        since: Option<i64>,
        until: Option<i64>,
    ) -> BTreeMap<Sender, Vec<i64>> {
        let mut chains = BTreeMap::new();
        for user in self.users() {
            let mut marks = self.marks(&user, journey);
            marks.retain(|(at, _)| since.is_none_or(|it| *at >= it) && until.is_none_or(|it| *at < it));
            marks.sort_unstable();
            let chain = furthest(&marks, window_ms);
            assert_eq!(
                chain.len(),
                longest_subsequence(&marks, journey.milestones.len(), window_ms),
                "two readings of windowFunnel"
            );
            if !chain.is_empty() {
                chains.insert(user, chain);
            }
        }
        chains
    }

    /// Each user's first reaches.
    pub(crate) fn first_reached(&self, journey: &Journey) -> BTreeMap<Sender, Vec<Option<i64>>> {
        let mut reaches = BTreeMap::new();
        for user in self.users() {
            let marks = self.marks(&user, journey);
            let first = |level| marks.iter().filter(|(_, it)| *it == level).map(|(at, _)| *at).min();
            let times: Vec<Option<i64>> = (0..journey.milestones.len()).map(first).collect();
            if times.iter().any(Option::is_some) {
                reaches.insert(user, times);
            }
        }
        reaches
    }

    /// Everybody of whom there is a row: name, e-mail, account with its name, first and last time.
    pub(crate) fn everybody(&self) -> BTreeMap<Sender, ModelLine> {
        let mut everybody = BTreeMap::new();
        for user in self.users() {
            let theirs: Vec<&Row> = self.rows.iter().filter(|it| self.user_of(&sender(it)) == user).collect();
            let said = |key: &str| self.latest_text(Kind::Identify, key, |it| self.user_of(&sender(it)) == user);
            let parts: Vec<String> = ["firstName", "lastName"].into_iter().filter_map(said).collect();
            let name = said("name").or((!parts.is_empty()).then(|| parts.join(" ")));
            let account = self.account_of(&user).map(|account| {
                let is_of = |it: &Row| it.account_id.as_ref().is_some_and(|it| it.as_str() == account);
                let name = self.latest_text(Kind::Group, "name", is_of);
                (account, name)
            });
            let times = || theirs.iter().map(|it| it.at_ms);
            let line = (name, said("email"), account, times().min().unwrap_or(0), times().max().unwrap_or(0));
            everybody.insert(user, line);
        }
        everybody
    }

    /// The value of a trait by the latest message that names it, as far as it is a text or a number.
    fn latest_text(&self, kind: Kind, key: &str, is_of: impl Fn(&Row) -> bool) -> Option<String> {
        let mut latest = None;
        for row in self.rows.iter().filter(|it| it.kind == kind && is_of(it)) {
            if let Some(value) = properties(row).0.get(key)
                && latest.as_ref().is_none_or(|(at_ms, _)| row.at_ms >= *at_ms)
            {
                latest = Some((row.at_ms, value.clone()));
            }
        }
        let text = match latest?.1 {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then_some(text)
    }

    /// The messages of these names, in order of arrival: (user, anonymous, account, name, time, body).
    pub(crate) fn facts(&self, names: &[&str], since: Option<i64>, until: Option<i64>) -> Vec<ModelFact> {
        let wanted = |row: &&Row| {
            row.kind == Kind::Track
                && names.contains(&row.name.as_str())
                && since.is_none_or(|it| row.at_ms >= it)
                && until.is_none_or(|it| row.at_ms < it)
        };
        let fact = |row: &Row| {
            let (user, anonymous) = self.user_of(&sender(row));
            let account = self.account_of(&(user.clone(), anonymous));
            (user, anonymous, account, row.name.clone(), row.at_ms, row.body.clone())
        };
        self.rows.iter().filter(wanted).map(fact).collect()
    }

    /// Who began when, and in which periods they came back, as bits.
    pub(crate) fn activity(
        &self,
        start: &Happening,
        back: &Happening,
        day: DayOf<'_>,
        since: Option<i64>,
        until: Option<i64>,
    ) -> BTreeMap<Sender, (i64, u64)> {
        let mut found = BTreeMap::new();
        for user in self.users() {
            let times = (self.times_of(&user, start), self.times_of(&user, back));
            if let Some(active) = active(times, day, since, until) {
                found.insert(user, active);
            }
        }
        found
    }

    /// The same of accounts, whoever of them did it.
    pub(crate) fn activity_of_accounts(
        &self,
        start: &Happening,
        back: &Happening,
        day: DayOf<'_>,
        since: Option<i64>,
        until: Option<i64>,
    ) -> BTreeMap<String, (i64, u64)> {
        let mut found = BTreeMap::new();
        for (account, users) in self.members() {
            let times = |what: &Happening| users.iter().flat_map(|it| self.times_of(it, what)).collect();
            if let Some(active) = active((times(start), times(back)), day, since, until) {
                found.insert(account, active);
            }
        }
        found
    }

    /// On which of some days any user of each account came.
    pub(crate) fn presence_of_accounts(
        &self,
        what: &Happening,
        first: i64,
        days: usize,
        day: DayOf<'_>,
    ) -> BTreeMap<String, Vec<usize>> {
        let mut found: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (user, days) in self.presence(what, first, days, day) {
            if let Some(account) = self.account_of(&user) {
                found.entry(account).or_default().extend(days);
            }
        }
        found.into_iter().map(|(account, days)| (account, days.into_iter().collect())).collect()
    }

    fn members(&self) -> BTreeMap<String, Vec<Sender>> {
        let mut members: BTreeMap<String, Vec<Sender>> = BTreeMap::new();
        for user in self.users() {
            if let Some(account) = self.account_of(&user) {
                members.entry(account).or_default().push(user);
            }
        }
        members
    }

    /// On which of some days each user came.
    pub(crate) fn presence(
        &self,
        what: &Happening,
        first: i64,
        days: usize,
        day: DayOf<'_>,
    ) -> BTreeMap<Sender, Vec<usize>> {
        let mut found = BTreeMap::new();
        for user in self.users() {
            let times = self.times_of(&user, what).into_iter();
            let came: BTreeSet<usize> =
                times.filter_map(|it| usize::try_from(day(it) - first).ok()).filter(|it| *it < days).collect();
            if !came.is_empty() {
                found.insert(user, came.into_iter().collect());
            }
        }
        found
    }

    /// Everybody who reached a milestone in order: when, whether they went on, and what they first did afterwards.
    pub(crate) fn next_actions(
        &self,
        journey: &Journey,
        level: usize,
        since: Option<i64>,
        until: Option<i64>,
    ) -> BTreeMap<Sender, ModelNext> {
        let mut found = BTreeMap::new();
        for (user, chain) in self.chains(journey, journey.window_ms, since, until) {
            let rows = self.rows.iter().filter(|it| self.user_of(&sender(it)) == user);
            if let Some(next) = self.next_after(&user, journey, &chain, level, until, &rows.collect::<Vec<_>>()) {
                found.insert(user, next);
            }
        }
        found
    }

    /// The same of accounts, whoever of them did it; all milestones of the journey are of account scope.
    pub(crate) fn next_actions_of_accounts(
        &self,
        journey: &Journey,
        level: usize,
        since: Option<i64>,
        until: Option<i64>,
    ) -> BTreeMap<String, ModelNext> {
        let chains = self.chains(journey, journey.window_ms, since, until);
        let mut found = BTreeMap::new();
        for (account, users) in self.members() {
            let Some((user, chain)) = users.iter().find_map(|it| Some((it, chains.get(it)?))) else { continue };
            let rows: Vec<&Row> = self.rows.iter().filter(|it| users.contains(&self.user_of(&sender(it)))).collect();
            if let Some(next) = self.next_after(user, journey, chain, level, until, &rows) {
                found.insert(account, next);
            }
        }
        found
    }

    fn next_after(
        &self,
        user: &Sender,
        journey: &Journey,
        chain: &[i64],
        level: usize,
        until: Option<i64>,
        rows: &[&Row],
    ) -> Option<ModelNext> {
        let reached = *chain.get(level)?;
        let again: BTreeSet<i64> =
            self.marks(user, journey).into_iter().filter(|it| it.1 == level).map(|(at, _)| at).collect();
        let later = rows.iter().filter(|it| it.at_ms > reached && until.is_none_or(|until| it.at_ms < until));
        let action = later.filter(|it| !again.contains(&it.at_ms)).filter_map(|it| Some((it.at_ms, action(it)?))).min();
        Some((reached, chain.len() > level + 1, action))
    }

    /// How often something happened to each user.
    pub(crate) fn happened(&self, what: &Happening, since: Option<i64>) -> BTreeMap<Sender, u32> {
        let is_wanted = |it: &i64| since.is_none_or(|since| *it >= since);
        let times = |user: &Sender| self.times_of(user, what).into_iter().filter(is_wanted).count() as u32;
        self.users().into_iter().map(|user| (user.clone(), times(&user))).filter(|it| it.1 > 0).collect()
    }

    fn times_of(&self, user: &Sender, what: &Happening) -> Vec<i64> {
        let rows = self.rows.iter().filter(|it| self.user_of(&sender(it)) == *user);
        match what {
            Happening::Message => rows.map(|it| it.at_ms).collect(),
            Happening::Event(name) => {
                rows.filter(|it| it.kind == Kind::Track && it.name == *name).map(|it| it.at_ms).collect()
            }
            Happening::Milestone(journey) => self.marks(user, journey).into_iter().map(|(at_ms, _)| at_ms).collect(),
        }
    }

    /// The latest messages of the person whom a user id names.
    pub(crate) fn timeline(&self, user: &str, limit: usize) -> Vec<(i64, Kind, String, String)> {
        let (ids, _) = self.person(user);
        let mut rows: Vec<&Row> = self.rows.iter().filter(|it| ids.contains(&sender(it))).collect();
        rows.reverse();
        rows.sort_by_key(|it| std::cmp::Reverse(it.at_ms)); // stable: the latest arrival comes first
        let moment = |it: &Row| (it.at_ms, it.kind, it.name.clone(), it.body.clone());
        rows.into_iter().take(limit).map(moment).collect()
    }

    /// The latest messages of all who belong to an account, each with its user.
    pub(crate) fn account_timeline(&self, account: &str, limit: usize) -> Vec<(Sender, i64, String)> {
        let mut rows: Vec<(Sender, &Row)> = self.rows.iter().map(|it| (self.user_of(&sender(it)), it)).collect();
        rows.retain(|(user, _)| self.account_of(user).as_deref() == Some(account));
        rows.reverse();
        rows.sort_by_key(|it| std::cmp::Reverse(it.1.at_ms)); // stable: the latest arrival comes first
        rows.into_iter().take(limit).map(|(user, it)| (user, it.at_ms, it.body.clone())).collect()
    }

    /// All ids of the person whom a user id names, each with whether it is anonymous; and their account.
    pub(crate) fn person(&self, user: &str) -> (BTreeSet<Sender>, Option<String>) {
        let own = (user.to_owned(), false);
        let mut ids = BTreeSet::from([own.clone()]);
        for row in &self.rows {
            let user = row.user_id.as_ref().map(|it| (it.as_str().to_owned(), false));
            let anonymous = row.anonymous_id.as_ref().map(|it| (it.as_str().to_owned(), true));
            let previous = [false, true].map(|it| row.previous_id.clone().map(|id| (id, it)));
            ids.extend([user, anonymous].into_iter().chain(previous).flatten());
        }
        ids.retain(|it| self.user_of(it) == self.user_of(&own));
        let account = self.account_of(&self.user_of(&own));
        (ids, account)
    }

    /// As if nothing of this user's had ever arrived.
    pub(crate) fn without(&self, user: &str) -> Self {
        let (theirs, _) = self.person(user);
        Self { rows: self.rows.iter().filter(|it| !theirs.contains(&sender(it))).cloned().collect() }
    }

    /// Bodies of the messages of these names, in order of arrival.
    pub(crate) fn arrived(&self, names: &[&str]) -> Vec<String> {
        let wanted = self.rows.iter().filter(|it| it.kind == Kind::Track && names.contains(&it.name.as_str()));
        wanted.map(|it| it.body.clone()).collect()
    }

    fn users(&self) -> BTreeSet<Sender> {
        self.rows.iter().map(|it| self.user_of(&sender(it))).collect()
    }

    fn user_of(&self, sender: &Sender) -> Sender {
        if !sender.1 {
            return (self.representative(&sender.0), false);
        }
        let link = self.rows.iter().filter_map(|row| {
            let user = row.user_id.as_ref()?.as_str();
            let same_sender = row.anonymous_id.as_ref().is_some_and(|it| it.as_str() == sender.0);
            let alias = row.previous_id.as_ref().is_some_and(|it| *it == sender.0);
            (same_sender || alias).then_some((row.at_ms, user))
        });
        match link.min() {
            Some((_, user)) => (self.representative(user), false),
            None => sender.clone(),
        }
    }

    fn representative(&self, user: &str) -> String {
        let merges: Vec<(&str, &str)> = self
            .rows
            .iter()
            .filter_map(|it| Some((it.previous_id.as_deref()?, it.user_id.as_ref()?.as_str())))
            .collect();
        let mut group: BTreeSet<&str> = [user].into();
        loop {
            let before = group.len();
            for (previous, new) in &merges {
                if group.contains(previous) || group.contains(new) {
                    group.extend([*previous, *new]);
                }
            }
            if group.len() == before {
                break;
            }
        }
        let given_up = |it: &&str| merges.iter().any(|(previous, new)| previous == it && previous != new);
        let kept = group.iter().filter(|it| !given_up(it)).min();
        kept.or(group.iter().min()).map(|it| (*it).to_owned()).unwrap_or_default()
    }

    pub(crate) fn account_of(&self, user: &Sender) -> Option<String> {
        let groups = self.rows.iter().filter(|it| self.user_of(&sender(it)) == *user);
        let latest = groups.filter_map(|it| Some((it.at_ms, it.account_id.as_ref()?.as_str()))).max();
        latest.map(|(_, account)| account.to_owned())
    }

    /// (time, level) of every firing for this user.
    fn marks(&self, user: &Sender, journey: &Journey) -> Vec<(i64, usize)> {
        let account = self.account_of(user);
        let mut marks = Vec::new();
        for (level, milestone) in journey.milestones.iter().enumerate() {
            let counts = |row: &&Row| {
                let actor = self.user_of(&sender(row));
                match (milestone.scope, &account) {
                    (Scope::Account, Some(account)) => self.account_of(&actor).as_ref() == Some(account),
                    _ => actor == *user,
                }
            };
            let mut rows: Vec<&Row> = self.rows.iter().filter(counts).collect();
            rows.sort_by_key(|it| it.at_ms); // stable: arrival decides between equal times
            for end in 1..=rows.len() {
                if fires(&milestone.rule, &rows[..end]) {
                    marks.push((rows[end - 1].at_ms, level));
                }
            }
        }
        marks
    }
}

/// What a message says that somebody did.
fn action(row: &Row) -> Option<Action> {
    let body: Value = serde_json::from_str(&row.body).expect("test rows are JSON");
    let name = || match (body["name"].as_str(), body["properties"]["url"].as_str()) {
        (Some(name), _) => name.to_owned(),
        // The one there is in these rows: `/p/1`.
        (None, Some(_)) => "/p/:id".to_owned(),
        (None, None) => String::new(),
    };
    match row.kind {
        Kind::Track => (!NOTES.contains(&row.name.as_str())).then(|| Action::Event(row.name.clone())),
        Kind::Page => Some(Action::Page(name())),
        Kind::Screen => Some(Action::Screen(name())),
        Kind::Identify | Kind::Group | Kind::Alias => None,
    }
}

/// When somebody began, and in which periods they came back.
fn active(
    (started, came): (Vec<i64>, Vec<i64>),
    day: DayOf<'_>,
    since: Option<i64>,
    until: Option<i64>,
) -> Option<(i64, u64)> {
    let began = started.into_iter().min()?;
    if since.is_some_and(|it| began < it) || until.is_some_and(|it| began >= it) {
        return None;
    }
    let came = came.into_iter().filter(|it| *it >= began);
    let after: BTreeSet<i64> = came.map(|it| (day(it) - day(began)).min(63)).collect();
    Some((began, after.into_iter().map(|it| 1_u64 << it).sum()))
}

fn sender(row: &Row) -> Sender {
    match (&row.user_id, &row.anonymous_id) {
        (Some(user), _) => (user.as_str().to_owned(), false),
        (None, Some(anonymous)) => (anonymous.as_str().to_owned(), true),
        (None, None) => unreachable!("a row has a sender"),
    }
}

fn fires(rule: &Rule, rows: &[&Row]) -> bool {
    let Some(last) = rows.last() else { return false };
    match rule {
        Rule::Event { .. } | Rule::Page { .. } | Rule::Click { .. } | Rule::Seen { .. } => matches_alone(rule, last),
        Rule::Trait { of, conditions } => {
            let speaks = speaks_of(*of, last);
            let body = properties(last);
            speaks && conditions.iter().any(|it| it.touched_by(&body)) && holds(rule, rows)
        }
        Rule::Count { at_least, within_ms, rule } => {
            let recent = (1..=rows.len()).filter(|end| {
                let at_ms = rows[end - 1].at_ms;
                within_ms.is_none_or(|within_ms| (last.at_ms - at_ms) as u64 <= within_ms) && fires(rule, &rows[..*end])
            });
            fires(rule, rows) && recent.count() >= *at_least as usize
        }
        Rule::All(rules) => rules.iter().any(|it| fires(it, rows)) && holds(rule, rows),
        Rule::Any(rules) => rules.iter().any(|it| fires(it, rows)),
        Rule::Not(_) => false,
    }
}

fn holds(rule: &Rule, rows: &[&Row]) -> bool {
    match rule {
        Rule::All(rules) => rules.iter().all(|it| holds(it, rows)),
        Rule::Any(rules) => rules.iter().any(|it| holds(it, rows)),
        Rule::Not(rule) => !holds(rule, rows),
        Rule::Trait { of, conditions } => conditions.iter().all(|condition| latest_holds(condition, *of, rows)),
        _ => (1..=rows.len()).any(|end| fires(rule, &rows[..end])),
    }
}

fn latest_holds(condition: &Condition, of: Scope, rows: &[&Row]) -> bool {
    let spoken = rows.iter().rev().find(|it| speaks_of(of, it) && condition.touched_by(&properties(it)));
    match spoken {
        Some(row) => condition.holds(&properties(row)),
        None => condition.holds(&NoProperties),
    }
}

fn speaks_of(of: Scope, row: &Row) -> bool {
    row.kind == if of == Scope::User { Kind::Identify } else { Kind::Group }
}

fn matches_alone(rule: &Rule, row: &Row) -> bool {
    let body = properties(row);
    let url = body.0.get("url").and_then(Value::as_str).unwrap_or("").to_owned();
    let fact = Fact {
        at_ms: row.at_ms,
        kind: row.kind,
        name: &row.name,
        url: &url,
        from_server: row.trust == Trust::Server,
        properties: &body,
    };
    RuleProgress::new(rule).observe(rule, &fact)
}

struct Properties(Value);

fn properties(row: &Row) -> Properties {
    let body: Value = serde_json::from_str(&row.body).expect("test rows are JSON");
    let key = if matches!(row.kind, Kind::Identify | Kind::Group) { "traits" } else { "properties" };
    Properties(body.get(key).cloned().unwrap_or(Value::Null))
}

impl Lookup for Properties {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let mut value = &self.0;
        for key in path {
            value = value.get(key)?;
        }
        Some(match value {
            Value::Null => Scalar::Null,
            Value::Bool(it) => Scalar::Bool(*it),
            Value::Number(it) => Scalar::Number(it.as_f64()?),
            Value::String(it) => Scalar::Text(it.as_str().into()),
            _ => Scalar::Object,
        })
    }
}

/// The chain that ends at a mark: itself, after the chain of the nearest earlier mark one level down.
fn chain_at(marks: &[(i64, usize)], at: usize, window_ms: u64) -> Option<Vec<i64>> {
    let (at_ms, level) = marks[at];
    if level == 0 {
        return Some(vec![at_ms]);
    }
    let before = (0..at).rev().filter(|it| marks[*it].1 == level - 1).find_map(|it| chain_at(marks, it, window_ms))?;
    ((at_ms - before[0]) as u64 <= window_ms).then(|| [before, vec![at_ms]].concat())
}

/// The earliest of the longest chains.
fn furthest(marks: &[(i64, usize)], window_ms: u64) -> Vec<i64> {
    let mut best = Vec::new();
    for at in 0..marks.len() {
        if let Some(chain) = chain_at(marks, at, window_ms)
            && chain.len() > best.len()
        {
            best = chain;
        }
    }
    best
}

/// The other reading: the most levels, from the first on, that any subsequence within the window has.
fn longest_subsequence(marks: &[(i64, usize)], levels: usize, window_ms: u64) -> usize {
    (0..marks.len())
        .filter(|start| marks[*start].1 == 0)
        .map(|start| {
            let mut wanted = 1;
            for (at_ms, level) in &marks[start + 1..] {
                if *level == wanted && (at_ms - marks[start].0) as u64 <= window_ms && wanted < levels {
                    wanted += 1;
                }
            }
            wanted
        })
        .max()
        .unwrap_or(0)
}
