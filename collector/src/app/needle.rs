//! A part of a name, an id or an address, looked for whatever its case.

/// Text to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Needle {
    lower: String,
}

impl Needle {
    /// `None` where there is nothing to look for.
    pub fn parse(text: &str) -> Option<Self> {
        let lower = text.trim().to_lowercase();
        (!lower.is_empty()).then_some(Self { lower })
    }

    /// Whether it is a part of this text.
    pub fn is_in(&self, text: &str) -> bool {
        let (needle, bytes) = (self.lower.as_bytes(), text.as_bytes());
        if !self.lower.is_ascii() || !text.is_ascii() {
            return text.to_lowercase().contains(&self.lower);
        }
        // Most texts are ASCII: nothing is copied for them.
        let Some(first) = needle.first() else { return true };
        let Some(last) = bytes.len().checked_sub(needle.len()) else { return false };
        let begins = |it: &&[u8]| it.first().is_some_and(|it| it.to_ascii_lowercase() == *first);
        bytes.windows(needle.len()).take(last + 1).filter(begins).any(|it| it.eq_ignore_ascii_case(needle))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn any_part_is_found_in_any_case() {
        let found = |needle: &str, text: &str| Needle::parse(needle).expect("a needle").is_in(text);
        assert!(found("ADA", "ada@example.com") && found("@Example", "ada@EXAMPLE.com") && found("com", "ada@x.com"));
        assert!(found(" müller ", "Jörg MÜLLER") && found("ö", "JÖRG") && found("oe", "Joe Ö"));
        assert!(!found("adb", "ada") && !found("ada lovelace", "ada") && !found("e", ""));
        assert_eq!(Needle::parse(" \n"), None);
    }

    proptest! {
        #[test]
        fn it_is_what_lower_case_contains(needle in "[a-cA-Cäß ]{1,3}", text in "[a-cA-CÄäß ]{0,8}") {
            if let Some(it) = Needle::parse(&needle) {
                prop_assert_eq!(it.is_in(&text), text.to_lowercase().contains(&needle.trim().to_lowercase()));
            }
        }
    }
}
