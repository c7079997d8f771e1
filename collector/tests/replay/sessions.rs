//! From lines to sessions, and from sessions to what the detector is told.

use super::support::{eager, fluent, play, sessions, stuck};
use milepost::replay::{Assignments, Notice, Play, Session, first_difference};
use sdk_core::hesitation::{Assignment, Decision, Detector, Finding, Observation, record};
use serde_json::Value;

/// Page, context and user of every line.
fn places(session: &Session) -> Vec<(String, String, String)> {
    let of = |entry| {
        let place = session.place(entry);
        let page = place.page.as_deref().unwrap_or_default().to_owned();
        (page, place.context.to_string(), session.user(entry).to_owned())
    };
    session.entries.iter().map(of).collect()
}

fn place(page: &str, context: &str, user: &str) -> (String, String, String) {
    (page.to_owned(), context.to_owned(), user.to_owned())
}

#[test]
fn what_a_line_leaves_out_is_as_in_the_line_before() {
    let log = r#"
        {"t":1,"kind":"key","session":"a","user":"ada","page":"/x","context":"trial"}
        {"t":2,"kind":"key"}
        {"t":3,"kind":"key","page":"/y"}
        {"t":4,"kind":"key","session":"b"}
        {"t":5,"kind":"key","context":""}
    "#;
    let (found, notices) = sessions(log);
    assert_eq!(notices, []);
    assert_eq!(found.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let trial = |page| place(page, "trial", "ada");
    assert_eq!(places(&found[0]), [trial("/x"), trial("/x"), trial("/y")]);
    assert_eq!(places(&found[1]), [trial("/y"), place("/y", "", "ada")]);
}

#[test]
fn a_log_that_names_nobody_is_one_session_of_its_own() {
    let (found, _) = sessions(r#"{"t":1,"kind":"key"}"#);
    assert_eq!((found[0].id.as_str(), places(&found[0])), ("log", vec![place("", "", "log")]));
}

#[test]
fn interleaved_sessions_do_not_mix() {
    let log = r#"
        {"t":1,"kind":"key","session":"a","user":"ada","page":"/x"}
        {"t":1,"kind":"key","session":"b","user":"ben","page":"/y"}
        {"t":2,"kind":"key","session":"a"}
        {"t":2,"kind":"key","session":"b","page":"/z"}
        {"t":3,"kind":"key","session":"a"}
    "#;
    let (found, notices) = sessions(log);
    assert_eq!(notices, []);
    assert_eq!(places(&found[0]), vec![place("/x", "", "ada"); 3]);
    assert_eq!(places(&found[1]), [place("/y", "", "ben"), place("/z", "", "ben")]);
}

#[test]
fn an_order_of_interleaving_changes_nothing_about_the_decisions() {
    let (one, other) = (stuck("a", "/x"), stuck("b", "/y"));
    let mixed: String = one.lines().zip(other.lines()).map(|(a, b)| format!("{b}\n{a}\n")).collect();
    let (apart, _) = play(Some(eager()), Play::default(), &format!("{one}{other}"));
    let (mut together, _) = play(Some(eager()), Play::default(), &mixed);
    together.sort_by_key(|it| it.contains(r#""session":"b""#));
    assert_eq!(apart, together);
}

#[test]
fn late_lines_are_sorted_in_and_reported() {
    let log = r#"{"t":5,"kind":"key","session":"a","page":"/x"}
        {"t":9,"kind":"help"}
        {"t":7,"kind":"error"}
        {"t":7,"kind":"key"}"#;
    let (found, notices) = sessions(log);
    assert_eq!(found[0].entries.iter().map(|it| it.line).collect::<Vec<_>>(), [1, 3, 4, 2]);
    assert_eq!(notices, [Notice::Unsorted { line: 3, session: "a".into(), by_ms: 2 }]);
}

#[test]
fn a_recording_keeps_the_order_of_its_browser() {
    let log = "[5,20,7]\n[5,18,\"ada\",\"s\",0,\"\"]\n[5,19,\"/x\",\"\"]\n[9,8]\n[7,8]";
    let (found, notices) = sessions(log);
    assert_eq!(notices, []);
    assert!(found[0].is_recorded());
    assert_eq!(found[0].id, "s", "the model belongs to the session that starts after it");
    assert_eq!(found[0].entries.iter().map(|it| it.t_ms).collect::<Vec<_>>(), [5, 5, 5, 9, 7]);
}

#[test]
fn a_broken_line_is_left_out_and_the_rest_is_read() {
    let (found, notices) = sessions("{\"t\":1,\"kind\":\"key\"}\nnot JSON\n\n{\"t\":2,\"kind\":\"key\"}\n");
    assert_eq!(found[0].entries.len(), 2);
    assert!(matches!(&notices[..], [Notice::Broken { line: 2, .. }]), "{notices:?}");
}

/// Visits as page, start and outcome.
fn visits(log: &str) -> Vec<(String, i64, Option<bool>)> {
    let (_, played) = play(None, Play::default(), log);
    let visits = played.into_iter().flat_map(|it| it.visits);
    visits.map(|it| (it.visit.page, it.visit.started_ms, it.is_stuck)).collect()
}

#[test]
fn a_change_of_page_or_context_begins_a_visit() {
    let log = r#"
        {"t":0,"kind":"key","page":"/x"}
        {"t":2000,"kind":"key","page":"/y"}
        {"t":4000,"kind":"key","context":"trial"}
        {"t":6000,"kind":"page"}
        {"t":8000,"kind":"leave"}
        {"t":8500,"kind":"hide"}
        {"t":9000,"kind":"key"}
        {"t":9500,"kind":"key"}
    "#;
    let found: Vec<(String, i64)> = visits(log).into_iter().map(|it| (it.0, it.1)).collect();
    let at = |page: &str, t| (page.to_owned(), t);
    // What is done after hiding happens unseen.
    assert_eq!(found[..4], [at("/x", 0), at("/y", 2_000), at("/y", 4_000), at("/y", 6_000)]);
}

#[test]
fn an_outcome_is_of_the_page_it_names_of_its_visit_or_of_the_session() {
    let of_page = r#"
        {"t":0,"kind":"key","page":"/x"}
        {"t":2000,"kind":"key","page":"/y"}
        {"t":2500,"kind":"outcome","page":"/x","stuck":true}
        {"t":3000,"kind":"key"}
    "#;
    assert_eq!(visits(of_page).into_iter().map(|it| it.2).collect::<Vec<_>>(), [Some(true), None]);
    let of_visit = r#"
        {"t":0,"kind":"key","page":"/x"}
        {"t":1000,"kind":"outcome","stuck":false}
        {"t":2000,"kind":"key","page":"/y"}
        {"t":3000,"kind":"key"}
    "#;
    assert_eq!(visits(of_visit).into_iter().map(|it| it.2).collect::<Vec<_>>(), [Some(false), None]);
    let of_session = r#"
        {"t":0,"kind":"key","page":"/x"}
        {"t":2000,"kind":"key","page":"/y"}
        {"t":3000,"kind":"leave"}
        {"t":3000,"kind":"outcome","value":"failed"}
    "#;
    assert_eq!(visits(of_session).into_iter().map(|it| it.2).collect::<Vec<_>>(), [Some(true), Some(true)]);
}

fn scores(log: &str, wanted: Play) -> Vec<(i64, i64)> {
    let (told, _) = play(Some(eager()), wanted, log);
    let read = told.iter().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
    let scores = read.filter(|it| it["type"] == "score");
    scores.map(|it| (it["t"].as_i64().expect("a time"), it["age"].as_i64().expect("an age"))).collect()
}

#[test]
fn scores_are_of_visits_still_open() {
    let log = r#"
        {"t":100000,"kind":"key","page":"/x"}
        {"t":160000,"kind":"key"}
        {"t":190000,"kind":"key","page":"/y"}
        {"t":260000,"kind":"leave"}
        {"t":400000,"kind":"outcome","stuck":true}
    "#;
    let at = Play { scores_at_ms: vec![90_000, 60_000, 120_000], ..Play::default() };
    // /x is left at 90 s sharp; /y after 70 s.
    assert_eq!(scores(log, at), [(160_000, 60_000), (250_000, 60_000)]);
    let every = Play { every_ms: Some(25_000), ..Play::default() };
    let ages: Vec<i64> = scores(log, every).into_iter().map(|it| it.1).collect();
    assert_eq!(ages, [25_000, 50_000, 75_000, 25_000, 50_000]);
}

#[test]
fn a_score_takes_in_all_that_was_seen_until_then() {
    let log = |help_at: i64| {
        format!(
            r#"{{"t":0,"kind":"page","page":"/x"}}
               {{"t":1000,"kind":"key"}}
               {{"t":{help_at},"kind":"help"}}
               {{"t":99000,"kind":"key"}}"#
        )
    };
    let score = |help_at| {
        let wanted = Play { scores_at_ms: vec![30_000], ..Play::default() };
        let (told, _) = play(Some(eager()), wanted, &log(help_at));
        let read = told.iter().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
        let mut scores = read.filter(|it| it["type"] == "score");
        scores.next().expect("a score")["score"].as_i64().expect("a number")
    };
    assert!(score(30_000) > score(30_001), "{} {}", score(30_000), score(30_001));
}

/// Decisions as verdict or blocker.
fn verdicts(told: &[String]) -> Vec<String> {
    let read = told.iter().map(|it| serde_json::from_str::<Value>(it).expect("JSON"));
    let decisions = read.filter(|it| it["type"] == "decision");
    decisions.map(|it| it["blocker"].as_str().or(it["verdict"].as_str()).expect("a verdict").to_owned()).collect()
}

#[test]
fn time_passes_between_the_lines_of_a_log_without_ticks() {
    let (told, played) = play(Some(eager()), Play::default(), &stuck("a", "/x"));
    assert!(verdicts(&told).contains(&"ask".to_owned()), "{told:?}");
    assert_eq!(played[0].active_ms, 70_000);
    let (told, _) = play(Some(eager()), Play::default(), &fluent("a", "/x"));
    assert_eq!(verdicts(&told), [""; 0]);
}

#[test]
fn nobody_is_asked_by_a_log_with_its_own_ticks_when_it_holds_none_for_that_time() {
    let log = format!("{}{}\n", stuck("a", "/x"), r#"{"t":70000,"kind":"tick","session":"a"}"#);
    let (told, _) = play(Some(eager()), Play::default(), &log);
    assert_eq!(verdicts(&told), [""; 0]);
}

#[test]
fn long_pauses_are_no_activity_and_cost_nothing() {
    let log = r#"
        {"t":0,"kind":"key","page":"/x"}
        {"t":1000,"kind":"key"}
        {"t":9000000000000000000,"kind":"key"}
        {"t":9000000000000001000,"kind":"key"}
    "#;
    let wanted = Play { every_ms: Some(1_000), scores_at_ms: vec![500_000], ..Play::default() };
    let (told, played) = play(Some(eager()), wanted, log);
    assert_eq!(played[0].active_ms, 2_000);
    assert!(told.len() < 400, "{}", told.len());
}

#[test]
fn everybody_may_be_asked_in_logs_from_elsewhere_unless_assignments_are_real() {
    let log: String = (0..60).map(|it| stuck(&format!("s{it}"), "/x")).collect();
    let all = play(Some(eager()), Play::default(), &log).0;
    assert_eq!(verdicts(&all).iter().filter(|it| *it == "ask").count(), 60);
    let real = Play { assignments: Assignments::Real, ..Play::default() };
    let asked = verdicts(&play(Some(eager()), real, &log).0).iter().filter(|it| *it == "ask").count();
    assert!((25..60).contains(&asked), "{asked} of 60");
}

#[test]
fn a_dry_run_remembers_whom_it_asked() {
    let one = |session: &str| stuck(session, "/x").replace(r#""session""#, r#""user":"ada","session""#);
    let log = format!("{}{}", one("a"), one("b"));
    let asked = |wanted| verdicts(&play(Some(eager()), wanted, &log).0).iter().filter(|it| *it == "ask").count();
    assert_eq!(asked(Play::default()), 2, "sessions of a log are each for themselves");
    let dry_run = Play { is_dry_run: true, assignments: Assignments::Treated, ..Play::default() };
    assert!(asked(dry_run) <= 2);
}

/// A user who is in no experiment.
pub(crate) fn treated() -> String {
    let mut users = (0..).map(|it| format!("user-{it}"));
    users.find(|it| Assignment::of(it, eager().salt) == Assignment::Treated).expect("most are")
}

/// A recording of an eager model, made as a browser makes it.
pub(crate) fn recording() -> String {
    let mut detector = Detector::default();
    detector.configure(Some(eager()));
    let mut lines = vec!["[0,20,7]".to_owned()];
    let mut findings = Vec::new();
    // A user who is in no experiment.
    let user = (0..)
        .map(|it| format!("user-{it}"))
        .find(|it| sdk_core::hesitation::Assignment::of(it, eager().salt) == sdk_core::hesitation::Assignment::Treated);
    let user = user.expect("most are");
    let start = Observation::Started { user: &user, session: "s", device: Default::default(), memory: "" };
    let mut script = vec![
        (0, start),
        (0, Observation::Page { page: "/x", context: "" }),
        (0, Observation::Shown(true)),
        (4_000, Observation::Keyed),
        (30_000, Observation::SoughtHelp),
        (31_000, Observation::SoughtHelp),
    ];
    script.extend((1..=70).map(|it| (it * 1_000, Observation::Tick)));
    script.sort_by_key(|it| it.0);
    for (now_ms, observation) in script {
        lines.push(record(now_ms, &observation));
        detector.observe(now_ms, observation, &mut findings);
        for finding in findings.drain(..) {
            if let Finding::Decided(decision) = finding {
                lines.push(format!("[{now_ms},21,{}]", Decision::json(&decision)));
            }
        }
    }
    format!("{}\n", lines.join("\n"))
}

#[test]
fn a_recording_is_decided_again_as_it_was() {
    let (_, played) = play(Some(eager()), Play::default(), &recording());
    assert!(!played[0].recorded.is_empty());
    assert_eq!(first_difference("s", &played[0], Some(7)), None);
}

#[test]
fn a_changed_digit_is_found() {
    let (before, after) = (recording(), recording().replacen(r#""score":"#, r#""score":9"#, 1));
    assert_ne!(before, after);
    let (_, played) = play(Some(eager()), Play::default(), &after);
    let difference = first_difference("s", &played[0], Some(7)).expect("a difference");
    let line = after.lines().position(|it| it.contains(r#""score":9"#)).expect("the line") as u64 + 1;
    assert_eq!((difference.line, difference.recorded_with), (Some(line), None));
    let other = first_difference("s", &played[0], Some(8)).expect("a difference");
    assert_eq!(other.recorded_with, Some(7));
}
