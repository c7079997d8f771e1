//! Messages on their way to storage, together as they came: one text, and for each message where things stand in it.
//!
//! A batch is made, stored and answered without a text of its own for any field: at hundreds of thousands of messages
//! a second the copies would cost more than reading them.

use super::{Road, Row, Trust};
use domain::Kind;
use std::num::NonZeroU64;

/// Rows over one text.
#[derive(Debug, Default)]
pub struct Batch {
    text: String,
    entries: Vec<Entry>,
    pub road: Road,
}

/// Where something stands in a text, in bytes; empty where there is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    end: u32,
}

/// One row of a batch, borrowed; the fields are those of [`Row`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RowRef<'a> {
    pub message_id: &'a str,
    pub kind: Kind,
    /// The event name of a `track`, else empty.
    pub name: &'a str,
    pub at_ms: i64,
    pub received_ms: i64,
    pub user_id: Option<&'a str>,
    pub anonymous_id: Option<&'a str>,
    pub account_id: Option<&'a str>,
    pub previous_id: Option<&'a str>,
    pub trust: Trust,
    pub body: &'a str,
    pub sent: Sent<'a>,
}

/// What a sender says of its own sending (`context.clientId`, `context.seq`, `context.end`, `context.library.name`);
/// from it follows what is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent<'a> {
    /// One per page load.
    pub client_id: Option<&'a str>,
    /// 1, 2, 3… per client.
    pub seq: Option<NonZeroU64>,
    /// The client went away, or was hidden, after this message.
    pub is_end: bool,
    /// The library that made the message.
    pub library: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: Kind,
    pub(crate) trust: Trust,
    pub(crate) at_ms: i64,
    pub(crate) received_ms: i64,
    pub(crate) message_id: Span,
    pub(crate) name: Span,
    pub(crate) user_id: Span,
    pub(crate) anonymous_id: Span,
    pub(crate) account_id: Span,
    pub(crate) previous_id: Span,
    pub(crate) body: Span,
    pub(crate) sent: SentSpans,
}

/// [`Sent`], by place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SentSpans {
    pub(crate) client_id: Span,
    pub(crate) seq: Option<NonZeroU64>,
    pub(crate) is_end: bool,
    pub(crate) library: Span,
}

impl Span {
    /// Texts are far shorter than four gigabytes; beyond them a span is empty.
    pub(crate) fn new(start: usize, end: usize) -> Self {
        match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Self { start, end },
            _ => Self::default(),
        }
    }

    pub(crate) fn start(self) -> usize {
        self.start as usize
    }

    pub(crate) fn end(self) -> usize {
        self.end as usize
    }

    pub(crate) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub(crate) fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or("")
    }

    fn of_some(self, text: &str) -> Option<&str> {
        if self.is_empty() { None } else { Some(self.of(text)) }
    }
}

impl Batch {
    /// A batch whose rows stand in this text.
    pub(crate) fn over(text: String, rows: usize) -> Self {
        Self { text, entries: Vec::with_capacity(rows), road: Road::Sent }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    /// Puts something behind the text that does not stand in it.
    pub(crate) fn add(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        Span::new(start, self.text.len())
    }

    /// Adds a row whose texts are its own.
    pub(crate) fn push_row(&mut self, row: &Row, sent: Sent<'_>) {
        let mut add = |text: Option<&str>| text.map_or_else(Span::default, |it| self.add(it));
        let entry = Entry {
            kind: row.kind,
            trust: row.trust,
            at_ms: row.at_ms,
            received_ms: row.received_ms,
            message_id: add(Some(row.message_id.as_str())),
            name: add(Some(&row.name)),
            user_id: add(row.user_id.as_ref().map(|it| it.as_str())),
            anonymous_id: add(row.anonymous_id.as_ref().map(|it| it.as_str())),
            account_id: add(row.account_id.as_ref().map(|it| it.as_str())),
            previous_id: add(row.previous_id.as_deref()),
            body: add(Some(&row.body)),
            sent: SentSpans {
                client_id: add(sent.client_id),
                seq: sent.seq,
                is_end: sent.is_end,
                library: add(sent.library),
            },
        };
        self.entries.push(entry);
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What the batch takes up while it waits.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.entries.len() * size_of::<Entry>()
    }

    pub fn get(&self, index: usize) -> Option<RowRef<'_>> {
        self.entries.get(index).map(|it| self.row(it))
    }

    pub(crate) fn message_id(&self, index: usize) -> Option<&str> {
        self.entries.get(index).map(|it| it.message_id.of(&self.text))
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        self.entries.iter().map(|it| self.row(it))
    }

    fn row(&self, entry: &Entry) -> RowRef<'_> {
        let text = self.text.as_str();
        RowRef {
            message_id: entry.message_id.of(text),
            kind: entry.kind,
            name: entry.name.of(text),
            at_ms: entry.at_ms,
            received_ms: entry.received_ms,
            user_id: entry.user_id.of_some(text),
            anonymous_id: entry.anonymous_id.of_some(text),
            account_id: entry.account_id.of_some(text),
            previous_id: entry.previous_id.of_some(text),
            trust: entry.trust,
            body: entry.body.of(text),
            sent: Sent {
                client_id: entry.sent.client_id.of_some(text),
                seq: entry.sent.seq,
                is_end: entry.sent.is_end,
                library: entry.sent.library.of_some(text),
            },
        }
    }
}

impl From<Vec<Row>> for Batch {
    fn from(rows: Vec<Row>) -> Self {
        let mut batch = Self::over(String::new(), rows.len());
        for row in &rows {
            batch.push_row(row, Sent::default());
        }
        batch
    }
}
