//! The pages of a list: which rows one of them shows, and where the others and the files are.

use super::href::Href;
use super::written;

/// Rows of one page: readable, and quick on a slow line.
pub(super) const PAGE_ROWS: usize = 50;

/// The page that is asked for, counted from 1.
#[derive(Clone, Copy)]
pub(super) struct PageNumber {
    /// The parameter that says it: `page`, or `number` where a page is one of the customer's.
    name: &'static str,
    number: usize,
}

/// What stands above and below the rows.
pub(super) struct Pages {
    pub(super) total: String,
    /// `51–100 of 214`; absent where one page shows all.
    pub(super) shown: Option<String>,
    pub(super) previous: Option<Href>,
    pub(super) next: Option<Href>,
    pub(super) csv: Href,
    pub(super) csv_for_excel: Href,
    pub(super) json: Option<Href>,
}

impl PageNumber {
    /// The first where nothing is given; the error is a sentence.
    pub(super) fn parse(name: &'static str, given: Option<&str>) -> Result<Self, String> {
        let what = if name == "number" { "number of the page" } else { name };
        match given.unwrap_or("1").parse() {
            Ok(number) if number > 0 => Ok(Self { name, number }),
            _ => Err(format!("The {what} is not a number from 1 on.")),
        }
    }

    pub(super) fn is_first(self) -> bool {
        self.number == 1
    }

    /// Rows before it.
    pub(super) fn offset(self) -> usize {
        (self.number - 1).saturating_mul(PAGE_ROWS)
    }

    /// Its rows of a list that is in memory.
    pub(super) fn of<T>(self, all: &[T]) -> &[T] {
        let rest = all.get(self.offset()..).unwrap_or_default();
        rest.get(..PAGE_ROWS).unwrap_or(rest)
    }

    /// `rows` are those of this page; `first` is the address of the first.
    pub(super) fn pages(self, rows: usize, total: u64, first: &Href, csv: Href) -> Pages {
        let last = self.offset().saturating_add(rows) as u64;
        let href = |number: usize| {
            if number == 1 { first.clone() } else { first.clone().with(self.name, &number.to_string()) }
        };
        Pages {
            total: written::count(total),
            shown: self.shown(rows, total),
            previous: (self.number > 1).then(|| href(self.number - 1)),
            next: (last < total && rows > 0).then(|| href(self.number + 1)),
            csv_for_excel: csv.clone().with("bom", "1"),
            csv,
            json: None,
        }
    }

    fn shown(self, rows: usize, total: u64) -> Option<String> {
        let offset = self.offset();
        (total > PAGE_ROWS as u64 || self.number > 1).then(|| match rows {
            0 => format!("Nothing on this page: there are {} in all", written::count(total)),
            _ => format!(
                "{}–{} of {}",
                written::count(offset as u64 + 1),
                written::count((offset + rows) as u64),
                written::count(total)
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is shown, and where one can go from there.
    fn about(given: Option<&str>, total: usize) -> (Option<String>, Option<String>, Option<String>) {
        let page = PageNumber::parse("page", given).unwrap();
        let rows = page.of(&vec![(); total]).len();
        let it = page.pages(rows, total as u64, &Href::to(&["users"]), Href::to(&["users.csv"]));
        (it.shown, it.previous.map(Href::into_string), it.next.map(Href::into_string))
    }

    #[test]
    fn each_page_leads_to_those_beside_it() {
        let page = |number: usize| Some(if number == 1 { "/users".into() } else { format!("/users?page={number}") });
        assert_eq!(about(None, 50), (None, None, None));
        assert_eq!(about(None, 51), (Some("1–50 of 51".into()), None, page(2)));
        assert_eq!(about(Some("2"), 120), (Some("51–100 of 120".into()), page(1), page(3)));
        assert_eq!(about(Some("3"), 120), (Some("101–120 of 120".into()), page(2), None));
        assert_eq!(about(Some("9"), 120), (Some("Nothing on this page: there are 120 in all".into()), page(8), None));
    }

    #[test]
    fn pages_are_counted_from_one() {
        for given in ["", "0", "-1", "two", "99999999999999999999"] {
            assert!(PageNumber::parse("page", Some(given)).is_err(), "{given:?}");
        }
        let last = PageNumber::parse("number", Some("18446744073709551615")).unwrap();
        assert_eq!(last.of(&[1, 2, 3]), [0_i32; 0]);
    }
}
