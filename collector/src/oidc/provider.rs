//! Sending a browser to the provider, and fetching what it says of who came back.

use super::discovery::{Discovery, Metadata};
use super::outbound::{Outbound, root_cause};
use super::verdict::{self, Expected, Refused};
use super::{Fresh, Identity, Unproven};
use crate::project::Oidc;
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdToken, CoreUserInfoClaims};
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError,
    Scope, SubjectIdentifier, TokenResponse,
};
use std::sync::OnceLock;
use std::time::Duration;

/// All questions of one step together: whoever waits for the page is answered before the server loses patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// The provider that is configured, as far as it is known. Nothing is asked before somebody signs in.
#[derive(Default)]
pub struct Provider {
    discovery: Discovery,
    outbound: OnceLock<Outbound>,
}

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

impl Provider {
    /// The address at the provider to which the browser goes; from there it comes back to `redirect_uri`.
    pub async fn address(
        &self,
        oidc: &Oidc,
        redirect_uri: &str,
        fresh: &Fresh,
        now_ms: i64,
    ) -> Result<String, Unproven> {
        in_time(async {
            let metadata = self.discovery.metadata(self.outbound()?, &oidc.issuer, now_ms).await?;
            let client = client(&metadata, oidc, redirect_uri)?;
            let (state, nonce) = (CsrfToken::new(fresh.state.clone()), Nonce::new(fresh.nonce.clone()));
            let verifier = PkceCodeVerifier::new(fresh.verifier.clone());
            let (url, ..) = client
                .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || state, || nonce)
                .add_scope(Scope::new("email".to_owned()))
                .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
                .url();
            Ok(url.into())
        })
        .await
    }

    /// Who came back with a code. `named`: who says to have sent them, where that was said.
    pub async fn identity(
        &self,
        oidc: &Oidc,
        redirect_uri: &str,
        fresh: &Fresh,
        (code, named): (&str, Option<&str>),
        now_ms: i64,
    ) -> Result<Identity, Unproven> {
        in_time(async {
            let http = self.outbound()?;
            let metadata = self.discovery.metadata(http, &oidc.issuer, now_ms).await?;
            // RFC 9207: an answer that another provider gave is not for this one.
            if named.is_some_and(|it| it != oidc.issuer)
                || named.is_none() && metadata.additional_metadata().names_itself
            {
                return Err(Unproven::TokenRefused("the answer is another provider's".to_owned()));
            }
            let client = client(&metadata, oidc, redirect_uri)?;
            let tokens = client
                .exchange_code(AuthorizationCode::new(code.to_owned()))
                .map_err(|error| Unproven::Unusable(error.to_string()))?
                .set_pkce_verifier(PkceCodeVerifier::new(fresh.verifier.clone()))
                .request_async(http)
                .await
                .map_err(|error| match error {
                    RequestTokenError::ServerResponse(it) => Unproven::CodeRefused(it.error().as_ref().to_owned()),
                    RequestTokenError::Request(cause) => Unproven::Unreachable(cause.to_string()),
                    other => Unproven::Unusable(root_cause(&other)),
                })?;
            let token = tokens
                .id_token()
                .ok_or_else(|| Unproven::Unusable("it gave no ID token: is the scope `openid` allowed?".to_owned()))?;
            let nonce = Nonce::new(fresh.nonce.clone());
            let mut identity = self.believed(oidc, token, &nonce, &metadata, now_ms).await?;
            if identity.email.is_none() && metadata.userinfo_endpoint().is_some() {
                let (email, is_verified) = asked(&client, http, tokens.access_token(), &identity.subject).await?;
                identity = Identity { email, is_verified, ..identity };
            }
            Ok(identity)
        })
        .await
    }

    /// Asks for the keys once more where the token's is not among them.
    async fn believed(
        &self,
        oidc: &Oidc,
        token: &CoreIdToken,
        nonce: &Nonce,
        metadata: &Metadata,
        now_ms: i64,
    ) -> Result<Identity, Unproven> {
        let client_id = ClientId::new(oidc.client_id.clone());
        let verdict = |metadata: &Metadata| {
            let (issuer, keys) = (metadata.issuer(), metadata.jwks());
            verdict::of(token, &Expected { issuer, client_id: &client_id, keys, nonce, now_ms })
        };
        let refused = match verdict(metadata) {
            Err(Refused::UnknownKey) => {
                let metadata = self.discovery.with_new_keys(self.outbound()?, &oidc.issuer, now_ms).await?;
                verdict(&metadata)
            }
            held => held,
        };
        refused.map_err(|it| match it {
            Refused::UnknownKey => {
                Unproven::TokenRefused("it is signed by a key that is not the provider's".to_owned())
            }
            Refused::For(why) => why,
        })
    }

    fn outbound(&self) -> Result<&Outbound, Unproven> {
        if self.outbound.get().is_none() {
            let made = Outbound::new().map_err(|error| Unproven::Unreachable(error.to_string()))?;
            drop(self.outbound.set(made));
        }
        self.outbound.get().ok_or_else(|| Unproven::Unreachable("there is no way out".to_owned()))
    }
}

async fn in_time<T>(asking: impl Future<Output = Result<T, Unproven>>) -> Result<T, Unproven> {
    let late = || Unproven::Unreachable(format!("it did not answer within {} s", PATIENCE.as_secs()));
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| Err(late()))
}

fn client(metadata: &Metadata, oidc: &Oidc, redirect_uri: &str) -> Result<Client, Unproven> {
    let secret = oidc.client_secret.as_ref().map(|it| ClientSecret::new(it.expose().to_owned()));
    let redirect = RedirectUrl::new(redirect_uri.to_owned())
        .map_err(|error| Unproven::Unusable(format!("the way back, {redirect_uri}, is no address: {error}")))?;
    let client = CoreClient::from_provider_metadata(metadata.clone(), ClientId::new(oidc.client_id.clone()), secret)
        .set_redirect_uri(redirect);
    // Basic authentication is what holds where nothing is said (OpenID Connect Discovery 1.0, 3).
    let in_body = metadata.token_endpoint_auth_methods_supported().is_some_and(|it| {
        !it.contains(&CoreClientAuthMethod::ClientSecretBasic) && it.contains(&CoreClientAuthMethod::ClientSecretPost)
    });
    Ok(if in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
}

/// The e-mail, where the token does not say it; it must be told of the same person.
async fn asked(
    client: &Client,
    http: &Outbound,
    token: &AccessToken,
    subject: &str,
) -> Result<(Option<String>, bool), Unproven> {
    let claims: CoreUserInfoClaims = client
        .user_info(token.clone(), Some(SubjectIdentifier::new(subject.to_owned())))
        .map_err(|error| Unproven::Unusable(error.to_string()))?
        .request_async(http)
        .await
        .map_err(|error| Unproven::TokenRefused(format!("who it is was not told: {}", root_cause(&error))))?;
    Ok((claims.email().map(|it| it.to_string()), claims.email_verified() == Some(true)))
}

#[cfg(test)]
mod tests;
