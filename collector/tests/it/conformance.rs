//! What every engine must do, and the property that it agrees with the naive model.

use crate::model::{Model, ModelFact, ModelLine};
use domain::{
    AccountId, AnonymousId, Condition, Definitions, Journey, JourneyId, Kind, MessageId, Milestone, MilestoneId,
    Operator, Rule, Scope, Source, UrlPattern, UserId, Value, reserved,
};
use milepost::metric::calendar::WeekStart;
use milepost::metric::{Calendar, Period};
use milepost::storage::{
    self, ActivityQuestion, Appended, Chain, Chains, Events, FactQuestion, FunnelQuestion, HappenedQuestion, Happening,
    Next, NextActions, NextQuestion, PresenceQuestion, Reaches, Row, StoredFact, TraitPath, Trust, UserKey, UserLine,
};
use proptest::prelude::*;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};

/// Opens each engine in turn; a new engine is a new line.
fn engines(folder: &Path) -> Vec<Arc<dyn Events>> {
    vec![storage::sqlite::open(folder).expect("the embedded engine").0]
}

const DAY_MS: i64 = 86_400_000;

fn row(id: &str, at_ms: i64, user: &str, name: &str) -> Row {
    Row {
        message_id: MessageId::new(id),
        kind: Kind::Track,
        name: name.to_owned(),
        at_ms,
        received_ms: at_ms,
        user_id: Some(UserId::new(user)),
        anonymous_id: None,
        account_id: None,
        previous_id: None,
        trust: Trust::Claimed,
        body: json!({ "type": "track", "event": name, "userId": user }).to_string(),
    }
}

fn event(name: &str) -> Rule {
    Rule::Event { name: name.into(), conditions: vec![], source: Source::Any }
}

fn journey(rules: Vec<(Scope, Rule)>) -> Journey {
    let milestone = |(index, (scope, rule)): (usize, (Scope, Rule))| Milestone {
        id: MilestoneId::new(format!("m{index}")),
        name: format!("Step {index}"),
        scope,
        is_value: false,
        rule,
    };
    Journey {
        id: JourneyId::new("j"),
        name: "J".into(),
        window_ms: 20,
        milestones: rules.into_iter().enumerate().map(milestone).collect(),
    }
}

fn question(journey: &Journey) -> FunnelQuestion {
    FunnelQuestion {
        of: Scope::User,
        journey: Arc::new(journey.clone()),
        window_ms: journey.window_ms,
        since_ms: None,
        until_ms: None,
        by: None,
    }
}

#[tokio::test]
async fn a_message_id_is_stored_at_most_once_within_and_across_batches() {
    let folder = tempfile::tempdir().expect("a folder");
    for engine in engines(folder.path()) {
        let uuid = "0190a3a2-7c1e-7000-8000-000000000001";
        let first = engine
            .append(vec![row("a", 1, "u", "A"), row("a", 2, "v", "B"), row(uuid, 3, "u", "A")])
            .await
            .expect("stored");
        assert_eq!(first, [Appended::Stored, Appended::Duplicate, Appended::Stored]);
        let again = engine.append(vec![row(uuid, 3, "u", "A"), row("A", 4, "u", "A")]).await.expect("stored");
        assert_eq!(again, [Appended::Duplicate, Appended::Stored]);
        // Another spelling is another id: ids are compared as they were sent.
        let spelled =
            engine.append(vec![row(&uuid.to_uppercase().replace("A3A2", "A3a2"), 3, "u", "A")]).await.expect("stored");
        assert_eq!(spelled, [Appended::Stored]);
        assert_eq!(engine.count().await.expect("a count"), 4);
    }
}

#[tokio::test]
async fn what_was_stored_is_there_after_opening_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let journey = journey(vec![(Scope::User, event("A"))]);
    {
        let (events, _) = storage::sqlite::open(folder.path()).expect("an engine");
        events.append(vec![row("a", 1, "u", "A")]).await.expect("stored");
        assert!(storage::sqlite::open(folder.path()).is_err(), "only one writer may hold a folder");
        let reader = storage::sqlite::open_read_only(folder.path()).expect("readers may come any time");
        assert_eq!(reader.chains(question(&journey)).await.expect("chains").len(), 1);
        events.settle().await.expect("settled");
        assert_eq!(reader.chains(question(&journey)).await.expect("chains").len(), 1);
        assert!(reader.append(vec![row("b", 1, "u", "A")]).await.is_err(), "a reader stores nothing");
    }
    let (events, _) = storage::sqlite::open(folder.path()).expect("an engine");
    assert_eq!(events.append(vec![row("a", 1, "u", "A")]).await.expect("answered"), [Appended::Duplicate]);
}

