//! All that is stored of one person, taken away as a file, and erased.

use super::*;
use crate::storage::Role;

#[tokio::test]
async fn a_person_is_taken_away_as_one_file_that_does_not_say_whose_it_is() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/users/user-03").await;
    assert!(page.links().iter().any(|it| it.0 == "/takeout.json?id=user-03"));
    site.post("/users/user-03", "act=note&note=called+twice").await;
    let file = site.get("/takeout.json?id=user-03").await;
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"person.json\"");
    assert_eq!(file.header("cache-control"), "no-store");
    let taken: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(taken["userIds"][0], "user-03");
    assert_eq!(taken["traits"]["email"], "user-03@example.com");
    assert_eq!(taken["milestones"].as_array().unwrap().len(), 3);
    assert_eq!(taken["doneByOperators"][0]["detail"], "called twice");
    let log = site.get("/operators/log").await;
    log.has("downloaded all that is stored of a person");
    log.lacks("user-03");
    assert_eq!(site.get("/takeout.json?id=nobody").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_is_erased_by_one_press() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/erasure?id=user-03").await;
    page.has("This cannot be taken back, and I am sure.");
    page.has("<code class=\"wrap\">user-03</code>");
    let unsure = site.post("/erasure", "id=user-03").await;
    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    unsure.has("Nothing was erased: tick the box if you are sure.");
    site.get("/operators/log").await.lacks("erased a person");
    let erased = site.post("/erasure", "id=user-03&sure=1").await;
    assert_eq!(erased.status, StatusCode::OK);
    erased.has("Nothing of that person is left");
    erased.lacks("user-03");
    site.get("/operators/log").await.has("erased a person");
    assert_eq!(site.post("/erasure", "id=nobody&sure=1").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn who_may_neither_erase_nor_export_is_shown_no_way_to_it() {
    let site = Site::of(PROJECT, cohort()).await;
    for (role, exports) in [(Role::Viewer, false), (Role::Analyst, true), (Role::Success, true)] {
        let cookie = site.member(&format!("{}@example.com", role.as_str()), role).await;
        let page = site.as_(&cookie, Method::GET, "/users/user-03", "").await;
        page.lacks("/erasure");
        assert_eq!(page.body.contains("/takeout.json"), exports, "{role:?}");
        let refused = site.as_(&cookie, Method::POST, "/erasure", "id=user-03&sure=1").await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{role:?}");
    }
    site.get("/users/user-03").await.has("/erasure?id=user-03");
}

#[tokio::test]
async fn an_id_that_no_path_can_carry_has_the_same_ways() {
    let site = Site::of(PROJECT, vec![user("..", 2, None, HOUR_MS)]).await;
    let page = site.get("/users?id=..").await;
    page.has("/takeout.json?id=..");
    page.has("/erasure?id=..");
    assert_eq!(site.get("/takeout.json?id=..").await.status, StatusCode::OK);
    assert_eq!(site.get("/erasure?id=..").await.status, StatusCode::OK);
}
