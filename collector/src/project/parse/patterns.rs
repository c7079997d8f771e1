//! URL patterns as texts of the file.

use super::findings::Findings;
use super::table::{Item, Text, text};

/// How the text stands in the file, so that it can be shown mended.
pub(super) enum Where {
    /// `page = "/a"`
    Key,
    /// `"/a"`, among others.
    List,
}

impl Where {
    pub(super) fn as_written(&self, key: &str, pattern: &str) -> String {
        match self {
            Self::Key => format!("`{key} = \"{pattern}\"`"),
            Self::List => format!("\"{pattern}\""),
        }
    }
}

/// What [`domain::UrlPattern`] can be held against a URL.
pub(super) fn read<'t>(
    item: &'t Item<'t>,
    key: &str,
    place: &Where,
    example: &str,
    findings: &mut Findings<'_>,
) -> Option<Text<'t>> {
    let found = text(item, key, &format!("write a path, such as {}", place.as_written(key, example)), findings)?;
    let has_scheme = found.text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.'))
    });
    if !found.text.starts_with(['/', '#', '*']) && !has_scheme {
        let message = format!("`{}` is not a URL pattern: it starts with `/`, `#`, `*` or a scheme", found.text);
        let looks_like_host = found.text.split('/').next().is_some_and(|it| it.contains('.'));
        let prefix = if looks_like_host { "https://" } else { "/" };
        let help = format!("write {}", place.as_written(key, &format!("{prefix}{}", found.text)));
        findings.error(found.span, message, help);
        return None;
    }
    if found.text.chars().any(|it| it.is_whitespace() || it.is_control()) {
        let mended = found.text.split_whitespace().collect::<Vec<_>>().join("%20");
        findings.error(found.span, "a URL holds no spaces", format!("write {}", place.as_written(key, &mended)));
        return None;
    }
    Some(found)
}
