//! Whatever is asked of whatever page: a number on it, the list that the number opens, its file and the API are one.

use crate::desk::numbers;
use crate::support::PROJECT;
use crate::users::crowd;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

const STATES: usize = 1_000;

type Part = BoxedStrategy<Option<String>>;

fn one(name: &'static str, values: &'static [&'static str]) -> Part {
    let values: Vec<String> = values.iter().map(|it| format!("{name}={it}")).collect();
    prop_oneof![2 => Just(None), 1 => prop::sample::select(values).prop_map(Some)].boxed()
}

/// Whose numbers: conditions of every kind, joined in every way.
fn among() -> Vec<Part> {
    let condition = prop::sample::select(vec![
        "name contains ada",
        "account = account-1",
        "account exists",
        "identified",
        "seen within 60d",
        "joined within 100d",
        "reached onboarding/sent",
        "reached onboarding/signed-up within 90d",
        "stuck onboarding/signed-up",
        "did \"Invoice Sent\"",
        "did \"Signed Up\" 1 times within 120d",
        "nps exists",
        "name exists",
    ]);
    let condition = (any::<bool>(), condition)
        .prop_map(|(is_turned, text)| if is_turned { format!("not {text}") } else { text.to_owned() });
    let joined = (condition.clone(), condition.clone(), condition, 0..4_u8).prop_map(|(a, b, c, how)| match how {
        0 => a,
        1 => format!("{a} and {b}"),
        2 => format!("{a} or {b}"),
        _ => format!("({a} or {b}) and {c}"),
    });
    let escaped = joined.prop_map(|it| it.replace(' ', "%20").replace('"', "%22").replace('=', "%3D"));
    let part = prop_oneof![1 => Just(None), 1 => escaped.prop_map(|it| Some(format!("where={it}")))];
    vec![part.boxed()]
}

fn level() -> Part {
    one("level", &["account", "user"])
}

fn range() -> Vec<Part> {
    vec![one("since", &["2026-05-01", "2026-08-15"]), one("until", &["2026-10-01", "2026-11-20"])]
}

/// Each page with what may stand in its address; where the page itself is a list, its own number is looked at as well.
fn pages() -> Vec<(&'static str, Vec<Part>)> {
    let with = |own: Vec<Part>, more: Vec<Vec<Part>>| own.into_iter().chain(more.into_iter().flatten()).collect();
    vec![
        (
            "/journeys/onboarding",
            with(
                vec![one("window", &["1d", "30d", "90d"]), one("by", &["account.size", "account.name"]), level()],
                vec![range(), among()],
            ),
        ),
        (
            "/journeys/onboarding/next",
            with(vec![one("milestone", &["sent"]), one("window", &["1d", "90d"]), level()], vec![range(), among()]),
        ),
        ("/journeys/onboarding/cohorts", with(vec![one("show", &["milestones"]), level()], vec![range(), among()])),
        (
            "/retention",
            with(
                vec![
                    one("period", &["day", "month"]),
                    one("counted", &["unbounded"]),
                    one("start", &["Signed%20Up", "milestone:onboarding/sent"]),
                    one("return", &["Invoice%20Sent"]),
                    level(),
                ],
                vec![range(), among()],
            ),
        ),
        (
            "/users",
            with(
                vec![
                    one("q", &["ad", "user-1"]),
                    one("reached", &["onboarding/signed-up"]),
                    one("stuck", &["onboarding/sent"]),
                    one("seen", &["within-90", "not-within-30"]),
                    one("who", &["identified", "anonymous"]),
                ],
                vec![range(), among()],
            ),
        ),
        ("/accounts", with(vec![one("q", &["account", "-1"]), one("sort", &["name"])], vec![range(), among()])),
        ("/overview", with(Vec::new(), vec![range(), among()])),
    ]
}

#[tokio::test]
async fn a_number_its_list_its_file_and_the_api_agree_in_a_thousand_states() {
    let desk = crowd().await;
    // Where days are not those of UTC, and weeks not those of ISO 8601.
    let project =
        PROJECT.replacen("[project]", "[project]\ntime_zone = \"America/St_Johns\"\nweek_starts = \"sunday\"", 1);
    let project = milepost::project::parse("milepost.toml", &project).expect("definitions without mistakes");
    desk.collector.app.publish(project).await.expect("published");
    let pages = pages();
    let mut runner = TestRunner::deterministic();
    let (mut looked_at, mut not_zero) = (0, 0);
    for state in 0..STATES {
        let (page, parts) = &pages[state % pages.len()];
        let drawn = parts.iter().filter_map(|it| it.new_tree(&mut runner).expect("a draw").current());
        let query = drawn.collect::<Vec<_>>().join("&");
        let path = if query.is_empty() { (*page).to_owned() } else { format!("{page}?{query}") };
        let shown = desk.page(&path).await;
        assert_eq!(shown.status, 200, "{path}: {}", shown.text);
        if matches!(*page, "/users" | "/accounts") {
            let [list, file, api] = desk.totals(&path).await;
            assert_eq!([list, file], [api, api], "{path}");
            looked_at += 1;
        }
        // Lists that have a file and an answer at the same address.
        let is_list = |href: &str| {
            let list = href.split('?').next().unwrap_or_default();
            list.ends_with("/people") || matches!(list, "/users" | "/accounts")
        };
        let links: Vec<_> = numbers(&shown.text).into_iter().filter(|(href, _)| is_list(href)).collect();
        if links.is_empty() {
            continue;
        }
        let (href, number) =
            &links[any::<prop::sample::Index>().new_tree(&mut runner).expect("a draw").current().index(links.len())];
        let [list, file, api] = desk.totals(href).await;
        assert_eq!([list, file, api], [*number; 3], "{path} says {number}, and opens {href}");
        looked_at += 1;
        not_zero += usize::from(*number > 0);
    }
    assert!(looked_at > STATES / 2 && not_zero > STATES / 4, "{looked_at} numbers, {not_zero} of them not 0");
}
