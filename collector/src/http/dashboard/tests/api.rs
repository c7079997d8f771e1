//! The reference of the API against the document it is made of.

use super::*;
use std::collections::BTreeSet;

async fn page_and_document() -> (Page, serde_json::Value) {
    let site = Site::of(PROJECT, cohort()).await;
    let document = site.get("/v1/openapi.json").await;
    (site.get("/docs/api").await, serde_json::from_str(&document.body).unwrap())
}

fn marks<'a>(page: &'a Page, before: &str) -> Vec<&'a str> {
    page.body.split(before).skip(1).map(|it| it.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn every_door_of_the_document_is_told_of_once() {
    let (page, document) = page_and_document().await;
    assert_eq!(page.status, StatusCode::OK);
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            let named = format!("<code class=\"wrap\">{} {path}</code></a></h3>", method.to_uppercase());
            let also = format!("Also <code class=\"wrap\">{path}</code>");
            assert_eq!(page.body.matches(&named).count() + page.body.matches(&also).count(), 1, "{method} {path}");
        }
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        page.has(&format!("id=\"schema-{name}\""));
    }
}

#[tokio::test]
async fn every_link_within_the_page_leads_somewhere() {
    let (page, _) = page_and_document().await;
    let ids = marks(&page, " id=\"");
    let different: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), different.len(), "an id stands twice");
    let links = marks(&page, "href=\"#");
    assert!(links.len() > 80);
    for link in links {
        assert!(different.contains(link), "#{link}");
    }
}

#[tokio::test]
async fn it_says_who_may_ask_what_the_limits_are_and_how_to_ask() {
    let (page, _) = page_and_document().await;
    for text in [
        "A token that may read or read and erase, or a session of any operator.",
        "A token that may read and erase, or a session of owner.",
        "A write key, as user name without a password, or in the body.",
        "at most 512 characters",
        "one of <code>reached</code>, <code>stuck</code>",
        "curl \\\n  -H &#34;Authorization: Bearer $TOKEN&#34; \\\n  &#34;http://localhost:4600/v1/journeys/ID/people?milestone=MILESTONE&#34;",
        "curl \\\n  -X DELETE \\\n",
        "-u &#34;$WRITE_KEY:&#34;",
        "<code class=\"wrap\">rows[].user</code>",
    ] {
        page.has(text);
    }
}
