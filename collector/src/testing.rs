//! An application for unit tests: a clock set by hand, a real desk, and users as the test has them.

use crate::Clock;
use crate::app::App;
use crate::metric::Activity;
use crate::metric::presence::Days;
use crate::project::{self, Project};
use crate::storage::{
    AccountLine, Action, Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chain, Chains, Delivered,
    DeliveryQuestion, Erased, Events, Everybody, FactQuestion, FunnelQuestion, HappenedQuestion, Happening, Moment,
    Next, NextActions, NextQuestion, Person, PresenceQuestion, Present, Profile, Reaches, Somebody, TakeFact,
    TraitPath, TraitValues, UserKey, UserLine, UserName, sqlite,
};
use domain::{Definitions, Journey, Scope};
use serde_json::{Value, json};
use std::sync::Arc;

/// 2026-11-22T02:30:00Z
pub(crate) const NOW_MS: i64 = 1_795_314_600_000;

pub(crate) const PROJECT: &str = r#"
[project]
name = "Ledgerly"

[[key]]
id = "wk_ledgerly"
kind = "browser"
origins = ["*"]

[[journey]]
id = "onboarding"
name = "Onboarding"
window = "14d"

[[journey.milestone]]
id = "signed-up"
name = "Signed up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "customer"
name = "Added a customer"
rule = { event = "Customer Added" }

[[journey.milestone]]
id = "sent"
name = "Sent the first invoice"
value = true
rule = { event = "Invoice Sent" }
"#;

/// Of the milestones of [`PROJECT`].
const EVENTS: [&str; 3] = ["Signed Up", "Customer Added", "Invoice Sent"];

/// One user, as far as the questions of a page go.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) profile: Profile,
    pub(crate) times_ms: Vec<i64>,
}

/// A zone whose clocks change.
pub(crate) fn berlin() -> crate::metric::Calendar {
    crate::metric::Calendar::of("Europe/Berlin", crate::metric::calendar::WeekStart::Monday).expect("a zone")
}

pub(crate) fn project() -> Project {
    parse(PROJECT)
}

pub(crate) fn parse(text: &str) -> Project {
    project::parse("milepost.toml", text).unwrap()
}

/// An application without users.
pub(crate) async fn app(project: Project) -> (App, Clock, tempfile::TempDir) {
    app_of(project, Vec::new()).await
}

pub(crate) async fn app_of(project: Project, users: Vec<User>) -> (App, Clock, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let clock = Clock::by_hand(NOW_MS);
    let desk = sqlite::open(dir.path()).unwrap().1;
    let app = App::open(project, Arc::new(Canned(users)), desk, clock.clone()).await.unwrap();
    (app, clock, dir)
}

/// A user who got this far, a day apart, and last did something `ago_ms` ago.
pub(crate) fn user(id: &str, levels: usize, plan: Option<&str>, ago_ms: i64) -> User {
    let day_ms = 24 * 60 * 60 * 1000;
    let mut traits = serde_json::Map::new();
    traits.insert("email".into(), json!(format!("{id}@example.com")));
    traits.extend(plan.map(|plan| ("plan".to_owned(), json!(plan))));
    let times_ms = (1..=levels as i64).map(|it| NOW_MS - ago_ms - (levels as i64 - it) * day_ms).collect();
    let profile = Profile { user: id.to_owned(), account: Some(format!("{id}-corp")), traits, ..Profile::default() };
    User { profile, times_ms }
}

impl User {
    /// When something happened, in the words of [`PROJECT`].
    fn times_of(&self, what: &Happening) -> impl Iterator<Item = i64> {
        let level = match what {
            Happening::Message => None,
            Happening::Event(name) => EVENTS.iter().position(|it| it == name),
            Happening::Milestone(journey) => {
                ["signed-up", "customer", "sent"].iter().position(|it| *it == journey.milestones[0].id.as_str())
            }
        };
        let all = *what == Happening::Message;
        let times_ms = self.times_ms.iter().enumerate().filter(move |(at, _)| all || level == Some(*at));
        times_ms.map(|(_, at_ms)| *at_ms).collect::<Vec<_>>().into_iter()
    }
}

/// Answers from a list; stores nothing.
struct Canned(Vec<User>);

impl Canned {
    /// The users as a question counts them: each with what anybody of their account did, where it says so.
    fn of(&self, scope: Scope) -> Vec<User> {
        let merged = |user: &User| {
            let account = user.profile.account.as_ref().filter(|_| scope == Scope::Account);
            let Some(account) = account else { return user.clone() };
            let members = || self.0.iter().filter(|it| it.profile.account.as_ref() == Some(account));
            let levels = members().map(|it| it.times_ms.len()).max().unwrap_or(0);
            let first = |level: usize| members().filter_map(|it| it.times_ms.get(level).copied()).min();
            User { times_ms: (0..levels).filter_map(first).collect(), ..user.clone() }
        };
        self.0.iter().map(merged).collect()
    }

