//! A collector, pages of the vendor's, and proxies between them, all real and on this machine.

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

pub(crate) const SECRET: &str = "a-secret-of-thirty-two-bytes-or-more";

const DEFINITIONS: &str = r#"
[project]
name = "Ledgerly"

[[key]]
id = "wk"
kind = "browser"
origins = ["ORIGIN"]

[[key]]
id = "wk_elsewhere"
kind = "browser"
origins = ["https://elsewhere.example.com"]

[[key]]
id = "sk"
kind = "server"

[identity]
mode = "report"
secrets = ["SECRET"]
"#;

/// What stands between a page and the collector.
#[derive(Clone, Copy, Default)]
pub(crate) struct Proxy {
    /// Addresses that hold this are answered with `status`.
    pub(crate) path: &'static str,
    pub(crate) status: u16,
    /// A header that is taken out of every answer.
    pub(crate) without: Option<&'static str>,
    /// What the clock says.
    pub(crate) date: Option<&'static str>,
}

pub(crate) struct Street {
    folder: TempDir,
    collector: Child,
    server: String,
    page_port: u16,
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port()
}

impl Street {
    pub(crate) async fn build() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let page_port = free_port();
        let origin = format!("http://127.0.0.1:{page_port}");
        let definitions = DEFINITIONS.replace("ORIGIN", &origin).replace("SECRET", SECRET);
        std::fs::write(folder.path().join("milepost.toml"), definitions).expect("definitions");
        let address = format!("127.0.0.1:{}", free_port());
        let mut command = milepost(&folder);
        let collector = command.args(["serve", "--data", "data", "--listen", &address]).spawn().expect("a collector");
        let street = Self { folder, collector, server: format!("http://{address}"), page_port };
        let client = reqwest::Client::new();
        for _ in 0..600 {
            let ready = client.get(format!("{}/readyz", street.server)).send().await;
            if ready.is_ok_and(|it| it.status().is_success()) {
                return street;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("the collector is not ready after 30 s");
    }

    pub(crate) fn server(&self) -> &str {
        &self.server
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    pub(crate) fn tag(&self, key: &str) -> String {
        self.tag_at(&self.server, key)
    }

    pub(crate) fn tag_at(&self, server: &str, key: &str) -> String {
        format!(
            "<!doctype html><title>Ledgerly</title><script async src=\"{server}/sdk.js\" data-key=\"{key}\"></script>"
        )
    }

    pub(crate) fn token(&self, claims: &Value, secret: &str) -> String {
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), claims, &key).expect("a token")
    }

    /// Serves one page, at the origin that the key `wk` allows, until the next one is served there.
    pub(crate) async fn page(&self, html: &str, headers: &[(&'static str, &str)]) -> String {
        let html = html.to_owned();
        let mut more = HeaderMap::new();
        for (name, value) in headers {
            more.insert(*name, HeaderValue::from_str(value).expect("a header"));
        }
        let answer = move || {
            let answer = (more.clone(), Html(html.clone()));
            async move { answer }
        };
        let routes = Router::new().fallback(answer);
        let port = self.page_port;
        // Whoever served there before answers one request and goes.
        let listener = loop {
            match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(10)).await,
            }
        };
        tokio::spawn(serve_once(listener, routes));
        format!("http://127.0.0.1:{port}/")
    }

    pub(crate) async fn proxy(&self, proxy: Proxy) -> String {
        let server = self.server.clone();
        let client = reqwest::Client::new();
        let routes =
            Router::new().fallback(move |request: Request| pass_on(client.clone(), server.clone(), proxy, request));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    /// With the server's address.
    pub(crate) async fn doctor(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--url", &self.server, "--data", "data"];
        all.extend(arguments);
        self.run(&all).await
    }

    pub(crate) async fn run(&self, arguments: &[&str]) -> Value {
        let mut command = milepost(&self.folder);
        command.arg("doctor").args(arguments).arg("--json").stdout(Stdio::piped());
        let output = tokio::task::spawn_blocking(move || command.output()).await.expect("it ends").expect("it runs");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("an answer in JSON");
        assert_eq!(output.status.code(), Some(if answer["ok"] == true { 0 } else { 1 }), "{answer}");
        answer
    }
}

impl Drop for Street {
    fn drop(&mut self) {
        drop(self.collector.kill());
        drop(self.collector.wait());
    }
}

fn milepost(folder: &TempDir) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
    for name in ["CONFIG", "DATA", "LISTEN", "TOKEN", "KEY", "LOG", "PUBLIC_URL"] {
        command.env_remove(format!("MILEPOST_{name}"));
    }
    command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// One connection, and no more.
async fn serve_once(listener: tokio::net::TcpListener, routes: Router) {
    let Ok((stream, _)) = listener.accept().await else { return };
    drop(listener);
    let service = hyper_util::service::TowerToHyperService::new(routes);
    let http = hyper_util::server::conn::auto::Builder::new(hyper_util::rt::TokioExecutor::new());
    drop(http.serve_connection(hyper_util::rt::TokioIo::new(stream), service).await);
}

async fn pass_on(client: reqwest::Client, server: String, proxy: Proxy, request: Request) -> Response {
    let path = request.uri().path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let mut response = if !proxy.path.is_empty() && path.contains(proxy.path) {
        StatusCode::from_u16(proxy.status).expect("a status").into_response()
    } else {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
        let mut headers = parts.headers;
        headers.remove(header::HOST);
        let sent = client.request(parts.method, format!("{server}{path}")).headers(headers).body(body).send().await;
        let answer = sent.expect("the collector answers");
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut response = Response::new(Body::from(answer.bytes().await.expect("a whole answer")));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response.headers_mut().remove(header::TRANSFER_ENCODING);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        response.headers_mut().remove(header::CONTENT_ENCODING);
        response
    };
    if let Some(name) = proxy.without {
        response.headers_mut().remove(name);
    }
    if let Some(date) = proxy.date {
        response.headers_mut().insert(header::DATE, HeaderValue::from_static(date));
    }
    response
}

pub(crate) fn codes(answer: &Value, verdict: &str) -> Vec<String> {
    let findings = answer["findings"].as_array().expect("findings");
    let found = findings.iter().filter(|it| it["verdict"] == verdict);
    found.map(|it| it["code"].as_str().expect("a code").to_owned()).collect()
}

pub(crate) fn wrong(answer: &Value) -> Vec<String> {
    codes(answer, "wrong")
}
