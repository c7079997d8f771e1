//! Roles, invitations, sessions and tokens, through the whole server's router.

use super::*;
use crate::storage::{Role, TokenScope};
use axum::http::Method;

const OTHER: &str = "another good password";

/// The first quoted text after a mark.
fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let rest = text.split_once(mark).unwrap_or_else(|| panic!("no {mark:?} in {text}")).1;
    rest.split(['<', '"']).next().unwrap()
}

/// The secret that a page shows once.
fn secret(page: &Page) -> String {
    after(&page.body, "id=\"made-secret\">").to_owned()
}

impl Site {
    /// Somebody else in this role, logged in by invitation; their cookie.
    pub(super) async fn member(&self, email: &str, role: Role) -> String {
        let form = format!("act=invite&email={email}&role={}", role.as_str());
        let link = secret(&self.post("/operators", &form).await);
        let token = link.split_once("token=").unwrap().1;
        let form = format!("token={token}&password={}", OTHER.replace(' ', "+"));
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
        let page = self.send(Method::POST, "/invitation", &headers, &form).await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
        page.header("set-cookie").split_once(';').unwrap().0.to_owned()
    }

    pub(super) async fn as_(&self, cookie: &str, method: Method, path: &str, form: &str) -> Page {
        let headers = [
            ("cookie", cookie),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("user-agent", "Firefox 140"),
        ];
        self.send(method, path, &headers, form).await
    }
}

/// Each route of the dashboard's table, with its methods, as its source has them.
fn routes() -> Vec<(String, Method)> {
    let source = include_str!("../../dashboard.rs");
    let mut routes = Vec::new();
    for rest in source.split(".route(\"").skip(1) {
        let (path, rest) = rest.split_once('"').unwrap();
        let handlers = rest.split(".route(").next().unwrap();
        if handlers.contains("get(") {
            routes.push((path.to_owned(), Method::GET));
        }
        if handlers.contains("post(") {
            routes.push((path.to_owned(), Method::POST));
        }
    }
    routes
}

/// Which roles a route is for; `None`: for anybody.
fn roles_of(path: &str, method: &Method) -> Option<Vec<Role>> {
    use Role::{Analyst, Owner, Success, Viewer};
    let is_post = *method == Method::POST;
    Some(match path {
        // A stream that does not end; `tests/live.rs` asks for it.
        "/live" => return None,
        "/login" | "/setup" | "/invitation" | "/logout" | "/assets/{name}" => return None,
        "/login/oidc" | "/login/oidc/back" => return None,
        _ if path.starts_with("/operators") => vec![Owner],
        "/account" | "/views" => vec![Viewer, Analyst, Success, Owner],
        _ if is_post && path.starts_with("/segments") => vec![Analyst, Success, Owner],
        "/erasure" => vec![Owner],
        _ if is_post => vec![Success, Owner],
        _ if path.ends_with(".csv") || path.ends_with(".json") => vec![Analyst, Success, Owner],
        _ => vec![Viewer, Analyst, Success, Owner],
    })
}

#[tokio::test]
async fn every_route_is_open_to_its_roles_and_to_nobody_else() {
    let site = Site::of(PROJECT, cohort()).await;
    let mut cells = 0;
    let mut members = vec![(Role::Owner, site.cookie.clone())];
    for role in [Role::Viewer, Role::Analyst, Role::Success] {
        members.push((role, site.member(&format!("{}@example.com", role.as_str()), role).await));
    }
    for (pattern, method) in routes() {
        let Some(allowed) = roles_of(&pattern, &method) else { continue };
        let path = pattern.replace("{id}", "onboarding");
        for (role, cookie) in &members {
            let form = if path == "/account" { "act=sessions" } else { "act=nothing" };
            let page = site.as_(cookie, method.clone(), &path, form).await;
            let is_refused = page.status == StatusCode::FORBIDDEN;
            assert_eq!(is_refused, !allowed.contains(role), "{method} {path} as {role:?}: {}", page.status);
            assert!(!page.header("location").starts_with("/login"), "{method} {path} as {role:?}");
            cells += 1;
        }
        let stranger = site.as_("", method.clone(), &path, "").await;
        assert!(stranger.header("location").starts_with("/login"), "{method} {path} as a stranger");
        cells += 1;
    }
    assert!(cells > 100, "{cells} cells");
}

