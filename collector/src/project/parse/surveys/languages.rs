//! Languages of texts, and the words around them: `language`, `words`, `translations`.

use super::texts;
use crate::project::parse::findings::Findings;
use crate::project::parse::table::{Item, Table, text, wrong_type};
use crate::project::survey::{WORD_KEYS, survey_words};
use domain::limits;
use domain::survey::SurveyWording;
use toml::de::DeValue;

/// A BCP 47 tag in its plain form: a language, and what follows it in hyphens.
pub(super) fn is_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_language =
        parts.next().is_some_and(|it| (2..=3).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphabetic()));
    is_language && parts.all(|it| (2..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric()))
}

/// The language of the texts in the steps; English where the file does not say.
pub(super) fn usual(table: &Table<'_>, findings: &mut Findings<'_>) -> String {
    let Some(item) = table.get("language") else { return "en".to_owned() };
    let help = "write `language = \"en\"`, a tag of BCP 47";
    let Some(found) = text(item, "language", help, findings) else { return "en".to_owned() };
    if !is_tag(found.text) {
        findings.error(found.span, format!("`{}` is no language", found.text), nearest(found.text));
        return "en".to_owned();
    }
    found.text.to_owned()
}

/// What to write instead of this.
pub(super) fn nearest(text: &str) -> String {
    let mended = text.replace('_', "-");
    if is_tag(&mended) {
        format!("write \"{mended}\"")
    } else {
        "write a tag of BCP 47, such as \"de\" or \"pt-BR\"".to_owned()
    }
}

/// Our words in a language, with those of the vendor over them; what we do not have is as in `usual`.
///
/// The names of the words that a language lacks come with them.
pub(super) fn words(
    language: &str,
    usual: Option<&[String]>,
    own: Option<&Item<'_>>,
    findings: &mut Findings<'_>,
) -> (Vec<String>, Vec<&'static str>) {
    let builtin = survey_words(language);
    let mut lacking = if builtin.is_some() { Vec::new() } else { WORD_KEYS.to_vec() };
    let mut words =
        builtin.or_else(|| usual.map(<[String]>::to_vec)).or_else(|| survey_words("en")).unwrap_or_default();
    let Some(item) = own else { return (words, lacking) };
    let DeValue::Table(entries) = item.get_ref() else {
        let help = "write them under a line `[survey.words]`";
        wrong_type(item, "words", "a table", item.get_ref(), help, findings);
        return (words, lacking);
    };
    let table = Table::new(entries, item.span(), "table of words", &WORD_KEYS, findings);
    for (position, (key, word)) in WORD_KEYS.iter().zip(&mut words).enumerate() {
        let Some(item) = table.get(key) else { continue };
        let Some(found) = texts::plain(item, key, limits::PROMPT_TEXT, findings) else { continue };
        let is_progress = position == SurveyWording::Progress as usize;
        if is_progress && !(found.contains("{at}") && found.contains("{of}")) {
            let message = "`progress` lacks a number";
            findings.error(item.span(), message, "write both in braces: `progress = \"{at} of {of}\"`");
            continue;
        }
        found.clone_into(word);
        lacking.retain(|it| it != key);
    }
    (words, lacking)
}
