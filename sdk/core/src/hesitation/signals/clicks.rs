//! Which clicks had no effect. It does not know what an effect is: it is told.

use super::evidence::Evidence;
use crate::observation::Surface;

/// Clicks that wait for an effect: more within one response are told by the first ones.
const WAITING: usize = 16;
/// On the same target, no further apart: in anger.
const RAGE_GAP_MS: i64 = 2_000;
/// So many without effect make rage.
const RAGE_CLICKS: u16 = 3;
/// A script that fails so soon after a click failed because of it.
const BLAMED_MS: i64 = 1_000;
/// A reaction so late belongs to something else.
const LATEST_RESPONSE_MS: i64 = 15_000;
/// One click without effect.
const DEAD: i32 = 1_000;

#[derive(Clone, Copy, Debug)]
struct Click {
    target: u32,
    is_plain: bool,
    at_ms: i64,
}

#[derive(Debug, Default)]
pub(super) struct Clicks {
    waiting: Vec<Click>,
    /// Of the latest click, until the page reacts.
    unanswered_ms: Option<i64>,
    /// Of the latest click, until a failure is blamed on it.
    blamable_ms: Option<i64>,
    /// The last click without effect, and how many there were in a row.
    last: Option<(Click, u16)>,
}

impl Clicks {
    pub(super) fn click(&mut self, now_ms: i64, target: u32, on: Surface) {
        self.unanswered_ms = Some(now_ms);
        self.blamable_ms = Some(now_ms);
        if on != Surface::Opaque && self.waiting.len() < WAITING {
            self.waiting.push(Click { target, is_plain: on == Surface::Plain, at_ms: now_ms });
        }
    }

    /// The page reacted to the latest click: says after how long.
    pub(super) fn react(&mut self, now_ms: i64) -> Option<i64> {
        self.live();
        self.unanswered_ms.take().map(|it| now_ms - it).filter(|it| *it <= LATEST_RESPONSE_MS)
    }

    /// Something came of whatever was clicked, or may have.
    pub(super) fn live(&mut self) {
        self.waiting.clear();
        self.last = None;
    }

    pub(super) fn fail(&mut self, now_ms: i64, dead: &mut Evidence) {
        if self.blamable_ms.take().is_some_and(|it| now_ms - it <= BLAMED_MS) {
            dead.add(now_ms, DEAD, 1);
        }
    }

    /// Gives up on clicks that have waited for `patience_ms`.
    pub(super) fn judge(&mut self, now_ms: i64, patience_ms: i64, dead: &mut Evidence) {
        while let Some(click) = self.waiting.first().copied().filter(|it| now_ms - it.at_ms >= patience_ms) {
            self.waiting.rotate_left(1);
            self.waiting.pop();
            let before = match self.last {
                Some((last, times)) if last.target == click.target && click.at_ms - last.at_ms <= RAGE_GAP_MS => times,
                _ => 0,
            };
            let times = before.saturating_add(1);
            self.last = Some((click, times));
            // On what is not made to be clicked, only rage tells; the second click of a double click tells half.
            let (amount, clicks) = match (click.is_plain, times) {
                (_, RAGE_CLICKS) => (DEAD, if click.is_plain { i64::from(RAGE_CLICKS) } else { 1 }),
                (_, RAGE_CLICKS..) | (false, 1) => (DEAD, 1),
                (false, _) => (DEAD / 2, 1),
                (true, _) => continue,
            };
            dead.add(click.at_ms, amount, clicks);
        }
    }

    #[cfg(not(target_family = "wasm"))]
    pub(super) fn size_bytes(&self) -> usize {
        self.waiting.capacity() * size_of::<Click>()
    }
}
