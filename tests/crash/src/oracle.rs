//! What clients sent and what they were answered, written down outside the collector and synced.
//!
//! Lines of the log: `I id sha256` before a message is first sent, `A id` after it was answered accepted or duplicate,
//! `G id` before something begins that may delete it.

use crate::message::{Hash, Message};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fate {
    pub(crate) hash: Hash,
    pub(crate) acked: bool,
    /// Erased or retired: it may be there or not.
    pub(crate) may_be_gone: bool,
}

#[derive(Debug)]
pub(crate) struct Oracle {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    log: File,
    fates: HashMap<Uuid, Fate>,
    /// Acked since the last look.
    fresh: Vec<Uuid>,
}

impl Oracle {
    pub(crate) fn new(log: &Path) -> Result<Self, String> {
        let log = File::create(log).map_err(|error| format!("cannot create the log {}: {error}", log.display()))?;
        Ok(Self { inner: Mutex::new(Inner { log, fates: HashMap::new(), fresh: Vec::new() }) })
    }

    /// Before these are first sent.
    pub(crate) fn issue<'a>(&self, messages: impl IntoIterator<Item = &'a Message>) -> Result<(), String> {
        let mut inner = self.inner();
        let mut lines = String::new();
        for message in messages {
            let hash = message.hash();
            let _ = write!(lines, "I {} ", message.id);
            for byte in hash {
                let _ = write!(lines, "{byte:02x}");
            }
            lines.push('\n');
            inner.fates.insert(message.id, Fate { hash, acked: false, may_be_gone: false });
        }
        inner.sync(&lines)
    }

    /// After the answer said that these are stored.
    pub(crate) fn ack(&self, ids: &[Uuid]) -> Result<(), String> {
        let mut inner = self.inner();
        let mut lines = String::new();
        for id in ids {
            let _ = writeln!(lines, "A {id}");
            let Some(fate) = inner.fates.get_mut(id) else {
                return Err(format!("{id} was answered but never issued"));
            };
            if !fate.acked {
                fate.acked = true;
                inner.fresh.push(*id);
            }
        }
        inner.sync(&lines)
    }

    /// Before something begins that may delete these.
    pub(crate) fn let_go(&self, ids: &[Uuid]) -> Result<(), String> {
        let mut inner = self.inner();
        let mut lines = String::new();
        for id in ids {
            let _ = writeln!(lines, "G {id}");
            if let Some(fate) = inner.fates.get_mut(id) {
                fate.may_be_gone = true;
            }
        }
        inner.sync(&lines)
    }

    pub(crate) fn fate(&self, id: &Uuid) -> Option<Fate> {
        self.inner().fates.get(id).copied()
    }

    /// What must be there.
    pub(crate) fn owed(&self) -> Vec<Uuid> {
        let inner = self.inner();
        inner.fates.iter().filter(|(_, it)| it.acked && !it.may_be_gone).map(|(id, _)| *id).collect()
    }

    /// What was acked since this was last asked.
    pub(crate) fn take_fresh(&self) -> Vec<Uuid> {
        std::mem::take(&mut self.inner().fresh)
    }

    pub(crate) fn acked(&self) -> u64 {
        self.inner().fates.values().filter(|it| it.acked).count() as u64
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn sync(&mut self, lines: &str) -> Result<(), String> {
        let written = self.log.write_all(lines.as_bytes()).and_then(|()| self.log.sync_data());
        written.map_err(|error| format!("cannot write the log of what was sent: {error}"))
    }
}
