//! Finding words in what people wrote: all of them, in any order, whatever their case and accents.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Words of one search: more are a sentence, which nobody else wrote.
const WORDS: usize = 16;

/// What is looked for: whole words, of which the last may still be being typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    whole: Vec<String>,
    last: String,
}

impl Search {
    /// `None` where the text has no word.
    pub fn parse(text: &str) -> Option<Self> {
        let mut whole: Vec<String> = words(text).into_iter().take(WORDS).collect();
        let last = whole.pop()?;
        Some(Self { whole, last })
    }

    /// Whether these texts, taken together, have all the words.
    pub fn finds<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        let found: Vec<String> = texts.flat_map(words).collect();
        self.whole.iter().all(|word| found.contains(word)) && found.iter().any(|it| it.starts_with(&self.last))
    }
}

/// The words of a text, without case and accents.
fn words(text: &str) -> Vec<String> {
    plain(text).split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty()).map(str::to_owned).collect()
}

/// `Über-Straße` as `uber-strasse`: decomposed for compatibility, without marks, in lower case.
fn plain(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(&text.to_lowercase()).into_owned();
    let mut out = String::with_capacity(decomposed.len());
    for character in decomposed.chars() {
        match character {
            // Combining marks: https://www.unicode.org/charts/PDF/U0300.pdf and its supplements.
            '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' => {}
            '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}' => {}
            // Letters of their own that people without such a keyboard write otherwise.
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(search: &str, text: &str, found: bool) {
        let search = Search::parse(search).unwrap();
        assert_eq!(search.finds(std::iter::once(text)), found, "{search:?} in {text:?}");
    }

    #[test]
    fn all_words_are_found_in_any_order_and_the_last_may_be_half_typed() {
        check("export slow", "The export is too slow.", true);
        check("slow exp", "The export is too slow.", true);
        check("exp slow", "The export is too slow.", false);
        check("export fast", "The export is too slow.", false);
        check("port", "The export is too slow.", false);
    }

    #[test]
    fn case_accents_and_keyboards_do_not_matter() {
        check("uber strasse", "Die ÜBER-Straße", true);
        check("ÜBER STRASSE", "die uber-strasse", true);
        check("facture cafe", "La FACTURE du café", true);
        check("istanbul", "İstanbul", true);
        check("ﬁne", "fine", true);
        check("請求", "請求書が見つからない", true);
        check("فاتورة", "أين فاتورة", true);
    }

    #[test]
    fn without_a_word_nothing_is_looked_for() {
        assert_eq!(Search::parse(" .,-! "), None);
        assert_eq!(Search::parse(""), None);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_its_own_words(text in "[a-zA-ZäöüÄÉñß .,!]{1,40}") {
            if let Some(search) = Search::parse(&text) {
                prop_assert!(search.finds(std::iter::once(text.as_str())));
                prop_assert!(search.finds(std::iter::once(text.to_uppercase().as_str())));
            }
        }
    }
}
