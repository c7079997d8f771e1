//! What happened, on pages over time.

use super::*;

#[tokio::test]
async fn what_happened_is_marked_in_its_week_and_listed() {
    let text = format!(
        "{PROJECT}\n[[annotation]]\ndate = 2026-11-20\ntext = \"New <b>editor</b>\"\nurl = \"https://example.com/e\"\n\
         [[annotation]]\ndate = 2020-01-01\ntext = \"Long ago\"\n"
    );
    let site = Site::of(&text, cohort()).await;
    for path in ["/retention", "/retention?period=day", "/journeys/onboarding/cohorts"] {
        let page = site.get(path).await;
        page.has("<a class=\"wrap\" href=\"https://example.com/e\">New &#60;b&#62;editor&#60;/b&#62;</a>");
        page.lacks("Long ago");
        let (_, row) = page.body.split_once("class=\"happened-number\" title=\"New").expect("a marked row");
        assert!(row.split("</th>").next().unwrap().contains(">1</span>"), "{path}");
    }
    site.get("/retention").await.has("class=\"happened-line\"");
    let plain = Site::of(PROJECT, cohort()).await;
    plain.get("/retention").await.lacks("What happened");
}
