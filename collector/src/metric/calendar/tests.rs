use super::*;
use crate::metric::Period;
use proptest::prelude::*;

const HOUR_MS: i64 = 3_600_000;

fn calendar(zone: &str) -> Calendar {
    Calendar::of(zone, WeekStart::Monday).unwrap_or_else(|| panic!("{zone}"))
}

fn moment(text: &str) -> i64 {
    text.parse::<Timestamp>().unwrap().as_millisecond()
}

/// When the days around a date begin, and how many hours they have.
fn hours(zone: &str, date: &str) -> i64 {
    let calendar = calendar(zone);
    let day = day_number(date.parse().unwrap()).unwrap();
    (calendar.day_start_ms(day + 1) - calendar.day_start_ms(day)) / HOUR_MS
}

/// Every zone of the database.
fn zones() -> Vec<Calendar> {
    let names: Vec<String> = jiff::tz::db().available().map(|it| it.to_string()).collect();
    assert!(names.len() > 400, "{} zones", names.len());
    names.iter().filter_map(|it| Calendar::of(it, WeekStart::Monday)).collect()
}

#[test]
fn days_are_as_long_as_clocks_make_them() {
    assert_eq!(hours("Europe/Berlin", "2026-03-29"), 23);
    assert_eq!(hours("Europe/Berlin", "2026-10-25"), 25);
    assert_eq!(hours("Europe/Berlin", "2026-10-26"), 24);
    // Clocks went ahead at midnight: the day began at one.
    assert_eq!(hours("America/Sao_Paulo", "2018-11-04"), 23);
    // By half an hour.
    assert_eq!(hours("Australia/Lord_Howe", "2026-04-05") * HOUR_MS, 24 * HOUR_MS);
    // A day was left out.
    assert_eq!([29, 30, 31].map(|it| hours("Pacific/Apia", &format!("2011-12-{it}"))), [24, 0, 24]);
}

#[test]
fn an_hour_that_comes_twice_over_midnight_is_of_the_later_day() {
    // At 00:01 on 7 November 2010 it became 23:01 of the sixth again.
    let newfoundland = calendar("America/St_Johns");
    let day = |text: &str| Calendar::date(newfoundland.day(moment(text)));
    assert_eq!(day("2010-11-07T02:29:59Z"), "2010-11-06");
    assert_eq!(day("2010-11-07T02:30:00Z"), "2010-11-07");
    assert_eq!(day("2010-11-07T02:59:00Z"), "2010-11-07");
    assert_eq!(day("2010-11-07T03:31:00Z"), "2010-11-07");
}

#[test]
fn dates_and_times_are_read_as_those_of_the_zone() {
    let berlin = calendar("Europe/Berlin");
    let read = |text: &str| berlin.parse_ms(text).map(|it| Timestamp::from_millisecond(it).unwrap().to_string());
    assert_eq!(read("2026-01-31").as_deref(), Some("2026-01-30T23:00:00Z"));
    assert_eq!(read("2026-07-31").as_deref(), Some("2026-07-30T22:00:00Z"));
    assert_eq!(read("2026-07-31T12:00").as_deref(), Some("2026-07-31T10:00:00Z"));
    assert_eq!(read("2026-07-31T12:00:00Z").as_deref(), Some("2026-07-31T12:00:00Z"));
    assert_eq!(read("2026-07-31T12:00:00+05:30").as_deref(), Some("2026-07-31T06:30:00Z"));
    assert_eq!(read("1970-01-01").as_deref(), Some("1970-01-01T00:00:00Z"), "no time is before 1970");
    for text in ["", "soon", "2026-02-30", "1969-12-31", "1969-12-31T22:00:00Z", "99999-01-01"] {
        assert_eq!(read(text), None, "{text}");
    }
    assert_eq!(berlin.show(moment("2026-07-31T22:30:00Z"), "%Y-%m-%d %H:%M").as_deref(), Some("2026-08-01 00:30"));
}

#[test]
fn weeks_begin_where_the_workspace_says() {
    let first = |start: WeekStart| {
        let calendar = Calendar::of("Asia/Kolkata", start).unwrap();
        let week = Period::Week.of(moment("2026-11-26T12:00:00Z"), &calendar);
        Period::Week.start_date(week, &calendar)
    };
    assert_eq!(WeekStart::ALL.map(first), ["2026-11-23", "2026-11-22", "2026-11-21"]);
}

#[test]
fn the_range_before_has_as_many_days() {
    let berlin = calendar("Europe/Berlin");
    let day = |text: &str| berlin.parse_ms(text).unwrap();
    // The clocks went ahead on 29 March: a week of 167 hours, and one of 168 before it.
    assert_eq!(berlin.start_before(day("2026-03-26"), day("2026-04-02")), day("2026-03-19"));
    let noon = day("2026-03-19T12:00");
    assert_eq!(berlin.start_before(noon, noon + 5 * HOUR_MS), noon - 5 * HOUR_MS);
}

