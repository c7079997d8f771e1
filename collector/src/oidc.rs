//! An identity provider's word for who somebody is: OpenID Connect's code flow with PKCE.
//!
//! It finds the provider out (`discovery.rs`), sends browsers there and fetches what became of it (`provider.rs`), and
//! believes a token only after `verdict.rs`. Whether the person is an operator here, and in which browser a sign-in
//! began, is `app/operators/sign_in.rs`'s to know.

mod discovery;
mod outbound;
mod provider;
mod verdict;

pub use provider::Provider;

use std::net::Ipv4Addr;

/// What is made up for one sign-in and never used for another: the browser brings the state back, the provider signs
/// the nonce, and the verifier shows that who fetches the answer is who asked.
#[derive(Clone, PartialEq, Eq)]
pub struct Fresh {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Somebody, as the provider knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Theirs for ever, and nobody else's; by this they are known again.
    pub subject: String,
    pub email: Option<String>,
    /// Whether the provider has seen to it that the e-mail is theirs.
    pub is_verified: bool,
}

/// Why the provider's word was not had, or not believed. Details are for the server's log.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    #[error("what it says of itself cannot be used: {0}")]
    Unusable(String),
    #[error("it does not take the code: {0}")]
    CodeRefused(String),
    #[error("its token does not hold: {0}")]
    TokenRefused(String),
}

/// Whether a `host[:port]` is this machine, where nobody can listen on the way.
pub fn is_this_machine(authority: &str) -> bool {
    let host = match authority.strip_prefix('[') {
        Some(rest) => return rest.split(']').next() == Some("::1"),
        None => authority.split(':').next().unwrap_or_default(),
    };
    host == "localhost" || host.parse::<Ipv4Addr>().is_ok_and(|it| it.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn this_machine_is_known_by_its_whole_name() {
        for authority in ["localhost", "localhost:9000", "127.0.0.1:80", "127.9.9.9", "[::1]", "[::1]:9000"] {
            assert!(is_this_machine(authority), "{authority}");
        }
        for authority in ["localhost.evil.example", "127.0.0.1.evil.example", "[::2]", "128.0.0.1", ""] {
            assert!(!is_this_machine(authority), "{authority}");
        }
    }
}
