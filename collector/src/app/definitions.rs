//! What `milepost.toml` defines, part by part, so that a change of it is noticed and told to those who read charts.
//!
//! Only what numbers follow from: names and looks may change unmarked.

use crate::project::{Project, Repeat, SurveyDefinition, duration};
use crate::storage::{DefinitionChange, KeptDefinition};
use domain::survey::Content;
use domain::{Definitions, Journey, LeaseAnswer, LeaseId, Scope, compact};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Counts up where what follows would write the same definition in another way: what was kept before is not compared
/// with then.
const FORM: u32 = 1;

/// Says in which form the others are.
const FORM_SUBJECT: &str = "form";

/// What the days and weeks of every number are: its changes concern whoever reads any chart.
pub(super) const CALENDAR: &str = "calendar";

/// More are told by their number.
const DIFFERENCES_TOLD: usize = 6;

/// What a definition is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    Journey(String),
    Survey(String),
}

impl std::fmt::Display for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Journey(id) => write!(formatter, "journey:{id}"),
            Self::Survey(id) => write!(formatter, "survey:{id}"),
        }
    }
}

/// Everything that is defined, in order of subject and part.
pub(super) fn described(project: &Project) -> Vec<KeptDefinition> {
    let form = KeptDefinition {
        subject: FORM_SUBJECT.to_owned(),
        part: String::new(),
        digest: FORM.to_string(),
        said: String::new(),
    };
    let calendar = [(ZONE, project.calendar.name()), (WEEKS, project.calendar.week_start().in_words())];
    let calendar = calendar.map(|(part, said)| KeptDefinition {
        subject: CALENDAR.to_owned(),
        part: part.to_owned(),
        digest: digest(said),
        said: said.to_owned(),
    });
    let journeys = project.definitions.journeys.iter().flat_map(journey);
    let surveys = project.surveys.iter().flat_map(survey);
    let mut all: Vec<KeptDefinition> = std::iter::once(form).chain(calendar).chain(journeys).chain(surveys).collect();
    all.sort_by(|one, other| (&one.subject, &one.part).cmp(&(&other.subject, &other.part)));
    all
}

/// The milestone's rule; what stands behind the space is its id.
const RULE: &str = "rule ";
const SCOPE: &str = "scope ";
const ORDER: &str = "order";
const WINDOW: &str = "window";
const ZONE: &str = "zone";
const WEEKS: &str = "weeks";
const VALUE: &str = "value";
const ASKED: &str = "asked";
const CONTENT: &str = "content";

fn journey(journey: &Journey) -> Vec<KeptDefinition> {
    let subject = Subject::Journey(journey.id.as_str().to_owned()).to_string();
    let part = |part: String, text: &str, said: &str| KeptDefinition {
        subject: subject.clone(),
        part,
        digest: digest(text),
        said: said.to_owned(),
    };
    let said = |name: &str, text: &str| part(name.to_owned(), text, text);
    let ids: Vec<&str> = journey.milestones.iter().map(|it| it.id.as_str()).collect();
    let value = ids.get(journey.value_index()).copied().unwrap_or_default();
    let mut parts = vec![
        said(WINDOW, &duration::write(journey.window_ms)),
        said(VALUE, value),
        part(ORDER.to_owned(), &ids.join("\n"), ""),
    ];
    for milestone in &journey.milestones {
        let id = milestone.id.as_str();
        parts.push(part(format!("{RULE}{id}"), &compact::write_rule(&milestone.rule), ""));
        let scope = if milestone.scope == Scope::Account { "account" } else { "user" };
        parts.push(part(format!("{SCOPE}{id}"), scope, scope));
    }
    parts
}

fn survey(survey: &SurveyDefinition) -> Vec<KeptDefinition> {
    let subject = Subject::Survey(survey.id().to_owned()).to_string();
    let part = |part: &str, text: &str| KeptDefinition {
        subject: subject.clone(),
        part: part.to_owned(),
        digest: digest(text),
        said: String::new(),
    };
    let repeat = match survey.repeat {
        Repeat::Once => "once".to_owned(),
        Repeat::EveryMs(ms) => ms.to_string(),
    };
    let told = compact::write_config(&Definitions::default(), std::slice::from_ref(&survey.survey), 0, None);
    let number = |it: Option<i64>| it.map(|it| it.to_string()).unwrap_or_default();
    let asked = [
        told,
        survey.segment.clone().unwrap_or_default(),
        repeat,
        number(survey.starts_ms),
        number(survey.ends_ms),
        survey.wanted.map(|it| it.to_string()).unwrap_or_default(),
    ];
    let content = |it: &Content| {
        let (lease, content) = (LeaseId::new(""), Some(it.clone()));
        compact::write_lease(&LeaseAnswer::Granted { lease, expires_in_ms: 0, content })
    };
    let contents: Vec<String> = survey.contents.iter().map(content).collect();
    vec![part(ASKED, &asked.join("\n")), part(CONTENT, &contents.join("\n"))]
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|it| format!("{it:02x}")).collect()
}

