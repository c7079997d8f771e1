//! Cutting a request body into messages, so that one bad message never fails its neighbours.
//!
//! A JSON parser gives up on the whole body at the first bad byte. This scanner only finds where
//! each message begins and ends (by brackets and quotes); whether a message is JSON is found out
//! one by one, by `message.rs`. Only what makes the borders themselves unclear is refused as a whole.

use serde_json::Value;

/// A request body, cut up.
#[derive(Debug, Default, PartialEq)]
pub struct Envelope<'a> {
    pub messages: Vec<&'a str>,
    pub write_key: Option<String>,
    pub sent_at: Option<String>,
    pub identity_token: Option<String>,
}

/// Why a body could not be cut up. Nothing of it was stored.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {at_byte})")]
pub struct BodyError {
    pub at_byte: usize,
    pub message: &'static str,
}

impl<'a> Envelope<'a> {
    /// A body of `/v1/batch`: `{"batch": […], "writeKey": …, "sentAt": …, "identityToken": …}`.
    pub fn of_batch(body: &'a str) -> Result<Self, BodyError> {
        let mut scanner = Scanner { bytes: body.as_bytes(), at_byte: 0 };
        let mut envelope = Self::default();
        let mut has_batch = false;
        scanner.object(|scanner, key, start| {
            if key == "batch" {
                has_batch = true;
                envelope.messages.clear();
                return scanner.array(|from, to| envelope.messages.push(body.get(from..to).unwrap_or("").trim()));
            }
            scanner.skip_value()?;
            let value = body.get(start..scanner.at_byte).unwrap_or("");
            envelope.take(key, value);
            Ok(())
        })?;
        if !has_batch {
            return Err(scanner.error("expected a key \"batch\" that holds the list of messages"));
        }
        Ok(envelope)
    }

