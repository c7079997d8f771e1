//! A segment's text in pieces, each with its place.

use super::error::NotASegment;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    /// Where it begins, in characters.
    pub(super) at: usize,
    pub(super) piece: Piece,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Piece {
    /// Letters, digits and `_ - . / : @ + %`, as they stand.
    Word(String),
    /// What stood in double quotes.
    Quoted(String),
    /// `( ) , = != > >= < <=`
    Sign(&'static str),
}

const SIGNS: [&str; 9] = ["(", ")", ",", "!=", ">=", "<=", "=", ">", "<"];

impl std::fmt::Display for Piece {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Word(text) => write!(formatter, "`{text}`"),
            Self::Quoted(text) => write!(formatter, "{text:?}"),
            Self::Sign(text) => write!(formatter, "`{text}`"),
        }
    }
}

pub(super) fn is_of_word(it: char) -> bool {
    it.is_alphanumeric() || "_-./:@+%".contains(it)
}

pub(super) fn tokens(text: &str) -> Result<Vec<Token>, NotASegment> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut at = 0;
    loop {
        let trimmed = rest.trim_start();
        at += rest.chars().count() - trimmed.chars().count();
        rest = trimmed;
        let Some(first) = rest.chars().next() else { return Ok(tokens) };
        let (piece, tail) = if first == '"' {
            quoted(rest, at)?
        } else if let Some(sign) = SIGNS.into_iter().find(|it| rest.starts_with(it)) {
            (Piece::Sign(sign), rest.get(sign.len()..).unwrap_or_default())
        } else if is_of_word(first) {
            let (word, tail) = rest.split_at(rest.find(|it| !is_of_word(it)).unwrap_or(rest.len()));
            (Piece::Word(word.to_owned()), tail)
        } else {
            let message = format!("nothing is written with `{first}`: put texts that have it in \"double quotes\"");
            return Err(NotASegment { at, message });
        };
        tokens.push(Token { at, piece });
        at += rest.chars().count() - tail.chars().count();
        rest = tail;
    }
}

/// `\"` and `\\` stand for themselves.
fn quoted(rest: &str, at: usize) -> Result<(Piece, &str), NotASegment> {
    let mut text = String::new();
    let mut is_escaped = false;
    for (place, it) in rest.char_indices().skip(1) {
        match it {
            _ if is_escaped => {
                text.push(it);
                is_escaped = false;
            }
            '\\' => is_escaped = true,
            '"' => return Ok((Piece::Quoted(text), rest.get(place + 1..).unwrap_or_default())),
            _ => text.push(it),
        }
    }
    Err(NotASegment { at, message: "this text in quotes does not end: close it with \"".to_owned() })
}
