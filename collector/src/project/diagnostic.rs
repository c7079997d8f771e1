//! What is wrong with a `milepost.toml`, where, and what to write instead.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;
use std::ops::Range;

/// One mistake.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In bytes of the file.
    pub span: Range<usize>,
    pub message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Another place that matters, such as the first of two equal ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also: Option<Also>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file cannot be used.
    Error,
    /// The file can be used, but hardly as meant.
    Warning,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Also {
    pub span: Range<usize>,
    pub message: String,
}

/// Every mistake of one file, in the order of the file.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    file_name: String,
    /// The file's text with every secret masked, byte for byte as long.
    masked: String,
    list: Vec<Diagnostic>,
}

/// How many are shown in full: a person mends the first ones and runs again.
const SHOWN: usize = 50;

impl Diagnostics {
    pub(super) fn new(file_name: &str, masked: String, mut list: Vec<Diagnostic>) -> Self {
        list.sort_by_key(|it| (it.span.start, it.span.end));
        list.dedup();
        Self { file_name: file_name.to_owned(), masked, list }
    }

    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn error_count(&self) -> usize {
        self.list.iter().filter(|it| it.severity == Severity::Error).count()
    }

    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// As `rustc` shows its own: place, underlined source, help.
    pub fn render(&self, colours: bool) -> String {
        let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for diagnostic in self.list.iter().take(SHOWN) {
            text.push_str(&renderer.render(&[self.group(diagnostic)]));
            text.push_str("\n\n");
        }
        if let Some(more) = self.list.len().checked_sub(SHOWN).filter(|it| *it > 0) {
            text.push_str(&format!("… and {more} more\n"));
        }
        text
    }

    fn group<'a>(&'a self, diagnostic: &'a Diagnostic) -> Group<'a> {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut snippet = Snippet::source(self.masked.as_str())
            .path(self.file_name.as_str())
            .annotation(AnnotationKind::Primary.span(diagnostic.span.clone()));
        if let Some(also) = &diagnostic.also {
            let annotation = AnnotationKind::Context.span(also.span.clone()).label(also.message.as_str());
            snippet = snippet.annotation(annotation);
        }
        let group = level.primary_title(diagnostic.message.as_str()).element(snippet);
        match &diagnostic.help {
            Some(help) => group.element(Level::HELP.message(help.as_str())),
            None => group,
        }
    }
}

impl std::fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.render(false))
    }
}

impl std::error::Error for Diagnostics {}
