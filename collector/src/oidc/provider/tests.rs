//! A provider that says what the test wants, on this machine; `tests/e2e/dashboard-oidc.spec.ts` has a real one.

use super::*;
use axum::extract::State;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use openidconnect::url::Url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};

const NOW_MS: i64 = 1_795_314_600_000;

/// Two keys in PKCS #8, each with its public half; made for these tests.
const KEYS: [(&str, &str); 2] = [
    ("MC4CAQAwBQYDK2VwBCIEIE3/CmTPB2KEwEaF0yoS4z45pBzjlBTSwr7FINcxFDcY", "55-0xDgYRoIV8ggCO4NrtoK52xg55Xt1N7zB6xET81Y"),
    ("MC4CAQAwBQYDK2VwBCIEIHvZqCr2MqgHcM+eUMj4YjA16E1HfrajKiWPGXea5EnB", "i4H-TExz5jdJ8FLtPbifZGuLBrOjwFN8UffQvLBA_4Y"),
];

#[derive(Default)]
struct Told {
    issuer: String,
    /// Which of [`KEYS`].
    key: usize,
    /// More of the discovery document.
    metadata: Value,
    email_in_token: bool,
    /// Whom the userinfo endpoint tells of.
    userinfo_of: &'static str,
    /// What was asked, and with which form and credentials.
    asked: Vec<String>,
}

type Telling = State<Arc<Mutex<Told>>>;

async fn discovery(State(told): Telling) -> Json<Value> {
    let mut told = told.lock().unwrap();
    told.asked.push("discovery".to_owned());
    let at = |path: &str| format!("{}/{path}", told.issuer);
    let mut document = json!({ "issuer": told.issuer, "authorization_endpoint": at("auth"), "token_endpoint": at("token"),
        "userinfo_endpoint": at("me"), "jwks_uri": at("keys"), "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"] });
    for (key, value) in told.metadata.as_object().into_iter().flatten() {
        document[key] = value.clone();
    }
    Json(document)
}

async fn keys(State(told): Telling) -> Json<Value> {
    let key = told.lock().unwrap().key;
    Json(
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": KEYS[key].1, "kid": format!("k-{key}"), "use": "sig" }] }),
    )
}

async fn token(State(told): Telling, headers: axum::http::HeaderMap, form: String) -> Json<Value> {
    let mut told = told.lock().unwrap();
    let credentials = headers.get("authorization").map_or("", |it| it.to_str().unwrap());
    told.asked.push(format!("token {credentials} {form}"));
    let mut claims = json!({ "iss": told.issuer, "aud": "milepost", "sub": "s-1", "nonce": "n", "iat": NOW_MS / 1000,
        "exp": NOW_MS / 1000 + 60 });
    if told.email_in_token {
        claims["email"] = json!("ada@example.com");
        claims["email_verified"] = json!(true);
    }
    let header = Header { kid: Some(format!("k-{}", told.key)), ..Header::new(Algorithm::EdDSA) };
    let key = EncodingKey::from_ed_der(&STANDARD.decode(KEYS[told.key].0).unwrap());
    let token = encode(&header, &claims, &key).unwrap();
    Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": token }))
}

async fn userinfo(State(told): Telling) -> Json<Value> {
    let told = told.lock().unwrap();
    Json(json!({ "sub": told.userinfo_of, "email": "ada@example.com", "email_verified": true }))
}

/// The provider as it is configured, and what it tells.
async fn provider(secret: Option<&str>) -> (Oidc, Arc<Mutex<Told>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let told = Told { issuer: issuer.clone(), userinfo_of: "s-1", ..Told::default() };
    let told = Arc::new(Mutex::new(told));
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/keys", get(keys))
        .route("/token", post(token))
        .route("/me", get(userinfo))
        .with_state(Arc::clone(&told));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let client_secret = secret.map(crate::project::Secret::new);
    let name = "Testpass".to_owned();
    (Oidc { name, issuer, client_id: "milepost".to_owned(), client_secret, welcome: None }, told)
}

fn fresh() -> Fresh {
    Fresh { state: "s".to_owned(), nonce: "n".to_owned(), verifier: "v".repeat(43) }
}

async fn identity(provider: &Provider, oidc: &Oidc, now_ms: i64) -> Result<Identity, Unproven> {
    provider.identity(oidc, "https://here.example/back", &fresh(), ("code", None), now_ms).await
}

