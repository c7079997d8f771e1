//! What was odd about a log, without stopping for it.

use std::collections::BTreeMap;

/// One oddity, where it was met first.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The line is left out.
    Broken {
        line: u64,
        column: usize,
        reason: String,
    },
    /// Lines of this kind count for their page and time only.
    UnknownKind {
        line: u64,
        kind: String,
    },
    UnknownField {
        line: u64,
        field: String,
    },
    /// A word that means nothing to us, in a field that takes certain words.
    UnknownValue {
        line: u64,
        field: &'static str,
        value: String,
    },
    /// Earlier than the line before of its session; the session was sorted.
    Unsorted {
        line: u64,
        session: String,
        by_ms: i64,
    },
    /// So many lines of others came between that the session was taken for ended; what follows is one of its own.
    Resumed {
        line: u64,
        session: String,
    },
}

/// Names kept of each kind: a log of random field names must not fill the memory.
const NAMES: usize = 100;

/// Longest name kept.
const NAME_CHARACTERS: usize = 80;

/// What was not understood, counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Unknown {
    pub kinds: BTreeMap<String, u64>,
    pub fields: BTreeMap<String, u64>,
    /// As `field=value`.
    pub values: BTreeMap<String, u64>,
}

impl Unknown {
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty() && self.fields.is_empty() && self.values.is_empty()
    }

    pub fn merge(&mut self, other: Self) {
        for (into, from) in
            [(&mut self.kinds, other.kinds), (&mut self.fields, other.fields), (&mut self.values, other.values)]
        {
            for (name, count) in from {
                add(into, &name, count);
            }
        }
    }
}

/// `true`: met for the first time.
pub(super) fn count(names: &mut BTreeMap<String, u64>, name: &str) -> bool {
    if let Some(count) = names.get_mut(name) {
        *count += 1;
        return false;
    }
    add(names, name, 1)
}

fn add(names: &mut BTreeMap<String, u64>, name: &str, count: u64) -> bool {
    let name: String = name.chars().take(NAME_CHARACTERS).collect();
    if names.len() < NAMES || names.contains_key(&name) {
        let known = names.entry(name).or_default();
        *known += count;
        return *known == count;
    }
    *names.entry("…".to_owned()).or_default() += count;
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_and_do_not_fill_the_memory() {
        let mut names = BTreeMap::new();
        assert!(count(&mut names, "a"));
        assert!(!count(&mut names, "a"));
        for index in 0..10_000 {
            count(&mut names, &format!("random {index}"));
        }
        assert_eq!(names.len(), NAMES + 1);
        assert_eq!(names["a"], 2);
        assert_eq!(names.values().sum::<u64>(), 10_002);
    }
}