#[tokio::test]
async fn traits_break_a_funnel_down_by_their_latest_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let identify = |id: &str, at_ms, user: &str, plan: serde_json::Value| Row {
        kind: Kind::Identify,
        name: String::new(),
        body: json!({ "traits": { "plan": plan, "address": { "city": user } } }).to_string(),
        ..row(id, at_ms, user, "")
    };
    let group = |id: &str, at_ms, user: &str, account: &str, size: i64| Row {
        kind: Kind::Group,
        name: String::new(),
        account_id: Some(AccountId::new(account)),
        body: json!({ "groupId": account, "traits": { "size": size } }).to_string(),
        ..row(id, at_ms, user, "")
    };
    for engine in engines(folder.path()) {
        let rows = vec![
            row("1", 1, "u", "A"),
            row("2", 1, "v", "A"),
            row("3", 1, "w", "A"),
            identify("4", 9, "u", json!("pro")),
            identify("5", 5, "u", json!("free")),
            identify("6", 5, "v", json!("free")),
            identify("7", 6, "v", json!(null)),
            group("8", 5, "u", "acme", 3),
            group("9", 6, "v", "acme", 4),
        ];
        engine.append(rows).await.expect("stored");
        let journey = journey(vec![(Scope::User, event("A"))]);
        let by = async |path: &str| {
            let question = FunnelQuestion { by: Some(TraitPath::parse(path)), ..question(&journey) };
            let chains = engine.chains(question).await.expect("chains");
            let group = |it: Chain<'_>| it.group.map(|it| chains.headings()[it as usize].clone()).unwrap_or_default();
            let values = engine.trait_values(TraitPath::parse(path)).await.expect("values");
            let of: Vec<_> = chains.iter().map(|it| values.of(it.user).unwrap_or_default().to_owned()).collect();
            let groups: Vec<_> = chains.iter().map(group).collect();
            assert_eq!(of, groups, "one reading of a trait");
            groups
        };
        for _ in ["not sealed", "sealed", "read off when sealed"] {
            assert_eq!(by("plan").await, ["pro", "", ""]);
            assert_eq!(by("address.city").await, ["u", "v", ""]);
            assert_eq!(by("account.size").await, ["4", "4", ""]);
            engine.settle().await.expect("settled");
        }
        let profiles = engine.profiles(vec!["v".into(), "u".into(), "nobody".into()]).await.expect("profiles");
        assert_eq!(profiles[1].traits["plan"], json!("pro"));
        assert_eq!(profiles[0].account.as_deref(), Some("acme"));
        assert_eq!(profiles[0].account_traits["size"], json!(4));
        assert_eq!(profiles[2].account, None);
    }
}

