//! Signing in by an identity provider's word: it begins in a browser, comes back to the same one, and ends in a
//! session of an operator, or in a refusal. Either is written down.

use super::pending::Began;
use super::throttle::Caller;
use super::{Token, normal_email};
use crate::app::App;
use crate::oidc::{Fresh, Identity, Unproven};
use crate::project::Oidc;
use crate::storage::{Operator, Outsider, Recognised, StorageError};
use std::net::IpAddr;

/// Where the provider sends people back to, under the public URL.
pub const WAY_BACK: &str = "/login/oidc/back";

/// Longer codes and states are none of ours or of any provider.
const ANSWER_BYTES_MAX: usize = 4_096;

/// A sign-in that begins.
pub struct Leaving {
    /// The provider's page.
    pub address: String,
    /// For this browser alone, until it comes back.
    pub secret: Token,
}

/// What the provider sent the browser back with.
#[derive(Clone, Debug, Default)]
pub struct Back {
    pub state: String,
    pub code: String,
    /// The provider's word for why there is no code.
    pub error: String,
    /// Who says to have sent it (RFC 9207).
    pub issuer: Option<String>,
}

/// A sign-in that is over, well.
pub struct Arrived {
    pub session: Token,
    /// Where the reader wanted to go.
    pub next: String,
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    #[error("there is no provider to sign in with: log in with your password")]
    NotOffered,
    #[error("this sign-in did not begin in this browser, or too long ago: begin again")]
    NotBegun,
    #[error("{0} did not let you in: try again, or ask whoever looks after it")]
    Declined(String),
    #[error("{name} cannot be reached just now: try again in a moment")]
    Unreachable { name: String },
    #[error("what {name} answered does not hold, so nobody was let in: begin again, and ask an owner if it stays so")]
    Unproven { name: String },
    #[error("{name} does not vouch for your e-mail address: confirm it there, then sign in again")]
    Unverified { name: String },
    #[error("you are not invited: ask an owner for an invitation of the address that {name} knows you by")]
    Nobody { name: String, email: String },
    #[error(
        "the operator with your address is somebody else at {name}: ask an owner, who can let go of the connection"
    )]
    SomebodyElse { name: String, email: String },
    #[error("too many attempts: wait {} s and try again", wait_ms.div_ceil(1000))]
    TooOften { wait_ms: u64 },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl App {
    /// Says under which URL people reach this server, once and before it serves; providers send them back to there.
    pub fn be_reached_at(&self, public_url: &str) {
        // Said twice, the first one holds.
        drop(self.door.public_url.set(public_url.trim_end_matches('/').to_owned()));
    }

    /// Sends a browser to the provider.
    pub async fn begin_sign_in(&self, next: &str) -> Result<Leaving, SignInRefusal> {
        let oidc = self.project().sign_in.oidc.clone().ok_or(SignInRefusal::NotOffered)?;
        let url = self.door.public_url.get().ok_or(SignInRefusal::NotOffered)?;
        let redirect_uri = format!("{url}{WAY_BACK}");
        let [state, nonce, verifier] = [(); 3].map(|()| Token::random().as_str().to_owned());
        let fresh = Fresh { state, nonce, verifier };
        let now_ms = self.now_ms();
        let address = self.door.provider.address(&oidc, &redirect_uri, &fresh, now_ms).await;
        let address = address.map_err(|error| refusal_of(error, &oidc))?;
        let secret = Token::random();
        let began = Began { oidc, redirect_uri, fresh, next: next.to_owned(), at_ms: now_ms };
        self.pending().begin(secret.hash(), began);
        Ok(Leaving { address, secret })
    }

    /// Ends a sign-in, one way or the other: whatever comes back, comes back once. `shown`: the browser's secret.
    pub async fn finish_sign_in(
        &self,
        shown: Option<&str>,
        back: &Back,
        from: Option<IpAddr>,
        device: &str,
    ) -> Result<Arrived, SignInRefusal> {
        let ended = self.arrive(shown, back, from, device).await;
        if let Err(refusal) = &ended {
            self.note_refusal(refusal).await?;
        }
        ended
    }

    /// Lets go of an operator's connection to a provider; the next one with their e-mail takes it up.
    pub async fn unbind(&self, by: &str, email: &str) -> Result<(), super::StaffRefusal> {
        let operator = self.member(email).await?;
        if self.desk.unbind(operator.id).await? {
            self.note(by, "let go of the sign-in of", email.to_owned()).await?;
        }
        Ok(())
    }

    async fn arrive(
        &self,
        shown: Option<&str>,
        back: &Back,
        from: Option<IpAddr>,
        device: &str,
    ) -> Result<Arrived, SignInRefusal> {
        let now_ms = self.now_ms();
        let began = shown.and_then(|it| self.pending().take(Token::hash_of(it), now_ms));
        let began = began.filter(|it| is_answer(it, back)).ok_or(SignInRefusal::NotBegun)?;
        let Began { oidc, redirect_uri, fresh, next, .. } = began;
        // The file may have changed meanwhile: whose word counted then need not count now.
        if self.project().sign_in.oidc.as_ref() != Some(&oidc) {
            return Err(SignInRefusal::NotBegun);
        }
        if !back.error.is_empty() || back.code.is_empty() {
            return Err(SignInRefusal::Declined(oidc.name));
        }
        let callers = Caller::address(from);
        self.throttle().attempt(&callers, now_ms).map_err(|wait_ms| SignInRefusal::TooOften { wait_ms })?;
        let answer = (back.code.as_str(), back.issuer.as_deref());
        let identity = self.door.provider.identity(&oidc, &redirect_uri, &fresh, answer, now_ms).await;
        let identity = identity.map_err(|error| refusal_of(error, &oidc))?;
        self.throttle().forget(&callers);
        let operator = self.recognise(&oidc, identity).await?;
        let session = self.open_session(&operator, device).await?;
        Ok(Arrived { session, next })
    }

    /// Which operator that is, as the desk has it.
    async fn recognise(&self, oidc: &Oidc, identity: Identity) -> Result<Operator, SignInRefusal> {
        let name = || oidc.name.clone();
        let Identity { subject, email, is_verified } = identity;
        let email = email.as_deref().and_then(normal_email).filter(|_| is_verified);
        let welcome = oidc.welcome.as_ref().zip(email.as_deref()).and_then(|(it, email)| it.role_for(email));
        let outsider = Outsider { issuer: oidc.issuer.clone(), subject, email: email.clone(), welcome };
        let way = format!("by {}", oidc.name);
        let (operator, act, about) = match self.desk.recognise(outsider, self.now_ms()).await? {
            Recognised::Known(it) => (it, "signed in", way),
            Recognised::Bound(it) => (it, "signed in for the first time", way),
            Recognised::Invited { operator, by } => (operator, "accepted the invitation of", format!("{by} {way}")),
            Recognised::Welcome(it) => {
                let about = format!("{} {way}", it.role.name());
                (it, "became an operator as", about)
            }
            refused => {
                return Err(match email {
                    None => SignInRefusal::Unverified { name: name() },
                    Some(email) if refused == Recognised::Nobody => SignInRefusal::Nobody { name: name(), email },
                    Some(email) => SignInRefusal::SomebodyElse { name: name(), email },
                });
            }
        };
        self.note(&operator.email, act, about).await?;
        Ok(operator)
    }

    /// Refusals are written down as far as there is room for them.
    async fn note_refusal(&self, refusal: &SignInRefusal) -> Result<(), StorageError> {
        let why = match refusal {
            SignInRefusal::Storage(_) | SignInRefusal::NotOffered => return Ok(()),
            SignInRefusal::NotBegun => "it did not begin in that browser",
            SignInRefusal::Declined(_) => "the provider declined",
            SignInRefusal::Unreachable { .. } => "the provider could not be reached",
            SignInRefusal::Unproven { .. } => "the provider’s answer did not hold",
            SignInRefusal::Unverified { .. } => "the e-mail is not verified",
            SignInRefusal::Nobody { .. } => "they are not invited",
            SignInRefusal::SomebodyElse { .. } => "the operator is somebody else at the provider",
            SignInRefusal::TooOften { .. } => "too many attempts",
        };
        let is_noted = self.door.refusals.lock().unwrap_or_else(|it| it.into_inner()).allows(self.now_ms());
        if !is_noted {
            tracing::warn!("a sign-in was refused: {why}");
            return Ok(());
        }
        let by = match refusal {
            SignInRefusal::Nobody { email, .. } | SignInRefusal::SomebodyElse { email, .. } => email,
            _ => "somebody",
        };
        self.note(by, "was not signed in:", why.to_owned()).await
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, super::pending::Pending> {
        self.door.pending.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Whether it is the answer to what was asked. Compared by hash, so that time tells nothing.
fn is_answer(began: &Began, back: &Back) -> bool {
    let is_short = back.code.len() <= ANSWER_BYTES_MAX && back.state.len() <= ANSWER_BYTES_MAX;
    is_short && Token::hash_of(&began.fresh.state) == Token::hash_of(&back.state)
}

/// What the reader is told; the rest is for whoever looks after the server.
fn refusal_of(error: Unproven, oidc: &Oidc) -> SignInRefusal {
    let name = oidc.name.clone();
    tracing::warn!(issuer = %oidc.issuer, "signing in by the provider failed: {error}");
    match error {
        Unproven::Unreachable(_) => SignInRefusal::Unreachable { name },
        Unproven::Unusable(_) | Unproven::CodeRefused(_) | Unproven::TokenRefused(_) => {
            SignInRefusal::Unproven { name }
        }
    }
}
