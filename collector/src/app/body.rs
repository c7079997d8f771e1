//! A request body: cut into messages so that one bad message never fails its neighbours, and read on the way.
//!
//! One pass over the bytes reads every message that has nothing unusual about it (`body/plain.rs`).
//! Where a message is unusual, whether wrong or merely rare, only its borders are found, by brackets and quotes
//! (`body/scanner.rs`); it is then read by itself, by `message.rs`, whose word counts.
//! Only what makes the borders themselves unclear is refused as a whole.

mod plain;
mod scanner;

use super::timestamp::parse_ms;
use crate::storage::{SentSpans, Span};
use domain::Kind;
use scanner::Scanner;
use serde_json::Value;

/// A request body, cut up.
#[derive(Debug, Default)]
pub struct Body {
    pub(super) text: String,
    pub(super) messages: Vec<Piece>,
    pub write_key: Option<String>,
    pub sent_at: Option<String>,
    pub identity_token: Option<String>,
}

/// One message of a body.
#[derive(Debug)]
pub(super) enum Piece {
    Plain(Plain),
    /// To be read by itself.
    Other(Span),
}

/// A message that was read on the way: its fields are as Segment's spec wants them, none has an escape in it, and
/// what its type needs is there. Empty where nothing is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plain {
    pub(super) kind: Kind,
    pub(super) text: Span,
    pub(super) message_id: Span,
    pub(super) user_id: Span,
    pub(super) anonymous_id: Span,
    pub(super) event: Span,
    pub(super) group_id: Span,
    pub(super) previous_id: Span,
    pub(super) timestamp_ms: Option<i64>,
    pub(super) original_ms: Option<i64>,
    pub(super) received_ms: Option<i64>,
    pub(super) sent: SentSpans,
}

/// Why a body could not be cut up. Nothing of it was stored.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {at_byte})")]
pub struct BodyError {
    pub at_byte: usize,
    pub message: &'static str,
}

impl Body {
    /// A body of `/v1/batch`: `{"batch": […], "writeKey": …, "sentAt": …, "identityToken": …}`.
    pub fn of_batch(text: String) -> Result<Self, BodyError> {
        let mut body = Self::default();
        let mut scanner = Scanner::new(&text);
        let mut has_batch = false;
        scanner.object(|scanner, key, start| {
            if key == "batch" {
                has_batch = true;
                body.messages.clear();
                return scanner.array(|scanner| {
                    let message = body.piece(scanner, &text)?;
                    body.messages.push(message);
                    Ok(())
                });
            }
            scanner.skip_value()?;
            let value = text.get(start..scanner.at_byte).unwrap_or("");
            body.take(key, value);
            Ok(())
        })?;
        if !has_batch {
            return Err(scanner.error("expected a key \"batch\" that holds the list of messages"));
        }
        body.text = text;
        Ok(body)
    }

    /// A body of `/v1/track` and its like: one message, which also carries the envelope's fields.
    /// `implied` is the type that the door stands for, used when the message names none.
    pub fn of_message(text: String, implied: Kind) -> Self {
        let mut body = Self::default();
        let mut scanner = Scanner::new(&text);
        let read_all = scanner.object(|scanner, key, start| {
            scanner.skip_value()?;
            body.take(key, text.get(start..scanner.at_byte).unwrap_or(""));
            Ok(())
        });
        // A message that is no object is refused by name, as a message.
        drop(read_all);
        body.messages.push(whole(&text, 0, text.len(), Some(implied)));
        body.text = text;
        body
    }

    /// Messages that came one by one.
    pub(super) fn of_texts(texts: &[&str], implied: Option<Kind>) -> Self {
        let mut body = Self { text: texts.concat(), ..Self::default() };
        let mut start = 0;
        for text in texts {
            let end = start + text.len();
            body.messages.push(whole(&body.text, start, end, implied));
            start = end;
        }
        body
    }

    /// The message where the scanner stands, which then stands behind it.
    fn piece(&self, scanner: &mut Scanner<'_>, text: &str) -> Result<Piece, BodyError> {
        let start = scanner.at_byte;
        scanner.skip_space();
        if let Some((plain, end)) = plain::read(text, scanner.at_byte, text.len(), None) {
            scanner.at_byte = end;
            scanner.skip_space();
            if matches!(scanner.peek(), Some(b',' | b']')) {
                return Ok(Piece::Plain(plain));
            }
        }
        scanner.at_byte = start;
        scanner.skip_until_separator()?;
        Ok(Piece::Other(trimmed(text, start, scanner.at_byte)))
    }

    fn take(&mut self, key: &str, json: &str) {
        let slot = match key {
            "writeKey" => &mut self.write_key,
            "sentAt" => &mut self.sent_at,
            "identityToken" => &mut self.identity_token,
            _ => return,
        };
        if let Ok(Value::String(text)) = serde_json::from_str(json) {
            *slot = Some(text);
        }
    }
}

/// A text that is to be one message and nothing else.
fn whole(text: &str, start: usize, end: usize, implied: Option<Kind>) -> Piece {
    let span = trimmed(text, start, end);
    match plain::read(text, span.start(), span.end(), implied) {
        Some((plain, found_end)) if found_end == span.end() => Piece::Plain(plain),
        _ => Piece::Other(span),
    }
}

/// The borders of a text without the space around it.
fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or("");
    let start = start + (part.len() - part.trim_start().len());
    Span::new(start, start + part.trim().len())
}

#[cfg(test)]
mod tests;