#[tokio::test]
async fn stored_messages_can_be_read_back_page_by_page() {
    let folder = tempfile::tempdir().expect("a folder");
    for engine in engines(folder.path()) {
        engine.append((0..5).map(|it| row(&format!("m{it}"), it, "u", "A")).collect()).await.expect("stored");
        let (first, next) = engine.messages(0, 3).await.expect("messages");
        let (second, _) = engine.messages(next, 3).await.expect("messages");
        assert_eq!((first.len(), second.len()), (3, 2));
        assert!(
            second[1].contains(r#""messageId":"m4""#)
                && second[1].contains(r#""timestamp":"1970-01-01T00:00:00.004Z""#)
        );
    }
}

// ── The property ────────────────────────────────────────────────────────────────────────────────

fn some_condition(key: &'static str) -> impl Strategy<Value = Condition> {
    let operator =
        prop::sample::select(vec![Operator::Eq, Operator::Ne, Operator::Gte, Operator::Absent, Operator::Exists]);
    (operator, 0..3_u8).prop_map(move |(operator, number)| Condition {
        path: vec![key.to_owned()],
        operator,
        values: if matches!(operator, Operator::Absent | Operator::Exists) {
            vec![]
        } else {
            vec![Value::Number(number.into())]
        },
    })
}

fn some_rule() -> impl Strategy<Value = Rule> {
    let name = prop::sample::select(vec!["A", "B", "C"]);
    let leaf = prop_oneof![
        6 => (name, prop::collection::vec(some_condition("n"), 0..2), any::<bool>()).prop_map(|(name, conditions, server)| {
            Rule::Event { name: name.into(), conditions, source: if server { Source::Server } else { Source::Any } }
        }),
        1 => Just(Rule::Page { pattern: UrlPattern::new("/p/:id"), conditions: vec![] }),
        1 => Just(Rule::Click { selector: "#x".into() }),
        2 => (any::<bool>(), prop::collection::vec(some_condition("n"), 1..3)).prop_map(|(account, conditions)| {
            Rule::Trait { of: if account { Scope::Account } else { Scope::User }, conditions }
        }),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            (1..4_u32, prop::option::of(0..15_u64), inner.clone())
                .prop_map(|(at_least, within_ms, rule)| Rule::Count { at_least, within_ms, rule: Box::new(rule) }),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Rule::All),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Rule::Any),
            (inner.clone(), inner).prop_map(|(a, b)| Rule::All(vec![a, Rule::Not(Box::new(b))])),
        ]
    })
}

fn some_journey() -> impl Strategy<Value = Journey> {
    let step = (any::<bool>(), some_rule())
        .prop_map(|(account, rule)| (if account { Scope::Account } else { Scope::User }, rule));
    (prop::collection::vec(step, 1..4), 0..40_u64)
        .prop_map(|(steps, window_ms)| Journey { window_ms, ..journey(steps) })
}

fn some_row() -> impl Strategy<Value = Row> {
    let ids = (0..60_u8, 0..5_usize, 0..4_usize, 0..3_usize);
    let what = (0..12_u8, 0..3_usize, prop::option::of(0..3_u8), any::<bool>());
    (ids, 0..50_i64, what).prop_map(|((id, user, anonymous, account), at_ms, (kind, name, number, server))| {
        let user_id = ["u0", "u1", "u2"].get(user).map(|it| UserId::new(*it));
        let anonymous_id = ["a0", "a1"].get(anonymous).map(|it| AnonymousId::new(*it));
        let anonymous_id = if user_id.is_none() { anonymous_id.or(Some(AnonymousId::new("a2"))) } else { anonymous_id };
        let account = ["x", "y", "z"][account];
        let name = ["A", "B", "C"][name];
        let (kind, name) = match kind {
            0 => (Kind::Identify, ""),
            1 => (Kind::Group, ""),
            2 => (if server { Kind::Screen } else { Kind::Page }, ""),
            3 if user_id.is_some() => (Kind::Alias, ""),
            4 => (Kind::Track, if server { reserved::PAGE_LEFT } else { reserved::ELEMENT_CLICKED }),
            _ => (Kind::Track, name),
        };
        let values = match number {
            Some(number) => {
                let mut values = json!({ "n": number, "url": "https://x.test/p/1", "selector": "#x" });
                let called = [
                    json!({ "name": "Ada", "email": " " }),
                    json!({ "name": null, "lastName": "B" }),
                    json!({
                    "name": [], "firstName": 7, "email": " x@y.test " }),
                ];
                let called = called[usize::from(number)].as_object().expect("an object").clone();
                values.as_object_mut().expect("an object").extend(called);
                values
            }
            None => json!({}),
        };
        Row {
            message_id: MessageId::new(format!("m{id}")),
            kind,
            name: name.to_owned(),
            at_ms,
            received_ms: 100,
            account_id: (kind == Kind::Group).then(|| AccountId::new(account)),
            previous_id: (kind == Kind::Alias).then(|| ["u0", "u1", "a0", "u9"][usize::from(id) % 4].to_owned()),
            user_id,
            anonymous_id,
            trust: if server { Trust::Server } else { Trust::Claimed },
            body: match (kind, number) {
                (Kind::Page | Kind::Screen, Some(1)) => json!({ "name": "Home", "properties": values }),
                _ => json!({ "properties": values, "traits": values, "groupId": account }),
            }
            .to_string(),
        }
    })
}

