//! The pages, asked through the whole server's router.

mod annotations;
mod api;
mod cohorts;
mod comparison;
mod retention;
mod segments;
mod sign_in;

use crate::Clock;
use crate::app::App;
use crate::testing::{NOW_MS, PROJECT, User, app_of, parse, project, user};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use std::sync::Arc;
use tower::ServiceExt;

mod live;
mod next;
mod person;
mod staff;
mod views;

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;

struct Site {
    router: Router,
    app: Arc<App>,
    clock: Clock,
    cookie: String,
    _dir: tempfile::TempDir,
}

struct Page {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Site {
    /// A server whose reader is logged in.
    async fn of(text: &str, users: Vec<User>) -> Self {
        let mut site = Self::closed(text, users).await;
        let setup = site.app.setup_token().await.unwrap().unwrap();
        let session = site.app.create_first_operator(setup.as_str(), EMAIL, PASSWORD, "").await.unwrap();
        site.cookie = format!("__Host-milepost={}", session.as_str());
        site
    }

    /// A server that nobody has set up.
    async fn closed(text: &str, users: Vec<User>) -> Self {
        let (app, clock, dir) = app_of(parse(text), users).await;
        let app = Arc::new(app);
        Self { router: crate::http::router(Arc::clone(&app)), app, clock, cookie: String::new(), _dir: dir }
    }

    async fn get(&self, path: &str) -> Page {
        self.send(Method::GET, path, &[("cookie", &self.cookie)], "").await
    }

    async fn post(&self, path: &str, form: &str) -> Page {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("sec-fetch-site", "same-origin"),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        self.send(Method::POST, path, &headers, form).await
    }