    /// The numbers of those who are counted: everybody, or the first of each account.
    fn counted(&self, scope: Scope) -> Vec<usize> {
        let account = |it: usize| self.0.get(it).and_then(|it| it.profile.account.as_ref());
        let is_first = |it: &usize| (0..*it).all(|before| account(before) != account(*it));
        let all = 0..self.0.len();
        match scope {
            Scope::User => all.collect(),
            Scope::Account => all.filter(|it| account(*it).is_some()).filter(is_first).collect(),
        }
    }

    fn group(user: &User, by: &TraitPath) -> Option<String> {
        let traits = if by.of == Scope::User { &user.profile.traits } else { &user.profile.account_traits };
        match traits.get(by.path.first()?)? {
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }
}

fn ready<'a, T: Send + 'a>(answer: T) -> Answering<'a, T> {
    Box::pin(std::future::ready(Ok(answer)))
}

impl Events for Canned {
    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        ready(vec![Appended::Stored; batch.len()])
    }

    fn define(&self, _: &Definitions) -> Answering<'_, ()> {
        ready(())
    }

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        let within = |at_ms: i64| {
            question.since_ms.is_none_or(|it| at_ms >= it) && question.until_ms.is_none_or(|it| at_ms < it)
        };
        let mut headings: Vec<String> = Vec::new();
        let mut found = Chains::default();
        let scope = question.journey.milestones.first().map_or(Scope::User, |it| it.scope);
        for (key, user) in self.of(scope).iter().enumerate() {
            let times_ms: Vec<i64> = user.times_ms.iter().copied().take_while(|it| within(*it)).collect();
            let group = question.by.as_ref().and_then(|by| Self::group(user, by)).map(|text| {
                headings.push(text);
                headings.len() as u32 - 1
            });
            if !times_ms.is_empty() {
                found.push(Chain { user: UserKey(key as u32), times_ms: &times_ms, group });
            }
        }
        let mut chains = Chains::new(headings);
        chains.extend(vec![found]);
        ready(chains)
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        let mut reaches = Reaches::new(journey.milestones.len());
        let scope = journey.milestones.first().map_or(Scope::User, |it| it.scope);
        for (key, user) in self.of(scope).iter().enumerate() {
            reaches.push(UserKey(key as u32));
            user.times_ms.iter().enumerate().for_each(|(level, at_ms)| reaches.reach(level, *at_ms));
        }
        ready(reaches)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        let name = |it: &User| UserName { user: it.profile.user.clone(), anonymous: it.profile.traits.is_empty() };
        ready(users.iter().map(|it| self.0.get(it.0 as usize).map(name)).collect())
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        let text = |user: &User, name: &str| Some(Arc::from(user.profile.traits.get(name)?.as_str()?));
        let mut accounts: Vec<AccountLine> = Vec::new();
        let mut line = |(key, user): (usize, &User)| {
            let account = user.profile.account.as_deref().map(|id| {
                accounts.iter().position(|it| &*it.account == id).unwrap_or_else(|| {
                    let name = user.profile.account_traits.get("name").and_then(|it| Some(Arc::from(it.as_str()?)));
                    accounts.push(AccountLine { account: Arc::from(id), name });
                    accounts.len() - 1
                }) as u32
            });
            UserLine {
                key: UserKey(key as u32),
                user: Arc::from(user.profile.user.as_str()),
                anonymous: user.profile.traits.is_empty(),
                name: text(user, "name"),
                email: text(user, "email"),
                account,
                first_ms: user.times_ms.first().copied().unwrap_or(NOW_MS),
                last_ms: user.times_ms.last().copied().unwrap_or(NOW_MS),
            }
        };
        let users = self.0.iter().enumerate().map(&mut line).collect();
        ready(Arc::new(Everybody::new(users, accounts)))
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        let wanted = |at_ms: i64| {
            question.since_ms.is_none_or(|it| at_ms >= it) && question.until_ms.is_none_or(|it| at_ms < it)
        };
        let active = |(key, user): (usize, &User)| {
            let began_ms = user.times_of(&question.start).min().filter(|it| wanted(*it))?;
            let number = |at_ms| question.period.of(at_ms, &question.calendar);
            let bit = |at_ms| Activity::bit(number(began_ms), number(at_ms));
            let came = user.times_of(&question.back).filter(|it| *it >= began_ms).fold(0, |came, it| came | bit(it));
            Some(Active { user: UserKey(key as u32), began_ms, came })
        };
        let (users, counted) = (self.of(question.of), self.counted(question.of));
        let all = counted.into_iter().filter_map(|key| Some((key, users.get(key)?)));
        ready(all.filter_map(active).collect())
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        let present = |(key, user): (usize, &User)| {
            let mut days = Days::default();
            let day = |at_ms: i64| usize::try_from(question.calendar.day(at_ms) - question.first).ok();
            let came = user.times_of(&question.what).filter_map(day).filter(|it| *it < question.days);
            came.for_each(|it| days.insert(it));
            (!days.is_empty()).then_some(Present { user: UserKey(key as u32), days })
        };
        let (users, counted) = (self.of(question.of), self.counted(question.of));
        let all = counted.into_iter().filter_map(|key| Some((key, users.get(key)?)));
        ready(all.filter_map(present).collect())
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        let times = |user: &User| {
            let is_wanted = |it: &i64| question.since_ms.is_none_or(|since_ms| *it >= since_ms);
            user.times_of(&question.what).filter(is_wanted).count() as u32
        };
        let all = self.0.iter().enumerate().map(|(key, user)| (UserKey(key as u32), times(user)));
        ready(all.filter(|it| it.1 > 0).collect())
    }

    /// Everybody's next action is the event of their next milestone.
    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        let actions: Vec<Action> = EVENTS.map(|it| Action::Event(it.to_owned())).into();
        let NextQuestion { funnel, level } = question;
        let of = funnel.of;
        let within =
            |at_ms: &i64| funnel.since_ms.is_none_or(|it| *at_ms >= it) && funnel.until_ms.is_none_or(|it| *at_ms < it);
        let (users, counted) = (self.of(of), self.counted(of));
        let next = |key: usize| {
            let times_ms: Vec<i64> = users.get(key)?.times_ms.iter().copied().take_while(within).collect();
            let action = times_ms.get(level + 1).map(|it| (*it, level as u32 + 1));
            let (user, reached_ms) = (UserKey(key as u32), *times_ms.get(level)?);
            Some(Next { user, reached_ms, went_on: action.is_some(), action })
        };
        ready(NextActions { users: counted.into_iter().filter_map(next).collect(), actions })
    }

    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        let values: Vec<Option<String>> = self.0.iter().map(|it| Self::group(it, &path)).collect();
        let texts: Vec<String> =
            values.iter().flatten().cloned().collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let number = |it: &Option<String>| texts.iter().position(|text| Some(text) == it.as_ref()).map(|it| it as u32);
        let numbers: Vec<Option<u32>> = values.iter().map(number).collect();
        ready(TraitValues::new(texts, numbers.into_iter()))
    }

    fn timeline(&self, _: Person, _: usize) -> Answering<'_, Vec<Moment>> {
        ready(Vec::new())
    }

    fn account_timeline(&self, _: String, _: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        ready(Vec::new())
    }

    fn settle(&self) -> Answering<'_, ()> {
        ready(())
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        let known = self.0.iter().find(|it| Some(&it.profile.user) == user.as_ref());
        let account = known.and_then(|it| it.profile.account.clone());
        let ids = Person { users: user.into_iter().collect(), anonymous: anonymous.into_iter().collect() };
        ready(Somebody { is_known: known.is_some(), ids, account, erased_until_ms: None })
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        let user = self.0.iter().find(|it| person.users.contains(&it.profile.user));
        let time_ms = |level: usize| user?.times_ms.get(level).copied();
        ready((0..journey.milestones.len()).map(time_ms).collect())
    }

    fn arrived(&self, _: Vec<String>, _: i64, _: usize) -> Answering<'_, Vec<Arrived>> {
        ready(Vec::new())
    }

    fn about_prompts(&self, _: Person, _: usize) -> Answering<'_, Vec<Arrived>> {
        ready(Vec::new())
    }

    fn delivery(&self, _: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        ready(Vec::new())
    }

    fn fold_delivery(&self, _: i64) -> Answering<'_, ()> {
        ready(())
    }

    fn erase(&self, _: Person, _: i64, _: i64) -> Answering<'_, Erased> {
        ready(Erased::default())
    }

    fn erase_messages(&self, _: Vec<i64>) -> Answering<'_, u64> {
        ready(0)
    }

    fn facts(&self, _: FactQuestion, _: TakeFact) -> Answering<'_, ()> {
        ready(())
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        let profile = |user: String| {
            let known = self.0.iter().find(|it| it.profile.user == user).map(|it| it.profile.clone());
            known.unwrap_or(Profile { user, ..Profile::default() })
        };
        ready(users.into_iter().map(profile).collect())
    }

    fn messages(&self, _: i64, _: usize) -> Answering<'_, (Vec<String>, i64)> {
        ready((Vec::new(), 0))
    }

    fn count(&self) -> Answering<'_, u64> {
        ready(0)
    }

    fn ready(&self) -> Answering<'_, ()> {
        ready(())
    }
}
