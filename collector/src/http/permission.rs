//! What a route needs: the one table that says who may ask for what.
//!
//! By method and pattern, so that a route that is added without a line here is the owner's alone.

use crate::app::operators::May;
use axum::extract::MatchedPath;
use axum::http::{Method, request::Parts};

/// What may be needed of routes that change something, or are for few.
const TABLE: &[(&str, &str, May)] = &[
    ("POST", "/responses/one", May::Act),
    ("POST", "/segments", May::Keep),
    ("POST", "/segments/{id}", May::Keep),
    ("POST", "/users", May::Act),
    ("POST", "/users/{id}", May::Act),
    ("POST", "/accounts", May::Act),
    ("POST", "/accounts/{id}", May::Act),
    // Their own password and sessions.
    ("POST", "/account", May::Look),
    // The way to an erasure, and all that is stored of one person.
    ("GET", "/erasure", May::Erase),
    ("HEAD", "/erasure", May::Erase),
    ("POST", "/erasure", May::Erase),
    // Their own views; what is the team's `app/views.rs` looks after.
    ("POST", "/views", May::Look),
    ("DELETE", "/v1/users/{id}", May::Erase),
];

/// Pages for owners.
const LOOKED_AFTER: &str = "/operators";

pub(super) fn needed(parts: &Parts) -> May {
    let pattern = parts.extensions.get::<MatchedPath>().map_or("", |it| it.as_str());
    needed_for(&parts.method, pattern)
}

pub(super) fn needed_for(method: &Method, pattern: &str) -> May {
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    if let Some((.., may)) = TABLE.iter().find(|(it, path, _)| *it == method.as_str() && *path == pattern) {
        return *may;
    }
    match is_read {
        _ if pattern == LOOKED_AFTER || pattern.starts_with("/operators/") => May::LookAfter,
        true if pattern.ends_with(".csv") || pattern.ends_with(".json") => May::Export,
        true => May::Look,
        false => May::LookAfter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_looks_may_look_and_what_nobody_thought_of_is_the_owners() {
        for (method, pattern, wanted) in [
            ("GET", "/overview", May::Look),
            ("HEAD", "/journeys/{id}", May::Look),
            ("GET", "/journeys/{id}/people.csv", May::Export),
            ("GET", "/responses.json", May::Export),
            ("GET", "/v1/journeys/{id}/people", May::Look),
            ("POST", "/responses/one", May::Act),
            ("DELETE", "/v1/users/{id}", May::Erase),
            ("GET", "/erasure", May::Erase),
            ("HEAD", "/erasure", May::Erase),
            ("GET", "/takeout.json", May::Export),
            ("GET", "/operators", May::LookAfter),
            ("GET", "/operators/log.csv", May::LookAfter),
            ("POST", "/operators/invite", May::LookAfter),
            ("POST", "/something/new", May::LookAfter),
            ("DELETE", "/v1/something", May::LookAfter),
        ] {
            assert_eq!(needed_for(&method.parse().unwrap(), pattern), wanted, "{method} {pattern}");
        }
    }
}