/// By subject, by part.
type Parts<'a> = BTreeMap<&'a str, BTreeMap<&'a str, &'a KeptDefinition>>;

fn parts(all: &[KeptDefinition]) -> Parts<'_> {
    let mut parts = Parts::new();
    for it in all {
        parts.entry(&it.subject).or_default().insert(&it.part, it);
    }
    parts
}

/// What changed from one to the other; nothing where there was nothing before, or in another form.
pub(super) fn changes(before: &[KeptDefinition], now: &[KeptDefinition], at_ms: i64) -> Vec<DefinitionChange> {
    let (before, now) = (parts(before), parts(now));
    let form = |it: &Parts<'_>| it.get(FORM_SUBJECT).and_then(|it| it.get("").map(|it| it.digest.clone()));
    if form(&before).is_none() || form(&before) != form(&now) {
        return Vec::new();
    }
    let mut changes = Vec::new();
    let subjects: std::collections::BTreeSet<&str> = before.keys().chain(now.keys()).copied().collect();
    for subject in subjects {
        let name = match subject.split_once(':') {
            Some(("journey", id)) => format!("Journey “{id}”"),
            Some(("survey", id)) => format!("Survey “{id}”"),
            None if subject == CALENDAR => "Calendar".to_owned(),
            _ => continue,
        };
        let said = match (before.get(subject), now.get(subject)) {
            (None, Some(_)) => format!("{name} added"),
            (Some(_), None) => format!("{name} removed"),
            (Some(before), Some(now)) => {
                let differences = differences(before, now);
                if differences.is_empty() {
                    continue;
                }
                format!("{name}: {}", told(&differences))
            }
            (None, None) => continue,
        };
        let whole = now.get(subject).map(|it| {
            let each: Vec<String> = it.iter().map(|(part, it)| format!("{part}\n{}", it.digest)).collect();
            digest(&each.join("\n"))
        });
        let (subject, digest) = (subject.to_owned(), whole.unwrap_or_default());
        changes.push(DefinitionChange { at_ms, subject, digest, text: said });
    }
    changes
}

fn told(differences: &[String]) -> String {
    let shown = differences.get(..DIFFERENCES_TOLD).unwrap_or(differences);
    let rest = differences.len() - shown.len();
    let more = if rest == 0 { String::new() } else { format!("; and {rest} more") };
    format!("{}{more}", shown.join("; "))
}

