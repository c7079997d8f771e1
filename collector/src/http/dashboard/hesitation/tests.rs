//! The pages about hesitation, of an answer made by hand.

use super::counted::Counted;
use super::detail::tests_door::detail_page;
use super::range::Range;
use super::*;
use crate::app::hesitation::{
    Answers, BaselineCurve, HesitationRequest, Lift, Muted, Precision, ReasonCount, Share as Part, Tally, Troubled,
    Verbatim,
};
use crate::metric::Calendar;
use crate::testing::{NOW_MS, app, project};
use domain::hesitation::Feature;

fn part(part: u64, whole: u64) -> Part {
    Part { part, whole }
}

fn tally(hesitated: u64, sessions: u64, confused: u64, fine: u64) -> Tally {
    Tally {
        hesitated: part(hesitated, sessions),
        hinted: 3,
        asked: confused + fine + 7,
        answers: Answers { confused, fine, help: 2, dismissed: 3, timed_out: 3, unanswered: 1, ..Answers::default() },
        precision: Precision {
            all: part(confused + 10, confused + fine + 22),
            one_tap: part(confused + 2, confused + 2 + fine),
            shadow: part(8, 20),
        },
    }
}

fn curve(after: &'static str, is_own: bool, fires_at_ms: Option<i64>) -> BaselineCurve {
    let shares = [0.9, 0.75, 0.5, 0.35, 0.2, 0.1, 0.05, 0.02, 0.01, 0.001];
    let times_ms = [400, 900, 2_500, 4_000, 9_000, 15_000, 22_000, 35_000, 50_000, 90_000];
    BaselineCurve {
        is_own,
        after,
        points: times_ms.into_iter().zip(shares).collect(),
        fires_at_ms,
        fires_troubled: Some(Troubled { dead_clicks: 3, idle_ms: 4_000, is_hint: true }),
    }
}

fn page(name: &str, tally: Tally) -> PageAnswer {
    let reason = |feature, sentence: &str, sessions| ReasonCount { feature, sentence: sentence.to_owned(), sessions };
    PageAnswer {
        page: name.to_owned(),
        tally,
        muted: None,
        visitors: 140,
        curves: vec![
            curve("click", true, Some(41_000)),
            curve("typing", true, Some(19_000)),
            curve("scrolling", false, None),
        ],
        lift: Lift { treated: part(20, 60), hold_out: part(3, 12) },
        reasons: vec![
            reason(Feature::DeadClicks, "Clicked 5 times without effect; 95% of visits stay within 1", 41),
            reason(Feature::Idle, "38 s without acting; 95% act within 22 s here", 22),
        ],
    }
}

async fn answer() -> HesitationAnswer {
    let (app, _, _dir) = app(project()).await;
    let mut answer = app.hesitation(&HesitationRequest::default()).await.unwrap();
    (answer.is_configured, answer.is_asking) = (true, true);
    let muted = Muted { since_ms: NOW_MS - 86_400_000, precision: part(2, 15), reason: String::new() };
    answer.all = tally(150, 1_800, 24, 20);
    answer.visitors_needed = 20;
    answer.lift = Lift { treated: part(56, 70), hold_out: part(48, 80) };
    answer.pages = vec![
        page("/app/customers", tally(41, 200, 12, 4)),
        PageAnswer { muted: Some(muted), ..page("/pricing", tally(33, 194, 2, 13)) },
        page("/app/new-invoice", tally(34, 558, 8, 3)),
        PageAnswer { visitors: 7, ..page("/settings/<b>", tally(1, 9, 0, 0)) },
    ];
    answer.verbatim = vec![Verbatim {
        at_ms: NOW_MS,
        user: "sim-1".to_owned(),
        anonymous: false,
        account: Some("acme".to_owned()),
        page: "/app/customers".to_owned(),
        text: "The button does nothing.\n<script>alert(1)</script>".to_owned(),
        reasons: vec!["38 s without acting; 95% act within 22 s here".to_owned()],
    }];
    answer
}

async fn overview(answer: &HesitationAnswer) -> String {
    let range = Range::parse(&[], &Calendar::default());
    let (app, _, _dir) = app(project()).await;
    let mut shown = Overview::of(answer, &range, NOW_MS);
    shown.sayings = sayings(&app, answer.verbatim.iter(), &range).await.unwrap();
    let presets = range.presets(&home(), NOW_MS);
    HesitationPage { frame: Frame::of_owner("Hesitation"), page: home(), presets, range, shown: Some(shown) }
        .render()
        .unwrap()
}

#[track_caller]
fn has(page: &str, texts: &[&str]) {
    {
        use std::hash::{Hash, Hasher};
        let mut h = std::hash::DefaultHasher::new();
        texts.hash(&mut h);
        let _ = std::fs::write(format!("/tmp/dash/html/{:x}.html", h.finish()), page);
    }
    for text in texts {
        assert!(page.contains(text), "no {text:?} in {page}");
    }
    assert!(!page.contains("style=") && !page.contains("<script>alert"), "{page}");
}

#[tokio::test]
async fn every_page_is_shown_with_its_share_its_interval_and_how_often_that_was_right() {
    let page = overview(&answer().await).await;
    has(
        &page,
        &[
            "20.5% of sessions on /app/customers hesitated, 95% interval 15.5–26.6%",
            "A full bar is 50% of the sessions",
            "href=\"/hesitation/people?page=%2Fapp%2Fcustomers&#38;who=hesitated\">41</a> of",
            "learning: 7 of 20 visitors",
            "is muted</strong> since",
            "Of 15 labels, 2 were right (13.3%, 95% interval 3.7–37.9%): surely less than 50.0%.",
            "Asking helps.",
            "/settings/&#60;b&#62;",
        ],
    );
}

#[tokio::test]
async fn one_page_shows_its_pauses_its_reasons_and_what_people_said() {
    let answer = answer().await;
    let page = detail_page(&answer, "/app/customers").await;
    has(
        &page,
        &[
            "Who only pauses is asked after 41 s.",
            "A pause alone is never a reason to ask.",
            "who=because-deadClicks\">41</a>",
            "The button does nothing.",
            "href=\"/hesitation/people?who=sessions&#38;user=sim-1\">sim-1</a>",
            "That may be chance",
        ],
    );
    has(&detail_page(&answer, "/pricing").await, &["<strong>This page is muted</strong>", "What to do:"]);
    has(&detail_page(&answer, "/settings/<b>").await, &["Still learning: 7 of 20 visitors"]);
}

#[tokio::test]
async fn without_anything_a_newcomer_reads_what_to_do() {
    let (app, _, _dir) = app(project()).await;
    let mut nothing = app.hesitation(&HesitationRequest::default()).await.unwrap();
    nothing.is_configured = false;
    has(&overview(&nothing).await, &["Milepost does not look for hesitation yet", ">[hesitation]</code>"]);
    nothing.is_configured = true;
    has(&overview(&nothing).await, &["Nobody has been watched yet", "Observing only"]);
}

#[test]
fn a_number_leads_to_its_list() {
    let range = Range::parse(&[("since".to_owned(), "2026-11-01".to_owned())], &Calendar::default());
    let counted = Counted::of(1_204, None, Who::TimedOut, &range);
    assert_eq!(counted.count, "1,204");
    assert_eq!(counted.href.to_string(), "/hesitation/people?who=timed-out&since=2026-11-01");
}
