//! Which accounts an address asks for: the page, its file and the API mean the same by the same parameters.

use crate::app::accounts::{AccountRequest, AccountSort};
use crate::app::needle::Needle;
use crate::http::surveys::Misunderstood;
use crate::http::users::{A_DAY, pairs, state};
use crate::metric::Calendar;

/// In the order in which addresses have them.
const NAMES: [&str; 9] = ["q", "since", "until", "owner", "state", "segment", "where", "sort", "order"];

/// Parameters as written, without empty ones, and as understood.
#[derive(Clone, Debug, Default)]
pub(crate) struct AccountQuery {
    pub(crate) pairs: Vec<(&'static str, String)>,
    pub(crate) request: AccountRequest,
}

impl AccountQuery {
    pub(crate) fn parse(given: &[(String, String)], calendar: &Calendar) -> Result<Self, Misunderstood> {
        let mut query = Self { pairs: pairs(&NAMES, given)?, ..Self::default() };
        for (name, text) in query.pairs.clone() {
            query.take(name, &text, calendar)?;
        }
        if let Some(is_descending) = query.text("order").map(|it| it == "desc") {
            query.request.is_reversed = is_descending != query.request.sort.is_descending();
        }
        Ok(query)
    }

    fn take(&mut self, name: &'static str, text: &str, calendar: &Calendar) -> Result<(), Misunderstood> {
        let expected = |wanted: &str| Misunderstood { name, message: format!("is {text:?}; expected {wanted}") };
        match name {
            "q" => self.request.filter.search = Needle::parse(text),
            "since" => {
                self.request.filter.began.since_ms = Some(calendar.parse_ms(text).ok_or_else(|| expected(A_DAY))?)
            }
            "until" => {
                self.request.filter.began.until_ms = Some(calendar.parse_ms(text).ok_or_else(|| expected(A_DAY))?)
            }
            "owner" => self.request.filter.care.owner = Some(text.to_owned()),
            "state" => {
                let state = state(text).ok_or_else(|| expected("open, snoozed or resolved"))?;
                self.request.filter.care.state = Some(state);
            }
            "sort" => {
                let sort = AccountSort::parse(text);
                self.request.sort = sort.ok_or_else(|| expected("last-seen, active-users, reached-value or name"))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pairs: &[(&str, &str)]) -> Result<AccountQuery, Misunderstood> {
        AccountQuery::parse(
            &pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect::<Vec<_>>(),
            &Calendar::default(),
        )
    }

    #[test]
    fn a_whole_address_becomes_a_whole_request() {
        let query = parse(&[("order", "asc"), ("sort", "reached-value"), ("q", " Acme"), ("page", "3")]).unwrap();
        assert!(query.request.is_reversed && query.request.sort == AccountSort::ReachedValue);
        assert!(query.request.filter.search.as_ref().is_some_and(|it| it.is_in("ACME Ltd")));
        assert_eq!(query.pairs().map(|it| it.0).collect::<Vec<_>>(), ["q", "sort", "order"]);
        assert_eq!(parse(&[("q", "")]).unwrap().request, AccountRequest::default());
        for (name, text) in [("since", "soon"), ("sort", "size"), ("order", "down"), ("state", "new")] {
            assert_eq!(parse(&[(name, text)]).unwrap_err().name, name);
        }
    }
}
