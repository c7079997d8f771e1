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
            let length = it.span.len().clamp(1, written.chars().count().saturating_sub(it.column - 1).max(1));
            let marked = format!("{}{}", " ".repeat(it.column - 1), "^".repeat(length));
            shown.push_str(&format!("{written}\n{marked}\n    {severity}: {}\n        help: {help}\n", it.message));
        }
        if parsed.diagnostics.is_empty() {
            shown.push_str(&format!("{}\n    fine\n", lines.trim()));
        }
    }
    wanted.assert_eq(&shown);
}

/// Lines of a survey that has a step and no other mistake.
#[track_caller]
fn check_survey<const N: usize>(cases: [&str; N], wanted: Expect) {
    check_in(cases, "", ASK, wanted);
}

/// Steps of a survey that begins with an NPS question.
#[track_caller]
fn check_steps<const N: usize>(cases: [&str; N], wanted: Expect) {
    check_in(cases, SCORE, "", wanted);
}

#[track_caller]
fn check_in<const N: usize>(cases: [&str; N], before: &str, after: &str, wanted: Expect) {
    let cases = cases.map(|it| format!("[[survey]]\nid = \"s\"\n{before}{it}\n{after}"));
    check(cases.each_ref().map(String::as_str), wanted);
}

const ASK: &str = "[[survey.step]]\nid = \"ask\"\nkind = \"csat\"\ntitle = \"How was it?\"\n";

const SCORE: &str =
    "[[survey.step]]\nid = \"score\"\nkind = \"nps\"\ntitle = \"Would you?\"\nlow = \"No\"\nhigh = \"Yes\"\n";

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

