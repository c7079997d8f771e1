//! What is promised of operators, on a real file.

use super::*;
use crate::storage::sqlite::desk::open_desk;
use crate::storage::{Desk, FirstOperator, NewOperator, NewSession, StillOpen};
use std::path::Path;
use std::sync::Arc;

const ALWAYS: StillOpen = StillOpen { created_from_ms: 0, seen_from_ms: 0 };

fn token(seed: u8) -> TokenHash {
    TokenHash([seed; 32])
}

fn invitation(seed: u8, email: &str, role: Role) -> Invitation {
    let (by, email) = ("ada@example.com".to_owned(), email.to_owned());
    Invitation { token: token(seed), email, role, by, created_ms: 10, until_ms: 100, is_reset: false }
}

fn session(seed: u8, operator: i64, created_ms: i64) -> NewSession {
    NewSession { token: token(seed), operator, created_ms, device: "Firefox".to_owned() }
}

/// A desk with Ada, its owner.
async fn desk(dir: &Path) -> (Arc<dyn Desk>, Operator) {
    let desk = open_desk(dir).unwrap();
    desk.expect_first_operator(token(1)).await.unwrap();
    let ada = NewOperator { email: "ada@example.com".into(), password_hash: "$argon2id$…".into(), created_ms: 1 };
    let FirstOperator::Added(ada) = desk.add_first_operator(token(1), ada).await.unwrap() else {
        panic!("the first operator is added")
    };
    (desk, ada)
}

#[tokio::test]
async fn an_invitation_makes_an_operator_once_and_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada) = desk(dir.path()).await;
    assert_eq!(ada.role, Role::Owner);
    desk.invite(invitation(2, "bo@example.com", Role::Analyst)).await.unwrap();
    // The later one counts.
    desk.invite(invitation(3, "bo@example.com", Role::Success)).await.unwrap();
    assert_eq!(desk.invitation(token(2), 50).await.unwrap(), None);
    assert_eq!(desk.accept(token(3), 100, "late".into()).await.unwrap(), None, "its time is up");
    let bo = desk.accept(token(3), 99, "hash".into()).await.unwrap().expect("an operator");
    assert_eq!((bo.email.as_str(), bo.role), ("bo@example.com", Role::Success));
    assert_eq!(desk.accept(token(3), 99, "again".into()).await.unwrap(), None);
    let known = desk.operator_by_email("bo@example.com".into()).await.unwrap();
    assert_eq!(known, Some((bo, "hash".to_owned())));
}

#[tokio::test]
async fn a_new_password_keeps_the_role_and_ends_all_sessions() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada) = desk(dir.path()).await;
    desk.open_session(session(7, ada.id, 20), ALWAYS).await.unwrap();
    desk.invite(invitation(2, "ada@example.com", Role::Viewer)).await.unwrap();
    assert!(desk.invitation(token(2), 50).await.unwrap().expect("an invitation").is_reset);
    let same = desk.accept(token(2), 50, "new".into()).await.unwrap();
    assert_eq!(same, Some(ada));
    assert_eq!(desk.session(token(7), ALWAYS).await.unwrap(), None);
}

#[tokio::test]
async fn somebody_is_always_the_owner() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada) = desk(dir.path()).await;
    assert_eq!(desk.set_role(ada.id, Role::Viewer).await.unwrap(), Changed::LastOwner);
    assert_eq!(desk.remove(ada.id).await.unwrap(), Changed::LastOwner);
    desk.invite(invitation(2, "bo@example.com", Role::Owner)).await.unwrap();
    let bo = desk.accept(token(2), 50, "hash".into()).await.unwrap().expect("an operator");
    desk.open_session(session(7, ada.id, 20), ALWAYS).await.unwrap();
    assert_eq!(desk.set_role(ada.id, Role::Viewer).await.unwrap(), Changed::Done);
    let found = desk.session(token(7), ALWAYS).await.unwrap().expect("a session");
    assert_eq!(found.operator.role, Role::Viewer, "also in sessions that are open");
    assert_eq!(desk.remove(ada.id).await.unwrap(), Changed::Done);
    assert_eq!(desk.session(token(7), ALWAYS).await.unwrap(), None);
    assert_eq!(desk.remove(ada.id).await.unwrap(), Changed::NoSuch);
    assert_eq!(desk.remove(bo.id).await.unwrap(), Changed::LastOwner);
}

#[tokio::test]
async fn sessions_are_told_and_closed_but_for_one() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada) = desk(dir.path()).await;
    for (seed, created_ms) in [(7, 20), (8, 30), (9, 40)] {
        desk.open_session(session(seed, ada.id, created_ms), ALWAYS).await.unwrap();
    }
    let sessions = desk.sessions(ada.id).await.unwrap();
    assert_eq!(sessions.iter().map(|it| it.created_ms).collect::<Vec<_>>(), [40, 30, 20]);
    assert_eq!(sessions[0].device, "Firefox");
    desk.set_password(ada.id, "new".into(), token(8)).await.unwrap();
    assert_eq!(desk.sessions(ada.id).await.unwrap().len(), 1);
    assert_eq!(desk.close_sessions(ada.id, None).await.unwrap(), 1);
}

#[tokio::test]
async fn tokens_have_a_name_and_a_scope_until_they_are_revoked() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path()).await;
    let sheet = ApiToken { name: "sheet".into(), scope: TokenScope::Read, by: "ada@example.com".into(), created_ms: 5 };
    assert!(desk.add_api_token(sheet.clone(), token(2)).await.unwrap());
    assert!(!desk.add_api_token(sheet.clone(), token(3)).await.unwrap(), "the name is taken");
    assert_eq!(desk.api_token(token(2)).await.unwrap(), Some(sheet));
    // The command line's own may do everything.
    desk.set_api_token("cli".into(), token(4), 6).await.unwrap();
    assert_eq!(desk.api_token(token(4)).await.unwrap().map(|it| it.scope), Some(TokenScope::Erase));
    assert_eq!(desk.api_tokens().await.unwrap().len(), 2);
    assert!(desk.revoke_api_token("sheet".into()).await.unwrap());
    assert_eq!(desk.api_token(token(2)).await.unwrap(), None);
    assert!(!desk.revoke_api_token("sheet".into()).await.unwrap());
}

#[tokio::test]
async fn deeds_are_told_the_latest_first() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path()).await;
    for at_ms in 0..5 {
        let deed = Deed { at_ms, by: "ada@example.com".into(), act: "invited".into(), about: format!("n{at_ms}") };
        desk.note(deed).await.unwrap();
    }
    let (page, total) = desk.deeds(1, 2).await.unwrap();
    assert_eq!((page.iter().map(|it| it.at_ms).collect::<Vec<_>>(), total), (vec![3, 2], 5));
}
