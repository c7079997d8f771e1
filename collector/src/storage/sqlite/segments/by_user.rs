//! Marks of everybody, put in order of user: in parts that fit into a core's cache, on all cores.

use super::columns::Sender;
use rayon::prelude::*;

/// Users of a part, as a power of two: with their marks they take a few hundred kilobytes.
const PART_BITS: u32 = 13;

/// A milestone was reached by a user.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) user: Sender,
    pub(super) level: u32,
    pub(super) at_ms: i64,
}

/// Marks in the order in which they are found, apart for each part of the users.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered {
    parts: Vec<Vec<Reached>>,
}

impl Gathered {
    pub(super) fn push(&mut self, mark: Reached) {
        let part = (mark.user >> PART_BITS) as usize;
        if part >= self.parts.len() {
            self.parts.resize_with(part + 1, Vec::new);
        }
        if let Some(part) = self.parts.get_mut(part) {
            part.push(mark);
        }
    }
}

/// What several threads gathered.
#[derive(Debug)]
pub(super) struct ByUser(Vec<Gathered>);

impl ByUser {
    pub(super) fn new(gathered: Vec<Gathered>) -> Self {
        Self(gathered)
    }

    /// Hands over each part, in order of user, and answers in that order; see [`users`].
    pub(super) fn each_part<T: Send>(&self, work: impl Fn(&[Reached]) -> T + Sync) -> Vec<T> {
        let parts = self.0.iter().map(|it| it.parts.len()).max().unwrap_or(0);
        (0..parts).into_par_iter().map(|part| work(&self.sorted(part))).collect()
    }

    fn sorted(&self, part: usize) -> Vec<Reached> {
        let found: Vec<&[Reached]> =
            self.0.iter().filter_map(|it| it.parts.get(part)).map(Vec::as_slice).filter(|it| !it.is_empty()).collect();
        let count = found.iter().map(|it| it.len()).sum();
        const WIDTH: usize = 1 << PART_BITS;
        // Counting is quicker than comparing, but looks at every number there could be.
        if count < WIDTH / 16 {
            let mut marks = found.concat();
            marks.sort_unstable_by_key(|it| it.user);
            return marks;
        }
        let slot_of = |mark: &Reached| mark.user as usize & (WIDTH - 1);
        let mut places = vec![0_u32; WIDTH];
        for mark in found.iter().copied().flatten() {
            if let Some(count) = places.get_mut(slot_of(mark)) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for place in &mut places {
            sum += std::mem::replace(place, sum);
        }
        let mut sorted = vec![Reached::default(); count];
        for mark in found.into_iter().flatten() {
            if let Some(place) = places.get_mut(slot_of(mark)) {
                if let Some(slot) = sorted.get_mut(*place as usize) {
                    *slot = *mark;
                }
                *place += 1;
            }
        }
        sorted
    }
}

/// Each user of a part with all their marks, in order of user; the marks are in no order.
pub(super) fn users(part: &[Reached]) -> impl Iterator<Item = (Sender, &[Reached])> {
    part.chunk_by(|a, b| a.user == b.user).filter_map(|it| Some((it.first()?.user, it)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_come_out_by_user_whichever_way_they_are_sorted() {
        // A few marks, and so many that they are counted; from two threads, over three parts.
        for copies in [1, 500] {
            let mut gathered = [Gathered::default(), Gathered::default()];
            let users_of_marks = [7, 3, 20_000, 7, 8_192, 3].repeat(copies);
            for (at, user) in users_of_marks.into_iter().enumerate() {
                gathered[at % 2].push(Reached { user, level: 0, at_ms: at as i64 });
            }
            let parts = ByUser::new(gathered.to_vec())
                .each_part(|part| users(part).map(|(user, it)| (user, it.len())).collect::<Vec<_>>());
            assert_eq!(parts.concat(), [(3, 2 * copies), (7, 2 * copies), (8_192, copies), (20_000, copies)]);
        }
    }
}
