//! What the vendor's code told of the visitor and their account, in this browser.

use crate::client::ReadJson;
use domain::survey::Person;
use domain::{Lookup, Scope};

/// Traits kept for audiences and for filling in; of larger ones, only the last told.
const BYTES: usize = 4_096;

/// The text of a JSON object each, or empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traits {
    pub(crate) user: String,
    pub(crate) account: String,
}

impl Traits {
    pub(crate) fn tell(&mut self, of: Scope, body: &str) {
        let known = if of == Scope::User { &mut self.user } else { &mut self.account };
        add(known, body);
    }

    /// Both as something to look into.
    pub(crate) fn read(&self, read_json: ReadJson) -> Read {
        Read { user: read_json(&self.user), account: read_json(&self.account) }
    }
}

pub(crate) struct Read {
    user: Box<dyn Lookup>,
    account: Box<dyn Lookup>,
}

impl Read {
    pub(crate) fn person(&self) -> Person<'_> {
        Person { user: &*self.user, account: &*self.account }
    }
}

/// `{"a":1,"a":2}` is read as `{"a":2}`: what was told last counts.
fn add(known: &mut String, body: &str) {
    let Some(more) = body.strip_prefix('{').filter(|it| it.as_bytes() != b"}") else { return };
    if known.len() + more.len() > BYTES || known.is_empty() {
        known.clear();
        if body.len() > BYTES {
            return;
        }
        known.push('{');
    } else {
        known.pop();
        known.push(',');
    }
    known.push_str(more);
}
