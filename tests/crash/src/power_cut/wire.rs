//! What was answered, and from which line of the trace on somebody may have read it.

use crate::trace::{Call, Event};
use serde_json::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// Answers of a run.
#[derive(Debug, Default)]
pub(super) struct Wire {
    /// Messages answered accepted or duplicate, in order.
    messages: Vec<(usize, Uuid)>,
    /// Leases that were granted.
    leases: Vec<(usize, String)>,
    /// Backups that were said to be done.
    backups: Vec<usize>,
}

/// How `milepost backup` begins its last word.
pub(super) const BACKED_UP: &str = "backed up to";

impl Wire {
    pub(super) fn of(events: &[Event]) -> Self {
        let mut wire = Self::default();
        // An answer may leave in pieces.
        let mut unread: HashMap<&str, Vec<u8>> = HashMap::new();
        for event in events {
            let (socket, data) = match &event.call {
                Call::Send { socket, data } => (socket, data),
                Call::Say { data } => {
                    if String::from_utf8_lossy(data).contains(BACKED_UP) {
                        wire.backups.push(event.began);
                    }
                    continue;
                }
                _ => continue,
            };
            let text = unread.entry(socket).or_default();
            text.extend(data);
            let read = wire.read(event.began, &String::from_utf8_lossy(text));
            if read > 0 {
                text.drain(..read.min(text.len()));
            }
        }
        wire.messages.sort_by_key(|(line, _)| *line);
        wire.leases.sort_by_key(|(line, _)| *line);
        wire
    }

    /// Takes whole outcomes out of what one connection carried; how far it could read.
    fn read(&mut self, line: usize, text: &str) -> usize {
        let mut read = 0;
        while let Some(start) = text[read..].find(r#"{"index""#).map(|it| read + it) {
            let Some(end) = text[start..].find('}').map(|it| start + it + 1) else { break };
            let outcome: Value = serde_json::from_str(&text[start..end]).unwrap_or_default();
            if matches!(outcome["outcome"].as_str(), Some("accepted" | "duplicate"))
                && let Some(id) = outcome["messageId"].as_str().and_then(|it| Uuid::parse_str(it).ok())
            {
                self.messages.push((line, id));
            }
            read = end;
        }
        while let Some(start) = text[read..].find("lease\tgranted\t").map(|it| read + it) {
            let rest = &text[start + "lease\tgranted\t".len()..];
            let Some(end) = rest.find(['\t', '\n']) else { break };
            self.leases.push((line, rest[..end].to_owned()));
            read = start + "lease\tgranted\t".len() + end;
        }
        read
    }

    pub(super) fn acks(&self) -> usize {
        self.messages.len() + self.leases.len() + self.backups.len()
    }

    pub(super) fn is_backed_up_before(&self, cut: usize) -> bool {
        self.backups.iter().any(|line| *line <= cut)
    }

    pub(super) fn messages_before(&self, cut: usize) -> impl Iterator<Item = &Uuid> {
        self.messages.iter().take_while(move |(line, _)| *line <= cut).map(|(_, id)| id)
    }

    pub(super) fn leases_before(&self, cut: usize) -> impl Iterator<Item = &str> {
        self.leases.iter().take_while(move |(line, _)| *line <= cut).map(|(_, id)| id.as_str())
    }
}
