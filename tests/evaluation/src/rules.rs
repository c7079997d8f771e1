//! What others do: fixed rules, to be compared with (`B1`, `B2`, `B3` of the literature).

use crate::visitor::Visitor;

const SECOND_MS: i64 = 1_000;

/// Milliseconds since something was pressed.
pub fn idle_ms(visitor: &Visitor, at_ms: i64) -> i64 {
    at_ms - visitor.presses_ms(at_ms).last().map_or(0, |it| it.0)
}

/// Rage clicks as PostHog counts them: exactly the third click of a chain with gaps below a second. Positions are not
/// in the log; people stay on a button, so all clicks are taken to be in one place.
pub fn rage_as_posthog(visitor: &Visitor, at_ms: i64) -> usize {
    let (mut chain, mut last_ms, mut rages) = (0, i64::MIN / 2, 0);
    for (press_ms, _) in visitor.presses_ms(at_ms) {
        chain = if press_ms - last_ms < SECOND_MS { chain + 1 } else { 1 };
        last_ms = press_ms;
        rages += usize::from(chain == 3);
    }
    rages
}

/// … as Datadog does: any three on one target within a second.
pub fn rage_as_datadog(visitor: &Visitor, at_ms: i64) -> usize {
    let presses = visitor.presses_ms(at_ms);
    let is_rage = |it: &&[(i64, u32)]| it[2].0 - it[0].0 <= SECOND_MS && it[0].1 == it[1].1 && it[1].1 == it[2].1;
    presses.windows(3).filter(is_rage).count()
}