/// The same of the API, by its own description.
#[tokio::test]
async fn every_question_of_the_api_is_answered_to_those_who_may_ask() {
    let site = Site::of(PROJECT, cohort()).await;
    let document = site.get("/v1/openapi.json").await;
    let document: serde_json::Value = serde_json::from_str(&document.body).unwrap();
    let mut bearers = Vec::new();
    for (name, scope) in [("reads", TokenScope::Read), ("erases", TokenScope::Erase)] {
        let form = format!("act=make-token&name={name}&scope={}", scope.as_str());
        bearers.push((scope, format!("Bearer {}", secret(&site.post("/operators", &form).await))));
    }
    let viewer = site.member("viewer@example.com", Role::Viewer).await;
    let mut cells = 0;
    for (pattern, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let is_for_readers = operation["security"]
                .as_array()
                .is_some_and(|it| it.iter().any(|scheme| scheme.get("token").is_some()));
            if !is_for_readers {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let is_erasure = method == Method::DELETE;
            let path = pattern.replace("{id}", "nobody-is-called-so");
            for (scope, bearer) in &bearers {
                let answer = site.send(method.clone(), &path, &[("authorization", bearer)], "").await;
                let is_refused = answer.status == StatusCode::FORBIDDEN;
                assert_eq!(is_refused, is_erasure && *scope == TokenScope::Read, "{method} {path} {scope:?}");
                assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {scope:?}");
                cells += 1;
            }
            let answer = site.as_(&viewer, method.clone(), &path, "").await;
            assert_eq!(answer.status == StatusCode::FORBIDDEN, is_erasure, "{method} {path} as a viewer");
            let answer = site.send(method.clone(), &path, &[("authorization", "Bearer guess")], "").await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} of a stranger");
            cells += 2;
        }
    }
    assert!(cells > 40, "{cells} cells");
}

