//! Whether an ID token holds: signed by one of the provider's keys, for us, for this sign-in, and still good.
//!
//! Pure: keys and time are arguments.

use super::{Identity, Unproven};
use chrono::{DateTime, TimeZone, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{ClaimsVerificationError, ClientId, IssuerUrl, Nonce, SignatureVerificationError};

/// With a key pair, so that who checks cannot sign: `none` and the HMACs are not among them.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Clocks differ by so much, and no token was issued later than now.
const CLOCK_SKEW_MS: i64 = 5 * 60 * 1000;

/// Whose word it is, to whom, and by which keys.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a IssuerUrl,
    pub(super) client_id: &'a ClientId,
    pub(super) keys: &'a CoreJsonWebKeySet,
    pub(super) nonce: &'a Nonce,
    pub(super) now_ms: i64,
}

/// Why a token does not hold; a key that is not known may be a new one.
pub(super) enum Refused {
    UnknownKey,
    For(Unproven),
}

pub(super) fn of(token: &CoreIdToken, expected: &Expected<'_>) -> Result<Identity, Refused> {
    let now = time(expected.now_ms);
    let latest = time(expected.now_ms.saturating_add(CLOCK_SKEW_MS));
    let verifier = CoreIdTokenVerifier::new_public_client(
        expected.client_id.clone(),
        expected.issuer.clone(),
        expected.keys.clone(),
    )
    .set_allowed_algs(ALGORITHMS)
    .set_time_fn(move || now)
    .set_issue_time_verifier_fn(move |issued| {
        if issued <= latest { Ok(()) } else { Err("it was issued in the future".to_owned()) }
    });
    let claims = token.claims(&verifier, expected.nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Refused::UnknownKey
        }
        ClaimsVerificationError::SignatureVerification(cause) => {
            Refused::For(Unproven::TokenRefused(format!("its signature is not the provider's: {cause}")))
        }
        other => Refused::For(Unproven::TokenRefused(other.to_string())),
    })?;
    Ok(Identity {
        subject: claims.subject().to_string(),
        email: claims.email().map(|it| it.to_string()),
        is_verified: claims.email_verified() == Some(true),
    })
}

/// A time that no calendar has is long over.
fn time(ms: i64) -> DateTime<Utc> {
    Utc.timestamp_millis_opt(ms).single().unwrap_or(DateTime::<Utc>::MAX_UTC)
}

#[cfg(test)]
mod tests;
