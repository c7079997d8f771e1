//! Surveys as they are written, read, and refused.

mod mistakes;
mod walks;

use crate::project::parse::{parse, parse_with};
use crate::project::{Budget, Project, Repeat, SurveyDefinition};
use domain::survey::Surface;
use domain::{LeaseAnswer, LeaseId, compact};
use expect_test::{Expect, expect};

const HEAD: &str = "[project]\nname = \"P\"\n[[key]]\nid = \"wk\"\nkind = \"browser\"\norigins = [\"*\"]\n";

const JOURNEY: &str = "[[journey]]\nid = \"onboarding\"\nmilestone = [{ id = \"signed-up\" }, { id = \"sent\" }, { id = \"paid\", rule = { event = \"Invoice Paid\", source = \"server\" } }]\n";

#[track_caller]
pub(super) fn project(lines: &str) -> Project {
    let text = format!("{HEAD}{JOURNEY}{lines}");
    parse("milepost.toml", &text).unwrap_or_else(|error| panic!("{error}"))
}

/// As a browser gets it with its lease.
fn leased(survey: &SurveyDefinition, language: &str) -> String {
    let answer = LeaseAnswer::Granted {
        lease: LeaseId::new("l1"),
        expires_in_ms: 60_000,
        content: survey.content(language).cloned(),
    };
    let text = compact::write_lease(&answer);
    assert_eq!(compact::read_lease(&text), Some(answer.outlined()), "what is written reads back");
    text
}

#[track_caller]
fn check(found: String, wanted: Expect) {
    wanted.assert_eq(&found);
}

/// The demo of the reference, cut short.
pub(super) const NPS: &str = r#"
[[survey]]
id = "relationship"
when = { milestone = "onboarding/sent" }