/// After which messages what is stored is settled; none or all in one of three cases each.
fn some_settling() -> impl Strategy<Value = Vec<bool>> {
    prop_oneof![
        Just(vec![false]),
        Just(vec![true]),
        prop::collection::vec(prop::sample::select(vec![false, false, false, true]), 1..20),
    ]
}

/// Appends in pieces, and settles after some of them; after the others it asks who there is, so that the next answer is
/// this one brought up to date.
async fn append(engine: &dyn Events, rows: &[Row], settled: &[bool]) {
    for (piece, is_settled) in rows.chunks(4).zip(settled.iter().cycle()) {
        engine.append(piece.to_vec()).await.expect("stored");
        if *is_settled {
            engine.settle().await.expect("settled");
        } else {
            engine.everybody().await.expect("everybody");
        }
    }
}

async fn agrees(
    engine: &dyn Events,
    model: &Model,
    journey: &Journey,
    since: Option<i64>,
    until: Option<i64>,
) -> Result<(), TestCaseError> {
    let asked = FunnelQuestion { since_ms: since, until_ms: until, ..question(journey) };
    let chains = engine.chains(asked).await.expect("chains");
    let names = names(engine, chains.iter().map(|it| it.user).collect()).await;
    let found: BTreeMap<_, _> = names.into_iter().zip(chains.iter().map(|it| it.times_ms.to_vec())).collect();
    prop_assert_eq!(found.len(), chains.len(), "each user once");
    prop_assert_eq!(found, model.chains(journey, journey.window_ms, since, until));
    let reaches = engine.first_reached(Arc::new(journey.clone())).await.expect("reaches");
    let names = names_of(engine, &reaches).await;
    let found: BTreeMap<_, _> = names.into_iter().zip(reaches.iter().map(|(_, it)| it.collect::<Vec<_>>())).collect();
    prop_assert_eq!(found, model.first_reached(journey));
    // Somebody of whom nothing is known among them.
    let some: Vec<UserKey> = reaches.users().iter().rev().copied().step_by(2).chain([UserKey(u32::MAX)]).collect();
    let of_some = engine.first_reached_of(Arc::new(journey.clone()), some.clone()).await.expect("reaches");
    prop_assert_eq!(&of_some, &reaches.only(|it| some.contains(&it)));
    prop_assert_eq!(of_some.together(), earliest(&of_some, journey.milestones.len()));
    prop_assert_eq!(everybody(engine).await, model.everybody());
    next_actions_agree(engine, model, journey, since, until).await?;
    let names = ["C", "A"];
    prop_assert_eq!(facts(engine, &names, since, until, usize::MAX).await, model.facts(&names, since, until));
    Ok(())
}

/// 7 November 2010, 02:45 UTC: in Newfoundland, Sunday had begun and it was Saturday again, for 59 minutes.
const BACK_OVER_MIDNIGHT_MS: i64 = 1_289_097_900_000;

fn newfoundland() -> Calendar {
    Calendar::of("America/St_Johns", WeekStart::Monday).expect("a zone")
}

/// The number of the latest date that a clock there has shown in the hour before.
fn naive_day(at_ms: i64) -> i64 {
    let zone = jiff::tz::TimeZone::get("America/St_Johns").expect("a zone");
    let date = |minutes: i64| {
        let at = jiff::Timestamp::from_millisecond(at_ms - minutes * 60_000).expect("a time");
        at.to_zoned(zone.clone()).date()
    };
    let latest = (0..=60).map(date).max().expect("dates");
    i64::from((latest - jiff::civil::date(1970, 1, 1)).get_days())
}

