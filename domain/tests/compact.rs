//! The compact form is golden: a cached SDK must read what today's collector writes.

use domain::hesitation::{Ask, Baseline, Curve, Device, HelpLink, Measure, Model, Wording};
use domain::{
    Condition, Config, Definitions, Journey, JourneyId, Milestone, MilestoneId, Operator, Rule, Scope, Source,
    UrlPattern, Value, compact,
};
use expect_test::expect;

fn every_kind_of_rule() -> Definitions {
    let condition = |key: &str, operator, values: &[Value]| Condition {
        path: key.split('.').map(str::to_owned).collect(),
        operator,
        values: values.to_vec(),
    };
    let event = |name: &str| Rule::Event { name: name.into(), conditions: vec![], source: Source::Any };
    let milestone = |id: &str, scope, is_value, rule| Milestone {
        id: MilestoneId::new(id),
        name: format!("The {id}\tstep"),
        scope,
        is_value,
        rule,
    };
    let rules = [
        Rule::Event {
            name: "Sent \\ it\n".into(),
            conditions: vec![
                condition("total", Operator::Gte, &[Value::Number(-0.1)]),
                condition("to.country", Operator::In, &[Value::Text("DE".into()), Value::Text("ÅL".into())]),
                condition("test", Operator::Eq, &[Value::Bool(false)]),
            ],
            source: Source::Server,
        },
        Rule::Page {
            pattern: UrlPattern::new("/invoices/:id"),
            conditions: vec![condition("title", Operator::Exists, &[])],
        },
        Rule::Click { selector: "[data-x='\t']".into() },
        Rule::Seen { selector: ".done".into() },
        Rule::Trait {
            of: Scope::Account,
            conditions: vec![condition("plan", Operator::Ne, &[Value::Text(String::new())])],
        },
        Rule::Count { at_least: 3, within_ms: Some(60_000), rule: Box::new(event("Sent")) },
        Rule::Count { at_least: 2, within_ms: None, rule: Box::new(event("Sent")) },
        Rule::All(vec![event("A"), Rule::Any(vec![event("B"), event("C")]), Rule::Not(Box::new(event("D")))]),
    ];
    let milestones = rules
        .into_iter()
        .enumerate()
        .map(|(index, rule)| milestone(&format!("m{index}"), Scope::User, index == 2, rule))
        .collect();
    Definitions {
        journeys: vec![Journey { id: JourneyId::new("all"), name: "All".into(), window_ms: 1_209_600_000, milestones }],
    }
}

