//! A segment's text, read. `or` joins what `and` has joined, as everywhere; brackets join otherwise.

use super::comparison::{Comparison, Constant};
use super::error::NotASegment;
use super::expression::{Condition, Expression, NpsBand, Touch};
use super::token::{Piece, Token, tokens};
use super::{CONDITIONS_MAX, DEPTH_MAX, TEXT_BYTES_MAX};
use crate::project::duration;
use crate::storage::TraitPath;
use domain::{JourneyId, MilestoneId};

/// Words that begin something other than a trait; a trait of that name is written `user.seen`.
const KEYWORDS: [&str; 14] = [
    "and",
    "or",
    "not",
    "everybody",
    "did",
    "reached",
    "stuck",
    "seen",
    "joined",
    "nps",
    "touch",
    "account",
    "identified",
    "anonymous",
];

const A_CONDITION: &str = "a condition, such as `plan = pro`, `did \"Invoice Sent\"`, `reached onboarding/first` or \
                           `seen within 30d`";

pub(super) fn is_keyword(text: &str) -> bool {
    KEYWORDS.iter().any(|it| it.eq_ignore_ascii_case(text))
}

/// Reads a segment; an empty text is everybody.
pub fn parse(text: &str) -> Result<Expression, NotASegment> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(NotASegment { at: 0, message: format!("it is longer than {TEXT_BYTES_MAX} bytes") });
    }
    let tokens = tokens(text)?;
    if tokens.is_empty() {
        return Ok(Expression::All(Vec::new()));
    }
    let mut reader = Reader { tokens, next: 0, end: text.chars().count(), conditions: 0 };
    let expression = reader.any(0)?;
    match reader.peek() {
        None => Ok(expression),
        Some(_) => Err(reader.expected("`and`, `or` or the end")),
    }
}

type OfConstant = fn(Constant) -> Comparison;

struct Reader {
    tokens: Vec<Token>,
    next: usize,
    /// Where the text ends.
    end: usize,
    conditions: usize,
}

