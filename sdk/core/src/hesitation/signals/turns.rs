//! Turning back, along one line. Standing still turns nothing.

#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Where it was last the furthest.
    furthest: Option<i64>,
    /// −1, 1, or 0 before the first way of at least the least one.
    direction: i64,
}

impl Turns {
    /// Moves on; `true` where that is a turn that has gone at least `least` the other way.
    pub(super) fn is_turn(&mut self, to: i32, least: i64) -> bool {
        let to = i64::from(to);
        let way = to - *self.furthest.get_or_insert(to);
        let is_back = way.signum() != self.direction;
        if is_back && way.abs() < least {
            return false;
        }
        let is_turn = is_back && self.direction != 0;
        self.furthest = Some(to);
        if way != 0 {
            self.direction = way.signum();
        }
        is_turn
    }
}