#[tokio::test]
async fn an_invitation_lets_somebody_in_once_in_the_role_it_says() {
    let site = Site::of(PROJECT, cohort()).await;
    let made = site.post("/operators", "act=invite&email=Bo%40example.com&role=analyst").await;
    made.has("Send this link to Bo@example.com");
    let link = secret(&made);
    assert!(link.starts_with("http://localhost:4600/invitation?token="), "{link}");
    let path = link.strip_prefix("http://localhost:4600").unwrap();
    let page = site.as_("", Method::GET, path, "").await;
    page.has("ada@example.com invited you as <strong>Analyst</strong>");
    page.has("value=\"bo@example.com\"");
    let token = path.split_once("token=").unwrap().1;
    let short = site.as_("", Method::POST, "/invitation", &format!("token={token}&password=short")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    short.has("at least 12 characters");
    let form = format!("token={token}&password=another+good+password");
    let entered = site.as_("", Method::POST, "/invitation", &form).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
    let again = site.as_("", Method::POST, "/invitation", &form).await;
    assert_eq!(again.status, StatusCode::GONE);
    again.has("This link is not good any more");
    site.get("/operators").await.has("bo@example.com");
    // It was taken back, or it is old.
    let late = secret(&site.post("/operators", "act=invite&email=cy%40example.com&role=cs").await);
    let late = late.strip_prefix("http://localhost:4600").unwrap();
    site.clock.set(NOW_MS + 7 * DAY_MS);
    assert_eq!(site.as_("", Method::GET, late, "").await.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_cannot_be_is_said_beside_its_form() {
    let site = Site::of(PROJECT, cohort()).await;
    for (form, text) in [
        ("act=invite&email=bo&role=cs", "This is not an e-mail address"),
        ("act=invite&email=bo%40example.com&role=king", "There is no role “king”"),
        ("act=role&email=ada%40example.com&role=viewer", "This is the last owner"),
        ("act=remove&email=ada%40example.com", "This is the last owner"),
        ("act=remove&email=nobody%40example.com", "There is no such operator"),
        ("act=make-token&name=+&scope=read", "The name is empty"),
        ("act=revoke-token&name=nothing", "There is no token “nothing”"),
        ("act=withdraw&email=nobody%40example.com", "There is no such invitation"),
    ] {
        let page = site.post("/operators", form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        page.has(text);
    }
    assert_eq!(site.post("/operators", "act=dance").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_role_that_is_taken_away_is_gone_at_once() {
    let site = Site::of(PROJECT, cohort()).await;
    let bo = site.member("bo@example.com", Role::Owner).await;
    assert_eq!(site.as_(&bo, Method::GET, "/operators", "").await.status, StatusCode::OK);
    site.post("/operators", "act=role&email=bo%40example.com&role=viewer").await;
    let refused = site.as_(&bo, Method::GET, "/operators", "").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.has("You are logged in as viewer. Owners are allowed to look after operators and tokens");
    site.post("/operators", "act=end-sessions&email=bo%40example.com").await;
    let gone = site.as_(&bo, Method::GET, "/journeys", "").await;
    assert!(gone.header("location").starts_with("/login"));
}

#[tokio::test]
async fn a_viewer_is_shown_no_button_that_would_refuse_them() {
    let site = Site::of(PROJECT, cohort()).await;
    let viewer = site.member("vi@example.com", Role::Viewer).await;
    let list = "/journeys/onboarding/people?milestone=sent";
    site.get(list).await.has("Download CSV");
    site.as_(&viewer, Method::GET, list, "").await.lacks("Download CSV");
    let page = site.as_(&viewer, Method::GET, "/journeys", "").await;
    page.lacks("href=\"/operators\"");
    page.has("href=\"/account\"");
}

#[tokio::test]
async fn sessions_are_listed_and_a_new_password_ends_the_others() {
    let site = Site::of(PROJECT, cohort()).await;
    let log_in = "email=ada%40example.com&password=correct+horse+battery";
    let entered = site.as_("", Method::POST, "/login", log_in).await;
    let other = entered.header("set-cookie").split_once(';').unwrap().0.to_owned();
    let page = site.get("/account").await;
    page.has("this one");
    page.has("Firefox 140");
    let wrong = site.post("/account", "act=password&old=guess&new=a+longer+password").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    wrong.has("This is not the password you log in with");
    let form = "act=password&old=correct+horse+battery&new=a+longer+password";
    assert_eq!(site.post("/account", form).await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/account").await.status, StatusCode::OK);
    assert_eq!(site.post("/account", "act=dance").await.status, StatusCode::BAD_REQUEST);
    assert!(site.as_(&other, Method::GET, "/account", "").await.header("location").starts_with("/login"));
    let entered = site.as_("", Method::POST, "/login", "email=ada%40example.com&password=a+longer+password").await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_guesses_the_old_password_waits_as_at_the_door() {
    let site = Site::of(PROJECT, cohort()).await;
    for _ in 0..5 {
        let wrong = site.post("/account", "act=password&old=guess&new=a+longer+password").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let form = "act=password&old=correct+horse+battery&new=a+longer+password";
    let early = site.post("/account", form).await;
    assert_eq!((early.status, early.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    early.has("Too many attempts: wait 1 s and try again");
    // It is one count: whoever guesses here waits there.
    let door = site.as_("", Method::POST, "/login", "email=ada%40example.com&password=correct+horse+battery").await;
    assert_eq!(door.status, StatusCode::TOO_MANY_REQUESTS);
    site.clock.set(NOW_MS + 1_000);
    assert_eq!(site.post("/account", form).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_owners_do_is_written_down_and_what_is_erased_is_not_named() {
    let site = Site::of(PROJECT, cohort()).await;
    site.member("bo@example.com", Role::Analyst).await;
    site.post("/operators", "act=make-token&name=weekly+sheet&scope=read").await;
    let erased = site.send(Method::DELETE, "/v1/users/user-03", &[("cookie", &site.cookie)], "").await;
    assert_eq!(erased.status, StatusCode::OK);
    let made = site.post("/operators", "act=make-token&name=forgetting&scope=erase").await;
    let bearer = format!("Bearer {}", secret(&made));
    let erased = site.send(Method::DELETE, "/v1/users/user-04", &[("authorization", &bearer)], "").await;
    assert_eq!(erased.status, StatusCode::OK);
    let log = site.get("/operators/log").await;
    assert_eq!(log.total(), 6);
    log.has("the token “forgetting”");
    log.lacks("user-04");
    log.has("erased a person");
    log.lacks("user-03");
    for text in
        ["invited <strong>bo@example.com as Analyst</strong>", "accepted the invitation of", "weekly sheet (Read)"]
    {
        log.has(text);
    }
    let file = site.get("/operators/log.csv").await;
    assert_eq!(file.body.lines().count(), 7);
}

#[tokio::test]
async fn single_keys_are_switched_off_by_each_for_themselves() {
    let site = Site::of(PROJECT, cohort()).await;
    let bo = site.member("bo@example.com", Role::Viewer).await;
    let is_on = async |cookie: &str| {
        let page = site.as_(cookie, Method::GET, "/users", "").await;
        let is_on = page.body.contains("aria-keyshortcuts=\"/\"");
        assert_eq!(page.body.contains("data-shortcuts=\"off\""), !is_on);
        is_on
    };
    assert!(is_on(&bo).await);
    assert_eq!(site.as_(&bo, Method::POST, "/account", "act=settings").await.status, StatusCode::SEE_OTHER);
    assert!(!is_on(&bo).await && is_on(&site.cookie).await);
    site.as_(&bo, Method::POST, "/account", "act=settings&shortcuts=1").await;
    assert!(is_on(&bo).await);
}
