//! The furthest level of one user, as ClickHouse's `windowFunnel(window)` in its default mode has it.
//!
//! Marks are taken in order of time, marks of equal time in order of level, so equal times count
//! as ordered. A mark of the first level starts a chain; a mark of a later level extends the
//! latest chain that reached the level before it, if it lies within the window of that chain's
//! start (end included).
//! <https://clickhouse.com/docs/sql-reference/aggregate-functions/parametric-functions#windowfunnel>

/// A milestone's rule fired at this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    pub(crate) at_ms: i64,
    /// The position of the milestone in its journey, from 0.
    pub(crate) level: usize,
}

/// Finds the furthest chains of one user after the other, in memory of its own.
#[derive(Debug)]
pub(crate) struct WindowFunnel {
    levels: usize,
    window_ms: u64,
    /// For each level, the times of the latest chain that reached it; `levels` slots each.
    latest: Vec<i64>,
    is_reached: Vec<bool>,
    furthest: Vec<i64>,
}

impl WindowFunnel {
    pub(crate) fn new(levels: usize, window_ms: u64) -> Self {
        let latest = vec![0; levels * levels];
        Self { levels, window_ms, latest, is_reached: vec![false; levels], furthest: Vec::with_capacity(levels) }
    }

    /// The times of the first chain that got as far as this user ever got; empty when none began.
    ///
    /// ClickHouse gives the length only; the times are those of the chain that first had it.
    pub(crate) fn furthest_chain(&mut self, marks: &mut [Mark]) -> &[i64] {
        marks.sort_unstable();
        self.furthest.clear();
        self.is_reached.fill(false);
        for Mark { at_ms, level } in marks.iter().copied().filter(|it| it.level < self.levels) {
            let row = level * self.levels;
            if level > 0 {
                let (before, start) = (level - 1, row - self.levels);
                let start_ms = self.latest.get(start).copied().unwrap_or(at_ms);
                let is_reached = self.is_reached.get(before).is_some_and(|it| *it);
                if !is_reached || at_ms.saturating_sub(start_ms) as u64 > self.window_ms {
                    continue;
                }
                self.latest.copy_within(start..start + level, row);
            }
            let Some(chain) = self.latest.get_mut(row..=row + level) else { continue };
            if let (Some(last), Some(is_reached)) = (chain.last_mut(), self.is_reached.get_mut(level)) {
                (*last, *is_reached) = (at_ms, true);
            }
            if chain.len() > self.furthest.len() {
                self.furthest.clear();
                self.furthest.extend_from_slice(chain);
                if chain.len() == self.levels {
                    break;
                }
            }
        }
        &self.furthest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks as `level@time`; the levels are written from 1, as ClickHouse counts.
    #[track_caller]
    fn check(window_ms: u64, marks: &str, wanted: &[i64]) {
        let mut marks: Vec<Mark> = marks
            .split_whitespace()
            .map(|it| {
                let (level, at) = it.split_once('@').expect("level@time");
                Mark { level: level.parse::<usize>().expect("a level") - 1, at_ms: at.parse().expect("a time") }
            })
            .collect();
        assert_eq!(WindowFunnel::new(3, window_ms).furthest_chain(&mut marks), wanted);
    }

    #[test]
    fn steps_count_in_order() {
        check(100, "1@0 2@10 3@20", &[0, 10, 20]);
        check(100, "3@0 2@10 1@20", &[20]);
        check(100, "2@0 3@1", &[]);
    }

    #[test]
    fn the_window_runs_from_the_first_step_and_includes_its_end() {
        check(20, "1@0 2@10 3@20", &[0, 10, 20]);
        check(19, "1@0 2@10 3@20", &[0, 10]);
    }

    #[test]
    fn a_later_start_opens_a_new_window() {
        check(10, "1@0 1@50 2@55 3@60", &[50, 55, 60]);
    }

    #[test]
    fn a_newer_start_replaces_the_older_one() {
        check(10, "1@0 1@5 2@9 3@14", &[5, 9, 14]);
    }

    #[test]
    fn equal_times_count_as_ordered() {
        check(10, "3@5 2@5 1@5", &[5, 5, 5]);
    }

    #[test]
    fn one_step_may_happen_often() {
        check(100, "1@0 2@1 2@2 1@3 2@4 3@5", &[3, 4, 5]);
    }

    #[test]
    fn the_times_are_those_of_the_chain_that_first_got_that_far() {
        check(100, "1@0 2@7 1@8 2@9", &[0, 7]);
    }

    /// The same 250 users asked of ClickHouse itself, ties and an event that stands for two levels included.
    #[test]
    fn levels_are_those_that_clickhouse_answers() {
        let mut compared = 0;
        for line in include_str!("window_funnel/clickhouse.tsv").lines().filter(|it| !it.starts_with('#')) {
            let (events, answers) = line.split_once('\t').expect("events and answers");
            let mut marks = Vec::new();
            for event in events.split(' ') {
                let (name, at) = event.split_at(1);
                let at_ms = at.parse().expect("a time");
                let levels = ["A", "B", "C", "B"].iter().enumerate().filter(|(_, it)| **it == name);
                marks.extend(levels.map(|(level, _)| Mark { at_ms, level }));
            }
            for (window_ms, answer) in [1, 3, 10, 25, 60].into_iter().zip(answers.split(' ')) {
                let level = WindowFunnel::new(4, window_ms).furthest_chain(&mut marks.clone()).len();
                assert_eq!(level.to_string(), answer, "{events} within {window_ms}");
                compared += 1;
            }
        }
        assert_eq!(compared, 250 * 5);
    }
}
