//! Who vouches for a user id: a short-lived HS256 token made by the vendor's server.

use crate::project::{IdentityMode, Project};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// Longest life of a token; one that lives longer is a password in a page.
const LIFETIME_MAX_MS: i64 = 24 * 3_600_000;

/// How far two honest clocks may differ.
const LEEWAY_MS: i64 = 60_000;

/// The user a valid token speaks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Vouched {
    pub(super) user_id: String,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    exp: i64,
}

/// Checks a token against every live secret; `None` when nobody vouches.
pub(super) fn vouch(project: &Project, token: Option<&str>, now_ms: i64) -> Option<Vouched> {
    if project.identity.mode == IdentityMode::Off {
        return None;
    }
    let mut validation = Validation::new(Algorithm::HS256);
    // By our clock, below: the library would ask the system's.
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims(&["exp", "sub"]);
    let token = token?;
    let claims = project.identity.secrets.iter().find_map(|secret| {
        let key = DecodingKey::from_secret(secret.expose().as_bytes());
        jsonwebtoken::decode::<Claims>(token, &key, &validation).ok()
    })?;
    let expires_ms = claims.claims.exp.checked_mul(1_000)?;
    let live = now_ms <= expires_ms.saturating_add(LEEWAY_MS);
    let short = expires_ms.saturating_sub(now_ms) <= LIFETIME_MAX_MS + LEEWAY_MS;
    (live && short).then_some(Vouched { user_id: claims.claims.sub })
}
