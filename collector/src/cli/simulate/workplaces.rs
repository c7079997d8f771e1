//! On which page of the product something is done, as far as the vendor's own words tell.
//!
//! `Customer Added` belongs to `/app/customers`, and `Colleague Invited` to the page whose help says "Inviting a colleague".

use super::actions::Action;
use super::urls;
use domain::hesitation::Model;
use domain::{Definitions, Rule, UrlPattern};
use sdk_core::Page;

/// Words that begin alike for so many letters are of one family: invite, inviting; but not invoice.
const FAMILY_LETTERS: usize = 5;

#[derive(Debug)]
pub(super) struct Workplaces {
    site: String,
    /// Pages with the words said of them.
    known: Vec<(String, Vec<String>)>,
}

impl Workplaces {
    /// From the pages and the help that `[hesitation]` names; a page that itself reaches a milestone is none to work on.
    pub(super) fn of(model: &Model, definitions: &Definitions, site: &str) -> Self {
        let milestones = definitions.journeys.iter().flat_map(|it| &it.milestones);
        let steps: Vec<&UrlPattern> = milestones.flat_map(|it| pages_of(&it.rule)).collect();
        let links = model.ask.iter().flat_map(|it| &it.links).map(|it| (&it.on, it.label.as_str()));
        let pages = model.pages.iter().map(|it| (it, ""));
        let known = links
            .chain(pages)
            .filter(|(page, _)| !page.as_str().contains(['*', ':']))
            .filter(|(page, _)| !steps.iter().any(|it| it.matches(page.as_str())))
            .map(|(page, label)| {
                let words = words(page.as_str()).chain(words(label)).collect();
                (page.as_str().to_owned(), words)
            })
            .collect();
        Self { site: site.to_owned(), known }
    }

    /// `None` for what needs no page of its own, has one, or could be done anywhere.
    pub(super) fn page_of(&self, action: &Action) -> Option<Page> {
        let text = match action {
            Action::Track { name, .. } => name.as_str(),
            Action::Click { selector } => selector.as_str(),
            _ => return None,
        };
        let said: Vec<String> = words(text).collect();
        let akin = |words: &Vec<String>| words.iter().any(|one| said.iter().any(|other| is_family(one, other)));
        let (path, _) = self.known.iter().find(|(_, words)| akin(words))?;
        Some(urls::page(&format!("{}{path}", self.site)))
    }
}

fn pages_of(rule: &Rule) -> Vec<&UrlPattern> {
    match rule {
        Rule::Page { pattern, .. } => vec![pattern],
        Rule::All(rules) | Rule::Any(rules) => rules.iter().flat_map(pages_of).collect(),
        Rule::Not(rule) | Rule::Count { rule, .. } => pages_of(rule),
        _ => Vec::new(),
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_lowercase)
}

fn is_family(one: &str, other: &str) -> bool {
    let alike = one.chars().zip(other.chars()).take_while(|(left, right)| left == right).count();
    one == other && alike >= FAMILY_LETTERS - 1 || alike >= FAMILY_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hesitation::shipped;
    use domain::hesitation::{Ask, HelpLink};
    use serde_json::Map;

    #[track_caller]
    fn check(event: &str, path: Option<&str>) {
        let link =
            |on: &str, label: &str| HelpLink { on: UrlPattern::new(on), label: label.into(), url: "/help".into() };
        let links = vec![
            link("/app/team", "Inviting a colleague"),
            link("/app/new-invoice", "What an invoice must say"),
            link("/app/*", "Everything else"),
        ];
        let pages = ["/company", "/app/customers", "/app/invoices/:id"].map(UrlPattern::new).to_vec();
        let model = Model { pages, ask: Some(Ask { words: Vec::new(), links, accent: String::new() }), ..shipped() };
        let places = Workplaces::of(&model, &Definitions::default(), "https://x.test");
        let page = places.page_of(&Action::Track { name: event.into(), properties: Map::new() });
        assert_eq!(page.map(|it| it.path).as_deref(), path);
    }

    #[test]
    fn an_event_is_done_where_the_vendors_words_say() {
        check("Customer Added", Some("/app/customers"));
        check("Company Created", Some("/company"));
        check("Colleague Invited", Some("/app/team"));
        check("Invoice Sent", Some("/app/new-invoice"));
        check("Report Exported", None);
    }
}
