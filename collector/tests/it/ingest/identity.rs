//! Who vouches for a user id.

use crate::support::{Collector, NOW_MS, PROJECT, post};
use axum::body::Body;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

const SECRET: &str = "identity-secret-identity-secret-1";
const OLD_SECRET: &str = "an old secret of thirty-two bytes!";

fn token(algorithm: Algorithm, secret: &str, claims: &Value) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(secret.as_bytes()))
        .expect("a token")
}

fn valid(user: &str) -> String {
    token(Algorithm::HS256, SECRET, &json!({ "sub": user, "exp": NOW_MS / 1_000 + 600 }))
}

/// What becomes of a message of user `u` (and anonymous `a`) that comes with this token.
async fn outcome(collector: &Collector, token: Option<&str>) -> String {
    let body = json!({ "writeKey": "wk_test", "identityToken": token,
        "batch": [{ "type": "track", "event": "Signed Up", "userId": "u", "anonymousId": "a" }] });
    collector.ask(post("/v1/batch").body(Body::from(body.to_string())).expect("a request")).await.summary()
}

async fn users(collector: &Collector) -> Vec<(String, bool)> {
    let journey = domain::JourneyId::new("onboarding");
    let answer = collector.app.funnel(&journey, &Default::default()).await.expect("an answer").expect("a journey");
    let (_, people) = answer.people(0, milepost::app::funnel::Standing::Reached, None, 0..10);
    let names = collector.events.names(people.iter().map(|it| it.user).collect()).await.expect("names");
    names.into_iter().flatten().map(|it| (it.user, it.anonymous)).collect()
}

#[tokio::test]
async fn report_mode_refuses_nothing() {
    let collector = Collector::start().await;
    assert_eq!(outcome(&collector, None).await, "200 [accepted]");
    assert_eq!(users(&collector).await, [("u".to_owned(), false)]);
}

#[tokio::test]
async fn enforce_mode_takes_a_user_id_only_with_a_valid_token() {
    let enforce = PROJECT.replace("\"report\"", "\"enforce\"");
    let soon = NOW_MS / 1_000 + 600;
    let claims = json!({ "sub": "u", "exp": soon });
    let mut tampered = valid("u");
    tampered.pop();
    let unsigned = format!("{}.{}.", "eyJhbGciOiJub25lIn0", "eyJzdWIiOiJ1IiwiZXhwIjoxOTAwMDAwMDAwfQ");
    let forged = [
        None,
        Some(String::new()),
        Some(unsigned),
        Some(tampered),
        Some(valid("U")),
        Some(valid("u ")),
        Some(valid("someone-else")),
        Some(token(Algorithm::HS256, "another secret of thirty-two bytes", &claims)),
        Some(token(Algorithm::HS512, SECRET, &claims)),
        Some(token(Algorithm::HS256, SECRET, &json!({ "sub": "u" }))),
        Some(token(Algorithm::HS256, SECRET, &json!({ "sub": "u", "exp": NOW_MS / 1_000 - 3_600 }))),
        Some(token(Algorithm::HS256, SECRET, &json!({ "sub": "u", "exp": NOW_MS / 1_000 + 90 * 86_400 }))),
        Some(token(Algorithm::HS256, SECRET, &json!({ "sub": ["u"], "exp": soon }))),
    ];
    for token in forged {
        let collector = Collector::start_with(&enforce).await;
        assert_eq!(outcome(&collector, token.as_deref()).await, "200 [accepted]");
        assert_eq!(users(&collector).await, [("a".to_owned(), true)], "{token:?}");
        let (stored, _) = collector.events.messages(0, 1).await.expect("messages");
        assert!(!stored[0].contains("userId"), "the refused id is not kept: {}", stored[0]);
    }
    for token in [valid("u"), token(Algorithm::HS256, OLD_SECRET, &claims)] {
        let collector = Collector::start_with(&enforce).await;
        assert_eq!(outcome(&collector, Some(&token)).await, "200 [accepted]");
        assert_eq!(users(&collector).await, [("u".to_owned(), false)]);
    }
}

#[tokio::test]
async fn enforce_mode_refuses_what_has_no_anonymous_sender_to_fall_back_on() {
    let collector = Collector::start_with(&PROJECT.replace("\"report\"", "\"enforce\"")).await;
    let messages = [
        json!({ "type": "page", "userId": "u" }),
        json!({ "type": "alias", "userId": "u", "anonymousId": "a", "previousId": "p" }),
    ];
    let answer = collector.post("/v1/batch", json!({ "batch": messages }).to_string()).await;
    assert_eq!(answer.summary(), "200 [unverified, unverified]");
}