/// After each milestone, of users and of accounts.
/// Those of users who come first in their accounts.
async fn chains_of_accounts_agree(engine: &dyn Events, of_accounts: &FunnelQuestion) -> Result<(), TestCaseError> {
    let everybody = engine.everybody().await.expect("everybody");
    let mut first = BTreeMap::new();
    for user in everybody.users() {
        user.account.map(|it| first.entry(it).or_insert(user.key));
    }
    let firsts: BTreeSet<UserKey> = first.into_values().collect();
    let all = FunnelQuestion { of: Scope::User, ..of_accounts.clone() };
    let told = |chains: &Chains| chains.iter().map(|it| (it.user, it.times_ms.to_vec())).collect::<Vec<_>>();
    let mut expected = told(&engine.chains(all).await.expect("chains"));
    expected.retain(|(user, _)| firsts.contains(user));
    prop_assert_eq!(told(&engine.chains(of_accounts.clone()).await.expect("chains of accounts")), expected);
    Ok(())
}

async fn next_actions_agree(
    engine: &dyn Events,
    model: &Model,
    journey: &Journey,
    since: Option<i64>,
    until: Option<i64>,
) -> Result<(), TestCaseError> {
    let of_pair = |found: &NextActions, it: &Next| {
        let action = it.action.map(|(at_ms, number)| (at_ms, found.actions[number as usize].clone()));
        (it.reached_ms, it.went_on, action)
    };
    for level in 0..journey.milestones.len() {
        let funnel = FunnelQuestion { since_ms: since, until_ms: until, ..question(journey) };
        let asked = NextQuestion { funnel, level };
        let found = engine.next_actions(asked).await.expect("next actions");
        prop_assert!(found.users.is_sorted_by_key(|it| it.user), "in order of number");
        let names = names(engine, found.users.iter().map(|it| it.user).collect()).await;
        let told: BTreeMap<_, _> = names.into_iter().zip(found.users.iter().map(|it| of_pair(&found, it))).collect();
        prop_assert_eq!(told.len(), found.users.len(), "each user once");
        prop_assert_eq!(told, model.next_actions(journey, level, since, until));
        let mut shared = journey.clone();
        shared.milestones.iter_mut().for_each(|it| it.scope = Scope::Account);
        let funnel = FunnelQuestion { of: Scope::Account, since_ms: since, until_ms: until, ..question(&shared) };
        chains_of_accounts_agree(engine, &funnel).await?;
        let asked = NextQuestion { funnel, level };
        let found = engine.next_actions(asked).await.expect("next actions of accounts");
        let accounts = accounts(engine, model, found.users.iter().map(|it| it.user).collect()).await;
        let told: BTreeMap<_, _> = accounts.into_iter().zip(found.users.iter().map(|it| of_pair(&found, it))).collect();
        prop_assert_eq!(told, model.next_actions_of_accounts(&shared, level, since, until));
    }
    Ok(())
}

/// Who came back and on which days, whatever they began with.
async fn came_back_agrees(
    engine: &dyn Events,
    model: &Model,
    milestone: &Journey,
    since_ms: Option<i64>,
    until_ms: Option<i64>,
) -> Result<(), TestCaseError> {
    let named = |it: &str| Happening::Event(it.to_owned());
    let reached = || Happening::Milestone(Arc::new(milestone.clone()));
    let asked = [
        (Happening::Message, Happening::Message),
        (named("A"), Happening::Message),
        (named("B"), named("A")),
        (reached(), Happening::Message),
        (named("A"), reached()),
    ];
    for (start, back) in asked {
        let (from, returned) = (start.clone(), back.clone());
        let mut question = ActivityQuestion {
            period: Period::Day,
            calendar: newfoundland(),
            of: Scope::User,
            start,
            back,
            since_ms,
            until_ms,
        };
        let found = engine.activity(question.clone()).await.expect("activity");
        let names = names(engine, found.iter().map(|it| it.user).collect()).await;
        let found: BTreeMap<_, _> = names.into_iter().zip(found.iter().map(|it| (it.began_ms, it.came))).collect();
        prop_assert_eq!(found, model.activity(&from, &returned, &naive_day, since_ms, until_ms));
        question.of = Scope::Account;
        let found = engine.activity(question).await.expect("activity of accounts");
        let accounts = accounts(engine, model, found.iter().map(|it| it.user).collect()).await;
        let found: BTreeMap<_, _> = accounts.into_iter().zip(found.iter().map(|it| (it.began_ms, it.came))).collect();
        prop_assert_eq!(found, model.activity_of_accounts(&from, &returned, &naive_day, since_ms, until_ms));
    }
    let first = naive_day(since_ms.unwrap_or(BACK_OVER_MIDNIGHT_MS));
    for what in [Happening::Message, named("A"), reached()] {
        let mut question =
            PresenceQuestion { what: what.clone(), of: Scope::User, calendar: newfoundland(), first, days: 40 };
        let found = engine.presence(question.clone()).await.expect("presence");
        let names = names(engine, found.iter().map(|it| it.user).collect()).await;
        let days = found.iter().map(|it| it.days.iter().collect::<Vec<_>>());
        let found: BTreeMap<_, _> = names.into_iter().zip(days).collect();
        prop_assert_eq!(found, model.presence(&what, first, 40, &naive_day));
        question.of = Scope::Account;
        let found = engine.presence(question).await.expect("presence of accounts");
        let accounts = accounts(engine, model, found.iter().map(|it| it.user).collect()).await;
        let days = found.iter().map(|it| it.days.iter().collect::<Vec<_>>());
        let found: BTreeMap<_, _> = accounts.into_iter().zip(days).collect();
        prop_assert_eq!(found, model.presence_of_accounts(&what, first, 40, &naive_day));
        let found = engine.happened(HappenedQuestion { what: what.clone(), since_ms }).await.expect("how often");
        let users = self::names(engine, found.iter().map(|it| it.0).collect()).await;
        let found: BTreeMap<_, _> = users.into_iter().zip(found.into_iter().map(|it| it.1)).collect();
        prop_assert_eq!(found, model.happened(&what, since_ms));
    }
    Ok(())
}