[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend us?"
low = "Not at all likely"
high = "Extremely likely"

[[survey.step]]
id = "why"
kind = "long"
title = "What is the reason for your {score}?"

[[survey.step]]
id = "review"
kind = "thanks"
band = "promoter"
title = "Thank you, {user.name|friend}!"
link = { label = "Write a review", url = "https://reviews.example.com" }

[[survey.step]]
id = "thanks"
kind = "thanks"
title = "Thank you"
contact = "You may contact me"
"#;

#[test]
fn a_survey_reaches_pages_and_its_content_comes_with_the_lease() {
    let project = project(NPS);
    let told: Vec<_> = project.surveys.iter().map(|it| it.survey.clone()).collect();
    check(
        compact::write_config(&Default::default(), &told, 0, None),
        expect![[r#"
        milepost	1
        survey	relationship	popover	0	250	50	0	0	0	0	1
        reached	onboarding	sent
    "#]],
    );
    check(
        leased(&project.surveys[0], "en"),
        expect![[r#"
            lease	granted	l1	60000	1
            content	relationship	en	{"accent":"","words":["Next","Back","Skip","Send","Not now","Don’t ask again","Close","Why am I asked?","Please answer this first.","{at} of {of}","Question in the corner of the page. Press F6 to go to it.","Saved."],"steps":[{"id":"score","kind":"nps","isRequired":true,"title":["How likely are you to recommend us?"],"text":[],"shape":"numbers","from":0,"to":10,"low":"Not at all likely","high":"Extremely likely"},{"id":"why","kind":"long","isRequired":false,"title":["What is the reason for your ",[0,""],"?"],"text":[],"placeholder":"","maxLength":4000},{"id":"review","kind":"thanks","isRequired":false,"title":["Thank you, ",[["user","name"],"friend"],"!"],"text":[],"label":"Write a review","url":"https://reviews.example.com","contact":""},{"id":"thanks","kind":"thanks","isRequired":false,"title":["Thank you"],"text":[],"contact":"You may contact me"}]}	4
            step	score	nps	0	1	0	10	1	0	0
            step	why	long	2	0	0	0	3	0	1
            branch	2
            event		any	2
            where	gte	1	0	1	n4022000000000000
            where	lte	1	0	1	n4024000000000000
            step	review	thanks	5	0	0	0	4	0	0
            step	thanks	thanks	5	0	0	0	4	0	0
        "#]],
    );
}

#[test]
fn a_language_falls_back_text_by_text() {
    let german = "[survey.translations.de]\nscore.title = \"Wie wahrscheinlich empfehlen Sie uns?\"\nreview.link = \"Bewerten\"\nwords.skip = \"Ohne Antwort weiter\"\n";
    let survey = project(&format!("{NPS}{german}")).surveys.remove(0);
    assert_eq!(survey.content("de-CH").map(|it| it.language.as_str()), Some("de"));
    assert_eq!(survey.content("fr").map(|it| it.language.as_str()), Some("en"));
    check(
        leased(&survey, "de"),
        expect![[r#"
            lease	granted	l1	60000	1
            content	relationship	de	{"accent":"","words":["Weiter","Zurück","Ohne Antwort weiter","Senden","Jetzt nicht","Nicht mehr fragen","Schließen","Warum werde ich gefragt?","Bitte beantworten Sie zuerst diese Frage.","{at} von {of}","Frage in der Ecke der Seite. Mit F6 gelangen Sie hin.","Gespeichert."],"steps":[{"id":"score","kind":"nps","isRequired":true,"title":["Wie wahrscheinlich empfehlen Sie uns?"],"text":[],"shape":"numbers","from":0,"to":10,"low":"Not at all likely","high":"Extremely likely"},{"id":"why","kind":"long","isRequired":false,"title":["What is the reason for your ",[0,""],"?"],"text":[],"placeholder":"","maxLength":4000},{"id":"review","kind":"thanks","isRequired":false,"title":["Thank you, ",[["user","name"],"friend"],"!"],"text":[],"label":"Bewerten","url":"https://reviews.example.com","contact":""},{"id":"thanks","kind":"thanks","isRequired":false,"title":["Thank you"],"text":[],"contact":"You may contact me"}]}	4
            step	score	nps	0	1	0	10	1	0	0
            step	why	long	2	0	0	0	3	0	1
            branch	2
            event		any	2
            where	gte	1	0	1	n4022000000000000
            where	lte	1	0	1	n4024000000000000
            step	review	thanks	5	0	0	0	4	0	0
            step	thanks	thanks	5	0	0	0	4	0	0
        "#]],
    );
}

#[test]
fn everything_can_be_said_of_a_survey() {
    let survey = project(
        r##"
[[survey]]
id = "s"
name = "Everything"
surface = "popover"
when = [{ event = "Sent" }, { overdue = "onboarding/sent", after = "7d" }, { time_on_page = "40s" }]
who = { not = { trait = { plan = "free" } } }
pages = ["/app/*"]
exclude = ["/app/pay"]
delay = "0s"
sample = "12.5%"
every = "180d"
priority = 7
reserve = true
starts = 2026-09-01
ends = 2026-09-30
answers = 100
accent = "#06F"
language = "de-AT"

[[survey.step]]
id = "ask"
kind = "multiple"
title = "Was?"
choices = { b = "B", a = "A" }
other = "Anderes"
shuffle = true
required = true

[[survey.step]]
id = "faces"
kind = "csat"
title = "Wie?"
shape = "emoji"
next = "end"

[[survey.step.branch]]
if = { answer = { ask = { in = ["a", "other"] }, faces = { gt = 1, lte = 3 } } }
next = "read"

[[survey.step]]
id = "read"
kind = "link"
title = "Mehr"
link = { label = "Lesen", url = "/lesen" }
"##,
    )
    .surveys
    .remove(0);
    assert_eq!((survey.name.as_str(), survey.repeat), ("Everything", Repeat::EveryMs(180 * 86_400_000)));
    assert_eq!(survey.starts_ms, Some(1_788_220_800_000));
    assert_eq!(survey.ends_ms, survey.starts_ms.map(|it| it + 30 * 86_400_000));
    assert_eq!((survey.wanted, survey.is_reserved, survey.asks_nps()), (Some(100), true, false));
    let told = compact::write_config(&Default::default(), std::slice::from_ref(&survey.survey), 0, None);
    check(
        told,
        expect![[r#"
        milepost	1
        survey	s	popover	0	125	7	1	/app/*	1	/app/pay	0	1	3
        not
        trait	user	1
        where	eq	1	plan	1	sfree
        message
        event	Sent	any	0
        overdue	onboarding	sent	604800000
        timeOnPage	40000
    "#]],
    );
    check(
        leased(&survey, "de"),
        expect![[r##"
            lease	granted	l1	60000	1
            content	s	de-AT	{"accent":"#0066ff","words":["Weiter","Zurück","Überspringen","Senden","Jetzt nicht","Nicht mehr fragen","Schließen","Warum werde ich gefragt?","Bitte beantworten Sie zuerst diese Frage.","{at} von {of}","Frage in der Ecke der Seite. Mit F6 gelangen Sie hin.","Gespeichert."],"steps":[{"id":"ask","kind":"multiple","isRequired":true,"title":["Was?"],"text":[],"ids":["b","a"],"choices":["B","A"],"other":"Anderes"},{"id":"faces","kind":"csat","isRequired":true,"title":["Wie?"],"text":[],"shape":"emoji","from":1,"to":5,"low":"","high":""},{"id":"read","kind":"link","isRequired":false,"title":["Mehr"],"text":[],"label":"Lesen","url":"/lesen"}]}	3
            step	ask	multiple	1	15	0	0	1	2	b	a	0
            step	faces	csat	0	1	1	5	3	0	1
            branch	2
            all	2
            any	2
            event		any	1
            where	exists	2	0	+	0
            event		any	1
            where	exists	2	0	1	0
            event		any	2
            where	gte	1	1	1	n4000000000000000
            where	lte	1	1	1	n4008000000000000
            step	read	link	4	0	0	0	3	0	0
        "##]],
    );
}

#[test]
fn what_is_not_said_has_the_documented_defaults() {
    let of = |lines: &str| {
        let step = "[[survey.step]]\nid = \"a\"\nkind = \"rating\"\ntitle = \"?\"\n";
        let it = project(&format!("[[survey]]\nid = \"s\"\n{lines}\n{step}")).surveys.remove(0);
        (it.survey.surface, it.survey.sample, it.repeat, it.survey.priority, it.survey.delay_ms, it.name)
    };
    assert_eq!(of(""), (Surface::Popover, 250, Repeat::Once, 50, 0, "s".to_owned()));
    assert_eq!(of("surface = \"inline\""), (Surface::Inline, 1_000, Repeat::Once, 50, 0, "s".to_owned()));
    let tab = of("surface = \"tab\"\nlabel = \"Feedback\"");
    assert_eq!(tab, (Surface::Tab, 1_000, Repeat::EveryMs(0), 50, 0, "s".to_owned()));
    assert_eq!(project("").budget, Budget::default());
    assert_eq!(
        project("[budget]\ngap = \"0s\"\nper_account = 9\n").budget,
        Budget { gap_ms: 0, per_account: 9, ..Budget::default() }
    );
}

#[test]
fn the_examples_of_the_readme_are_fine() {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md"));
    let examples: String = page.split("```toml\n").skip(1).filter_map(|it| it.split("```").next()).collect();
    let parsed = parse_with("README.md", &examples, &|_| Err(String::new()));
    assert!(parsed.diagnostics.is_empty(), "{}", parsed.diagnostics);
    let project = parsed.project.expect("a project");
    assert_eq!((project.surveys.len(), project.surveys[0].asks_nps()), (1, true));
}
