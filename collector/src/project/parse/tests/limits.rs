//! `[limits]`.

use super::{HEAD, fetch, parse, parse_with};
use crate::project::{ForwardedHeader, Limits};
use std::time::Duration;

#[test]
fn what_is_left_out_is_as_usual() {
    let limits = |text: &str| parse("milepost.toml", &format!("{HEAD}{text}")).expect("no mistake").limits;
    assert_eq!(limits(""), Limits::default());
    assert_eq!(limits("[limits]"), Limits::default());
    let some = limits(
        "[limits]\nconnections = 7\nhead_timeout = \"500ms\"\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n\
         forwarded_header = \"Forwarded\"\nexempt = []",
    );
    assert_eq!(some.connections, 7);
    assert_eq!(some.patience.head, Duration::from_millis(500));
    assert!(
        some.trusts([10, 1, 2, 3].into()) && !some.trusts([11, 1, 2, 3].into()) && !some.exempts([127, 0, 0, 1].into())
    );
    assert_eq!(some.forwarded_header, ForwardedHeader::Forwarded);
    assert_eq!(some.requests_per_key, Limits::default().requests_per_key);
}

/// Each of the words is in what is shown for these lines of `[limits]`.
#[track_caller]
fn check(lines: &str, words: &[&str]) {
    let parsed = parse_with("milepost.toml", &format!("{HEAD}[limits]\n{lines}\n"), &fetch);
    let shown = parsed.diagnostics.render(false);
    assert!(parsed.project.is_none() && words.iter().all(|it| shown.contains(it)), "{shown}");
}

#[test]
fn a_network_that_is_none_is_said_with_what_to_write() {
    let mistaken = "trusted_proxies = [\"10.1.0.0/8\", \"proxy.example.com\"]";
    check(mistaken, &["`10.1.0.0/8` is not a network", "write \"10.0.0.0/8\"", "`proxy.example.com` is not a network"]);
    check("exempt = \"10.0.0.0/8\"", &["`exempt` must be a list of networks, found text"]);
}

#[test]
fn counts_times_and_headers_are_held_against_what_is_possible() {
    check("connections = 0", &["`connections` is 0: it lies between 1 and 1000000"]);
    check("requests_per_key = \"many\"", &["`requests_per_key` must be a whole number, found text"]);
    check("body_timeout = \"2h\"", &["`body_timeout` is longer than an hour"]);
    check("idle_timeout = 75", &["`idle_timeout` must be a duration in quotes", "idle_timeout = \"75s\""]);
    check("forwarded_header = \"x-real-ip\"", &["`x-real-ip` is not a header that is understood here"]);
    check("request_per_key = 5", &["unknown key `request_per_key`", "requests_per_key"]);
}
