//! A journey week by week: each number, its list, its file and the API.

use super::retention::counts;
use super::*;

#[tokio::test]
async fn every_cell_opens_as_many_people_as_it_counts() {
    let users = (0..60).map(|it| user(&format!("user-{it:02}"), 1 + it % 3, None, it as i64 * 30 * HOUR_MS)).collect();
    let site = Site::of(PROJECT, users).await;
    let mut followed = 0;
    for asked in ["", "show=milestones", "since=2026-10-05T12:00:00Z&until=2026-11-10"] {
        let page = site.get(&format!("/journeys/onboarding/cohorts?{asked}")).await;
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
    }
    assert!(followed > 60, "{followed} links followed");
    site.get("/journeys/onboarding").await.has("href=\"/journeys/onboarding/cohorts\">Week by week");
}

#[tokio::test]
async fn who_did_not_get_there_in_time_is_the_rest_of_the_cell() {
    let users = (0..60).map(|it| user(&format!("user-{it:02}"), 1 + it % 3, None, it as i64 * 30 * HOUR_MS)).collect();
    let site = Site::of(PROJECT, users).await;
    let api = site.get("/v1/journeys/onboarding/cohorts").await;
    let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
    let week = &api["weeks"][2];
    let list = |standing: &str| {
        let from = week["from"].as_str().unwrap();
        format!("/journeys/onboarding/cohorts/people?week={from}&milestone=sent&within=7d&standing={standing}")
    };
    let (there, away) = (site.get(&list("reached")).await, site.get(&list("away")).await);
    assert_eq!(week["cells"][0]["reached"], there.total());
    assert_eq!(week["started"], there.total() + away.total());
    assert!(there.total() > 0 && away.total() > 0);
    there.has("Took to “Sent the first invoice”");
    assert_eq!(api["test"]["weeks"], api["weeks"].as_array().unwrap().len());
    let complete: Vec<bool> =
        api["weeks"].as_array().unwrap().iter().map(|it| it["cells"][0]["is_complete"].as_bool().unwrap()).collect();
    assert!(complete.is_sorted_by(|one, other| one >= other), "young weeks last: {complete:?}");
    let page = site.get("/journeys/onboarding/cohorts").await;
    let young = api["weeks"].as_array().unwrap().iter().flat_map(|it| it["cells"].as_array().unwrap());
    let young = young.filter(|it| it["is_complete"] == false).count();
    assert_eq!(page.body.matches(" so-far\"").count(), young);
    page.has("log-rank over");
    page.lacks("style=");
}

#[tokio::test]
async fn a_wrong_address_says_what_is_wrong() {
    let site = Site::of(PROJECT, cohort()).await;
    for query in [
        "week=x",
        "milestone=x&within=7d",
        "milestone=sent",
        "within=7d",
        "milestone=sent&within=x",
        "standing=x",
        "page=0",
        "since=x",
    ] {
        for path in ["/journeys/onboarding/cohorts/people", "/journeys/onboarding/cohorts/people.csv"] {
            let page = site.get(&format!("{path}?{query}")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}?{query}");
            page.has("<a href=\"/journeys/onboarding/cohorts");
        }
        if query != "page=0" {
            let api = site.get(&format!("/v1/journeys/onboarding/cohorts/people?{query}")).await;
            assert!(matches!(api.status.as_u16(), 400 | 404), "{query}");
        }
    }
    assert_eq!(site.get("/v1/journeys/onboarding/cohorts?show=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.get("/v1/journeys/x/cohorts").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/journeys/x/cohorts").await.status, StatusCode::NOT_FOUND);
    let page = site.get("/journeys/onboarding/cohorts?since=x").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.has("id=\"since-problem\">“x” is not a date");
    let short = site.get("/journeys/onboarding/cohorts?show=milestones&since=&until=").await;
    assert_eq!(short.header("location"), "/journeys/onboarding/cohorts?show=milestones");
    site.get("/journeys/onboarding/cohorts?since=2020-01-01&until=2020-02-01").await.has("Nobody started this journey");
}
