//! What the doors of signing in with a provider say where there is none to be asked, through the whole server's router.

use super::*;

const OIDC: &str = "[sign_in.oidc]\nname = \"Testpass\"\nissuer = \"http://127.0.0.1:9\"\nclient_id = \"milepost\"\n";

impl Site {
    /// Of somebody who is not logged in, sent here by this site, another, or by themselves.
    async fn get_by(&self, path: &str, site: &str) -> Page {
        self.send(Method::GET, path, &[("sec-fetch-site", site)], "").await
    }
}

#[tokio::test]
async fn without_a_provider_there_is_no_button_and_no_way() {
    let site = Site::of(PROJECT, Vec::new()).await;
    site.app.be_reached_at("http://localhost:4600");
    site.get_by("/login", "none").await.lacks("Sign in with");
    let page = site.get_by("/login/oidc", "same-origin").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.has("There is no provider to sign in with: log in with your password.");
}

#[tokio::test]
async fn a_provider_that_is_down_is_said_beside_the_form() {
    let site = Site::of(&format!("{PROJECT}\n{OIDC}"), Vec::new()).await;
    site.app.be_reached_at("http://localhost:4600");
    let page = site.get_by("/login?next=%2Fusers", "none").await;
    page.has("href=\"/login/oidc?next=%2Fusers\"");
    page.has("Sign in with Testpass");
    let page = site.get_by("/login/oidc?next=%2Fusers", "same-origin").await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "5"));
    page.has("Testpass cannot be reached just now");
    page.has("name=\"password\"");
    page.has("/login?next=%2Fusers");
}

#[tokio::test]
async fn another_site_can_neither_begin_a_sign_in_nor_end_one() {
    let site = Site::of(&format!("{PROJECT}\n{OIDC}"), Vec::new()).await;
    site.app.be_reached_at("http://localhost:4600");
    let page = site.get_by("/login/oidc", "cross-site").await;
    assert_eq!((page.status, page.header("set-cookie")), (StatusCode::OK, ""));
    for cookie in ["", "__Host-milepost-sign-in=guess"] {
        let page = site.send(Method::GET, "/login/oidc/back?code=c&state=s", &[("cookie", cookie)], "").await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        page.has("This sign-in did not begin in this browser, or too long ago: begin again.");
        assert!(page.header("set-cookie").starts_with("__Host-milepost-sign-in=; "), "{}", page.header("set-cookie"));
    }
    // Strangers do not fill the list of what operators did.
    for _ in 0..100 {
        site.send(Method::GET, "/login/oidc/back?state=%3Cscript%3E", &[], "").await.lacks("<script>");
    }
    let log = site.get("/operators/log").await;
    assert_eq!(log.total(), 60);
    log.has("was not signed in: <strong>it did not begin in that browser");
}

#[tokio::test]
async fn without_passwords_nobody_logs_in_or_chooses_one() {
    let site = Site::of(PROJECT, Vec::new()).await;
    let made = site.post("/operators", "act=invite&email=bo%40example.com&role=analyst").await;
    let link = made.body.split_once("/invitation?token=").unwrap().1.split('<').next().unwrap().to_owned();
    site.app.publish(parse(&format!("{PROJECT}\n[sign_in]\npassword = false\n{OIDC}"))).await.unwrap();
    let page = site.send(Method::GET, "/login", &[], "").await;
    page.lacks("name=\"password\"");
    page.has("Sign in with Testpass");
    let page = site.post("/login", "email=ada%40example.com&password=correct+horse+battery").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    page.has("Passwords are switched off here: sign in with your provider.");
    let page = site.get(&format!("/invitation?token={link}")).await;
    page.lacks("name=\"password\"");
    page.has("Sign in with Testpass");
    let page = site.post("/invitation", &format!("token={link}&password=another+good+password")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    site.get("/account").await.lacks("Change your password");
    let form = "act=password&old=correct+horse+battery&new=a+longer+password";
    assert_eq!(site.post("/account", form).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = site.post("/operators", "act=reset&email=ada%40example.com").await;
    page.has("Passwords are switched off here");
    page.lacks(">New password<");
    // Whoever sets the server up still can.
    let site = Site::closed(&format!("{PROJECT}\n[sign_in]\npassword = false\n{OIDC}"), Vec::new()).await;
    let setup = site.app.setup_token().await.unwrap().unwrap();
    let form = format!("token={}&email=ada%40example.com&password=correct+horse+battery", setup.as_str());
    assert_eq!(site.post("/setup", &form).await.status, StatusCode::SEE_OTHER);
}
