//! `[limits]`: what the collector lets strangers take.

use super::findings::Findings;
use super::table::{RawTable, Table};
use super::{networks, numbers, rules, suggestions};
use crate::project::{ForwardedHeader, Limits, Patience};
use std::time::Duration;

const KEYS: [&str; 15] = [
    "connections",
    "connections_per_address",
    "requests_at_once",
    "requests_per_key",
    "requests_per_network",
    "silent_timeout",
    "head_timeout",
    "body_timeout",
    "request_timeout",
    "idle_timeout",
    "stalled_timeout",
    "trusted_proxies",
    "forwarded_header",
    "exempt",
    "metrics",
];

/// Nobody waits longer for a page; who means to switch a limit off writes this.
const LONGEST_MS: u64 = 3_600_000;

/// More connections than one process can have, more requests than it could answer.
const MOST: u32 = 1_000_000;

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Limits {
    let table = Table::new(table.entries, table.span, "limits table", &KEYS, findings);
    let usual = Limits::default();
    let mut count = |key, usual| numbers::read(&table, key, 1..=MOST, findings).unwrap_or(usual);
    let connections = count("connections", usual.connections);
    let connections_per_address = count("connections_per_address", usual.connections_per_address);
    let requests_at_once = count("requests_at_once", usual.requests_at_once);
    let requests_per_key = count("requests_per_key", usual.requests_per_key);
    let requests_per_network = count("requests_per_network", usual.requests_per_network);
    let patience = Patience {
        silent: time(&table, "silent_timeout", "20s", usual.patience.silent, findings),
        head: time(&table, "head_timeout", "5s", usual.patience.head, findings),
        body: time(&table, "body_timeout", "12s", usual.patience.body, findings),
        request: time(&table, "request_timeout", "15s", usual.patience.request, findings),
        idle: time(&table, "idle_timeout", "75s", usual.patience.idle, findings),
        stalled: time(&table, "stalled_timeout", "15s", usual.patience.stalled, findings),
    };
    Limits {
        connections,
        connections_per_address,
        requests_at_once,
        requests_per_key,
        requests_per_network,
        patience,
        trusted_proxies: networks::read(&table, "trusted_proxies", findings).unwrap_or_default(),
        forwarded_header: forwarded_header(&table, findings).unwrap_or(usual.forwarded_header),
        exempt: networks::read(&table, "exempt", findings).unwrap_or(usual.exempt),
        metrics: networks::read(&table, "metrics", findings).unwrap_or(usual.metrics),
    }
}

fn time(table: &Table<'_>, key: &str, example: &str, usual: Duration, findings: &mut Findings<'_>) -> Duration {
    let Some(item) = table.get(key) else { return usual };
    let Some(time_ms) = rules::duration_of(item, key, example, findings) else { return usual };
    if time_ms > LONGEST_MS {
        findings.error(
            item.span(),
            format!("`{key}` is longer than an hour"),
            format!("write `{key} = \"1h\"` or less"),
        );
        return usual;
    }
    Duration::from_millis(time_ms)
}

fn forwarded_header(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<ForwardedHeader> {
    let written = table.text("forwarded_header", "write `forwarded_header = \"x-forwarded-for\"`", findings)?;
    let found = ForwardedHeader::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(written.text));
    if found.is_none() {
        let message = format!("`{}` is not a header that is understood here", written.text);
        let known = ForwardedHeader::ALL.map(ForwardedHeader::as_str);
        findings.error(written.span, message, suggestions::help(written.text, &known));
    }
    found
}
