//! A URL that a pattern matches.

use super::random::Random;
use domain::UrlPattern;
use sdk_core::Page;

/// A page on the site (`https://app.example.com`) that the pattern matches.
pub(super) fn matching(pattern: &UrlPattern, site: &str, random: &mut Random) -> Page {
    let mut concrete = String::new();
    let mut characters = pattern.as_str().chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '*' => concrete.push_str(if concrete.is_empty() { "/any" } else { "any" }),
            ':' if characters.peek().is_some_and(|it| it.is_ascii_alphabetic() || *it == '_') => {
                while characters.next_if(|it| it.is_ascii_alphanumeric() || *it == '_').is_some() {}
                concrete.push_str(&random.between(1_000, 10_000).to_string());
            }
            other => concrete.push(other),
        }
    }
    let url = if concrete.contains("://") {
        concrete
    } else if concrete.starts_with('#') {
        format!("{site}/app{concrete}")
    } else {
        format!("{site}{concrete}")
    };
    page(&url)
}

/// A page at this URL.
pub(super) fn page(url: &str) -> Page {
    let without_hash = url.split('#').next().unwrap_or_default();
    let (before_query, search) = match without_hash.split_once('?') {
        Some((before, query)) => (before, format!("?{query}")),
        None => (without_hash, String::new()),
    };
    let after_scheme = before_query.split_once("://").map_or(before_query, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|it| after_scheme.get(it..)).unwrap_or("/");
    let name = path.rsplit('/').find(|it| !it.is_empty() && !it.starts_with(|it: char| it.is_ascii_digit()));
    Page {
        url: url.to_owned(),
        path: path.to_owned(),
        search,
        title: name.map_or_else(|| "Home".to_owned(), capitalised),
        referrer: String::new(),
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|it| it.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_a_pattern_matches_it() {
        let mut random = Random::of(1, "urls", 0);
        for text in
            ["/", "/app/invoices/:id", "/docs/*", "*/edit", "#/settings/:tab", "/a?plan=:plan", "https://x.test:8080/*"]
        {
            let pattern = UrlPattern::new(text);
            let page = matching(&pattern, "https://app.example.com", &mut random);
            assert!(pattern.matches(&page.url), "{text} against {}", page.url);
        }
    }

    #[test]
    fn a_page_knows_its_parts() {
        let page = page("https://app.example.com/app/invoices/12?x=1#top");
        assert_eq!(
            (page.path.as_str(), page.search.as_str(), page.title.as_str()),
            ("/app/invoices/12", "?x=1", "Invoices")
        );
    }
}
