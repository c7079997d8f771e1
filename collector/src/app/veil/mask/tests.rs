//! What is taken out of what, and what stays.

use super::*;
use crate::storage::UserKey;
use serde_json::json;

fn hidden(fields: &str, traits: &[&str]) -> Hidden {
    Hidden {
        name: fields.contains("name"),
        email: fields.contains("email"),
        answers: fields.contains("answers"),
        queries: fields.contains("queries"),
        traits: traits.iter().map(|it| TraitPath::parse(it)).collect(),
    }
}

#[track_caller]
fn check(hidden: &Hidden, kind: Kind, name: &str, message: Value, wanted: Value) {
    let mut text = message.to_string();
    body(hidden, Some(kind), name, &mut text);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), wanted);
}

#[test]
fn traits_are_hidden_by_path_and_what_is_not_there_is_not_made_up() {
    let traits = json!({ "name": "Ada", "email": "ada@example.com", "phone": 7, "address": { "city": "B", "zip": 1 } });
    let all = hidden("name email", &["phone", "address.city", "absent.deep"]);
    let wanted = json!({ "name": "hidden", "email": "hidden", "phone": "hidden",
        "address": { "city": "hidden", "zip": 1 } });
    check(&all, Kind::Identify, "", json!({ "traits": traits }), json!({ "traits": wanted }));
    check(
        &all,
        Kind::Track,
        "X",
        json!({ "context": { "traits": traits } }),
        json!({ "context": { "traits": wanted } }),
    );
    // An account's traits are the account's.
    let account = json!({ "traits": { "name": "Acme", "phone": 7, "contact": "Bo" } });
    check(&all, Kind::Group, "", account.clone(), account.clone());
    let wanted = json!({ "traits": { "name": "Acme", "phone": 7, "contact": "hidden" } });
    check(&hidden("", &["account.contact"]), Kind::Group, "", account, wanted);
    let deep = json!({ "traits": { "people": [{ "phone": 1, "x": 2 }, 3, [{ "phone": 4 }]], "people.phone": 5 } });
    let wanted = json!({ "traits": { "people": [{ "phone": "hidden", "x": 2 }, 3, [{ "phone": "hidden" }]],
        "people.phone": "hidden" } });
    check(&hidden("", &["people.phone"]), Kind::Identify, "", deep, wanted);
    let parts = json!({ "traits": { "firstName": "Ada", "lastName": "L" } });
    check(&all, Kind::Identify, "", parts, json!({ "traits": { "name": "hidden" } }));
    check(&all, Kind::Identify, "", json!({ "traits": { "plan": "a" } }), json!({ "traits": { "plan": "a" } }));
}

#[test]
fn an_address_is_hidden_wherever_it_stands() {
    for (text, wanted) in [
        ("mail ada@example.com, or bo+x@b.example!", "mail hidden, or hidden"),
        ("<ada@example.com>", "<hidden>"),
        ("/users/ada%40example.com/x", "/users/hidden/x"),
        ("https://a.example/?to=ada@example.com&b=1", "https://a.example/?to=hidden&b=1"),
        ("@ada", "@ada"),
        ("a @ b", "a @ b"),
        ("100%", "100%"),
        ("ümlaut@exämple.de", "hidden"),
    ] {
        assert_eq!(without_addresses(text).unwrap_or_else(|| text.to_owned()), wanted, "{text}");
    }
    let deep = json!({ "properties": { "to": ["x", { "cc": "ada@example.com" }] } });
    let wanted = json!({ "properties": { "to": ["x", { "cc": "hidden" }] } });
    check(&hidden("email", &[]), Kind::Track, "Sent", deep, wanted);
}

#[test]
fn a_page_is_shown_without_its_query() {
    let page = json!({ "context": { "page": { "url": "https://a.example/b?c=d#e", "path": "/b?c", "search": "?c=d",
        "referrer": "https://a.example/#x", "title": "What?" } }, "properties": { "at": "/x#y", "hash": "#y" } });
    let wanted = json!({ "context": { "page": { "url": "https://a.example/b", "path": "/b", "search": "hidden",
        "referrer": "https://a.example/", "title": "What?" } }, "properties": { "at": "/x", "hash": "hidden" } });
    check(&hidden("queries", &[]), Kind::Page, "", page, wanted);
}

