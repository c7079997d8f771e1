//! What a message says of how somebody is called: the name and e-mail of an `identify`, the name of a `group`.
//!
//! Written as text that is kept beside a segment: the account (empty for an `identify`), then each field after a NUL,
//! empty where the message says nothing of it, `-` where it takes it away, `=` and the text else.

use domain::Kind;
use serde_json::Value;

/// The fields of an `identify`; a `group` has the first.
const FIELDS: [&str; 4] = ["name", "firstName", "lastName", "email"];

/// Longer names are cut: they are a mistake, and everybody's are held in memory.
const TEXT_CHARS_MAX: usize = 200;

/// What a message says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Label {
    /// Of a `group`; empty else.
    pub(super) account: String,
    /// Of each field, where the message says anything: the text, or that there is none.
    pub(super) fields: [Option<Option<String>>; FIELDS.len()],
}

impl Label {
    /// Writes what a message's JSON says; nothing where it says nothing.
    pub(super) fn write(kind: Kind, body: &Value, out: &mut Vec<u8>) {
        let account = body.get("groupId").and_then(Value::as_str).unwrap_or_default();
        let (account, fields) = match kind {
            Kind::Identify => ("", &FIELDS[..]),
            Kind::Group => (account, &FIELDS[..1]),
            _ => return,
        };
        let Some(traits) = body.get("traits").and_then(Value::as_object) else { return };
        if !fields.iter().any(|it| traits.contains_key(*it)) {
            return;
        }
        out.extend(account.replace('\0', "").as_bytes());
        for field in fields {
            out.push(0);
            match traits.get(*field).map(text) {
                None => {}
                Some(None) => out.push(b'-'),
                Some(Some(text)) => {
                    out.push(b'=');
                    out.extend(text.as_bytes());
                }
            }
        }
    }

    /// `None` where the message says nothing.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (account, rest) = std::str::from_utf8(bytes).ok()?.split_once('\0')?;
        let mut label = Self { account: account.to_owned(), ..Self::default() };
        for (slot, said) in label.fields.iter_mut().zip(rest.split('\0')) {
            *slot = match said.strip_prefix('=') {
                Some(text) => Some(Some(text.to_owned())),
                None => (!said.is_empty()).then_some(None),
            };
        }
        Some(label)
    }
}

/// A name from its parts, by the rule of [`super::UserLine`].
pub(super) fn full_name(name: Option<&str>, first: Option<&str>, last: Option<&str>) -> Option<String> {
    match (name, first, last) {
        (Some(name), _, _) => Some(name.to_owned()),
        (None, Some(first), Some(last)) => Some(format!("{first} {last}")),
        (None, first, last) => first.or(last).map(str::to_owned),
    }
}

fn text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.replace('\0', ""),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let text: String = text.trim().chars().take(TEXT_CHARS_MAX).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn label(kind: Kind, body: Value) -> Option<Label> {
        let mut bytes = Vec::new();
        Label::write(kind, &body, &mut bytes);
        Label::read(&bytes)
    }

    #[test]
    fn what_is_said_is_told_from_what_is_taken_away_and_from_nothing() {
        let said = |text: &str| Some(Some(text.to_owned()));
        let body = json!({ "groupId": "acme", "traits": { "name": " Ada\0 ", "firstName": null, "email": 7 } });
        let user = label(Kind::Identify, body.clone()).expect("a label");
        assert_eq!(user, Label { account: String::new(), fields: [said("Ada"), Some(None), None, said("7")] });
        let account = label(Kind::Group, body).expect("a label");
        assert_eq!(account, Label { account: "acme".to_owned(), fields: [said("Ada"), None, None, None] });
        for nothing in [json!({}), json!({ "traits": { "plan": "pro" } }), json!({ "traits": 3 })] {
            assert_eq!(label(Kind::Identify, nothing), None);
        }
        assert_eq!(label(Kind::Track, json!({ "traits": { "name": "Ada" } })), None);
        let long = label(Kind::Identify, json!({ "traits": { "name": "é".repeat(999) } })).expect("a label");
        assert_eq!(long.fields[0], said(&"é".repeat(TEXT_CHARS_MAX)));
    }

    #[test]
    fn a_name_is_whole_or_made_of_its_parts() {
        assert_eq!(full_name(Some("Ada"), Some("B"), Some("C")).as_deref(), Some("Ada"));
        assert_eq!(full_name(None, Some("B"), Some("C")).as_deref(), Some("B C"));
        assert_eq!(full_name(None, None, Some("C")).as_deref(), Some("C"));
        assert_eq!(full_name(None, None, None), None);
    }
}
