//! CSS selectors: only what is certainly wrong is found here; the browser has the last word.

/// Why this cannot be a selector, if so.
pub(super) fn mistake(selector: &str) -> Option<&'static str> {
    let mut open = Vec::new();
    let mut quote: Option<char> = None;
    let mut characters = selector.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (_, '\\') => {
                characters.next();
            }
            (Some(wanted), found) if wanted == found => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, '[') => open.push(']'),
            (None, '(') => open.push(')'),
            (None, ']' | ')') if open.pop() != Some(character) => return Some("a bracket closes that was not opened"),
            (None, '{' | '}' | ';') => return Some("braces and semicolons do not belong in a selector"),
            (None, _) => {}
        }
    }
    if quote.is_some() {
        return Some("a quote is not closed");
    }
    if !open.is_empty() {
        return Some("a bracket is not closed");
    }
    let trimmed = selector.trim();
    if trimmed.starts_with([',', '>', '+', '~']) || trimmed.ends_with([',', '>', '+', '~', '.', '#', ':']) {
        return Some("something is missing at its start or end");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn only_what_is_certainly_wrong_is_refused() {
        for fine in ["[data-milepost='invite']", "#a > .b:not(.c), button", r#"a[title="("]"#, r".a\:b", "*"] {
            assert_eq!(mistake(fine), None, "{fine}");
        }
        for wrong in ["[data-x", "a)", "[x='a]", ".a >", "p { }", ", a", "."] {
            assert!(mistake(wrong).is_some(), "{wrong}");
        }
    }
}
