//! Definitions that change are marked by themselves, once, and stay marked.

use crate::desk::Desk;
use crate::support::{Collector, NOW_MS, PROJECT};
use crate::users::{DAY_MS, ago, send};
use milepost::app::annotations::Annotation;
use milepost::project::{Project, parse};
use milepost::{Clock, app::definitions::Subject};
use serde_json::json;

fn project(text: &str) -> Project {
    parse("milepost.toml", text).expect("definitions without mistakes")
}

fn changed(from: &str, to: &str) -> String {
    assert!(PROJECT.contains(from), "{from}");
    PROJECT.replacen(from, to, 1)
}

/// Starts as `milepost serve` does.
async fn start(folder: tempfile::TempDir, text: &str, now_ms: i64) -> Collector {
    let collector = Collector::start_in(folder, project(text), Clock::by_hand(now_ms)).await;
    collector.app.note_definitions().await.expect("noted");
    collector
}

async fn marked(collector: &Collector) -> Vec<(i64, String)> {
    let all = collector.app.annotations(None).await.expect("annotations");
    let text = |it: Annotation| (it.at_ms - NOW_MS, it.text);
    all.into_iter().map(text).collect()
}

#[tokio::test]
async fn a_change_is_marked_once_over_restarts_and_reloads_and_a_first_start_marks_nothing() {
    let collector = start(tempfile::tempdir().expect("a folder"), PROJECT, NOW_MS).await;
    assert_eq!(marked(&collector).await, []);
    let collector = start(collector.stop(), PROJECT, NOW_MS + 10).await;
    assert_eq!(marked(&collector).await, []);
    let other_rule = changed("event = \"Invoice Paid\"", "event = \"Invoice Settled\"");
    let collector = start(collector.stop(), &other_rule, NOW_MS + 20).await;
    let rule = (20, "Journey “onboarding”: milestone “paid”: rule changed".to_owned());
    assert_eq!(marked(&collector).await, std::slice::from_ref(&rule));
    let collector = start(collector.stop(), &other_rule, NOW_MS + 30).await;
    assert_eq!(marked(&collector).await, std::slice::from_ref(&rule));
    // While it runs, as a changed file does; the same file once more changes nothing.
    let window = other_rule.replacen("\"14d\"", "\"7d\"", 1);
    for _ in 0..2 {
        collector.app.publish(project(&window)).await.expect("published");
    }
    let reloaded = (30, "Journey “onboarding”: window is 7d, was 14d".to_owned());
    assert_eq!(marked(&collector).await, [rule.clone(), reloaded.clone()]);
    let collector = start(collector.stop(), &window, NOW_MS + 40).await;
    assert_eq!(marked(&collector).await, [rule, reloaded]);
    let of = async |subjects: &[Subject]| collector.app.annotations(Some(subjects)).await.expect("annotations").len();
    assert_eq!(of(&[Subject::Journey("onboarding".to_owned())]).await, 2);
    assert_eq!(of(&[Subject::Journey("another".to_owned()), Subject::Survey("onboarding".to_owned())]).await, 0);
    assert_eq!(of(&[]).await, 0);
}

#[tokio::test]
async fn a_change_stands_beside_what_the_vendor_wrote_down_on_pages_and_in_the_api() {
    let release = "\n[[annotation]]\ndate = 2027-01-10\ntext = \"Version 2\"\nurl = \"https://example.com/2\"\n";
    let survey = "\n[[segment]]\nid = \"big\"\nname = \"Big ones\"\nwhere = \"plan = pro\"\n\
        [[survey]]\nid = \"nps\"\nname = \"NPS\"\nsegment = \"big\"\nwhen = { time_on_page = \"30s\" }\n\
        [[survey.step]]\nid = \"score\"\nkind = \"nps\"\ntitle = \"How likely?\"\nlow = \"Not\"\nhigh = \"Very\"\n";
    let before = format!("{PROJECT}{release}{survey}");
    let collector = start(tempfile::tempdir().expect("a folder"), &before, NOW_MS - DAY_MS).await;
    let now = before.replacen("\"14d\"", "\"7d\"", 1).replacen("How likely?", "How likely now?", 1);
    let collector = start(collector.stop(), &now, NOW_MS - DAY_MS / 2).await;
    collector.clock.set(NOW_MS);
    let said = |event: &str, more: serde_json::Value| {
        let mut properties = json!({ "survey": "nps", "submission": "s", "lease": "l", "surface": "popover",
            "trigger": "time", "language": "en" });
        for (name, value) in more.as_object().into_iter().flatten() {
            properties[name] = value.clone();
        }
        json!({ "type": "track", "event": event, "userId": "u-1", "properties": properties })
    };
    let messages = vec![
        ago(20, json!({ "type": "track", "event": "Signed Up", "userId": "u-1" })),
        ago(2, json!({ "type": "track", "event": "Signed Up", "userId": "u-2" })),
        ago(8, json!({ "type": "track", "event": "Signed Up", "userId": "u-3" })),
        ago(9, said("Survey Shown", json!({}))),
        ago(9, said("Survey Answered", json!({ "step": "score", "kind": "nps", "score": 9 }))),
    ];
    send(&collector, messages).await;
    let desk = Desk::of(collector).await;
    let of_journey = "Journey “onboarding”: window is 7d, was 14d";
    let of_survey = "Survey “nps”: questions or texts changed";
    for (path, wanted, other) in [
        ("/overview", of_journey, of_survey),
        ("/journeys/onboarding/cohorts", of_journey, of_survey),
        ("/retention?start=milestone%3Aonboarding%2Fsigned-up", of_journey, of_survey),
        ("/retention", "Version 2", of_journey),
        ("/surveys/nps?per=week", of_survey, of_journey),
    ] {
        let page = desk.page(path).await.text;
        assert!(page.contains(wanted) && page.contains("Version 2") && !page.contains(other), "{path}: {page}");
        let (_, rest) = page.split_once("class=\"happened-number\"").expect("a mark");
        assert!(rest.contains("What happened"), "{path}");
        assert_eq!(page.contains("<span class=\"tag\">definition</span>"), wanted != "Version 2", "{path}");
    }
    for path in ["/overview", "/surveys/nps?per=week"] {
        assert!(desk.page(path).await.text.contains("class=\"happened-line\""), "{path} draws them");
    }
    let api = desk.json("/v1/annotations").await;
    let told: Vec<_> =
        api["annotations"].as_array().expect("a list").iter().map(|it| (&it["text"], &it["changed"])).collect();
    let (journey, nps, none) = (json!("journey:onboarding"), json!("survey:nps"), json!(null));
    let texts = [json!("Version 2"), json!(of_journey), json!(of_survey)];
    assert_eq!(told, [(&texts[0], &none), (&texts[1], &journey), (&texts[2], &nps)]);
    assert_eq!(api["annotations"][1]["digest"].as_str().map(str::len), Some(16));
    assert_eq!(desk.json("/v1/annotations?until=2027-01-11").await["annotations"].as_array().map(Vec::len), Some(1));
    // Whom the survey is for is said, and the page about those users keeps to them.
    let page = desk.page("/surveys/nps").await.text;
    assert!(page.contains("<a class=\"wrap\" href=\"/segments/big\">Big ones</a>"), "{page}");
    assert!(page.contains("href=\"/surveys/nps?segment=big\""), "{page}");
    let page = desk.page("/surveys/nps?segment=big").await.text;
    assert!(page.contains("survey=nps&#38;segment=big&#38;who=shown"), "{page}");
    assert!(!page.contains("who is of it today"));
    assert_eq!(desk.json("/v1/surveys").await["surveys"][0]["segment"], "big");
}
