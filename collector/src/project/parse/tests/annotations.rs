//! `[[annotation]]`.

use super::{HEAD, check_under_head, parse};
use expect_test::expect;

#[test]
fn annotations_are_read_in_order_of_time() {
    let text = "[[annotation]]\ndate = 2026-11-03\ntext = \"New editor\"\nurl = \"https://example.com/new\"\n\
                [[annotation]]\ndate = \"2026-10-01\"\ntext = \" Price list \"\n";
    let found = parse("milepost.toml", &format!("{HEAD}{text}")).expect("no mistake").annotations;
    let told: Vec<_> = found.iter().map(|it| (it.at_ms, it.text.as_str(), it.url.as_deref())).collect();
    assert_eq!(
        told,
        [(1_790_812_800_000, "Price list", None), (1_793_664_000_000, "New editor", Some("https://example.com/new"))]
    );
    assert!(parse("milepost.toml", HEAD).expect("no mistake").annotations.is_empty());
}

#[test]
fn what_an_annotation_lacks_is_said() {
    check_under_head(
        "\n[[annotation]]\ntext = \"\"\nurl = \"http://example.com\"\ncolour = 1\n[[annotation]]\ndate = \"soon\"\n",
        expect![[r#"
            error: an annotation without `date`
             --> milepost.toml:8:1
              |
            8 | [[annotation]]
              | ^^^^^^^^^^^^^^
              |
              = help: add `date = 2026-11-03`

            error: `text` is empty
             --> milepost.toml:9:8
              |
            9 | text = ""
              |        ^^
              |
              = help: add `text = "What happened"`

            error: `http://example.com` is neither https nor a path
              --> milepost.toml:10:7
               |
            10 | url = "http://example.com"
               |       ^^^^^^^^^^^^^^^^^^^^
               |
               = help: write "https://example.com"

            error: unknown key `colour` in an annotation
              --> milepost.toml:11:1
               |
            11 | colour = 1
               | ^^^^^^
               |
               = help: known here: `date`, `text`, `url`

            error: an annotation without `text`
              --> milepost.toml:12:1
               |
            12 | [[annotation]]
               | ^^^^^^^^^^^^^^
               |
               = help: add `text = "What happened"`

            error: `soon` is no date
              --> milepost.toml:13:8
               |
            13 | date = "soon"
               |        ^^^^^^
               |
               = help: write a day, `date = 2026-09-01`, or a moment, `date = 2026-09-01T08:00:00Z`

        "#]],
    );
}

#[test]
fn there_are_not_too_many() {
    let text = "[[annotation]]\ndate = 2026-11-03\ntext = \"x\"\n".repeat(201);
    let wrong = parse("milepost.toml", &format!("{HEAD}{text}")).expect_err("too many");
    assert!(wrong.render(false).contains("more than 200 annotations"));
}
