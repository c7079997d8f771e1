//! Links within the dashboard, escaped piece by piece.

use std::fmt::Write as _;

/// A path with its query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Href(String);

impl Href {
    /// The path of these segments, whatever they contain.
    pub(crate) fn to(segments: &[&str]) -> Self {
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            push_escaped(&mut path, segment);
        }
        Self(if path.is_empty() { "/".to_owned() } else { path })
    }

    /// A path of this site, escaped already.
    pub(crate) fn at(path: &str) -> Self {
        Self(path.to_owned())
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push(if self.0.contains('?') { '&' } else { '?' });
        push_escaped(&mut self.0, name);
        self.0.push('=');
        push_escaped(&mut self.0, value);
        self
    }

    pub(crate) fn with_all<'a>(self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        pairs.into_iter().fold(self, |href, (name, value)| href.with(name, value))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

impl std::fmt::Display for Href {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Everything but RFC 3986's unreserved characters becomes `%XX`.
fn push_escaped(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_segment_or_value_can_leave_its_place() {
        let href = Href::to(&["journeys", "a/../b?c#d"]).with("group", "x&y=\"z\" é").with("by", "plan");
        assert_eq!(href.to_string(), "/journeys/a%2F..%2Fb%3Fc%23d?group=x%26y%3D%22z%22%20%C3%A9&by=plan");
        assert_eq!(Href::to(&[]).to_string(), "/");
    }
}
