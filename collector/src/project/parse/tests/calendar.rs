use super::{check, parse};
use expect_test::expect;

fn head(lines: &str) -> String {
    let key = "[[key]]\nid = \"wk\"\nkind = \"browser\"\norigins = [\"*\"]\n";
    format!("[project]\nname = \"P\"\n{lines}\n{key}")
}

#[test]
fn days_are_those_of_the_zone_and_weeks_begin_as_it_says() {
    let text = head("time_zone = \"america/new_york\"\nweek_starts = \"sunday\"");
    let text = format!("{text}\n[[annotation]]\ndate = 2026-11-03\ntext = \"Released\"\n");
    let project = parse("milepost.toml", &text).expect("fine");
    assert_eq!(format!("{:?}", project.calendar), "Calendar(America/New_York, sunday)");
    let midnight: jiff::Timestamp = "2026-11-03T05:00:00Z".parse().unwrap();
    assert_eq!(project.annotations[0].at_ms, midnight.as_millisecond());
    assert_eq!(parse("milepost.toml", &head("")).expect("fine").calendar.name(), "UTC");
}

#[test]
fn a_zone_that_is_none_is_said_with_what_may_be_meant() {
    check(
        &head("time_zone = \"Berlin\""),
        expect![[r#"
        error: there is no time zone `Berlin`
         --> milepost.toml:3:13
          |
        3 | time_zone = "Berlin"
          |             ^^^^^^^^
          |
          = help: did you mean `Europe/Berlin`?

    "#]],
    );
    check(
        &head("time_zone = \"+02:00\""),
        expect![[r#"
        error: there is no time zone `+02:00`
         --> milepost.toml:3:13
          |
        3 | time_zone = "+02:00"
          |             ^^^^^^^^
          |
          = help: write a name of the IANA database: `time_zone = "Europe/Berlin"`

    "#]],
    );
}

#[test]
fn weeks_begin_on_one_of_three_days() {
    check(
        &head("week_starts = \"friday\""),
        expect![[r#"
        error: no week starts on `friday`
         --> milepost.toml:3:15
          |
        3 | week_starts = "friday"
          |               ^^^^^^^^
          |
          = help: write `week_starts = "monday"`, or sunday, or saturday

    "#]],
    );
}
