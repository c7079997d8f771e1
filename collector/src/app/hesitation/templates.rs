//! Pages that differ only in a name: `/customers/acme` and `/customers/zenith` are `/customers/:name`.
//!
//! Ids are replaced in the browser already; what remains are names, told by their number.

use domain::UrlPattern;
use std::collections::BTreeMap;

/// More different siblings than this are names; a menu has fewer.
const SIBLINGS: usize = 30;

/// A sibling with a larger share of the visits than this is a page of its own.
const DOMINANT: f64 = 0.2;

/// Patterns found in one go.
const PATTERNS: usize = 50;

/// Longer paths are cut: nobody structures a site so deep.
const DEPTH: usize = 12;

/// The patterns that turn many of these pages into few. `pages` are paths as the browser sent them, each with
/// its number of visits.
pub(in crate::app) fn infer<'a>(pages: impl IntoIterator<Item = (&'a str, u64)>) -> Vec<UrlPattern> {
    let mut root = Node::default();
    for (page, visits) in pages {
        let mut node = &mut root;
        for segment in page.split('/').filter(|it| !it.is_empty()).take(DEPTH) {
            node.visits += visits;
            node = node.children.entry(segment.to_owned()).or_default();
        }
        node.visits += visits;
        node.is_page = true;
    }
    root.fold();
    let mut found = Vec::new();
    root.write(&mut String::new(), false, &mut found);
    found.truncate(PATTERNS);
    found
}

/// What stands for a folded segment.
const NAME: &str = ":name";

/// One segment, and what follows it.
#[derive(Default)]
struct Node {
    visits: u64,
    is_page: bool,
    children: BTreeMap<String, Node>,
}

impl Node {
    /// Makes one of many siblings, here and below.
    fn fold(&mut self) {
        let named = || self.children.iter().filter(|(segment, _)| !segment.starts_with(':'));
        let visits: u64 = named().map(|(_, it)| it.visits).sum();
        let most = named().map(|(_, it)| it.visits).max().unwrap_or(0);
        if named().count() > SIBLINGS && most as f64 <= DOMINANT * visits as f64 {
            let mut folded = Node::default();
            for (segment, child) in std::mem::take(&mut self.children) {
                if segment.starts_with(':') && segment != NAME {
                    self.children.insert(segment, child);
                } else {
                    folded.merge(child);
                }
            }
            self.children.insert(NAME.to_owned(), folded);
        }
        self.children.values_mut().for_each(Node::fold);
    }

    fn merge(&mut self, other: Node) {
        self.visits += other.visits;
        self.is_page |= other.is_page;
        for (segment, child) in other.children {
            self.children.entry(segment).or_default().merge(child);
        }
    }

    /// Pages with a folded segment, in order.
    fn write(&self, path: &mut String, is_folded: bool, found: &mut Vec<UrlPattern>) {
        if self.is_page && is_folded {
            found.push(UrlPattern::new(path.as_str()));
        }
        for (segment, child) in &self.children {
            let length = path.len();
            path.push('/');
            path.push_str(segment);
            child.write(path, is_folded || segment == NAME, found);
            path.truncate(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pages: &[(String, u64)], wanted: &[&str]) {
        let found = infer(pages.iter().map(|(page, visits)| (page.as_str(), *visits)));
        assert_eq!(found.iter().map(UrlPattern::as_str).collect::<Vec<_>>(), wanted);
    }

    fn customers(count: usize, suffix: &str) -> Vec<(String, u64)> {
        (0..count).map(|it| (format!("/customers/{}{suffix}", name(it)), 1)).collect()
    }

    /// Letters only: a digit might make it an id.
    fn name(number: usize) -> String {
        ["a", "b", "c", "d", "e", "f", "g"][number % 7].repeat(number / 7 + 1)
    }

    #[test]
    fn many_siblings_are_names() {
        check(&customers(31, ""), &["/customers/:name"]);
    }

    #[test]
    fn what_follows_a_name_makes_pages_of_its_own() {
        let pages = [customers(40, ""), customers(40, "/edit"), vec![("/customers".into(), 9)]].concat();
        check(&pages, &["/customers/:name", "/customers/:name/edit"]);
    }

    #[test]
    fn few_siblings_are_a_menu() {
        check(&customers(30, ""), &[]);
    }

    #[test]
    fn siblings_among_which_one_dominates_stay_as_they_are() {
        let pages = [customers(40, ""), vec![("/customers/new".into(), 11)]].concat();
        check(&pages, &[]);
    }

    #[test]
    fn names_below_names_are_folded_too() {
        let pages: Vec<(String, u64)> = (0..40)
            .flat_map(|it| (0..40).map(move |at| (format!("/teams/{}/boards/{}", name(it), name(at)), 1)))
            .collect();
        check(&pages, &["/teams/:name/boards/:name"]);
    }

    #[test]
    fn what_the_browser_replaced_stays_replaced() {
        let pages = [customers(40, "/:id"), vec![("/customers/:id".into(), 1_000)]].concat();
        check(&pages, &["/customers/:name/:id"]);
    }

    #[test]
    fn hostile_pages_stay_bounded() {
        let deep: Vec<(String, u64)> = (0..100).map(|it| (format!("/{}", format!("x{it}/").repeat(500)), 1)).collect();
        let found = infer(deep.iter().map(|(page, visits)| (page.as_str(), *visits)));
        assert!(found.len() <= PATTERNS);
        check(&[(String::new(), 1), ("//".into(), 1)], &[]);
    }
}
