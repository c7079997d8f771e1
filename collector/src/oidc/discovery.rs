//! What the provider says of itself, and its keys: fetched when first needed, and kept for a while.

use super::outbound::{Outbound, root_cause};
use super::{Unproven, is_this_machine};
use openidconnect::core::{
    CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType,
};
use openidconnect::url::Url;
use openidconnect::{AdditionalProviderMetadata, DiscoveryError, IssuerUrl, ProviderMetadata};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Endpoints change seldom; keys are asked for anew when one is missing.
const GOOD_FOR_MS: i64 = 60 * 60 * 1000;

/// Tokens of unknown keys make us ask again at most this often.
const KEYS_AGAIN_AFTER_MS: i64 = 60 * 1000;

/// A provider that is down is not asked by everybody who looks at the page.
const DOWN_FOR_MS: i64 = 5 * 1000;

pub(super) type Metadata = ProviderMetadata<
    Extra,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Extra {
    /// RFC 9207: whoever answers says who they are.
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) names_itself: bool,
}

impl AdditionalProviderMetadata for Extra {}

/// One provider's, the last one asked for.
#[derive(Default)]
pub(super) struct Discovery {
    known: Mutex<Option<Known>>,
}

struct Known {
    issuer: String,
    at_ms: i64,
    /// The text says why there is nothing.
    found: Result<Arc<Metadata>, String>,
}

impl Discovery {
    pub(super) async fn metadata(&self, http: &Outbound, issuer: &str, now_ms: i64) -> Result<Arc<Metadata>, Unproven> {
        self.no_older_than(GOOD_FOR_MS, http, issuer, now_ms).await
    }

    /// The same, where a key was not among those known.
    pub(super) async fn with_new_keys(
        &self,
        http: &Outbound,
        issuer: &str,
        now_ms: i64,
    ) -> Result<Arc<Metadata>, Unproven> {
        self.no_older_than(KEYS_AGAIN_AFTER_MS, http, issuer, now_ms).await
    }

    /// One asks at a time; the others wait for what comes of it.
    async fn no_older_than(
        &self,
        age_ms: i64,
        http: &Outbound,
        issuer: &str,
        now_ms: i64,
    ) -> Result<Arc<Metadata>, Unproven> {
        let mut known = self.known.lock().await;
        if let Some(known) = known.as_ref().filter(|it| it.answers(issuer, age_ms, now_ms)) {
            return known.found.clone().map_err(Unproven::Unreachable);
        }
        let found = discover(http, issuer).await;
        let kept = found.as_ref().map(Arc::clone).map_err(ToString::to_string);
        *known = Some(Known { issuer: issuer.to_owned(), at_ms: now_ms, found: kept });
        found
    }
}

impl Known {
    fn answers(&self, issuer: &str, age_ms: i64, now_ms: i64) -> bool {
        let age_ms = if self.found.is_ok() { age_ms } else { DOWN_FOR_MS };
        // A clock that was set back is no reason to believe it for longer.
        self.issuer == issuer && (0..age_ms).contains(&now_ms.saturating_sub(self.at_ms))
    }
}

async fn discover(http: &Outbound, issuer: &str) -> Result<Arc<Metadata>, Unproven> {
    let url = IssuerUrl::new(issuer.to_owned()).map_err(|error| Unproven::Unusable(error.to_string()))?;
    let metadata = Metadata::discover_async(url, http).await.map_err(|error| match error {
        DiscoveryError::Request(cause) => Unproven::Unreachable(cause.to_string()),
        DiscoveryError::Response(status, ..) if status.is_server_error() => {
            Unproven::Unreachable(format!("it answered {status}"))
        }
        DiscoveryError::Response(.., text) | DiscoveryError::Validation(text) => Unproven::Unusable(text),
        other => Unproven::Unusable(root_cause(&other)),
    })?;
    let is_here = issuer.starts_with("http://");
    let endpoints = [Some(metadata.authorization_endpoint().url()), metadata.token_endpoint().map(|it| it.url())];
    let others = [Some(metadata.jwks_uri().url()), metadata.userinfo_endpoint().map(|it| it.url())];
    for url in endpoints.into_iter().chain(others).flatten() {
        if !is_safe(url, is_here) {
            return Err(Unproven::Unusable(format!("it names an address without https: {url}")));
        }
    }
    if metadata.token_endpoint().is_none() {
        return Err(Unproven::Unusable("it names no token endpoint".to_owned()));
    }
    Ok(Arc::new(metadata))
}

/// https; or plain on this machine, where the provider itself is.
fn is_safe(url: &Url, is_here: bool) -> bool {
    url.scheme() == "https" || is_here && url.scheme() == "http" && url.host_str().is_some_and(is_this_machine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_elsewhere_can_send_nobody_to_a_plain_address() {
        let safe = |url: &str, is_here| is_safe(&Url::parse(url).unwrap(), is_here);
        assert!(safe("https://id.example.com/token", false) && safe("http://127.0.0.1:9000/token", true));
        assert!(safe("http://[::1]:9000/token", true) && safe("http://localhost/token", true));
        assert!(!safe("http://localhost/token", false) && !safe("http://id.example.com/token", true));
        assert!(!safe("ftp://localhost/token", true));
    }

    #[test]
    fn what_is_known_is_believed_for_an_hour_and_a_failure_for_some_seconds() {
        let down = Known { issuer: "a".to_owned(), at_ms: 1_000, found: Err(String::new()) };
        assert!(down.answers("a", GOOD_FOR_MS, 5_999) && !down.answers("a", GOOD_FOR_MS, 6_000));
        assert!(!down.answers("b", GOOD_FOR_MS, 1_000) && !down.answers("a", GOOD_FOR_MS, 999));
    }
}
