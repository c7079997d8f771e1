//! Which responses an address asks for: the page, its files and the API mean the same by the same parameters.

use crate::app::inbox::State;
use crate::app::surveys::{FILTER_CHARS_MAX, Pick, ResponseFilter, Search, Who};
use crate::metric::Calendar;
use crate::storage::TraitPath;

/// In the order in which addresses have them.
const NAMES: [&str; 17] = [
    "survey", "who", "step", "answer", "state", "assignee", "tag", "language", "user", "account", "q", "by", "group",
    "since", "until", "segment", "where",
];

/// Parameters as written, without empty ones, and as understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResponseQuery {
    pub(crate) pairs: Vec<(&'static str, String)>,
    pub(crate) filter: ResponseFilter,
}

/// A parameter that is not understood.
#[derive(Debug)]
pub(crate) struct Misunderstood {
    pub(crate) name: &'static str,
    pub(crate) message: String,
}

/// Longer values stand in no honest address; how long a condition may be is a matter of its language.
pub(crate) fn check_length(name: &'static str, text: &str) -> Result<(), Misunderstood> {
    if name == "where" || text.chars().count() <= FILTER_CHARS_MAX {
        return Ok(());
    }
    Err(Misunderstood { name, message: format!("is longer than {FILTER_CHARS_MAX} characters") })
}

impl ResponseQuery {
    pub(crate) fn parse(given: &[(String, String)], calendar: &Calendar) -> Result<Self, Misunderstood> {
        let mut query = Self::default();
        for name in NAMES {
            let Some((_, text)) = given.iter().find(|(it, _)| it == name) else { continue };
            let text = text.trim();
            if text.is_empty() {
                continue;
            }
            check_length(name, text)?;
            query.take(name, text, calendar)?;
            query.pairs.push((name, text.to_owned()));
        }
        let filter = &query.filter;
        if let (Some(since_ms), Some(until_ms)) = (filter.since_ms, filter.until_ms)
            && since_ms >= until_ms
        {
            return Err(Misunderstood { name: "until", message: "is not after `since`".to_owned() });
        }
        if filter.step.is_some() && filter.pick.is_none() {
            query.filter.pick = Some(Pick::Seen);
        }
        query.filter.segment = match (query.text("by"), query.text("group")) {
            (Some(by), Some(group)) => Some((TraitPath::parse(by), group.to_owned())),
            (None, None) => None,
            _ => return Err(Misunderstood { name: "group", message: "needs `by` and `group` together".to_owned() }),
        };
        Ok(query)
    }

    fn take(&mut self, name: &'static str, text: &str, calendar: &Calendar) -> Result<(), Misunderstood> {
        let filter = &mut self.filter;
        let expected = |wanted: &str| Misunderstood { name, message: format!("is {text:?}; expected {wanted}") };
        let time = || calendar.parse_ms(text).ok_or_else(|| expected("a date such as 2026-01-31"));
        match name {
            "survey" => filter.survey = Some(text.to_owned()),
            "who" => {
                filter.who = Some(Who::parse(text).ok_or_else(|| {
                    expected("shown, answered, wrote, completed, dismissed, abandoned, ignored or open")
                })?);
            }
            "step" => filter.step = Some(text.to_owned()),
            "answer" => {
                filter.pick =
                    Some(Pick::parse(text).ok_or_else(|| expected("an answer such as promoters or score-9"))?);
            }
            "state" => {
                filter.state = Some(State::parse(text).ok_or_else(|| expected("unread, open or resolved"))?);
            }
            "assignee" => filter.assignee = Some(text.to_owned()),
            "tag" => filter.tag = Some(text.to_owned()),
            "language" => filter.language = Some(text.to_owned()),
            "account" => filter.account = Some(text.to_owned()),
            "user" => filter.user = Some(text.to_owned()),
            "q" => filter.search = Some(Search::parse(text).ok_or_else(|| expected("a word to look for"))?),
            "since" => filter.since_ms = Some(time()?),
            "until" => filter.until_ms = Some(time()?),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<ResponseQuery, Misunderstood> {
        ResponseQuery::parse(
            &pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>(),
            &Calendar::default(),
        )
    }

    #[test]
    fn a_whole_address_becomes_a_whole_filter() {
        let query = parse(&[
            ("until", "2026-02-01"),
            ("since", "2026-01-01"),
            ("survey", "nps"),
            ("step", "score"),
            ("answer", "detractors"),
            ("state", "unread"),
            ("by", "account.plan"),
            ("group", "pro"),
            ("q", " "),
            ("number", "2"),
        ])
        .unwrap();
        let filter = &query.filter;
        assert_eq!(filter.pick, Some(Pick::Detractors));
        assert_eq!(filter.state, Some(State::Unread));
        assert_eq!(filter.segment.as_ref().unwrap().0.to_string(), "account.plan");
        assert_eq!(filter.search, None);
        let names: Vec<&str> = query.pairs().map(|it| it.0).collect();
        assert_eq!(names, ["survey", "step", "answer", "state", "by", "group", "since", "until"]);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (pairs, name) in [
            (&[("who", "everybody")][..], "who"),
            (&[("answer", "often")], "answer"),
            (&[("state", "new")], "state"),
            (&[("since", "soon")], "since"),
            (&[("since", "2026-02-01"), ("until", "2026-02-01")], "until"),
            (&[("by", "plan")], "group"),
            (&[("q", "...")], "q"),
        ] {
            assert_eq!(parse(pairs).unwrap_err().name, name);
        }
        assert_eq!(parse(&[("tag", &"x".repeat(600))]).unwrap_err().name, "tag");
    }
}
