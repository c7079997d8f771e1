//! The flags as a question: to the application, or in a server's URL.

use super::Funnel;
use crate::app::funnel::FunnelRequest;
use crate::cli::humane;
use crate::project::duration;
use crate::storage::TraitPath;

pub(super) fn request(funnel: &Funnel) -> FunnelRequest {
    FunnelRequest {
        window_ms: funnel.window,
        since_ms: funnel.since,
        until_ms: funnel.until,
        by: funnel.by.as_deref().map(TraitPath::parse),
    }
}

pub(super) fn query(funnel: &Funnel) -> Vec<(&'static str, String)> {
    let mut query = Vec::new();
    if let Some(window_ms) = funnel.window {
        query.push(("window", duration::write(window_ms)));
    }
    if let Some(since_ms) = funnel.since {
        query.push(("since", humane::time(since_ms)));
    }
    if let Some(until_ms) = funnel.until {
        query.push(("until", humane::time(until_ms)));
    }
    if let Some(by) = &funnel.by {
        query.push(("by", by.clone()));
    }
    query
}
