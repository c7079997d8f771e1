//! What the ledger promises, on a real file.

use super::*;
use crate::prompts::Ground;
use crate::storage::sqlite::desk::open_desk;
use domain::Reason;

fn wish(browser: &str, prompt: &str, at_ms: i64) -> Wish {
    Wish {
        lease: LeaseId::new(format!("{browser}-{prompt}-{at_ms}")),
        anonymous: browser.to_owned(),
        user: None,
        account: Some("acme".into()),
        person: Person { users: vec![], anonymous: vec![browser.to_owned()] },
        session: "s".into(),
        prompt: prompt.to_owned(),
        kind: PromptKind::Popover,
        trigger: "message".into(),
        page: "/".into(),
        language: "en".into(),
        asks_nps: false,
        at_ms,
        colleagues_since_ms: 0,
    }
}

fn granted() -> Decide {
    Box::new(|_| Decision::Granted)
}

fn denied(ground: Ground) -> Decide {
    Box::new(move |_| Decision::Denied(vec![ground]))
}

fn told(wish: &Wish, what: What) -> Told {
    Told { lease: wish.lease.clone(), at_ms: wish.at_ms + 5, what }
}

#[tokio::test]
async fn equal_denials_in_a_row_within_an_hour_are_one_row() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let minute_ms = 60_000;
    for (minute, ground) in [
        (0, Ground::Declined),
        (59, Ground::Declined),
        (60, Ground::Declined),
        (61, Ground::Unknown),
        (62, Ground::Declined),
    ] {
        desk.lease(wish("a", "nps", minute * minute_ms), denied(ground)).await.unwrap();
    }
    let person = Person { users: vec![], anonymous: vec!["a".into()] };
    let found = desk.denials(person, 9).await.unwrap();
    let rows: Vec<(i64, u64, bool)> =
        found.iter().map(|it| (it.first_ms / minute_ms, it.times, it.reasons.has(Reason::Declined))).collect();
    assert_eq!(rows, [(62, 1, true), (61, 1, false), (60, 1, true), (0, 2, true)]);
}

#[tokio::test]
async fn only_so_many_denials_of_one_browser_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let desk = SqliteDesk::open(dir.path()).unwrap();
    desk.ask(|connection| {
        for nth in 0..700 {
            let ground = if nth % 2 == 0 { Ground::Declined } else { Ground::Unknown };
            deny(connection, &wish("a", "nps", nth), &[ground])?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let person = Person { users: vec![], anonymous: vec!["a".into()] };
    let found = desk.denials(person, 9_999).await.unwrap();
    assert_eq!((found.len() as i64, found[0].first_ms), (DENIALS_OF_BROWSER, 699));
}

#[tokio::test]
async fn hearing_the_same_again_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let wish = wish("a", "nps", 10);
    desk.lease(wish.clone(), granted()).await.unwrap();
    let all = [What::Shown, What::Answered, What::Dismissed("notNow".into()), What::Completed];
    let all: Vec<Told> = all.into_iter().map(|it| told(&wish, it)).collect();
    desk.tell(all.clone()).await.unwrap();
    let kept = desk.leases(wish.person.clone(), 9).await.unwrap();
    assert_eq!(
        (kept[0].shown_ms, kept[0].completed_ms, kept[0].dismissed_how.as_deref()),
        (Some(15), Some(15), Some("notNow"))
    );
    for again in [all.clone(), all.into_iter().rev().collect()] {
        desk.tell(again).await.unwrap();
        assert_eq!(desk.leases(wish.person.clone(), 9).await.unwrap(), kept);
    }
    assert_eq!(desk.completed("nps".into()).await.unwrap(), 1);
}

#[tokio::test]
async fn a_lease_that_was_shown_cannot_be_given_back_and_counts_again_if_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let wish = wish("a", "nps", 10);
    desk.lease(wish.clone(), granted()).await.unwrap();
    assert!(desk.give_back(wish.lease.clone(), "a".into(), 20).await.unwrap());
    assert!(!desk.give_back(wish.lease.clone(), "a".into(), 21).await.unwrap(), "once");
    desk.tell(vec![told(&wish, What::Shown)]).await.unwrap();
    assert_eq!(desk.leases(wish.person.clone(), 9).await.unwrap()[0].released_ms, None);
    assert!(!desk.give_back(wish.lease.clone(), "a".into(), 22).await.unwrap());
}

#[tokio::test]
async fn what_binds_nobody_is_forgotten_in_time_and_what_binds_is_not() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let of_kind = |browser: &str, kind| Wish { kind, ..wish(browser, "nps", 10) };
    for (browser, kind) in [("a", PromptKind::Popover), ("b", PromptKind::Hint), ("c", PromptKind::Inline)] {
        desk.lease(of_kind(browser, kind), granted()).await.unwrap();
    }
    let returned = wish("d", "nps", 10);
    desk.lease(returned.clone(), granted()).await.unwrap();
    desk.give_back(returned.lease, "d".into(), 11).await.unwrap();
    desk.lease(wish("e", "nps", 10), denied(Ground::Declined)).await.unwrap();
    desk.prune(11).await.unwrap();
    let person = Person { users: vec![], anonymous: ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec() };
    let kept: Vec<String> = desk.leases(person.clone(), 9).await.unwrap().into_iter().map(|it| it.anonymous).collect();
    assert_eq!(kept, ["a"]);
    assert_eq!(desk.denials(person, 9).await.unwrap(), []);
}

/// A lease must cost the same whether ten people or a million were prompted before.
#[test]
fn no_question_about_one_person_reads_a_whole_table() {
    let dir = tempfile::tempdir().unwrap();
    let desk = SqliteDesk::open(dir.path()).unwrap();
    let mut held = desk.held.lock().unwrap();
    held.work(|connection| {
        no_scans(connection);
        Ok(())
    })
    .unwrap();
}

fn no_scans(connection: &Connection) {
    for question in [
        include_str!("../leases_of_person.sql"),
        include_str!("../leases_of_account.sql"),
        include_str!("../denials_of_person.sql"),
        "UPDATE lease SET user = ?1 WHERE anonymous = ?2 AND user IS NULL",
        "SELECT seq FROM withheld WHERE anonymous = ?1 AND prompt = ?2 ORDER BY last_ms DESC LIMIT 1",
        "SELECT anonymous FROM lease WHERE id = ?1",
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        for place in 1..=statement.parameter_count() {
            statement.raw_bind_parameter(place, "[]").unwrap();
        }
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            let scans = step.starts_with("SCAN lease") || step.starts_with("SCAN withheld");
            assert!(!scans, "{question}\n{step}");
        }
    }
}
