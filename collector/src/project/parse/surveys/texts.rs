//! Texts with earlier answers and traits in them: `{score}`, `{user.name|you}`, and ICU's plural.
//!
//! `{{` and `}}` are braces. What is wrong is said of its very place in the text.

use crate::project::parse::findings::Findings;
use crate::project::parse::suggestions;
use crate::project::parse::table::{Item, wrong_type};
use domain::Scope;
use domain::limits;
use domain::survey::{Part, Source, Text};
use std::ops::Range;
use toml::de::DeValue;

/// CLDR's: <https://cldr.unicode.org/index/cldr-spec/plural-rules>
const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// Characters of a text below a title: three sentences, on a phone.
pub(super) const LONG_TEXT: usize = 1_500;

/// What can be filled in at one step.
pub(super) trait Known {
    /// The position of a step that may be asked before this one, or why there is none.
    fn answer(&self, step: &str) -> Result<Answered, Unknown>;
}

pub(super) struct Answered {
    pub(super) step: usize,
    /// Whoever comes here has answered it.
    pub(super) is_certain: bool,
}

/// Why a name stands for no answer.
pub(super) struct Unknown {
    pub(super) message: String,
    pub(super) help: String,
}

/// A text of one language, cut up.
pub(super) fn read(item: &Item<'_>, key: &str, most: usize, known: &dyn Known, findings: &mut Findings<'_>) -> Text {
    let Some(text) = plain(item, key, most, findings) else { return Text::default() };
    let mut reader = Reader { text, at: 0, span: item.span(), known, parts: Vec::new(), findings };
    reader.read();
    let parts = reader.parts;
    if parts.len() > limits::TEXT_PARTS {
        let message = format!("`{key}` has {} parts", parts.len());
        findings.error(item.span(), message, format!("fill in less: at most {} parts fit", limits::TEXT_PARTS));
    }
    Text { parts }
}

/// A text that is shown: not empty, not too long, nothing invisible in it.
pub(super) fn plain<'t>(item: &'t Item<'t>, key: &str, most: usize, findings: &mut Findings<'_>) -> Option<&'t str> {
    let DeValue::String(text) = item.get_ref() else {
        let help = format!("write `{key} = \"…\"`");
        wrong_type(item, key, "text in quotes", item.get_ref(), &help, findings);
        return None;
    };
    let (message, help) = if text.trim().is_empty() {
        (format!("`{key}` is empty"), "write a text, or leave it out".to_owned())
    } else if text.chars().count() > most {
        let message = format!("`{key}` is {} characters long", text.chars().count());
        (message, format!("write at most {most}: it is read at a glance"))
    } else if text.chars().any(|it| it.is_control() && it != '\n') {
        (format!("`{key}` holds a control character"), "write plain text".to_owned())
    } else {
        return Some(text);
    };
    findings.error(item.span(), message, help);
    None
}

struct Reader<'r, 's> {
    text: &'r str,
    at: usize,
    span: Range<usize>,
    known: &'r dyn Known,
    parts: Vec<Part>,
    findings: &'r mut Findings<'s>,
}

