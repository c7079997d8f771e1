//! Stored texts, taken apart: fields that one character ends.

use std::str::Chars;

pub(crate) struct Fields<'a> {
    rest: Chars<'a>,
    end: char,
    /// More was asked for than there is.
    pub(crate) is_short: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(text: &'a str, end: char) -> Self {
        Self { rest: text.chars(), end, is_short: false }
    }

    /// `None` where no end comes any more.
    pub(crate) fn next(&mut self) -> Option<String> {
        let mut field = String::new();
        loop {
            match self.rest.next()? {
                character if character == self.end => return Some(field),
                character => field.push(character),
            }
        }
    }

    /// Empty where there is none.
    #[inline(never)]
    pub(crate) fn text(&mut self) -> String {
        let field = self.next();
        self.is_short |= field.is_none();
        field.unwrap_or_default()
    }

    /// 0 where there is none: long over.
    pub(crate) fn number(&mut self) -> i64 {
        number(&self.text())
    }
}

pub(crate) fn number(digits: &str) -> i64 {
    digits.bytes().fold(0, |number: i64, it| number.wrapping_mul(10).wrapping_add(i64::from(it & 15)))
}
