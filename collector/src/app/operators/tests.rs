//! The door, with a clock set by hand and a real desk.

use super::*;
use crate::Clock;
use crate::testing::{app, project};

const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const HOUR_MS: i64 = 60 * 60 * 1000;

async fn app_with_ada() -> (App, Clock, Token, tempfile::TempDir) {
    let (app, clock, dir) = app(project()).await;
    let setup = app.setup_token().await.unwrap().expect("there is no operator yet");
    let session = app.create_first_operator(setup.as_str(), EMAIL, PASSWORD, "").await.unwrap();
    (app, clock, session, dir)
}

#[tokio::test]
async fn a_setup_token_works_once_and_only_while_it_is_the_latest() {
    let (app, _clock, _dir) = app(project()).await;
    let earlier = app.setup_token().await.unwrap().unwrap();
    let setup = app.setup_token().await.unwrap().unwrap();
    assert!(setup.as_str().len() >= 22, "at least 128 bits in base64");
    let refusal = app.create_first_operator(earlier.as_str(), EMAIL, PASSWORD, "").await;
    assert!(matches!(refusal, Err(SetupRefusal::WrongToken)));
    let session = app.create_first_operator(setup.as_str(), " Ada@Example.com ", PASSWORD, "").await.unwrap();
    assert_eq!(app.operator_of(session.as_str()).await.unwrap().unwrap().email, EMAIL);
    let refusal = app.create_first_operator(setup.as_str(), "eve@example.com", PASSWORD, "").await;
    assert!(matches!(refusal, Err(SetupRefusal::AlreadyThere)));
    assert!(app.setup_token().await.unwrap().is_none());
}

#[tokio::test]
async fn a_refused_form_leaves_the_setup_token_good() {
    let (app, _clock, _dir) = app(project()).await;
    let setup = app.setup_token().await.unwrap().unwrap();
    let refusal = app.create_first_operator(setup.as_str(), "ada", PASSWORD, "").await;
    assert!(matches!(refusal, Err(SetupRefusal::Email)));
    let refusal = app.create_first_operator(setup.as_str(), EMAIL, "elevenchars", "").await;
    assert!(matches!(refusal, Err(SetupRefusal::Password(PasswordRefusal::TooShort))));
    let refusal = app.create_first_operator(setup.as_str(), EMAIL, &"x".repeat(PASSWORD_BYTES_MAX + 1), "").await;
    assert!(matches!(refusal, Err(SetupRefusal::Password(PasswordRefusal::TooLong))));
    assert!(app.create_first_operator(setup.as_str(), EMAIL, PASSWORD, "").await.is_ok());
}

#[tokio::test]
async fn each_login_has_a_session_of_its_own_and_logout_ends_that_one() {
    let (app, _clock, first, _dir) = app_with_ada().await;
    let second = app.log_in("ADA@example.com", PASSWORD, None, "").await.unwrap();
    assert_ne!(first.as_str(), second.as_str());
    app.log_out(first.as_str()).await.unwrap();
    assert!(app.operator_of(first.as_str()).await.unwrap().is_none());
    assert!(app.operator_of(second.as_str()).await.unwrap().is_some());
}

#[tokio::test]
async fn wrong_passwords_and_unknown_e_mails_get_the_same_answer() {
    let (app, _clock, _session, _dir) = app_with_ada().await;
    for (email, password) in [(EMAIL, "wrong horse battery"), ("eve@example.com", PASSWORD), ("", ""), ("ada", "x")] {
        let refusal = app.log_in(email, password, None, "").await;
        assert!(matches!(refusal, Err(LoginRefusal::WrongPassword)), "{email}");
    }
}

#[tokio::test]
async fn the_sixth_guess_waits_even_with_the_right_password() {
    let (app, clock, _session, _dir) = app_with_ada().await;
    for _ in 0..5 {
        assert!(matches!(app.log_in(EMAIL, "wrong", None, "").await, Err(LoginRefusal::WrongPassword)));
    }
    let refusal = app.log_in(EMAIL, PASSWORD, None, "").await;
    assert!(matches!(refusal, Err(LoginRefusal::TooOften { wait_ms: 1000 })));
    clock.set(clock.now_ms() + 1000);
    assert!(app.log_in(EMAIL, PASSWORD, None, "").await.is_ok());
}

#[tokio::test]
async fn a_session_ends_after_twelve_idle_hours() {
    let (app, clock, session, _dir) = app_with_ada().await;
    let start_ms = clock.now_ms();
    clock.set(start_ms + 12 * HOUR_MS - 1);
    assert!(app.operator_of(session.as_str()).await.unwrap().is_some());
    clock.set(clock.now_ms() + 12 * HOUR_MS - 1);
    assert!(app.operator_of(session.as_str()).await.unwrap().is_some());
    clock.set(clock.now_ms() + 12 * HOUR_MS);
    assert!(app.operator_of(session.as_str()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_ends_after_seven_days_however_busy() {
    let (app, clock, session, _dir) = app_with_ada().await;
    let start_ms = clock.now_ms();
    for hour in 1..7 * 24 {
        clock.set(start_ms + hour * HOUR_MS);
        assert!(app.operator_of(session.as_str()).await.unwrap().is_some(), "after {hour} hours");
    }
    clock.set(start_ms + 7 * 24 * HOUR_MS);
    assert!(app.operator_of(session.as_str()).await.unwrap().is_none());
}

#[tokio::test]
async fn the_api_token_lies_in_a_private_file_and_survives_a_restart() {
    let (app, _clock, _session, dir) = app_with_ada().await;
    app.provide_api_token(dir.path()).await.unwrap();
    let path = dir.path().join(API_TOKEN_FILE);
    let token = std::fs::read_to_string(&path).unwrap();
    assert!(app.api_token(token.trim()).await.unwrap().is_some());
    assert!(app.api_token("guess").await.unwrap().is_none());
    app.provide_api_token(dir.path()).await.unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), token);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&path, "something else").unwrap();
    app.provide_api_token(dir.path()).await.unwrap();
    assert!(app.api_token(token.trim()).await.unwrap().is_none(), "the lost token is void");
}
