//! What the desk promises, on a real file.

use super::*;

const ALWAYS: StillOpen = StillOpen { created_from_ms: 0, seen_from_ms: 0 };

fn token(seed: u8) -> TokenHash {
    TokenHash([seed; 32])
}

fn ada() -> NewOperator {
    NewOperator { email: "ada@example.com".into(), password_hash: "$argon2id$…".into(), created_ms: 1 }
}

async fn desk_with_ada(dir: &Path) -> (Arc<dyn Desk>, Operator) {
    let desk = open_desk(dir).unwrap();
    assert!(desk.expect_first_operator(token(1)).await.unwrap());
    let FirstOperator::Added(operator) = desk.add_first_operator(token(1), ada()).await.unwrap() else {
        panic!("the first operator is added")
    };
    (desk, operator)
}

#[tokio::test]
async fn the_first_operator_needs_the_latest_setup_token() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    assert_eq!(desk.add_first_operator(token(1), ada()).await.unwrap(), FirstOperator::WrongToken);
    desk.expect_first_operator(token(1)).await.unwrap();
    desk.expect_first_operator(token(2)).await.unwrap();
    assert_eq!(desk.add_first_operator(token(1), ada()).await.unwrap(), FirstOperator::WrongToken);
    assert!(!desk.has_operator().await.unwrap());
    assert!(matches!(desk.add_first_operator(token(2), ada()).await.unwrap(), FirstOperator::Added(_)));
    assert!(desk.has_operator().await.unwrap());
}

#[tokio::test]
async fn there_is_only_one_first_operator() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk_with_ada(dir.path()).await;
    assert!(!desk.expect_first_operator(token(3)).await.unwrap());
    assert_eq!(desk.add_first_operator(token(3), ada()).await.unwrap(), FirstOperator::AlreadyThere);
    assert_eq!(desk.add_first_operator(token(1), ada()).await.unwrap(), FirstOperator::AlreadyThere);
}

#[tokio::test]
async fn what_was_done_about_users_and_accounts_is_kept_apart_until_users_are_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk_with_ada(dir.path()).await;
    let act = |is_account: bool, subject: &str, at_ms: i64| CareAct {
        is_account,
        subject: subject.into(),
        at_ms,
        operator: "ada@example.com".into(),
        act: "noted".into(),
        detail: "a note".into(),
    };
    // In the order they were written, whatever their times.
    let all = [act(false, "a", 9), act(true, "a", 8), act(false, "b", 7), act(false, "a", 6)];
    for it in &all {
        desk.add_care_act(it.clone()).await.unwrap();
    }
    let of = |ids: &[&str]| Some(ids.iter().map(|it| (*it).to_owned()).collect());
    assert_eq!(desk.care_acts(false, None).await.unwrap(), [all[0].clone(), all[2].clone(), all[3].clone()]);
    assert_eq!(desk.care_acts(false, of(&["a", "c"])).await.unwrap(), [all[0].clone(), all[3].clone()]);
    assert_eq!(desk.care_acts(true, of(&["a"])).await.unwrap(), [all[1].clone()]);
    assert_eq!(desk.care_acts(false, of(&[])).await.unwrap(), []);
    assert_eq!(desk.forget_care(vec!["a".into(), "c".into()]).await.unwrap(), 2);
    assert_eq!(desk.care_acts(false, None).await.unwrap(), [all[2].clone()]);
    assert_eq!(desk.care_acts(true, None).await.unwrap(), [all[1].clone()]);
}

#[tokio::test]
async fn sessions_are_found_until_they_are_closed_or_too_old() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, operator) = desk_with_ada(dir.path()).await;
    desk.open_session(
        NewSession { token: token(7), operator: operator.id, created_ms: 100, device: String::new() },
        ALWAYS,
    )
    .await
    .unwrap();
    let found = desk.session(token(7), ALWAYS).await.unwrap();
    assert_eq!(found, Some(Session { operator: operator.clone(), seen_ms: 100 }));
    assert_eq!(desk.session(token(8), ALWAYS).await.unwrap(), None);

    desk.touch_session(token(7), 250).await.unwrap();
    let seen_late = StillOpen { created_from_ms: 100, seen_from_ms: 250 };
    assert_eq!(desk.session(token(7), seen_late).await.unwrap().map(|it| it.seen_ms), Some(250));
    let seen_later = StillOpen { created_from_ms: 100, seen_from_ms: 251 };
    assert_eq!(desk.session(token(7), seen_later).await.unwrap(), None);
    let made_later = StillOpen { created_from_ms: 101, seen_from_ms: 0 };
    assert_eq!(desk.session(token(7), made_later).await.unwrap(), None);

    desk.close_session(token(7)).await.unwrap();
    desk.close_session(token(7)).await.unwrap();
    assert_eq!(desk.session(token(7), ALWAYS).await.unwrap(), None);
}

