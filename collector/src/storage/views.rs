//! Saved views: addresses of pages under a name, an operator's own or the whole team's.

use super::Answering;

/// Durable store of saved views. What an address may be is for `http/dashboard/views/address.rs` to say.
pub trait Views: Send + Sync {
    /// An operator's own and the team's, by name.
    fn views(&self, operator: i64) -> Answering<'_, Vec<SavedView>>;

    /// Keeps a view, unless its list has one of that name, or `most` already.
    fn add_view(&self, view: NewView, most: usize) -> Answering<'_, Kept>;

    /// Gives a view another name, and another list where that is asked for.
    fn change_view(&self, id: i64, name: String, only_for: Option<i64>, most: usize) -> Answering<'_, Kept>;

    /// Whether there was such a view.
    fn delete_view(&self, id: i64) -> Answering<'_, bool>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: i64,
    pub name: String,
    /// A path of this host with its query.
    pub address: String,
    /// `None`: it is the whole team's.
    pub only_for: Option<i64>,
    /// By e-mail, as they logged in then.
    pub made_by: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewView {
    pub name: String,
    pub address: String,
    pub only_for: Option<i64>,
    pub made_by: String,
    pub created_ms: i64,
}

/// What became of a view that was to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Done,
    NoSuch,
    NameTaken,
    Full,
}
