//! Where answers lead, what is filled into texts, and what travels of it.

use domain::survey::{
    Answer, Answers, Branch, Choice, Content, Goal, Link, Metric, Outline, Part, Person, Shape, Source, Step, StepKind,
    Surface, Survey, SurveyWording, Test, Text, Trigger,
};
use domain::{
    Condition, Config, Definitions, JourneyId, LeaseAnswer, LeaseId, Lookup, MilestoneId, Operator, Reason, Reasons,
    Rule, Scalar, Scope, Source as From, StepId, SurveyId, UrlPattern, Value, compact, is_sampled,
};

struct Plan;

impl Lookup for Plan {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        match path.first().map(String::as_str) {
            Some("plan") => Some(Scalar::Text("pro".into())),
            Some("seats") => Some(Scalar::Number(3.0)),
            Some("name") => Some(Scalar::Text("{0}\u{202e}\n<b>".into())),
            _ => None,
        }
    }
}

const SOMEBODY: Person<'_> = Person { user: &Plan, account: &Plan };

fn trait_is(key: &str, value: &str) -> Test {
    let values = vec![Value::Text(value.into())];
    Test::Trait { of: Scope::User, condition: Condition { path: vec![key.into()], operator: Operator::Eq, values } }
}

fn step(id: &str, kind: StepKind, branches: Vec<Branch>, otherwise: Goal) -> Step {
    let title = Text::plain(format!("The {id}?\t"));
    Step { id: StepId::new(id), kind, title, text: Text::default(), is_required: false, branches, otherwise }
}

/// An NPS question, why, what of, and two ends.
fn every_kind_of_step() -> Content {
    let scale = StepKind::Scale {
        metric: Metric::Nps,
        shape: Shape::Numbers,
        from: 0,
        to: 10,
        low: "Not likely".into(),
        high: "Very likely".into(),
    };
    let choices = ["price", "speed"].map(|it| Choice { id: it.into(), label: it.to_uppercase() }).to_vec();
    let choice = StepKind::Choice { is_multiple: true, choices, other: "Other".into(), is_shuffled: true };
    let link = Link { label: "Review us".into(), url: "https://example.com/review".into() };
    let thanks = |link, contact: &str| StepKind::Thanks { link, contact: contact.into() };
    let mut steps = vec![
        step(
            "nps",
            scale,
            vec![
                Branch { test: Test::Score { step: 0, from: 9, to: 10 }, to: Goal::Step(6) },
                Branch { test: Test::All(vec![trait_is("plan", "free"), Test::Unanswered { step: 0 }]), to: Goal::End },
            ],
            Goal::Step(1),
        ),
        step("why", StepKind::Written { is_long: true, placeholder: "…".into() }, vec![], Goal::Step(2)),
        step(
            "what",
            choice,
            vec![Branch {
                test: Test::Any(vec![
                    Test::Chosen { step: 2, any_of: vec![1] },
                    Test::Not(Box::new(Test::Written { step: 2 })),
                ]),
                to: Goal::Step(3),
            }],
            Goal::Step(4),
        ),
        step("read", StepKind::Information, vec![], Goal::Step(4)),
        step("docs", StepKind::Link(link.clone()), vec![], Goal::Step(5)),
        step("sorry", thanks(None, "You may contact me"), vec![], Goal::End),
        step("thanks", thanks(Some(link), ""), vec![], Goal::End),
    ];
    steps[1].text = Text {
        parts: vec![
            Part::Plain("You gave ".into()),
            Part::Filled { source: Source::Answer(0), fallback: "nothing".into() },
            Part::Plain(", ".into()),
            Part::Filled {
                source: Source::Trait { of: Scope::User, path: vec!["name".into()] },
                fallback: "you".into(),
            },
            Part::Plural {
                source: Source::Trait { of: Scope::Account, path: vec!["seats".into()] },
                forms: vec![("one".into(), " with # seat".into()), ("other".into(), " with # seats".into())],
            },
        ],
    };
    let words = (0..SurveyWording::COUNT).map(|it| format!("word {it}")).collect();
    Content { survey: SurveyId::new("nps"), language: "en".into(), accent: "#0b6e5f".into(), words, steps }
}

/// The ids of the steps that these answers lead through.
fn path(answers: &Answers) -> Vec<String> {
    let content = every_kind_of_step();
    let outline = Outline::of(&content);
    let (mut at, mut path) = (Goal::Step(0), Vec::new());
    while let Goal::Step(step) = at {
        path.push(content.steps[step].id().to_owned());
        at = content.next(step, answers, SOMEBODY);
        assert_eq!(outline.next(step, answers, SOMEBODY), at, "the browser leads elsewhere");
    }
    path
}

#[test]
fn promoters_and_others_go_different_ways() {
    let mut answers = Answers::default();
    assert_eq!(path(&answers), ["nps", "why", "what", "read", "docs", "sorry"]);
    answers.set(0, Some(Answer::Score(9)));
    assert_eq!(path(&answers), ["nps", "thanks"]);
    answers.set(0, Some(Answer::Score(3)));
    answers.set(2, Some(Answer::Chosen { choices: vec![0], other: "colours".into() }));
    assert_eq!(path(&answers), ["nps", "why", "what", "docs", "sorry"]);
    answers.set(2, Some(Answer::Chosen { choices: vec![0, 1], other: "colours".into() }));
    assert_eq!(path(&answers), ["nps", "why", "what", "read", "docs", "sorry"]);
}

