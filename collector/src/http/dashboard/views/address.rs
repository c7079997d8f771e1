//! Which addresses can be kept: pages of this dashboard that show many, not one.
//!
//! An address that names a person is not kept, so that erasing them leaves nothing behind here.

use crate::http::session::same_site_path;
use axum::extract::Query;
use axum::http::Uri;

/// Pages with a state of their own, and what they are called. `*` is one segment.
const PAGES: &[(&str, &str)] = &[
    ("/overview", "Overview"),
    ("/journeys/*", "Journey"),
    ("/journeys/*/people", "People of a journey"),
    ("/journeys/*/waiting", "Waiting for value"),
    ("/journeys/*/next", "After a milestone"),
    ("/journeys/*/next/people", "People after a milestone"),
    ("/journeys/*/cohorts", "Journey by week"),
    ("/journeys/*/cohorts/people", "People of a week"),
    ("/retention", "Retention"),
    ("/retention/people", "People who came back"),
    ("/retention/active", "Active people"),
    ("/hesitation", "Hesitation"),
    ("/hesitation/page", "Hesitation on a page"),
    ("/hesitation/people", "People who hesitated"),
    ("/surveys", "Surveys"),
    ("/surveys/*", "Survey"),
    ("/surveys/*/people", "People of a survey"),
    ("/responses", "Responses"),
    ("/accounts", "Accounts"),
    ("/users", "Users"),
];

/// The parameter by which a list becomes the page of one.
const ONE: &str = "id";

/// An address that can be kept.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// What its page is called.
    pub(super) page: &'static str,
    /// What its query says.
    pub(super) pairs: Vec<(String, String)>,
}

impl Address {
    /// `None` for anything else than a page of this host that can be kept.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if same_site_path(text) != text || text.contains('#') {
            return None;
        }
        let uri: Uri = text.parse().ok()?;
        let (_, page) = PAGES.iter().find(|(pattern, _)| is_of(uri.path(), pattern))?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri).ok()?;
        pairs.iter().all(|(name, _)| name != ONE).then_some(Self { page, pairs })
    }
}

fn is_of(path: &str, pattern: &str) -> bool {
    let mut segments = path.split('/');
    let fits = pattern.split('/').all(|wanted| match segments.next() {
        Some(segment) if wanted == "*" => !segment.is_empty() && !is_dots(segment),
        segment => segment == Some(wanted),
    });
    fits && segments.next().is_none()
}

/// What a browser takes for the folder itself, or the one above it.
fn is_dots(segment: &str) -> bool {
    matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_many_can_be_kept() {
        for (text, page) in [
            ("/overview?since=2026-11-01", "Overview"),
            ("/journeys/onboarding?window=14d&by=plan", "Journey"),
            ("/journeys/a%2Fb/people?milestone=sent", "People of a journey"),
            ("/users?who=identified&sort=last-seen", "Users"),
            ("/users", "Users"),
        ] {
            assert_eq!(Address::parse(text).map(|it| it.page), Some(page), "{text}");
        }
        let pairs = Address::parse("/users?q=a%26b&who=").unwrap().pairs;
        assert_eq!(pairs, [("q".to_owned(), "a&b".to_owned()), ("who".to_owned(), String::new())]);
    }

    #[test]
    fn what_leaves_this_host_or_names_a_person_or_does_something_cannot() {
        for text in [
            "",
            "/",
            "users",
            "//evil.example/users",
            "/\\evil.example",
            "https://evil.example/users",
            "javascript:alert(1)",
            "/users#x",
            "/users/",
            "/users/ada",
            "/users?id=ada",
            "/users?%69d=ada",
            "/accounts/acme",
            "/responses/one?submission=1",
            "/journeys/",
            "/journeys/..",
            "/journeys/%2E%2e",
            "/journeys/../operators",
            "/journeys/a/b",
            "/users.csv",
            "/operators",
            "/logout",
            "/v1/users",
            "/users?q=\r\n",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
        assert_eq!(Address::parse(&format!("/users?q={}", "a".repeat(2_048))), None);
    }

    #[test]
    fn every_page_that_can_be_kept_is_one_of_the_dashboards() {
        let routes = include_str!("../../dashboard.rs");
        for (pattern, _) in PAGES {
            let pattern = pattern.replace('*', "{id}");
            assert!(routes.contains(&format!(".route(\"{pattern}\", get(")), "{pattern}");
        }
    }
}
