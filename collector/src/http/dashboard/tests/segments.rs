//! Pages about a segment alone, and keeping segments.

use super::*;

fn with_segment() -> String {
    format!("{PROJECT}\n[[segment]]\nid = \"pro\"\nname = \"On Pro\"\nwhere = \"plan = pro\"\n")
}

/// Addresses on a page, but those of the line that chooses users and of pages that are about one person or none.
fn links(page: &Page) -> Vec<String> {
    let main = page.body.split_once("<main").unwrap().1;
    let body = main.split_once("</section>").unwrap().1;
    let hrefs = body.split("href=\"").skip(1).filter_map(|it| it.split('"').next());
    let hrefs = hrefs.map(|it| it.replace("&#38;", "&").replace("&amp;", "&"));
    let is_about_many = |it: &String| {
        let path = it.split('?').next().unwrap_or_default();
        let is_of_one = ["/users/", "/accounts/", "/segments", "/responses/one"].iter().any(|of| path.starts_with(of));
        it.starts_with('/') && !is_of_one && !matches!(path, "/journeys" | "/retention.html")
    };
    hrefs.filter(is_about_many).collect()
}

#[tokio::test]
async fn every_page_can_be_about_a_segment_and_so_can_whatever_it_links_to() {
    let site = Site::of(&with_segment(), cohort()).await;
    let (mut seen, mut lost) = (0, Vec::new());
    for path in [
        "/overview",
        "/journeys/onboarding",
        "/journeys/onboarding?since=2026-11-01&until=2026-11-22&compare=before&by=plan",
        "/journeys/onboarding/people?milestone=customer&standing=stuck",
        "/journeys/onboarding/cohorts",
        "/journeys/onboarding/next?milestone=customer",
        "/journeys/onboarding/next?milestone=customer&since=2020-01-01&until=2020-02-01",
        "/journeys/onboarding/next/people?milestone=signed-up&did=nothing",
        "/journeys/onboarding/waiting",
        "/retention",
        "/retention/people",
        "/users",
        "/users?q=a&sort=name",
        "/accounts",
        "/hesitation",
        "/surveys",
        "/responses?who=answered",
    ] {
        let asked = format!("{path}{}segment=pro", if path.contains('?') { "&" } else { "?" });
        let page = site.get(&asked).await;
        assert_eq!(page.status, StatusCode::OK, "{asked}");
        if !page.body.contains("On Pro") {
            lost.push(format!("{asked} does not say so"));
        }
        let links = links(&page);
        for link in &links {
            // Where there is nothing, how to begin is told; that is about nobody.
            let is_kept = link.contains("segment=pro") || matches!(link.as_str(), "/surveys" | "/hesitation");
            if !is_kept {
                lost.push(format!("{asked} → {link}"));
            }
        }
        seen += links.len();
        assert!(
            page.body.matches("method=\"get\"").count() <= page.body.matches("name=\"segment\" value=\"pro\"").count(),
            "{asked}"
        );
    }
    assert!(lost.is_empty(), "{lost:#?}");
    assert!(seen > 80, "{seen} links");
}

#[tokio::test]
async fn numbers_of_a_segment_are_those_of_its_users() {
    let site = Site::of(&with_segment(), cohort()).await;
    let total = async |path: &str| site.get(path).await.total();
    let all = total("/users").await;
    let pro = total("/users?segment=pro").await;
    let rest = total("/users?where=not+plan+%3D+pro").await;
    assert!(pro > 0 && rest > 0);
    assert_eq!(pro + rest, all);
    assert_eq!(total("/users?segment=pro&where=not+plan+%3D+pro").await, 0);
    let json = async |path: &str| serde_json::from_str::<serde_json::Value>(&site.get(path).await.body).unwrap();
    let started = async |query: &str| {
        let answer = json(&format!("/v1/journeys/onboarding/funnel{query}")).await;
        answer["steps"][0]["reached"].as_u64().unwrap_or_else(|| panic!("{answer}"))
    };
    assert_eq!(started("?segment=pro").await + started("?where=not+plan+%3D+pro").await, started("").await);
    assert_eq!(json("/v1/users?segment=pro").await["total"], pro);
    let csv = site.get("/users.csv?segment=pro").await.body;
    assert_eq!(csv.lines().count() as u64, pro + 1);
    let file: serde_json::Value = serde_json::from_str(&site.get("/users.json?segment=pro").await.body).unwrap();
    assert_eq!(file, json("/v1/users?segment=pro").await["rows"], "the file has the rows of the answer");
    assert_eq!(site.get("/users.json?q=nobody-at-all").await.body, "[\n]\n");
}

