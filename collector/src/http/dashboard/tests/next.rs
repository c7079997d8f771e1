//! What people did after a milestone: each number, its list, its file, the API, and the funnel they come from.

use super::*;

/// Links of a page whose text is a number.
fn counts(page: &Page) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for rest in page.body.split("<a ").skip(1) {
        let (_, rest) = rest.split_once("href=\"").unwrap();
        let (href, rest) = rest.split_once('"').unwrap();
        let text = rest.split_once('>').unwrap().1.split_once("</a>").unwrap().0;
        if let Ok(count) = text.trim().parse() {
            found.push((href.replace("&#38;", "&"), count));
        }
    }
    found
}

fn users() -> Vec<User> {
    (0..60).map(|it| user(&format!("user-{it:02}"), 1 + it % 3, None, it as i64 * 30 * HOUR_MS)).collect()
}

#[tokio::test]
async fn every_number_opens_as_many_people_as_it_counts() {
    let site = Site::of(PROJECT, users()).await;
    let mut followed = 0;
    for asked in ["", "?milestone=customer", "?milestone=signed-up&since=2026-10-05&until=2026-11-10&level=account"] {
        let page = site.get(&format!("/journeys/onboarding/next{asked}")).await;
        assert_eq!(page.status, StatusCode::OK);
        for (href, count) in counts(&page) {
            let list = site.get(&href).await;
            assert_eq!((list.status, list.total()), (StatusCode::OK, count), "{href}");
            let csv = site.get(&href.replacen("/people", "/people.csv", 1)).await;
            assert_eq!(csv.body.lines().count() as u64, count + 1, "{href}");
            let api = site.get(&href.replacen("/journeys", "/v1/journeys", 1)).await;
            let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
            assert_eq!(api["total"], count, "{href}");
            followed += 1;
        }
        page.lacks("style=");
    }
    assert!(followed > 15, "{followed} links followed");
}

#[tokio::test]
async fn those_who_went_no_further_and_those_who_went_on_are_the_funnels() {
    let site = Site::of(PROJECT, users()).await;
    let json = async |path: &str| serde_json::from_str::<serde_json::Value>(&site.get(path).await.body).unwrap();
    let funnel = json("/v1/journeys/onboarding/funnel?window=30d").await;
    let reached = |level: usize| funnel["steps"][level]["reached"].as_u64().unwrap();
    for (level, milestone) in ["signed-up", "customer"].into_iter().enumerate() {
        let next = json(&format!("/v1/journeys/onboarding/next?milestone={milestone}&window=30d")).await;
        assert_eq!(next["went_on"], reached(level + 1));
        assert_eq!(next["stopped"], reached(level) - reached(level + 1));
        let sum = |part: &str| {
            next["rows"].as_array().unwrap().iter().map(|it| it[part]["people"].as_u64().unwrap()).sum::<u64>()
        };
        assert_eq!(
            [next["stopped"].as_u64().unwrap(), next["went_on"].as_u64().unwrap()],
            ["stopped", "went_on"].map(sum)
        );
    }
    let page = site.get("/journeys/onboarding?by=plan&compare=&window=30d").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    site.get("/journeys/onboarding?by=plan&window=30d")
        .await
        .has("/journeys/onboarding/next?milestone=customer&#38;window=30d\">what next");
    let page = site.get("/journeys/onboarding/next?milestone=customer&by=plan").await;
    page.has("Nothing more");
    assert!(
        page.links().iter().filter(|(href, _)| href.contains("/people")).all(|(href, _)| !href.contains("by=plan"))
    );
}

#[tokio::test]
async fn a_wrong_address_says_what_is_wrong() {
    let site = Site::of(PROJECT, users()).await;
    for (query, says) in [
        ("?milestone=none", "no such milestone"),
        ("?milestone=sent", "After the last milestone"),
        ("/people?milestone=customer", "It is not said what they did next"),
        ("/people?milestone=customer&did=dance", "It is not said what they did next"),
        ("/people?milestone=customer&did=nothing&standing=lost", "The standing is none"),
        ("/people?milestone=customer&did=nothing&page=0", "The page is not a number"),
        ("/people?milestone=customer&did=nothing&since=soon", "is not a date"),
    ] {
        let page = site.get(&format!("/journeys/onboarding/next{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        page.has(says);
    }
    assert_eq!(site.get("/journeys/onboarding/next?since=soon").await.status, StatusCode::BAD_REQUEST);
    for (query, code) in [
        ("next?milestone=sent", "invalid_milestone"),
        ("next/people?milestone=customer&did=dance", "invalid_did"),
        ("next/people?milestone=customer&did=other&standing=lost", "invalid_standing"),
        ("next?milestone=customer&window=soon", "invalid_window"),
    ] {
        site.get(&format!("/v1/journeys/onboarding/{query}")).await.has(code);
    }
}