#[tokio::test]
async fn the_browser_is_sent_with_a_state_a_nonce_and_a_challenge() {
    let (oidc, told) = provider(None).await;
    let here = Provider::default();
    for _ in 0..3 {
        let url = here.address(&oidc, "https://here.example/back", &fresh(), NOW_MS).await.unwrap();
        let url: Url = url.parse().unwrap();
        assert!(url.as_str().starts_with(&format!("{}/auth?", oidc.issuer)), "{url}");
        let of = |name: &str| url.query_pairs().find(|it| it.0 == name).map(|it| it.1.into_owned()).unwrap_or_default();
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest("v".repeat(43)));
        for (name, wanted) in [
            ("response_type", "code"),
            ("client_id", "milepost"),
            ("state", "s"),
            ("nonce", "n"),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("scope", "openid email"),
            ("redirect_uri", "https://here.example/back"),
        ] {
            assert_eq!(of(name), wanted);
        }
        assert!(!url.as_str().contains(&"v".repeat(43)), "the verifier stays here");
    }
    assert_eq!(told.lock().unwrap().asked, ["discovery"], "what it says of itself is kept");
    here.address(&oidc, "https://here.example/back", &fresh(), NOW_MS + 3_600_000).await.unwrap();
    assert_eq!(told.lock().unwrap().asked.len(), 2, "for an hour");
}

#[tokio::test]
async fn the_code_is_fetched_with_verifier_and_secret_and_the_e_mail_from_wherever_it_is() {
    let (oidc, told) = provider(Some("a secret")).await;
    let here = Provider::default();
    let ada = Identity { subject: "s-1".into(), email: Some("ada@example.com".into()), is_verified: true };
    assert_eq!(identity(&here, &oidc, NOW_MS).await.unwrap(), ada);
    let asked = told.lock().unwrap().asked.last().unwrap().clone();
    assert!(
        asked.starts_with("token Basic ") && asked.contains(&format!("code_verifier={}", "v".repeat(43))),
        "{asked}"
    );
    told.lock().unwrap().userinfo_of = "s-2";
    let refused = identity(&here, &oidc, NOW_MS).await.unwrap_err();
    assert!(matches!(refused, Unproven::TokenRefused(_)), "it was told of somebody else: {refused}");
    told.lock().unwrap().email_in_token = true;
    assert_eq!(identity(&here, &oidc, NOW_MS).await.unwrap(), ada);
}

#[tokio::test]
async fn a_secret_goes_into_the_form_where_the_provider_wants_it_there() {
    let (oidc, told) = provider(Some("a secret")).await;
    told.lock().unwrap().metadata = json!({ "token_endpoint_auth_methods_supported": ["client_secret_post"] });
    identity(&Provider::default(), &oidc, NOW_MS).await.unwrap();
    let asked = told.lock().unwrap().asked.last().unwrap().clone();
    assert!(asked.starts_with("token  ") && asked.contains("client_secret=a+secret"), "{asked}");
}

#[tokio::test]
async fn new_keys_are_asked_for_once_a_minute() {
    let (oidc, told) = provider(None).await;
    let here = Provider::default();
    identity(&here, &oidc, NOW_MS).await.unwrap();
    told.lock().unwrap().key = 1;
    let early = identity(&here, &oidc, NOW_MS + 59_000).await.unwrap_err();
    assert!(early.to_string().contains("a key that is not the provider's"), "{early}");
    // Its time is up, too: what counts is whose key it is.
    let late = identity(&here, &oidc, NOW_MS + 60_000).await.unwrap_err();
    assert!(late.to_string().contains("Expired"), "{late}");
}

#[tokio::test]
async fn an_answer_of_another_provider_is_not_this_ones() {
    let (oidc, told) = provider(None).await;
    let here = Provider::default();
    let answer = async |named: Option<&str>| {
        here.identity(&oidc, "https://here.example/back", &fresh(), ("code", named), NOW_MS).await
    };
    assert!(answer(Some(&oidc.issuer)).await.is_ok() && answer(None).await.is_ok());
    assert!(answer(Some("https://evil.example")).await.is_err());
    // One that always says who it is was not it where nobody is named.
    told.lock().unwrap().metadata = json!({ "authorization_response_iss_parameter_supported": true });
    let anew = Provider::default();
    let named = anew.identity(&oidc, "https://here.example/back", &fresh(), ("code", None), NOW_MS).await;
    assert!(named.is_err());
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_not_and_one_that_is_down_is_left_in_peace() {
    for metadata in [
        json!({ "issuer": "https://somebody-else.example" }),
        json!({ "token_endpoint": "http://plain.example/token" }),
        json!({ "authorization_endpoint": "javascript:alert(1)" }),
        json!({ "token_endpoint": null }),
    ] {
        let (oidc, told) = provider(None).await;
        told.lock().unwrap().metadata = metadata.clone();
        let refused = Provider::default().address(&oidc, "https://here.example/back", &fresh(), NOW_MS).await;
        assert!(matches!(refused, Err(Unproven::Unusable(_))), "{metadata}: {refused:?}");
    }
    let (oidc, told) = provider(None).await;
    let here = Provider::default();
    let address = async |now_ms| here.address(&oidc, "https://here.example/back", &fresh(), now_ms).await;
    told.lock().unwrap().metadata = json!({ "issuer": "https://somebody-else.example" });
    assert!(address(NOW_MS).await.is_err());
    told.lock().unwrap().metadata = json!({});
    assert!(address(NOW_MS + 4_999).await.is_err() && told.lock().unwrap().asked.len() == 1);
    assert!(address(NOW_MS + 5_000).await.is_ok());
}
