//! URL patterns: `/invoices/:id`, `/docs/*`, `https://app.example.com/*`, `#/settings`.

/// A pattern over a page's URL.
///
/// `:name` stands for one path segment, `*` for anything.
/// A pattern that starts with `/` is held against the path; the query counts only if the pattern
/// holds a `?`, the hash only if it holds a `#`. A pattern with `://` also names the origin.
/// One trailing slash is ignored on either side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UrlPattern(String);

impl UrlPattern {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn matches(&self, url: &str) -> bool {
        let pattern = self.0.as_bytes();
        let mut subject = url.as_bytes();
        if !holds_scheme(pattern) {
            subject = after_origin(subject);
        }
        // From the back: a hash may hold a `?`, so it goes first.
        let wants_hash = pattern.contains(&b'#');
        let wants_query = pattern.contains(&b'?');
        if pattern.first() == Some(&b'#') {
            return glob(pattern, from_byte(subject, b'#'));
        }
        if !wants_hash {
            subject = before_byte(subject, b'#');
        }
        if !wants_query && !wants_hash {
            subject = before_byte(subject, b'?');
        }
        glob(without_trailing_slash(pattern), without_trailing_slash(subject))
    }
}

// Byte iterators and `split_first` only: slicing a `str` costs the SDK 3 KB.

fn glob(mut pattern: &[u8], mut subject: &[u8]) -> bool {
    // Where to go back to when a later part fails: the last `*` and what it has not yet swallowed.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        let advanced = match pattern.split_first() {
            Some((b'*', rest)) => {
                retry = Some((rest, subject));
                pattern = rest;
                true
            }
            Some((b':', rest)) if starts_name(rest) => {
                let after = skip_segment(subject);
                let moved = after.len() < subject.len();
                if moved {
                    pattern = skip_name(rest);
                    subject = after;
                }
                moved
            }
            Some((wanted, rest)) => match subject.split_first() {
                Some((found, after)) if found == wanted => {
                    pattern = rest;
                    subject = after;
                    true
                }
                _ => false,
            },
            None if subject.is_empty() => return true,
            None => false,
        };
        if advanced {
            continue;
        }
        match retry {
            Some((after_star, unswallowed)) => match unswallowed.split_first() {
                Some((_, rest)) => {
                    retry = Some((after_star, rest));
                    pattern = after_star;
                    subject = rest;
                }
                None => return false,
            },
            None => return false,
        }
    }
}

/// `:` followed by a letter or underscore is a placeholder; `:8080` is a port.
fn starts_name(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|it| it.is_ascii_alphabetic() || *it == b'_')
}

fn skip_name(bytes: &[u8]) -> &[u8] {
    skip_while(bytes, |it| it.is_ascii_alphanumeric() || it == b'_')
}

fn skip_segment(bytes: &[u8]) -> &[u8] {
    skip_while(bytes, |it| !matches!(it, b'/' | b'?' | b'#'))
}

fn skip_while(mut bytes: &[u8], skip: impl Fn(u8) -> bool) -> &[u8] {
    while let Some((first, rest)) = bytes.split_first() {
        if !skip(*first) {
            break;
        }
        bytes = rest;
    }
    bytes
}

fn holds_scheme(bytes: &[u8]) -> bool {
    bytes.windows(3).any(|it| it == b"://")
}

/// The path and what follows; a URL without an origin is taken as it is.
fn after_origin(url: &[u8]) -> &[u8] {
    let mut rest = url;
    while let Some((_, tail)) = rest.split_first() {
        if let Some(host) = rest.strip_prefix(b"://") {
            return skip_segment(host);
        }
        if matches!(rest.first(), Some(b'/' | b'?' | b'#')) {
            return url;
        }
        rest = tail;
    }
    url
}

fn from_byte(bytes: &[u8], wanted: u8) -> &[u8] {
    skip_while(bytes, |it| it != wanted)
}

fn before_byte(bytes: &[u8], wanted: u8) -> &[u8] {
    bytes.split(|it| *it == wanted).next().unwrap_or(bytes)
}

fn without_trailing_slash(bytes: &[u8]) -> &[u8] {
    match bytes.split_last() {
        Some((b'/', rest)) => rest,
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, url: &str, wanted: bool) {
        assert_eq!(UrlPattern::new(pattern).matches(url), wanted, "{pattern} against {url}");
    }

    #[test]
    fn a_placeholder_stands_for_one_segment() {
        check("/invoices/:id", "https://app.example.com/invoices/42", true);
        check("/invoices/:id", "https://app.example.com/invoices/42/", true);
        check("/invoices/:id", "/invoices/42?tab=lines#top", true);
        check("/invoices/:id", "/invoices/", false);
        check("/invoices/:id", "/invoices/42/edit", false);
        check("/invoices/:id/edit", "/invoices/42/edit", true);
    }

    #[test]
    fn a_star_stands_for_anything() {
        check("/docs/*", "/docs/a/b/c", true);
        check("/docs/*", "/doc", false);
        check("*/edit", "/a/b/edit", true);
        check("/*/x/*/y", "/1/x/2/x/3/y", true);
        check("*", "", true);
    }

    #[test]
    fn the_root_is_the_root() {
        check("/", "https://example.com/", true);
        check("/", "https://example.com", true);
        check("/", "https://example.com/a", false);
    }

    #[test]
    fn query_and_hash_count_only_when_named() {
        check("/pricing?plan=pro", "/pricing?plan=pro", true);
        check("/pricing?plan=pro", "/pricing", false);
        check("#/settings", "https://example.com/app#/settings", true);
        check("#/settings/:tab", "https://example.com/app?x=1#/settings/team", true);
        check("/app#/settings", "https://example.com/app#/settings", true);
        check("#/settings", "https://example.com/app", false);
    }

    #[test]
    fn an_origin_counts_only_when_named() {
        check("https://app.example.com:8080/*", "https://app.example.com:8080/x", true);
        check("https://app.example.com/*", "https://www.example.com/x", false);
        check("/a", "https://x.test/a", true);
        check("/login", "/login?next=https://x.test/home", true);
    }

    #[test]
    fn hostile_patterns_stay_linear_enough() {
        let url = "a".repeat(2_000);
        check(&"*a".repeat(200), &url, true);
        check(&format!("{}b", "*a".repeat(200)), &url, false);
    }
}
