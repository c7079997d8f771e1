//! The flags as a question: to the application, or in a server's URL.

use super::Funnel;
use crate::app::funnel::FunnelRequest;
use crate::metric::Calendar;
use crate::project::duration;
use crate::storage::TraitPath;

pub(super) fn request(funnel: &Funnel, calendar: &Calendar) -> FunnelRequest {
    let time = |text: &Option<String>| text.as_deref().and_then(|it| calendar.parse_ms(it));
    FunnelRequest {
        window_ms: funnel.window,
        since_ms: time(&funnel.since),
        until_ms: time(&funnel.until),
        by: funnel.by.as_deref().map(TraitPath::parse),
    }
}

pub(super) fn query(funnel: &Funnel) -> Vec<(&'static str, String)> {
    let mut query = Vec::new();
    if let Some(window_ms) = funnel.window {
        query.push(("window", duration::write(window_ms)));
    }
    if let Some(since) = &funnel.since {
        query.push(("since", since.clone()));
    }
    if let Some(until) = &funnel.until {
        query.push(("until", until.clone()));
    }
    if let Some(by) = &funnel.by {
        query.push(("by", by.clone()));
    }
    query
}
