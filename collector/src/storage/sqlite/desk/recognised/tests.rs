//! What is promised of those whom a provider vouches for, on a real file.

use crate::storage::sqlite::desk::open_desk;
use crate::storage::{Desk, FirstOperator, Invitation, NewOperator, Operator, Outsider, Recognised, Role, TokenHash};
use std::path::Path;
use std::sync::Arc;

const ADA: &str = "ada@example.com";
const BO: &str = "bo@example.com";

/// A desk with Ada, its owner.
async fn desk(dir: &Path) -> (Arc<dyn Desk>, Operator) {
    let desk = open_desk(dir).unwrap();
    desk.expect_first_operator(TokenHash([1; 32])).await.unwrap();
    let ada = NewOperator { email: ADA.into(), password_hash: "$argon2id$…".into(), created_ms: 1 };
    let FirstOperator::Added(ada) = desk.add_first_operator(TokenHash([1; 32]), ada).await.unwrap() else {
        panic!("the first operator is added")
    };
    (desk, ada)
}

fn outsider(subject: &str, email: &str, welcome: Option<Role>) -> Outsider {
    let email = Some(email.to_owned()).filter(|it| !it.is_empty());
    Outsider { issuer: "https://id.example.com".into(), subject: subject.into(), email, welcome }
}

fn invitation(email: &str, role: Role) -> Invitation {
    let (by, email) = (ADA.to_owned(), email.to_owned());
    Invitation { token: TokenHash([2; 32]), email, role, by, created_ms: 10, until_ms: 100, is_reset: false }
}

#[tokio::test]
async fn an_operator_is_bound_by_e_mail_once_and_known_by_subject_from_then_on() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada) = desk(dir.path()).await;
    let who = |subject, email| desk.recognise(outsider(subject, email, None), 50);
    assert_eq!(who("s-1", "").await.unwrap(), Recognised::Nobody, "nobody vouches for an e-mail");
    assert_eq!(who("s-1", ADA).await.unwrap(), Recognised::Bound(ada.clone()));
    assert_eq!(who("s-1", ADA).await.unwrap(), Recognised::Known(ada.clone()));
    // The provider gave her another address, and hers to somebody else.
    assert_eq!(who("s-1", "countess@example.com").await.unwrap(), Recognised::Known(ada.clone()));
    assert_eq!(who("s-2", ADA).await.unwrap(), Recognised::SomebodyElse);
    assert!(desk.members().await.unwrap()[0].is_bound);
    assert!(desk.unbind(ada.id).await.unwrap() && !desk.unbind(ada.id).await.unwrap());
    assert_eq!(who("s-2", ADA).await.unwrap(), Recognised::Bound(ada));
    // The same name at another provider is somebody else.
    let elsewhere = Outsider { issuer: "https://other.example.com".into(), ..outsider("s-2", "", None) };
    assert_eq!(desk.recognise(elsewhere, 50).await.unwrap(), Recognised::Nobody);
}

#[tokio::test]
async fn whoever_changes_their_e_mail_to_an_operators_stays_who_they_are() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path()).await;
    desk.invite(invitation(BO, Role::Viewer)).await.unwrap();
    let Recognised::Invited { operator: bo, .. } = desk.recognise(outsider("s-2", BO, None), 50).await.unwrap() else {
        panic!("an invitation")
    };
    assert_eq!(desk.recognise(outsider("s-2", ADA, None), 50).await.unwrap(), Recognised::Known(bo));
}

#[tokio::test]
async fn an_invitation_makes_an_operator_without_a_password_once_and_in_time() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path()).await;
    desk.invite(invitation(BO, Role::Analyst)).await.unwrap();
    let who = |subject, now_ms| desk.recognise(outsider(subject, BO, Some(Role::Viewer)), now_ms);
    let Recognised::Invited { operator, by } = who("s-2", 99).await.unwrap() else { panic!("an invitation") };
    assert_eq!((operator.role, by.as_str()), (Role::Analyst, ADA));
    assert_eq!(desk.operator_by_email(BO.into()).await.unwrap(), Some((operator, String::new())));
    assert_eq!(desk.invitations(50).await.unwrap(), []);
    desk.invite(invitation("cy@example.com", Role::Analyst)).await.unwrap();
    let late = desk.recognise(outsider("s-3", "cy@example.com", None), 100).await.unwrap();
    assert_eq!(late, Recognised::Nobody);
}

#[tokio::test]
async fn who_was_removed_comes_back_by_invitation_only() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, _) = desk(dir.path()).await;
    let welcome = |subject, email| desk.recognise(outsider(subject, email, Some(Role::Viewer)), 50);
    let Recognised::Welcome(bo) = welcome("s-2", BO).await.unwrap() else { panic!("a welcome") };
    assert_eq!(bo.role, Role::Viewer);
    desk.remove(bo.id).await.unwrap();
    assert_eq!(welcome("s-2", BO).await.unwrap(), Recognised::Nobody);
    assert_eq!(welcome("s-2", "b.o@example.com").await.unwrap(), Recognised::Nobody, "by another address of theirs");
    assert_eq!(welcome("s-9", BO).await.unwrap(), Recognised::Nobody, "as somebody new with their address");
    desk.invite(invitation(BO, Role::Success)).await.unwrap();
    let back = welcome("s-2", BO).await.unwrap();
    assert!(matches!(back, Recognised::Invited { ref operator, .. } if operator.role == Role::Success), "{back:?}");
    assert!(matches!(welcome("s-2", BO).await.unwrap(), Recognised::Known(_)));
}