#[test]
fn the_form_is_golden() {
    expect![[r#"
        milepost	1
        journey	all	All	1209600000	8
        milestone	m0	The m0\tstep	user	step
        event	Sent \\ it\n	server	3
        where	gte	1	total	1	nbfb999999999999a
        where	in	2	to	country	2	sDE	sÅL
        where	eq	1	test	1	b0
        milestone	m1	The m1\tstep	user	step
        page	/invoices/:id	1
        where	exists	1	title	0
        milestone	m2	The m2\tstep	user	value
        click	[data-x='\t']
        milestone	m3	The m3\tstep	user	step
        seen	.done
        milestone	m4	The m4\tstep	user	step
        trait	account	1
        where	ne	1	plan	1	s
        milestone	m5	The m5\tstep	user	step
        count	3	60000
        event	Sent	any	0
        milestone	m6	The m6\tstep	user	step
        count	2	-
        event	Sent	any	0
        milestone	m7	The m7\tstep	user	step
        all	3
        event	A	any	0
        any	2
        event	B	any	0
        event	C	any	0
        not
        event	D	any	0
    "#]]
    .assert_eq(&compact::write(&every_kind_of_rule(), None));
}

#[test]
fn reading_gives_back_what_was_written() {
    let definitions = every_kind_of_rule();
    let read = compact::read(&compact::write(&definitions, None));
    assert_eq!(read, Some(Config { definitions, ..Config::default() }));
    assert_eq!(compact::read(&compact::write(&Definitions::default(), None)), Some(Config::default()));
}

fn a_model() -> Model {
    let mut site = Baseline { page: "*".into(), ..Baseline::default() };
    for (index, curve) in site.curves.iter_mut().enumerate().skip(1) {
        *curve = Some(Curve { values: std::array::from_fn(|knot| (64 + index as i64) << knot) });
    }
    let page = Baseline {
        page: "/invoices/:id".into(),
        context: "trial\t1".into(),
        device: Some(Device::Touch),
        is_own: true,
        is_muted: true,
        steps: vec![(0, 0), (u32::MAX, 992)],
        prior: [0, -1, 2, -3, 4, 5_000, -600],
        ..Baseline::default()
    };
    Model {
        version: 7,
        bias: -3_500,
        weights: std::array::from_fn(|it| 100 - 10 * it as i32),
        ask_at: -200,
        hint_at: -900,
        salt: 999_999_999_999_999_999,
        record_share: 20,
        pages: vec![UrlPattern::new("/invoices/:id")],
        excluded: vec![UrlPattern::new("/checkout/*"), UrlPattern::new("/pay")],
        baselines: vec![site, page],
        ask: Some(Ask {
            words: (0..Wording::COUNT).map(|it| format!("Word {it}")).collect(),
            links: vec![HelpLink { on: UrlPattern::new("/*"), label: "Guide".into(), url: "https://x.test/g".into() }],
            accent: "#123456".into(),
        }),
    }
}

#[test]
fn a_model_of_hesitation_survives_the_trip() {
    let (definitions, model) = (every_kind_of_rule(), a_model());
    let read = compact::read(&compact::write(&definitions, Some(&model))).expect("our own");
    assert_eq!(read, Config { definitions, hesitation: Some(model.clone()), ..Config::default() });
    let silent = Model { ask: None, pages: vec![], excluded: vec![], baselines: vec![], ..model };
    let read = compact::read(&compact::write(&Definitions::default(), Some(&silent))).expect("our own");
    assert_eq!(read.hesitation, Some(silent));
}

#[test]
fn curves_arrive_within_a_sixty_fourth_and_a_page_takes_less_than_a_kilobyte() {
    let mut model = a_model();
    let values = [1, 63, 64, 65, 127, 129, 9_999, 123_456, 86_400_001, 1 << 40];
    model.baselines = vec![Baseline {
        page: "/a/page/with/a/long/:name".into(),
        curves: [Some(Curve { values }); Measure::COUNT],
        steps: vec![(u32::MAX, 999); 16],
        ..Baseline::default()
    }];
    let text = compact::write(&Definitions::default(), Some(&model));
    let row = text.lines().find(|it| it.starts_with("baseline")).expect("a baseline");
    assert!(row.len() <= 1_024, "{} bytes", row.len());
    let read = compact::read(&text).and_then(|it| it.hesitation).expect("our own");
    for (read, wrote) in read.baselines[0].curves[3].expect("a curve").values.into_iter().zip(values) {
        assert!(read <= wrote && wrote - read <= wrote / 64, "{wrote} became {read}");
    }
}

#[test]
fn a_damaged_config_is_refused_without_a_panic() {
    let whole = compact::write(&every_kind_of_rule(), Some(&a_model()));
    for end in 0..whole.len() {
        let Some(part) = whole.get(..end) else { continue };
        let _ = compact::read(part);
    }
    let whole = compact::write(&every_kind_of_rule(), None);
    for end in 0..whole.len() {
        let Some(part) = whole.get(..end) else { continue };
        let read = compact::read(part);
        assert!(read.is_none() || part == "milepost\t1\n", "read a truncated config: {part:?}");
    }
    for index in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        bytes[index] = b'9';
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = compact::read(&text);
        }
    }
}

#[test]
fn another_version_is_ignored() {
    assert_eq!(compact::read("milepost\t2\n"), None);
    assert_eq!(compact::read(""), None);
}
