//! Each way in which a token may not hold, one at a time.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

const NOW_S: i64 = 1_795_314_600;

/// The provider's key and a stranger's, in PKCS #8; both are made for these tests.
const KEY: &str = "MC4CAQAwBQYDK2VwBCIEIE3/CmTPB2KEwEaF0yoS4z45pBzjlBTSwr7FINcxFDcY";
const PUBLIC_KEY: &str = "55-0xDgYRoIV8ggCO4NrtoK52xg55Xt1N7zB6xET81Y";
const STRANGERS_KEY: &str = "MC4CAQAwBQYDK2VwBCIEIHvZqCr2MqgHcM+eUMj4YjA16E1HfrajKiWPGXea5EnB";

fn claims() -> Value {
    json!({
        "iss": "https://id.example.com", "aud": "milepost", "sub": "s-1", "nonce": "n-1",
        "iat": NOW_S - 5, "exp": NOW_S + 60, "email": "ada@example.com", "email_verified": true,
    })
}

fn signed(key: &str, kid: &str, claims: &Value) -> String {
    let header = Header { kid: Some(kid.to_owned()), ..Header::new(Algorithm::EdDSA) };
    encode(&header, claims, &EncodingKey::from_ed_der(&STANDARD.decode(key).unwrap())).unwrap()
}

/// `None`: the key is not known.
fn verdict(token: &str) -> Option<Result<Identity, String>> {
    let keys = json!({ "keys": [{
        "kty": "OKP", "crv": "Ed25519", "x": PUBLIC_KEY, "kid": "k-1", "use": "sig", "alg": "EdDSA",
    }] });
    let keys: CoreJsonWebKeySet = serde_json::from_value(keys).unwrap();
    let expected = Expected {
        issuer: &IssuerUrl::new("https://id.example.com".to_owned()).unwrap(),
        client_id: &ClientId::new("milepost".to_owned()),
        keys: &keys,
        nonce: &Nonce::new("n-1".to_owned()),
        now_ms: NOW_S * 1000,
    };
    match of(&token.parse().ok()?, &expected) {
        Ok(identity) => Some(Ok(identity)),
        Err(Refused::UnknownKey) => None,
        Err(Refused::For(why)) => Some(Err(why.to_string())),
    }
}

/// The claims with one of them changed, or taken out (`null`).
#[track_caller]
fn check(claim: &str, value: Value, wanted: &str) {
    let mut claims = claims();
    match value {
        Value::Null => drop(claims.as_object_mut().unwrap().remove(claim)),
        value => claims[claim] = value,
    }
    let refused = verdict(&signed(KEY, "k-1", &claims)).expect("a known key").expect_err("a refusal");
    assert!(refused.contains(wanted), "{refused}");
}

#[test]
fn a_token_that_holds_says_who_it_is() {
    let ada = Identity { subject: "s-1".into(), email: Some("ada@example.com".into()), is_verified: true };
    assert_eq!(verdict(&signed(KEY, "k-1", &claims())), Some(Ok(ada)));
    for (claim, value) in [("email_verified", json!(false)), ("email", Value::Null)] {
        let mut claims = claims();
        claims[claim] = value;
        let found = verdict(&signed(KEY, "k-1", &claims)).unwrap().unwrap();
        assert!(!found.is_verified || found.email.is_none());
    }
}

#[test]
fn a_token_for_somebody_else_or_of_another_time_does_not_hold() {
    check("iss", json!("https://id.example.com.evil.example"), "Invalid issuer");
    check("aud", json!("another-client"), "Invalid audiences");
    check("aud", json!(["milepost", "another-client"]), "Invalid audiences");
    check("nonce", json!("n-2"), "Invalid nonce");
    check("nonce", Value::Null, "Invalid nonce");
    check("exp", json!(NOW_S), "Expired");
    check("iat", json!(NOW_S + 301), "in the future");
    for claim in ["iss", "aud", "sub", "exp", "iat"] {
        let mut without = claims();
        without.as_object_mut().unwrap().remove(claim);
        assert!(!matches!(verdict(&signed(KEY, "k-1", &without)), Some(Ok(_))), "{claim}");
    }
}

#[test]
fn a_signature_by_any_other_key_does_not_hold() {
    let refused = verdict(&signed(STRANGERS_KEY, "k-1", &claims())).unwrap().unwrap_err();
    assert!(refused.contains("its signature is not the provider's"), "{refused}");
    assert_eq!(verdict(&signed(STRANGERS_KEY, "k-2", &claims())), None, "it may be a new key");
    let token = signed(KEY, "k-1", &claims());
    let mut parts: Vec<&str> = token.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(json!({ "sub": "s-2" }).to_string());
    parts[1] = &other;
    assert!(!matches!(verdict(&parts.join(".")), Some(Ok(_))));
}

#[test]
fn no_signature_and_one_that_anybody_can_make_do_not_hold() {
    let part = |it: Value| URL_SAFE_NO_PAD.encode(it.to_string());
    for alg in ["none", "None", ""] {
        let token = format!("{}.{}.", part(json!({ "alg": alg })), part(claims()));
        assert!(!matches!(verdict(&token), Some(Ok(_))), "{alg}");
    }
    // Signed with what everybody knows: the provider's public key.
    for secret in [PUBLIC_KEY, "milepost", ""] {
        let header = Header { kid: Some("k-1".to_owned()), ..Header::new(Algorithm::HS256) };
        let token = encode(&header, &claims(), &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        assert!(!matches!(verdict(&token), Some(Ok(_))), "{secret}");
    }
}
