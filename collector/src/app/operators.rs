//! Who may read: operators with a password and a session, and programs with an API token.
//!
//! Secrets leave this file once, to the one who is to hold them; the desk keeps hashes.
//! It knows nothing of cookies, headers and pages.

mod noting;
mod password;
mod pending;
mod role;
mod sign_in;
mod staff;
mod throttle;
mod token;

use super::App;
use crate::oidc::Provider;
use crate::storage::{ApiToken, FirstOperator, NewOperator, NewSession, Operator, StillOpen, StorageError};
use noting::Noting;
use password::PasswordHashing;
use pending::Pending;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock};
use throttle::{Caller, Throttle};

pub use role::May;
pub use sign_in::{Arrived, Back, Leaving, SignInRefusal, WAY_BACK};
pub use staff::{StaffRefusal, TOKEN_NAME_CHARS_MAX};
pub use token::Token;

/// A session nobody used for this long is over (ASVS 7.3.1).
const SESSION_IDLE_MS: i64 = 12 * 60 * 60 * 1000;

/// A session is over after this long, however busy (ASVS 7.3.2).
const SESSION_AGE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// Use of a session is noted at most this often, so that reading pages seldom writes.
const SESSION_TOUCH_EVERY_MS: i64 = 60 * 1000;

/// Long enough to resist guessing without rules about digits and signs (NIST SP 800-63B).
pub const PASSWORD_CHARS_MIN: usize = 12;

/// Hashing costs more the longer the password; nobody types more than this.
pub const PASSWORD_BYTES_MAX: usize = 1024;

/// The longest address SMTP can carry (RFC 5321, erratum 1690).
pub const EMAIL_BYTES_MAX: usize = 254;

/// The file in the data folder that holds the API token of the command line.
pub const API_TOKEN_FILE: &str = "api-token";

