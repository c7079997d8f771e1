//! Who works here: operators with their roles, invitations, sessions and programs' tokens, and what they did.

use super::{Answering, Operator, TokenHash};

/// Durable store of everything about operators but their logging in, which is [`super::Desk`]'s.
pub trait Staff: Send + Sync {
    /// All operators, by e-mail. A session counts as seen while it is stored.
    fn members(&self) -> Answering<'_, Vec<Member>>;

    /// Lets whoever has the token become an operator, or choose a new password; instead of an earlier invitation of
    /// this e-mail. An e-mail that is an operator's is for a new password, and keeps its role.
    fn invite(&self, invitation: Invitation) -> Answering<'_, ()>;

    /// Invitations that are still good at a time, by e-mail.
    fn invitations(&self, now_ms: i64) -> Answering<'_, Vec<Invitation>>;

    /// The invitation of a token, while it is good.
    fn invitation(&self, token: TokenHash, now_ms: i64) -> Answering<'_, Option<Invitation>>;

    /// Uses an invitation up: makes the operator, or changes their password and closes all their sessions.
    /// `None` where it is not good any more.
    fn accept(&self, token: TokenHash, now_ms: i64, password_hash: String) -> Answering<'_, Option<Operator>>;

    /// Whether there was an invitation to take back.
    fn withdraw(&self, email: String) -> Answering<'_, bool>;

    /// The last owner stays one.
    fn set_role(&self, operator: i64, role: Role) -> Answering<'_, Changed>;

    /// Whom of the operators a provider means, making them one where they may be. Who is bound to an operator is that
    /// operator, whatever e-mail the provider tells by now. Else the e-mail decides, and binds: an operator who is not
    /// bound yet, an invitation, a role that awaits it. Who was removed comes back by invitation only.
    fn recognise(&self, outsider: Outsider, now_ms: i64) -> Answering<'_, Recognised>;

    /// Lets the next one with an operator's e-mail be bound to them; whether anybody was.
    fn unbind(&self, operator: i64) -> Answering<'_, bool>;

    /// Takes an operator away, and with them their sessions. The last owner stays.
    fn remove(&self, operator: i64) -> Answering<'_, Changed>;

    /// Changes a password and closes all sessions but one.
    fn set_password(&self, operator: i64, password_hash: String, kept: TokenHash) -> Answering<'_, ()>;

    /// Sessions of an operator, the latest used first.
    fn sessions(&self, operator: i64) -> Answering<'_, Vec<OpenSession>>;

    /// Closes all sessions of an operator but one; how many those were.
    fn close_sessions(&self, operator: i64, kept: Option<TokenHash>) -> Answering<'_, u64>;

    /// Lets a token ask through the API; `false`: there is one of this name.
    fn add_api_token(&self, token: ApiToken, hash: TokenHash) -> Answering<'_, bool>;

    /// By name.
    fn api_tokens(&self) -> Answering<'_, Vec<ApiToken>>;

    /// `None`: it is not known.
    fn api_token(&self, token: TokenHash) -> Answering<'_, Option<ApiToken>>;

    /// Whether there was a token of this name.
    fn revoke_api_token(&self, name: String) -> Answering<'_, bool>;

    /// Writes down what somebody did.
    fn note(&self, deed: Deed) -> Answering<'_, ()>;

    /// What was done, the latest first, and how much that is in all.
    fn deeds(&self, offset: u64, limit: u64) -> Answering<'_, (Vec<Deed>, u64)>;
}

/// What an operator is here for; `app/operators/role.rs` says what each may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    Viewer,
    Analyst,
    /// Customer success.
    Success,
    Owner,
}

/// What a program's token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenScope {
    /// Ask.
    Read,
    /// Ask, and erase people.
    Erase,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Analyst, Self::Success, Self::Owner];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Success => "cs",
            Self::Owner => "owner",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl TokenScope {
    pub const ALL: [Self; 2] = [Self::Read, Self::Erase];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Erase => "erase",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

/// An operator, as the others see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub operator: Operator,
    pub created_ms: i64,
    /// Of their latest session; `None` where none is stored.
    pub seen_ms: Option<i64>,
    /// An identity provider's word lets them in.
    pub is_bound: bool,
}

/// Somebody whom an identity provider vouches for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outsider {
    pub issuer: String,
    /// As the provider calls them, for ever.
    pub subject: String,
    /// In lower case; `None` where the provider does not vouch for it.
    pub email: Option<String>,
    /// What they become without an invitation.
    pub welcome: Option<Role>,
}

/// Who that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recognised {
    /// They came this way before.
    Known(Operator),
    /// The first time, by their e-mail.
    Bound(Operator),
    Invited {
        operator: Operator,
        /// The e-mail of who invited.
        by: String,
    },
    Welcome(Operator),
    /// The operator with this e-mail is somebody else at the provider.
    SomebodyElse,
    Nobody,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    pub token: TokenHash,
    pub email: String,
    pub role: Role,
    /// The e-mail of who invited; empty for the server's own command line.
    pub by: String,
    pub created_ms: i64,
    /// From then on it is not good any more.
    pub until_ms: i64,
    /// It is for a new password.
    pub is_reset: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    pub token: TokenHash,
    pub created_ms: i64,
    pub seen_ms: i64,
    /// What the browser called itself when it logged in.
    pub device: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub name: String,
    pub scope: TokenScope,
    /// The e-mail of who made it; empty for the server's own.
    pub by: String,
    pub created_ms: i64,
}

impl ApiToken {
    /// The server's own, for its command line.
    pub fn is_own(&self) -> bool {
        self.by.is_empty()
    }
}

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    Done,
    NoSuch,
    /// Somebody must be able to look after the others.
    LastOwner,
}

/// Something that somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    pub at_ms: i64,
    /// The operator's e-mail, or the token by its name.
    pub by: String,
    /// In words of `app/operators/staff.rs`, and what it was done to.
    pub act: String,
    pub about: String,
}
