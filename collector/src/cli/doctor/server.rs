//! Looks at a running server, as a page reaches it: through whatever proxies stand between.

use super::finding::Findings;
use reqwest::{Client, Response, StatusCode, Url, header};
use std::error::Error;
use std::time::{Duration, SystemTime};

const ABOUT: &str = "server";

/// Identity tokens allow for as much.
const CLOCK_LEEWAY: Duration = Duration::from_secs(60);

/// Whether there is a server that can take messages.
pub(super) async fn look(client: &Client, base: &Url, now: SystemTime, findings: &mut Findings) -> bool {
    let Some(ready) = fetch(client, base, "readyz", findings).await else { return false };
    let clock = ready.headers().get(header::DATE).and_then(|it| it.to_str().ok()).and_then(http_date);
    let status = ready.status();
    let said = ready.text().await.unwrap_or_default();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        let reason = serde_json::from_str::<serde_json::Value>(&said).unwrap_or_default();
        let reason = reason["error"]["message"].as_str().unwrap_or("it gives no reason").to_owned();
        let message = format!("{base} takes no messages now: {reason}");
        findings.wrong(ABOUT, "server_not_ready", message, "look at its log, its disk and /readyz");
        return false;
    }
    if status != StatusCode::OK || said.trim() != "ok" {
        let message = format!("{base} is no Milepost server: /readyz answers {status}");
        findings.wrong(ABOUT, "not_milepost", message, "is the address right, and does the proxy pass every path on?");
        return false;
    }
    if let Some(clock) = clock
        && let Some(apart) = apart(clock, now).filter(|it| *it > CLOCK_LEEWAY)
    {
        let message = format!("its clock and the one here are {} seconds apart", apart.as_secs());
        findings.wrong(ABOUT, "clock_differs", message, "set both by NTP: times and identity tokens depend on it");
        return true;
    }
    if base.scheme() == "http" && !is_local(base) {
        let message = format!("{base} is not encrypted: anybody on the way reads what customers do");
        findings.warning(
            ABOUT,
            "server_unencrypted",
            message,
            "put a TLS proxy before it, and use its https:// address",
        );
    }
    if !sdk(client, base, findings).await {
        return true;
    }
    findings.ok(ABOUT, format!("{base} takes messages and hands out the SDK"));
    true
}

/// Whether the script and the module it names can be had.
async fn sdk(client: &Client, base: &Url, findings: &mut Findings) -> bool {
    let Some(script) = fetch(client, base, "sdk.js", findings).await else { return false };
    if script.status() != StatusCode::OK || !content_type(&script).contains("javascript") {
        let message = format!("/sdk.js is answered with {} and `{}`", script.status(), content_type(&script));
        let help = "build the SDK before the collector (`cargo xtask wasm`), or let the proxy pass it on unchanged";
        findings.wrong(ABOUT, "sdk_missing", message, help);
        return false;
    }
    let text = script.text().await.unwrap_or_default();
    let Some(module) = module_name(&text) else { return true };
    let Some(answer) = fetch(client, base, module, findings).await else { return false };
    if answer.status() != StatusCode::OK {
        let message = format!("/{module}, which /sdk.js asks for, is answered with {}", answer.status());
        let help = "let the proxy pass on .wasm files, and do not keep an older /sdk.js in a cache";
        findings.wrong(ABOUT, "module_missing", message, help);
        return false;
    }
    true
}

/// The first `sdk-….wasm` that the script names.
fn module_name(script: &str) -> Option<&str> {
    let end = script.find(".wasm")? + ".wasm".len();
    let start = script.get(..end)?.rfind("sdk-")?;
    script.get(start..end)
}

async fn fetch(client: &Client, base: &Url, path: &str, findings: &mut Findings) -> Option<Response> {
    match client.get(at(base, path)).send().await {
        Ok(response) => Some(response),
        Err(error) => {
            let message = format!("{base} cannot be reached: {}", root_cause(&error));
            let help =
                "is it running, does it listen on this address (--listen), and does no firewall stand before it?";
            findings.wrong(ABOUT, "server_unreachable", message, help);
            None
        }
    }
}

/// A path below the server's address, which may itself have one.
pub(super) fn at(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.pop_if_empty().extend(path.split('/'));
    }
    url
}

pub(super) fn root_cause(error: &reqwest::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        reason = error.to_string();
        source = error.source();
    }
    reason
}

pub(super) fn content_type(response: &Response) -> String {
    response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default().to_owned()
}

pub(super) fn is_local(url: &Url) -> bool {
    match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|it| it.is_loopback()),
        None => false,
    }
}

/// `Date: Sun, 06 Nov 1994 08:49:37 GMT`: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7>
fn http_date(text: &str) -> Option<SystemTime> {
    let at = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(SystemTime::from(at.timestamp()))
}

fn apart(one: SystemTime, other: SystemTime) -> Option<Duration> {
    one.duration_since(other).or_else(|_| other.duration_since(one)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_is_found_in_the_script() {
        assert_eq!(module_name("a(\"sdk-12ab.wasm\")"), Some("sdk-12ab.wasm"));
        assert_eq!(module_name("import(\"sdk-debug-1.js\"),f(\"sdk-12ab.wasm\")"), Some("sdk-12ab.wasm"));
        assert_eq!(module_name("nothing"), None);
    }

    #[test]
    fn dates_are_read_and_compared_both_ways() {
        let at = http_date("Thu, 01 Jan 1970 00:01:30 GMT").expect("a date");
        assert_eq!(apart(at, SystemTime::UNIX_EPOCH), Some(Duration::from_secs(90)));
        assert_eq!(apart(SystemTime::UNIX_EPOCH, at), Some(Duration::from_secs(90)));
    }

    #[test]
    fn a_server_may_live_below_a_path() {
        let base = Url::parse("https://example.com/milepost/").expect("a URL");
        assert_eq!(at(&base, "v1/batch").as_str(), "https://example.com/milepost/v1/batch");
    }
}
