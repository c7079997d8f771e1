//! Which sender is which user, and which account a user belongs to.
//!
//! Pure: engines feed it what they stored. The rules are those of [`super::Events`], and none
//! depends on the order in which messages arrived.

use std::collections::HashMap;

/// A sender as stored: an interned user id or anonymous id.
pub(super) type SenderId = i64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sender {
    pub(super) anonymous: bool,
    /// The id as its sender wrote it.
    pub(super) text: String,
}

/// Everything known about who is who.
#[derive(Debug, Default)]
pub(super) struct IdentityGraph {
    pub(super) senders: HashMap<SenderId, Sender>,
    /// (anonymous sender, user sender, time), in any order.
    pub(super) links: Vec<(SenderId, SenderId, i64)>,
    /// (previous user, new user), in any order.
    pub(super) merges: Vec<(SenderId, SenderId)>,
    /// (sender, account, time), in any order.
    pub(super) memberships: Vec<(SenderId, String, i64)>,
}

/// The answer: each sender's user, each user's account.
#[derive(Debug, Default)]
pub(super) struct People {
    user_of: HashMap<SenderId, SenderId>,
    account_of: HashMap<SenderId, (i64, String)>,
}

impl IdentityGraph {
    pub(super) fn resolve(&self) -> People {
        let representatives = self.representatives();
        let representative = |user: SenderId| representatives.get(&user).copied().unwrap_or(user);
        // An anonymous sender belongs to the user linked at the earliest time, ties to the smallest id.
        let mut earliest: HashMap<SenderId, (i64, &str, SenderId)> = HashMap::new();
        for (anonymous, user, at_ms) in &self.links {
            let link = (*at_ms, self.text(*user), *user);
            earliest.entry(*anonymous).and_modify(|it| *it = (*it).min(link)).or_insert(link);
        }
        let mut people = People::default();
        for (sender, described) in &self.senders {
            let user = if described.anonymous {
                earliest.get(sender).map_or(*sender, |(_, _, user)| representative(*user))
            } else {
                representative(*sender)
            };
            if user != *sender {
                people.user_of.insert(*sender, user);
            }
        }
        for (sender, account, at_ms) in &self.memberships {
            let latest = people.account_of.entry(people.user_of.get(sender).copied().unwrap_or(*sender));
            latest
                .and_modify(|it| {
                    if (*at_ms, account) > (it.0, &it.1) {
                        *it = (*at_ms, account.clone());
                    }
                })
                .or_insert_with(|| (*at_ms, account.clone()));
        }
        people
    }

    /// Merged users, each with the one that stands for them all: the id that was never given up,
    /// the smallest where there are several or none.
    fn representatives(&self) -> HashMap<SenderId, SenderId> {
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
        self.senders.get(&sender).map_or("", |it| it.text.as_str())
    }
}

impl People {
    pub(super) fn user_of(&self, sender: SenderId) -> SenderId {
        self.user_of.get(&sender).copied().unwrap_or(sender)
    }

    pub(super) fn account_of(&self, user: SenderId) -> Option<&str> {
        self.account_of.get(&user).map(|(_, account)| account.as_str())
    }
}