/// What the door has to remember between knocks; one per [`App`], nothing of it is stored.
#[derive(Default)]
pub struct Door {
    throttle: Mutex<Throttle>,
    hashing: PasswordHashing,
    provider: Provider,
    pending: Mutex<Pending>,
    refusals: Mutex<Noting>,
    /// The URL under which people reach this server.
    public_url: OnceLock<String>,
}

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefusal {
    /// Deliberately does not say which of the two is wrong.
    #[error("this e-mail and password do not belong together")]
    WrongPassword,
    #[error("passwords are switched off here: sign in with your provider")]
    PasswordsOff,
    #[error("too many attempts: wait {} s and try again", wait_ms.div_ceil(1000))]
    TooOften { wait_ms: u64 },
    #[error("too many people are logging in: try again in a moment")]
    Busy,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why there is still no first operator.
#[derive(Debug, thiserror::Error)]
pub enum SetupRefusal {
    #[error("this setup link is not valid any more: open the one that the server printed when it last started")]
    WrongToken,
    #[error("there is an operator already: log in instead")]
    AlreadyThere,
    #[error("this is not an e-mail address: write it as name@example.com")]
    Email,
    #[error(transparent)]
    Password(#[from] PasswordRefusal),
    #[error("the server is busy: try again in a moment")]
    Busy,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    #[error("the password is too short: use at least {PASSWORD_CHARS_MIN} characters")]
    TooShort,
    #[error("the password is too long: use at most {PASSWORD_BYTES_MAX} bytes")]
    TooLong,
}

impl App {
    /// A new token that may make the first operator, once; the earlier one is void.
    /// `None` where there is an operator. Ask once per start: the one who starts the server is its owner.
    pub async fn setup_token(&self) -> Result<Option<Token>, StorageError> {
        let token = Token::random();
        Ok(self.desk.expect_first_operator(token.hash()).await?.then_some(token))
    }

    /// Whether anyone can log in yet.
    pub async fn has_operator(&self) -> Result<bool, StorageError> {
        self.desk.has_operator().await
    }

    /// Makes the first operator and logs them in.
    pub async fn create_first_operator(
        &self,
        setup_token: &str,
        email: &str,
        password: &str,
        device: &str,
    ) -> Result<Token, SetupRefusal> {
        let email = normal_email(email).ok_or(SetupRefusal::Email)?;
        staff::check_password(password)?;
        if self.has_operator().await? {
            return Err(SetupRefusal::AlreadyThere);
        }
        let password_hash = self.door.hashing.hash(password.to_owned()).await.ok_or(SetupRefusal::Busy)?;
        let operator = NewOperator { email, password_hash, created_ms: self.now_ms() };
        match self.desk.add_first_operator(Token::hash_of(setup_token), operator).await? {
            FirstOperator::Added(operator) => Ok(self.open_session(&operator, device).await?),
            FirstOperator::WrongToken => Err(SetupRefusal::WrongToken),
            FirstOperator::AlreadyThere => Err(SetupRefusal::AlreadyThere),
        }
    }

    /// Opens a session for whoever knows the password.
    ///
    /// Known and unknown e-mails cost the same work. Attempts count before they are judged, so
    /// that a hundred at once are a hundred.
    pub async fn log_in(
        &self,
        email: &str,
        password: &str,
        from: Option<IpAddr>,
        device: &str,
    ) -> Result<Token, LoginRefusal> {
        if !self.project().sign_in.password {
            return Err(LoginRefusal::PasswordsOff);
        }
        let email = normal_email(email).unwrap_or_default();
        let callers = Caller::of(&email, from);
        self.throttle().attempt(&callers, self.now_ms()).map_err(|wait_ms| LoginRefusal::TooOften { wait_ms })?;
        let known = self.desk.operator_by_email(email).await?;
        let (operator, password_hash) = known.map_or((None, None), |(operator, hash)| (Some(operator), Some(hash)));
        let right = self.door.hashing.verify(password.to_owned(), password_hash).await.ok_or(LoginRefusal::Busy)?;
        match operator {
            Some(operator) if right => {
                self.throttle().forget(&callers);
                let session = self.open_session(&operator, device).await?;
                self.note(&operator.email, "logged in", String::new()).await?;
                Ok(session)
            }
            _ => Err(LoginRefusal::WrongPassword),
        }
    }

    /// Whose session this is, while it is open.
    pub async fn operator_of(&self, session: &str) -> Result<Option<Operator>, StorageError> {
        let hash = Token::hash_of(session);
        let now_ms = self.now_ms();
        let Some(session) = self.desk.session(hash, still_open(now_ms)).await? else { return Ok(None) };
        if now_ms.saturating_sub(session.seen_ms) >= SESSION_TOUCH_EVERY_MS {
            // A disk that takes nothing any more is no reason to lock people out.
            if let Err(error) = self.desk.touch_session(hash, now_ms).await {
                tracing::warn!(%error, "a session's use was not noted");
            }
        }
        Ok(Some(session.operator))
    }

    /// The same, without counting as use: for what a page does by itself.
    pub async fn operator_still(&self, session: &str) -> Result<Option<Operator>, StorageError> {
        let session = self.desk.session(Token::hash_of(session), still_open(self.now_ms())).await?;
        Ok(session.map(|it| it.operator))
    }

    pub async fn log_out(&self, session: &str) -> Result<(), StorageError> {
        self.desk.close_session(Token::hash_of(session)).await
    }

    /// Sees to it that the data folder holds a token that may read through the API: the one that is
    /// there while the desk knows it, else a new one. Only the file's owner can read it.
    pub async fn provide_api_token(&self, data_dir: &Path) -> Result<(), StorageError> {
        let path = data_dir.join(API_TOKEN_FILE);
        if let Ok(held) = std::fs::read_to_string(&path)
            && self.api_token(held.trim()).await?.is_some()
        {
            return Ok(());
        }
        let token = Token::random();
        token.write_to(&path).map_err(|error| StorageError::Failed(format!("{}: {error}", path.display())))?;
        self.desk.set_api_token("cli".to_owned(), token.hash(), self.now_ms()).await
    }

    /// The token that a program shows; `None`: it is not known.
    pub async fn api_token(&self, token: &str) -> Result<Option<ApiToken>, StorageError> {
        self.desk.api_token(Token::hash_of(token)).await
    }

    /// `device`: what the browser calls itself.
    async fn open_session(&self, operator: &Operator, device: &str) -> Result<Token, StorageError> {
        let token = Token::random();
        let now_ms = self.now_ms();
        let device = staff::device_of(device);
        let session = NewSession { token: token.hash(), operator: operator.id, created_ms: now_ms, device };
        self.desk.open_session(session, still_open(now_ms)).await?;
        Ok(token)
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.door.throttle.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

fn still_open(now_ms: i64) -> StillOpen {
    // A session is over at the very millisecond its time is up.
    StillOpen { created_from_ms: now_ms - SESSION_AGE_MS + 1, seen_from_ms: now_ms - SESSION_IDLE_MS + 1 }
}

/// An e-mail as it is stored and compared; `None` for what cannot be one. Delivery is the only
/// real test, so this one only keeps out what is plainly something else.
fn normal_email(text: &str) -> Option<String> {
    let email = text.trim().to_lowercase();
    let (name, host) = email.rsplit_once('@')?;
    let plain = !email.chars().any(|it| it.is_whitespace() || it.is_control());
    (plain && !name.is_empty() && !host.is_empty() && email.len() <= EMAIL_BYTES_MAX).then_some(email)
}

#[cfg(test)]
mod tests;
