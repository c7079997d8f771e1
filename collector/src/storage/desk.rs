//! The desk: who may read the dashboard and how they prove it, and what was learned of the product's pages.
//!
//! It knows no clock (times are arguments), no password and no token: only what is left of them
//! after hashing. What a session is worth and for how long is decided by `app/operators.rs`.

use super::{Answering, DefinitionChange, KeptDefinition, Ledger, Role, Settings, Staff, Views};

/// Durable store of operators, sessions and tokens.
///
/// Every answer is on stable storage before it comes; every question is one transaction.
/// The ledger lies on the desk: several collectors that share one share the other.
pub trait Desk: Ledger + Staff + Views + Settings {
    /// Whether the desk could write now.
    fn ready(&self) -> Answering<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    /// Whether anyone can log in yet.
    fn has_operator(&self) -> Answering<'_, bool>;

    /// Remembers the token that may make the first operator, instead of any earlier one.
    /// `false`, and nothing is remembered, where there is an operator already.
    fn expect_first_operator(&self, setup_token: TokenHash) -> Answering<'_, bool>;

    /// Makes the first operator and forgets the setup token, both or neither.
    fn add_first_operator(&self, setup_token: TokenHash, operator: NewOperator) -> Answering<'_, FirstOperator>;

    /// The operator with this e-mail, and the hash of their password.
    fn operator_by_email(&self, email: String) -> Answering<'_, Option<(Operator, String)>>;

    /// Opens a session, and forgets those that `session` would no longer find.
    fn open_session(&self, session: NewSession, still: StillOpen) -> Answering<'_, ()>;

    /// Whose session this is, and when it was last seen; `None` where there is none still open.
    fn session(&self, token: TokenHash, still: StillOpen) -> Answering<'_, Option<Session>>;

    /// Notes that a session is in use.
    fn touch_session(&self, token: TokenHash, seen_ms: i64) -> Answering<'_, ()>;

    /// Closes a session; one that is not open stays so.
    fn close_session(&self, token: TokenHash) -> Answering<'_, ()>;

    /// Lets a token of this name read through the API, instead of the earlier one of that name.
    fn set_api_token(&self, name: String, token: TokenHash, created_ms: i64) -> Answering<'_, ()>;

    /// Keeps a published model, instead of one of the same version; forgets all but the latest `most`.
    fn keep_model(&self, model: KeptModel, most: usize) -> Answering<'_, ()>;

    /// The model of this version, or the latest (`None`).
    fn model(&self, version: Option<u64>) -> Answering<'_, Option<KeptModel>>;

    /// The versions kept, with the time each was learned; the latest first.
    fn model_versions(&self) -> Answering<'_, Vec<(u64, i64)>>;

    /// All who may log in, by e-mail.
    fn operators(&self) -> Answering<'_, Vec<Operator>>;

    /// Writes down what an operator did about a response.
    fn add_inbox_act(&self, act: InboxAct) -> Answering<'_, ()>;

    /// What was done about responses of this survey, or of all (`None`), in order.
    fn inbox_acts(&self, survey: Option<String>) -> Answering<'_, Vec<InboxAct>>;

    /// Forgets all that was done about these submissions; how many acts that were.
    fn forget_inbox(&self, submissions: Vec<String>) -> Answering<'_, u64>;

    /// Writes down what an operator did about a user or an account.
    fn add_care_act(&self, act: CareAct) -> Answering<'_, ()>;

    /// What was done about accounts (`true`) or users, of these ids or of all (`None`), in order.
    fn care_acts(&self, is_account: bool, of: Option<Vec<String>>) -> Answering<'_, Vec<CareAct>>;

    /// All segments that operators named, by id.
    fn segments(&self) -> Answering<'_, Vec<KeptSegment>>;

    /// Keeps a segment, instead of the one of this id.
    fn keep_segment(&self, segment: KeptSegment) -> Answering<'_, ()>;

    /// Whether there was a segment of this id to forget.
    fn forget_segment(&self, id: String) -> Answering<'_, bool>;

    /// What was defined when it was last kept, by subject and part.
    fn definitions(&self) -> Answering<'_, Vec<KeptDefinition>>;

    /// Keeps what is defined, instead of all before, and adds changes, of which only the latest `most` stay: both or
    /// neither.
    fn keep_definitions(
        &self,
        defined: Vec<KeptDefinition>,
        changes: Vec<DefinitionChange>,
        most: usize,
    ) -> Answering<'_, ()>;

    /// What changed, in order of time.
    fn definition_changes(&self) -> Answering<'_, Vec<DefinitionChange>>;

    /// Forgets all that was done about users of these ids; how many acts that were.
    fn forget_care(&self, users: Vec<String>) -> Answering<'_, u64>;
}

/// A segment that an operator named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptSegment {
    pub id: String,
    pub name: String,
    /// In the language of `segment.rs`.
    pub text: String,
    /// The e-mail of who changed it last, and when.
    pub by: String,
    pub changed_ms: i64,
}

/// What an operator did about a user or an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CareAct {
    pub is_account: bool,
    /// The id.
    pub subject: String,
    pub at_ms: i64,
    /// By e-mail, as they logged in then.
    pub operator: String,
    /// A word of `app/care.rs`'s, and what it is about.
    pub act: String,
    pub detail: String,
}

/// What an operator did about a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxAct {
    pub survey: String,
    pub submission: String,
    pub at_ms: i64,
    /// By e-mail, as they logged in then.
    pub operator: String,
    /// A word of `app/inbox.rs`'s, and what it is about.
    pub act: String,
    pub detail: String,
}

/// A model as it was published, for replays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptModel {
    pub version: u64,
    pub learned_ms: i64,
    /// In the compact form.
    pub text: String,
    /// What it was learned from, as JSON.
    pub notes: String,
}

/// SHA-256 of a random token. Tokens have 256 bits of their own, so no salt and no slow hash is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// Someone who may read the dashboard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operator {
    pub id: i64,
    /// In lower case, as it is compared.
    pub email: String,
    pub role: Role,
}

#[derive(Clone)]
pub struct NewOperator {
    pub email: String,
    /// In PHC form (`$argon2id$…`).
    pub password_hash: String,
    pub created_ms: i64,
}

/// What became of the wish to be the first operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FirstOperator {
    Added(Operator),
    /// The token is not the one remembered.
    WrongToken,
    /// Someone was first.
    AlreadyThere,
}

#[derive(Clone)]
pub struct NewSession {
    pub token: TokenHash,
    pub operator: i64,
    pub created_ms: i64,
    /// What the browser calls itself.
    pub device: String,
}

/// A session is open while it was created and last seen no earlier than this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StillOpen {
    pub created_from_ms: i64,
    pub seen_from_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub operator: Operator,
    pub seen_ms: i64,
}

/// Hashes are not for logs.
impl std::fmt::Debug for TokenHash {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TokenHash(…)")
    }
}