fn differences(before: &BTreeMap<&str, &KeptDefinition>, now: &BTreeMap<&str, &KeptDefinition>) -> Vec<String> {
    let mut found = Vec::new();
    let milestone = |part: &str| part.strip_prefix(RULE).map(str::to_owned);
    for id in now.keys().filter(|it| !before.contains_key(*it)).filter_map(|it| milestone(it)) {
        found.push(format!("milestone “{id}” added"));
    }
    for id in before.keys().filter(|it| !now.contains_key(*it)).filter_map(|it| milestone(it)) {
        found.push(format!("milestone “{id}” removed"));
    }
    let has_the_same = found.is_empty();
    for (part, it) in now {
        let Some(was) = before.get(part).filter(|was| was.digest != it.digest) else { continue };
        let (said, was) = (&it.said, &was.said);
        match *part {
            WINDOW => found.push(format!("window is {said}, was {was}")),
            ZONE => found.push(format!("days are those of {said}, were those of {was}")),
            WEEKS => found.push(format!("weeks begin on {said}, began on {was}")),
            VALUE => found.push(format!("the value milestone is “{said}”, was “{was}”")),
            ORDER if has_the_same => found.push("milestones are in another order".to_owned()),
            ASKED => found.push("whom it asks, or when, changed".to_owned()),
            CONTENT => found.push("questions or texts changed".to_owned()),
            _ => {}
        }
        if let Some(id) = part.strip_prefix(RULE) {
            found.push(format!("milestone “{id}”: rule changed"));
        } else if let Some(id) = part.strip_prefix(SCOPE) {
            found.push(format!("milestone “{id}”: scope is {said}, was {was}"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{PROJECT, parse};

    const SURVEY: &str = "\n[[survey]]\nid = \"nps\"\nname = \"NPS\"\nevery = \"90d\"\nwhen = { time_on_page = \"30s\" }\n\
        [[survey.step]]\nid = \"score\"\nkind = \"nps\"\ntitle = \"How likely?\"\nlow = \"Not\"\nhigh = \"Very\"\n";

    fn text() -> String {
        format!("{PROJECT}{SURVEY}")
    }

    #[track_caller]
    fn check(before: &str, now: &str, wanted: &[&str]) {
        let (before, now) = (described(&parse(before)), described(&parse(now)));
        let found = changes(&before, &now, 7);
        assert_eq!(found.iter().map(|it| &*it.text).collect::<Vec<_>>(), wanted);
        assert!(found.iter().all(|it| it.at_ms == 7));
    }

    #[test]
    fn each_part_that_numbers_follow_from_is_told_when_it_changes() {
        let base = text();
        check(&base, &base, &[]);
        let with = |from: &str, to: &str| {
            assert!(base.contains(from), "{from}");
            base.replacen(from, to, 1)
        };
        let rule = with("\"Customer Added\"", "\"Client Added\"");
        check(&base, &rule, &["Journey “onboarding”: milestone “customer”: rule changed"]);
        check(&base, &with("\"14d\"", "\"7d\""), &["Journey “onboarding”: window is 7d, was 14d"]);
        check(&base, &with("\"Added a customer\"", "\"Added a client\""), &[]);
        let scope = with("rule = { event = \"Customer", "scope = \"account\"\nrule = { event = \"Customer");
        check(&base, &scope, &["Journey “onboarding”: milestone “customer”: scope is account, was user"]);
        let renamed = with("id = \"customer\"", "id = \"client\"");
        let both = "Journey “onboarding”: milestone “client” added; milestone “customer” removed";
        check(&base, &renamed, &[both]);
        let value =
            with("value = true\n", "").replacen("\"Added a customer\"\n", "\"Added a customer\"\nvalue = true\n", 1);
        check(&base, &value, &["Journey “onboarding”: the value milestone is “customer”, was “sent”"]);
        check(&base, &with("How likely?", "How likely now?"), &["Survey “nps”: questions or texts changed"]);
        check(&base, &with("\"90d\"", "\"60d\""), &["Survey “nps”: whom it asks, or when, changed"]);
        let zone = with("[project]\n", "[project]\ntime_zone = \"Asia/Tokyo\"\nweek_starts = \"sunday\"\n");
        let both = "Calendar: weeks begin on Sunday, began on Monday; days are those of Asia/Tokyo, were those of UTC";
        check(&base, &zone, &[both]);
        check(PROJECT, &base, &["Survey “nps” added"]);
        check(&base, PROJECT, &["Survey “nps” removed"]);
    }

    #[test]
    fn nothing_has_changed_where_nothing_was_kept_or_in_another_form() {
        let now = described(&parse(&text()));
        assert_eq!(changes(&[], &now, 7), []);
        let mut older = described(&parse(&text().replace("\"14d\"", "\"7d\"")));
        assert_eq!(changes(&older, &now, 7).len(), 1);
        let form = older.iter_mut().find(|it| it.subject == FORM_SUBJECT).expect("a form");
        form.digest = "0".to_owned();
        assert_eq!(changes(&older, &now, 7), []);
    }

    /// Where this fails, the same definition is written in another way than in the last release: count [`FORM`] up,
    /// or every reader is told of changes that nobody made.
    #[test]
    fn the_form_of_what_is_kept_is_golden() {
        let all: Vec<String> =
            described(&parse(&text())).iter().map(|it| format!("{} {} {}", it.subject, it.part, it.digest)).collect();
        expect_test::expect![[r#"
            calendar weeks 6a00dfc1dc867e84
            calendar zone 7e5f76c94a635c21
            form  1
            journey:onboarding order 2a40d7aa39e32908
            journey:onboarding rule customer 8449f1521504ae20
            journey:onboarding rule sent 205e31253f345cad
            journey:onboarding rule signed-up e57e14ef1d492568
            journey:onboarding scope customer 04f8996da763b7a9
            journey:onboarding scope sent 04f8996da763b7a9
            journey:onboarding scope signed-up 04f8996da763b7a9
            journey:onboarding value 7afbb3347fb7252e
            journey:onboarding window b87aba7e9faebd2a
            survey:nps asked 130309c1fe900e93
            survey:nps content fc8e0d1e3b2ec361"#]]
        .assert_eq(&all.join("\n"));
    }
}