#[test]
fn unknown_keys_and_words_are_named_with_what_may_be_meant() {
    check_survey(
        [
            "trigger = 1\nlang = \"de\"\nsampel = \"5%\"",
            "surface = \"modal\"",
            "every = \"never\"",
            "every = \"90 days\"",
            "priority = 101",
            "answers = 0",
            "sample = \"0%\"",
            "sample = 25",
            "delay = \"2h\"",
            "language = \"English\"",
            "language = \"de_AT\"",
            "language = \"ga\"",
        ],
        expect![[r#"
            trigger = 1
            ^^^^^^^
                error: unknown key `trigger` in a survey
                    help: did you mean `when`?
            lang = "de"
            ^^^^
                error: unknown key `lang` in a survey
                    help: did you mean `language`?
            sampel = "5%"
            ^^^^^^
                error: unknown key `sampel` in a survey
                    help: did you mean `sample`?
            surface = "modal"
                      ^^^^^^^
                error: unknown surface `modal`
                    help: known here: `popover`, `inline`, `tab`
            every = "never"
                    ^^^^^^^
                error: `never` does not say how often
                    help: known here: `once`, `always`, or a time such as "90d"
            every = "90 days"
                    ^^^^^^^^^
                error: `90 days` is not a duration
                    help: write "90d"
            priority = 101
                       ^^^
                error: `priority` is 101: it lies between 0 and 100
                    help: write `priority = 100`
            answers = 0
                      ^
                error: `answers` is 0: it lies between 1 and 10000000
                    help: write `answers = 1`
            sample = "0%"
                     ^^^^
                error: `sample` is 0 %: it lies between 0.1 % and 100 %
                    help: write `sample = "0.1%"`
            sample = 25
                     ^^
                error: `sample` must be a share in quotes, found a whole number
                    help: write `sample = "25%"`
            delay = "2h"
                    ^^^^
                error: a delay of 2h outlasts every visit to a page
                    help: write at most "1h"; days after a milestone are `when = { overdue = "…", after = "3d" }`
            language = "English"
                       ^^^^^^^^^
                error: `English` is no language
                    help: write a tag of BCP 47, such as "de" or "pt-BR"
            language = "de_AT"
                       ^^^^^^^
                error: `de_AT` is no language
                    help: write "de-AT"
            language = "ga"
                       ^^^^
                warning: the words around the questions do not come in `ga`: `next`, `back`, `skip`, `send`, `not_now`, `never`, `close`, `why`, `required`, `progress`, `announcement`, `saved`
                    help: add them under `[survey.words]`; until then they are English
        "#]],
    );
}

#[test]
fn triggers_name_what_there_is() {
    check_survey(
        [
            "when = \"Invoice Sent\"",
            "when = []",
            "when = { event = \"Invoice Sent\", where = { total = { gte = 1 } } }",
            "when = { evnet = \"Invoice Sent\" }",
            "when = { milestone = \"sent\" }",
            "when = { milestone = \"onbording/sent\" }",
            "when = { milestone = \"onboarding/snet\" }",
            "when = { overdue = \"onboarding/sent\" }",
            "when = { after = \"5s\", event = \"Invoice Sent\" }",
            "when = { milestone = \"onboarding/sent\", time_on_page = \"40s\" }",
            "when = { time_on_page = 40 }",
            "when = { event = \"Invoice Paid\", source = \"server\" }",
            "when = { all = [{ event = \"Invoice Paid\", source = \"server\" }, { page = \"/app\" }] }",
            "when = { milestone = \"onboarding/paid\" }",
            "when = { hesitation = true }",
            "when = { hesitation = false }",
            "when = [{ time_on_page = \"40s\" }, { time_on_page = \"40s\" }]",
            "surface = \"inline\"\nwhen = { time_on_page = \"40s\" }",
        ],
        expect![[r#"
            when = "Invoice Sent"
                   ^^^^^^^^^^^^^^
                error: `when` must be a table, found text
                    help: write `when = { event = "Invoice Sent" }`, `{ milestone = "onboarding/invoice-sent" }`, `{ overdue = "onboarding/invoice-sent", after = "7d" }`, `{ hesitation = true }` or `{ time_on_page = "40s" }`
            when = []
                   ^^
                error: an empty `when`
                    help: write `when = { event = "Invoice Sent" }`, `{ milestone = "onboarding/invoice-sent" }`, `{ overdue = "onboarding/invoice-sent", after = "7d" }`, `{ hesitation = true }` or `{ time_on_page = "40s" }`
            [[survey]]
            id = "s"
            when = { event = "Invoice Sent", where = { total = { gte = 1 } } }
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            when = { evnet = "Invoice Sent" }
                     ^^^^^
                error: unknown rule `evnet`
                    help: did you mean `event`?
            when = { milestone = "sent" }
                                 ^^^^^^
                error: `sent` does not say of which journey
                    help: write `milestone = "onboarding/sent"`
            when = { milestone = "onbording/sent" }
                                 ^^^^^^^^^^^^^^^^
                error: there is no journey `onbording`
                    help: did you mean `onboarding`?
            when = { milestone = "onboarding/snet" }
                                 ^^^^^^^^^^^^^^^^^
                error: `onboarding` has no milestone `snet`
                    help: did you mean `sent`?
            when = { overdue = "onboarding/sent" }
                               ^^^^^^^^^^^^^^^^^
                error: `overdue` without `after`
                    help: add how long after the milestone before it: `after = "7d"`
            when = { after = "5s", event = "Invoice Sent" }
                     ^^^^^
                error: `after` without `overdue`
                    help: write `{ overdue = "onboarding/invoice-sent", after = "7d" }`; for a pause, `delay = "5s"` beside `when`
            when = { milestone = "onboarding/sent", time_on_page = "40s" }
                                                    ^^^^^^^^^^^^
                error: `time_on_page` does not go with `milestone`
                    help: write them apart, in a list: `when = [{ milestone = … }, { time_on_page = … }]`
            when = { time_on_page = 40 }
                                    ^^
                error: `time_on_page` must be a duration in quotes, found a whole number
                    help: write a unit, in quotes: `time_on_page = "40s"`
            when = { event = "Invoice Paid", source = "server" }
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                warning: only your server says that this happened: no page notices, so nothing comes up
                    help: name something that a page sees, such as an element that shows it: `{ seen = ".paid" }`
            when = { all = [{ event = "Invoice Paid", source = "server" }, { page = "/app" }] }
                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                warning: only your server says that this happened: no page notices, so nothing comes up
                    help: name something that a page sees, such as an element that shows it: `{ seen = ".paid" }`
            when = { milestone = "onboarding/paid" }
                                 ^^^^^^^^^^^^^^^^^
                warning: only your server says that this happened: no page notices, so nothing comes up
                    help: name something that a page sees, such as an element that shows it: `{ seen = ".paid" }`
            when = { hesitation = true }
                   ^^^^^^^^^^^^^^^^^^^^^
                error: hesitation is not looked for in this project
                    help: add a table `[hesitation]`; `ask = false` in it keeps the detector's own question away
            when = { hesitation = false }
                                  ^^^^^
                error: `hesitation` must be true, found true or false
                    help: write `hesitation = true`, or leave it out
            when = [{ time_on_page = "40s" }, { time_on_page = "40s" }]
                                              ^^^^^^^^^^^^^^^^^^^^^^^^
                warning: this trigger stands here twice
                    help: remove one of the two
            when = { time_on_page = "40s" }
                   ^^^^^^^^^^^^^^^^^^^^^^^^
                warning: an inline survey is where the page puts it: nothing else brings it up
                    help: leave `when` out, or write `surface = "popover"`
        "#]],
    );
}

#[test]
fn an_audience_can_be_met() {
    check_survey(
        [
            "who = { trait = { plan = \"pro\" } }",
            "who = { not = { account_trait = { plan = \"free\" } } }",
            "who = { event = \"Invoice Sent\" }",
            "who = { all = [{ trait = { plan = \"pro\" } }, { trait = { plan = \"free\" } }] }",
            "who = { trait = { seats = { gte = 5, lt = 5 } } }",
            "who = { any = [{ trait = { plan = { in = [\"pro\"], ne = \"pro\" } } }, { trait = { plan = \"free\" } }] }",
            "pages = [\"app\"]",
            "pages = [\"/app/*\", \"/app/*\"]",
            "pages = [\"/app/*\"]\nexclude = [\"/app/*\"]",
            "exclude = [\"*\"]",
        ],
        expect![[r#"
            [[survey]]
            id = "s"
            who = { trait = { plan = "pro" } }
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            [[survey]]
            id = "s"
            who = { not = { account_trait = { plan = "free" } } }
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            who = { event = "Invoice Sent" }
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^
                error: `who` looks at traits only
                    help: say what must happen in `when`; here, write `trait` or `account_trait`, with `all`, `any` and `not`
            who = { all = [{ trait = { plan = "pro" } }, { trait = { plan = "free" } }] }
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                error: nobody can be all of this
                    help: look for two conditions on one trait that exclude each other, or write `any`
            who = { trait = { seats = { gte = 5, lt = 5 } } }
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                error: nobody can be all of this
                    help: look for two conditions on one trait that exclude each other, or write `any`
            [[survey]]
            id = "s"
            who = { any = [{ trait = { plan = { in = ["pro"], ne = "pro" } } }, { trait = { plan = "free" } }] }
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            pages = ["app"]
                     ^^^^^
                error: `app` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme
                    help: write "/app"
            pages = ["/app/*", "/app/*"]
                               ^^^^^^^^
                error: `/app/*` stands here twice
                    help: remove one of the two
            exclude = ["/app/*"]
                      ^^^^^^^^^^
                error: `exclude` leaves no page to be shown on
                    help: exclude less than `pages` has
            exclude = ["*"]
                      ^^^^^
                error: `exclude` leaves no page to be shown on
                    help: exclude less than `pages` has
        "#]],
    );
}

#[test]
fn dates_are_days_or_moments_in_their_order() {
    check_survey(
        [
            "starts = 2026-09-01\nends = 2026-09-01",
            "starts = 2026-09-02\nends = 2026-09-01",
            "starts = 2026-09-01T08:00:00",
            "starts = \"2026-09-01T08:00:00+02:00\"",
            "starts = \"September\"",
            "ends = 08:00:00",
            "ends = 20260901",
        ],
        expect![[r#"
            [[survey]]
            id = "s"
            starts = 2026-09-01
            ends = 2026-09-01
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            ends = 2026-09-01
                   ^^^^^^^^^^
                error: it ends before it starts
                    help: write a later day into `ends`
            starts = 2026-09-01T08:00:00
                     ^^^^^^^^^^^^^^^^^^^
                error: `2026-09-01T08:00:00` is no moment
                    help: add the time zone: `starts = 2026-09-01T08:00:00Z`
            [[survey]]
            id = "s"
            starts = "2026-09-01T08:00:00+02:00"
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            starts = "September"
                     ^^^^^^^^^^^
                error: `September` is no date
                    help: write a day, `starts = 2026-09-01`, or a moment, `starts = 2026-09-01T08:00:00Z`
            ends = 08:00:00
                   ^^^^^^^^
                error: `08:00:00` is no moment
                    help: write a day, `ends = 2026-09-01`, or a moment, `ends = 2026-09-01T08:00:00Z`
            ends = 20260901
                   ^^^^^^^^
                error: `ends` must be a date, found a whole number
                    help: write a day, `ends = 2026-09-01`, or a moment, `ends = 2026-09-01T08:00:00Z`
        "#]],
    );
}

#[test]
fn only_a_tab_has_a_label_and_it_needs_one() {
    check_survey(
        ["surface = \"tab\"", "label = \"Feedback\"", "surface = \"tab\"\nlabel = \"Feedback\""],
        expect![[r#"
            [[survey]]
            ^^^^^^^^^^
                error: a survey without `label`
                    help: add what the tab says: `label = "Feedback"`
            label = "Feedback"
                    ^^^^^^^^^^
                error: only a tab has a label
                    help: leave `label` out, or write `surface = "tab"`
            [[survey]]
            id = "s"
            surface = "tab"
            label = "Feedback"
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
        "#]],
    );
}

#[test]
fn what_the_budget_makes_impossible_is_said() {
    let nps = |every: &str| format!("[budget]\ngap = \"14d\"\n[[survey]]\nid = \"s\"\nevery = \"{every}\"\n{SCORE}");
    let lines = ["13d", "14d", "90d"].map(nps);
    check(
        lines.each_ref().map(String::as_str),
        expect![[r#"
        every = "13d"
                ^^^^^
            warning: the budget's `nps_gap` is 90d: nobody is asked again after 13d
                help: write `every = "90d"`, or change `nps_gap` in `[budget]`
        every = "14d"
                ^^^^^
            warning: the budget's `nps_gap` is 90d: nobody is asked again after 14d
                help: write `every = "90d"`, or change `nps_gap` in `[budget]`
        [budget]
        gap = "14d"
        [[survey]]
        id = "s"
        every = "90d"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
            fine
    "#]],
    );
    check_survey(
        ["every = \"6d\"", "surface = \"tab\"\nlabel = \"F\"\nevery = \"6d\"", "reserve = true"],
        expect![[r#"
            every = "6d"
                    ^^^^
                warning: the budget's `gap` is 7d: nobody is asked again after 6d
                    help: write `every = "7d"`, or change `gap` in `[budget]`
            [[survey]]
            id = "s"
            surface = "tab"
            label = "F"
            every = "6d"
            [[survey.step]]
            id = "ask"
            kind = "csat"
            title = "How was it?"
                fine
            reserve = true
                      ^^^^
                warning: nothing can be kept for this survey: nobody knows when it is due
                    help: add `every` or `starts`: a place is kept for what is due at a known time
        "#]],
    );
}

#[test]
fn two_surveys_do_not_want_the_same_moment() {
    let survey = |id: &str, lines: &str| format!("[[survey]]\nid = \"{id}\"\n{lines}\n{ASK}");
    let when = "when = { time_on_page = \"40s\" }";
    let both = |other: &str| {
        format!(
            "{}{}",
            survey("a", &format!("{when}\nwho = {{ trait = {{ plan = \"pro\" }} }}")),
            survey("b", &format!("{when}\n{other}"))
        )
    };
    let lines = ["", "priority = 60", "who = { trait = { plan = \"free\" } }"].map(both);
    check(
        lines.each_ref().map(String::as_str),
        expect![[r#"
        id = "b"
             ^^^
            warning: `a` and `b` come up at the same moment, with the same priority
                help: give the more important one a higher `priority`
        [[survey]]
        id = "a"
        when = { time_on_page = "40s" }
        who = { trait = { plan = "pro" } }
        [[survey.step]]
        id = "ask"
        kind = "csat"
        title = "How was it?"
        [[survey]]
        id = "b"
        when = { time_on_page = "40s" }
        priority = 60
        [[survey.step]]
        id = "ask"
        kind = "csat"
        title = "How was it?"
            fine
        [[survey]]
        id = "a"
        when = { time_on_page = "40s" }
        who = { trait = { plan = "pro" } }
        [[survey.step]]
        id = "ask"
        kind = "csat"
        title = "How was it?"
        [[survey]]
        id = "b"
        when = { time_on_page = "40s" }
        who = { trait = { plan = "free" } }
        [[survey.step]]
        id = "ask"
        kind = "csat"
        title = "How was it?"
            fine
    "#]],
    );
    check(
        [&format!("{}{}", survey("a", ""), survey("a", "")), &survey("hesitation", "")],
        expect![[r#"
        id = "a"
             ^^^
            error: two surveys have the id `a`
                help: give each survey its own
        id = "hesitation"
             ^^^^^^^^^^^^
            error: a survey cannot be called `hesitation`: the detector's own question is
                help: write `id = "stuck"`, or another word
    "#]],
    );
}

#[test]
fn a_survey_has_steps_with_ids_kinds_and_titles() {
    check(
        ["[[survey]]\nid = \"s\"\n"],
        expect![[r#"
        [[survey]]
        ^^^^^^^^^^
            error: a survey without steps
                help: add `[[survey.step]]` with an `id`, a `kind` and a `title`
    "#]],
    );
    check_steps(
        [
            "[[survey.step]]\nid = \"score\"\nkind = \"long\"\ntitle = \"?\"",
            "[[survey.step]]\nid = \"end\"\nkind = \"long\"\ntitle = \"?\"",
            "[[survey.step]]\nkind = \"long\"",
            "[[survey.step]]\nid = \"a\"\nkind = \"stars\"\ntitle = \"?\"",
            "[[survey.step]]\nid = \"a\"\nkind = \"long\"\ntitle = \"\"\nchoices = { a = \"A\" }",
            "[[survey.step]]\nid = \"a\"\nkind = \"thanks\"\ntitle = \"?\"\nnext = \"end\"",
        ],
        expect![[r#"
            id = "score"
                 ^^^^^^^
                error: two steps have the id `score`
                    help: give each step its own
            id = "end"
                 ^^^^^
                error: a step cannot be called `end`: the word means something else where steps are named
                    help: write `id = "end-1"`, or a word for what it asks
            [[survey.step]]
            ^^^^^^^^^^^^^^^
                error: a step without `id`
                    help: add `id = "score"`: lower-case letters, digits and hyphens
            kind = "stars"
                   ^^^^^^^
                error: unknown kind of step `stars`
                    help: known here: `nps`, `csat`, `ces`, `rating`, `single`, `multiple`, `short`, `long`, `information`, `link`, `thanks`
            title = ""
                    ^^
                error: `title` is empty
                    help: write a text, or leave it out
            choices = { a = "A" }
            ^^^^^^^
                error: `choices` does not go with the kind `long`
                    help: it belongs to `single`, `multiple`
            next = "end"
            ^^^^
                error: `next` does not go with the kind `thanks`
                    help: it belongs to `nps`, `csat`, `ces`, `rating`, `single`, `multiple`, `short`, `long`, `information`, `link`
        "#]],
    );
}

#[test]
fn scales_are_those_that_can_be_compared() {
    let step =
        |kind: &str, lines: &str| format!("[[survey.step]]\nid = \"a\"\nkind = \"{kind}\"\ntitle = \"?\"\n{lines}\n");
    let ends = "low = \"a\"\nhigh = \"z\"\n";
    let cases = [
        step("nps", &format!("{ends}min = 1")),
        step("nps", &format!("{ends}min = 0\nmax = 10")),
        step("ces", &format!("{ends}max = 5\nshape = \"stars\"")),
        step("ces", "low = \"a\""),
        step("csat", "shape = \"smileys\""),
        step("csat", "shape = \"emoji\""),
        step("rating", "max = 11"),
        step("rating", "max = 10\nshape = \"emoji\""),
        step("rating", "min = 0"),
        step("rating", "min = 0\nshape = \"numbers\"\nmax = 10"),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        min = 1
              ^
            error: a step of kind `nps` goes from 0 to 10, always
                help: leave `min` out, or write `kind = "rating"` for a scale of your own
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "nps"
        title = "?"
        low = "a"
        high = "z"
        min = 0
        max = 10
            fine
        max = 5
              ^
            error: a step of kind `ces` goes from 1 to 7, always
                help: leave `max` out, or write `kind = "rating"` for a scale of your own
        shape = "stars"
                ^^^^^^^
            error: a step of kind `ces` is asked in numbers
                help: leave `shape` out, or write `kind = "rating"`
        [[survey.step]]
        ^^^^^^^^^^^^^^^
            warning: nobody knows which end of this scale is which
                help: add `low = "Strongly disagree"` and `high = "Strongly agree"`
        shape = "smileys"
                ^^^^^^^^^
            error: unknown shape `smileys`
                help: known here: `numbers`, `stars`, `emoji`
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "csat"
        title = "?"
        shape = "emoji"
            fine
        max = 11
              ^^
            error: `max` is 11: it lies between 2 and 10
                help: write `max = 10`
        shape = "emoji"
                ^^^^^^^
            error: there are five faces at most
                help: write `max = 5`, or another `shape`
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "rating"
        title = "?"
        min = 0
            fine
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "rating"
        title = "?"
        min = 0
        shape = "numbers"
        max = 10
            fine
    "#]],
    );
}

#[test]
fn choices_have_ids() {
    let step = |lines: &str| format!("[[survey.step]]\nid = \"a\"\nkind = \"single\"\ntitle = \"?\"\n{lines}\n");
    let cases = [
        step(""),
        step("choices = [\"Price\", \"Speed\"]"),
        step("choices = { \"Too slow\" = \"Too slow\", b = \"B\" }"),
        step("choices = { a = \"A\" }"),
        step("choices = { a = \"A\" }\nother = \"Else\""),
        step("choices = { a = \"A\", other = \"B\" }\nother = \"Else\""),
        step("choices = { a = 1, b = \"{score}\" }"),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        [[survey.step]]
        ^^^^^^^^^^^^^^^
            error: a step without `choices`
                help: write each with an id of its own: `choices = { price = "The price", speed = "The speed" }`
        choices = ["Price", "Speed"]
                  ^^^^^^^^^^^^^^^^^^
            error: `choices` must be a table, found a list
                help: write each with an id of its own: `choices = { price = "The price", speed = "The speed" }`
        choices = { "Too slow" = "Too slow", b = "B" }
                    ^^^^^^^^^^
            error: `Too slow` is not an id: lower-case letters, digits and hyphens only
                help: write `too-slow = "…"`: the id is what is recorded, the text what is shown
        choices = { a = "A" }
                  ^^^^^^^^^^^
            error: there is nothing to choose between
                help: write two choices at least
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "single"
        title = "?"
        choices = { a = "A" }
        other = "Else"
            fine
        choices = { a = "A", other = "B" }
                             ^^^^^
            error: `other` is what people write themselves, and a choice as well
                help: give this choice another id, or leave `other` out
        choices = { a = 1, b = "{score}" }
                        ^
            error: `a` must be text in quotes, found a whole number
                help: write `a = "…"`
        choices = { a = 1, b = "{score}" }
                               ^^^^^^^^^
            warning: braces in `b` are shown as they are
                help: answers and traits are filled into `title` and `text` only
    "#]],
    );
}

#[test]
fn links_are_https_or_a_path() {
    let step = |link: &str| format!("[[survey.step]]\nid = \"a\"\nkind = \"thanks\"\ntitle = \"?\"\nlink = {link}\n");
    let cases = [
        step("\"https://example.com\""),
        step("{ label = \"L\", url = \"http://example.com\" }"),
        step("{ label = \"L\", url = \"javascript:alert(1)\" }"),
        step("{ label = \"L\", url = \"//example.com\" }"),
        step("{ label = \"L\", url = \"/help\" }"),
        step("{ label = \"L\", href = \"/help\" }"),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        link = "https://example.com"
               ^^^^^^^^^^^^^^^^^^^^^
            error: `link` must be a table, found text
                help: write `link = { label = "Read more", url = "https://…" }`
        link = { label = "L", url = "http://example.com" }
                                    ^^^^^^^^^^^^^^^^^^^^
            error: `http://example.com` is neither https nor a path
                help: write "https://example.com"
        link = { label = "L", url = "javascript:alert(1)" }
                                    ^^^^^^^^^^^^^^^^^^^^^
            error: `javascript:alert(1)` is neither https nor a path
                help: write a URL with https, or a path such as "/help"
        link = { label = "L", url = "//example.com" }
                                    ^^^^^^^^^^^^^^^
            error: `//example.com` is neither https nor a path
                help: write "https://example.com"
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "thanks"
        title = "?"
        link = { label = "L", url = "/help" }
            fine
        link = { label = "L", href = "/help" }
               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            error: a link without `url`
                help: add `url = "https://help.example.com/invoices"`, or a path such as "/help"
        link = { label = "L", href = "/help" }
                              ^^^^
            error: unknown key `href` in a link
                help: did you mean `url`?
    "#]],
    );
}

#[test]
fn texts_are_read_to_the_character() {
    let step = |title: &str| format!("[[survey.step]]\nid = \"why\"\nkind = \"long\"\ntitle = {title}\n");
    let cases = [
        step("\"{score} {{x}} {user.name|you} {account.seats, plural, one {# seat} other {# seats}}\""),
        step("\"Größe {scroe}?\""),
        step("\"{why}\""),
        step("\"\\u00e9 {user.name}\""),
        step("\"{user}\""),
        step("\"{user..name|x}\""),
        step("\"{}\""),
        step("\"a } b\""),
        step("\"a {score\""),
        step("\"a {score|x\""),
        step("\"{score, plural, one {# point}}\""),
        step("\"{score, plural, one {#} one {#} other {#}}\""),
        step("\"{score, plural, singular {#} other {#}}\""),
        step("\"{score, plural, =1 {#} other {#}}\""),
        step("\"{score, plural, other #}\""),
        step("\"{score, select, other {#}}\""),
        step("\"{score, plural, other {{#}} }\""),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "why"
        kind = "long"
        title = "{score} {{x}} {user.name|you} {account.seats, plural, one {# seat} other {# seats}}"
            fine
        title = "Größe {scroe}?"
                        ^^^^^
            error: there is no step `scroe`
                help: did you mean `score`?
        title = "{why}"
                  ^^^
            error: `why` is never asked before `why`
                help: name a step on the way here
        title = "\u00e9 {user.name}"
                        ^^^^^^^^^^^
            warning: where `user.name` is not known, nothing stands here
                help: write `{user.name|…}` with what to say instead
        title = "{user}"
                  ^^^^
            error: `user` has many traits: which one?
                help: write `{user.name|…}`
        title = "{user..name|x}"
                  ^^^^^^^^^^
            error: `user..name` is not the path of a trait
                help: write the names from the outside in, with one dot between: `{user.address.city|your city}`
        title = "{}"
                 ^
            error: nothing is named in these braces
                help: write the id of an earlier step, `{user.…}` or `{account.…}`; a brace that is shown is written `{{`
        title = "a } b"
                   ^
            error: a brace closes that was not opened
                help: write `}}` for a brace that is shown
        title = "a {score"
                   ^
            error: a brace opens and does not close
                help: close it with `}`; a brace that is shown is written `{{`
        title = "a {score|x"
                   ^
            error: a brace opens and does not close
                help: close it with `}`; a brace that is shown is written `{{`
        title = "{score, plural, one {# point}}"
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            error: a plural without `other`
                help: add `other {…}`: every language has it, and numbers that are not known get it
        title = "{score, plural, one {#} one {#} other {#}}"
                                         ^^^
            error: two forms for `one`
                help: remove one of the two
        title = "{score, plural, singular {#} other {#}}"
                                 ^^^^^^^^
            error: `singular` is not a category of numbers
                help: known here: `zero`, `one`, `two`, `few`, `many`, `other`
        title = "{score, plural, =1 {#} other {#}}"
                                 ^^
            error: `=1` is not a category of numbers
                help: write a category of CLDR: `zero`, `one`, `two`, `few`, `many` or `other`
        title = "{score, plural, other #}"
                                 ^^^^^^^
            error: a form without braces
                help: write each form in braces: `one {# seat} other {# seats}`
        title = "{score, select, other {#}}"
                        ^^^^^^^
            error: after a comma comes `plural`
                help: write `{account.seats, plural, one {# seat} other {# seats}}`; for a fallback, `{user.name|you}`
        title = "{score, plural, other {{#}} }"
                 ^
            error: a brace opens and does not close
                help: a form holds text and `#` for the number, no braces
        title = "{score, plural, other {{#}} }"
                                             ^
            error: a brace closes that was not opened
                help: write `}}` for a brace that is shown
    "#]],
    );
}

#[test]
fn what_may_be_unknown_wants_a_fallback() {
    let why = "[[survey.step]]\nid = \"why\"\nkind = \"long\"\ntitle = \"Why?\"\n";
    let thanks = "[[survey.step]]\nid = \"thanks\"\nkind = \"thanks\"\ntitle = \"{score}: {why}, {why|nothing}\"\n";
    let cases = [
        format!("{why}{thanks}"),
        format!("{why}required = true\n{thanks}"),
        format!("{}required = true\nband = \"detractor\"\n{thanks}", why),
        format!(
            "[[survey.step]]\nid = \"note\"\nkind = \"information\"\ntitle = \"{{thanks}}\"\n{}",
            thanks.replace("{why}, {why|nothing}", "{note}")
        ),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        title = "{score}: {why}, {why|nothing}"
                          ^^^^^
            warning: where `why` is not known, nothing stands here
                help: write `{why|…}` with what to say instead
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "why"
        kind = "long"
        title = "Why?"
        required = true
        [[survey.step]]
        id = "thanks"
        kind = "thanks"
        title = "{score}: {why}, {why|nothing}"
            fine
        title = "{score}: {why}, {why|nothing}"
                          ^^^^^
            warning: where `why` is not known, nothing stands here
                help: write `{why|…}` with what to say instead
        title = "{thanks}"
                  ^^^^^^
            error: nothing is answered at `thanks`, a step of kind `thanks`
                help: name a step that asks something
        title = "{score}: {note}"
                           ^^^^
            error: nothing is answered at `note`, a step of kind `information`
                help: name a step that asks something
    "#]],
    );
}

#[test]
fn branches_lead_somewhere() {
    let why = "[[survey.step]]\nid = \"why\"\nkind = \"single\"\ntitle = \"?\"\nchoices = { price = \"P\", speed = \"S\" }\nother = \"O\"\n";
    let last = "[[survey.step]]\nid = \"z\"\nkind = \"thanks\"\ntitle = \"!\"\n";
    let case = |test: &str| {
        format!(
            "{why}branch = [{{ if = {test}, next = \"z\" }}]\n[[survey.step]]\nid = \"more\"\nkind = \"long\"\ntitle = \"?\"\n{last}"
        )
    };
    let cases = [
        "{ answer = { score = \"promoter\", why = { in = [\"price\", \"other\"] } }, written = \"why\" }",
        "\"promoter\"",
        "{}",
        "{ score = 9 }",
        "{ answer = { socre = 9 } }",
        "{ answer = { score = 11 } }",
        "{ answer = { score = \"satisfied\" } }",
        "{ answer = { score = [9, 10] } }",
        "{ answer = { score = { gte = 8, lt = 8 } } }",
        "{ answer = { score = { ne = 8 } } }",
        "{ answer = { why = \"prize\" } }",
        "{ answer = { why = 1 } }",
        "{ answer = { why = { gte = 1 } } }",
        "{ answer = { more = \"x\" } }",
        "{ answer = { z = { exists = true } } }",
        "{ written = \"score\" }",
        "{ unanswered = \"more\" }",
        "{ all = [] }",
        "{ not = { not = { not = { not = { not = { not = { not = { written = \"why\" } } } } } } } }",
        "{ not = { not = { not = { not = { not = { not = { not = { not = { written = \"why\" } } } } } } } } }",
        "{ any = [{ trait = { plan = \"pro\" } }, { account_trait = { seats = { gte = 5 } } }, { not = { unanswered = \"why\" } }] }",
    ]
    .map(case);
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
            [[survey]]
            id = "s"
            [[survey.step]]
            id = "score"
            kind = "nps"
            title = "Would you?"
            low = "No"
            high = "Yes"
            [[survey.step]]
            id = "why"
            kind = "single"
            title = "?"
            choices = { price = "P", speed = "S" }
            other = "O"
            branch = [{ if = { answer = { score = "promoter", why = { in = ["price", "other"] } }, written = "why" }, next = "z" }]
            [[survey.step]]
            id = "more"
            kind = "long"
            title = "?"
            [[survey.step]]
            id = "z"
            kind = "thanks"
            title = "!"
                fine
            branch = [{ if = "promoter", next = "z" }]
                             ^^^^^^^^^^
                error: `if` must be a table, found text
                    help: write `if = { answer = { score = "promoter" } }`
            branch = [{ if = {}, next = "z" }]
                             ^^
                error: an empty test
                    help: write `if = { answer = { score = "promoter" } }`
            branch = [{ if = { score = 9 }, next = "z" }]
                               ^^^^^
                error: unknown test `score`
                    help: write `answer = { score = … }`
            branch = [{ if = { answer = { socre = 9 } }, next = "z" }]
                                          ^^^^^
                error: there is no step `socre`
                    help: did you mean `score`?
            branch = [{ if = { answer = { score = 11 } }, next = "z" }]
                                                  ^^
                error: nobody answers 11: `score` goes from 0 to 10
                    help: write a number from 0 to 10
            branch = [{ if = { answer = { score = "satisfied" } }, next = "z" }]
                                                  ^^^^^^^^^^^
                error: a step of kind `nps` has no `satisfied`
                    help: known here: `promoter`, `passive`, `detractor`
            branch = [{ if = { answer = { score = [9, 10] } }, next = "z" }]
                                                  ^^^^^^^
                error: a list equals nothing
                    help: write `{ in = […] }`
            branch = [{ if = { answer = { score = { gte = 8, lt = 8 } } }, next = "z" }]
                                                  ^^^^^^^^^^^^^^^^^^^
                error: no answer to `score` lies in there
                    help: write bounds with a number between them: `{ gte = 7, lte = 8 }`
            branch = [{ if = { answer = { score = { ne = 8 } } }, next = "z" }]
                                                    ^^
                error: unknown operator `ne`
                    help: known here: `eq`, `gt`, `gte`, `lt`, `lte`, `in`, `exists`
            branch = [{ if = { answer = { why = "prize" } }, next = "z" }]
                                                ^^^^^^^
                error: `why` has no choice `prize`
                    help: did you mean `price`?
            branch = [{ if = { answer = { why = 1 } }, next = "z" }]
                                                ^
                error: `why` is answered with a choice, found a whole number
                    help: write one of its choices: `price`, `speed`, `other`
            branch = [{ if = { answer = { why = { gte = 1 } } }, next = "z" }]
                                                  ^^^
                error: `why` is not answered with a number
                    help: write `eq`, `in` or `exists`
            branch = [{ if = { answer = { more = "x" } }, next = "z" }]
                                                 ^^^
                error: `more` is answered in words
                    help: write `written = "more"`: what was written is for people to read
            branch = [{ if = { answer = { z = { exists = true } } }, next = "z" }]
                                          ^
                error: nothing is answered at `z`, a step of kind `thanks`
                    help: name a step that asks something
            branch = [{ if = { written = "score" }, next = "z" }]
                                         ^^^^^^^
                error: nothing can be written there
                    help: name a step of kind `short` or `long`, or a choice with `other`
            branch = [{ if = { unanswered = "more" }, next = "z" }]
                                            ^^^^^^
                error: `more` is never asked before `why`
                    help: name a step on the way here
            branch = [{ if = { all = [] }, next = "z" }]
                                     ^^
                error: 0 tests in `all`
                    help: write 1 to 64
            [[survey]]
            id = "s"
            [[survey.step]]
            id = "score"
            kind = "nps"
            title = "Would you?"
            low = "No"
            high = "Yes"
            [[survey.step]]
            id = "why"
            kind = "single"
            title = "?"
            choices = { price = "P", speed = "S" }
            other = "O"
            branch = [{ if = { not = { not = { not = { not = { not = { not = { not = { written = "why" } } } } } } } }, next = "z" }]
            [[survey.step]]
            id = "more"
            kind = "long"
            title = "?"
            [[survey.step]]
            id = "z"
            kind = "thanks"
            title = "!"
                fine
            branch = [{ if = { not = { not = { not = { not = { not = { not = { not = { not = { written = "why" } } } } } } } } }, next = "z" }]
                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
                error: this test nests deeper than 7
                    help: split it over several branches
            id = "more"
                 ^^^^^^
                warning: nobody comes to `more`
                    help: lead a branch or a `next` here, or remove it
        "#]],
    );
    let cases = [
        format!("{why}next = \"zz\"\n{last}"),
        format!("{why}next = 3\n{last}"),
        format!("{why}branch = [{{ next = \"z\" }}, {{ if = {{ written = \"why\" }} }}]\n{last}"),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        next = "zz"
               ^^^^
            error: there is no step `zz`
                help: known here: `score`, `why`, `z`
        next = 3
               ^
            error: `next` must be text in quotes, found a whole number
                help: write `next = "step-id"`, or `next = "end"`
        branch = [{ next = "z" }, { if = { written = "why" } }]
                  ^^^^^^^^^^^^^^
            error: a branch without `if`
                help: add `if = { answer = { score = "promoter" } }`
        branch = [{ next = "z" }, { if = { written = "why" } }]
                                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            error: a branch without `next`
                help: add where it leads: `next = "step-id"`, or `next = "end"`
    "#]],
    );
}

#[test]
fn what_is_written_does_not_outgrow_what_travels() {
    let thanks = (0..35)
        .map(|it| format!("[[survey.step]]\nid = \"t{it}\"\nkind = \"thanks\"\ntitle = \"!\"\nband = \"promoter\"\n"));
    let branches = "[[survey.step.branch]]\nif = { answer = { score = \"promoter\" } }\nnext = \"t0\"\n".repeat(2);
    let deep = "branch = [{ if = { not = { not = { not = { not = { not = { not = { not = { answer = { score = 9 } } } } } } } } }, next = \"t0\" }]\n";
    let thanks: String = thanks.collect();
    let first = |lines: &str, errors: usize| {
        let parsed =
            parse_with("m", &format!("{HEAD}{JOURNEY}[[survey]]\nid = \"s\"\n{SCORE}{lines}"), &|_| Err(String::new()));
        assert_eq!(parsed.diagnostics.error_count(), errors, "{}", parsed.diagnostics);
        parsed
    };
    let parsed = first(&format!("{branches}{thanks}"), 1);
    let message = parsed.diagnostics.iter().find(|it| it.message.contains("ways")).map(|it| it.message.clone());
    assert_eq!(message.as_deref(), Some("107 ways lead on from `score`"));
    let parsed = first(
        &format!("{deep}[[survey.step]]\nid = \"t0\"\nkind = \"thanks\"\ntitle = \"!\"\nband = \"promoter\"\n"),
        0,
    );
    super::leased(&parsed.project.expect("a project").surveys[0], "en");
}

#[test]
fn circles_are_named() {
    let step =
        |id: &str, next: &str| format!("[[survey.step]]\nid = \"{id}\"\nkind = \"long\"\ntitle = \"?\"\n{next}\n");
    let cases = [
        step("a", "next = \"a\""),
        format!("{}{}{}", step("a", ""), step("b", ""), step("c", "next = \"a\"")),
        format!("{}{}", step("a", ""), step("b", "branch = [{ if = { answer = { score = 1 } }, next = \"score\" }]")),
        // Back in the file, but not in a circle.
        format!("{}{}{}", step("a", "next = \"c\""), step("b", "next = \"end\""), step("c", "next = \"b\"")),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        next = "a"
               ^^^
            error: these steps lead in a circle: a → a
                help: lead one of them on to a later step, or to `end`
        id = "a"
             ^^^
            error: these steps lead in a circle: a → b → c → a
                help: lead one of them on to a later step, or to `end`
        id = "score"
             ^^^^^^^
            error: these steps lead in a circle: score → a → b → score
                help: lead one of them on to a later step, or to `end`
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        [[survey.step]]
        id = "a"
        kind = "long"
        title = "?"
        next = "c"
        [[survey.step]]
        id = "b"
        kind = "long"
        title = "?"
        next = "end"
        [[survey.step]]
        id = "c"
        kind = "long"
        title = "?"
        next = "b"
            fine
    "#]],
    );
}

#[test]
fn steps_nobody_comes_to_and_branches_nobody_takes_are_named() {
    let long = |id: &str| format!("[[survey.step]]\nid = \"{id}\"\nkind = \"long\"\ntitle = \"?\"\n");
    let thanks =
        |id: &str, lines: &str| format!("[[survey.step]]\nid = \"{id}\"\nkind = \"thanks\"\ntitle = \"!\"\n{lines}\n");
    let all = "branch = [{ if = { answer = { score = { gte = 7 } } }, next = \"a\" }, { if = { answer = { score = \"promoter\" } }, next = \"b\" }, { if = { answer = { score = { lt = 7 } } }, next = \"b\" }]\n";
    let odd = "branch = [{ if = { answer = { score = \"promoter\" }, not = { answer = { score = { gte = 7 } } } }, next = \"b\" }]\n";
    let bands = ["promoter", "passive", "detractor"].map(|it| thanks(it, &format!("band = \"{it}\"")));
    let cases = [
        format!("next = \"b\"\n{}{}", long("a"), thanks("b", "")),
        format!("{all}{}{}{}", long("rest"), long("a"), long("b")),
        format!("{odd}{}{}", long("a"), long("b")),
        format!("{}{}", bands.concat(), thanks("others", "")),
        format!("required = false\n{}{}", bands.concat(), thanks("others", "")),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
        id = "a"
             ^^^
            warning: nobody comes to `a`
                help: lead a branch or a `next` here, or remove it
        branch = [{ if = { answer = { score = { gte = 7 } } }, next = "a" }, { if = { answer = { score = "promoter" } }, next = "b" }, { if = { answer = { score = { lt = 7 } } }, next = "b" }]
                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            warning: this branch is never taken: earlier ones take everybody it is for
                help: put it first, or remove it
        id = "rest"
             ^^^^^^
            warning: nobody comes to `rest`
                help: lead a branch or a `next` here, or remove it
        branch = [{ if = { answer = { score = "promoter" }, not = { answer = { score = { gte = 7 } } } }, next = "b" }]
                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
            warning: this branch is never taken: its test holds for nobody who comes here
                help: look for what excludes itself in it, or remove it
        id = "others"
             ^^^^^^^^
            warning: nobody comes to `others`
                help: lead a branch or a `next` here, or remove it
        [[survey]]
        id = "s"
        [[survey.step]]
        id = "score"
        kind = "nps"
        title = "Would you?"
        low = "No"
        high = "Yes"
        required = false
        [[survey.step]]
        id = "promoter"
        kind = "thanks"
        title = "!"
        band = "promoter"
        [[survey.step]]
        id = "passive"
        kind = "thanks"
        title = "!"
        band = "passive"
        [[survey.step]]
        id = "detractor"
        kind = "thanks"
        title = "!"
        band = "detractor"
        [[survey.step]]
        id = "others"
        kind = "thanks"
        title = "!"
            fine
    "#]],
    );
    let first = thanks("a", "band = \"promoter\"");
    check(
        [&format!("[[survey]]\nid = \"s\"\n{first}")],
        expect![[r#"
        band = "promoter"
               ^^^^^^^^^^
            error: `promoter` is a band of `nps`, and none is asked before
                help: put it behind that question, or leave `band` out
    "#]],
    );
    check_steps(
        [&thanks("a", "band = \"fan\""), &thanks("a", "band = \"satisfied\""), &thanks("a", "band = 9")],
        expect![[r#"
            band = "fan"
                   ^^^^^
                error: unknown band `fan`
                    help: known here: `promoter`, `passive`, `detractor`, `satisfied`, `neutral`, `dissatisfied`, `easy`, `difficult`
            band = "satisfied"
                   ^^^^^^^^^^^
                error: `satisfied` is a band of `csat`, and none is asked before
                    help: put it behind that question, or leave `band` out
            band = 9
                   ^
                error: `band` must be text in quotes, found a whole number
                    help: write `band = "promoter"`; there are `promoter`, `passive`, `detractor`, `satisfied`, `neutral`, `dissatisfied`, `easy`, `difficult`
        "#]],
    );
}

#[test]
fn missing_translations_are_named() {
    let rest = "[[survey.step]]\nid = \"why\"\nkind = \"single\"\ntitle = \"Why {score}?\"\nchoices = { price = \"Price\", speed = \"Speed\" }\n[[survey.step]]\nid = \"thanks\"\nkind = \"thanks\"\ntitle = \"Thanks\"\nlink = { label = \"More\", url = \"/more\" }\n";
    let whole = "[survey.translations.de]\nscore = { title = \"Würden Sie?\", low = \"Nein\", high = \"Ja\" }\nwhy = { title = \"Warum {score}?\", choices = { price = \"Preis\", speed = \"Tempo\" } }\n";
    let cases = [
        format!("{rest}{whole}thanks = {{ title = \"Danke\", link = \"Mehr\" }}\n"),
        format!("{rest}{whole}thanks.link = {{ url = \"/mehr\" }}\n"),
        format!("{rest}[survey.translations.tlh]\nscore.title = \"nuqneH\"\n"),
        format!(
            "{rest}{whole}thanks = {{ title = \"{{scroe}}\", text = \"neu\", link = \"http://x\" }}\nthank.title = \"x\"\nwhy.choices.prize = \"x\"\nlabel = \"x\"\n"
        ),
        format!(
            "{rest}[survey.translations.en]\nscore.title = \"x\"\n[survey.translations.German]\nscore.title = \"x\"\n[survey.translations]\nfr = \"x\"\n"
        ),
        format!("{rest}{whole}[survey.translations.DE]\nscore.title = \"x\"\n"),
        format!("{rest}[survey.words]\nnext = \"Go on\"\nprogress = \"{{at}}\"\nprevious = \"Back\"\n"),
    ];
    check_steps(
        cases.each_ref().map(String::as_str),
        expect![[r#"
            [[survey]]
            id = "s"
            [[survey.step]]
            id = "score"
            kind = "nps"
            title = "Would you?"
            low = "No"
            high = "Yes"
            [[survey.step]]
            id = "why"
            kind = "single"
            title = "Why {score}?"
            choices = { price = "Price", speed = "Speed" }
            [[survey.step]]
            id = "thanks"
            kind = "thanks"
            title = "Thanks"
            link = { label = "More", url = "/more" }
            [survey.translations.de]
            score = { title = "Würden Sie?", low = "Nein", high = "Ja" }
            why = { title = "Warum {score}?", choices = { price = "Preis", speed = "Tempo" } }
            thanks = { title = "Danke", link = "Mehr" }
                fine
            [survey.translations.de]
            ^^^^^^^^^^^^^^^^^^^^^^^^
                warning: `de` lacks `thanks.title`, `thanks.link`
                    help: translate them; until then they are shown in `en`
            [survey.translations.tlh]
            ^^^^^^^^^^^^^^^^^^^^^^^^^
                warning: `tlh` lacks `score.low`, `score.high`, `why.title`, `why.choices.price`, `why.choices.speed`, `thanks.title`, `thanks.link`, `words.next`, `words.back`, `words.skip`, `words.send`, `words.not_now`, `words.never`, `words.close`, `words.why`, `words.required`, `words.progress`, `words.announcement`, `words.saved`
                    help: translate them; until then they are shown in `en`
            thanks = { title = "{scroe}", text = "neu", link = "http://x" }
                                 ^^^^^
                error: there is no step `scroe`
                    help: did you mean `score`?
            thanks = { title = "{scroe}", text = "neu", link = "http://x" }
                                          ^^^^
                error: unknown key `text` in a translated step
                    help: known here: `title`, `link`
            thank.title = "x"
            ^^^^^
                error: unknown key `thank` in a translation
                    help: did you mean `thanks`?
            why.choices.prize = "x"
            ^^^
                error: this is not TOML: cannot extend value of type inline table with a dotted key
                    help: a key is made of letters, digits, `-` and `_`; anything else stands in quotes: `"größe" = 1`
            label = "x"
                    ^^^
                error: only a tab has a label
                    help: leave `label` out, or write `surface = "tab"`
            [survey.translations.en]
                                 ^^
                error: `en` is the language of the steps themselves
                    help: write these texts into the steps, or name the other language in `language`
            [survey.translations.German]
                                 ^^^^^^
                error: `German` is no language
                    help: write a tag of BCP 47, such as "de" or "pt-BR"
            fr = "x"
                 ^^^
                error: `fr` must be a table, found text
                    help: write each language under a line `[survey.translations.de]`
            [survey.translations.de]
            ^^^^^^^^^^^^^^^^^^^^^^^^
                warning: `de` lacks `thanks.title`, `thanks.link`
                    help: translate them; until then they are shown in `en`
            [survey.translations.DE]
                                 ^^
                error: `DE` stands here twice
                    help: put its texts together
            progress = "{at}"
                       ^^^^^^
                error: `progress` lacks a number
                    help: write both in braces: `progress = "{at} of {of}"`
            previous = "Back"
            ^^^^^^^^
                error: unknown key `previous` in a table of words
                    help: did you mean `back`?
        "#]],
    );
}
