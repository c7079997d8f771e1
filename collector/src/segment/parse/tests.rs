use super::*;
use domain::Scope;
use proptest::prelude::*;

fn written(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn every_condition_reads_as_it_is_written() {
    for text in [
        "plan = pro",
        "account.seats >= 10",
        "plan in (pro, \"team plus\")",
        "email contains @example.com",
        "name starts with \"Ada \"",
        "user.seen exists",
        "\"odd name\" != \"a \\\"b\\\" \\\\\"",
        "did \"Invoice Sent\"",
        "did \"Invoice Sent\" 3 times within 30d",
        "reached onboarding/customer",
        "reached onboarding/customer within 1d12h",
        "stuck onboarding/customer for 14d",
        "seen within 30d",
        "joined within 7d",
        "nps = detractor",
        "nps exists",
        "touch = high",
        "account = acme",
        "account exists",
        "identified",
        "everybody",
        "not identified",
    ] {
        assert_eq!(written(text), text);
    }
}

#[test]
fn or_joins_what_and_has_joined_and_brackets_join_otherwise() {
    assert_eq!(written("a = 1 OR b = 2 And c = 3"), "a = 1 or b = 2 and c = 3");
    assert_eq!(written("(a = 1 or (b = 2)) and not (c = 3 or d = 4)"), "(a = 1 or b = 2) and not (c = 3 or d = 4)");
    assert_eq!(written("not not anonymous"), "not not not identified");
    assert_eq!(written(" "), "everybody");
    assert_eq!(written("NPS = Detractors and account != acme"), "nps = detractor and not account = acme");
    let both = parse("a = 1 and b = 2").unwrap().and(parse("c = 3 or d = 4").unwrap());
    assert_eq!(both.to_string(), "a = 1 and b = 2 and (c = 3 or d = 4)");
}

#[test]
fn a_mistake_is_told_with_its_place_and_what_to_write() {
    for (text, said) in [
        ("plan", "at character 5: found the end; expected `=`, `!=`"),
        ("plan = ", "at character 8: found the end; expected a value"),
        ("plan = pro seats > 3", "at character 12: found `seats`; expected `and`, `or` or the end"),
        ("plan = pro and", "at character 15: found the end; expected a condition"),
        ("(plan = pro", "at character 12: found the end; expected `)`"),
        ("plan in pro", "at character 9: found `pro`; expected values in brackets"),
        ("seen 30d", "at character 6: found `30d`; expected `within` and a time"),
        ("seen within 30", "at character 13: `30` is no time: add a unit"),
        ("reached customer", "at character 9: `customer` is no milestone"),
        ("nps = angry", "at character 7: found `angry`; expected `= detractor`"),
        ("touch exists", "at character 7: found `exists`; expected `= high`"),
        ("did 3 times", "at character 7: found `times`; expected `and`"),
        ("did X 0 times", "at character 7: found `0`; expected how often"),
        ("name = \"Ada", "at character 8: this text in quotes does not end"),
        ("plan = pro; seats = 3", "at character 11: nothing is written with `;`"),
        ("a..b = 3", "at character 1: `a..b` is not the name of a trait"),
        (&format!("{}a = 1", "(".repeat(40)), "at character 18: there are more than 16 brackets"),
        (&vec!["a = 1"; 50].join(" and "), "there are more than 40 conditions"),
        (&"x".repeat(3_000), "at character 1: it is longer than 2000 bytes"),
    ] {
        let found = parse(text).unwrap_err().to_string();
        let fits = if said.starts_with("at ") { found.starts_with(said) } else { found.contains(said) };
        assert!(fits, "{text}: {found}");
    }
}

fn constant() -> impl Strategy<Value = Constant> {
    prop_oneof!["[a-z0-9.]{1,5}", "\\PC{0,8}"].prop_map(Constant::new)
}

fn comparison() -> impl Strategy<Value = Comparison> {
    prop_oneof![
        constant().prop_map(Comparison::Equals),
        constant().prop_map(Comparison::Differs),
        constant().prop_map(Comparison::Greater),
        constant().prop_map(Comparison::GreaterOrEqual),
        constant().prop_map(Comparison::Less),
        constant().prop_map(Comparison::LessOrEqual),
        prop::collection::vec(constant(), 1..4).prop_map(Comparison::In),
        "\\PC{0,8}".prop_map(Comparison::Contains),
        "\\PC{0,8}".prop_map(Comparison::StartsWith),
        Just(Comparison::Exists),
    ]
}

fn trait_path() -> impl Strategy<Value = TraitPath> {
    let key = prop_oneof!["[a-z]{1,6}", Just("seen".to_owned()), Just("user".to_owned()), "[^.\\pC]{1,6}"];
    let paths = (any::<bool>(), prop::collection::vec(key, 1..3));
    let of = |is_account| if is_account { Scope::Account } else { Scope::User };
    // `account` as a user's own trait is read as the account's, here as everywhere.
    let paths = paths.prop_filter("the account's", |(_, path)| path[0] != "account");
    paths.prop_map(move |(is_account, path)| TraitPath { of: of(is_account), path })
}

fn span() -> impl Strategy<Value = Option<u64>> {
    prop::option::of(1..100_000_000_u64)
}

pub(crate) fn condition() -> impl Strategy<Value = Condition> {
    let milestone = || (JourneyId::new("onboarding"), MilestoneId::new("customer"));
    prop_oneof![
        (trait_path(), comparison()).prop_map(|(path, comparison)| Condition::Trait { path, comparison }),
        ("\\PC{0,8}", 1..9_u32, span()).prop_map(|(event, at_least, within_ms)| Condition::Did {
            event,
            at_least,
            within_ms
        }),
        span().prop_map(move |within_ms| {
            let (journey, milestone) = milestone();
            Condition::Reached { journey, milestone, within_ms }
        }),
        span().prop_map(move |for_ms| {
            let (journey, milestone) = milestone();
            Condition::Stuck { journey, milestone, for_ms }
        }),
        (1..100_000_000_u64).prop_map(|within_ms| Condition::Seen { within_ms }),
        (1..100_000_000_u64).prop_map(|within_ms| Condition::Joined { within_ms }),
        prop::sample::select(NpsBand::ALL.to_vec()).prop_map(|it| Condition::Nps { band: Some(it) }),
        Just(Condition::Nps { band: None }),
        prop::sample::select(Touch::ALL.to_vec()).prop_map(|is| Condition::Touch { is }),
        "\\PC{0,8}".prop_map(|id| Condition::Account { is: Some(id) }),
        Just(Condition::Account { is: None }),
        Just(Condition::Identified),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    condition().prop_map(Expression::Is).prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expression::All),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Expression::Any),
            inner.prop_map(|it| Expression::Not(Box::new(it))),
        ]
    })
}

/// For whom it holds, as far as the conditions' texts say: conditions with an even number of letters hold.
fn verdict(expression: &Expression) -> bool {
    expression.holds(1, &mut |it| vec![it.to_string().chars().count().is_multiple_of(2)])[0]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_written_reads_back_as_the_same_question(expression in expression()) {
        let text = expression.to_string();
        prop_assume!(text.len() <= TEXT_BYTES_MAX);
        let read = parse(&text);
        prop_assert!(read.is_ok(), "{text}: {read:?}");
        let read = read.unwrap();
        let canonical = read.to_string();
        prop_assert_eq!(parse(&canonical).unwrap().to_string(), canonical);
        prop_assert_eq!(verdict(&read), verdict(&expression));
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,60}", words in prop::collection::vec(
        prop::sample::select(vec!["and", "not", "(", ")", "plan", "=", "did", "\"", "within", "3", "14d", "in", ","]), 0..12,
    )) {
        let _ = parse(&text);
        let _ = parse(&words.join(" "));
    }
}
