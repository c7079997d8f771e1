use super::*;
use crate::{Condition, Operator, UrlPattern, Value};
use expect_test::{Expect, expect};
use std::collections::BTreeMap;

struct Properties(BTreeMap<String, Scalar<'static>>);

impl Lookup for Properties {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        self.0.get(&path.join(".")).cloned()
    }
}

/// Script lines: `<ms> track NAME key=value …`, `<ms> server NAME`, `<ms> page URL`,
/// `<ms> identify key=value`, `<ms> group key=value`. The transcript says where the rule fires.
#[track_caller]
fn check(rule: Rule, script: &str, transcript: Expect) {
    let mut progress = RuleProgress::new(&rule);
    let mut fired = String::new();
    for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let mut words = line.split(' ');
        let at_ms = words.next().and_then(|it| it.parse().ok()).expect("a time in ms");
        let verb = words.next().expect("a verb");
        let (kind, subject) = match verb {
            "track" | "server" => (Kind::Track, words.next().expect("a name")),
            "page" => (Kind::Page, words.next().expect("a url")),
            "identify" => (Kind::Identify, ""),
            "group" => (Kind::Group, ""),
            other => panic!("unknown verb {other}"),
        };
        let properties = Properties(
            words.filter_map(|it| it.split_once('=')).map(|(key, text)| (key.into(), scalar(text))).collect(),
        );
        let fact = Fact {
            at_ms,
            kind,
            name: if kind == Kind::Track { subject } else { "" },
            url: if kind == Kind::Page { subject } else { "" },
            from_server: verb == "server",
            properties: &properties,
        };
        if progress.observe(&rule, &fact) {
            fired.push_str(line);
            fired.push('\n');
        }
    }
    transcript.assert_eq(&fired);
}

fn scalar(text: &str) -> Scalar<'static> {
    text.parse().map_or_else(|_| Scalar::Text(text.to_owned().into()), Scalar::Number)
}

fn event(name: &str) -> Rule {
    Rule::Event { name: name.into(), conditions: vec![], source: Source::Any }
}

fn when(key: &str, operator: Operator, value: Value) -> Condition {
    Condition { path: vec![key.into()], operator, values: vec![value] }
}

#[test]
fn an_event_fires_each_time_its_conditions_hold() {
    let rule = Rule::Event {
        name: "Sent".into(),
        conditions: vec![when("total", Operator::Gte, Value::Number(10.0))],
        source: Source::Any,
    };
    check(
        rule,
        "1 track Sent total=9
         2 track Sent total=10
         3 track Opened total=10
         4 track Sent total=11",
        expect![[r#"
            2 track Sent total=10
            4 track Sent total=11
        "#]],
    );
}

#[test]
fn a_server_event_cannot_be_sent_by_a_page() {
    check(
        Rule::Event { name: "Paid".into(), conditions: vec![], source: Source::Server },
        "1 track Paid
         2 server Paid",
        expect![[r#"
            2 server Paid
        "#]],
    );
}

#[test]
fn a_page_is_a_page_message_not_an_event() {
    check(
        Rule::Page { pattern: UrlPattern::new("/invoices/:id"), conditions: vec![] },
        "1 track /invoices/1
         2 page https://app.test/invoices/1
         3 page https://app.test/invoices",
        expect![[r#"
            2 page https://app.test/invoices/1
        "#]],
    );
}

#[test]
fn clicks_and_sightings_name_their_selector() {
    check(
        Rule::Any(vec![Rule::Click { selector: "#pay".into() }, Rule::Seen { selector: "#done".into() }]),
        "1 track click selector=#pay
         2 server x
         3 page /
         4 track Element",
        expect![""],
    );
    let clicked = Properties([("selector".to_owned(), scalar("#pay"))].into());
    let rule = Rule::Click { selector: "#pay".into() };
    let fact = Fact {
        at_ms: 1,
        kind: Kind::Track,
        name: reserved::ELEMENT_CLICKED,
        url: "",
        from_server: false,
        properties: &clicked,
    };
    assert!(RuleProgress::new(&rule).observe(&rule, &fact));
}

#[test]
fn a_count_within_a_window_includes_both_ends() {
    check(
        Rule::Count { at_least: 3, within_ms: Some(100), rule: Box::new(event("Sent")) },
        "0 track Sent
         60 track Sent
         101 track Sent
         160 track Sent
         170 track Sent",
        expect![[r#"
            160 track Sent
            170 track Sent
        "#]],
    );
}

#[test]
fn a_count_without_a_window_fires_from_the_nth_on() {
    check(
        Rule::Count { at_least: 2, within_ms: None, rule: Box::new(event("Sent")) },
        "0 track Sent
         999 track Sent
         9999 track Sent",
        expect![[r#"
            999 track Sent
            9999 track Sent
        "#]],
    );
}

#[test]
fn traits_are_merged_over_identify_calls() {
    check(
        Rule::Trait {
            of: Scope::User,
            conditions: vec![
                when("plan", Operator::Eq, Value::Text("pro".into())),
                when("seats", Operator::Gt, Value::Number(4.0)),
            ],
        },
        "1 identify plan=pro
         2 group seats=9
         3 identify seats=5
         4 identify name=x
         5 identify plan=free
         6 identify seats=9
         7 identify plan=pro",
        expect![[r#"
            3 identify seats=5
            7 identify plan=pro
        "#]],
    );
}

#[test]
fn all_fires_when_its_last_part_arrives_in_any_order() {
    check(
        Rule::All(vec![event("A"), event("B")]),
        "1 track B
         2 track C
         3 track A
         4 track B",
        expect![[r#"
            3 track A
            4 track B
        "#]],
    );
}

#[test]
fn not_blocks_all_from_the_moment_its_child_fired() {
    check(
        Rule::All(vec![event("A"), Rule::Not(Box::new(event("Refunded")))]),
        "1 track A
         2 track Refunded
         3 track A",
        expect![[r#"
            1 track A
        "#]],
    );
}

#[test]
fn a_count_of_a_combination_counts_its_firings() {
    check(
        Rule::Count { at_least: 2, within_ms: None, rule: Box::new(Rule::Any(vec![event("A"), event("B")])) },
        "1 track A
         2 track B",
        expect![[r#"
            2 track B
        "#]],
    );
}
