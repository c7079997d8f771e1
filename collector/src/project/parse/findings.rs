//! What has been found so far: mistakes, and where secrets stand.

use super::{FetchSecret, escapes};
use crate::project::diagnostic::{Also, Severity};
use crate::project::{Diagnostic, Diagnostics, SecretSource};
use std::ops::Range;

pub(super) struct Findings<'a> {
    source: &'a str,
    fetch_secret: FetchSecret<'a>,
    list: Vec<Diagnostic>,
    secrets: Vec<Range<usize>>,
    is_whole: bool,
}

impl<'a> Findings<'a> {
    pub(super) fn new(source: &'a str, fetch_secret: FetchSecret<'a>) -> Self {
        Self { source, fetch_secret, list: Vec::new(), secrets: Vec::new(), is_whole: true }
    }

    pub(super) fn expect_whole(&mut self, is_whole: bool) {
        self.is_whole = is_whole;
    }

    pub(super) fn error(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Error, span, message.into(), help.into(), None);
    }

    pub(super) fn warning(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.push(Severity::Warning, span, message.into(), help.into(), None);
    }

    /// Something that should be there is not; silent where a syntax error may have hidden it.
    pub(super) fn missing(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        if self.is_whole {
            self.error(span, message, help);
        }
    }

    /// The same as a warning about the whole file.
    pub(super) fn warn_missing(&mut self, message: &str, help: &str) {
        if self.is_whole {
            self.warning(0..0, message, help);
        }
    }

    /// Whether the tree holds the whole file: no syntax error hid a part of it.
    pub(super) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Two things clash; `first` is the earlier one.
    pub(super) fn clash(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        first: Range<usize>,
        first_message: &str,
    ) {
        let also = Also { span: first, message: first_message.to_owned() };
        self.push(Severity::Error, span, message.into(), help.into(), Some(also));
    }

    /// Two things are in each other's way.
    pub(super) fn clash_warning(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
        first: Range<usize>,
        first_message: &str,
    ) {
        let also = Also { span: first, message: first_message.to_owned() };
        self.push(Severity::Warning, span, message.into(), help.into(), Some(also));
    }

    /// An error of the TOML reader.
    pub(super) fn syntax(&mut self, span: Range<usize>, message: &str) {
        let at_end = span.start >= self.source.len();
        let help = syntax_help(message, self.source.get(span.start..).unwrap_or_default());
        let place = if at_end { " at the end of the file" } else { "" };
        self.error(span, format!("this is not TOML{place}: {message}"), help);
    }

    pub(super) fn fetch_secret(&self, source: &SecretSource) -> Result<String, String> {
        (self.fetch_secret)(source)
    }

    /// Remembers where a secret stands, so that no message shows it.
    pub(super) fn hide(&mut self, span: Range<usize>) {
        self.secrets.push(span);
    }

    /// Whether the value at this place was written in braces.
    pub(super) fn is_in_braces(&self, span: &Range<usize>) -> bool {
        self.source.as_bytes().get(span.start) == Some(&b'{')
    }

    /// Where a part of a text stands; `span` is the text's own, quotes included, and `part` counts in bytes of what was read.
    pub(super) fn inside(&self, span: &Range<usize>, part: Range<usize>) -> Range<usize> {
        let written = self.source.get(span.clone()).unwrap_or_default();
        let place = |at: usize| span.start + escapes::place(written, at);
        place(part.start)..place(part.end)
    }

    pub(super) fn are_warnings_only(&self) -> bool {
        self.list.iter().all(|it| it.severity == Severity::Warning)
    }

    pub(super) fn into_diagnostics(self, file_name: &str) -> Diagnostics {
        Diagnostics::new(file_name, self.masked(), self.list)
    }

    fn push(&mut self, severity: Severity, span: Range<usize>, message: String, help: String, also: Option<Also>) {
        let start = self.floor(span.start);
        let span = start..self.ceil(span.end.max(start));
        let before = self.source.get(..start).unwrap_or_default();
        let line_start = before.rfind('\n').map_or(0, |it| it + 1);
        self.list.push(Diagnostic {
            severity,
            line: before.bytes().filter(|it| *it == b'\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
            span,
            message,
            help: (!help.is_empty()).then_some(help),
            also,
        });
    }

    fn floor(&self, index: usize) -> usize {
        self.source.floor_char_boundary(index)
    }

    fn ceil(&self, index: usize) -> usize {
        self.source.ceil_char_boundary(index)
    }

    /// The file with secrets blotted out, byte for byte, so that spans stay true.
    fn masked(&self) -> String {
        let mut bytes = self.source.as_bytes().to_vec();
        for span in self.secrets.iter().cloned().chain(self.unread_secrets()) {
            for byte in bytes.get_mut(span).into_iter().flatten() {
                if !matches!(byte, b'\n' | b'\r' | b'"' | b'\'') {
                    *byte = b'*';
                }
            }
        }
        String::from_utf8(bytes).unwrap_or_default()
    }

    /// After a syntax error the tree may have lost a secret: its line is blotted out as a whole.
    fn unread_secrets(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        if self.is_whole {
            return found;
        }
        let mut start = 0;
        for line in self.source.split_inclusive('\n') {
            if is_secret(line)
                && let Some(equals) = line.find('=')
            {
                found.push(start + equals + 1..start + line.len());
            }
            start += line.len();
        }
        found
    }
}

/// Whether what is written before the `=` is called a secret.
fn is_secret(line: &str) -> bool {
    line.split('=').next().is_some_and(|it| it.contains("secret"))
}

/// What to write instead, for the mistakes people make most.
fn syntax_help(message: &str, rest: &str) -> &'static str {
    if message.contains("duplicate key") {
        "keep one of the two; several journeys, milestones or keys are written `[[journey]]`, in double brackets"
    } else if message.contains("key") {
        "a key is made of letters, digits, `-` and `_`; anything else stands in quotes: `\"größe\" = 1`"
    } else if rest.starts_with(['{', '}', '[', ']', ','])
        || message.contains("array")
        || message.contains("inline table")
    {
        "check that brackets, braces and commas come in pairs: `rule = { any = [{ event = \"A\" }, { event = \"B\" }] }`"
    } else if message.contains("string") || message.contains("quote") {
        "texts stand in quotes: `name = \"Onboarding\"`"
    } else {
        "write `key = value`, with texts in quotes: `name = \"Onboarding\"`"
    }
}
