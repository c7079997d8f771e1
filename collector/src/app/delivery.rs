//! How complete the stored messages are: missing, late, duplicate and bots' messages, by day and source.
//!
//! Definitions: `docs/reference/metrics.md`.

use super::App;
use crate::metric::wilson_interval;
use crate::storage::{Delivered, DeliveryQuestion, StorageError};
use serde::Serialize;
use std::collections::BTreeMap;

const DAY_MS: i64 = 86_400_000;

/// A client that was heard since then may still be sending.
const QUIET_MS: i64 = 30 * 60_000;

/// The answer, as the API gives it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeliveryAnswer {
    pub all: Delivery,
    /// The one with the most messages first.
    pub sources: Vec<SourceDelivery>,
    /// In order of day, then source.
    pub days: Vec<DayDelivery>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceDelivery {
    /// The library that made the messages; empty where they do not say.
    pub source: String,
    #[serde(flatten)]
    pub delivery: Delivery,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DayDelivery {
    /// `2026-01-31`, in UTC.
    pub day: String,
    pub source: String,
    #[serde(flatten)]
    pub delivery: Delivery,
}

/// Counts of messages, and of the clients that number theirs.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Delivery {
    pub stored: u64,
    /// Came again and were not stored again.
    pub duplicate: u64,
    /// Stored, an hour or more after they happened.
    pub late: u64,
    /// Stored, from what calls itself a bot.
    pub bot: u64,
    /// Said by senders to have been dropped.
    pub dropped: u64,
    /// Page loads, for browsers.
    pub clients: u64,
    /// Went silent without a word of it: a tab that was left open, or what they sent last is missing.
    pub open: u64,
    /// What clients made, by their highest numbers.
    pub expected: u64,
    /// Of them, those that never came.
    pub missing: u64,
    pub missing_share: Option<f64>,
    /// Wilson's at 95 %; its upper end supposes that each open client made one more, which is missing.
    pub missing_interval: Option<(f64, f64)>,
}

impl App {
    /// Of messages that arrived, and clients that were first heard, on days that touch `since ≤ t < until`.
    pub async fn delivery(&self, since_ms: Option<i64>, until_ms: Option<i64>) -> Result<DeliveryAnswer, StorageError> {
        let question = DeliveryQuestion {
            since_day: since_ms.map(|it| it.div_euclid(DAY_MS)),
            until_day: until_ms.map(|it| (it - 1).div_euclid(DAY_MS) + 1),
            quiet_before_ms: self.now_ms() - QUIET_MS,
        };
        Ok(DeliveryAnswer::of(&self.events.delivery(question).await?))
    }
}

impl DeliveryAnswer {
    pub(crate) fn of(rows: &[Delivered]) -> Self {
        let mut all = Delivery::default();
        let mut sources: BTreeMap<&str, Delivery> = BTreeMap::new();
        let mut days = Vec::with_capacity(rows.len());
        for row in rows {
            let delivery = Delivery::of(row);
            all.add(&delivery);
            sources.entry(&row.source).or_default().add(&delivery);
            days.push(DayDelivery { day: day(row.day), source: row.source.clone(), delivery });
        }
        let source = |(source, delivery): (&str, Delivery)| SourceDelivery { source: source.to_owned(), delivery };
        let mut sources: Vec<SourceDelivery> = sources.into_iter().map(source).collect();
        sources.sort_by_key(|it| std::cmp::Reverse(it.delivery.stored));
        Self { all, sources, days }
    }
}

impl Delivery {
    fn of(row: &Delivered) -> Self {
        // Where nobody ever says that it goes, saying nothing means nothing.
        let open = if row.ended > 0 { row.clients.saturating_sub(row.ended + row.busy) } else { 0 };
        let mut delivery = Self {
            stored: row.stored,
            duplicate: row.duplicate,
            late: row.late,
            bot: row.bot,
            dropped: row.dropped,
            clients: row.clients,
            open,
            expected: row.expected,
            missing: row.missing,
            ..Self::default()
        };
        delivery.estimate();
        delivery
    }

    pub(crate) fn add(&mut self, other: &Self) {
        let Self { stored, duplicate, late, bot, dropped, clients, open, expected, missing, .. } = other;
        self.stored += stored;
        self.duplicate += duplicate;
        self.late += late;
        self.bot += bot;
        self.dropped += dropped;
        self.clients += clients;
        self.open += open;
        self.expected += expected;
        self.missing += missing;
        self.estimate();
    }

    fn estimate(&mut self) {
        self.missing_share = (self.expected > 0).then(|| self.missing as f64 / self.expected as f64);
        let seen = wilson_interval(self.missing, self.expected);
        let feared = wilson_interval(self.missing + self.open, self.expected + self.open);
        self.missing_interval = seen.zip(feared).map(|((low, _), (_, high))| (low, high));
    }
}

fn day(day: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(day.saturating_mul(DAY_MS));
    at.map(|it| it.strftime("%Y-%m-%d").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: i64, source: &str) -> Delivered {
        Delivered { day, source: source.to_owned(), ..Delivered::default() }
    }

    #[test]
    fn numbers_that_never_came_are_missing_and_more_may_be_of_who_vanished() {
        let page = Delivered {
            stored: 95,
            clients: 10,
            ended: 7,
            busy: 1,
            expected: 100,
            missing: 5,
            ..row(20_000, "milepost-js")
        };
        let answer = DeliveryAnswer::of(&[page]);
        assert_eq!((answer.all.open, answer.all.expected, answer.all.missing), (2, 100, 5));
        assert_eq!(answer.all.missing_share, Some(0.05));
        let (low, _) = wilson_interval(5, 100).expect("an interval");
        let (_, high) = wilson_interval(7, 102).expect("an interval");
        assert_eq!(answer.all.missing_interval, Some((low, high)));
        assert_eq!(answer.days[0].day, "2024-10-04");
    }

    #[test]
    fn who_never_says_that_it_goes_is_not_missed() {
        let manual = Delivered { stored: 9, clients: 3, expected: 10, missing: 1, ..row(1, "milepost-js") };
        let delivery = DeliveryAnswer::of(&[manual]).all;
        assert_eq!((delivery.open, delivery.expected, delivery.missing), (0, 10, 1));
    }

    #[test]
    fn without_numbers_there_is_no_share() {
        let server = Delivered { stored: 7, duplicate: 2, ..row(1, "analytics-node") };
        let delivery = DeliveryAnswer::of(&[server]).all;
        assert_eq!((delivery.stored, delivery.duplicate, delivery.missing_share), (7, 2, None));
        assert_eq!(DeliveryAnswer::of(&[]).all, Delivery::default());
    }

    #[test]
    fn days_add_up_to_sources_and_sources_to_all() {
        let rows = [
            Delivered { stored: 1, late: 1, ..row(1, "a") },
            Delivered { stored: 5, bot: 2, ..row(1, "b") },
            Delivered { stored: 2, dropped: 3, ..row(2, "a") },
        ];
        let answer = DeliveryAnswer::of(&rows);
        let sources: Vec<(&str, u64)> = answer.sources.iter().map(|it| (&*it.source, it.delivery.stored)).collect();
        assert_eq!(sources, [("b", 5), ("a", 3)]);
        assert_eq!((answer.all.stored, answer.all.late, answer.all.bot, answer.all.dropped), (8, 1, 2, 3));
    }
}
