//! A running server, seen from the command line.

use super::definitions::read_secret_file;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use crate::app::operators::API_TOKEN_FILE;
use reqwest::{Client, RequestBuilder, Response, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::time::Duration;

/// Connecting takes milliseconds where it works at all.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Above the server's own limit, so that its answer comes first.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(60);

/// Attempts at one request: with the waits below, about a minute.
const ATTEMPTS: u32 = 8;

/// The first wait; doubled each time, the server's `Retry-After` counts more.
const WAIT: Duration = Duration::from_millis(250);

/// No wait is longer.
const WAIT_MAX: Duration = Duration::from_secs(15);

pub(super) struct Remote {
    client: Client,
    base: Url,
}

/// The server's answer to a batch.
#[derive(Debug, Deserialize)]
pub(super) struct BatchAnswer {
    pub(super) outcomes: Vec<BatchOutcome>,
}

#[derive(Debug, Deserialize)]
pub(super) struct BatchOutcome {
    pub(super) outcome: String,
    #[serde(rename = "messageId")]
    pub(super) message_id: Option<String>,
    pub(super) code: Option<String>,
    pub(super) reason: Option<String>,
}

impl Remote {
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let base = Url::parse(url).ok().filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
        let Some(base) = base else {
            let message = format!("`{url}` is not the URL of a server: write http://127.0.0.1:4600");
            return Err(Failure::new(Exit::Usage, message));
        };
        if !base.username().is_empty() || base.password().is_some() {
            return Err(Failure::new(Exit::Usage, "secrets do not belong in --url: use a file or the environment"));
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .user_agent(concat!("milepost/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Failure::new(Exit::Failed, format!("cannot prepare requests: {error}")))?;
        Ok(Self { client, base })
    }

    /// `GET` with an operator's token.
    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &[(&str, String)],
        token: &str,
    ) -> Result<T, Failure> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let response = self.send(|| self.client.get(url.clone()).bearer_auth(token)).await?;
        let response = refuse_unless_ok(response).await?;
        response.json().await.map_err(|error| self.unreadable(&error))
    }

    /// `DELETE` with an operator's token.
    pub(super) async fn delete<T: DeserializeOwned>(&self, path: &[&str], token: &str) -> Result<T, Failure> {
        let url = self.url(path)?;
        let response = self.send(|| self.client.delete(url.clone()).bearer_auth(token)).await?;
        let response = refuse_unless_ok(response).await?;
        response.json().await.map_err(|error| self.unreadable(&error))
    }

    /// What pages load, in the compact form.
    pub(super) async fn page_config(&self, key: &str) -> Result<String, Failure> {
        let url = self.url(&["v1", "config", key])?;
        let response = self.send(|| self.client.get(url.clone())).await?;
        refuse_unless_ok(response).await?.text().await.map_err(|error| self.unreadable(&error))
    }

    /// Posts the body of `/v1/batch`; with a key in the header when the body holds none.
    pub(super) async fn post_batch(&self, body: String, key: Option<&str>) -> Result<BatchAnswer, Failure> {
        let url = self.url(&["v1", "batch"])?;
        let response = self
            .send(|| {
                let request = self.client.post(url.clone()).header("content-type", "application/json");
                let request = request.body(body.clone());
                match key {
                    Some(key) => request.basic_auth(key, Some("")),
                    None => request,
                }
            })
            .await?;
        refuse_unless_ok(response).await?.json().await.map_err(|error| self.unreadable(&error))
    }

    fn url(&self, path: &[&str]) -> Result<Url, Failure> {
        let mut url = self.base.clone();
        url.set_query(None);
        url.set_fragment(None);
        match url.path_segments_mut() {
            Ok(mut segments) => {
                segments.pop_if_empty().extend(path);
            }
            Err(()) => return Err(Failure::new(Exit::Usage, format!("{} cannot have a path", self.base))),
        }
        Ok(url)
    }

    /// Sends until there is an answer other than "try again".
    async fn send(&self, request: impl Fn() -> RequestBuilder) -> Result<Response, Failure> {
        let mut attempt = 1;
        loop {
            let sent = request().send().await;
            let asked_to_wait = sent.as_ref().ok().and_then(retry_after);
            let try_again = match &sent {
                Ok(response) => is_temporary(response.status()),
                // A server that is not there will hardly be there in a moment.
                Err(error) if error.is_connect() || error.is_timeout() => attempt < 2,
                // Cut off: messages are stored once however often they are sent.
                Err(error) => error.is_request(),
            };
            if !try_again || attempt >= ATTEMPTS {
                return sent.map_err(|error| self.unreachable(&error));
            }
            let wait = asked_to_wait.unwrap_or(WAIT * 2_u32.pow(attempt - 1)).min(WAIT_MAX);
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    fn unreachable(&self, error: &reqwest::Error) -> Failure {
        let mut reason = String::new();
        let mut source: Option<&dyn std::error::Error> = std::error::Error::source(error);
        while let Some(error) = source {
            reason = error.to_string();
            source = error.source();
        }
        let help = "is it running, and is --url right?";
        Failure::new(Exit::Unavailable, format!("cannot reach {}: {reason}; {help}", self.base))
    }

    fn unreadable(&self, error: &reqwest::Error) -> Failure {
        let message = format!("{} does not answer as a Milepost server does: {error}", self.base);
        Failure::new(Exit::Unavailable, message)
    }
}

fn is_temporary(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 502 | 503 | 504)
}

fn retry_after(response: &Response) -> Option<Duration> {
    let seconds = response.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// An error status as a failure, in the server's words.
async fn refuse_unless_ok(response: Response) -> Result<Response, Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let exit = match status.as_u16() {
        // The question was wrong, not the server.
        400 | 404 => Exit::Usage,
        _ => Exit::Unavailable,
    };
    let url = response.url().clone();
    let body: serde_json::Value = response.json().await.unwrap_or_default();
    let error = &body["error"];
    let words = error["message"].as_str().or(error.as_str()).unwrap_or("no reason given");
    Err(Failure::new(exit, format!("{}://{} answers {status}: {words}", url.scheme(), url.authority())))
}

/// An operator's token: from a file, the environment, or the data folder of a server on this machine.
pub(super) fn token(file: Option<&Path>, data: &DataFolder) -> Result<String, Failure> {
    if let Some(path) = file {
        return read_secret_file(path).map_err(|error| {
            Failure::new(Exit::Io, format!("cannot read the token file {}: {error}", path.display()))
        });
    }
    if let Ok(token) = std::env::var("MILEPOST_TOKEN") {
        return Ok(token);
    }
    read_secret_file(&data.path.join(API_TOKEN_FILE)).map_err(|_| {
        let help = "name a file with --token-file, set MILEPOST_TOKEN, or name the server's data folder with --data";
        Failure::new(Exit::Usage, format!("asking a server takes a token: {help}"))
    })
}
