//! Every kind of mistake, as it is shown.

mod annotations;
mod calendar;
mod hesitation;
mod hiding;
mod limits;
mod sign_in;

use super::{parse, parse_with};
use crate::project::{IdentityMode, KeyKind, SecretSource};
use domain::{Rule, compact};
use expect_test::{Expect, expect};

/// A file is a head that is fine and the lines under test.
const HEAD: &str = "[project]\nname = \"P\"\n[[key]]\nid = \"wk\"\nkind = \"browser\"\norigins = [\"*\"]\n";

#[track_caller]
fn check(text: &str, wanted: Expect) {
    let shown = match parse_with("milepost.toml", text, &fetch) {
        parsed if parsed.diagnostics.is_empty() => "fine\n".to_owned(),
        parsed => parsed.diagnostics.render(false),
    };
    wanted.assert_eq(&shown);
}

#[track_caller]
fn check_under_head(text: &str, wanted: Expect) {
    check(&format!("{HEAD}{text}"), wanted);
}

/// The rule alone, in a milestone.
#[track_caller]
fn check_rule(rule: &str, wanted: Expect) {
    let milestone = "[[journey]]\nid = \"j\"\n[[journey.milestone]]\nid = \"m\"\n";
    let text = format!("{HEAD}{milestone}rule = {rule}\n");
    match parse("milepost.toml", &text) {
        Ok(project) => wanted.assert_eq(&compact::write_rule(&project.definitions.journeys[0].milestones[0].rule)),
        Err(_) => check(&text, wanted),
    }
}

fn fetch(source: &SecretSource) -> Result<String, String> {
    match source {
        SecretSource::Environment(name) if name == "SECRET" => Ok("s".repeat(32)),
        SecretSource::Environment(name) => Err(format!("{name} is not set")),
        SecretSource::File(path) => Err(format!("{}: no such file", path.display())),
    }
}