#[tokio::test]
async fn opening_a_session_forgets_those_that_are_over() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, operator) = desk_with_ada(dir.path()).await;
    desk.open_session(
        NewSession { token: token(7), operator: operator.id, created_ms: 100, device: String::new() },
        ALWAYS,
    )
    .await
    .unwrap();
    let still = StillOpen { created_from_ms: 150, seen_from_ms: 150 };
    desk.open_session(
        NewSession { token: token(8), operator: operator.id, created_ms: 200, device: String::new() },
        still,
    )
    .await
    .unwrap();
    assert_eq!(desk.session(token(7), ALWAYS).await.unwrap(), None);
    assert!(desk.session(token(8), ALWAYS).await.unwrap().is_some());
}

#[tokio::test]
async fn a_new_api_token_replaces_the_one_of_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    desk.set_api_token("cli".into(), token(1), 1).await.unwrap();
    desk.set_api_token("cli".into(), token(2), 2).await.unwrap();
    assert_eq!(desk.api_token(token(1)).await.unwrap(), None);
    assert!(desk.api_token(token(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_desk_opens_again_with_what_it_knew_and_only_its_owner_reads_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, operator) = desk_with_ada(dir.path()).await;
    drop(desk);
    let desk = open_desk(dir.path()).unwrap();
    let found = desk.operator_by_email("ada@example.com".into()).await.unwrap();
    assert_eq!(found, Some((operator, "$argon2id$…".into())));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(dir.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn a_desk_of_a_newer_version_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(open_desk(dir.path()).unwrap());
    let path = dir.path().join(FILE_NAME);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let refusal = open_desk(dir.path()).err().unwrap().to_string();
    assert!(refusal.contains("newer milepost"), "{refusal}");
    let version: i64 =
        Connection::open(&path).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);
}

#[tokio::test]
async fn the_last_models_are_kept_by_version() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let model = |version: u64, text: &str| KeptModel {
        version,
        learned_ms: version as i64 * 10,
        text: text.to_owned(),
        notes: "{}".to_owned(),
    };
    assert_eq!(desk.model(None).await.unwrap(), None);
    for version in [1, 3, 2, 4] {
        desk.keep_model(model(version, "a"), 3).await.unwrap();
    }
    desk.keep_model(model(4, "b"), 3).await.unwrap();
    assert_eq!(desk.model(None).await.unwrap(), Some(model(4, "b")));
    assert_eq!(desk.model(Some(2)).await.unwrap(), Some(model(2, "a")));
    assert_eq!(desk.model(Some(1)).await.unwrap(), None);
    assert_eq!(desk.model_versions().await.unwrap(), [(4, 40), (3, 30), (2, 20)]);
}

#[tokio::test]
async fn acts_are_kept_in_order_by_survey_until_their_submission_is_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, operator) = desk_with_ada(dir.path()).await;
    assert_eq!(desk.operators().await.unwrap(), [operator]);
    let act = |survey: &str, submission: &str, act: &str| InboxAct {
        survey: survey.to_owned(),
        submission: submission.to_owned(),
        at_ms: 7,
        operator: "ada@example.com".to_owned(),
        act: act.to_owned(),
        detail: "a detail".to_owned(),
    };
    let all = [
        act("nps", "s-1", "read"),
        act("csat", "s-2", "tagged"),
        act("nps", "s-3", "resolved"),
        act("nps", "s-1", "read"),
    ];
    for it in &all {
        desk.add_inbox_act(it.clone()).await.unwrap();
    }
    assert_eq!(desk.inbox_acts(None).await.unwrap(), all);
    assert_eq!(desk.inbox_acts(Some("csat".into())).await.unwrap(), [all[1].clone()]);
    assert_eq!(desk.forget_inbox(vec!["s-1".into(), "never".into()]).await.unwrap(), 2);
    assert_eq!(desk.inbox_acts(Some("nps".into())).await.unwrap(), [all[2].clone()]);
}

#[tokio::test]
async fn what_is_defined_replaces_what_was_and_of_changes_only_the_latest_stay() {
    let dir = tempfile::tempdir().unwrap();
    let desk = open_desk(dir.path()).unwrap();
    let defined = |part: &str| KeptDefinition {
        subject: "journey:a".into(),
        part: part.into(),
        digest: "d".into(),
        said: "14d".into(),
    };
    let change = |at_ms: i64| DefinitionChange {
        at_ms,
        subject: "journey:a".into(),
        digest: "d".into(),
        text: format!("changed at {at_ms}"),
    };
    desk.keep_definitions(vec![defined("window"), defined("value")], vec![change(3), change(1)], 3).await.unwrap();
    desk.keep_definitions(vec![defined("order")], vec![change(4), change(2)], 3).await.unwrap();
    drop(desk);
    let desk = open_desk(dir.path()).unwrap();
    assert_eq!(desk.definitions().await.unwrap(), [defined("order")]);
    // Told in order of time, forgotten in the order they were written.
    assert_eq!(desk.definition_changes().await.unwrap(), [change(1), change(2), change(4)]);
}