impl Reader {
    fn any(&mut self, depth: usize) -> Result<Expression, NotASegment> {
        let mut parts = vec![self.all(depth)?];
        while self.takes_word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(one_or(parts, Expression::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Expression, NotASegment> {
        let mut parts = vec![self.one(depth)?];
        while self.takes_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(one_or(parts, Expression::All))
    }

    fn one(&mut self, depth: usize) -> Result<Expression, NotASegment> {
        if depth > DEPTH_MAX {
            return Err(self.here(format!("there are more than {DEPTH_MAX} brackets within each other")));
        }
        if self.takes_word("not") {
            return Ok(Expression::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.takes_sign("(") {
            let inner = self.any(depth + 1)?;
            return if self.takes_sign(")") { Ok(inner) } else { Err(self.expected("`)`")) };
        }
        if self.takes_word("everybody") {
            return Ok(Expression::All(Vec::new()));
        }
        self.conditions += 1;
        if self.conditions > CONDITIONS_MAX {
            return Err(self.here(format!("there are more than {CONDITIONS_MAX} conditions")));
        }
        if self.takes_word("anonymous") {
            return Ok(Expression::Not(Box::new(Expression::Is(Condition::Identified))));
        }
        self.condition()
    }

    /// One condition; `account != acme` is one that is turned round.
    fn condition(&mut self) -> Result<Expression, NotASegment> {
        let Some(first) = self.peek() else { return Err(self.expected(A_CONDITION)) };
        let (word, is_quoted) = match &first.piece {
            Piece::Word(word) => (word.clone(), false),
            Piece::Quoted(text) => (text.clone(), true),
            Piece::Sign(_) => return Err(self.expected(A_CONDITION)),
        };
        let keyword = if is_quoted { String::new() } else { word.to_ascii_lowercase() };
        let condition = match keyword.as_str() {
            "and" | "or" => return Err(self.expected(A_CONDITION)),
            "did" => self.did()?,
            "reached" => {
                self.next += 1;
                let (journey, milestone) = self.milestone()?;
                Condition::Reached { journey, milestone, within_ms: self.span("within")? }
            }
            "stuck" => {
                self.next += 1;
                let (journey, milestone) = self.milestone()?;
                Condition::Stuck { journey, milestone, for_ms: self.span("for")? }
            }
            "seen" => Condition::Seen { within_ms: self.within()? },
            "joined" => Condition::Joined { within_ms: self.within()? },
            "identified" => {
                self.next += 1;
                Condition::Identified
            }
            "nps" | "touch" | "account" => return self.is(&keyword),
            _ => {
                self.next += 1;
                let path = self.path(&word)?;
                Condition::Trait { path, comparison: self.comparison()? }
            }
        };
        Ok(Expression::Is(condition))
    }

    fn path(&self, word: &str) -> Result<TraitPath, NotASegment> {
        let path = TraitPath::parse(word.strip_prefix("user.").unwrap_or(word));
        if path.path.iter().any(String::is_empty) {
            let message = format!("`{word}` is not the name of a trait: write plan, or account.plan for the account’s");
            return Err(NotASegment { at: self.before(), message });
        }
        Ok(path)
    }

    fn did(&mut self) -> Result<Condition, NotASegment> {
        self.next += 1;
        let event = self.text("the name of an event, such as \"Invoice Sent\"")?;
        let mut at_least = 1;
        if let Some(Piece::Word(word)) = self.peek().map(|it| &it.piece)
            && let Some(number) = word.bytes().all(|it| it.is_ascii_digit()).then(|| word.parse::<u32>().ok())
        {
            at_least = number.filter(|it| *it > 0).ok_or_else(|| self.expected("how often, from 1 on"))?;
            self.next += 1;
            if !self.takes_word("times") && !self.takes_word("time") {
                return Err(self.expected("`times`"));
            }
        }
        Ok(Condition::Did { event, at_least, within_ms: self.span("within")? })
    }

    fn within(&mut self) -> Result<u64, NotASegment> {
        self.next += 1;
        self.span("within")?.ok_or_else(|| self.expected("`within` and a time, such as `within 30d`"))
    }

    /// `within 14d`, where the word stands there.
    fn span(&mut self, word: &str) -> Result<Option<u64>, NotASegment> {
        if !self.takes_word(word) {
            return Ok(None);
        }
        let text = self.text("a time, such as `14d`")?;
        let span = duration::parse(&text);
        span.map(Some).map_err(|it| NotASegment { at: self.before(), message: format!("`{text}` is no time: {it}") })
    }

    /// `onboarding/first`
    fn milestone(&mut self) -> Result<(JourneyId, MilestoneId), NotASegment> {
        let text = self.text("a milestone, such as `onboarding/first`")?;
        match text.split_once('/').filter(|(journey, milestone)| !journey.is_empty() && !milestone.is_empty()) {
            Some((journey, milestone)) => Ok((JourneyId::new(journey), MilestoneId::new(milestone))),
            None => {
                let message =
                    format!("`{text}` is no milestone: write the journey’s id and its own, `onboarding/first`");
                Err(NotASegment { at: self.before(), message })
            }
        }
    }

    /// `nps = detractor`, `touch = high`, `account exists`
    fn is(&mut self, keyword: &str) -> Result<Expression, NotASegment> {
        self.next += 1;
        let of = |text: Option<String>| match (keyword, text) {
            ("account", is) => Some(Condition::Account { is }),
            ("nps", None) => Some(Condition::Nps { band: None }),
            ("nps", Some(text)) => NpsBand::ALL
                .into_iter()
                .find(|it| {
                    text.eq_ignore_ascii_case(it.name()) || text.eq_ignore_ascii_case(&format!("{}s", it.name()))
                })
                .map(|it| Condition::Nps { band: Some(it) }),
            (_, Some(text)) => {
                Touch::ALL.into_iter().find(|it| text.eq_ignore_ascii_case(it.name())).map(|is| Condition::Touch { is })
            }
            (_, None) => None,
        };
        let wanted = match keyword {
            "nps" => "`= detractor`, `= passive`, `= promoter` or `exists`",
            "touch" => "`= high`, `= low` or `= tech`",
            _ => "`=` and an account’s id, or `exists`",
        };
        if keyword != "touch" && self.takes_word("exists") {
            return of(None).map(Expression::Is).ok_or_else(|| self.expected(wanted));
        }
        let is_turned = self.takes_sign("!=");
        if !is_turned && !self.takes_sign("=") {
            return Err(self.expected(wanted));
        }
        let text = self.text(wanted)?;
        let Some(condition) = of(Some(text)) else {
            self.next -= 1;
            return Err(self.expected(wanted));
        };
        let is = Expression::Is(condition);
        Ok(if is_turned { Expression::Not(Box::new(is)) } else { is })
    }

    fn comparison(&mut self) -> Result<Comparison, NotASegment> {
        const WANTED: &str =
            "`=`, `!=`, `>`, `>=`, `<`, `<=`, `in`, `contains`, `starts with` or `exists` after a trait";
        const A_VALUE: &str = "a value: a word, a number, or text in \"double quotes\"";
        let signs: [(&str, OfConstant); 6] = [
            ("=", Comparison::Equals),
            ("!=", Comparison::Differs),
            (">", Comparison::Greater),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            ("<=", Comparison::LessOrEqual),
        ];
        for (sign, of) in signs {
            if self.takes_sign(sign) {
                return Ok(of(Constant::new(self.text(A_VALUE)?)));
            }
        }
        if self.takes_word("exists") {
            return Ok(Comparison::Exists);
        }
        if self.takes_word("contains") {
            return Ok(Comparison::Contains(self.text(A_VALUE)?));
        }
        if self.takes_word("starts") {
            return if self.takes_word("with") {
                Ok(Comparison::StartsWith(self.text(A_VALUE)?))
            } else {
                Err(self.expected("`with`"))
            };
        }
        if self.takes_word("in") {
            if !self.takes_sign("(") {
                return Err(self.expected("values in brackets, such as `in (pro, team)`"));
            }
            let mut all = vec![Constant::new(self.text(A_VALUE)?)];
            while self.takes_sign(",") {
                all.push(Constant::new(self.text(A_VALUE)?));
            }
            return if self.takes_sign(")") { Ok(Comparison::In(all)) } else { Err(self.expected("`,` or `)`")) };
        }
        Err(self.expected(WANTED))
    }

    /// The next word or quoted text.
    fn text(&mut self, wanted: &str) -> Result<String, NotASegment> {
        match self.peek().map(|it| &it.piece) {
            Some(Piece::Word(text) | Piece::Quoted(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(text)
            }
            _ => Err(self.expected(wanted)),
        }
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let is_there =
            matches!(self.peek(), Some(Token { piece: Piece::Word(it), .. }) if it.eq_ignore_ascii_case(wanted));
        self.next += usize::from(is_there);
        is_there
    }

    fn takes_sign(&mut self, wanted: &str) -> bool {
        let is_there = matches!(self.peek(), Some(Token { piece: Piece::Sign(it), .. }) if *it == wanted);
        self.next += usize::from(is_there);
        is_there
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next)
    }

    /// Where the piece that was taken last begins.
    fn before(&self) -> usize {
        self.next.checked_sub(1).and_then(|it| self.tokens.get(it)).map_or(0, |it| it.at)
    }

    fn here(&self, message: String) -> NotASegment {
        NotASegment { at: self.peek().map_or(self.end, |it| it.at), message }
    }

    fn expected(&self, wanted: &str) -> NotASegment {
        let found = self.peek().map_or_else(|| "the end".to_owned(), |it| it.piece.to_string());
        self.here(format!("found {found}; expected {wanted}"))
    }
}

fn one_or(mut parts: Vec<Expression>, many: fn(Vec<Expression>) -> Expression) -> Expression {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        last => {
            parts.extend(last);
            many(parts)
        }
    }
}

#[cfg(test)]
mod tests;
