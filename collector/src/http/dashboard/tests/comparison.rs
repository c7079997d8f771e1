//! The funnel beside another.

use super::*;

#[tokio::test]
async fn each_number_of_a_comparison_opens_its_people_also_those_of_before() {
    let site = Site::of(PROJECT, cohort()).await;
    let mut followed = 0;
    for asked in
        ["since=2026-11-21&until=2026-11-23&compare=before", "by=plan&compare=pro", "by=plan&compare=%28none%29"]
    {
        let page = site.get(&format!("/journeys/onboarding?{asked}")).await;
        assert_eq!(page.status, StatusCode::OK);
        let (_, card) = page.body.split_once("id=\"compared\"").expect("a comparison");
        let card = Page { body: card.split("</section>").next().unwrap().to_owned(), ..page };
        for (href, count) in card.links() {
            assert_eq!(site.get(&href).await.total().to_string(), count, "{href}");
            followed += 1;
        }
    }
    assert_eq!(followed, 3 * 2 + 9 + 9);
}

#[tokio::test]
async fn page_and_api_say_the_same_of_a_difference() {
    let site = Site::of(PROJECT, cohort()).await;
    let asked = "since=2026-11-20T12:00:00Z&until=2026-11-22&compare=before";
    let api = site.get(&format!("/v1/journeys/onboarding/funnel?{asked}")).await;
    let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
    let compared = &api["compared"];
    assert_eq!(compared["with"], "before");
    assert_eq!(compared["parts"][0]["changes"][0]["from_start"], serde_json::Value::Null);
    let share = compared["parts"][0]["changes"][1]["from_start"]["share"].as_f64().unwrap();
    let page = site.get(&format!("/journeys/onboarding?{asked}")).await;
    page.has(&format!("{:.1} points {} than before (", share.abs() * 100.0, if share > 0.0 { "more" } else { "less" }));
    page.has("The range before is from 2026-11-19 up to 2026-11-20 12:00 (UTC");
    page.has("<option value=\"before\" selected>The range before</option>");
    let earlier = site.get("/v1/journeys/onboarding/funnel?since=2026-11-19&until=2026-11-20T12:00:00Z").await;
    let earlier: serde_json::Value = serde_json::from_str(&earlier.body).unwrap();
    let reached: Vec<_> = earlier["steps"].as_array().unwrap().iter().map(|it| it["reached"].clone()).collect();
    assert_eq!(compared["reached"].as_array(), Some(&reached));
}

#[tokio::test]
async fn what_cannot_be_compared_says_what_it_needs() {
    let site = Site::of(PROJECT, cohort()).await;
    for (query, problem) in [
        ("compare=before", "choose a first and a last day"),
        ("compare=before&since=2026-11-01", "choose a first and a last day"),
        ("compare=pro", "break down by a trait first"),
    ] {
        let page = site.get(&format!("/journeys/onboarding?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        page.has(&format!("id=\"compare-problem\">{problem}"));
        let api = site.get(&format!("/v1/journeys/onboarding/funnel?{query}")).await;
        assert_eq!(api.status, StatusCode::BAD_REQUEST, "{query}");
        api.has("\"code\":\"invalid_compare\"");
    }
    let page = site.get("/journeys/onboarding?by=plan&compare=gold").await;
    page.has("id=\"compare-problem\">nobody has this value");
    let api = site.get("/v1/journeys/onboarding/funnel?by=plan&compare=gold").await;
    assert_eq!(api.status, StatusCode::NOT_FOUND);
}
