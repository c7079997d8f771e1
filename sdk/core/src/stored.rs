//! What outlives the page: one field a line, in the order below; then what was reached.
//!
//! The identity token is not in it, nor any message. Not JSON, because reading JSON would cost a
//! reader, and nobody else reads this.

use crate::fields::{Fields, number};
use crate::identity::Identity;
use crate::json::push_number;
use crate::milestones::Reach;
use crate::prompts::Traits;
use crate::session::Session;
use domain::{AccountId, AnonymousId, SessionId, UserId};

/// Changes with the form; what carries another one than these is ignored.
const FORM: i64 = 3;

/// Without the line of the detector. The form between them: without what prompts keep, and without the times of milestones.
const FIRST_FORM: i64 = 1;

pub(crate) struct Stored {
    /// Without a token.
    pub(crate) identity: Identity,
    pub(crate) session: Session,
    /// What the detector keeps, in its own words.
    pub(crate) memory: String,
    /// Sessions this browser has had, this one included.
    pub(crate) sessions: u32,
    /// What prompts keep, in their own words.
    pub(crate) prompts: String,
    pub(crate) traits: Traits,
    pub(crate) reached: Vec<Reach>,
}

/// What is to be stored.
pub(crate) struct Known<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) session: &'a Session,
    pub(crate) memory: &'a str,
    pub(crate) sessions: u32,
    pub(crate) prompts: &'a str,
    pub(crate) traits: &'a Traits,
    pub(crate) reached: &'a [Reach],
}

pub(crate) fn write(known: &Known<'_>) -> String {
    let Known { identity, session, .. } = known;
    let mut text = String::new();
    push_time(&mut text, FORM);
    push(&mut text, "");
    push(&mut text, identity.anonymous_id.as_str());
    push(&mut text, identity.user_id.as_ref().map_or("", UserId::as_str));
    push(&mut text, identity.account_id.as_ref().map_or("", AccountId::as_str));
    push(&mut text, session.id.as_str());
    push_time(&mut text, session.started_ms);
    push(&mut text, "");
    push_time(&mut text, session.seen_ms);
    push(&mut text, "");
    push(&mut text, known.memory);
    push_time(&mut text, i64::from(known.sessions));
    push(&mut text, "");
    push(&mut text, known.prompts);
    push(&mut text, &known.traits.user);
    push(&mut text, &known.traits.account);
    for it in known.reached {
        push_time(&mut text, it.at_ms);
        push(&mut text, "");
        push(&mut text, &it.key);
    }
    text
}

fn push_time(text: &mut String, number: i64) {
    push_number(text, number.max(0) as u64, 1);
}

/// A field and the end of its line; a line break inside an id (there should be none) is left out.
fn push(text: &mut String, field: &str) {
    field.chars().filter(|it| *it != '\n').for_each(|it| text.push(it));
    text.push('\n');
}

/// `None` when this is not what [`write`] writes. Without early returns: each would cost code that cleans up.
pub(crate) fn read(text: &str) -> Option<Stored> {
    let mut fields = Fields::new(text, '\n');
    let form = match fields.text().as_bytes() {
        [digit @ b'1'..=b'3'] => i64::from(digit & 15),
        _ => 0,
    };
    let user = |id: String| if id.is_empty() { None } else { Some(id) };
    let mut stored = Stored {
        identity: Identity {
            anonymous_id: AnonymousId::new(fields.text()),
            user_id: user(fields.text()).map(UserId::new),
            account_id: user(fields.text()).map(AccountId::new),
            token: None,
        },
        session: Session { id: SessionId::new(fields.text()), started_ms: fields.number(), seen_ms: fields.number() },
        memory: if form == FIRST_FORM { String::new() } else { fields.text() },
        // Who was here before that was counted had one session at least.
        sessions: 1,
        prompts: String::new(),
        traits: Traits::default(),
        reached: Vec::new(),
    };
    let has_prompts = form == FORM;
    if has_prompts {
        stored.sessions = fields.number() as u32;
        stored.prompts = fields.text();
        stored.traits = Traits { user: fields.text(), account: fields.text() };
    }
    let is_whole = !fields.is_short && form > 0;
    while let Some(mut key) = fields.next() {
        // The time stands before each, where there is one.
        let mut at_ms = 0;
        if has_prompts {
            at_ms = number(&key);
            key = fields.text();
        }
        stored.reached.push(Reach { key, at_ms });
    }
    if is_whole { Some(stored) } else { None }
}