#[test]
fn what_people_wrote_is_hidden_and_what_they_chose_is_not() {
    let it = hidden("answers", &[]);
    let written =
        json!({ "properties": { "step": "why", "kind": "long", "text": "so", "choices": ["a"], "other": "" } });
    let wanted =
        json!({ "properties": { "step": "why", "kind": "long", "text": "hidden", "choices": ["a"], "other": "" } });
    check(&it, Kind::Track, reserved::SURVEY_ANSWERED, written.clone(), wanted);
    let said = json!({ "event": reserved::HESITATION_ANSWERED, "properties": { "said": "yes", "detail": "so" } });
    let mut text = said.to_string();
    body(&it, None, "", &mut text);
    assert!(text.contains("\"detail\":\"hidden\""), "{text}");
    check(&it, Kind::Track, "Something Else", written.clone(), written);
}

#[test]
fn what_may_tell_is_read_and_what_cannot_be_read_is_left_out() {
    assert!(!may_tell(&Hidden::default(), reserved::SURVEY_ANSWERED, "{\"a\":\"b@c?\\u0040\"}"));
    let email = hidden("email", &[]);
    assert!(may_tell(&email, "x", "ada@example.com") && may_tell(&email, "x", "ada\\u0040example.com"));
    assert!(!may_tell(&email, "x", "{\"properties\":{}}"));
    assert!(may_tell(&hidden("", &["phone"]), "x", "{\"context\":{\"traits\":{}}}"));
    let mut broken = "ada@example.com".to_owned();
    body(&email, Some(Kind::Track), "x", &mut broken);
    assert_eq!(broken, "{}");
    let escaped = json!({ "properties": { "to": "hidden" } });
    let mut text = "{\"properties\":{\"to\":\"ada\\u0040example.com\"}}".to_owned();
    body(&email, Some(Kind::Track), "x", &mut text);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), escaped);
}

#[test]
fn nobody_is_called_by_what_is_hidden() {
    let user = |name: &str, email: Option<&str>| UserLine {
        key: UserKey(0),
        user: "u-1".into(),
        anonymous: false,
        name: Some(name.into()),
        email: email.map(Into::into),
        account: Some(0),
        first_ms: 1,
        last_ms: 2,
    };
    let account = AccountLine { account: "acme".into(), name: Some("Acme".into()) };
    let of = Everybody::new(vec![user("Ada", Some("ada@example.com")), user("bo@example.com", None)], vec![account]);
    let lines = |it: &Hidden| -> Vec<(Option<String>, Option<String>)> {
        let text = |it: &Option<Arc<str>>| it.as_deref().map(str::to_owned);
        everybody(it, &of).users().iter().map(|it| (text(&it.name), text(&it.email))).collect()
    };
    let (ada, word) = (Some("Ada".to_owned()), Some("hidden".to_owned()));
    assert_eq!(lines(&hidden("email", &[])), [(ada, word), (None, None)]);
    assert_eq!(lines(&hidden("name", &[]))[0], (None, Some("ada@example.com".to_owned())));
    assert_eq!(lines(&hidden("", &["lastName"]))[0].0, None, "it may be a part of the name");
    assert_eq!(everybody(&hidden("", &["account.name"]), &of).accounts()[0].title(), "acme");
}

#[test]
fn addresses_in_what_pages_and_events_are_called_are_hidden_too() {
    let told = |hidden: &Hidden, action: Action| {
        let mut action = action;
        super::action(hidden, &mut action);
        action
    };
    let page = || Action::Page("/of/ada@example.com".to_owned());
    let event = || Action::Event("Wrote to ada@example.com".to_owned());
    let screen = || Action::Screen("Home".to_owned());
    let email = hidden("email", &[]);
    assert_eq!(told(&email, page()), Action::Page("/of/hidden".to_owned()));
    assert_eq!(told(&email, event()), Action::Event("Wrote to hidden".to_owned()));
    assert_eq!(told(&email, screen()), screen());
    assert_eq!([told(&hidden("", &[]), page()), told(&hidden("queries", &[]), event())], [page(), event()]);
}
