//! Mistakes in `[hesitation]`, as they are shown.

use super::parse;
use crate::project::{Hesitation, Language};
use domain::UrlPattern;
use domain::hesitation::Wording;
use expect_test::{Expect, expect};

/// Each on its own under `[hesitation]`: the lines, then where the mistake is, what it is and what to write.
#[track_caller]
fn check<const N: usize>(cases: [&str; N], wanted: Expect) {
    let mut shown = String::new();
    for lines in cases {
        let text = format!("{}[hesitation]\n{lines}", super::HEAD);
        let parsed = super::parse_with("milepost.toml", &text, &super::fetch);
        for line in lines.lines().take(8) {
            shown.push_str(&format!("{line}\n"));
        }
        for it in parsed.diagnostics.iter() {
            let (severity, help) = (format!("{:?}", it.severity).to_lowercase(), it.help.as_deref().unwrap_or("–"));
            // The first line under the table is line 8 of the file.
            let place = format!("{}:{}", it.line as i64 - 7, it.column);
            shown.push_str(&format!("    {place} {severity}: {}\n        help: {help}\n", it.message));
        }
    }
    wanted.assert_eq(&shown);
}

#[track_caller]
fn read(lines: &str) -> Hesitation {
    let text = format!("{}[hesitation]\n{lines}", super::HEAD);
    parse("milepost.toml", &text).unwrap_or_else(|error| panic!("{error}")).hesitation.expect("a table")
}

#[test]
fn without_the_table_nothing_is_looked_for() {
    assert_eq!(parse("milepost.toml", super::HEAD).unwrap().hesitation, None);
}

#[test]
fn an_empty_table_has_the_documented_defaults() {
    let found = read("");
    assert_eq!(found, Hesitation::default());
    assert_eq!((found.budget, found.record_share, found.precision_floor, found.is_asking), (0.03, 0.0, 0.5, true));
}

#[test]
fn everything_can_be_said() {
    let found = read(
        r##"
budget = "0.5 %"
language = "de"
ask = false
accent = "#06F"
pages = ["/invoices/:id", "/docs/*", "#/settings/:tab"]
exclude = ["/checkout/*"]
record = "12.5%"
precision_floor = "0%"

[hesitation.words]
question = "Kommen Sie nicht weiter?"

[[hesitation.help]]
on = "/invoices/*"
label = "Wie Rechnungen nummeriert werden"
url = "https://help.example.com/numbers"

[[hesitation.help]]
on = "*"
label = "Hilfe"
url = "/help"
"##,
    );
    assert_eq!((found.budget, found.record_share, found.precision_floor), (0.005, 0.125, 0.0));
    assert_eq!((found.language, found.is_asking, found.accent.as_str()), (Language::German, false, "#0066ff"));
    assert_eq!(found.pages, ["/invoices/:id", "/docs/*", "#/settings/:tab"].map(UrlPattern::new));
    assert_eq!(found.excluded, [UrlPattern::new("/checkout/*")]);
    assert_eq!(found.words[Wording::Question as usize], "Kommen Sie nicht weiter?");
    assert_eq!(found.words[Wording::Fine as usize], "Nein, alles gut");
    assert_eq!((found.links.len(), found.links[1].url.as_str()), (2, "/help"));
}