#[test]
fn a_syntax_error_points_at_its_place() {
    check(
        "[project\nname = \"P\"\n",
        expect![[r#"
            error: this is not TOML: unclosed table, expected `]`
             --> milepost.toml:1:9
              |
            1 | [project
              |         ^
              |
              = help: write `key = value`, with texts in quotes: `name = "Onboarding"`

        "#]],
    );
}

#[test]
fn a_text_without_quotes_is_a_syntax_error() {
    check(
        "[project]\nname = Ledgerly\n",
        expect![[r#"
            error: this is not TOML: string values must be quoted, expected literal string
             --> milepost.toml:2:8
              |
            2 | name = Ledgerly
              |        ^^^^^^^^
              |
              = help: texts stand in quotes: `name = "Onboarding"`

        "#]],
    );
}

#[test]
fn an_equal_key_is_a_syntax_error() {
    check(
        "[project]\nname = \"A\"\nname = \"B\"\n",
        expect![[r#"
            error: this is not TOML: duplicate key
             --> milepost.toml:3:1
              |
            3 | name = "B"
              | ^^^^
              |
              = help: keep one of the two; several journeys, milestones or keys are written `[[journey]]`, in double brackets

        "#]],
    );
}

#[test]
fn an_unclosed_list_is_a_syntax_error() {
    check(
        "[project]\nname = \"A\"\n[[key]]\nid = \"k\"\nkind = \"browser\"\norigins = [\"*\"\n",
        expect![[r#"
        error: this is not TOML: unclosed array, expected `]`
         --> milepost.toml:6:15
          |
        6 | origins = ["*"
          |               ^
          |
          = help: check that brackets, braces and commas come in pairs: `rule = { any = [{ event = "A" }, { event = "B" }] }`

    "#]],
    );
}

#[test]
fn an_empty_file_lacks_a_project() {
    check(
        "",
        expect![[r#"
        error: `project` is missing
         --> milepost.toml:1:1
          |
        1 |
          | ^
          |
          = help: add a table `[project]` with `name = "Your product"`

        warning: there is no key: nobody can send messages
         --> milepost.toml:1:1
          |
        1 |
          | ^
          |
          = help: add `[[key]]` with `id`, `kind` and `origins`

    "#]],
    );
}

#[test]
fn columns_count_characters() {
    check(
        "[project]\nname = \"Größe\"  \nnäme = 1\n",
        expect![[r#"
            error: unknown key `näme` in a project
             --> milepost.toml:3:1
              |
            3 | näme = 1
              | ^^^^
              |
              = help: did you mean `name`?

            error: this is not TOML: invalid unquoted key, expected letters, numbers, `-`, `_`
             --> milepost.toml:3:2
              |
            3 | näme = 1
              |  ^
              |
              = help: a key is made of letters, digits, `-` and `_`; anything else stands in quotes: `"größe" = 1`

        "#]],
    );
}

#[test]
fn windows_line_ends_do_not_shift_places() {
    check(
        "[project]\r\nname = \"P\"\r\nkeys = 1\r\n",
        expect![[r#"
            warning: there is no key: nobody can send messages
             --> milepost.toml:1:1
              |
            1 | [project]
              | ^
              |
              = help: add `[[key]]` with `id`, `kind` and `origins`

            error: unknown key `keys` in a project
             --> milepost.toml:3:1
              |
            3 | keys = 1
              | ^^^^
              |
              = help: known here: `name`, `time_zone`, `week_starts`

        "#]],
    );
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest_one() {
    check_under_head(
        r#"
[[journeys]]
id = "a"
[[journey]]
id = "a"
windwo = "14d"
milestone = [{ id = "m", rule = { event = "A" }, colour = "red" }]
"#,
        expect![[r#"
            error: unknown key `journeys`
             --> milepost.toml:8:3
              |
            8 | [[journeys]]
              |   ^^^^^^^^
              |
              = help: did you mean `journey`?

            error: unknown key `windwo` in a journey
              --> milepost.toml:12:1
               |
            12 | windwo = "14d"
               | ^^^^^^
               |
               = help: did you mean `window`?

            error: unknown key `colour` in a milestone
              --> milepost.toml:13:50
               |
            13 | milestone = [{ id = "m", rule = { event = "A" }, colour = "red" }]
               |                                                  ^^^^^^
               |
               = help: known here: `id`, `name`, `scope`, `value`, `rule`

        "#]],
    );
}

#[test]
fn what_is_missing_is_named() {
    check_under_head(
        r#"
[[journey]]
name = "Nameless"
[[journey.milestone]]
name = "M"
"#,
        expect![[r#"
            error: a journey without `id`
             --> milepost.toml:8:1
              |
            8 | [[journey]]
              | ^^^^^^^^^^^
              |
              = help: add `id = "onboarding"`: lower-case letters, digits and hyphens

            error: a milestone without `id`
              --> milepost.toml:10:1
               |
            10 | [[journey.milestone]]
               | ^^^^^^^^^^^^^^^^^^^^^
               |
               = help: add `id = "first-invoice-sent"`: lower-case letters, digits and hyphens

        "#]],
    );
}

#[test]
fn a_wrong_type_says_what_was_expected_and_found() {
    check_under_head(
        r#"
[[journey]]
id = 7
window = 14
[[journey.milestone]]
id = "m"
value = "yes"
rule = "Invoice Sent"
"#,
        expect![[r#"
            error: `id` must be text in quotes, found a whole number
             --> milepost.toml:9:6
              |
            9 | id = 7
              |      ^
              |
              = help: add `id = "onboarding"`: lower-case letters, digits and hyphens

            error: `window` must be a duration in quotes, found a whole number
              --> milepost.toml:10:10
               |
            10 | window = 14
               |          ^^
               |
               = help: write a unit, in quotes: `window = "14d"`

            error: `value` must be true or false, found text
              --> milepost.toml:13:9
               |
            13 | value = "yes"
               |         ^^^^^
               |
               = help: write `value = true`

            error: `rule` must be a rule in braces, found text
              --> milepost.toml:14:8
               |
            14 | rule = "Invoice Sent"
               |        ^^^^^^^^^^^^^^
               |
               = help: write `{ event = "Invoice Sent" }`

        "#]],
    );
}

#[test]
fn single_brackets_for_a_journey_are_recognised() {
    check_under_head(
        r#"
[journey]
id = "a"
"#,
        expect![[r#"
            error: `journey` must be a list of tables, found a table
             --> milepost.toml:8:1
              |
            8 | [journey]
              | ^^^^^^^^^
              |
              = help: write each journey under a line `[[journey]]`, in double brackets

        "#]],
    );
}

#[test]
fn equal_ids_point_at_both_places() {
    check_under_head(
        r#"
[[journey]]
id = "a"
milestone = [{ id = "m" }, { id = "m" }]
[[journey]]
id = "a"
milestone = [{ id = "m" }]
"#,
        expect![[r#"
            error: two milestones have the id `m`
              --> milepost.toml:10:35
               |
            10 | milestone = [{ id = "m" }, { id = "m" }]
               |                     ---           ^^^
               |                     |
               |                     the first one
               |
               = help: give each milestone its own

            error: two journeys have the id `a`
              --> milepost.toml:12:6
               |
             9 | id = "a"
               |      --- the first one
            ...
            12 | id = "a"
               |      ^^^
               |
               = help: give each journey its own

        "#]],
    );
}

#[test]
fn an_id_is_lower_case_with_hyphens() {
    check_under_head(
        r#"
[[journey]]
id = "First Invoice_sent!"
milestone = [{ id = "m" }]
"#,
        expect![[r#"
            error: `First Invoice_sent!` is not an id: lower-case letters, digits and hyphens only
             --> milepost.toml:9:6
              |
            9 | id = "First Invoice_sent!"
              |      ^^^^^^^^^^^^^^^^^^^^^
              |
              = help: write `id = "first-invoice-sent"`

        "#]],
    );
}

#[test]
fn a_duration_needs_a_unit_of_ours() {
    check_under_head(
        r#"
[[journey]]
id = "a"
window = "2 weeks"
milestone = [{ id = "m", rule = { count = 2, of = { event = "A" }, within = "0d" } }]
"#,
        expect![[r#"
            error: `2 weeks` is not a duration
              --> milepost.toml:10:10
               |
            10 | window = "2 weeks"
               |          ^^^^^^^^^
               |
               = help: write "14d": weeks are written in days

            error: `0d` is not a duration
              --> milepost.toml:11:77
               |
            11 | milestone = [{ id = "m", rule = { count = 2, of = { event = "A" }, within = "0d" } }]
               |                                                                             ^^^^
               |
               = help: write a time longer than nothing, such as "14d"

        "#]],
    );
}

#[test]
fn a_journey_has_one_value_milestone() {
    check_under_head(
        r#"
[[journey]]
id = "a"
[[journey.milestone]]
id = "m"
value = true
[[journey.milestone]]
id = "n"
value = true
"#,
        expect![[r#"
            error: a journey has one value milestone, this is the second
              --> milepost.toml:15:9
               |
            12 | value = true
               |         ---- the first one
            ...
            15 | value = true
               |         ^^^^
               |
               = help: remove `value = true` from one of them

        "#]],
    );
}

#[test]
fn a_journey_has_milestones() {
    check_under_head(
        r#"
[[journey]]
id = "a"
"#,
        expect![[r#"
            error: a journey without milestones
             --> milepost.toml:8:1
              |
            8 | [[journey]]
              | ^^^^^^^^^^^
              |
              = help: add `[[journey.milestone]]` with an `id` and a `rule`

        "#]],
    );
}

#[test]
fn a_scope_is_user_or_account() {
    check_under_head(
        r#"
[[journey]]
id = "a"
milestone = [{ id = "m", scope = "acount" }]
"#,
        expect![[r#"
            error: unknown scope `acount`
              --> milepost.toml:10:34
               |
            10 | milestone = [{ id = "m", scope = "acount" }]
               |                                  ^^^^^^^^
               |
               = help: did you mean `account`?

        "#]],
    );
}

#[test]
fn origins_are_origins() {
    check_under_head(
        r#"
[[key]]
id = "k"
kind = "browser"
origins = ["https://App.example.com/login", "example.com", "nonsense", "https://*.x.com"]
"#,
        expect![[r#"
            error: `https://App.example.com/login` is not an origin
              --> milepost.toml:11:12
               |
            11 | origins = ["https://App.example.com/login", "example.com", "nonsense", "https://*.x.com"]
               |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: write "https://app.example.com": an origin has no path, as browsers send it

            error: `example.com` is not an origin
              --> milepost.toml:11:45
               |
            11 | origins = ["https://App.example.com/login", "example.com", "nonsense", "https://*.x.com"]
               |                                             ^^^^^^^^^^^^^
               |
               = help: write "https://example.com"

            error: `nonsense` is not an origin
              --> milepost.toml:11:60
               |
            11 | origins = ["https://App.example.com/login", "example.com", "nonsense", "https://*.x.com"]
               |                                                            ^^^^^^^^^^
               |
               = help: write scheme://host or scheme://host:port, such as "https://app.example.com"

            error: `https://*.x.com` is not an origin
              --> milepost.toml:11:72
               |
            11 | origins = ["https://App.example.com/login", "example.com", "nonsense", "https://*.x.com"]
               |                                                                        ^^^^^^^^^^^^^^^^^
               |
               = help: list each origin, or write "*" alone for all

        "#]],
    );
}

#[test]
fn a_browser_key_without_origins_is_a_warning() {
    check_under_head(
        r#"
[[key]]
id = "k"
kind = "browser"
"#,
        expect![[r#"
            warning: a browser key without `origins`: no page may use it
             --> milepost.toml:8:1
              |
            8 | [[key]]
              | ^^^^^^^
              |
              = help: add `origins = ["https://app.example.com"]`

        "#]],
    );
}

#[test]
fn a_key_is_for_pages_or_for_servers() {
    check_under_head(
        r#"
[[key]]
id = "a b"
kind = "web"
[[key]]
id = "s"
kind = "server"
origins = ["*"]
[[key]]
id = "wk"
kind = "browser"
origins = "https://a.b"
"#,
        expect![[r#"
            error: this key's id cannot travel in a header
             --> milepost.toml:9:6
              |
            9 | id = "a b"
              |      ^^^^^
              |
              = help: use letters, digits, `_`, `-` and `.`, at most 128

            error: unknown kind of key `web`
              --> milepost.toml:10:8
               |
            10 | kind = "web"
               |        ^^^^^
               |
               = help: known here: `browser`, `server`

            error: a server key has no origins: it is never used in a page
              --> milepost.toml:14:11
               |
            14 | origins = ["*"]
               |           ^^^^^
               |
               = help: remove `origins`, or write `kind = "browser"`

            error: two keys have this id
              --> milepost.toml:16:6
               |
             4 | id = "wk"
               |      ---- the first one
            ...
            16 | id = "wk"
               |      ^^^^
               |
               = help: give each key its own

            error: `origins` must be a list, found text
              --> milepost.toml:18:11
               |
            18 | origins = "https://a.b"
               |           ^^^^^^^^^^^^^
               |
               = help: write `origins = ["https://a.b"]`

        "#]],
    );
}

#[test]
fn identity_needs_a_known_mode_and_secrets() {
    check_under_head(
        r#"
[identity]
mode = "strict"
"#,
        expect![[r#"
            error: unknown mode `strict`
             --> milepost.toml:9:8
              |
            9 | mode = "strict"
              |        ^^^^^^^^
              |
              = help: known here: `off`, `report`, `enforce`

        "#]],
    );
}

#[test]
fn checking_tokens_needs_secrets() {
    check_under_head(
        r#"
[identity]
mode = "enforce"
"#,
        expect![[r#"
            error: tokens are to be checked, but there are no `secrets` to check them with
             --> milepost.toml:8:1
              |
            8 | [identity]
              | ^^^^^^^^^^
              |
              = help: add `secrets = [{ env = "MILEPOST_IDENTITY_SECRET" }]`

        "#]],
    );
}

#[test]
fn a_secret_is_never_shown() {
    check_under_head(
        r#"
[identity]
mode = "enforce"
secrets = ["hunter2", "hunter3", "hunter4"]
"#,
        expect![[r#"
            error: 3 secrets: at most 2 are live, the new one and the one before
              --> milepost.toml:10:11
               |
            10 | secrets = ["*******", "*******", "*******"]
               |           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
               |
               = help: remove the oldest

            error: this secret is 7 bytes long: HS256 needs 32
              --> milepost.toml:10:12
               |
            10 | secrets = ["*******", "*******", "*******"]
               |            ^^^^^^^^^
               |
               = help: make one with `openssl rand -base64 32`

            error: this secret is 7 bytes long: HS256 needs 32
              --> milepost.toml:10:23
               |
            10 | secrets = ["*******", "*******", "*******"]
               |                       ^^^^^^^^^
               |
               = help: make one with `openssl rand -base64 32`

            error: this secret is 7 bytes long: HS256 needs 32
              --> milepost.toml:10:34
               |
            10 | secrets = ["*******", "*******", "*******"]
               |                                  ^^^^^^^^^
               |
               = help: make one with `openssl rand -base64 32`

        "#]],
    );
}

#[test]
fn a_secret_is_not_shown_after_a_syntax_error_either() {
    check_under_head(
        r#"
[identity]
mode = "enforce"
secrets = ["hunter2
"#,
        expect![[r#"
            error: this secret is 7 bytes long: HS256 needs 32
              --> milepost.toml:10:12
               |
            10 | secrets =**"*******
               |            ^^^^^^^^
               |
               = help: make one with `openssl rand -base64 32`

            error: this is not TOML: unclosed array, expected `]`
              --> milepost.toml:10:20
               |
            10 | secrets =**"*******
               |                    ^
               |
               = help: check that brackets, braces and commas come in pairs: `rule = { any = [{ event = "A" }, { event = "B" }] }`

            error: this is not TOML: invalid basic string, expected `"`
              --> milepost.toml:10:20
               |
            10 | secrets =**"*******
               |                    ^
               |
               = help: texts stand in quotes: `name = "Onboarding"`

        "#]],
    );
}

#[test]
fn a_secret_kept_elsewhere_says_when_it_cannot_be_read() {
    check_under_head(
        r#"
[identity]
mode = "enforce"
secrets = [{ env = "NOT_SET" }, { file = "no/such" }]
"#,
        expect![[r#"
            error: this secret cannot be read: NOT_SET is not set
              --> milepost.toml:10:12
               |
            10 | secrets = [{ env = "NOT_SET" }, { file = "no/such" }]
               |            ^^^^^^^^^^^^^^^^^^^
               |
               = help: set the environment variable NOT_SET

            error: this secret cannot be read: no/such: no such file
              --> milepost.toml:10:33
               |
            10 | secrets = [{ env = "NOT_SET" }, { file = "no/such" }]
               |                                 ^^^^^^^^^^^^^^^^^^^^
               |
               = help: make the file readable; its path is relative to the folder of this file

        "#]],
    );
}

#[test]
fn an_integer_beyond_its_limit_is_no_panic() {
    check_under_head(
        r#"
[[journey]]
id = "a"
milestone = [{ id = "m", rule = { count = 99999999999999999999, of = { event = "A" } } }]
"#,
        expect![[r#"
            error: a count of 99999999999999999999 cannot be counted
              --> milepost.toml:10:43
               |
            10 | milestone = [{ id = "m", rule = { count = 99999999999999999999, of = { event = "A" } } }]
               |                                           ^^^^^^^^^^^^^^^^^^^^
               |
               = help: write a whole number from 1 to 1000

        "#]],
    );
}

#[test]
fn a_rule_says_one_thing() {
    check_rule(
        r#"{ event = "A", page = "/a" }"#,
        expect![[r#"
        error: a rule says one thing, this one says `event` and `page`
          --> milepost.toml:11:23
           |
        11 | rule = { event = "A", page = "/a" }
           |          -----        ^^^^
           |          |
           |          the first one
           |
           = help: combine them: `any = [{ event = … }, { page = … }]`, or `all`

    "#]],
    );
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest_one() {
    check_rule(
        r#"{ evnt = "A" }"#,
        expect![[r#"
        error: unknown rule `evnt`
          --> milepost.toml:11:10
           |
        11 | rule = { evnt = "A" }
           |          ^^^^
           |
           = help: did you mean `event`?

    "#]],
    );
}

#[test]
fn a_word_of_another_rule_is_said_to_be_so() {
    check_rule(
        r#"{ click = ".a", where = { x = 1 } }"#,
        expect![[r#"
        error: `where` does not go with `click`
          --> milepost.toml:11:24
           |
        11 | rule = { click = ".a", where = { x = 1 } }
           |                        ^^^^^
           |
           = help: it belongs to `event`, `page`

    "#]],
    );
}

#[test]
fn a_rule_with_an_unknown_key() {
    check_rule(
        r#"{ event = "A", whre = { x = 1 }, colour = 2 }"#,
        expect![[r#"
        error: unknown key `whre` in a rule
          --> milepost.toml:11:23
           |
        11 | rule = { event = "A", whre = { x = 1 }, colour = 2 }
           |                       ^^^^
           |
           = help: did you mean `where`?

        error: unknown key `colour` in a rule
          --> milepost.toml:11:41
           |
        11 | rule = { event = "A", whre = { x = 1 }, colour = 2 }
           |                                         ^^^^^^
           |
           = help: known here: `event`, `page`, `click`, `seen`, `trait`, `account_trait`, `count`, `all`, `any`, `not`, `where`, `source`

    "#]],
    );
}

#[test]
fn an_empty_rule_is_none() {
    check_rule(
        r#"{}"#,
        expect![[r#"
        error: an empty rule
          --> milepost.toml:11:8
           |
        11 | rule = {}
           |        ^^
           |
           = help: write `rule = { event = "Invoice Sent" }`

    "#]],
    );
}

#[test]
fn within_needs_count() {
    check_rule(
        r#"{ within = "30d" }"#,
        expect![[r#"
        error: `within` without `count`
          --> milepost.toml:11:10
           |
        11 | rule = { within = "30d" }
           |          ^^^^^^
           |
           = help: write `{ count = 3, of = { event = "Invoice Sent" }, within = "30d" }`

    "#]],
    );
}

#[test]
fn count_needs_of() {
    check_rule(
        r#"{ count = 3 }"#,
        expect![[r#"
        error: a count without `of`
          --> milepost.toml:11:8
           |
        11 | rule = { count = 3 }
           |        ^^^^^^^^^^^^^
           |
           = help: add what is counted: `of = { event = "Invoice Sent" }`

    "#]],
    );
}

#[test]
fn a_count_is_within_its_limits() {
    check_rule(
        r#"{ any = [{ count = 0, of = { event = "A" } }, { count = 1001, of = { event = "A" } }, { count = 2.5, of = { event = "A" } }] }"#,
        expect![[r#"
            error: a count of 0 cannot be counted
              --> milepost.toml:11:27
               |
            11 | rule = { any = [{ count = 0, of = { event = "A" } }, { count = 1001, of = { event = "A" } }, { count = 2.5, of = { event = "A" } }] }
               |                           ^
               |
               = help: write a whole number from 1 to 1000

            error: a count of 1001 cannot be counted
              --> milepost.toml:11:64
               |
            11 | rule = { any = [{ count = 0, of = { event = "A" } }, { count = 1001, of = { event = "A" } }, { count = 2.5, of = { event = "A" } }] }
               |                                                                ^^^^
               |
               = help: write a whole number from 1 to 1000

            error: `count` must be a whole number, found a number with a fraction
              --> milepost.toml:11:104
               |
            11 | rule = { any = [{ count = 0, of = { event = "A" } }, { count = 1001, of = { event = "A" } }, { count = 2.5, of = { event = "A" } }] }
               |                                                                                                        ^^^
               |
               = help: write a whole number from 1 to 1000

        "#]],
    );
}

#[test]
fn not_alone_is_never_reached() {
    check_rule(
        r#"{ not = { event = "A" } }"#,
        expect![[r#"
        error: a `not` alone is never reached: nothing happens at the moment when nothing happens
          --> milepost.toml:11:8
           |
        11 | rule = { not = { event = "A" } }
           |        ^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: say what must happen as well: `all = [{ event = "…" }, { not = { event = "…" } }]`

    "#]],
    );
}

#[test]
fn not_inside_any_is_never_reached() {
    check_rule(
        r#"{ any = [{ event = "A" }, { not = { event = "B" } }] }"#,
        expect![[r#"
        error: a `not` alone is never reached: nothing happens at the moment when nothing happens
          --> milepost.toml:11:34
           |
        11 | rule = { any = [{ event = "A" }, { not = { event = "B" } }] }
           |                                  ^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: say what must happen as well: `all = [{ event = "…" }, { not = { event = "…" } }]`

    "#]],
    );
}

#[test]
fn all_negative_is_never_reached() {
    check_rule(
        r#"{ all = [{ not = { event = "A" } }, { not = { event = "B" } }] }"#,
        expect![[r#"
        error: everything in here is negative, so it is never reached
          --> milepost.toml:11:8
           |
        11 | rule = { all = [{ not = { event = "A" } }, { not = { event = "B" } }] }
           |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: add what must happen: `all = [{ event = "…" }, { not = { event = "…" } }]`

    "#]],
    );
}

#[test]
fn a_negative_count_is_never_reached() {
    check_rule(
        r#"{ count = 2, of = { not = { event = "A" } } }"#,
        expect![[r#"
        error: a `not` alone is never reached: nothing happens at the moment when nothing happens
          --> milepost.toml:11:26
           |
        11 | rule = { count = 2, of = { not = { event = "A" } } }
           |                          ^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = help: say what must happen as well: `all = [{ event = "…" }, { not = { event = "…" } }]`

    "#]],
    );
}

#[test]
fn all_and_any_hold_something() {
    check_rule(
        r#"{ any = [{ all = [] }, { any = { event = "A" } }] }"#,
        expect![[r#"
        error: an empty `all`
          --> milepost.toml:11:25
           |
        11 | rule = { any = [{ all = [] }, { any = { event = "A" } }] }
           |                         ^^
           |
           = help: write a list: `all = [{ event = "A" }, { event = "B" }]`

        error: `any` must be a list of rules, found a table
          --> milepost.toml:11:39
           |
        11 | rule = { any = [{ all = [] }, { any = { event = "A" } }] }
           |                                       ^^^^^^^^^^^^^^^
           |
           = help: write a list: `any = [{ event = "A" }, { event = "B" }]`

    "#]],
    );
}

#[test]
fn a_selector_is_not_empty_and_closed() {
    check_rule(
        r#"{ any = [{ click = "" }, { seen = "[data-x" }] }"#,
        expect![[r#"
        error: `click` is empty
          --> milepost.toml:11:27
           |
        11 | rule = { any = [{ click = "" }, { seen = "[data-x" }] }
           |                           ^^
           |
           = help: write a CSS selector, such as `click = "[data-milepost='invite']"`

        error: `[data-x` is not a CSS selector: a bracket is not closed
          --> milepost.toml:11:42
           |
        11 | rule = { any = [{ click = "" }, { seen = "[data-x" }] }
           |                                          ^^^^^^^^^
           |
           = help: write a CSS selector, such as `seen = "[data-milepost='invite']"`

    "#]],
    );
}

#[test]
fn a_url_pattern_starts_at_a_root() {
    check_rule(
        r#"{ any = [{ page = "invoices/:id" }, { page = "example.com/x" }, { page = "/a b" }] }"#,
        expect![[r#"
        error: `invoices/:id` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme
          --> milepost.toml:11:26
           |
        11 | rule = { any = [{ page = "invoices/:id" }, { page = "example.com/x" }, { page = "/a b" }] }
           |                          ^^^^^^^^^^^^^^
           |
           = help: write `page = "/invoices/:id"`

        error: `example.com/x` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme
          --> milepost.toml:11:53
           |
        11 | rule = { any = [{ page = "invoices/:id" }, { page = "example.com/x" }, { page = "/a b" }] }
           |                                                     ^^^^^^^^^^^^^^^
           |
           = help: write `page = "https://example.com/x"`

        error: a URL holds no spaces
          --> milepost.toml:11:81
           |
        11 | rule = { any = [{ page = "invoices/:id" }, { page = "example.com/x" }, { page = "/a b" }] }
           |                                                                                 ^^^^^^
           |
           = help: write `page = "/a%20b"`

    "#]],
    );
}

#[test]
fn reserved_events_have_their_own_words() {
    check_rule(
        r#"{ any = [{ event = "Milestone Reached" }, { event = "Element Clicked" }, { event = "Element Seen" }] }"#,
        expect![[r#"
        error: `Milestone Reached` is a message that Milepost itself sends
          --> milepost.toml:11:27
           |
        11 | rule = { any = [{ event = "Milestone Reached" }, { event = "Element Clicked" }, { event = "Element Seen" }] }
           |                           ^^^^^^^^^^^^^^^^^^^
           |
           = help: leave `rule` out: such a milestone is reached by `milepost('milestone', "its-id")` in your code

        error: `Element Clicked` is a message that Milepost itself sends
          --> milepost.toml:11:60
           |
        11 | rule = { any = [{ event = "Milestone Reached" }, { event = "Element Clicked" }, { event = "Element Seen" }] }
           |                                                            ^^^^^^^^^^^^^^^^^
           |
           = help: write `click = "css selector"`

        error: `Element Seen` is a message that Milepost itself sends
          --> milepost.toml:11:91
           |
        11 | rule = { any = [{ event = "Milestone Reached" }, { event = "Element Clicked" }, { event = "Element Seen" }] }
           |                                                                                           ^^^^^^^^^^^^^^
           |
           = help: write `seen = "css selector"`

    "#]],
    );
}

#[test]
fn an_unknown_operator_is_answered_with_the_nearest_one() {
    check_rule(
        r#"{ event = "A", where = { total = { ">=" = 1, gret = 2, colour = 3, absent = true } } }"#,
        expect![[r#"
        error: unknown operator `>=`
          --> milepost.toml:11:43
           |
        11 | rule = { event = "A", where = { total = { ">=" = 1, gret = 2, colour = 3, absent = true } } }
           |                                           ^^^^
           |
           = help: did you mean `gte`?

        error: unknown operator `gret`
          --> milepost.toml:11:53
           |
        11 | rule = { event = "A", where = { total = { ">=" = 1, gret = 2, colour = 3, absent = true } } }
           |                                                     ^^^^
           |
           = help: known here: `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in`, `contains`, `starts_with`, `exists`; a property inside another is written `total.gret`

        error: unknown operator `colour`
          --> milepost.toml:11:63
           |
        11 | rule = { event = "A", where = { total = { ">=" = 1, gret = 2, colour = 3, absent = true } } }
           |                                                               ^^^^^^
           |
           = help: known here: `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in`, `contains`, `starts_with`, `exists`; a property inside another is written `total.colour`

        error: unknown operator `absent`
          --> milepost.toml:11:75
           |
        11 | rule = { event = "A", where = { total = { ">=" = 1, gret = 2, colour = 3, absent = true } } }
           |                                                                           ^^^^^^
           |
           = help: write `exists = false`

    "#]],
    );
}

#[test]
fn a_condition_compares_with_one_value_of_its_type() {
    check_rule(
        r#"{ event = "A", where = { a = [1, "x"], b = { in = "pro" }, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }, f = {}, g = 2026-01-01, h = { eq = [1] } } }"#,
        expect![[r#"
        error: a list equals nothing
          --> milepost.toml:11:37
           |
        11 | rule = { event = "A", where = { a = [1, "x"], b = { in = "pro" }, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }...
           |                                     ^^^^^^^^
           |
           = help: write `a = { in = [1, "x"] }`

        error: `in` must be a list, found text
          --> milepost.toml:11:58
           |
        11 | rule = { event = "A", where = { a = [1, "x"], b = { in = "pro" }, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }...
           |                                                          ^^^^^
           |
           = help: write `in = ["pro", "team"]`

        error: `gt` must be a number or text, found true or false
          --> milepost.toml:11:78
           |
        11 | rule = { event = "A", where = { a = [1, "x"], b = { in = "pro" }, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }...
           |                                                                              ^^^^
           |
           = help: write `eq` for true and false

        error: `starts_with` must be text in quotes, found a whole number
          --> milepost.toml:11:106
           |
        11 | rule = { event = "A", where = { a = [1, "x"], b = { in = "pro" }, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }...
           |                                                                                                          ^
           |
           = help: write `starts_with = "Inv"`

        error: `exists` must be true or false, found text
          --> milepost.toml:11:126
           |
        11 | ...}, c = { gt = true }, d = { starts_with = 1 }, e = { exists = "yes" }, f = {}, g = 2026-01-01, h = { eq = [1] } } }
           |                                                                  ^^^^^
           |
           = help: write `exists = true`

        error: empty braces say nothing
          --> milepost.toml:11:139
           |
        11 | ...= true }, d = { starts_with = 1 }, e = { exists = "yes" }, f = {}, g = 2026-01-01, h = { eq = [1] } } }
           |                                                                   ^^
           |
           = help: write `f = { exists = true }` if it only has to be there

        error: `g` must be text, a number, true or false, found a date
          --> milepost.toml:11:147
           |
        11 | ...= { starts_with = 1 }, e = { exists = "yes" }, f = {}, g = 2026-01-01, h = { eq = [1] } } }
           |                                                               ^^^^^^^^^^
           |
           = help: messages carry dates as text: write "2026-01-01"

        error: `eq` must be one value, found a list
          --> milepost.toml:11:170
           |
        11 | ... }, e = { exists = "yes" }, f = {}, g = 2026-01-01, h = { eq = [1] } } }
           |                                                                   ^^^
           |
           = help: write one text, number, true or false

    "#]],
    );
}

#[test]
fn numbers_are_finite_and_exact() {
    check_rule(
        r#"{ event = "A", where = { a = nan, b = { gt = -inf }, c = 9007199254740993 } }"#,
        expect![[r#"
        error: nothing compares with nan
          --> milepost.toml:11:37
           |
        11 | rule = { event = "A", where = { a = nan, b = { gt = -inf }, c = 9007199254740993 } }
           |                                     ^^^
           |
           = help: write a finite number

        error: nothing compares with -inf
          --> milepost.toml:11:53
           |
        11 | rule = { event = "A", where = { a = nan, b = { gt = -inf }, c = 9007199254740993 } }
           |                                                     ^^^^
           |
           = help: write a finite number

        error: 9007199254740993 cannot be compared exactly
          --> milepost.toml:11:65
           |
        11 | rule = { event = "A", where = { a = nan, b = { gt = -inf }, c = 9007199254740993 } }
           |                                                                 ^^^^^^^^^^^^^^^^
           |
           = help: whole numbers are exact up to 9007199254740992; write an id as text

    "#]],
    );
}

#[test]
fn a_path_has_no_empty_parts() {
    check_rule(
        r#"{ event = "A", where = { "a..b" = 1, "" = 2 } }"#,
        expect![[r#"
        error: `a..b` is not the path of a property
          --> milepost.toml:11:33
           |
        11 | rule = { event = "A", where = { "a..b" = 1, "" = 2 } }
           |                                 ^^^^^^
           |
           = help: write the names from the outside in, with one dot between: `address.city`

        error: `` is not the path of a property
          --> milepost.toml:11:45
           |
        11 | rule = { event = "A", where = { "a..b" = 1, "" = 2 } }
           |                                             ^^
           |
           = help: write the names from the outside in, with one dot between: `address.city`

    "#]],
    );
}

#[test]
fn where_holds_conditions() {
    check_rule(
        r#"{ any = [{ event = "A", where = "x" }, { event = "A", where = {} }, { trait = "plan" }, { account_trait = {} }] }"#,
        expect![[r#"
        error: `where` must be a table of conditions, found text
          --> milepost.toml:11:40
           |
        11 | rule = { any = [{ event = "A", where = "x" }, { event = "A", where = {} }, { trait = "plan" }, { account_trait = {} }] }
           |                                        ^^^
           |
           = help: write the conditions in braces: `where = { total = { gte = 1 } }`, or leave `where` out

        error: `where` names nothing
          --> milepost.toml:11:70
           |
        11 | rule = { any = [{ event = "A", where = "x" }, { event = "A", where = {} }, { trait = "plan" }, { account_trait = {} }] }
           |                                                                      ^^
           |
           = help: write the conditions in braces: `where = { total = { gte = 1 } }`, or leave `where` out

        error: `trait` must be a table of conditions, found text
          --> milepost.toml:11:86
           |
        11 | rule = { any = [{ event = "A", where = "x" }, { event = "A", where = {} }, { trait = "plan" }, { account_trait = {} }] }
           |                                                                                      ^^^^^^
           |
           = help: write `trait = { plan = { exists = true } }`

        error: `account_trait` names nothing
          --> milepost.toml:11:114
           |
        11 | rule = { any = [{ event = "A", where = "x" }, { event = "A", where = {} }, { trait = "plan" }, { account_trait = {} }] }
           |                                                                                                                  ^^
           |
           = help: write `account_trait = { plan = "pro" }`

    "#]],
    );
}

#[test]
fn a_source_is_server_or_any() {
    check_rule(
        r#"{ event = "A", source = "backend" }"#,
        expect![[r#"
        error: unknown source `backend`
          --> milepost.toml:11:32
           |
        11 | rule = { event = "A", source = "backend" }
           |                                ^^^^^^^^^
           |
           = help: known here: `server`, `any`

    "#]],
    );
}

#[test]
fn a_rule_nests_only_so_deep() {
    check_rule(
        r#"{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ event = "A" }] }] }] }] }] }] }] }] }] }"#,
        expect![[r#"
        error: this rule nests deeper than 8
          --> milepost.toml:11:89
           |
        11 | rule = { any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ any = [{ event = "A" }] }] }] }] }] }] }] }] }] }
           |                                                                                         ^^^^^^^^^^^^^^^
           |
           = help: split it over several milestones

    "#]],
    );
}

#[test]
fn every_rule_is_read() {
    check_rule(
        r#"{ any = [{ event = "A", source = "server", where = { total = { gte = 1, lt = 5.5 }, currency = "EUR", ok = true } }, { page = "/i/:id", where = { title = { contains = "x" } } }, { click = ".a" }, { seen = ".b" }, { trait = { plan = { in = ["pro", "team"] } } }, { account_trait = { seats = { ne = 1 } } }, { count = 3, of = { event = "B" }, within = "1d 12h" }, { all = [{ event = "C" }, { not = { event = "D" } }] }] }"#,
        expect![[r#"
        any	8
        event	A	server	4
        where	gte	1	total	1	n3ff0000000000000
        where	lt	1	total	1	n4016000000000000
        where	eq	1	currency	1	sEUR
        where	eq	1	ok	1	b1
        page	/i/:id	1
        where	contains	1	title	1	sx
        click	.a
        seen	.b
        trait	user	1
        where	in	1	plan	2	spro	steam
        trait	account	1
        where	ne	1	seats	1	n3ff0000000000000
        count	3	129600000
        event	B	any	0
        all	2
        event	C	any	0
        not
        event	D	any	0
    "#]],
    );
}

#[test]
fn dotted_and_quoted_keys_are_paths() {
    check_rule(
        r#"{ event = "A", where = { a.b = 1, "c.d" = 2, e.f.gte = 3, "g.in" = 4, h.i = { starts_with = "x" }, in = 5, j = { exists = false } } }"#,
        expect![[r#"
        event	A	any	7
        where	eq	2	a	b	1	n3ff0000000000000
        where	eq	2	c	d	1	n4000000000000000
        where	gte	2	e	f	1	n4008000000000000
        where	eq	2	g	in	1	n4010000000000000
        where	starts_with	2	h	i	1	sx
        where	eq	1	in	1	n4014000000000000
        where	absent	1	j	0
    "#]],
    );
}

#[test]
fn spent_time_can_be_asked_for() {
    check_rule(
        r#"{ event = "Page Left", where = { activeMs = { gte = 60_000 } } }"#,
        expect![[r#"
        event	Page Left	any	1
        where	gte	1	activeMs	1	n40ed4c0000000000
    "#]],
    );
}

#[test]
fn all_mistakes_are_found_in_one_run() {
    check(
        r#"
[porject]
name = "P"

[[key]]
id = "wk"
kind = "browsr"

[[journey]]
id = "Onboarding"
window = "14 days"

[[journey.milestone]]
id = "signed-up"
rule = { evnt = "Signed Up" }

[[journey.milestone]]
id = "signed-up"
scope = "team"
rule = { event = "Invoice Sent", where = { total = { atleast = 1 } } }
"#,
        expect![[r#"
            error: `project` is missing
             --> milepost.toml:1:1
              |
            1 |
              | ^
              |
              = help: add a table `[project]` with `name = "Your product"`

            error: unknown key `porject`
             --> milepost.toml:2:2
              |
            2 | [porject]
              |  ^^^^^^^
              |
              = help: did you mean `project`?

            error: unknown kind of key `browsr`
             --> milepost.toml:7:8
              |
            7 | kind = "browsr"
              |        ^^^^^^^^
              |
              = help: did you mean `browser`?

            error: `Onboarding` is not an id: lower-case letters, digits and hyphens only
              --> milepost.toml:10:6
               |
            10 | id = "Onboarding"
               |      ^^^^^^^^^^^^
               |
               = help: write `id = "onboarding"`

            error: `14 days` is not a duration
              --> milepost.toml:11:10
               |
            11 | window = "14 days"
               |          ^^^^^^^^^
               |
               = help: write "14d"

            error: unknown rule `evnt`
              --> milepost.toml:15:10
               |
            15 | rule = { evnt = "Signed Up" }
               |          ^^^^
               |
               = help: did you mean `event`?

            error: two milestones have the id `signed-up`
              --> milepost.toml:18:6
               |
            14 | id = "signed-up"
               |      ----------- the first one
            ...
            18 | id = "signed-up"
               |      ^^^^^^^^^^^
               |
               = help: give each milestone its own

            error: unknown scope `team`
              --> milepost.toml:19:9
               |
            19 | scope = "team"
               |         ^^^^^^
               |
               = help: known here: `user`, `account`

            error: unknown operator `atleast`
              --> milepost.toml:20:54
               |
            20 | rule = { event = "Invoice Sent", where = { total = { atleast = 1 } } }
               |                                                      ^^^^^^^
               |
               = help: known here: `eq`, `ne`, `gt`, `gte`, `lt`, `lte`, `in`, `contains`, `starts_with`, `exists`; a property inside another is written `total.atleast`

        "#]],
    );
}

#[test]
fn a_diagnostic_as_json_says_place_message_and_help() {
    let diagnostics = parse("milepost.toml", "[project]\nname = 7\n").expect_err("a mistake");
    let json = serde_json::to_string_pretty(&diagnostics.iter().collect::<Vec<_>>()).expect("JSON");
    expect![[r#"
        [
          {
            "severity": "warning",
            "line": 1,
            "column": 1,
            "span": {
              "start": 0,
              "end": 0
            },
            "message": "there is no key: nobody can send messages",
            "help": "add `[[key]]` with `id`, `kind` and `origins`"
          },
          {
            "severity": "error",
            "line": 2,
            "column": 8,
            "span": {
              "start": 17,
              "end": 18
            },
            "message": "`name` must be text in quotes, found a whole number",
            "help": "add `name = \"Your product\"`"
          }
        ]"#]]
    .assert_eq(&json);
}

#[test]
fn a_milestone_without_a_rule_is_reached_by_hand() {
    let text = format!("{HEAD}[[journey]]\nid = \"j\"\nmilestone = [{{ id = \"done\" }}]\n");
    let project = parse("milepost.toml", &text).expect("a project");
    let milestone = &project.definitions.journeys[0].milestones[0];
    assert_eq!(milestone.name, "done");
    expect![[r#"
        event	Milestone Reached	any	1
        where	eq	1	milestone	1	sdone
    "#]]
    .assert_eq(&compact::write_rule(&milestone.rule));
}

#[test]
fn the_last_milestone_counts_as_value_where_none_is_marked() {
    let text = format!("{HEAD}[[journey]]\nid = \"j\"\nmilestone = [{{ id = \"a\" }}, {{ id = \"b\" }}]\n");
    let project = parse("milepost.toml", &text).expect("a project");
    assert_eq!(project.definitions.journeys[0].value_index(), 1);
    assert_eq!(project.definitions.journeys[0].window_ms, 14 * 86_400_000);
}

#[test]
fn secrets_may_lie_elsewhere() {
    let text = format!(
        "{HEAD}[[key]]\nid = {{ env = \"SECRET\" }}\nkind = \"server\"\n[identity]\nmode = \"enforce\"\nsecrets = [{{ env = \"SECRET\" }}]\n"
    );
    let parsed = parse_with("milepost.toml", &text, &fetch);
    let project = parsed.project.expect("a project");
    assert_eq!(project.keys[1].id.as_str(), "s".repeat(32));
    assert_eq!(project.keys[1].kind, KeyKind::Server);
    assert_eq!(project.identity.mode, IdentityMode::Enforce);
    assert_eq!(project.identity.secrets[0].expose(), "s".repeat(32));
    assert_eq!(format!("{:?}", project.identity.secrets), "[****]");
    assert!(parse("milepost.toml", &text).is_err(), "nothing is fetched where nobody fetches");
}

#[test]
fn too_many_journeys_and_milestones_are_refused() {
    let milestones: String = (0..33).map(|it| format!("[[journey.milestone]]\nid = \"m{it}\"\n")).collect();
    let diagnostics = parse("m", &format!("{HEAD}[[journey]]\nid = \"j\"\n{milestones}")).expect_err("too many");
    assert_eq!(
        diagnostics.iter().next().map(|it| it.message.as_str()),
        Some("33 milestones: a journey has at most 32")
    );
    let journeys: String =
        (0..65).map(|it| format!("[[journey]]\nid = \"j{it}\"\nmilestone = [{{ id = \"m\" }}]\n")).collect();
    let diagnostics = parse("m", &format!("{HEAD}{journeys}")).expect_err("too many");
    assert_eq!(
        diagnostics.iter().next().map(|it| it.message.as_str()),
        Some("65 journeys: at most 64 fit in one project")
    );
}

#[test]
fn the_demo_site_is_fine() {
    let project =
        parse("milepost.toml", include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-site/milepost.toml")))
            .expect("a project");
    assert_eq!(project.definitions.journeys.len(), 2);
    let mut kinds = 0;
    project.definitions.journeys.iter().flat_map(|it| &it.milestones).for_each(|it| {
        it.rule.visit(&mut |rule| kinds += usize::from(matches!(rule, Rule::Count { .. } | Rule::Trait { .. })));
    });
    assert_eq!(kinds, 2);
}

#[test]
fn damaged_files_are_no_panic() {
    let text = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-site/milepost.toml"));
    // Every seventh place: all kinds of lines are cut in all ways.
    for end in (0..text.len()).step_by(7) {
        if let Some(part) = text.get(..end)
            && let Err(diagnostics) = parse("milepost.toml", part)
        {
            assert!(!diagnostics.render(false).is_empty());
        }
    }
}

#[test]
fn the_documented_example_is_fine() {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/milepost-toml.md"));
    let example = page.split("```toml\n").nth(1).and_then(|it| it.split("```").next()).expect("an example");
    check(
        example,
        expect![[r#"
        fine
    "#]],
    );
    let project = parse("milepost.toml", example).expect("a project");
    assert_eq!(project.definitions.journeys[0].milestones.len(), 9);
}
