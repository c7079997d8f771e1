//! What questions read off a message: what the parts of a rule say to it, or the value of a trait.
//!
//! A reading depends on the message alone, so it is taken once and kept beside the segment as one code a row.

use super::pack::{get_varint, pack, put_varint, unpack};
use super::segment::Segment;
use super::{store, subject::Subject};
use crate::storage::StorageError;
use crate::storage::TraitPath;
use crate::storage::abridged::Abridged;
use crate::storage::json::{JsonProperties, heading};
use crate::storage::label::Label;
use crate::storage::page_name::page_name;
use domain::{Fact, Scope};
use rayon::prelude::*;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Trust of a server in the log.
const TRUST_SERVER: u8 = 3;

/// Messages held at once while something is read off them.
const BODIES: usize = 8_192;

/// One code a row, and what each code stands for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Column {
    pub(super) codes: Vec<u32>,
    pub(super) values: Vec<Vec<u8>>,
}

/// What is read.
#[derive(Clone, Debug)]
pub(super) enum Reading<'q> {
    /// What the parts of a rule say: [`Abridged::verdicts`].
    Rule(&'q Abridged),
    /// The value of a trait: [`Said`].
    Trait(&'q TraitPath),
    /// The id of the account that a `group` names.
    Account,
    /// How somebody is called: [`Label`].
    Label,
    /// What a page is called.
    Page,
}

/// What a message said about a trait, as bytes: nothing; or the account, a NUL, and whether it has a value.
pub(super) enum Said<'a> {
    Nothing,
    /// The account is empty for a trait of the user.
    Gone(&'a str),
    Is(&'a str, &'a str),
}

impl<'a> Said<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else { return Self::Nothing };
        let Some((account, rest)) = text.split_once('\0') else { return Self::Nothing };
        rest.strip_prefix('=').map_or(Self::Gone(account), |value| Self::Is(account, value))
    }
}

impl Reading<'_> {
    /// Names it in the file.
    pub(super) fn key(&self) -> String {
        match self {
            Self::Rule(rule) => format!("rule {}", rule.text()),
            Self::Trait(path) => format!("trait {path}"),
            Self::Account => "account".to_owned(),
            Self::Label => "label".to_owned(),
            Self::Page => "page".to_owned(),
        }
    }

    fn needs_body(&self, subject: &Subject) -> bool {
        match self {
            Self::Rule(rule) => rule.needs_body(subject.kind, &subject.name),
            Self::Trait(_) | Self::Account | Self::Label | Self::Page => true,
        }
    }

    /// Writes what is read off a message.
    fn take(&self, subject: &Subject, trust: u8, body: Option<&Value>, out: &mut Vec<u8>) {
        match self {
            Self::Rule(rule) => {
                let properties = JsonProperties::of(subject.kind, body);
                let fact = Fact {
                    // No part of a rule that is read looks at the time.
                    at_ms: 0,
                    kind: subject.kind,
                    name: &subject.name,
                    url: properties.url(),
                    from_server: trust == TRUST_SERVER,
                    properties: &properties,
                };
                rule.verdicts(&fact, out);
            }
            Self::Trait(by) => {
                let account = match by.of {
                    Scope::User => Some(String::new()),
                    Scope::Account => body.and_then(account),
                };
                let traits = body.and_then(|it| it.get("traits")).and_then(Value::as_object);
                let Some((first, rest)) = by.path.split_first() else { return };
                let found = traits.and_then(|it| it.get(first));
                if let (Some(account), Some(mut value)) = (account, found) {
                    for key in rest {
                        value = value.get(key).unwrap_or(&Value::Null);
                    }
                    out.extend(account.as_bytes());
                    out.push(0);
                    if let Some(text) = heading(value) {
                        out.push(b'=');
                        out.extend(text.as_bytes());
                    }
                }
            }
            Self::Account => out.extend(body.and_then(account).unwrap_or_default().as_bytes()),
            Self::Page => out.extend(body.map(|it| page_name(subject.kind, it)).unwrap_or_default().as_bytes()),
            Self::Label => {
                if let Some(body) = body {
                    Label::write(subject.kind, body, out);
                }
            }
        }
    }
}

fn account(body: &Value) -> Option<String> {
    body.get("groupId").and_then(Value::as_str).map(|it| it.replace('\0', ""))
}

