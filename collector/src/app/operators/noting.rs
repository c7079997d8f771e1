//! How many refusals are written down: strangers must not fill a log from which nothing is ever taken.
//!
//! A pure machine: time is an argument.

/// Refused sign-ins that are written down in an hour: more than a company has mistakes, and readable.
const PER_HOUR: u32 = 60;

const HOUR_MS: i64 = 60 * 60 * 1000;

#[derive(Default)]
pub(super) struct Noting {
    since_ms: i64,
    noted: u32,
}

impl Noting {
    /// Whether one more is written down.
    pub(super) fn allows(&mut self, now_ms: i64) -> bool {
        if !(0..HOUR_MS).contains(&now_ms.saturating_sub(self.since_ms)) {
            *self = Self { since_ms: now_ms, noted: 0 };
        }
        self.noted = self.noted.saturating_add(1);
        self.noted <= PER_HOUR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_an_hour_are_written_down() {
        let mut noting = Noting::default();
        let noted = |noting: &mut Noting, now_ms| (0..100).filter(|_| noting.allows(now_ms)).count();
        assert_eq!(noted(&mut noting, 7 * HOUR_MS), 60);
        assert_eq!(noted(&mut noting, 8 * HOUR_MS - 1), 0);
        assert_eq!(noted(&mut noting, 8 * HOUR_MS), 60);
    }
}
