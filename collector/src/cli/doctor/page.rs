//! Looks at a page as its visitors get it: has it the tag, and may the tag do its work?

use super::finding::Findings;
use super::policy::Policies;
use super::server::{at, content_type, root_cause};
use super::tags::{self, Tags};
use crate::project::{KeyKind, Project};
use reqwest::{Client, StatusCode, Url, header};
use std::collections::BTreeMap;

const ABOUT: &str = "page";

/// A page, fetched.
#[derive(Debug)]
pub(super) struct Page {
    /// After redirects.
    url: Url,
    tags: Tags,
    /// `Content-Security-Policy` headers.
    policies: Vec<String>,
}

pub(super) async fn fetch(client: &Client, url: &Url, findings: &mut Findings) -> Option<Page> {
    let answer = match client.get(url.clone()).send().await {
        Ok(answer) if answer.status().is_success() => answer,
        Ok(answer) => {
            let message = format!("{url} answers {}", answer.status());
            findings.wrong(ABOUT, "page_unreachable", message, "name a page that needs no login");
            return None;
        }
        Err(error) => {
            let message = format!("{url} cannot be reached: {}", root_cause(&error));
            findings.wrong(ABOUT, "page_unreachable", message, "is --page right?");
            return None;
        }
    };
    let policies = answer.headers().get_all(header::CONTENT_SECURITY_POLICY);
    let policies = policies.iter().filter_map(|it| it.to_str().ok()).map(str::to_owned).collect();
    let url = answer.url().clone();
    let tags = tags::read(&answer.text().await.unwrap_or_default());
    Some(Page { url, tags, policies })
}

impl Page {
    /// Where the page's own tag says the server is.
    pub(super) fn server(&self) -> Option<Url> {
        let tag = self.tags.scripts.first()?;
        match tag.get("data-host") {
            Some(host) => Url::parse(host).ok(),
            None => {
                let mut base = self.resolve(tag.get("src")?)?;
                base.set_path("");
                base.set_query(None);
                Some(base)
            }
        }
    }

    /// Without a server only what the page itself says is looked at.
    pub(super) async fn look(
        &self,
        client: &Client,
        server: Option<&Url>,
        project: Option<&Project>,
        findings: &mut Findings,
    ) {
        let Some(tag) = self.tags.scripts.first() else {
            let message = format!("{} has no script tag with a data-key", self.url);
            let help =
                "add the tag that the dashboard's first page shows; a page that adds it by script cannot be seen here";
            findings.wrong(ABOUT, "tag_missing", message, help);
            return;
        };
        if self.tags.scripts.len() > 1 {
            let message = format!("{} has {} tags: only the first counts", self.url, self.tags.scripts.len());
            findings.warning(ABOUT, "tag_twice", message, "leave one");
        }
        let Some(script) = tag.get("src").and_then(|it| self.resolve(it)) else {
            findings.wrong(
                ABOUT,
                "script_unreachable",
                "the tag has no src, or none that is a URL",
                "copy the tag anew",
            );
            return;
        };
        let is_fine = self.may_load(tag, &script, findings)
            && script_is_there(client, &script, findings).await
            && match (server, tag.get("data-key")) {
                (Some(server), Some(key)) => self.may_use(client, server, key, project, findings).await,
                _ => true,
            };
        if is_fine {
            findings.ok(ABOUT, format!("{} may load the SDK and send", self.url));
        }
    }

    /// What the browser lets the page do.
    fn may_load(&self, tag: &BTreeMap<String, String>, script: &Url, findings: &mut Findings) -> bool {
        if self.url.scheme() == "https" && script.scheme() == "http" && !super::server::is_local(script) {
            let message = format!("an https page loads nothing from {}", script.origin().ascii_serialization());
            findings.wrong(ABOUT, "mixed_content", message, "reach the server by https");
            return false;
        }
        let policies = Policies::new(&self.url, &self.policies, &self.tags.policies);
        let host = script.origin().ascii_serialization();
        if let Some(directive) = policies.refuses_script(script, tag.get("nonce").map_or("", String::as_str)) {
            let message = format!("its policy does not load {script}: `{directive}`");
            findings.wrong(
                ABOUT,
                "policy_script",
                message,
                format!("add {host} to script-src, or give the tag the page's nonce"),
            );
            return false;
        }
        let server = self.server().unwrap_or_else(|| script.clone());
        if let Some(directive) = policies.refuses_connection(&at(&server, "v1/batch")) {
            let host = server.origin().ascii_serialization();
            let message = format!("its policy lets nothing be sent to {host}: `{directive}`");
            findings.wrong(ABOUT, "policy_connect", message, format!("add {host} to connect-src"));
            return false;
        }
        if let Some(directive) = policies.refuses_wasm() {
            let message =
                format!("its policy refuses WebAssembly (`{directive}`): pages load the larger script edition");
            findings.warning(ABOUT, "policy_wasm", message, "add 'wasm-unsafe-eval' to script-src");
        }
        true
    }

