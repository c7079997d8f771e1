//! Where and whom a survey is for: what does not pass by itself.

use super::Here;
use super::traits::Traits;
use domain::survey::{Answers, Survey, holds};
use domain::{Reason, Reasons, UrlPattern, UserId, is_sampled};

pub(crate) fn gates(survey: &Survey, route: &str, page: &str, here: &Here<'_>, traits: &Traits) -> Reasons {
    let mut reasons = Reasons::NONE;
    reasons.add_if(is_elsewhere(survey, route, page), Reason::OtherPage);
    if let Some(audience) = &survey.audience {
        reasons.add_if(!holds(audience, traits.read(here.read_json).person(), &Answers::default()), Reason::Audience);
    }
    let identity = here.identity;
    let user = identity.user_id.as_ref().map_or(identity.anonymous_id.as_str(), UserId::as_str);
    reasons.add_if(!is_sampled(user, survey.id.as_str(), survey.sample), Reason::Unsampled);
    reasons
}

/// Not on this page: patterns fit the path itself, or its template.
pub(crate) fn is_elsewhere(survey: &Survey, route: &str, page: &str) -> bool {
    let fits = |patterns: &[UrlPattern]| patterns.iter().any(|it| it.matches(route) || it.matches(page));
    !survey.pages.is_empty() && !fits(&survey.pages) || fits(&survey.excluded)
}
