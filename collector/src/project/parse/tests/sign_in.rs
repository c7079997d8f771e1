//! `[sign_in]`.

use super::{HEAD, fetch, parse_with};
use crate::project::{Oidc, Secret, SignIn, Welcome};
use crate::storage::Role;

const OIDC: &str = "[sign_in.oidc]\nissuer = \"https://id.example.com\"\nclient_id = \"milepost\"\n";

#[track_caller]
fn sign_in(lines: &str) -> SignIn {
    let parsed = parse_with("milepost.toml", &format!("{HEAD}{lines}"), &fetch);
    let shown = parsed.diagnostics.render(false);
    parsed.project.unwrap_or_else(|| panic!("{shown}")).sign_in
}

/// Each of the words is in what is shown for these lines.
#[track_caller]
fn check(lines: &str, words: &[&str]) {
    let parsed = parse_with("milepost.toml", &format!("{HEAD}{lines}\n"), &fetch);
    let shown = parsed.diagnostics.render(false);
    assert!(parsed.project.is_none() && words.iter().all(|it| shown.contains(it)), "{shown}");
}

#[test]
fn passwords_are_usual_and_a_provider_is_said() {
    let usual = sign_in("");
    assert!(usual.password && usual.oidc.is_none());
    let least = sign_in(OIDC).oidc.expect("a provider");
    assert_eq!((least.name.as_str(), least.client_secret, least.welcome), ("single sign-on", None, None));
    let all = sign_in(&format!(
        "[sign_in]\npassword = false\n{OIDC}name = \"Okta\"\nclient_secret = {{ env = \"SECRET\" }}\n\
         domains = [\"Example.com\"]\nrole = \"analyst\"\n"
    ));
    assert!(!all.password);
    let wanted = Oidc {
        name: "Okta".into(),
        issuer: "https://id.example.com".into(),
        client_id: "milepost".into(),
        client_secret: Some(Secret::new("s".repeat(32))),
        welcome: Some(Welcome { domains: vec!["example.com".into()], role: Role::Analyst }),
    };
    assert_eq!(all.oidc, Some(wanted));
}

#[test]
fn an_issuer_is_https_or_on_this_machine() {
    let with = |issuer: &str| format!("[sign_in.oidc]\nissuer = \"{issuer}\"\nclient_id = \"milepost\"\n");
    for issuer in ["https://id.example.com/tenant/", "http://localhost:9000", "http://127.0.0.1:9000/x"] {
        assert_eq!(sign_in(&with(issuer)).oidc.expect("a provider").issuer, issuer);
    }
    check(&with("http://id.example.com"), &["can be anybody", "write \"https://id.example.com\""]);
    check(&with("http://localhost.evil.example"), &["can be anybody"]);
    check(&with("id.example.com"), &["is no issuer"]);
    check(&with("https://"), &["is no issuer"]);
    for issuer in ["https://id.example.com?a=b", "https://id.example.com#a", "https://a@id.example.com"] {
        check(&with(issuer), &["an issuer has no query"]);
    }
}

#[test]
fn nobody_is_let_in_by_accident() {
    check(&format!("{OIDC}domains = [\"gmail.com\"]"), &["anybody can have an address at `gmail.com`"]);
    check(&format!("{OIDC}domains = []"), &["`domains` lists 0 domains"]);
    check(&format!("{OIDC}domains = [\"@example.com\"]"), &["`@example.com` is no domain"]);
    check(&format!("{OIDC}domains = [\"com\"]"), &["`com` is no domain"]);
    check(&format!("{OIDC}domains = [\"*.example.com\"]"), &["is no domain"]);
    check(&format!("{OIDC}domains = \"example.com\""), &["`domains` must be a list, found text"]);
    check(&format!("{OIDC}role = \"viewer\""), &["`role` is for people of some `domains`"]);
    check(&format!("{OIDC}domains = [\"example.com\"]\nrole = \"owner\""), &["nobody becomes an owner by themselves"]);
    check(&format!("{OIDC}domains = [\"example.com\"]\nrole = \"viewers\""), &["did you mean `viewer`?"]);
}

#[test]
fn somebody_can_always_sign_in() {
    check("[sign_in]\npassword = false", &["nobody could sign in", "add a table `[sign_in.oidc]`"]);
    check("[sign_in.oidc]\nclient_id = \"a\"", &["an identity provider without `issuer`"]);
    check("[sign_in.oidc]\nissuer = \"https://id.example.com\"", &["without `client_id`"]);
    check("[sign_in]\nsaml = true", &["unknown key `saml` in a sign-in table"]);
}

#[test]
fn a_secret_is_shown_in_no_message() {
    for broken in ["issuer = 7\n", "issuer = \"https://id.example.com\n"] {
        let lines = format!("[sign_in.oidc]\nclient_secret = \"my-own-secret\" x\n{broken}");
        let parsed = parse_with("milepost.toml", &format!("{HEAD}{lines}"), &fetch);
        assert!(!parsed.diagnostics.render(false).contains("my-own-secret"));
        let lines = lines.replace(" x", "");
        let parsed = parse_with("milepost.toml", &format!("{HEAD}{lines}"), &fetch);
        assert!(!parsed.diagnostics.render(false).contains("my-own-secret"));
    }
}