/// The accounts that these users stand for, each once.
async fn accounts(engine: &dyn Events, model: &Model, users: Vec<UserKey>) -> Vec<String> {
    let names = names(engine, users).await;
    let accounts: Vec<String> = names.iter().map(|it| model.account_of(it).expect("an account")).collect();
    assert_eq!(accounts.iter().collect::<BTreeSet<_>>().len(), accounts.len(), "each once");
    accounts
}

async fn everybody(engine: &dyn Events) -> BTreeMap<(String, bool), ModelLine> {
    let everybody = engine.everybody().await.expect("everybody");
    let keys: Vec<UserKey> = everybody.users().iter().map(|it| it.key).collect();
    assert!(keys.is_sorted());
    let names = names(engine, keys).await;
    let text = |it: &Option<Arc<str>>| it.as_deref().map(str::to_owned);
    let line = |it: &UserLine| {
        let account = everybody.account_of(it).map(|it| (it.account.to_string(), text(&it.name)));
        ((it.user.to_string(), it.anonymous), (text(&it.name), text(&it.email), account, it.first_ms, it.last_ms))
    };
    let found: BTreeMap<_, _> = everybody.users().iter().map(line).collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), names.into_iter().collect(), "each by its key");
    found
}

async fn names(engine: &dyn Events, users: Vec<UserKey>) -> Vec<(String, bool)> {
    let names = engine.names(users).await.expect("names");
    names.into_iter().map(|it| it.map(|it| (it.user, it.anonymous)).expect("a name")).collect()
}

/// When the first of all users reached each milestone.
fn earliest(reaches: &Reaches, milestones: usize) -> Vec<Option<i64>> {
    let mut earliest = vec![None; milestones];
    for (_, times_ms) in reaches.iter() {
        for (slot, at_ms) in earliest.iter_mut().zip(times_ms) {
            *slot = [*slot, at_ms].into_iter().flatten().min();
        }
    }
    earliest
}

async fn names_of(engine: &dyn Events, reaches: &Reaches) -> Vec<(String, bool)> {
    names(engine, reaches.users().to_vec()).await
}

