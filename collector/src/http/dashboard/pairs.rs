//! What an address asks for, parameter by parameter: of those with one name the first counts.

/// A parameter as it is given, which may be empty.
pub(super) fn given<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    pairs.iter().find(|(it, _)| it == name).map(|(_, text)| text.as_str())
}

/// A parameter, where it is given and not empty.
pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    given(pairs, name).filter(|it| !it.is_empty())
}