    async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Page {
        let mut request = Request::builder().method(method).uri(path).header("host", "localhost:4600");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Page { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    #[track_caller]
    fn has(&self, text: &str) {
        assert!(self.body.contains(text), "no {text:?} in {}", self.body);
    }

    #[track_caller]
    fn lacks(&self, text: &str) {
        assert!(!self.body.contains(text), "{text:?} in {}", self.body);
    }

    /// The list's number of people.
    #[track_caller]
    fn total(&self) -> u64 {
        let (_, rest) = self.body.split_once("<strong data-total>").expect("a list of people");
        rest.split_once('<').unwrap().0.replace(',', "").parse().unwrap()
    }

    /// The links of a page, as the browser would follow them, with their text.
    fn links(&self) -> Vec<(String, String)> {
        let mut links = Vec::new();
        for rest in self.body.split("<a ").skip(1) {
            let (_, rest) = rest.split_once("href=\"").unwrap();
            let (href, rest) = rest.split_once('"').unwrap();
            let text = rest.split_once('>').unwrap().1.split_once("</a>").unwrap().0;
            links.push((href.replace("&#38;", "&"), text.trim().to_owned()));
        }
        links
    }
}

/// 40 users on three plans: 40 signed up, 25 added a customer, 10 sent an invoice.
fn cohort() -> Vec<User> {
    (0..40)
        .map(|it| {
            let levels = if it < 10 {
                3
            } else if it < 25 {
                2
            } else {
                1
            };
            let plan = [Some("pro"), Some("free"), None][it % 3];
            user(&format!("user-{it:02}"), levels, plan, it as i64 * HOUR_MS)
        })
        .collect()
}

#[tokio::test]
async fn nobody_reads_without_a_session() {
    let mut site = Site::of(PROJECT, cohort()).await;
    for path in
        ["/", "/journeys", "/journeys/onboarding?by=plan", "/journeys/onboarding/people", "/journeys/x/people.csv"]
    {
        let page = site.send(Method::GET, path, &[], "").await;
        assert_eq!(page.status, StatusCode::SEE_OTHER, "{path}");
        assert!(page.header("location").starts_with("/login?next=%2F"), "{path}");
        assert_eq!(page.body, "");
    }
    site.cookie = "__Host-milepost=guess".into();
    let page = site.get("/journeys/onboarding?by=plan").await;
    assert_eq!(page.header("location"), "/login?next=%2Fjourneys%2Fonboarding%3Fby%3Dplan");
}

#[tokio::test]
async fn a_setup_link_leads_to_the_overview_once() {
    let mut site = Site::closed(PROJECT, Vec::new()).await;
    let setup = site.app.setup_token().await.unwrap().unwrap();
    site.get(&format!("/setup?token={}", setup.as_str())).await.has("Create operator and log in");
    site.get("/login").await.has("There is no operator yet");
    let form = |password: &str| format!("token={}&email=ada%40example.com&password={password}", setup.as_str());
    let short = site.post("/setup", &form("short")).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    short.has("at least 12 characters");
    let made = site.post("/setup", &form("correct+horse+battery")).await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, "/login?next=%2F&after=login"));
    let cookie = made.header("set-cookie").to_owned();
    assert!(cookie.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=604800"), "{cookie}");
    site.cookie = cookie.split_once(';').unwrap().0.to_owned();
    assert_eq!(site.get("/login?next=%2F&after=login").await.header("location"), "/");
    assert!(site.get("/").await.header("location").starts_with("/overview?since=20"));
    assert_eq!(site.get("/setup?token=x").await.header("location"), "/login");
    assert_eq!(site.post("/setup", &form("correct+horse+battery")).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_login_goes_where_the_reader_wanted_but_never_to_another_site() {
    let site = Site::of(PROJECT, Vec::new()).await;
    let form = "email=ada%40example.com&password=correct+horse+battery";
    let page = site.post("/login?next=%2Fjourneys%2Fonboarding%3Fby%3Dplan", form).await;
    assert_eq!(page.header("location"), "/login?next=%2Fjourneys%2Fonboarding%3Fby%3Dplan&after=login");
    let page = site.post("/login?next=%2F%2Fevil.example", form).await;
    assert_eq!(page.header("location"), "/login?next=%2F&after=login");
    assert_eq!(site.get("/login?next=https%3A%2F%2Fevil.example").await.header("location"), "/");
    let page = site.send(Method::GET, "/login?after=login", &[], "").await;
    page.has("did not keep the session");
}

#[tokio::test]
async fn a_refused_login_says_so_and_the_sixth_has_to_wait() {
    let site = Site::of(PROJECT, Vec::new()).await;
    for _ in 0..5 {
        let page = site.post("/login", "email=ada%40example.com&password=%3Cscript%3E").await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED);
        page.has("This e-mail and password do not belong together.");
        page.lacks("set-cookie");
        page.lacks("<script>");
    }
    let page = site.post("/login", "email=ada%40example.com&password=correct+horse+battery").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"));
    site.clock.set(NOW_MS + 1_000);
    let page = site.post("/login", "email=ada%40example.com&password=correct+horse+battery").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn logging_out_ends_the_session_on_the_server() {
    let site = Site::of(PROJECT, cohort()).await;
    assert_eq!(site.get("/journeys").await.status, StatusCode::OK);
    let page = site.post("/logout", "").await;
    assert!(page.header("set-cookie").starts_with("__Host-milepost=;"));
    assert_eq!(site.get("/journeys").await.status, StatusCode::SEE_OTHER);
    assert_eq!(site.get("/logout").await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn another_sites_form_changes_nothing() {
    let site = Site::of(PROJECT, cohort()).await;
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        for path in ["/logout", "/login", "/setup"] {
            let page = site.send(Method::POST, path, &[("cookie", &site.cookie), (name, value)], "").await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path}");
            page.has("another site sent it");
        }
    }
    assert_eq!(site.get("/journeys").await.status, StatusCode::OK, "still logged in");
}

#[tokio::test]
async fn every_answer_of_the_dashboard_has_the_headers() {
    let site = Site::of(PROJECT, cohort()).await;
    let stranger = [("/login", 200), ("/setup", 303), ("/", 303), ("/journeys/onboarding", 303)];
    let reader = [
        ("/journeys", 200),
        ("/journeys/onboarding", 200),
        ("/journeys/onboarding?window=x", 400),
        ("/journeys/nowhere", 404),
        ("/journeys/onboarding/people?milestone=sent", 200),
        ("/journeys/onboarding/people?milestone=x", 400),
        ("/journeys/onboarding/people.csv?milestone=sent", 200),
        ("/assets/milepost.css", 200),
        ("/assets/nothing.css", 404),
    ];
    let mut pages = Vec::new();
    for (path, status) in stranger {
        pages.push((path, status, site.send(Method::GET, path, &[], "").await));
    }
    for (path, status) in reader {
        pages.push((path, status, site.get(path).await));
    }
    pages.push(("/logout", 403, site.send(Method::POST, "/logout", &[], "").await));
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
               font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
               require-trusted-types-for 'script'";
    for (path, status, page) in pages {
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.header("content-security-policy"), csp, "{path}");
        assert_eq!(page.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(page.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(page.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(page.header("permissions-policy").contains("camera=()"), "{path}");
        let cache = if path == "/assets/milepost.css" { "no-cache" } else { "no-store" };
        if !path.starts_with("/assets/nothing") {
            assert_eq!(page.header("cache-control"), cache, "{path}");
        }
    }
}

#[tokio::test]
async fn assets_are_cached_by_their_content() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/journeys").await;
    let (_, rest) = page.body.split_once("href=\"/assets/").unwrap();
    let icon = format!("/assets/{}", rest.split_once('"').unwrap().0);
    let asset = site.send(Method::GET, &icon, &[], "").await;
    assert_eq!(asset.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(asset.header("content-type"), "image/svg+xml");
    let same = [(header::IF_NONE_MATCH.as_str(), asset.header("etag"))];
    assert_eq!(site.send(Method::GET, &icon, &same, "").await.status, StatusCode::NOT_MODIFIED);
    let stale = icon.replace(&icon[8..24], "0123456789abcdef");
    assert_eq!(site.send(Method::GET, &stale, &[], "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.send(Method::GET, "/assets/..%2FCargo.toml", &[], "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_number_opens_as_many_people_as_it_counts() {
    let site = Site::of(PROJECT, cohort()).await;
    let ranges = ["", "since=2026-11-20", "until=2026-11-21T12:00:00Z", "since=2026-11-20&until=2026-11-22&window=7d"];
    let mut followed = 0;
    for range in ranges {
        for by in ["", "by=plan&", "by=account.region&"] {
            let page = site.get(&format!("/journeys/onboarding?{by}{range}")).await;
            assert_eq!(page.status, StatusCode::OK);
            for (href, text) in page.links().into_iter().filter(|(href, _)| href.contains("/people?")) {
                // A whole bar is a link too; its number stands in a span of its own.
                let number = text.split_once("bar-count\">").map_or(text.as_str(), |(_, rest)| rest);
                let number: String = number.chars().take_while(|it| it.is_ascii_digit() || *it == ',').collect();
                let list = site.get(&href).await;
                assert_eq!(list.total().to_string(), number.replace(',', ""), "{href}");
                let csv = site.get(&href.replacen("/people?", "/people.csv?", 1)).await;
                assert_eq!(csv.body.lines().count() as u64, list.total() + 1, "{href}");
                followed += 1;
            }
        }
    }
    assert!(followed > 100, "{followed} links followed");
}

/// The overview's numbers open lists, too, those of its weeks among them.
#[tokio::test]
async fn every_number_of_the_overview_opens_as_many_people_as_it_counts() {
    let users = (0..60).map(|it| user(&format!("user-{it:02}"), 1 + it % 3, None, it as i64 * 8 * HOUR_MS)).collect();
    let site = Site::of(PROJECT, users).await;
    let mut followed = 0;
    for range in ["", "?since=2026-11-10", "?since=2026-11-05&until=2026-11-18T12:00:00Z&journey=onboarding"] {
        let page = site.get(&format!("/overview{range}")).await;
        assert_eq!(page.status, StatusCode::OK);
        page.has("The same weeks as a table");
        let is_list = |href: &str| {
            let everybody = ["/users", "/accounts"];
            let is_everybody = everybody.iter().any(|it| href.starts_with(&format!("{it}?")) || *it == href);
            href.contains("/people?") || href.contains("/waiting") || is_everybody
        };
        for (href, text) in page.links().into_iter().filter(|(href, _)| is_list(href)) {
            let number: String = text.chars().filter(char::is_ascii_digit).collect();
            if number.is_empty() {
                // The way to all of them.
                continue;
            }
            assert_eq!(site.get(&href).await.total().to_string(), number, "{href}: {text}");
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed} links followed");
}

#[tokio::test]
async fn the_overview_says_what_is_wrong_in_its_address_and_what_is_not_there() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/overview?since=soon").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    page.has("is not a date");
    assert_eq!(site.get("/overview?journey=nowhere").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/overview?since=&until=2026-11-20").await.header("location"), "/overview?until=2026-11-20");
    site.get("/overview?since=2030-01-01").await.has("Nobody started this journey in this range");
    let empty = site.get("/overview").await;
    empty.has("Nobody has written anything in this range");
    empty.has("Nobody was watched in this range");
}

#[tokio::test]
async fn the_funnel_page_states_its_numbers_with_their_certainty() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/journeys/onboarding?window=7d&by=plan").await;
    page.has("40 people reached Signed up, 100% of those who started");
    page.has("10 people reached Sent the first invoice, 25.0% of those who started");
    page.has("width=\"62.50%\"");
    // Wilson's interval of 10 in 40; and of 10 in 25, which are few.
    page.has("14.2–40.2%");
    page.has("n = 25");
    page.has("within 7 days, over all time");
    page.has("2 d"); // time to first value
    page.has("10 of 40 who started");
    page.has("(none)");
    page.has("href=\"/journeys/onboarding/people?milestone=customer&#38;standing=stuck&#38;window=7d&#38;by=plan\"");
    page.has("<option value=\"plan\">");
    page.lacks("<option value=\"email\">");
    page.lacks("style=");
}

#[tokio::test]
async fn a_form_with_empty_fields_leads_to_the_short_address() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/journeys/onboarding?window=&since=2026-11-20&until=&by=").await;
    assert_eq!(
        (page.status, page.header("location")),
        (StatusCode::SEE_OTHER, "/journeys/onboarding?since=2026-11-20")
    );
}

#[tokio::test]
async fn a_wrong_parameter_is_answered_beside_its_field() {
    let site = Site::of(PROJECT, cohort()).await;
    for (query, field, problem) in [
        ("window=14", "window", "“14” is not a window: add a unit"),
        ("since=soon", "since", "“soon” is not a date"),
        ("until=2026-13-01", "until", "“2026-13-01” is not a date"),
        ("since=2026-02-01&until=2026-01-01", "until", "the range is empty"),
        ("by=a..b", "by", "“a..b” is not the name of a trait"),
        ("by=%00%ff", "by", ""),
    ] {
        let page = site.get(&format!("/journeys/onboarding?{query}")).await;
        if problem.is_empty() {
            assert!(page.status.as_u16() < 500);
            continue;
        }
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
        page.has(&format!("id=\"{field}-problem\">{problem}"));
        assert_eq!(page.body.matches("aria-invalid").count(), 1, "{query}");
        page.has("Correct the marked fields");
    }
}

#[tokio::test]
async fn a_wrong_address_names_what_there_is() {
    let site = Site::of(PROJECT, cohort()).await;
    let page = site.get("/journeys/%3Cscript%3E").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.has("There is no such journey");
    page.has("<a href=\"/journeys/onboarding\">Onboarding</a>");
    page.lacks("<script>");
    let people = "/journeys/onboarding/people";
    for query in [
        "",
        "?milestone=x",
        "?milestone=sent&standing=x",
        "?milestone=sent&group=pro",
        "?milestone=sent&page=0",
        "?milestone=sent&window=x",
    ] {
        for path in [people.to_owned(), format!("{people}.csv")] {
            let page = site.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{path}{query}");
            page.has("<a href=\"/journeys/onboarding");
        }
    }
}

#[tokio::test]
async fn a_list_goes_on_for_pages_of_fifty() {
    let users = (0..120).map(|it| user(&format!("user-{it:03}"), 1, None, it * HOUR_MS)).collect();
    let site = Site::of(PROJECT, users).await;
    let list = "/journeys/onboarding/people?milestone=signed-up&standing=reached";
    let first = site.get(list).await;
    first.has("1–50 of 120");
    first.has("user-000@");
    first.lacks("user-050@");
    let third = site.get(&format!("{list}&page=3")).await;
    third.has("101–120 of 120");
    assert!(!third.links().iter().any(|(_, text)| text == "Next"));
    let beyond = site.get(&format!("{list}&page=99")).await;
    assert_eq!((beyond.status, beyond.total()), (StatusCode::OK, 120));
    assert_eq!(site.get(&format!("{list}&page=18446744073709551615")).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_file_has_the_lists_rows_safe_for_spreadsheets() {
    let mut evil = user("=1+1", 2, Some("=cmd|'/C calc'!A0"), 0);
    evil.profile.traits.insert("name".into(), "Eve \"the\" Evil, Ltd\r\nnext".into());
    evil.profile.account = Some("@account".into());
    let site = Site::of(PROJECT, vec![evil, user("ada", 1, None, 2 * DAY_MS)]).await;
    let path = "/journeys/onboarding/people.csv?milestone=signed-up&standing=reached&since=2026-11-20&until=2026-11-23";
    let file = site.get(path).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"milepost-onboarding-signed-up-reached-2026-11-20-to-2026-11-23-utc.csv\""
    );
    expect_test::expect![[r#"
        user,anonymous,name,email,account,account name,furthest milestone,Signed up (UTC),Added a customer (UTC),Sent the first invoice (UTC)␍
        '=1+1,no,"Eve ""the"" Evil, Ltd␍
        next",'=1+1@example.com,'@account,'@account,Added a customer,2026-11-21T02:30:00.000Z,2026-11-22T02:30:00.000Z,␍
        ada,no,,ada@example.com,ada-corp,ada-corp,Signed up,2026-11-20T02:30:00.000Z,,␍
    "#]]
    .assert_eq(&file.body.replace('\r', "␍"));
    assert!(site.get(&format!("{path}&bom=1")).await.body.starts_with("\u{feff}user,"));
    let group = site.get("/journeys/onboarding/people.csv?milestone=signed-up&by=plan&group=%22%0d%0aX:%20y").await;
    assert!(!group.header("content-disposition").contains('\n') && group.headers.get("x").is_none());
}

#[tokio::test]
async fn hostile_names_change_no_element_of_any_page() {
    let hostile = "\"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}\u{202e}\u{2028}'--&amp;";
    let site_of = |name: &'static str| {
        let mut one = user(name, 3, Some(name), 0);
        one.profile.traits.insert("name".into(), name.into());
        one.profile.traits.insert(name.to_owned(), name.into());
        one.profile.account = Some(name.into());
        one.profile.account_traits.insert("name".into(), name.into());
        let mut two = one.clone();
        two.profile.user = format!("2{name}");
        let mut three = one.clone();
        three.profile.user = format!("3{name}");
        let users = vec![one, two, three];
        async move {
            let mut definitions = project();
            definitions.name = name.to_owned();
            definitions.definitions.journeys[0].name = name.to_owned();
            definitions.definitions.journeys[0].milestones[1].name = name.to_owned();
            let site = Site::of(PROJECT, users).await;
            site.app.publish(definitions).await.unwrap();
            site
        }
    };
    let (plain, evil) = (site_of("aaa").await, site_of(hostile).await);
    for (path, with_name) in [
        ("/journeys", ""),
        ("/journeys/onboarding?by=plan", ""),
        ("/journeys/onboarding?by=", "yes"),
        ("/journeys/onboarding?window=", "yes"),
        ("/journeys/onboarding/people?milestone=customer&by=plan&group=", "yes"),
        ("/journeys/onboarding/people?milestone=", "yes"),
        ("/journeys/", "yes"),
    ] {
        let of = |name: &str| {
            if with_name.is_empty() {
                path.to_owned()
            } else {
                super::Href::to(&[]).with("x", name).to_string().replacen("/?x=", path, 1)
            }
        };
        let (plain, evil) = (plain.get(&of("aaa")).await, evil.get(&of(hostile)).await);
        assert_eq!(plain.status, evil.status, "{path}");
        assert_eq!(elements(&plain.body), elements(&evil.body), "{path}");
        evil.lacks("<img");
        evil.lacks("<script>");
    }
}

/// Tags and names of attributes in their order, without text and values.
fn elements(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let (mut element, mut quoted, mut end) = (String::new(), false, after.len());
        for (at, letter) in after.char_indices() {
            match letter {
                '"' => quoted = !quoted,
                '>' if !quoted => {
                    end = at;
                    break;
                }
                _ if !quoted => element.push(letter),
                _ => {}
            }
        }
        found.push(element);
        rest = &after[end..];
    }
    found
}

#[tokio::test]
async fn an_empty_journey_shows_how_to_begin() {
    let site = Site::of(PROJECT, Vec::new()).await;
    let page = site.get("/journeys/onboarding").await;
    page.has("Nobody has started this journey yet");
    page.has("&#60;script async src=&#34;http://localhost:4600/sdk.js&#34; data-key=&#34;wk_ledgerly&#34;&#62;");
    let ranged = site.get("/journeys/onboarding?since=2026-01-01").await;
    ranged.has("Nobody started this journey in this range");
    let site = Site::of("[project]\nname = \"New\"\n", Vec::new()).await;
    assert_eq!(site.get("/").await.header("location"), "/journeys");
    site.get("/journeys").await.has("No journey is defined yet");
}

#[tokio::test]
async fn the_api_is_read_with_a_token_or_a_session_and_else_says_401() {
    let site = Site::of(PROJECT, cohort()).await;
    site.app.provide_api_token(site._dir.path()).await.unwrap();
    let token = std::fs::read_to_string(site._dir.path().join("api-token")).unwrap();
    let path = "/v1/journeys/onboarding/funnel";
    let bearer = format!("Bearer {}", token.trim());
    let read = site.send(Method::GET, path, &[("authorization", &bearer)], "").await;
    assert_eq!(read.status, StatusCode::OK);
    assert_eq!(site.get(path).await.body, read.body);
    for headers in [vec![], vec![("authorization", "Bearer guess")], vec![("cookie", "__Host-milepost=guess")]] {
        let page = site.send(Method::GET, path, &headers, "").await;
        assert_eq!((page.status, page.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
        page.has("\"code\":\"unauthorized\"");
    }
    // An API token opens no page.
    let page = site.send(Method::GET, "/journeys", &[("authorization", &bearer)], "").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}
