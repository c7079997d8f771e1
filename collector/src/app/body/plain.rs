//! Reads a message in one pass over its bytes, as long as nothing about it is unusual.
//!
//! What it takes is JSON (RFC 8259) that [`super::super::message`] would take and read the same; whatever else comes
//! (an escape in an id, an exponent, deep nesting, a wrong type, a mistake) it leaves to that, by answering `None`.
//! So it decides nothing by itself, and knows no reason for refusing. `tests/it/ingest/reading.rs` holds it against
//! a naive reading.

use super::{Plain, parse_ms};
use crate::storage::{SentSpans, Span};
use domain::{Kind, limits};
use std::num::NonZeroU64;

/// Digits of a number that is certainly within the range of a `f64`, and of a `u64`.
const FLOAT_DIGITS: usize = 300;
const WHOLE_DIGITS: usize = 19;

/// The message that begins at a byte, with the byte behind it.
pub(super) fn read(text: &str, start: usize, end: usize, implied: Option<Kind>) -> Option<(Plain, usize)> {
    let mut reader = Reader { text, bytes: text.as_bytes().get(..end)?, at: start };
    let plain = reader.message(implied)?;
    Some((plain, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
}

/// A value of a field that is to be a text.
enum Text {
    Null,
    /// Where it stands, without its quotes.
    At(Span),
}

impl Text {
    fn span(self) -> Span {
        match self {
            Self::Null => Span::default(),
            Self::At(span) => span,
        }
    }
}

impl Reader<'_> {
    fn message(&mut self, implied: Option<Kind>) -> Option<Plain> {
        let start = self.at;
        let mut kind = None;
        let mut plain = Plain {
            kind: Kind::Track,
            text: Span::default(),
            message_id: Span::default(),
            user_id: Span::default(),
            anonymous_id: Span::default(),
            event: Span::default(),
            group_id: Span::default(),
            previous_id: Span::default(),
            timestamp_ms: None,
            original_ms: None,
            received_ms: None,
            sent: SentSpans::default(),
        };
        self.object(|reader, key| {
            // The last of two equal keys wins, so each sets all that it stands for.
            match key {
                b"type" => {
                    kind = match reader.nullable_text()? {
                        Text::Null => None,
                        Text::At(span) => Some(Kind::parse(span.of(reader.text))?),
                    };
                }
                b"messageId" => plain.message_id = reader.id()?,
                b"userId" => plain.user_id = reader.id()?,
                b"anonymousId" => plain.anonymous_id = reader.id()?,
                b"event" => plain.event = reader.id()?,
                b"groupId" => plain.group_id = reader.id()?,
                b"previousId" => plain.previous_id = reader.id()?,
                b"timestamp" => plain.timestamp_ms = reader.time()?,
                b"originalTimestamp" => plain.original_ms = reader.time()?,
                b"receivedAt" => plain.received_ms = reader.time()?,
                b"properties" | b"traits" => reader.skip_object_or_null()?,
                b"context" => plain.sent = reader.context()?,
                _ => reader.skip(1)?,
            }
            Some(())
        })?;
        plain.text = Span::new(start, self.at);
        plain.kind = kind.or(implied)?;
        let has_its_fields = match plain.kind {
            Kind::Track => !plain.event.is_empty(),
            Kind::Group => !plain.group_id.is_empty(),
            Kind::Alias => !plain.previous_id.is_empty() && !plain.user_id.is_empty(),
            Kind::Identify | Kind::Page | Kind::Screen => true,
        };
        let has_a_sender = !plain.user_id.is_empty() || !plain.anonymous_id.is_empty();
        let fits = plain.text.len() <= limits::MESSAGE_BYTES;
        (has_its_fields && has_a_sender && fits).then_some(plain)
    }

    /// What `context` says of how the message was sent. Other types than expected say nothing.
    fn context(&mut self) -> Option<SentSpans> {
        let mut sent = SentSpans::default();
        if self.peek()? != b'{' {
            self.skip_object_or_null()?;
            return Some(sent);
        }
        self.object(|reader, key| {
            match key {
                b"clientId" => sent.client_id = reader.short_text_or_skip(2)?,
                b"seq" => sent.seq = reader.whole_or_skip(2)?,
                b"end" => {
                    let is_true = reader.rest().starts_with(b"true");
                    reader.skip(2)?;
                    sent.is_end = is_true;
                }
                b"library" => {
                    sent.library = Span::default();
                    if reader.peek()? == b'{' {
                        reader.object(|reader, key| {
                            match key {
                                b"name" => sent.library = reader.short_text_or_skip(3)?,
                                _ => reader.skip(3)?,
                            }
                            Some(())
                        })?;
                    } else {
                        reader.skip(2)?;
                    }
                }
                _ => reader.skip(2)?,
            }
            Some(())
        })?;
        Some(sent)
    }

    /// An object; `entry` is called at each value with its key, and must leave the reader behind the value.
    fn object(&mut self, mut entry: impl FnMut(&mut Self, &[u8]) -> Option<()>) -> Option<()> {
        let bytes = self.bytes;
        self.take(b'{')?;
        self.skip_space();
        if self.peek()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            let key_start = self.at + 1;
            let key_end = self.plain_string()?;
            self.skip_space();
            self.take(b':')?;
            self.skip_space();
            entry(self, bytes.get(key_start..key_end)?)?;
            self.skip_space();
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
            self.skip_space();
        }
    }

    fn nullable_text(&mut self) -> Option<Text> {
        if self.peek()? == b'"' {
            let start = self.at + 1;
            let end = self.plain_string()?;
            return Some(Text::At(Span::new(start, end)));
        }
        self.literal(b"null")?;
        Some(Text::Null)
    }

    fn id(&mut self) -> Option<Span> {
        let span = self.nullable_text()?.span();
        (span.len() <= limits::ID_BYTES).then_some(span)
    }

    fn time(&mut self) -> Option<Option<i64>> {
        match self.nullable_text()? {
            Text::Null => Some(None),
            Text::At(span) => Some(Some(parse_ms(span.of(self.text))?)),
        }
    }

    /// A text short enough to be kept as a name, else nothing.
    fn short_text_or_skip(&mut self, depth: usize) -> Option<Span> {
        if self.peek()? == b'"' {
            let span = self.nullable_text()?.span();
            return Some(if span.len() <= limits::ID_BYTES { span } else { Span::default() });
        }
        self.skip(depth)?;
        Some(Span::default())
    }

    /// A whole number above zero, else nothing.
    fn whole_or_skip(&mut self, depth: usize) -> Option<Option<NonZeroU64>> {
        let start = self.at;
        self.skip(depth)?;
        let digits = self.text.get(start..self.at)?;
        if !digits.bytes().all(|it| it.is_ascii_digit()) {
            return Some(None);
        }
        if digits.len() > WHOLE_DIGITS {
            return None;
        }
        Some(digits.parse().ok())
    }

    fn skip_object_or_null(&mut self) -> Option<()> {
        match self.peek()? {
            b'{' => self.skip(1),
            _ => self.literal(b"null"),
        }
    }

    /// Any value, inside so many brackets.
    fn skip(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            open @ (b'{' | b'[') => {
                if depth >= limits::MESSAGE_DEPTH {
                    return None;
                }
                self.at += 1;
                self.skip_space();
                let close = if open == b'{' { b'}' } else { b']' };
                if self.peek()? == close {
                    self.at += 1;
                    return Some(());
                }
                loop {
                    if open == b'{' {
                        self.string()?;
                        self.skip_space();
                        self.take(b':')?;
                        self.skip_space();
                    }
                    self.skip(depth + 1)?;
                    self.skip_space();
                    let next = self.peek()?;
                    self.at += 1;
                    if next == close {
                        return Some(());
                    }
                    if next != b',' {
                        return None;
                    }
                    self.skip_space();
                }
            }
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.number(),
        }
    }

    /// A number without an exponent, of which it is plain that it is in range.
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        if self.peek()? == b'-' {
            self.at += 1;
        }
        match self.peek()? {
            b'0' => self.at += 1,
            b'1'..=b'9' => self.skip_digits(),
            _ => return None,
        }
        if self.bytes.get(self.at) == Some(&b'.') {
            self.at += 1;
            let first = self.at;
            self.skip_digits();
            if self.at == first {
                return None;
            }
        }
        let ends = !matches!(self.bytes.get(self.at), Some(b'e' | b'E' | b'0'..=b'9'));
        (ends && self.at - start <= FLOAT_DIGITS).then_some(())
    }

    fn skip_digits(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
    }

    /// A string without escapes; where its closing quote is.
    fn plain_string(&mut self) -> Option<usize> {
        self.take(b'"')?;
        self.skip_plain();
        let end = self.at;
        self.take(b'"')?;
        Some(end)
    }

    /// Any string, unless it names half a surrogate pair or may do so.
    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.skip_plain();
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(());
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    fn escape(&mut self) -> Option<()> {
        match self.bytes.get(self.at + 1)? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => self.at += 2,
            b'u' => {
                let digits = self.bytes.get(self.at + 2..self.at + 6)?;
                let is_surrogate = matches!(digits, [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..]);
                if is_surrogate || !digits.iter().all(u8::is_ascii_hexdigit) {
                    return None;
                }
                self.at += 6;
            }
            _ => return None,
        }
        Some(())
    }

    /// Moves to the next byte that ends a string, begins an escape, or may not stand in one.
    fn skip_plain(&mut self) {
        while let Some(chunk) = self.bytes.get(self.at..self.at + 8).and_then(|it| it.first_chunk::<8>()) {
            match first_special(u64::from_le_bytes(*chunk)) {
                Some(offset) => {
                    self.at += offset;
                    return;
                }
                None => self.at += 8,
            }
        }
        while !matches!(self.bytes.get(self.at), None | Some(b'"' | b'\\' | 0..0x20)) {
            self.at += 1;
        }
    }

    fn literal(&mut self, wanted: &[u8]) -> Option<()> {
        if !self.rest().starts_with(wanted) {
            return None;
        }
        self.at += wanted.len();
        Some(())
    }

    fn rest(&self) -> &[u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        if self.peek()? != wanted {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }
}

/// Of eight bytes, the place of the first that is a quote, a backslash or a control character.
/// <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>
fn first_special(word: u64) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let is_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
    let quotes = is_zero(word ^ (ONES * b'"' as u64));
    let backslashes = is_zero(word ^ (ONES * b'\\' as u64));
    let controls = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
    // What is marked above the lowest mark may be wrong; the lowest never is.
    let found = quotes | backslashes | controls;
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_byte_of_eight_is_found() {
        let find = |text: &[u8; 8]| first_special(u64::from_le_bytes(*text));
        assert_eq!(find(b"abcdefgh"), None);
        assert_eq!(find("éüö!~".as_bytes().first_chunk().expect("eight bytes")), None);
        for special in [b'"', b'\\', 0, 1, 0x1f, b'\n'] {
            for place in 0..8 {
                let mut text = [0xff, 0x80, b' ', b'!', b'#', b']', b'[', 0x7f];
                text[place] = special;
                assert_eq!(find(&text), Some(place));
            }
        }
    }
}
