//! Requests to the provider: soon over, small, and to the address that was meant.

use openidconnect::http::{self, header};
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// A provider that takes longer is down, for whoever waits before a page.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Discovery documents and key sets have some kilobytes.
const BYTES_MAX: usize = 256 * 1024;

/// Asks, and follows no redirect: what is asked for has one address, and a code goes nowhere else.
pub(super) struct Outbound(reqwest::Client);

#[derive(Debug, thiserror::Error)]
pub(super) enum NoAnswer {
    #[error("{}", root_cause(.0))]
    Failed(#[from] reqwest::Error),
    #[error("it answered more than {BYTES_MAX} bytes")]
    TooLong,
    #[error("its answer is none of HTTP: {0}")]
    Malformed(#[from] http::Error),
}

impl Outbound {
    pub(super) fn new() -> Result<Self, NoAnswer> {
        let client = reqwest::Client::builder()
            .user_agent(concat!("milepost/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT);
        Ok(Self(client.build()?))
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let mut answer = self.0.execute(reqwest::Request::try_from(request)?).await?;
        let mut found = http::Response::builder().status(answer.status());
        if let Some(kind) = answer.headers().get(header::CONTENT_TYPE) {
            found = found.header(header::CONTENT_TYPE, kind.clone());
        }
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > BYTES_MAX {
                return Err(NoAnswer::TooLong);
            }
            body.extend_from_slice(&piece);
        }
        Ok(found.body(body)?)
    }
}

impl<'c> AsyncHttpClient<'c> for Outbound {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

/// What is at the bottom of an error: the upper ones repeat the address, codes and all.
pub(super) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Asks somebody who answers once, and then is gone.
    async fn answered(answer: String) -> Result<HttpResponse, NoAnswer> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answering = std::thread::spawn(move || {
            let mut peer = listener.accept().unwrap().0;
            assert!(peer.read(&mut [0; 4096]).unwrap() > 0);
            // Who has heard enough hangs up.
            drop(peer.write_all(answer.as_bytes()));
        });
        let request = http::Request::get(format!("http://{address}/token?code=secret")).body(Vec::new()).unwrap();
        let answer = Outbound::new().unwrap().ask(request).await;
        answering.join().unwrap();
        answer
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let answer = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 2\r\n\r\nno";
        let answer = answered(answer.to_owned()).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_slice()), (307, &b"no"[..]));
    }

    #[tokio::test]
    async fn an_answer_without_end_is_cut_off() {
        let endless = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(BYTES_MAX + 1));
        assert!(matches!(answered(endless).await, Err(NoAnswer::TooLong)));
    }

    #[tokio::test]
    async fn nobody_there_is_said_without_what_was_asked() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let request = http::Request::get(format!("http://{free}/token?code=secret")).body(Vec::new()).unwrap();
        let error = Outbound::new().unwrap().ask(request).await.unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
