//! `[limits]`.

use super::{HEAD, check_under_head, parse};
use crate::project::{ForwardedHeader, Limits};
use expect_test::expect;
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

#[test]
fn a_network_that_is_none_is_said_with_what_to_write() {
    check_under_head("[limits]\ntrusted_proxies = [\"10.1.0.0/8\", \"proxy.example.com\"]\n", expect![[r#""#]]);
    check_under_head("[limits]\nexempt = \"10.0.0.0/8\"\n", expect![[r#""#]]);
}

#[test]
fn counts_times_and_headers_are_held_against_what_is_possible() {
    check_under_head("[limits]\nconnections = 0\nrequests_per_key = \"many\"\n", expect![[r#""#]]);
    check_under_head("[limits]\nbody_timeout = \"2h\"\nidle_timeout = 75\n", expect![[r#""#]]);
    check_under_head("[limits]\nforwarded_header = \"x-real-ip\"\nrequest_per_key = 5\n", expect![[r#""#]]);
}
