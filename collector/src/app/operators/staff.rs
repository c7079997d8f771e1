//! Looking after operators: invitations, roles, passwords, sessions, and programs' tokens. All of it is written down.

use super::throttle::Caller;
use super::{PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordRefusal, Token, normal_email};
use crate::app::App;
use crate::storage::{
    ApiToken, Changed, Deed, Invitation, Member, OpenSession, Operator, Role, StorageError, TokenScope,
};
use std::net::IpAddr;

/// An invitation is good for so long.
const INVITATION_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Characters of a token's name.
pub const TOKEN_NAME_CHARS_MAX: usize = 60;

/// What a browser may call itself, in characters: more is no name.
const DEVICE_CHARS_MAX: usize = 200;

/// The name of the token that the command line uses.
const OWN_TOKEN: &str = "cli";

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StaffRefusal {
    #[error("this is not an e-mail address: write it as name@example.com")]
    Email,
    #[error("there is no role “{0}”: choose one from the list")]
    NoSuchRole(String),
    #[error("there is no such operator any more")]
    NoSuchOperator,
    #[error("there is no such invitation any more")]
    NoSuchInvitation,
    #[error("this is the last owner: make somebody else one first")]
    LastOwner,
    #[error("this invitation is not good any more: ask whoever sent it for another")]
    Used,
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    #[error("this is not the password you log in with")]
    WrongPassword,
    #[error("too many attempts: wait {} s and try again", wait_ms.div_ceil(1000))]
    TooOften { wait_ms: u64 },
    #[error("passwords are switched off here: sign in with your provider")]
    PasswordsOff,
    #[error("the name is empty: say what the token is for")]
    EmptyName,
    #[error("the name is too long: use at most {TOKEN_NAME_CHARS_MAX} characters")]
    LongName,
    #[error("there is a token “{0}” already: revoke it first, or choose another name")]
    NameTaken(String),
    #[error("there is no token “{0}” any more")]
    NoSuchToken(String),
    #[error("“{OWN_TOKEN}” is the server’s own token, for its command line: it is made anew at every start")]
    OwnToken,
    #[error("the server is busy: try again in a moment")]
    Busy,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl App {
    pub async fn members(&self) -> Result<Vec<Member>, StorageError> {
        self.desk.members().await
    }

    /// Invitations that are still good.
    pub async fn invitations(&self) -> Result<Vec<Invitation>, StorageError> {
        self.desk.invitations(self.now_ms()).await
    }

    /// Lets somebody become an operator, or choose a new password where they are one. The token is for them.
    pub async fn invite(&self, by: &str, email: &str, role: &str) -> Result<Token, StaffRefusal> {
        let email = normal_email(email).ok_or(StaffRefusal::Email)?;
        let role = Role::parse(role).ok_or_else(|| StaffRefusal::NoSuchRole(role.to_owned()))?;
        let token = Token::random();
        let now_ms = self.now_ms();
        let is_reset = self.desk.operator_by_email(email.clone()).await?.is_some();
        if is_reset {
            self.check_passwords_are_on()?;
        }
        let act = if is_reset { "offered a new password" } else { "invited" };
        let about = if is_reset { email.clone() } else { format!("{email} as {}", role.name()) };
        let until_ms = now_ms.saturating_add(INVITATION_MS);
        let by_email = by.to_owned();
        let invitation =
            Invitation { token: token.hash(), email, role, by: by_email, created_ms: now_ms, until_ms, is_reset };
        self.desk.invite(invitation).await?;
        self.note(by, act, about).await?;
        Ok(token)
    }

    /// The invitation that somebody shows.
    pub async fn invitation(&self, token: &str) -> Result<Option<Invitation>, StorageError> {
        self.desk.invitation(Token::hash_of(token), self.now_ms()).await
    }

    /// Takes an invitation up, and logs in.
    pub async fn accept_invitation(&self, token: &str, password: &str, device: &str) -> Result<Token, StaffRefusal> {
        self.check_passwords_are_on()?;
        check_password(password)?;
        let Some(invitation) = self.invitation(token).await? else { return Err(StaffRefusal::Used) };
        let password_hash = self.door.hashing.hash(password.to_owned()).await.ok_or(StaffRefusal::Busy)?;
        let accepted = self.desk.accept(Token::hash_of(token), self.now_ms(), password_hash).await?;
        let operator = accepted.ok_or(StaffRefusal::Used)?;
        let act = if invitation.is_reset { "chose a new password" } else { "accepted the invitation of" };
        self.note(&operator.email, act, if invitation.is_reset { String::new() } else { invitation.by }).await?;
        Ok(self.open_session(&operator, device).await?)
    }

    pub async fn withdraw_invitation(&self, by: &str, email: &str) -> Result<(), StaffRefusal> {
        if !self.desk.withdraw(email.to_owned()).await? {
            return Err(StaffRefusal::NoSuchInvitation);
        }
        Ok(self.note(by, "took back the invitation of", email.to_owned()).await?)
    }

    pub async fn set_role(&self, by: &str, email: &str, role: &str) -> Result<(), StaffRefusal> {
        let role = Role::parse(role).ok_or_else(|| StaffRefusal::NoSuchRole(role.to_owned()))?;
        let operator = self.member(email).await?;
        if operator.role == role {
            return Ok(());
        }
        done(self.desk.set_role(operator.id, role).await?)?;
        Ok(self.note(by, "changed the role of", format!("{email} to {}", role.name())).await?)
    }

    pub async fn remove_operator(&self, by: &str, email: &str) -> Result<(), StaffRefusal> {
        let operator = self.member(email).await?;
        done(self.desk.remove(operator.id).await?)?;
        Ok(self.note(by, "removed", email.to_owned()).await?)
    }

    /// Ends all sessions of an operator.
    pub async fn log_out_everywhere(&self, by: &str, email: &str) -> Result<(), StaffRefusal> {
        let operator = self.member(email).await?;
        self.desk.close_sessions(operator.id, None).await?;
        Ok(self.note(by, "ended all sessions of", email.to_owned()).await?)
    }

    /// Open sessions of an operator; which of them is the one shown.
    pub async fn sessions(&self, operator: i64, shown: &str) -> Result<Vec<(OpenSession, bool)>, StorageError> {
        let own = Token::hash_of(shown);
        let still = super::still_open(self.now_ms());
        let sessions = self.desk.sessions(operator).await?.into_iter();
        let open = sessions.filter(|it| it.created_ms >= still.created_from_ms && it.seen_ms >= still.seen_from_ms);
        Ok(open.map(|it| (it.token == own, it)).map(|(is_own, it)| (it, is_own)).collect())
    }

    /// Ends all sessions of an operator but the one shown.
    pub async fn close_other_sessions(&self, operator: &Operator, shown: &str) -> Result<(), StorageError> {
        self.desk.close_sessions(operator.id, Some(Token::hash_of(shown))).await?;
        self.note(&operator.email, "ended their other sessions", String::new()).await
    }

    /// Changes the password of who is logged in, and ends their other sessions. Whoever got hold of a session must not
    /// guess the password with it: attempts count as those of logging in do.
    pub async fn change_password(
        &self,
        operator: &Operator,
        shown: &str,
        old: &str,
        new: &str,
        from: Option<IpAddr>,
    ) -> Result<(), StaffRefusal> {
        self.check_passwords_are_on()?;
        check_password(new)?;
        let callers = Caller::of(&operator.email, from);
        self.throttle().attempt(&callers, self.now_ms()).map_err(|wait_ms| StaffRefusal::TooOften { wait_ms })?;
        let known = self.desk.operator_by_email(operator.email.clone()).await?.map(|it| it.1);
        if !self.door.hashing.verify(old.to_owned(), known).await.ok_or(StaffRefusal::Busy)? {
            return Err(StaffRefusal::WrongPassword);
        }
        self.throttle().forget(&callers);
        let password_hash = self.door.hashing.hash(new.to_owned()).await.ok_or(StaffRefusal::Busy)?;
        self.desk.set_password(operator.id, password_hash, Token::hash_of(shown)).await?;
        Ok(self.note(&operator.email, "changed their password", String::new()).await?)
    }

    pub async fn api_tokens(&self) -> Result<Vec<ApiToken>, StorageError> {
        self.desk.api_tokens().await
    }

    /// Makes a token for a program. It is told this once.
    pub async fn make_api_token(&self, by: &str, name: &str, scope: &str) -> Result<Token, StaffRefusal> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.chars().count() {
            0 => return Err(StaffRefusal::EmptyName),
            count if count > TOKEN_NAME_CHARS_MAX => return Err(StaffRefusal::LongName),
            _ => {}
        }
        let scope = TokenScope::parse(scope).unwrap_or(TokenScope::Read);
        let token = Token::random();
        let made = ApiToken { name: name.clone(), scope, by: by.to_owned(), created_ms: self.now_ms() };
        if !self.desk.add_api_token(made, token.hash()).await? {
            return Err(StaffRefusal::NameTaken(name));
        }
        self.note(by, "made the token", format!("{name} ({})", scope.name())).await?;
        Ok(token)
    }

    pub async fn revoke_api_token(&self, by: &str, name: &str) -> Result<(), StaffRefusal> {
        if name == OWN_TOKEN {
            return Err(StaffRefusal::OwnToken);
        }
        if !self.desk.revoke_api_token(name.to_owned()).await? {
            return Err(StaffRefusal::NoSuchToken(name.to_owned()));
        }
        Ok(self.note(by, "revoked the token", name.to_owned()).await?)
    }

    /// What was done, the latest first, and how much that is in all.
    pub async fn deeds(&self, offset: u64, limit: u64) -> Result<(Vec<Deed>, u64), StorageError> {
        self.desk.deeds(offset, limit).await
    }

    /// Writes down what somebody did.
    pub async fn note(&self, by: &str, act: &str, about: String) -> Result<(), StorageError> {
        self.desk.note(Deed { at_ms: self.now_ms(), by: by.to_owned(), act: act.to_owned(), about }).await
    }

    fn check_passwords_are_on(&self) -> Result<(), StaffRefusal> {
        if self.project().sign_in.password { Ok(()) } else { Err(StaffRefusal::PasswordsOff) }
    }

    pub(super) async fn member(&self, email: &str) -> Result<Operator, StaffRefusal> {
        let known = self.desk.operator_by_email(email.to_owned()).await?;
        known.map(|it| it.0).ok_or(StaffRefusal::NoSuchOperator)
    }
}

pub(super) fn check_password(password: &str) -> Result<(), PasswordRefusal> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    Ok(())
}

/// What a browser calls itself, as far as it is kept.
pub(super) fn device_of(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(DEVICE_CHARS_MAX).collect()
}

fn done(changed: Changed) -> Result<(), StaffRefusal> {
    match changed {
        Changed::Done => Ok(()),
        Changed::NoSuch => Err(StaffRefusal::NoSuchOperator),
        Changed::LastOwner => Err(StaffRefusal::LastOwner),
    }
}
