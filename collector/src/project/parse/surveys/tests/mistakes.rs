//! Mistakes in `[[survey]]` and `[budget]`, as they are shown.

use super::{HEAD, JOURNEY};
use crate::project::parse::parse_with;
use expect_test::{Expect, expect};

/// Each on its own: the lines with a mistake, then where it is, what it is and what to write.
#[track_caller]
fn check<const N: usize>(cases: [&str; N], wanted: Expect) {
    let mut shown = String::new();
    let head = format!("{HEAD}{JOURNEY}");
    for lines in cases {
        let parsed = parse_with("milepost.toml", &format!("{head}{lines}"), &|_| Err(String::new()));
        for it in parsed.diagnostics.iter() {
            let line = it.line - head.lines().count();
            let help = it.help.as_deref().unwrap_or("–");
            let severity = format!("{:?}", it.severity).to_lowercase();
            let written = lines.lines().nth(line.saturating_sub(1)).unwrap_or_default();
            let marked =
                format!("{}{}", " ".repeat(it.column - 1), "^".repeat(it.span.len().clamp(1, written.len().max(1))));
            shown.push_str(&format!("{written}\n{marked}\n    {severity}: {}\n        help: {help}\n", it.message));
        }
        if parsed.diagnostics.is_empty() {
            shown.push_str(&format!("{}\n    fine\n", lines.trim()));
        }
    }
    wanted.assert_eq(&shown);
}

#[test]
fn a_budget_is_counts_and_times() {
    check(
        [
            "[budget]\nper_session = 0\nper_quarter = \"4\"\nper_account = 2.5\ngap = \"7\"\nnps_gap = 90\nafter_load = \"0s\"\nfirst_session = \"no\"\nsilence = \"3w\"\nper_week = 1\n",
        ],
        expect![[r#"
            per_session = 0
                          ^
                error: `per_session` is 0: it lies between 1 and 10
                    help: write `per_session = 1`
            per_quarter = "4"
                          ^^^
                error: `per_quarter` must be a whole number, found text
                    help: write `per_quarter = 4`, without quotes
            per_account = 2.5
                          ^^^
                error: `per_account` must be a whole number, found a number with a fraction
                    help: write `per_account = 2`, without quotes
            gap = "7"
                  ^^^
                error: `7` is not a duration
                    help: add a unit: "7d" for days; units are d, h, m, s and ms
            nps_gap = 90
                      ^^
                error: `nps_gap` must be a duration in quotes, found a whole number
                    help: write a unit, in quotes: `nps_gap = "90d"`
            first_session = "no"
                            ^^^^
                error: `first_session` must be true or false, found text
                    help: write `first_session = true`
            silence = "3w"
                      ^^^^
                error: `3w` is not a duration
                    help: write "21d": weeks are written in days
            per_week = 1
            ^^^^^^^^
                error: unknown key `per_week` in a budget
                    help: known here: `per_session`, `gap`, `per_quarter`, `per_account`, `account_window`, `nps_gap`, `after_load`, `first_session`, `dismissals`, `silence`
        "#]],
    );
}
