//! What a page is called: the name that the message gives it, else its path, with what looks like an id as `:id`.

use super::json::JsonProperties;
use domain::Kind;
use domain::hesitation::page_template;
use serde_json::Value;

/// Longer names are cut: a table has to hold them.
const CHARS_MAX: usize = 200;

/// Empty where a message says neither.
pub(super) fn page_name(kind: Kind, body: &Value) -> String {
    let given = body.get("name").and_then(Value::as_str).unwrap_or_default().trim();
    let url = JsonProperties::of(kind, Some(body)).url();
    let name = match (given.is_empty(), url.is_empty()) {
        (false, _) => given.to_owned(),
        (true, false) => page_template(path(url), &[]),
        (true, true) => return String::new(),
    };
    name.chars().take(CHARS_MAX).collect()
}

/// Neither origin, nor query, nor fragment.
fn path(url: &str) -> &str {
    let rest = match url.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"),
        None => url,
    };
    rest.split(['?', '#']).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_goes_by_its_name_or_else_by_its_path() {
        let of = |body: Value| page_name(Kind::Page, &body);
        let at = |url: &str| of(json!({ "properties": { "url": url } }));
        assert_eq!(of(json!({ "name": " Pricing ", "properties": { "url": "https://a.test/p" } })), "Pricing");
        assert_eq!(at("https://a.test/invoices/81723?token=1#top"), "/invoices/:id");
        assert_eq!(at("https://a.test"), "/");
        assert_eq!(at("/settings/"), "/settings");
        assert_eq!(of(json!({ "context": { "page": { "path": "/help" } } })), "/help");
        assert_eq!(of(json!({ "name": "" })), "");
        assert_eq!(of(json!({ "name": "é".repeat(999) })), "é".repeat(CHARS_MAX));
    }
}
