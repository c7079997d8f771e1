//! Saved views, through the whole server's router.

use super::*;
use crate::storage::Role;

/// The number of a view, as the page's forms have it.
fn id_of(page: &Page, name: &str) -> String {
    let (before, _) = page.body.split_once(&format!("aria-label=\"Name of {name}\"")).expect("a form for the view");
    before.rsplit_once("name=\"id\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn the_open_page_is_saved_opened_renamed_and_deleted() {
    let site = Site::of(PROJECT, cohort()).await;
    let here = "/users?who=identified&sort=first-seen";
    site.get(here).await.has("value=\"/users?who=identified&#38;sort=first-seen\"");
    let form = "act=save&name=Newest+%3Cfirst%3E&address=%2Fusers%3Fwho%3Didentified%26sort%3Dfirst-seen";
    let saved = site.post("/views", form).await;
    assert_eq!((saved.status, saved.header("location")), (StatusCode::SEE_OTHER, here));
    let opened = site.get(here).await;
    opened.has("aria-current=\"page\">Newest &#60;first&#62;</a>");
    let page = site.get("/views").await;
    page.has("Users <span class=\"tag wrap\">who: identified</span>");
    assert!(page.links().iter().any(|it| it.0 == here), "it can be opened");
    let again = site.post("/views", form).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.has("There is a view “Newest &#60;first&#62;” already");
    again.has("Not saved yet");
    let id = id_of(&page, "Newest &#60;first&#62;");
    let changed = site.post("/views", &format!("act=change&id={id}&name=Newest&team=1")).await;
    assert_eq!(changed.header("location"), "/views");
    site.get("/retention").await.has(">Newest</a> <span class=\"tag\">team</span>");
    site.get("/operators/log").await.has("changed the shared view");
    site.post("/views", &format!("act=delete&id={id}")).await;
    site.get("/views").await.has("None so far");
    let gone = site.post("/views", &format!("act=delete&id={id}")).await;
    gone.has("There is no such view any more");
}

#[tokio::test]
async fn only_pages_of_this_host_that_name_nobody_are_saved() {
    let site = Site::of(PROJECT, cohort()).await;
    for address in ["https%3A%2F%2Fevil.example%2Fusers", "%2F%2Fevil.example", "%2Fusers%2Fuser-01", "%2Flogout", ""] {
        let refused = site.post("/views", &format!("act=save&name=x&address={address}")).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{address}");
    }
    site.get("/views").await.has("None so far");
    for path in ["/users/user-01", "/users?id=user-01", "/accounts/user-01-corp", "/account", "/journeys"] {
        site.get(path).await.lacks("Save this page as");
    }
}

#[tokio::test]
async fn the_teams_views_are_seen_by_all_and_changed_by_few() {
    let site = Site::of(PROJECT, cohort()).await;
    let viewer = site.member("vi@example.com", Role::Viewer).await;
    let success = site.member("cs@example.com", Role::Success).await;
    let as_ = async |cookie: &str, form: &str| site.as_(cookie, Method::POST, "/views", form).await.status;
    let save = "act=save&address=%2Fretention";
    assert_eq!(as_(&viewer, &format!("{save}&name=mine")).await, StatusCode::SEE_OTHER);
    assert_eq!(as_(&viewer, &format!("{save}&name=ours&team=1")).await, StatusCode::FORBIDDEN);
    assert_eq!(as_(&success, &format!("{save}&name=ours&team=1")).await, StatusCode::SEE_OTHER);
    let seen = site.send(Method::GET, "/views", &[("cookie", &viewer)], "").await;
    seen.has("by cs@example.com");
    seen.lacks("Name of ours");
    let page = site.get("/views").await;
    page.lacks("mine");
    let ours = id_of(&page, "ours");
    let mine = id_of(&seen, "mine");
    assert_eq!(as_(&viewer, &format!("act=delete&id={ours}")).await, StatusCode::FORBIDDEN);
    // Of another's own views nobody knows, not even an owner.
    assert_eq!(site.post("/views", &format!("act=delete&id={mine}")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(as_(&viewer, &format!("act=change&id={mine}&name=mine&team=1")).await, StatusCode::FORBIDDEN);
    assert_eq!(site.post("/views", &format!("act=delete&id={ours}")).await.status, StatusCode::SEE_OTHER);
}
