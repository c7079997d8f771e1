//! A column's head that sorts a list.

use super::href::Href;

pub(super) struct Column {
    /// The list sorted by this column; where it is already, the other way round.
    pub(super) href: Href,
    /// As `aria-sort` has it; `None` where the list is sorted by another.
    pub(super) sorted: Option<&'static str>,
}

impl Column {
    /// `list` is the address without sorting; `is_descending` is how the column is sorted unless it is reversed.
    pub(super) fn of(list: &Href, name: &str, is_descending: bool, is_chosen: bool, is_reversed: bool) -> Self {
        let href = list.clone().with("sort", name);
        let order = |is_descending: bool| if is_descending { "desc" } else { "asc" };
        if !is_chosen {
            return Self { href, sorted: None };
        }
        let is_descending_now = is_descending != is_reversed;
        let href = if is_reversed { href } else { href.with("order", order(!is_descending)) };
        Self { href, sorted: Some(if is_descending_now { "descending" } else { "ascending" }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_chosen_turns_round_and_back() {
        let list = Href::to(&["users"]).with("q", "ada");
        let column = |is_chosen, is_reversed| {
            let it = Column::of(&list, "last-seen", true, is_chosen, is_reversed);
            (it.href.into_string(), it.sorted)
        };
        assert_eq!(column(false, false), ("/users?q=ada&sort=last-seen".to_owned(), None));
        assert_eq!(column(true, false), ("/users?q=ada&sort=last-seen&order=asc".to_owned(), Some("descending")));
        assert_eq!(column(true, true), ("/users?q=ada&sort=last-seen".to_owned(), Some("ascending")));
    }
}
