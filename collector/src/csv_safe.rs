//! Text that a spreadsheet shows rather than runs.
//!
//! <https://owasp.org/www-community/attacks/CSV_Injection>; quoting is the `csv` crate's part.

use std::borrow::Cow;

/// The cell's text, behind an apostrophe where a spreadsheet might take it for a formula.
/// Numbers and times that we wrote ourselves need it not.
pub(crate) fn csv_safe(text: &str) -> Cow<'_, str> {
    let starts_like_formula =
        |text: &str| text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠']);
    // Some programs drop white space and invisible marks before they look.
    let bare = text.trim_start_matches(|it: char| it.is_whitespace() || it.is_control() || is_invisible(it));
    if starts_like_formula(text) || starts_like_formula(bare) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn is_invisible(it: char) -> bool {
    matches!(it, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_shown_and_the_rest_is_left_alone() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", " =1", "\u{feff}=1"] {
            assert_eq!(csv_safe(formula), format!("'{formula}"));
        }
        for plain in ["", "Ada", "ada@example.com", "1-2", "a=b", "'=1", "Ünï", "🙂"] {
            assert_eq!(csv_safe(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn no_cell_ever_starts_like_a_formula(text in "[ \t\r\n\0=+@＝＋－＠a\u{feff}-]{0,6}") {
            let safe = csv_safe(&text);
            let first = safe.trim_start().trim_start_matches('\u{feff}').chars().next();
            prop_assert!(!first.is_some_and(|it| "=+-@＝＋－＠".contains(it)), "{safe:?}");
            prop_assert!(!safe.starts_with(['\t', '\r', '\n', '\0']), "{safe:?}");
            prop_assert!(safe.ends_with(&text));
        }
    }
}
