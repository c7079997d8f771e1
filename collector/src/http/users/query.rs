//! Which users an address asks for: the page, its file and the API mean the same by the same parameters.

use crate::app::care::CareState;
use crate::app::happening::milestone_names;
use crate::app::needle::Needle;
use crate::app::users::{MilestoneFilter, MilestoneStanding, SeenFilter, UserRequest, UserSort};
use crate::http::error::ApiError;
use crate::http::surveys::{Misunderstood, check_length};
use crate::project::Project;
use domain::Definitions;

/// In the order in which addresses have them.
const NAMES: [&str; 15] = [
    "q",
    "account",
    "reached",
    "not_reached",
    "stuck",
    "seen",
    "since",
    "until",
    "who",
    "owner",
    "state",
    "segment",
    "where",
    "sort",
    "order",
];

/// Parameters as written, without empty ones, and as understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserQuery {
    pub(crate) pairs: Vec<(&'static str, String)>,
    pub(crate) request: UserRequest,
}

/// Why an address asks for no list.
#[derive(Debug)]
pub(crate) enum NotUnderstood {
    Parameter(Misunderstood),
    /// It says which there are.
    NoSuchMilestone(String),
}

impl From<Misunderstood> for NotUnderstood {
    fn from(it: Misunderstood) -> Self {
        Self::Parameter(it)
    }
}

impl From<NotUnderstood> for ApiError {
    fn from(it: NotUnderstood) -> Self {
        match it {
            NotUnderstood::Parameter(it) => it.into(),
            NotUnderstood::NoSuchMilestone(message) => Self::NotFound { message },
        }
    }
}

impl NotUnderstood {
    /// As a page says it.
    pub(crate) fn in_words(self) -> String {
        match self {
            Self::Parameter(Misunderstood { name, message }) => format!("`{name}` {message}"),
            Self::NoSuchMilestone(message) => message,
        }
    }
}

impl UserQuery {
    pub(crate) fn parse(given: &[(String, String)], project: &Project) -> Result<Self, NotUnderstood> {
        let mut query = Self { pairs: pairs(&NAMES, given)?, ..Self::default() };
        for (name, text) in query.pairs.clone() {
            query.take(name, &text, project)?;
        }
        if let Some(is_descending) = query.text("order").map(|it| it == "desc") {
            query.request.is_reversed = is_descending != query.request.sort.is_descending();
        }
        Ok(query)
    }

    fn take(&mut self, name: &'static str, text: &str, project: &Project) -> Result<(), NotUnderstood> {
        let expected = |wanted: &str| {
            NotUnderstood::Parameter(Misunderstood { name, message: format!("is {text:?}; expected {wanted}") })
        };
        let filter = &mut self.request.filter;
        match name {
            "q" => filter.search = Needle::parse(text),
            "account" => filter.account = Some(text.to_owned()),
            "reached" | "not_reached" | "stuck" => {
                let standing = match name {
                    "reached" => MilestoneStanding::Reached,
                    "stuck" => MilestoneStanding::Stuck,
                    _ => MilestoneStanding::NotReached,
                };
                filter.milestones.push(milestone(text, standing, &project.definitions)?);
            }
            "seen" => {
                let seen = SeenFilter::parse(text);
                filter.seen = Some(seen.ok_or_else(|| expected("days such as within-30 or not-within-30"))?);
            }
            "since" => filter.began.since_ms = Some(project.calendar.parse_ms(text).ok_or_else(|| expected(A_DAY))?),
            "until" => filter.began.until_ms = Some(project.calendar.parse_ms(text).ok_or_else(|| expected(A_DAY))?),
            "who" => {
                filter.anonymous = Some(match text {
                    "identified" => false,
                    "anonymous" => true,
                    _ => return Err(expected("identified or anonymous")),
                });
            }
            "owner" => filter.care.owner = Some(text.to_owned()),
            "state" => filter.care.state = Some(state(text).ok_or_else(|| expected("open, snoozed or resolved"))?),
            "sort" => {
                self.request.sort = UserSort::parse(text).ok_or_else(|| expected("last-seen, first-seen or name"))?;
            }
            "order" if !matches!(text, "asc" | "desc") => return Err(expected("asc or desc")),
            _ => {}
        }
        Ok(())
    }

    /// As it stands in the address.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(it, _)| *it == name).map(|it| it.1.as_str())
    }

    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pairs.iter().map(|(name, text)| (*name, text.as_str()))
    }
}