#[tokio::test]
async fn what_is_no_segment_is_said_on_pages_and_in_answers() {
    let site = Site::of(&with_segment(), cohort()).await;
    for (query, said) in [
        ("segment=none", "there is no segment"),
        ("where=plan+%3D", "at character 7"),
        ("where=reached+onboarding/none", "no milestone onboarding/none"),
        ("where=touch+%3D+high", "[touch]"),
    ] {
        let page = site.get(&format!("/users?{query}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains(said), "{query}: {}", page.body);
        let answer = site.get(&format!("/v1/users?{query}")).await;
        let (status, code) = match query.starts_with("segment") {
            true => (StatusCode::NOT_FOUND, "not_found"),
            false => (StatusCode::BAD_REQUEST, "invalid_where"),
        };
        assert_eq!(answer.status, status);
        assert!(answer.body.contains(code) && answer.body.contains(said), "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_segment_is_put_together_kept_changed_and_removed() {
    let site = Site::of(&with_segment(), cohort()).await;
    let added = site.get("/segments?where=&add=trait&trait=plan&op=eq&value=pro").await;
    assert_eq!(added.header("location"), "/segments?where=plan%20%3D%20pro");
    let more = "/segments?where=plan+%3D+pro&add=milestone&join=and&milestone=onboarding/sent&how=not-reached&days=";
    let draft = site.get(more).await.header("location").to_owned();
    assert_eq!(draft, "/segments?where=plan%20%3D%20pro%20and%20not%20reached%20onboarding%2Fsent");
    let page = site.get(&draft).await;
    assert!(page.body.contains("See who they are") && page.body.contains(" users</strong>"), "{}", page.body);
    let wrong = site.get("/segments?where=&add=trait&trait=&op=eq&value=pro").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("Say which trait."));
    let kept = site.post("/segments", "name=Pro+to+help&where=plan+%3D+pro+and+not+reached+onboarding/sent").await;
    assert_eq!(kept.header("location"), "/segments/pro-to-help");
    let page = site.get("/segments/pro-to-help").await;
    assert!(page.body.contains("/journeys/onboarding?segment=pro-to-help"), "{}", page.body);
    let all = site.get("/v1/segments").await.body;
    assert!(all.contains("\"id\":\"pro-to-help\"") && all.contains("\"kept_by\":null"), "{all}");
    let twice = site.post("/segments", "name=Pro+to+help&where=identified").await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let changed = site.post("/segments/pro-to-help", "act=change&name=Pro&where=plan+%3D").await;
    assert!(changed.body.contains("at character 7"), "{}", changed.body);
    let changed = site.post("/segments/pro-to-help", "act=change&name=Free&where=plan+%3D+free").await;
    assert_eq!(changed.status, StatusCode::SEE_OTHER);
    assert!(site.get("/users?segment=pro-to-help").await.body.contains("plan = free"));
    let defined = site.post("/segments/pro", "act=remove").await;
    assert!(defined.body.contains("stands in milepost.toml"), "{}", defined.body);
    assert_eq!(site.post("/segments/pro-to-help", "act=remove").await.header("location"), "/segments");
    assert_eq!(site.get("/segments/pro-to-help").await.status, StatusCode::BAD_REQUEST);
    let log = site.get("/operators/log").await.body;
    assert!(log.contains("removed the segment") && log.contains("pro-to-help: plan = free"), "{log}");
}

#[tokio::test]
async fn two_segments_are_compared_and_a_segment_with_everybody_else() {
    let site = Site::of(&with_segment(), cohort()).await;
    let ask = async |query: &str| site.get(&format!("/journeys/onboarding?{query}")).await;
    let reached = |page: &Page, path: &str| {
        let links = page.links().into_iter().filter(|(href, _)| href.contains("milestone=customer&standing=reached"));
        links.filter(|(href, _)| href.contains(path)).map(|it| it.1).next_back().unwrap_or_default()
    };
    let page = ask("segment=pro&compare=others").await;
    page.has("Compared with everybody else");
    let others =
        site.get("/journeys/onboarding/people?milestone=customer&standing=reached&where=not+plan+%3D+pro").await;
    assert_eq!(reached(&page, "where=not%20plan%20%3D%20pro"), others.total().to_string());
    let page = ask("compare=segment:pro").await;
    page.has("Compared with “On Pro”");
    page.has("Segment: On Pro");
    let pro = site.get("/journeys/onboarding/people?milestone=customer&standing=reached&segment=pro").await.total();
    assert_eq!(reached(&page, "segment=pro"), pro.to_string());
    ask("compare=others").await.has("only then there is somebody else");
    ask("compare=others&level=account").await.has("only then there is somebody else");
    ask("compare=segment:none").await.has("there is no such segment any more");
    let answer = site.get("/v1/journeys/onboarding/funnel?compare=segment:pro").await;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(answer["compared"]["reached"][1], pro);
    assert_eq!(answer["compared"]["with"], "segment:pro");
    // What is not there is not found; what lacks something is a bad request.
    for (query, status) in
        [("compare=others", StatusCode::BAD_REQUEST), ("compare=segment:none", StatusCode::NOT_FOUND)]
    {
        let answer = site.get(&format!("/v1/journeys/onboarding/funnel?{query}")).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[tokio::test]
async fn accounts_are_counted_where_they_can_be_and_each_number_opens_them() {
    let mut users = cohort();
    // Who signed up only works with whoever sent an invoice: together they are one account that got everywhere.
    for user in &mut users {
        user.profile.account = Some(user.profile.user.chars().last().unwrap_or('0').to_string());
    }
    users[39].profile.account = None;
    let site = Site::of(&with_segment(), users).await;
    let json = async |path: &str| serde_json::from_str::<serde_json::Value>(&site.get(path).await.body).unwrap();
    let funnel = json("/v1/journeys/onboarding/funnel?level=account").await;
    assert_eq!(funnel["steps"][0]["reached"], 10, "{funnel}");
    let page = site.get("/journeys/onboarding?level=account").await;
    page.has("Whatever any user of an account did");
    for (href, text) in page.links() {
        if href.contains("/people?") && text.bytes().all(|it| it.is_ascii_digit()) {
            assert!(href.contains("level=account"), "{href}");
            assert_eq!(site.get(&href).await.total().to_string(), text, "{href}");
        }
    }
    let people = site.get("/journeys/onboarding/people?milestone=signed-up&level=account").await;
    people.has("10 accounts reached");
    people.has("href=\"/accounts/3\"");
    let some = json("/v1/journeys/onboarding/people?milestone=signed-up&level=account&segment=pro").await;
    assert!(some["total"].as_u64().unwrap() <= 10);
    // One user of account 3 is chosen: their account is not among the others, whoever else belongs to it.
    let one = "where=account+%3D+3+and+plan+%3D+pro";
    let people = "/v1/journeys/onboarding/people?milestone=signed-up";
    assert_eq!(json(&format!("{people}&level=account&{one}")).await["total"], 1);
    assert_eq!(json(&format!("{people}&level=other-accounts&{one}")).await["total"], 9);
    let compared = json(&format!("/v1/journeys/onboarding/funnel?level=account&{one}&compare=others")).await;
    assert_eq!(compared["compared"]["reached"][0], 9);
    for compare in ["others", "segment:pro"] {
        let page = site.get(&format!("/journeys/onboarding?level=account&{one}&compare={compare}")).await;
        page.has("Everybody else");
        let card = page.body.split_once("id=\"compared\"").expect("a comparison").1;
        let card = Page { body: card.split_once("</section>").unwrap().0.to_owned(), ..page };
        let mut followed = 0;
        for (href, text) in card.links() {
            assert_eq!(site.get(&href).await.total().to_string(), text, "{href}");
            followed += 1;
        }
        assert_eq!(followed, 6, "{compare}");
    }
    site.get("/journeys/onboarding?level=other-accounts&segment=pro").await.has("accounts without anybody of: On Pro");
    let nobody = json("/v1/journeys/onboarding/funnel?level=other-accounts").await;
    assert_eq!(nobody["error"]["code"], "invalid_level");
    let kept = json("/v1/retention?level=account").await;
    assert_eq!(kept["users"], 10, "{kept}");
    let wrong = site.get("/journeys/onboarding?level=account&by=plan").await;
    wrong.has("is a trait of users");
    for path in ["/users?level=account", "/journeys/onboarding?level=team"] {
        assert_eq!(site.get(path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
    assert_eq!(json("/v1/users?level=account").await["error"]["code"], "invalid_level");
}