/// A reading of a segment's rows: kept in memory, or in the file, or taken now.
pub(super) fn column(
    connection: &Connection,
    subject: &Subject,
    segment: &Segment,
    reading: &Reading<'_>,
) -> Result<Arc<Column>, StorageError> {
    let key = reading.key();
    let mut known = segment.column(&key);
    if let Some(column) = known.as_ref().filter(|it| it.codes.len() == segment.len()) {
        return Ok(Arc::clone(column));
    }
    if let (None, Some(id)) = (&known, segment.id) {
        let stored = store::column(connection, id, &key)?.and_then(|it| Column::decode(&it));
        known = stored.filter(|it| it.codes.len() == segment.len()).map(Arc::new);
    }
    let column = match known {
        Some(column) if column.codes.len() == segment.len() => column,
        // Rows were added to what is not sealed yet: their codes are added.
        known => Arc::new(take(connection, subject, segment, reading, known.as_deref().cloned().unwrap_or_default())?),
    };
    segment.keep_column(key, Arc::clone(&column));
    Ok(column)
}

/// Takes the codes that a column lacks.
fn take(
    connection: &Connection,
    subject: &Subject,
    segment: &Segment,
    reading: &Reading<'_>,
    mut column: Column,
) -> Result<Column, StorageError> {
    let known = column.codes.len();
    let places = segment.places(connection)?.get(known..).unwrap_or_default();
    let needs_body = reading.needs_body(subject);
    // In order of position: neighbours share pages of the file.
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_unstable_by_key(|it| places.get(*it));
    let mut codes: HashMap<Vec<u8>, u32> =
        column.values.iter().enumerate().map(|(code, value)| (value.clone(), code as u32)).collect();
    column.codes.resize(known + places.len(), 0);
    let mut statement = connection.prepare_cached("SELECT body FROM message WHERE seq = ?1")?;
    for rows in order.chunks(BODIES) {
        let mut bodies: Vec<Option<String>> = vec![None; rows.len()];
        for (row, body) in rows.iter().zip(&mut bodies).filter(|_| needs_body) {
            let Some(place) = places.get(*row) else { continue };
            let text = |row: &Row<'_>| Ok(row.get_ref(0)?.as_str().ok().map(str::to_owned));
            *body = statement.query_row([place.seq()], text).optional()?.flatten();
        }
        // Parsing is most of the work.
        let read = |(row, body): (&usize, Option<String>)| {
            let body = body.and_then(|it| serde_json::from_str::<Value>(&it).ok());
            let mut value = Vec::new();
            let trust = places.get(*row).map_or(0, |it| it.trust());
            reading.take(subject, trust, body.as_ref(), &mut value);
            value
        };
        let values: Vec<Vec<u8>> = rows.par_iter().zip(bodies).with_min_len(256).map(read).collect();
        for (row, value) in rows.iter().zip(values) {
            let code = match codes.get(&value) {
                Some(code) => *code,
                None => {
                    let code = column.values.len() as u32;
                    column.values.push(value.clone());
                    codes.insert(value, code);
                    code
                }
            };
            if let Some(slot) = column.codes.get_mut(known + row) {
                *slot = code;
            }
        }
    }
    Ok(column)
}

impl Column {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put_varint(&mut bytes, self.values.len() as u64);
        for value in &self.values {
            put_varint(&mut bytes, value.len() as u64);
            bytes.extend(value);
        }
        bytes.extend(pack(&self.codes.iter().map(|it| u64::from(*it)).collect::<Vec<_>>()));
        bytes
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let mut at = 0;
        let count = get_varint(bytes, &mut at)?;
        let mut values = Vec::new();
        for _ in 0..count {
            let length = usize::try_from(get_varint(bytes, &mut at)?).ok()?;
            let end = at.checked_add(length)?;
            values.push(bytes.get(at..end)?.to_vec());
            at = end;
        }
        let codes: Vec<u32> = unpack(bytes.get(at..)?)?.into_iter().map(|it| it as u32).collect();
        let are_known = codes.iter().all(|it| (*it as usize) < values.len());
        are_known.then_some(Self { codes, values })
    }

    pub(super) fn bytes(&self) -> usize {
        self.codes.len() * 4 + self.values.iter().map(|it| it.len() + 24).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_comes_out_as_it_went_in() {
        let column = Column { codes: vec![1, 0, 1, 2], values: vec![vec![], b"pro".to_vec(), vec![0; 300]] };
        assert_eq!(Column::decode(&column.encode()), Some(column));
        assert_eq!(Column::decode(b"\x01\x05pro"), None);
    }
}
