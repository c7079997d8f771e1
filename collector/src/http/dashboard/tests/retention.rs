//! The retention page: each number, its list, its file and the API.

use super::*;

/// The counts of a page with the address that opens each.
pub(super) fn counts(page: &Page) -> Vec<(String, u64)> {
    let links = page.body.split("<a ").skip(1).filter_map(|rest| {
        let (_, href) = rest.split_once("href=\"")?;
        let (_, count) = rest.split('>').next()?.split_once("data-count=\"")?;
        let count = count.split('"').next()?.replace(',', "").parse().ok()?;
        Some((href.split('"').next()?.replace("&#38;", "&"), count))
    });
    links.collect()
}

#[tokio::test]
async fn every_cell_opens_as_many_people_as_it_counts() {
    let site = Site::of(PROJECT, cohort()).await;
    let mut followed = 0;
    for period in ["day", "week", "month"] {
        for counted in ["", "&counted=unbounded"] {
            for asked in [
                "",
                "&start=milestone%3Aonboarding%2Fcustomer",
                "&start=Signed%20Up&return=Invoice%20Sent",
                "&since=2026-11-19",
            ] {
                let page = site.get(&format!("/retention?period={period}{counted}{asked}")).await;
                assert_eq!(page.status, StatusCode::OK);
                // Days have many rows of the same kind: the first ones and the last ones tell them all.
                let counts = counts(&page);
                assert!(counts.len() > 8, "{period}{counted}{asked}");
                let ends = counts.iter().take(12).chain(counts.iter().rev().take(4));
                for (href, count) in ends {
                    let list = site.get(href).await;
                    assert_eq!((list.status, list.total()), (StatusCode::OK, *count), "{href}");
                    let path = href.split('?').next().unwrap();
                    let csv = site.get(&href.replacen(path, &format!("{path}.csv"), 1)).await;
                    assert_eq!(csv.body.lines().count() as u64, count + 1, "{href}");
                    let door = if path.ends_with("active") { "/v1/stickiness/people" } else { "/v1/retention/people" };
                    let api = site.get(&href.replacen(path, door, 1)).await;
                    let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
                    assert_eq!(api["total"], *count, "{href}");
                    followed += 1;
                }
            }
        }
    }
    assert!(followed > 200, "{followed} links followed");
}

#[tokio::test]
async fn the_grid_marks_what_still_grows_and_leaves_it_out_of_the_average() {
    // NOW is a Sunday: the week is not over.
    let old = user("old", 2, None, 8 * DAY_MS);
    let new = user("new", 2, None, 0);
    let site = Site::of(PROJECT, vec![old, new]).await;
    let page = site.get("/retention").await;
    page.has("so far");
    page.has("n = 1</span>");
    page.has("Who began with any message came back with any message; began over all time.");
    page.has("aria-current=\"true\">In exactly that week");
    let api = site.get("/v1/retention").await;
    let api: serde_json::Value = serde_json::from_str(&api.body).unwrap();
    assert_eq!((api["all"][0]["users"].clone(), api["users"].clone()), (1.into(), 2.into()));
    assert_eq!(api["all"][0]["exact_interval"].as_array().map(Vec::len), Some(2));
    page.lacks("style=");
}

#[tokio::test]
async fn what_is_wrong_in_the_address_is_said_beside_its_field() {
    let site = Site::of(PROJECT, cohort()).await;
    for (query, field, problem) in [
        ("period=year", "period", "“year” is no period: write day, week or month"),
        ("counted=both", "period", "“both” is no way of counting"),
        ("start=milestone%3Ax", "start", "“milestone:x” names no milestone"),
        ("return=milestone%3Aonboarding%2Fx", "return", "names no milestone"),
        ("since=soon", "since", "“soon” is not a date"),
        ("since=2026-02-01&until=2026-01-01", "until", "the range is empty"),
    ] {
        let page = site.get(&format!("/retention?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        page.has(&format!("id=\"{field}-problem\">"));
        page.has(problem);
        page.has("Correct the marked fields");
    }
    for query in ["after=x", "after=63", "cohort=x", "standing=x", "page=0", "period=x", "start=milestone%3Ax"] {
        for path in ["/retention/people", "/retention/people.csv"] {
            let page = site.get(&format!("{path}?{query}")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}?{query}");
            page.has("<a href=\"/retention");
        }
    }
    for query in ["", "day=x", "day=2026-11-20&within=2", "day=2026-11-20&page=x"] {
        for path in ["/retention/active", "/retention/active.csv"] {
            assert_eq!(site.get(&format!("{path}?{query}")).await.status, StatusCode::BAD_REQUEST, "{path}?{query}");
        }
    }
    for query in ["period=x", "periods=63", "start=milestone%3Ax", "since=x"] {
        assert_eq!(site.get(&format!("/v1/retention?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    for query in ["cohort=x", "after=63", "counted=x", "standing=x"] {
        assert_eq!(site.get(&format!("/v1/retention/people?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    for query in ["day=x", "within=2"] {
        assert_eq!(site.get(&format!("/v1/stickiness/people?{query}")).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn an_empty_range_and_an_empty_field_lead_on() {
    let site = Site::of(PROJECT, cohort()).await;
    site.get("/retention?since=2020-01-01&until=2020-02-01").await.has("Nobody began in this range");
    let short = site.get("/retention?period=&start=&return=Invoice+Sent&since=&until=").await;
    assert_eq!((short.status, short.header("location")), (StatusCode::SEE_OTHER, "/retention?return=Invoice%20Sent"));
    let file = site.get("/retention/people.csv?period=day&cohort=2026-11-21&after=1&standing=away").await;
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"milepost-retention-day-2026-11-21-after-1-away-all-time.csv\""
    );
}
