//! Finds where the messages of a body begin and end, by brackets and quotes alone.
//!
//! A JSON parser gives up on the whole body at the first bad byte; this does not parse. It does not recurse either.

use super::BodyError;

pub(super) struct Scanner<'a> {
    bytes: &'a [u8],
    pub(super) at_byte: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { bytes: text.as_bytes(), at_byte: 0 }
    }

    pub(super) fn error(&self, message: &'static str) -> BodyError {
        BodyError { at_byte: self.at_byte, message }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at_byte).copied()
    }

    pub(super) fn skip_space(&mut self) {
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
    pub(super) fn object(
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

    /// One array; `element` is called where an element begins, and must leave the scanner behind it.
    pub(super) fn array(
        &mut self,
        mut element: impl FnMut(&mut Self) -> Result<(), BodyError>,
    ) -> Result<(), BodyError> {
        self.expect(b'[', "expected \"batch\" to hold a list of messages")?;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at_byte += 1;
            return Ok(());
        }
        loop {
            element(self)?;
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

    pub(super) fn skip_value(&mut self) -> Result<(), BodyError> {
        let start = self.at_byte;
        self.skip_until_separator()?;
        if start == self.at_byte { Err(self.error("expected a value")) } else { Ok(()) }
    }

    /// Moves to the next comma or closing bracket that does not belong to the value here.
    pub(super) fn skip_until_separator(&mut self) -> Result<(), BodyError> {
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
