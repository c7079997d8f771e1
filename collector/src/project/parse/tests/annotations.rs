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
        expect![[""]],
    );
}

#[test]
fn there_are_not_too_many() {
    let text = "[[annotation]]\ndate = 2026-11-03\ntext = \"x\"\n".repeat(201);
    let wrong = parse("milepost.toml", &format!("{HEAD}{text}")).expect_err("too many");
    assert!(wrong.render(false).contains("more than 200 annotations"));
}