/// What is asked about one person agrees with what is asked about everybody.
async fn one_person_agrees(engine: &dyn Events, model: &Model, journey: &Journey) -> Result<(), TestCaseError> {
    let reached = model.first_reached(journey);
    for user in ["u0", "u1", "u2"] {
        let (ids, account) = model.person(user);
        let found = engine.person(Some(user.to_owned()), None).await.expect("a person");
        let users = found.ids.users.iter().map(|it| (it.clone(), false));
        let all: BTreeSet<(String, bool)> =
            users.chain(found.ids.anonymous.iter().map(|it| (it.clone(), true))).collect();
        prop_assert_eq!(&all, &ids);
        prop_assert_eq!(&found.account, &account);
        let own = ids.iter().find_map(|it| reached.get(it)).cloned();
        let timeline = engine.timeline(found.ids.clone(), 5).await.expect("a timeline");
        let timeline: Vec<_> = timeline.into_iter().map(|it| (it.at_ms, it.kind, it.name, it.body)).collect();
        prop_assert_eq!(timeline, model.timeline(user, 5));
        let times = engine.reached_by(Arc::new(journey.clone()), found.ids).await.expect("reaches");
        prop_assert_eq!(times, own.unwrap_or_else(|| vec![None; journey.milestones.len()]));
    }
    for account in ["x", "y", "nobody's"] {
        let found = engine.account_timeline(account.to_owned(), 7).await.expect("a timeline");
        let names = names(engine, found.iter().map(|it| it.0).collect()).await;
        let found: Vec<_> = names.into_iter().zip(found).map(|(user, (_, it))| (user, it.at_ms, it.body)).collect();
        prop_assert_eq!(found, model.account_timeline(account, 7));
    }
    let arrived = engine.arrived(vec!["A".into(), "C".into()], 0, 1_000).await.expect("arrived");
    prop_assert_eq!(arrived.into_iter().map(|it| it.body).collect::<Vec<_>>(), model.arrived(&["A", "C"]));
    Ok(())
}

/// As many facts as wanted.
async fn facts(
    engine: &dyn Events,
    names: &[&str],
    since_ms: Option<i64>,
    until_ms: Option<i64>,
    most: usize,
) -> Vec<ModelFact> {
    let names = names.iter().map(|it| (*it).to_owned()).collect();
    let found = Arc::new(Mutex::new(Vec::new()));
    let take = {
        let found = Arc::clone(&found);
        move |it: &StoredFact<'_>| {
            let mut found = found.lock().expect("nobody panics with it");
            let account = it.account.map(str::to_owned);
            found.push((it.user.to_owned(), it.anonymous, account, it.name.to_owned(), it.at_ms, it.body.to_owned()));
            found.len() < most
        }
    };
    engine.facts(FactQuestion { names, since_ms, until_ms }, Box::new(take)).await.expect("facts");
    std::mem::take(&mut *found.lock().expect("nobody panics with it"))
}

#[tokio::test]
async fn messages_about_prompts_are_found_by_person_the_latest_first() {
    let folder = tempfile::tempdir().expect("a folder");
    for engine in engines(folder.path()) {
        let anonymous = |id: &str, name: &str| Row {
            user_id: None,
            anonymous_id: Some(AnonymousId::new("browser")),
            ..row(id, 1, "", name)
        };
        let rows = vec![
            row("1", 1, "u", reserved::SURVEY_SHOWN),
            row("2", 2, "v", reserved::SURVEY_SHOWN),
            row("3", 3, "u", "Invoice Sent"),
            anonymous("4", reserved::PROMPT_WITHHELD),
            row("5", 5, "u", reserved::HESITATION_ANSWERED),
        ];
        engine.append(rows).await.expect("stored");
        let person = storage::Person { users: vec!["u".into()], anonymous: vec!["browser".into()] };
        let found = async |limit| {
            let found = engine.about_prompts(person.clone(), limit).await.expect("messages");
            found.into_iter().map(|it| it.position).collect::<Vec<_>>()
        };
        assert_eq!(found(9).await, [5, 4, 1]);
        assert_eq!(found(2).await, [5, 4]);
        assert_eq!(engine.erase_messages(vec![4, 4, 77]).await.expect("erased"), 1);
        assert_eq!(found(9).await, [5, 1]);
    }
}

