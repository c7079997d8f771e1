//! Who they are, what they have, how often they come.

use super::DAY_MS;
use crate::dice::Dice;

pub(super) struct Person {
    pub(super) user: String,
    pub(super) account: Option<String>,
    pub(super) browsers: Vec<Browser>,
    pub(super) first_visit_ms: i64,
    /// Between two visits, on average.
    pub(super) every_ms: i64,
    /// Whether they say who they are in every browser at once, or only some visits later.
    pub(super) logs_in_at_once: bool,
    /// Of a hundred times, how often they clear their browser before a visit.
    pub(super) clears: u64,
}

pub(super) struct Browser {
    pub(super) id: String,
    pub(super) sessions: u32,
    pub(super) is_logged_in: bool,
}

/// The first accounts are large, most are of a handful; every tenth person has none.
pub(super) fn people(dice: &mut Dice, count: usize, days: i64) -> Vec<Person> {
    let mut people = Vec::with_capacity(count);
    let (mut account, mut left) = (0, 0);
    for nth in 0..count {
        if left == 0 {
            account += 1;
            left = if account % 10 == 1 { dice.between(40, 150) } else { dice.between(1, 8) };
        }
        left -= 1;
        let browsers = (0..dice.between(1, 3)).map(|at| browser(&format!("b-{nth}-{at}-0"))).collect();
        people.push(Person {
            user: format!("u-{nth}"),
            account: (!dice.percent(10)).then(|| format!("account-{account}")),
            browsers,
            first_visit_ms: dice.between(0, days * 2 / 3 * DAY_MS),
            every_ms: dice.pick(&[2, 4, 6, 10, 14, 30]) * DAY_MS,
            logs_in_at_once: dice.percent(80),
            clears: if dice.percent(20) { 30 } else { 1 },
        });
    }
    people
}

pub(super) fn browser(id: &str) -> Browser {
    Browser { id: id.to_owned(), sessions: 0, is_logged_in: false }
}