    /// A body of `/v1/track` and its like: one message, which also carries the envelope's fields.
    pub fn of_message(body: &'a str) -> Self {
        let mut envelope = Self { messages: vec![body.trim()], ..Self::default() };
        let mut scanner = Scanner { bytes: body.as_bytes(), at_byte: 0 };
        let read_all = scanner.object(|scanner, key, start| {
            scanner.skip_value()?;
            envelope.take(key, body.get(start..scanner.at_byte).unwrap_or(""));
            Ok(())
        });
        // A message that is no object is refused by name, as a message.
        drop(read_all);
        envelope
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

struct Scanner<'a> {
    bytes: &'a [u8],
    at_byte: usize,
}

impl Scanner<'_> {
    fn error(&self, message: &'static str) -> BodyError {
        BodyError { at_byte: self.at_byte, message }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at_byte).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at_byte += 1;
        }
    }

    fn expect(&mut self, wanted: u8, message: &'static str) -> Result<(), BodyError> {
        self.skip_space();
        if self.peek() != Some(wanted) {
            return Err(self.error(message));
        }
        self.at_byte += 1;
        Ok(())
    }

    /// The whole body as one object; `entry` is called at each value with its key and start, and
    /// must leave the scanner behind the value.
    fn object(
        &mut self,
        mut entry: impl FnMut(&mut Self, &str, usize) -> Result<(), BodyError>,
    ) -> Result<(), BodyError> {
        self.expect(b'{', "expected a JSON object")?;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at_byte += 1;
        } else {
            loop {
                self.skip_space();
                let key_start = self.at_byte;
                self.skip_string()?;
                let key = self.bytes.get(key_start..self.at_byte).unwrap_or_default();
                let key: String =
                    serde_json::from_slice(key).map_err(|_| self.error("expected a key that is a JSON string"))?;
                self.expect(b':', "expected a colon after the key")?;
                self.skip_space();
                let start = self.at_byte;
                entry(self, &key, start)?;
                self.skip_space();
                match self.peek() {
                    Some(b',') => self.at_byte += 1,
                    Some(b'}') => {
                        self.at_byte += 1;
                        break;
                    }
                    _ => return Err(self.error("expected a comma or the end of the object")),
                }
            }
        }
        self.skip_space();
        if self.at_byte < self.bytes.len() {
            return Err(self.error("expected nothing after the object"));
        }
        Ok(())
    }

    /// One array; `element` gets the borders of each element.
    fn array(&mut self, mut element: impl FnMut(usize, usize)) -> Result<(), BodyError> {
        self.expect(b'[', "expected \"batch\" to hold a list of messages")?;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at_byte += 1;
            return Ok(());
        }
        loop {
            let start = self.at_byte;
            self.skip_until_separator()?;
            element(start, self.at_byte);
            match self.peek() {
                Some(b',') => self.at_byte += 1,
                Some(b']') => {
                    self.at_byte += 1;
                    return Ok(());
                }
                _ => return Err(self.error("expected a comma or the end of the list of messages")),
            }
        }
    }

    fn skip_value(&mut self) -> Result<(), BodyError> {
        let start = self.at_byte;
        self.skip_until_separator()?;
        if start == self.at_byte { Err(self.error("expected a value")) } else { Ok(()) }
    }

    /// Moves to the next comma or closing bracket that does not belong to the value here.
    fn skip_until_separator(&mut self) -> Result<(), BodyError> {
        let mut closers: Vec<u8> = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'"' => {
                    self.skip_string()?;
                    continue;
                }
                b'{' => closers.push(b'}'),
                b'[' => closers.push(b']'),
                b'}' | b']' => match closers.pop() {
                    None => return Ok(()),
                    Some(wanted) if wanted == byte => {}
                    Some(_) => return Err(self.error("expected brackets to close in the order they opened")),
                },
                b',' if closers.is_empty() => return Ok(()),
                _ => {}
            }
            self.at_byte += 1;
        }
        Err(self.error("expected the body to go on: it ends inside a value"))
    }

    fn skip_string(&mut self) -> Result<(), BodyError> {
        if self.peek() != Some(b'"') {
            return Err(self.error("expected a string"));
        }
        self.at_byte += 1;
        while let Some(byte) = self.peek() {
            self.at_byte += match byte {
                b'"' => {
                    self.at_byte += 1;
                    return Ok(());
                }
                b'\\' => 2,
                _ => 1,
            };
        }
        self.at_byte = self.bytes.len();
        Err(self.error("expected the string to end: a closing quote is missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, wanted: Result<&[&str], &str>) {
        let found = Envelope::of_batch(body).map(|it| it.messages).map_err(|it| it.to_string());
        assert_eq!(found, wanted.map(<[&str]>::to_vec).map_err(str::to_owned));
    }

    #[test]
    fn a_bad_message_keeps_its_neighbours() {
        check(r#"{"batch":[{"a":1}, {"b":NaN}, {"c":"]}"} ]}"#, Ok(&[r#"{"a":1}"#, r#"{"b":NaN}"#, r#"{"c":"]}"}"#]));
        check(r#"{"batch":[{"a":1}{"b":2},,{}]}"#, Ok(&[r#"{"a":1}{"b":2}"#, "", "{}"]));
        check(r#"{"batch":[]}"#, Ok(&[]));
        check(r#" {"sentAt":"x","batch":[1],"writeKey":"\u0061"} "#, Ok(&["1"]));
    }

    #[test]
    fn unclear_borders_refuse_the_body_and_say_where() {
        check("", Err("expected a JSON object (at byte 0)"));
        check("[]", Err("expected a JSON object (at byte 0)"));
        check("{}", Err("expected a key \"batch\" that holds the list of messages (at byte 2)"));
        check(r#"{"batch":{}}"#, Err("expected \"batch\" to hold a list of messages (at byte 9)"));
        check(r#"{"batch":[{"a":"x}]}"#, Err("expected the string to end: a closing quote is missing (at byte 20)"));
        check(r#"{"batch":[{]}"#, Err("expected brackets to close in the order they opened (at byte 11)"));
        check(r#"{"batch":[{}]} x"#, Err("expected nothing after the object (at byte 15)"));
        check(r#"{"batch":[{"#, Err("expected the body to go on: it ends inside a value (at byte 11)"));
    }

    #[test]
    fn a_deep_body_does_not_exhaust_the_stack() {
        let deep = format!(r#"{{"batch":[{}{}]}}"#, "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(Envelope::of_batch(&deep).map(|it| it.messages.len()), Ok(1));
    }

    #[test]
    fn a_single_message_carries_the_envelope() {
        let envelope = Envelope::of_message(r#"{"type":"track","writeKey":"wk","sentAt":"now"}"#);
        assert_eq!(envelope.write_key.as_deref(), Some("wk"));
        assert_eq!(envelope.sent_at.as_deref(), Some("now"));
        assert_eq!(envelope.messages.len(), 1);
    }
}