#[test]
fn what_is_seen_travels_as_one_line_of_json() {
    let presentation = Outline::of(&every_kind_of_step()).presentation;
    let (head, steps) = presentation.split_once(",\"steps\":[").expect("steps come last");
    assert_eq!(&head[..46], r##"{"accent":"#0b6e5f","words":["word 0","word 1""##);
    let steps: Vec<&str> = steps.split(",{\"id\"").collect();
    let title = r#""title":["The nps?\u0009"],"text":[]"#;
    let scale = r#""shape":"numbers","from":0,"to":10,"low":"Not likely","high":"Very likely""#;
    assert_eq!(steps[0], format!(r#"{{"id":"nps","kind":"nps","isRequired":false,{title},{scale}}}"#));
    let text = r#"["You gave ",[0,"nothing"],", ",[["user","name"],"you"],[["account","seats"],{"one":" with # seat","other":" with # seats"}]]"#;
    assert!(steps[1].contains(&format!(r#""text":{text},"placeholder":"…","maxLength":4000"#)), "{}", steps[1]);
    assert!(
        steps[2].ends_with(r#""ids":["price","speed"],"choices":["PRICE","SPEED"],"other":"Other"}"#),
        "{}",
        steps[2]
    );
    let link = r#""label":"Review us","url":"https://example.com/review""#;
    assert!(steps[4].ends_with(&format!("{link}}}")), "{}", steps[4]);
    assert!(steps[6].ends_with(&format!("{link},\"contact\":\"\"}}]}}")), "{}", steps[6]);
}

#[test]
fn content_survives_the_trip() {
    let content = every_kind_of_step();
    let granted = LeaseAnswer::Granted { lease: LeaseId::new("l-1"), expires_in_ms: 60_000, content: Some(content) };
    let text = compact::write_lease(&granted);
    assert_eq!(compact::read_lease(&text), Some(granted.outlined()), "{text}");
    let mut reasons = Reasons::NONE;
    reasons.add(Reason::Gap);
    reasons.add(Reason::HoldOut);
    let denied = LeaseAnswer::Denied { reasons, retry_after_ms: 5 };
    assert_eq!(compact::read_lease(&compact::write_lease(&denied)), Some(denied.outlined()));
}

#[test]
fn a_damaged_lease_is_refused_without_a_panic() {
    let granted =
        LeaseAnswer::Granted { lease: LeaseId::new("l-1"), expires_in_ms: 60_000, content: Some(every_kind_of_step()) };
    let text = compact::write_lease(&granted);
    for (end, _) in text.char_indices() {
        assert_eq!(compact::read_lease(&text[..end]), None, "cut at {end}");
    }
}

fn every_kind_of_survey() -> Vec<Survey> {
    let milestone = || (JourneyId::new("onboarding"), MilestoneId::new("sent"));
    let (journey, sent) = milestone();
    let event = Rule::Event { name: "Sent".into(), conditions: vec![], source: From::Any };
    let first = Survey {
        id: SurveyId::new("nps"),
        surface: Surface::Popover,
        triggers: vec![
            Trigger::Fired(event.clone()),
            Trigger::Reached { journey: journey.clone(), milestone: sent.clone() },
            Trigger::Overdue { journey, milestone: sent, after_ms: 86_400_000 },
            Trigger::Hesitation,
            Trigger::TimeOnPage { after_ms: 40_000 },
        ],
        audience: Some(Rule::Not(Box::new(event))),
        pages: vec![UrlPattern::new("/app/*")],
        excluded: vec![UrlPattern::new("/app/pay"), UrlPattern::new("/login")],
        delay_ms: 5_000,
        sample: 250,
        priority: 50,
        labels: vec![],
    };
    let second = Survey {
        id: SurveyId::new("feedback"),
        surface: Surface::Tab,
        triggers: vec![],
        audience: None,
        labels: vec![("en".into(), "Feedback".into()), ("de".into(), "Rückmeldung".into())],
        ..first.clone()
    };
    vec![first, second]
}

#[test]
fn surveys_travel_with_the_config_and_the_detector_comes_last() {
    let surveys = every_kind_of_survey();
    let text = compact::write_config(&Definitions::default(), &surveys, 30_000, None);
    let config = Config { surveys, after_load_ms: 30_000, ..Config::default() };
    assert_eq!(compact::read(&text), Some(config.clone()), "{text}");
    assert_eq!(compact::read_without_hesitation(&text), Some(config.clone()));
    let with_more = text + "hesitation\t7\twhatever comes\n";
    assert_eq!(compact::read_without_hesitation(&with_more), Some(config));
    assert_eq!(compact::read(&with_more), None);
}

#[test]
fn a_sample_is_dealt_by_person_and_survey() {
    let asked = |survey: &str| (0..10_000).filter(|it| is_sampled(&format!("u{it}"), survey, 250)).count();
    assert!((2_300..2_700).contains(&asked("nps")), "{}", asked("nps"));
    let both = (0..10_000).filter(|it| {
        let user = format!("u{it}");
        is_sampled(&user, "nps", 250) && is_sampled(&user, "csat", 250)
    });
    assert!((500..750).contains(&both.count()), "one survey's sample says nothing about another's");
    assert!(is_sampled("u1", "nps", 1_000) && !is_sampled("u1", "nps", 0));
}