impl<'r> Reader<'r, '_> {
    fn read(&mut self) {
        let mut plain = String::new();
        while let Some(character) = self.rest().chars().next() {
            let start = self.at;
            self.at += character.len_utf8();
            match character {
                '{' | '}' if self.rest().starts_with(character) => {
                    plain.push(character);
                    self.at += 1;
                }
                '{' => {
                    if !plain.is_empty() {
                        self.parts.push(Part::Plain(std::mem::take(&mut plain)));
                    }
                    match self.placeholder(start) {
                        Some(part) => self.parts.push(part),
                        // What was meant is lost; what stands behind it is still looked at.
                        None if !self.rest().is_empty() => {}
                        None => return,
                    }
                }
                '}' => {
                    self.error(
                        start..self.at,
                        "a brace closes that was not opened",
                        "write `}}` for a brace that is shown",
                    );
                }
                other => plain.push(other),
            }
        }
        if !plain.is_empty() {
            self.parts.push(Part::Plain(plain));
        }
    }

    fn rest(&self) -> &'r str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Up to one of these, or the end.
    fn up_to(&mut self, stops: &[char]) -> Range<usize> {
        let start = self.at;
        self.at += self.rest().find(stops).unwrap_or(self.rest().len());
        start..self.at
    }

    fn slice(&self, part: &Range<usize>) -> &'r str {
        self.text.get(part.clone()).unwrap_or_default()
    }

    /// After `{`, up to and with its `}`.
    fn placeholder(&mut self, start: usize) -> Option<Part> {
        let name = self.up_to(&['|', ',', '{', '}']);
        let stop = self.rest().chars().next();
        let source = self.source(&name);
        match stop {
            Some('}') => {
                self.at += 1;
                let (source, is_certain) = source?;
                if !is_certain {
                    let name = self.slice(&name).trim();
                    let message = format!("where `{name}` is not known, nothing stands here");
                    self.warning(start..self.at, &message, &format!("write `{{{name}|…}}` with what to say instead"));
                }
                Some(Part::Filled { source, fallback: String::new() })
            }
            Some('|') => {
                self.at += 1;
                let fallback = self.up_to(&['{', '}']);
                self.close(start)?;
                let fallback = self.slice(&fallback).to_owned();
                Some(Part::Filled { source: source?.0, fallback })
            }
            Some(',') => {
                self.at += 1;
                let forms = self.plural(start)?;
                Some(Part::Plural { source: source?.0, forms })
            }
            _ => {
                self.close(start);
                None
            }
        }
    }

    fn close(&mut self, start: usize) -> Option<()> {
        if self.rest().starts_with('}') {
            self.at += 1;
            return Some(());
        }
        let help = "close it with `}`; a brace that is shown is written `{{`";
        self.error(start..start + 1, "a brace opens and does not close", help);
        None
    }

    /// What is filled in, and whether it is always known.
    fn source(&mut self, part: &Range<usize>) -> Option<(Source, bool)> {
        let written = self.slice(part);
        let name = written.trim();
        let from = part.start + (written.len() - written.trim_start().len());
        let place = from..from + name.len();
        let of = match name.split_once('.') {
            Some(("user", path)) => Some((Scope::User, path)),
            Some(("account", path)) => Some((Scope::Account, path)),
            _ => None,
        };
        if let Some((of, path)) = of {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            if path.iter().any(|it| it.is_empty() || it.contains(char::is_whitespace)) {
                let help = "write the names from the outside in, with one dot between: `{user.address.city|your city}`";
                self.error(place, &format!("`{name}` is not the path of a trait"), help);
                return None;
            }
            return Some((Source::Trait { of, path }, false));
        }
        if name.is_empty() {
            let help =
                "write the id of an earlier step, `{user.…}` or `{account.…}`; a brace that is shown is written `{{`";
            self.error(part.start.saturating_sub(1)..part.end, "nothing is named in these braces", help);
            return None;
        }
        if name == "user" || name == "account" {
            let help = format!("write `{{{name}.name|…}}`");
            self.error(place, &format!("`{name}` has many traits: which one?"), &help);
            return None;
        }
        match self.known.answer(name) {
            Ok(found) => Some((Source::Answer(found.step), found.is_certain)),
            Err(unknown) => {
                self.error(place, &unknown.message, &unknown.help);
                None
            }
        }
    }

    /// ` plural, one {# seat} other {# seats}}`
    fn plural(&mut self, start: usize) -> Option<Vec<(String, String)>> {
        let word = self.up_to(&[',', '{', '}']);
        let is_plural = self.slice(&word).trim() == "plural" && self.rest().starts_with(',');
        if !is_plural {
            let help =
                "write `{account.seats, plural, one {# seat} other {# seats}}`; for a fallback, `{user.name|you}`";
            self.error(word, "after a comma comes `plural`", help);
            self.skip();
            return None;
        }
        self.at += 1;
        let mut forms: Vec<(String, String)> = Vec::new();
        let mut is_sound = true;
        loop {
            let written = self.up_to(&['{', '}']);
            let category = self.slice(&written).trim();
            let from = written.start + self.slice(&written).find(category).unwrap_or(0);
            let place = from..from + category.len();
            match self.rest().chars().next() {
                Some('}') if category.is_empty() => {
                    self.at += 1;
                    break;
                }
                Some('{') => self.at += 1,
                _ => {
                    let help = "write each form in braces: `one {# seat} other {# seats}`";
                    self.error(place, "a form without braces", help);
                    self.skip();
                    return None;
                }
            }
            let form = self.up_to(&['{', '}']);
            if !self.rest().starts_with('}') {
                self.error(
                    start..start + 1,
                    "a brace opens and does not close",
                    "a form holds text and `#` for the number, no braces",
                );
                self.skip();
                return None;
            }
            self.at += 1;
            if !CATEGORIES.contains(&category) {
                let help = match category.strip_prefix('=') {
                    Some(_) => "write a category of CLDR: `zero`, `one`, `two`, `few`, `many` or `other`".to_owned(),
                    None => suggestions::help(category, &CATEGORIES),
                };
                self.error(place, &format!("`{category}` is not a category of numbers"), &help);
                is_sound = false;
            } else if forms.iter().any(|it| it.0 == category) {
                self.error(place, &format!("two forms for `{category}`"), "remove one of the two");
                is_sound = false;
            } else {
                forms.push((category.to_owned(), self.slice(&form).to_owned()));
            }
        }
        if is_sound && !forms.iter().any(|it| it.0 == "other") {
            let end = self.at;
            self.error(
                start..end,
                "a plural without `other`",
                "add `other {…}`: every language has it, and numbers that are not known get it",
            );
            return None;
        }
        is_sound.then_some(forms)
    }

    /// To the end of the braces that are open, as far as that can be told.
    fn skip(&mut self) {
        let mut depth = 1;
        for (at, character) in self.rest().char_indices() {
            depth += match character {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            if depth == 0 {
                self.at += at + 1;
                return;
            }
        }
        self.at = self.text.len();
    }

    fn error(&mut self, part: Range<usize>, message: &str, help: &str) {
        let place = self.findings.inside(&self.span, part);
        self.findings.error(place, message, help);
    }

    fn warning(&mut self, part: Range<usize>, message: &str, help: &str) {
        let place = self.findings.inside(&self.span, part);
        self.findings.warning(place, message, help);
    }
}
