//! Surveys as they are written, read, and refused.

mod mistakes;

use crate::project::parse::parse;
use crate::project::{Project, SurveyDefinition};
use domain::LeaseId;
use domain::{LeaseAnswer, compact};
use expect_test::{Expect, expect};

const HEAD: &str = "[project]\nname = \"P\"\n[[key]]\nid = \"wk\"\nkind = \"browser\"\norigins = [\"*\"]\n";

const JOURNEY: &str = "[[journey]]\nid = \"onboarding\"\nmilestone = [{ id = \"signed-up\" }, { id = \"sent\" }]\n";

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
    assert_eq!(compact::read_lease(&text), Some(answer), "what is written reads back");
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
        content	relationship	en		Next	Back	Skip	Send	Not now	Don’t ask again	Close	Why am I asked?	Please answer this first.	{at} of {of}	Question in the corner of the page. Press F6 to go to it.	Saved.	4
        step	score	1	1	scale	nps	numbers	0	10	Not at all likely	Extremely likely	1	plain	How likely are you to recommend us?	0	0
        step	why	0	3	written	1		3	plain	What is the reason for your 	filled	answer	0		plain	?	0	1
        branch	2
        score	0	9	10
        step	review	0	-	thanks		1	Write a review	https://reviews.example.com	3	plain	Thank you, 	filled	user	1	name	friend	plain	!	0	0
        step	thanks	0	-	thanks	You may contact me	0	1	plain	Thank you	0	0
    "#]],
    );
}
