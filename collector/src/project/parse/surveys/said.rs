//! What a step says in one language: in its own table, or in a translation's.

use super::steps::{Draft, Kind};
use super::texts::{self, Known};
use crate::project::parse::findings::Findings;
use crate::project::parse::links;
use crate::project::parse::table::{Item, RawTable, Table, Text as Found, in_file_order, text, wrong_type};
use domain::limits;
use domain::survey::Text;
use toml::de::DeValue;

/// Plain texts have the names under which they stand in the file: `low`, `choices.price`, `link`.
#[derive(Default)]
pub(super) struct Said {
    pub(super) title: Option<Text>,
    pub(super) text: Option<Text>,
    plain: Vec<(String, String)>,
}

impl Said {
    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.plain.iter().find(|it| it.0 == key).map(|it| it.1.as_str())
    }

    /// The names of what this says and another does not.
    pub(super) fn beyond(&self, other: &Said) -> Vec<&str> {
        let mut names = Vec::new();
        if self.title.is_some() && other.title.is_none() {
            names.push("title");
        }
        if self.text.is_some() && other.text.is_none() {
            names.push("text");
        }
        // An address is rarely another in another language.
        let plain = self.plain.iter().map(|it| it.0.as_str()).filter(|it| *it != "url");
        names.extend(plain.filter(|it| other.get(it).is_none()));
        names
    }
}

/// The default language: from the step's own table.
pub(super) fn of_step(draft: &Draft<'_>, known: &dyn Known, findings: &mut Findings<'_>) -> Said {
    if draft.table.get("title").is_none() {
        draft.table.missing("title", "add `title = \"…\"`: what is asked, in one sentence", findings);
    }
    let is_whole = true;
    Reader { draft, table: &draft.table, known, is_whole, said: Said::default() }.read(findings)
}

/// Another language: from `[survey.translations.LANGUAGE.STEP]`.
pub(super) fn of_translation(
    draft: &Draft<'_>,
    table: RawTable<'_>,
    known: &dyn Known,
    findings: &mut Findings<'_>,
) -> Said {
    let translatable = ["title", "text", "low", "high", "choices", "other", "placeholder", "link", "contact"];
    let has: Vec<&str> = translatable.into_iter().filter(|it| draft.table.get(it).is_some()).collect();
    let table = Table::new(table.entries, table.span, "translated step", &has, findings);
    Reader { draft, table: &table, known, is_whole: false, said: Said::default() }.read(findings)
}

struct Reader<'r, 't> {
    draft: &'r Draft<'t>,
    table: &'r Table<'t>,
    known: &'r dyn Known,
    /// Nothing may be left out.
    is_whole: bool,
    said: Said,
}

impl<'t> Reader<'_, 't> {
    fn read(mut self, findings: &mut Findings<'_>) -> Said {
        let known = self.known;
        let mut filled = |key, most| Some(texts::read(self.table.get(key)?, key, most, known, findings));
        self.said.title = filled("title", limits::SURVEY_TEXT);
        self.said.text = filled("text", texts::LONG_TEXT);
        for key in ["low", "high", "other", "placeholder", "contact"] {
            // A step without this key has said so already.
            if let Some(item) = self.table.get(key).filter(|_| self.draft.table.get(key).is_some()) {
                self.plain(key.to_owned(), key, item, findings);
            }
        }
        if let (Kind::Choice { ids, .. }, Some(item)) = (&self.draft.kind, self.table.get("choices")) {
            self.choices(ids, item, findings);
        }
        if let (Kind::Link | Kind::Thanks { has_link: true }, Some(item)) = (&self.draft.kind, self.table.get("link")) {
            self.link(item, findings);
        }
        self.said
    }

    fn plain(&mut self, name: String, key: &str, item: &Item<'_>, findings: &mut Findings<'_>) {
        let Some(text) = texts::plain(item, key, limits::SURVEY_TEXT, findings) else { return };
        if text.contains('{') && text.contains('}') {
            let message = format!("braces in `{key}` are shown as they are");
            findings.warning(item.span(), message, "answers and traits are filled into `title` and `text` only");
        }
        self.said.plain.push((name, text.to_owned()));
    }

    fn choices(&mut self, ids: &[String], item: &Item<'_>, findings: &mut Findings<'_>) {
        let DeValue::Table(entries) = item.get_ref() else {
            let help = "write them by their ids: `choices.price = \"Der Preis\"`";
            wrong_type(item, "choices", "a table", item.get_ref(), help, findings);
            return;
        };
        let known: Vec<&str> = ids.iter().map(String::as_str).collect();
        let table = Table::new(entries, item.span(), "list of choices", &known, findings);
        for (key, item) in in_file_order(table.entries) {
            let id = key.get_ref().as_ref();
            if known.contains(&id) {
                self.plain(format!("choices.{id}"), id, item, findings);
            }
        }
    }

    /// `{ label = "…", url = "…" }`; a translation may be its label alone.
    fn link(&mut self, item: &'t Item<'t>, findings: &mut Findings<'_>) {
        const HELP: &str = "write `link = { label = \"Read more\", url = \"https://…\" }`";
        let entries = match item.get_ref() {
            DeValue::Table(entries) => entries,
            DeValue::String(_) if !self.is_whole => return self.plain("link".to_owned(), "link", item, findings),
            other => return wrong_type(item, "link", "a table", other, HELP, findings),
        };
        let table = Table::new(entries, item.span(), "link", &["label", "url"], findings);
        if self.is_whole && table.get("label").is_none() {
            table.missing("label", HELP, findings);
        }
        if self.is_whole && table.get("url").is_none() {
            table.missing("url", links::HELP, findings);
        }
        if let Some(label) = table.get("label") {
            self.plain("link".to_owned(), "label", label, findings);
        }
        let url = table.get("url").and_then(|it| text(it, "url", links::HELP, findings));
        if let Some(Found { text, .. }) = url.and_then(|it| links::url(it, findings)) {
            self.said.plain.push(("url".to_owned(), text.to_owned()));
        }
    }
}
