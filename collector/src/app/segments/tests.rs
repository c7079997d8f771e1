use super::*;
use crate::testing::{NOW_MS, PROJECT, app, app_of, parse, user};

const DAY_MS: i64 = 86_400_000;

#[test]
fn an_id_is_what_an_address_can_carry() {
    assert_eq!(id_of(" Stuck on Pro! (EU) ").as_deref(), Some("stuck-on-pro-eu"));
    assert_eq!(id_of("Überfällig").as_deref(), Some("berf-llig"));
    assert_eq!(id_of("日本"), None);
}

#[tokio::test]
async fn everybody_is_held_against_every_condition() {
    let text = PROJECT.replace("[project]", "[touch]\nvalue = \"account.arr\"\nhigh = 50000\nlow = 5000\n\n[project]");
    let mut users = vec![
        user("ada", 3, Some("pro"), DAY_MS),
        user("bob", 2, Some("free"), 20 * DAY_MS),
        user("cyd", 1, None, 2 * DAY_MS),
    ];
    for (user, arr) in users.iter_mut().zip([60_000, 6_000]) {
        user.profile.account_traits.insert("arr".to_owned(), arr.into());
    }
    let (app, ..) = app_of(parse(&text), users).await;
    for (text, wanted) in [
        ("everybody", "ada bob cyd"),
        ("plan = pro", "ada"),
        ("plan != pro", "bob cyd"),
        ("not plan exists", "cyd"),
        ("plan in (free, pro) and not plan = pro", "bob"),
        ("account.arr >= 6000", "ada bob"),
        ("touch = high", "ada"),
        ("touch = low or touch = tech", "bob cyd"),
        ("reached onboarding/customer", "ada bob"),
        ("reached onboarding/customer within 10d", "ada"),
        ("stuck onboarding/customer for 14d", "bob"),
        ("stuck onboarding/customer for 21d", ""),
        ("stuck onboarding/signed-up", "cyd"),
        ("not reached onboarding/sent and plan = free", "bob"),
        ("did \"Signed Up\"", "ada bob cyd"),
        ("did \"Signed Up\" within 2d", "cyd"),
        ("did \"Signed Up\" 2 times", ""),
        ("seen within 7d", "ada cyd"),
        ("joined within 4d and account = cyd-corp", "cyd"),
        ("account exists and identified and not nps exists", "ada bob cyd"),
        ("nps = detractor", ""),
    ] {
        let expression = app.read_segment(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let members = app.segment_members(&expression).await.unwrap();
        let found: Vec<&str> = members.users().map(|it| &*it.user).collect();
        assert_eq!(found.join(" "), wanted, "{text}");
        assert_eq!(members.count(), found.len());
        assert!(found.iter().all(|it| members.has_named(it, false) && !members.has_named(it, true)));
        assert_eq!(members.of(), 3);
    }
}

#[tokio::test]
async fn operators_keep_segments_beside_those_of_the_file() {
    let text = format!("{PROJECT}\n[[segment]]\nid = \"pro\"\nname = \"On Pro\"\nwhere = \"plan = pro\"\n");
    let (app, ..) = app(parse(&text)).await;
    let id = app.add_segment("ada@example.com", " Quiet ones ", "not seen within 30d").await.unwrap();
    assert_eq!(id, "quiet-ones");
    let all: Vec<_> = app.segments().await.unwrap().into_iter().map(|it| (it.name, it.kept)).collect();
    let kept = Kept { by: "ada@example.com".to_owned(), changed_ms: NOW_MS };
    assert_eq!(all, [("On Pro".to_owned(), None), ("Quiet ones".to_owned(), Some(kept))]);
    let refused = async |name: &str, text: &str| app.add_segment("ada", name, text).await.unwrap_err().to_string();
    assert!(refused("Quiet ones", "identified").await.contains("there is a segment “Quiet ones” already"));
    assert!(refused("PRO", "identified").await.contains("already"));
    assert!(refused(" ", "identified").await.contains("empty"));
    assert!(refused("日本", "identified").await.contains("letter"));
    assert!(refused("A", "plan =").await.contains("at character 7"));
    assert!(refused("A", "reached onboarding/none").await.contains("no milestone onboarding/none"));
    assert!(refused("A", "touch = high").await.contains("[touch]"));
    app.change_segment("bob", &id, "Silent ones", "not seen within 60d").await.unwrap();
    let changed = app.segment(&id).await.unwrap().unwrap();
    assert_eq!(
        (changed.name.as_str(), changed.expression.to_string().as_str()),
        ("Silent ones", "not seen within 60d")
    );
    assert!(
        app.change_segment("bob", "pro", "x", "identified").await.unwrap_err().to_string().contains("milepost.toml")
    );
    assert!(app.remove_segment("bob", "pro").await.is_err());
    app.remove_segment("bob", &id).await.unwrap();
    assert!(app.remove_segment("bob", &id).await.unwrap_err().to_string().contains("no segment"));
    let (deeds, _) = app.desk.deeds(0, 10).await.unwrap();
    let acts: Vec<&str> = deeds.iter().map(|it| it.act.as_str()).collect();
    assert_eq!(acts, ["removed the segment", "changed the segment", "kept the segment"]);
}