    /// What the server lets the page do.
    async fn may_use(
        &self,
        client: &Client,
        server: &Url,
        key: &str,
        project: Option<&Project>,
        findings: &mut Findings,
    ) -> bool {
        let is_secret = project.and_then(|it| it.key(key)).is_some_and(|it| it.kind == KeyKind::Server);
        let origin = self.url.origin().ascii_serialization();
        let config = client.get(at(server, &format!("v1/config/{key}"))).header(header::ORIGIN, &origin).send().await;
        let Ok(config) = config else { return false };
        let is_exposed = config.headers().contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        if is_secret {
            let help = "put a key of kind \"browser\" there, and replace this one: it has been published";
            findings.wrong(ABOUT, "key_secret", format!("its data-key {key} is a server key"), help);
            return false;
        }
        match config.status() {
            StatusCode::NOT_FOUND => {
                let message = format!("the server does not know its data-key {key}");
                findings.wrong(
                    ABOUT,
                    "key_unknown",
                    message,
                    "copy the id of a [[key]] of kind \"browser\" from milepost.toml",
                );
                return false;
            }
            StatusCode::FORBIDDEN => {
                let message = format!("the key {key} may not be used by pages of {origin}");
                findings.wrong(ABOUT, "origin_refused", message, format!("add \"{origin}\" to the key's `origins`"));
                return false;
            }
            status if !status.is_success() => {
                let message = format!("the server answers {status} where the page asks for its definitions");
                findings.wrong(ABOUT, "config_refused", message, "does a proxy stand before it that wants a login?");
                return false;
            }
            _ => {}
        }
        if !is_exposed {
            let message = format!(
                "answers reach the page's browser without leave to read them (no Access-Control-Allow-Origin for {origin})"
            );
            findings.wrong(ABOUT, "cors_lost", message, "let the proxy pass the server's headers on unchanged");
            return false;
        }
        self.may_send(client, server, key, &origin, findings).await
    }

    /// A batch of no messages, as a page would post it.
    async fn may_send(&self, client: &Client, server: &Url, key: &str, origin: &str, findings: &mut Findings) -> bool {
        let body = serde_json::json!({ "writeKey": key, "batch": [] }).to_string();
        let post = client.post(at(server, "v1/batch")).header(header::ORIGIN, origin);
        let answer = post.header(header::CONTENT_TYPE, "text/plain").body(body).send().await;
        let status = answer.as_ref().map(reqwest::Response::status).unwrap_or_default();
        if answer.is_ok() && status.is_success() {
            return true;
        }
        let message = format!("a page's POST to {} is answered with {status}", at(server, "v1/batch"));
        findings.wrong(ABOUT, "batch_refused", message, "let the proxy pass POST requests on, with bodies of 512 KB");
        false
    }

    fn resolve(&self, address: &str) -> Option<Url> {
        let base = self.tags.base.as_deref().and_then(|it| self.url.join(it).ok());
        base.as_ref().unwrap_or(&self.url).join(address).ok()
    }
}

async fn script_is_there(client: &Client, script: &Url, findings: &mut Findings) -> bool {
    let answer = client.get(script.clone()).send().await;
    let said = match &answer {
        Ok(answer) if answer.status().is_success() && content_type(answer).contains("javascript") => return true,
        Ok(answer) => format!("answers {} and `{}`", answer.status(), content_type(answer)),
        Err(error) => format!("cannot be reached: {}", root_cause(error)),
    };
    let help = "the tag's src is the server's address and /sdk.js";
    findings.wrong(ABOUT, "script_unreachable", format!("the tag's src {script} {said}"), help);
    false
}
