//! What is promised of saved views, on a real file.

use crate::storage::sqlite::desk::open_desk;
use crate::storage::{Desk, FirstOperator, Invitation, Kept, NewOperator, NewView, Operator, Role, TokenHash};
use std::path::Path;
use std::sync::Arc;

const MOST: usize = 2;

/// A desk with Ada, its owner, and Bo.
async fn desk(dir: &Path) -> (Arc<dyn Desk>, Operator, Operator) {
    let desk = open_desk(dir).unwrap();
    let token = TokenHash([1; 32]);
    desk.expect_first_operator(token).await.unwrap();
    let ada = NewOperator { email: "ada@example.com".into(), password_hash: "$argon2id$…".into(), created_ms: 1 };
    let FirstOperator::Added(ada) = desk.add_first_operator(token, ada).await.unwrap() else {
        panic!("the first operator is added")
    };
    let (email, by) = ("bo@example.com".to_owned(), ada.email.clone());
    let bo = Invitation { token, email, role: Role::Viewer, by, created_ms: 1, until_ms: 9, is_reset: false };
    desk.invite(bo).await.unwrap();
    let bo = desk.accept(token, 2, "$argon2id$…".into()).await.unwrap().unwrap();
    (desk, ada, bo)
}

fn view(name: &str, only_for: Option<&Operator>) -> NewView {
    NewView {
        name: name.into(),
        address: format!("/users?q={name}"),
        only_for: only_for.map(|it| it.id),
        made_by: "ada@example.com".into(),
        created_ms: 3,
    }
}

async fn names(desk: &Arc<dyn Desk>, operator: &Operator) -> Vec<String> {
    desk.views(operator.id).await.unwrap().into_iter().map(|it| it.name).collect()
}

#[tokio::test]
async fn everybody_sees_their_own_views_and_the_teams() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada, bo) = desk(dir.path()).await;
    for (name, only_for) in [("mine", Some(&ada)), ("ours", None), ("bo's", Some(&bo))] {
        assert_eq!(desk.add_view(view(name, only_for), MOST).await.unwrap(), Kept::Done);
    }
    assert_eq!(names(&desk, &ada).await, ["mine", "ours"]);
    assert_eq!(names(&desk, &bo).await, ["bo's", "ours"]);
    let found = desk.views(ada.id).await.unwrap();
    assert_eq!((found[0].address.as_str(), found[0].only_for), ("/users?q=mine", Some(ada.id)));
    assert!(desk.delete_view(found[0].id).await.unwrap());
    assert!(!desk.delete_view(found[0].id).await.unwrap());
    assert_eq!(names(&desk, &ada).await, ["ours"]);
}

#[tokio::test]
async fn a_list_has_each_name_once_and_is_full_at_its_limit() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada, _) = desk(dir.path()).await;
    let add = async |name: &str, only_for: Option<&Operator>| desk.add_view(view(name, only_for), MOST).await.unwrap();
    assert_eq!(add("a", Some(&ada)).await, Kept::Done);
    assert_eq!(add("a", Some(&ada)).await, Kept::NameTaken);
    assert_eq!(add("a", None).await, Kept::Done);
    assert_eq!(add("b", Some(&ada)).await, Kept::Done);
    assert_eq!(add("c", Some(&ada)).await, Kept::Full);
    let views = desk.views(ada.id).await.unwrap();
    let [own, shared] = [Some(ada.id), None].map(|of| views.iter().find(|it| it.name == "a" && it.only_for == of));
    let (own, shared) = (own.unwrap().id, shared.unwrap().id);
    let change = async |id: i64, name: &str, only_for: Option<i64>| {
        desk.change_view(id, name.to_owned(), only_for, MOST).await.unwrap()
    };
    // Its own name is no other's.
    assert_eq!(change(own, "a", Some(ada.id)).await, Kept::Done);
    assert_eq!(change(own, "b", Some(ada.id)).await, Kept::NameTaken);
    assert_eq!(change(own, "a", None).await, Kept::NameTaken);
    assert_eq!(change(shared, "d", Some(ada.id)).await, Kept::Full);
    assert_eq!(change(own, "e", None).await, Kept::Done);
    assert_eq!(change(99, "f", Some(ada.id)).await, Kept::NoSuch);
    assert_eq!(names(&desk, &ada).await, ["a", "b", "e"]);
}

#[tokio::test]
async fn who_goes_takes_their_own_views_along_and_leaves_the_teams() {
    let dir = tempfile::tempdir().unwrap();
    let (desk, ada, bo) = desk(dir.path()).await;
    desk.add_view(view("ours", None), MOST).await.unwrap();
    desk.add_view(view("bo's", Some(&bo)), MOST).await.unwrap();
    desk.remove(bo.id).await.unwrap();
    assert_eq!(names(&desk, &bo).await, ["ours"]);
    assert_eq!(names(&desk, &ada).await, ["ours"]);
}
