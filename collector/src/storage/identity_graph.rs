//! Which of merged users stands for them all.
//!
//! Pure: engines feed it what they stored. The rule is that of [`super::Events`], and does not
//! depend on the order in which messages arrived.

use std::collections::HashMap;

/// A sender as stored: an interned user id or anonymous id.
pub(super) type SenderId = i64;

/// Who continues as whom.
#[derive(Debug, Default)]
pub(super) struct IdentityGraph {
    /// What the merged users are called.
    pub(super) texts: HashMap<SenderId, String>,
    /// (previous user, new user), in any order.
    pub(super) merges: Vec<(SenderId, SenderId)>,
}

impl IdentityGraph {
    /// Merged users, each with the one that stands for them all: the id that was never given up,
    /// the smallest where there are several or none.
    pub(super) fn representatives(&self) -> HashMap<SenderId, SenderId> {
        let mut neighbours: HashMap<SenderId, Vec<SenderId>> = HashMap::new();
        let mut given_up: HashMap<SenderId, bool> = HashMap::new();
        for (previous, user) in &self.merges {
            neighbours.entry(*previous).or_default().push(*user);
            neighbours.entry(*user).or_default().push(*previous);
            *given_up.entry(*previous).or_default() |= previous != user;
            given_up.entry(*user).or_default();
        }
        let mut representatives = HashMap::new();
        for start in neighbours.keys() {
            if representatives.contains_key(start) {
                continue;
            }
            let mut group = vec![*start];
            let mut next = 0;
            let mut seen: std::collections::HashSet<SenderId> = [*start].into();
            while let Some(user) = group.get(next).copied() {
                next += 1;
                for neighbour in neighbours.get(&user).into_iter().flatten() {
                    if seen.insert(*neighbour) {
                        group.push(*neighbour);
                    }
                }
            }
            let best = group
                .iter()
                .copied()
                .min_by_key(|it| (given_up.get(it).copied().unwrap_or_default(), self.text(*it)))
                .unwrap_or(*start);
            representatives.extend(group.into_iter().map(|it| (it, best)));
        }
        representatives
    }

    fn text(&self, sender: SenderId) -> &str {
        self.texts.get(&sender).map_or("", String::as_str)
    }
}
