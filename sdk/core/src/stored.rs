//! What outlives the page: one field a line, in the order below; then what was reached.
//!
//! The identity token is not in it, nor any message. Not JSON, because reading JSON would cost a
//! reader, and nobody else reads this.

use crate::identity::Identity;
use crate::json::push_number;
use crate::session::Session;
use domain::{AccountId, AnonymousId, SessionId, UserId};

/// Changes with the form; what carries another one than these is ignored.
const FORM: &str = "2";

/// Without the line of the detector.
const FORM_BEFORE: &str = "1";

pub(crate) fn write(identity: &Identity, session: &Session, memory: &str, reached: &[String]) -> String {
    let mut text = String::new();
    push(&mut text, FORM);
    push(&mut text, identity.anonymous_id.as_str());
    push(&mut text, identity.user_id.as_ref().map_or("", UserId::as_str));
    push(&mut text, identity.account_id.as_ref().map_or("", AccountId::as_str));
    push(&mut text, session.id.as_str());
    push_number(&mut text, session.started_ms.max(0) as u64, 1);
    push(&mut text, "");
    push_number(&mut text, session.seen_ms.max(0) as u64, 1);
    push(&mut text, "");
    push(&mut text, memory);
    for key in reached {
        push(&mut text, key);
    }
    text
}

/// A field and the end of its line; a line break inside an id (there should be none) is left out.
fn push(text: &mut String, field: &str) {
    field.chars().filter(|it| *it != '\n').for_each(|it| text.push(it));
    text.push('\n');
}

pub(crate) struct Stored {
    /// Without a token.
    pub(crate) identity: Identity,
    pub(crate) session: Session,
    /// What the detector keeps, in its own words.
    pub(crate) memory: String,
    pub(crate) reached: Vec<String>,
}

/// `None` when this is not what [`write`] writes.
pub(crate) fn read(text: &str) -> Option<Stored> {
    let mut fields = Fields { rest: text.chars() };
    let form = fields.next()?;
    if form != FORM && form != FORM_BEFORE {
        return None;
    }
    let identity = Identity {
        anonymous_id: AnonymousId::new(fields.next()?),
        user_id: fields.next().filter(|it| !it.is_empty()).map(UserId::new),
        account_id: fields.next().filter(|it| !it.is_empty()).map(AccountId::new),
        token: None,
    };
    let session = Session { id: SessionId::new(fields.next()?), started_ms: fields.number(), seen_ms: fields.number() };
    let memory = if form == FORM { fields.next()? } else { String::new() };
    let mut reached = Vec::new();
    while let Some(key) = fields.next() {
        reached.push(key);
    }
    Some(Stored { identity, session, memory, reached })
}

struct Fields<'a> {
    rest: std::str::Chars<'a>,
}

impl Fields<'_> {
    fn next(&mut self) -> Option<String> {
        let mut field = String::new();
        loop {
            match self.rest.next()? {
                '\n' => return Some(field),
                character => field.push(character),
            }
        }
    }

    /// 0 where there is none: long over.
    fn number(&mut self) -> i64 {
        let digits = self.next().unwrap_or_default();
        digits.bytes().fold(0, |number: i64, it| number.wrapping_mul(10).wrapping_add(i64::from(it & 15)))
    }
}