#[tokio::test]
async fn facts_stop_when_told_and_cost_nothing_that_is_older() {
    let folder = tempfile::tempdir().expect("a folder");
    let day_ms = 86_400_000;
    for engine in engines(folder.path()) {
        engine
            .append((0..100).map(|it| row(&format!("m{it}"), it * day_ms, "u", "A")).collect())
            .await
            .expect("stored");
        let times = |facts: Vec<ModelFact>| facts.into_iter().map(|it| it.4 / day_ms).collect::<Vec<_>>();
        assert_eq!(times(facts(&*engine, &["A"], None, None, 3).await), [0, 1, 2]);
        assert_eq!(times(facts(&*engine, &["A", "A"], Some(97 * day_ms), None, 9).await), [97, 98, 99]);
        assert_eq!(times(facts(&*engine, &["A"], Some(7 * day_ms), Some(9 * day_ms), 9).await), [7, 8]);
        assert_eq!(times(facts(&*engine, &["A"], Some(1_000 * day_ms), None, 9).await), [0; 0]);
        assert_eq!(times(facts(&*engine, &[], None, None, 9).await), [0; 0]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    /// Random orders, late and duplicate messages, identify and alias merges, and a definition
    /// that changes while messages arrive; nothing, something or everything of it settled meanwhile.
    #[test]
    fn an_engine_agrees_with_the_naive_model(
        rows in prop::collection::vec(some_row(), 0..60),
        cut in 0..60_usize,
        before in some_journey(),
        after in some_journey(),
        since in prop::option::of(0..50_i64),
        until in prop::option::of(0..50_i64),
        settled in some_settling(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let folder = tempfile::tempdir().expect("a folder");
            for engine in engines(folder.path()) {
                let cut = cut.min(rows.len());
                engine.define(&Definitions { journeys: vec![before.clone()] }).await.expect("defined");
                append(&*engine, &rows[..cut], &settled).await;
                agrees(&*engine, &Model::new(&rows[..cut]), &before, since, until).await?;
                engine.define(&Definitions { journeys: vec![after.clone()] }).await.expect("defined");
                append(&*engine, &rows[cut..], &settled).await;
                let model = Model::new(&rows);
                prop_assert_eq!(engine.count().await.expect("a count"), model.count());
                agrees(&*engine, &model, &after, since, until).await?;
                one_person_agrees(&*engine, &model, &after).await?;
                let gone = ["u0", "u1", "u2"][cut % 3];
                let person = engine.person(Some(gone.to_owned()), None).await.expect("a person");
                let erased = engine.erase(person.ids.clone(), 0, i64::MAX).await.expect("erased");
                let left = model.without(gone);
                prop_assert_eq!(erased.messages, model.count() - left.count());
                prop_assert_eq!(engine.count().await.expect("a count"), left.count());
                agrees(&*engine, &left, &after, since, until).await?;
                engine.settle().await.expect("settled");
                agrees(&*engine, &left, &after, since, until).await?;
                let late = Row { message_id: MessageId::new("late"), ..row("late", 1, gone, "A") };
                prop_assert_eq!(engine.append(vec![late]).await.expect("answered"), [Appended::Erased]);
                let ids = engine.person(Some(gone.to_owned()), None).await.expect("a person");
                prop_assert!(!ids.is_known && ids.erased_until_ms == Some(i64::MAX));
                // Nobody's message takes the place of an erased one.
                let next = engine.append(vec![row("next", 1, "somebody", "Next")]).await.expect("stored");
                prop_assert_eq!(next, [Appended::Stored]);
                let found = engine.arrived(vec!["Next".into()], 0, 9).await.expect("arrived");
                prop_assert_eq!(found.iter().map(|it| it.position).collect::<Vec<_>>(), [model.count() as i64 + 1]);
            }
            Ok(())
        })?;
    }

    /// The same messages, eight hours apart instead of a millisecond, while clocks go back.
    #[test]
    fn who_came_back_agrees_with_the_naive_model(
        rows in prop::collection::vec(some_row(), 0..60),
        reached in some_journey(),
        since in prop::option::of(0..50_i64),
        until in prop::option::of(0..50_i64),
        settled in some_settling(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let mut reached = reached;
        reached.milestones.truncate(1);
        runtime.block_on(async {
            let folder = tempfile::tempdir().expect("a folder");
            let spread = |at: i64| BACK_OVER_MIDNIGHT_MS + (at - 25) * DAY_MS / 3;
            let rows: Vec<Row> = rows.into_iter().map(|it| Row { at_ms: spread(it.at_ms), ..it }).collect();
            for engine in engines(folder.path()) {
                append(&*engine, &rows, &settled).await;
                came_back_agrees(&*engine, &Model::new(&rows), &reached, since.map(spread), until.map(spread)).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
