//! When somebody was first seen.

/// In `since ≤ t < until`; an absent end does not matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BeganFilter {
    pub since_ms: Option<i64>,
    pub until_ms: Option<i64>,
}

impl BeganFilter {
    pub fn holds(self, first_ms: i64) -> bool {
        self.since_ms.is_none_or(|it| first_ms >= it) && self.until_ms.is_none_or(|it| first_ms < it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_not_included() {
        let began = BeganFilter { since_ms: Some(5), until_ms: Some(9) };
        assert_eq!([4, 5, 8, 9].map(|it| began.holds(it)), [false, true, true, false]);
        assert!(BeganFilter::default().holds(i64::MIN));
    }
}