/// Parameters of these names, in their order, without empty ones.
pub(crate) fn pairs(
    names: &[&'static str],
    given: &[(String, String)],
) -> Result<Vec<(&'static str, String)>, Misunderstood> {
    let mut pairs = Vec::new();
    for name in names {
        let text = given.iter().find(|(it, _)| it == name).map_or("", |(_, text)| text.trim());
        check_length(name, text)?;
        if !text.is_empty() {
            pairs.push((*name, text.to_owned()));
        }
    }
    Ok(pairs)
}

/// What a day is written like.
pub(crate) const A_DAY: &str = "a day such as 2026-01-31";

/// `open`
pub(crate) fn state(text: &str) -> Option<&'static str> {
    CareState::NAMES.into_iter().find(|it| *it == text)
}

/// `onboarding/signed-up`
fn milestone(
    text: &str,
    standing: MilestoneStanding,
    definitions: &Definitions,
) -> Result<MilestoneFilter, NotUnderstood> {
    for journey in &definitions.journeys {
        for milestone in &journey.milestones {
            if text.split_once('/') == Some((journey.id.as_str(), milestone.id.as_str())) {
                let (journey, milestone) = (journey.id.clone(), milestone.id.clone());
                return Ok(MilestoneFilter { journey, milestone, standing });
            }
        }
    }
    let known: Vec<String> = milestone_names(definitions).map(|(id, _)| id).collect();
    let message = format!(
        "there is no milestone {text:?} in milepost.toml; a journey and its milestone are {}",
        known.join(", ")
    );
    Err(NotUnderstood::NoSuchMilestone(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<UserQuery, NotUnderstood> {
        let pairs: Vec<_> = pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        UserQuery::parse(&pairs, &crate::testing::project())
    }

    #[test]
    fn a_whole_address_becomes_a_whole_request() {
        let query = parse(&[
            ("order", "asc"),
            ("sort", "last-seen"),
            ("stuck", "onboarding/customer"),
            ("reached", "onboarding/signed-up"),
            ("seen", "not-within-30"),
            ("since", "2026-01-01"),
            ("until", "2026-02-01"),
            ("who", "identified"),
            ("account", " acme "),
            ("state", "open"),
            ("owner", "ada@example.com"),
            ("q", "Ada"),
            ("page", "2"),
        ])
        .unwrap();
        let request = &query.request;
        assert!(request.is_reversed && request.sort == UserSort::LastSeen);
        let filter = &request.filter;
        assert_eq!(filter.account.as_deref(), Some("acme"));
        assert_eq!(filter.seen, Some(SeenFilter::NotWithinDays(30)));
        assert_eq!(filter.began.since_ms, Some(1_767_225_600_000));
        assert_eq!(filter.began.until_ms, Some(1_769_904_000_000));
        assert_eq!(filter.anonymous, Some(false));
        let milestones: Vec<_> = filter.milestones.iter().map(|it| (it.milestone.as_str(), it.standing)).collect();
        assert_eq!(milestones, [("signed-up", MilestoneStanding::Reached), ("customer", MilestoneStanding::Stuck)]);
        assert!(filter.search.as_ref().is_some_and(|it| it.is_in("ADA")));
        let names: Vec<&str> = query.pairs().map(|it| it.0).collect();
        assert_eq!(names.join(" "), "q account reached stuck seen since until who owner state sort order");
        for (sort, order, is_reversed) in
            [("name", "asc", false), ("name", "desc", true), ("first-seen", "desc", false)]
        {
            assert_eq!(parse(&[("sort", sort), ("order", order)]).unwrap().request.is_reversed, is_reversed);
        }
        assert_eq!(parse(&[("q", " "), ("sort", "")]).unwrap().request, UserRequest::default());
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (name, text) in [
            ("seen", "yesterday"),
            ("since", "soon"),
            ("until", "2026-02-30"),
            ("who", "everybody"),
            ("sort", "age"),
            ("order", "up"),
            ("state", "new"),
            ("account", &"x".repeat(600)),
        ] {
            let said = parse(&[(name, text)]).unwrap_err().in_words();
            assert!(said.starts_with(&format!("`{name}` is ")), "{said}");
        }
        for text in ["signed-up", "onboarding/nothing", "nothing/signed-up", "/"] {
            let said = parse(&[("not_reached", text)]).unwrap_err().in_words();
            assert!(said.contains(text) && said.contains("onboarding/signed-up, onboarding/customer"), "{said}");
        }
    }
}
