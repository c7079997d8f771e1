//! What was looked up lately, in bounded memory.

use foldhash::fast::RandomState;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;

/// Entries of one generation: with two of them, tens of megabytes at most for ids of usual length, and enough for the
/// people of a busy hour.
const GENERATION: usize = 100_000;

/// Two generations: what is asked for goes on living in the young one, and when that is full the old one is let go.
/// So what is used often is never forgotten, and nothing has to be ordered.
#[derive(Debug)]
pub(super) struct Remembered<K> {
    young: HashMap<K, i64, RandomState>,
    old: HashMap<K, i64, RandomState>,
}

impl<K> Default for Remembered<K> {
    fn default() -> Self {
        Self { young: HashMap::default(), old: HashMap::default() }
    }
}

impl<K: Hash + Eq> Remembered<K> {
    pub(super) fn get<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<i64>
    where
        K: Borrow<Q>,
    {
        if let Some(value) = self.young.get(key) {
            return Some(*value);
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.insert(key, value);
        Some(value)
    }

    pub(super) fn insert(&mut self, key: K, value: i64) {
        if self.young.len() >= GENERATION {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_stays_and_memory_is_bounded() {
        let mut remembered = Remembered::<i64>::default();
        remembered.insert(-1, 7);
        for key in 0..5 * GENERATION as i64 {
            remembered.insert(key, key);
            assert_eq!(remembered.get(&-1), Some(7));
        }
        assert_eq!(remembered.get(&0), None);
        assert!(remembered.young.len() + remembered.old.len() <= 2 * GENERATION);
    }
}
