//! Who vouches for a user id: a short-lived HS256 token made by the vendor's server.

use crate::project::{IdentityMode, Project, Secret};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// Longest life of a token; one that lives longer is a password in a page.
const LIFETIME_MAX_MS: i64 = 24 * 3_600_000;

/// How far two honest clocks may differ.
const LEEWAY_MS: i64 = 60_000;

/// The user a valid token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Vouched {
    pub(crate) user_id: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
}

/// Why a token vouches for nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    NoSecrets,
    Malformed,
    Signature,
    Expired,
    LivesTooLong,
}

/// Checks a token against every live secret; `None` when nobody vouches.
pub(super) fn vouch(project: &Project, token: Option<&str>, now_ms: i64) -> Option<Vouched> {
    if project.identity.mode == IdentityMode::Off {
        return None;
    }
    examine(&project.identity.secrets, token?, now_ms).ok()
}

/// Whom a token speaks for, by any of the secrets.
pub(crate) fn examine(secrets: &[Secret], token: &str, now_ms: i64) -> Result<Vouched, Doubt> {
    let mut validation = Validation::new(Algorithm::HS256);
    // By our clock, below: the library would ask the system's.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["exp", "sub"]);
    let mut doubt = Doubt::NoSecrets;
    for secret in secrets {
        let key = DecodingKey::from_secret(secret.expose().as_bytes());
        match jsonwebtoken::decode::<Claims>(token, &key, &validation) {
            Ok(found) => return timely(found.claims, now_ms),
            Err(error) if *error.kind() == ErrorKind::InvalidSignature => doubt = Doubt::Signature,
            Err(_) => doubt = Doubt::Malformed,
        }
    }
    Err(doubt)
}

fn timely(claims: Claims, now_ms: i64) -> Result<Vouched, Doubt> {
    let expires_ms = claims.exp.checked_mul(1_000).ok_or(Doubt::LivesTooLong)?;
    if now_ms > expires_ms.saturating_add(LEEWAY_MS) {
        return Err(Doubt::Expired);
    }
    if expires_ms.saturating_sub(now_ms) > LIFETIME_MAX_MS + LEEWAY_MS {
        return Err(Doubt::LivesTooLong);
    }
    Ok(Vouched { user_id: claims.sub })
}
