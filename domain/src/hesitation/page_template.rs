//! Many URLs, one page: `/invoices/4711` is `/invoices/:id`.

use crate::url_pattern::UrlPattern;

/// The page that a path is an instance of: the first of the vendor's patterns that fits, else the
/// path with everything that looks like an id replaced by `:id`.
///
/// A segment looks like an id when it is a number, when it holds a digit and is at least eight characters long
/// (UUIDs, hashes, `inv-2024-0017`), or when it is longer than forty characters.
pub fn page_template(path: &str, patterns: &[UrlPattern]) -> String {
    for pattern in patterns {
        if pattern.matches(path) {
            return pattern.as_str().into();
        }
    }
    let mut template = String::new();
    let mut segment = String::new();
    for character in path.chars().chain(['/']) {
        if character != '/' {
            segment.push(character);
            continue;
        }
        if !segment.is_empty() {
            template.push('/');
            template.push_str(if looks_like_id(&segment) { ":id" } else { &segment });
        }
        segment.clear();
    }
    if template.is_empty() {
        template.push('/');
    }
    template
}

fn looks_like_id(segment: &str) -> bool {
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    digits == segment.len() || digits > 0 && segment.len() >= 8 || segment.len() > 40
}