#[test]
fn hesitation_is_one_table() {
    super::check_under_head(
        "[[hesitation]]\nbudget = \"3%\"\n",
        expect![[r#"
        error: `hesitation` must be a table, found a list
         --> milepost.toml:7:1
          |
        7 | [[hesitation]]
          | ^^^^^^^^^^^^^^
          |
          = help: there is one hesitation: write `[hesitation]`, in single brackets

    "#]],
    );
}

#[test]
fn unknown_keys_are_named_with_what_may_be_meant() {
    check(
        [
            "budjet = \"3%\"\nlang = \"en\"\ncolour = \"#fff\"\nignore = []\nfoo = 1\n[hesitation.words]\nquestoin = \"?\"\n[[hesitation.help]]\npage = \"/\"\nhref = \"/help\"\ntext = \"Help\"\n",
        ],
        expect![[r##"
            budjet = "3%"
            lang = "en"
            colour = "#fff"
            ignore = []
            foo = 1
            [hesitation.words]
            questoin = "?"
            [[hesitation.help]]
                1:1 error: unknown key `budjet` in a hesitation table
                    help: did you mean `budget`?
                2:1 error: unknown key `lang` in a hesitation table
                    help: did you mean `language`?
                3:1 error: unknown key `colour` in a hesitation table
                    help: did you mean `accent`?
                4:1 error: unknown key `ignore` in a hesitation table
                    help: did you mean `exclude`?
                5:1 error: unknown key `foo` in a hesitation table
                    help: known here: `budget`, `language`, `ask`, `words`, `accent`, `pages`, `exclude`, `help`, `record`, `precision_floor`
                7:1 error: unknown key `questoin` in a table of words
                    help: did you mean `question`?
                8:1 error: a help link without `on`
                    help: add where it is offered: `on = "/invoices/*"`, or "*" for everywhere
                8:1 error: a help link without `label`
                    help: add `label = "How invoices are numbered"`
                8:1 error: a help link without `url`
                    help: add `url = "https://help.example.com/invoices"`, or a path such as "/help"
                9:1 error: unknown key `page` in a help link
                    help: did you mean `on`?
                10:1 error: unknown key `href` in a help link
                    help: did you mean `url`?
                11:1 error: unknown key `text` in a help link
                    help: did you mean `label`?
        "##]],
    );
}

#[test]
fn shares_are_percentages_in_quotes() {
    check(
        [
            "budget = 3\n",
            "budget = 0.03\n",
            "budget = true\n",
            "budget = \"3\"\n",
            "budget = \"2,5%\"\n",
            "budget = \"some\"\n",
            "budget = \"nan%\"\n",
        ],
        expect![[r#"
            budget = 3
                1:10 error: `budget` must be a share in quotes, found a whole number
                    help: write `budget = "3%"`
            budget = 0.03
                1:10 error: `budget` must be a share in quotes, found a number with a fraction
                    help: write `budget = "3%"`
            budget = true
                1:10 error: `budget` must be a share in quotes, found true or false
                    help: write `budget = "3%"`
            budget = "3"
                1:10 error: `3` is not a share
                    help: write `budget = "3%"`
            budget = "2,5%"
                1:10 error: `2,5%` is not a share
                    help: write `budget = "2.5%"`
            budget = "some"
                1:10 error: `some` is not a share
                    help: write a number and a percent sign, such as `budget = "3%"`
            budget = "nan%"
                1:10 error: `nan%` is not a share
                    help: write a number and a percent sign, such as `budget = "3%"`
        "#]],
    );
}

#[test]
fn shares_have_limits() {
    check(
        [
            "budget = \"0%\"\n",
            "budget = \"25%\"\n",
            "record = \"101%\"\n",
            "record = \"0.01%\"\n",
            "precision_floor = \"-1%\"\n",
        ],
        expect![[r#"
            budget = "0%"
                1:10 error: `budget` is 0 %: it lies between 0.1 % and 20 %
                    help: write `budget = "0.1%"`
            budget = "25%"
                1:10 error: `budget` is 25 %: it lies between 0.1 % and 20 %
                    help: write `budget = "20%"`
            record = "101%"
                1:10 error: `record` is 101 %: it lies between 0 % and 100 %
                    help: write `record = "100%"`
            record = "0.01%"
                1:10 error: `record` is too small to count
                    help: write at least "0.1%", or "0%" for nothing
            precision_floor = "-1%"
                1:19 error: `precision_floor` is -1 %: it lies between 0 % and 100 %
                    help: write `precision_floor = "0%"`
        "#]],
    );
}

#[test]
fn a_language_that_does_not_come_along_is_answered_with_those_that_do() {
    check(
        ["language = \"it\"\n", "language = \"de-AT\"\n", "language = \"Français\"\n", "language = 1\n"],
        expect![[r#"
            language = "it"
                1:12 error: unknown language `it`
                    help: there are `en`, `de`, `fr`, `es`; for another, take the nearest and put your texts in [hesitation.words]
            language = "de-AT"
                1:12 error: unknown language `de-AT`
                    help: write `language = "de"`
            language = "Français"
                1:12 error: unknown language `Français`
                    help: write `language = "fr"`
            language = 1
                1:12 error: `language` must be text in quotes, found a whole number
                    help: write `language = "en"`; there are `en`, `de`, `fr`, `es`
        "#]],
    );
}

#[test]
fn asking_is_true_or_false() {
    check(
        ["ask = \"yes\"\n"],
        expect![[r#"
        ask = "yes"
            1:7 error: `ask` must be true or false, found text
                help: write `ask = true`
    "#]],
    );
}

#[test]
fn texts_are_one_short_line() {
    check(
        [
            "words = \"Hello\"\n",
            "[hesitation.words]\nquestion = \"\"\n",
            "[hesitation.words]\nfine = 1\n",
            "[hesitation.words]\nsend = \"a\\nb\"\n",
            &format!("[hesitation.words]\nhint = \"{}\"\n", "x".repeat(161)),
        ],
        expect![[r#"
            words = "Hello"
                1:9 error: `words` must be a table, found text
                    help: write them under a line `[hesitation.words]`
            [hesitation.words]
            question = ""
                2:12 error: `question` is empty
                    help: write `question = "Is something confusing you?"`, or leave it out for that text
            [hesitation.words]
            fine = 1
                2:8 error: `fine` must be text in quotes, found a whole number
                    help: write `fine = "No, I’m fine"`, or leave it out for that text
            [hesitation.words]
            send = "a\nb"
                2:8 error: `send` holds a control character
                    help: write one line of plain text
            [hesitation.words]
            hint = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
                2:8 error: `hint` is 161 characters long
                    help: write at most 160: it is read at a glance
        "#]],
    );
}

#[test]
fn an_accent_is_a_color_that_can_be_seen() {
    check(
        [
            "accent = \"blue\"\n",
            "accent = \"0b5fff\"\n",
            "accent = \"#12345\"\n",
            "accent = \"#ffe000\"\n",
            "accent = \"#101010\"\n",
            "accent = 255\n",
        ],
        expect![[r##"
            accent = "blue"
                1:10 error: `blue` is not a color in hexadecimal digits
                    help: write `accent = "#0b5fff"`: `#` and six hexadecimal digits
            accent = "0b5fff"
                1:10 error: `0b5fff` is not a color in hexadecimal digits
                    help: write `accent = "#0b5fff"`
            accent = "#12345"
                1:10 error: `#12345` is not a color in hexadecimal digits
                    help: write `accent = "#0b5fff"`: `#` and six hexadecimal digits
            accent = "#ffe000"
                1:10 warning: `#ffe000` is hard to see on #ffffff: its contrast is 1.32, not 3
                    help: write `accent = "#a99500"`, the nearest color that can be seen on light and dark
            accent = "#101010"
                1:10 warning: `#101010` is hard to see on #1b1b1f: its contrast is 1.11, not 3
                    help: write `accent = "#676767"`, the nearest color that can be seen on light and dark
            accent = 255
                1:10 error: `accent` must be text in quotes, found a whole number
                    help: write `accent = "#0b5fff"`: `#` and six hexadecimal digits
        "##]],
    );
}

#[test]
fn pages_are_paths() {
    check(
        [
            "pages = \"/a\"\n",
            "pages = 1\n",
            "pages = [\"invoices/:id\"]\n",
            "pages = [\"https://app.example.com/invoices\"]\n",
            "exclude = [\"/search?q=*\"]\n",
            "exclude = [\"/a b\"]\n",
            "pages = [\"/a\", \"/a\"]\n",
            "pages = [\"/*\"]\n",
            "pages = [1]\n",
        ],
        expect![[r#"
            pages = "/a"
                1:9 error: `pages` must be a list, found text
                    help: write `pages = ["/a"]`
            pages = 1
                1:9 error: `pages` must be a list, found a whole number
                    help: write `pages = ["/invoices/:id"]`
            pages = ["invoices/:id"]
                1:10 error: `invoices/:id` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme
                    help: write "/invoices/:id"
            pages = ["https://app.example.com/invoices"]
                1:10 error: pages are told apart by their path, not by their origin
                    help: write "/invoices"
            exclude = ["/search?q=*"]
                1:12 error: pages are told apart by their path, without the query
                    help: write "/search"
            exclude = ["/a b"]
                1:12 error: a URL holds no spaces
                    help: write "/a%20b"
            pages = ["/a", "/a"]
                1:16 error: `/a` stands here twice
                    help: remove one of the two
            pages = ["/*"]
                1:10 error: `/*` makes one page of all
                    help: write what comes before it, such as "/docs/*"
            pages = [1]
                1:10 error: `pages` must be text in quotes, found a whole number
                    help: write a path, such as "/invoices/:id"
        "#]],
    );
}

#[test]
fn lists_have_limits() {
    let patterns: Vec<String> = (0..=200).map(|it| format!("\"/p{it}\"")).collect();
    check(
        [&format!("pages = [\n{}\n]\n", patterns.join(",\n"))],
        expect![[r#"
        pages = [
        "/p0",
        "/p1",
        "/p2",
        "/p3",
        "/p4",
        "/p5",
        "/p6",
            202:1 error: 201 patterns: at most 200 fit in `pages`
                help: every page loads them all: let `*` and `:name` stand for many
    "#]],
    );
    let link = "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"/help\"\n";
    check(
        [&link.repeat(201)],
        expect![[r#"
        [[hesitation.help]]
        on = "*"
        label = "Help"
        url = "/help"
        [[hesitation.help]]
        on = "*"
        label = "Help"
        url = "/help"
            801:1 error: 201 help links: at most 200 fit
                help: every page loads them all: keep the most useful
    "#]],
    );
}

#[test]
fn a_help_link_says_where_what_and_whereto() {
    check(
        [
            "[[hesitation.help]]\n",
            "[hesitation.help]\non = \"*\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"http://help.example.com\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"//help.example.com\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"javascript:alert(1)\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"help.example.com/a\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"help\"\n",
            "[[hesitation.help]]\non = \"*\"\nlabel = \"Help\"\nurl = \"/my help\"\n",
            "[[hesitation.help]]\non = \"invoices\"\nlabel = \"Help\"\nurl = \"/help\"\n",
        ],
        expect![[r#"
            [[hesitation.help]]
                1:1 error: a help link without `on`
                    help: add where it is offered: `on = "/invoices/*"`, or "*" for everywhere
                1:1 error: a help link without `label`
                    help: add `label = "How invoices are numbered"`
                1:1 error: a help link without `url`
                    help: add `url = "https://help.example.com/invoices"`, or a path such as "/help"
            [hesitation.help]
            on = "*"
                1:1 error: `help` must be a list of tables, found a table
                    help: write each help under a line `[[hesitation.help]]`, in double brackets
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "http://help.example.com"
                4:7 error: `http://help.example.com` is neither https nor a path
                    help: write "https://help.example.com"
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "//help.example.com"
                4:7 error: `//help.example.com` is neither https nor a path
                    help: write "https://help.example.com"
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "javascript:alert(1)"
                4:7 error: `javascript:alert(1)` is neither https nor a path
                    help: write a URL with https, or a path such as "/help"
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "help.example.com/a"
                4:7 error: `help.example.com/a` is neither https nor a path
                    help: write "https://help.example.com/a"
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "help"
                4:7 error: `help` is neither https nor a path
                    help: write "/help"
            [[hesitation.help]]
            on = "*"
            label = "Help"
            url = "/my help"
                4:7 error: a URL holds no spaces
                    help: write "/my%20help"
            [[hesitation.help]]
            on = "invoices"
            label = "Help"
            url = "/help"
                2:6 error: `invoices` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme
                    help: write `on = "/invoices"`
        "#]],
    );
}
