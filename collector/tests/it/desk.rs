//! A collector with somebody at the dashboard: pages, files and the API of one address, side by side.

use crate::support::{Answer, Collector};
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

pub(crate) const EMAIL: &str = "ada@example.com";

pub(crate) struct Desk {
    pub(crate) collector: Collector,
    cookie: String,
    token: String,
}

impl Desk {
    pub(crate) async fn of(collector: Collector) -> Self {
        let setup = collector.app.setup_token().await.expect("a token").expect("nobody yet");
        let session = collector
            .app
            .create_first_operator(setup.as_str(), EMAIL, "correct horse battery", "")
            .await
            .expect("an operator");
        let folder = tempfile::tempdir().expect("a folder");
        collector.app.provide_api_token(folder.path()).await.expect("a token");
        let token = std::fs::read_to_string(folder.path().join("api-token")).expect("a token").trim().to_owned();
        Self { cookie: format!("__Host-milepost={}", session.as_str()), token, collector }
    }

    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) async fn page(&self, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &self.cookie).header("host", "localhost");
        self.collector.ask(request.body(Body::empty()).expect("a request")).await
    }

    pub(crate) async fn json(&self, path: &str) -> Value {
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        let answer = self.collector.ask(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    pub(crate) async fn post(&self, path: &str, form: &str, site: &str) -> Answer {
        let request = Request::post(path)
            .header("cookie", &self.cookie)
            .header("host", "localhost")
            .header("sec-fetch-site", site)
            .header("content-type", "application/x-www-form-urlencoded");
        self.collector.ask(request.body(Body::from(form.to_owned())).expect("a request")).await
    }

    /// What page, file and API say of the list at an address.
    pub(crate) async fn totals(&self, path: &str) -> [u64; 3] {
        let page = self.page(path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        let (file, api) = match path.split_once('?') {
            Some((list, query)) => (format!("{list}.csv?{query}"), format!("/v1{list}?{query}")),
            None => (format!("{path}.csv"), format!("/v1{path}")),
        };
        let csv = self.page(&file).await;
        assert_eq!(csv.status, 200, "{file}");
        let rows: Result<Vec<_>, _> = csv::Reader::from_reader(csv.text.as_bytes()).records().collect();
        let rows = rows.expect("a file without mistakes").len() as u64;
        [total(&page.text), rows, self.json(&api).await["total"].as_u64().expect("a total")]
    }
}

pub(crate) fn total(page: &str) -> u64 {
    let (_, rest) = page.split_once("<strong data-total>").expect("a list");
    rest.split_once('<').expect("a number").0.replace(',', "").parse().expect("a number")
}

/// Links of a page to lists, whose text is a number.
pub(crate) fn numbers(page: &str) -> Vec<(String, u64)> {
    let mut numbers = Vec::new();
    for rest in page.split("<a ").skip(1) {
        let (_, rest) = rest.split_once("href=\"").expect("a link");
        let (href, rest) = rest.split_once('"').expect("a link");
        let text = rest.split_once('>').expect("a link").1.split_once("</a>").expect("a link").0;
        if let Ok(number) = text.trim().replace(',', "").parse() {
            numbers.push((href.replace("&#38;", "&"), number));
        }
    }
    numbers.sort();
    numbers.dedup();
    numbers
}
