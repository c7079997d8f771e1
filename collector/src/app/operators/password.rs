//! Passwords: argon2id, few at a time, off the async threads.

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::{Semaphore, SemaphorePermit};

/// OWASP's password storage cheat sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashing at once: a flood of logins must leave the machine to the messages.
const HASHING_AT_ONCE: usize = 2;

/// Logins in the queue for hashing: at some 30 ms each the last one waits half a second.
const WAITING: usize = 32;

/// Stands in for an unknown e-mail's hash, so that both cost the same; nobody knows its password.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0$Qm90aCBjb3N0IHRoZSBzYW1lIGFtb3VudCBvZiB3b3I";

/// The queue in front of the hash function.
pub(super) struct PasswordHashing {
    waiting: Semaphore,
    running: Semaphore,
}

impl Default for PasswordHashing {
    fn default() -> Self {
        Self { waiting: Semaphore::new(HASHING_AT_ONCE + WAITING), running: Semaphore::new(HASHING_AT_ONCE) }
    }
}

impl PasswordHashing {
    /// The password's hash in PHC form; `None` when the queue is full.
    pub(super) async fn hash(&self, password: String) -> Option<String> {
        let _turn = self.turn().await?;
        tokio::task::spawn_blocking(move || argon2().hash_password(password.as_bytes()).ok())
            .await
            .ok()?
            .map(|hash| hash.to_string())
    }

    /// Whether this is the password; without a hash it is not, at the same cost. An empty one is of who has none.
    /// `None` when the queue is full.
    pub(super) async fn verify(&self, password: String, hash: Option<String>) -> Option<bool> {
        let hash = hash.filter(|it| !it.is_empty());
        let _turn = self.turn().await?;
        let verified = tokio::task::spawn_blocking(move || {
            let right = argon2().verify_password(password.as_bytes(), hash.as_deref().unwrap_or(NOBODY)).is_ok();
            right && hash.is_some()
        });
        verified.await.ok()
    }

    async fn turn(&self) -> Option<(SemaphorePermit<'_>, SemaphorePermit<'_>)> {
        let waiting = self.waiting.try_acquire().ok()?;
        let running = self.running.acquire().await.ok()?;
        Some((waiting, running))
    }
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants are within argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only_and_names_its_cost() {
        let hashing = PasswordHashing::default();
        let hash = hashing.hash("correct horse battery".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(hashing.verify("correct horse battery".into(), Some(hash.clone())).await, Some(true));
        assert_eq!(hashing.verify("correct horse batterY".into(), Some(hash)).await, Some(false));
    }

    #[test]
    fn the_stand_in_is_a_hash_of_the_same_cost() {
        let nobody = argon2::PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(nobody.hash.map(|it| it.len()), Some(32));
        // A wrong password, not a malformed hash, is why it fits nothing.
        let refusal = argon2().verify_password(b"anything", NOBODY).unwrap_err();
        assert_eq!(refusal, argon2::password_hash::Error::PasswordInvalid);
    }

    #[tokio::test]
    async fn an_unknown_e_mail_is_refused_by_the_same_work() {
        assert_eq!(PasswordHashing::default().verify("anything at all".into(), None).await, Some(false));
    }

    #[tokio::test]
    async fn who_has_no_password_is_let_in_by_none() {
        for password in ["", "anything at all"] {
            assert_eq!(PasswordHashing::default().verify(password.into(), Some(String::new())).await, Some(false));
        }
    }

    #[tokio::test]
    async fn a_full_queue_says_so() {
        let hashing = PasswordHashing::default();
        let _everyone = hashing.waiting.acquire_many((HASHING_AT_ONCE + WAITING) as u32).await.unwrap();
        assert_eq!(hashing.verify("anything at all".into(), None).await, None);
    }
}