#[test]
fn only_zones_of_the_database_are_zones() {
    for name in ["", "Berlin", "Mars/Olympus", "UTC+1", "../etc/passwd"] {
        assert!(Calendar::of(name, WeekStart::Monday).is_none(), "{name}");
    }
    assert_eq!(calendar("europe/berlin").name(), "Europe/Berlin");
    assert_eq!(Calendar::default(), calendar("UTC"));
    assert_eq!(["UTC", "America/Los_Angeles"].map(|it| calendar(it).in_short()), ["UTC", "Los Angeles time"]);
}

/// Ten years of every zone: days lie end to end, every hour is in the day that its date says, and sums are exact.
#[test]
fn buckets_of_every_zone_add_up() {
    let (from_ms, until_ms) = (moment("2016-12-31T12:00:00Z"), moment("2027-01-01T12:00:00Z"));
    // Many zones have had the same clocks since: each kind of them is looked at once, half hour by half hour.
    let clocks = |it: &Calendar| {
        let changes = it.0.stretches.iter().filter(|it| (from_ms..until_ms).contains(&it.from_ms));
        let changes: Vec<(i64, i64)> = changes.map(|it| (it.from_ms, it.ahead_ms)).collect();
        (it.stretch(from_ms).ahead_ms, changes)
    };
    let kinds: std::collections::BTreeMap<_, Calendar> = zones().into_iter().map(|it| (clocks(&it), it)).collect();
    assert!(kinds.len() > 60, "{} kinds", kinds.len());
    for calendar in kinds.into_values() {
        let mut by_day = std::collections::BTreeMap::<i64, i64>::new();
        let mut last = i64::MIN;
        // Half hours: no clock has changed at another time since.
        for at_ms in (from_ms..until_ms).step_by(HOUR_MS as usize / 2) {
            let day = calendar.day(at_ms);
            assert!(day == last || last == i64::MIN || day > last, "{calendar:?} goes back at {at_ms}");
            last = day;
            *by_day.entry(day).or_default() += 1;
        }
        let inner = by_day.iter().skip(1).take(by_day.len() - 2);
        for (day, halves) in inner {
            let (start_ms, end_ms) = (calendar.day_start_ms(*day), calendar.day_start_ms(day + 1));
            assert_eq!(end_ms - start_ms, halves * HOUR_MS / 2, "{calendar:?}, {}", Calendar::date(*day));
            let shown = [start_ms, end_ms - 1].map(|it| calendar.show(it, "%F").unwrap());
            assert_eq!(shown, [Calendar::date(*day), Calendar::date(*day)], "{calendar:?}");
        }
        let whole: i64 = by_day.values().sum();
        assert_eq!(whole * HOUR_MS / 2, until_ms - from_ms);
    }
}

#[test]
fn months_are_as_long_as_they_are() {
    let utc = Calendar::default();
    // 1 March 2024, in a leap year, and the millisecond before it.
    assert_eq!(Period::Month.of(1_709_251_200_000, &utc), 54 * 12 + 2);
    assert_eq!(Period::Month.of(1_709_251_199_999, &utc), 54 * 12 + 1);
    assert_eq!(Period::Month.start_ms(54 * 12 + 2, &utc), 1_709_251_200_000);
    assert_eq!(Period::Month.of(-1, &utc), -1);
    assert_eq!(Period::Month.start_ms(-1, &utc), -31 * DAY_MS);
    // Sunday 4 January 1970, and the Monday after it.
    assert_eq!([4 * DAY_MS - 1, 4 * DAY_MS].map(|it| Period::Week.of(it, &utc)), [0, 1]);
    assert_eq!(Period::Week.start_ms(1, &utc), 4 * DAY_MS);
}

proptest! {
    /// In any zone, at any time.
    #[test]
    fn a_period_holds_its_beginning_and_ends_where_the_next_begins(
        at_ms in 0..10_i64.pow(13),
        zone in 0..10_000_usize,
        week_start in 0..3_usize,
    ) {
        let names: Vec<_> = jiff::tz::db().available().collect();
        let name = names[zone % names.len()].as_str();
        let Some(calendar) = Calendar::of(name, WeekStart::ALL[week_start]) else { return Ok(()) };
        for period in [Period::Day, Period::Week, Period::Month] {
            let number = period.of(at_ms, &calendar);
            let (start_ms, end_ms) = (period.start_ms(number, &calendar), period.start_ms(number + 1, &calendar));
            prop_assert!(start_ms <= at_ms && at_ms < end_ms, "{calendar:?}: {start_ms} {at_ms} {end_ms}");
            prop_assert_eq!(period.of(start_ms, &calendar), number);
            prop_assert_eq!(period.of(end_ms - 1, &calendar), number);
        }
        let midnight_ms = calendar.midnight_ms(at_ms);
        prop_assert_eq!(calendar.parse_ms(&calendar.date_of(at_ms)), Some(midnight_ms.max(0)));
    }
}
