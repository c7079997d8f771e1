//! How complete a page's numbers are: what arrived of what was sent, by source and by day.

use super::funnel_chart::Share;
use super::written;
use crate::app::delivery::{Delivery, DeliveryAnswer};

/// Days shown, the latest of the range; the API has all.
const DAYS: usize = 14;

/// From this share of missing messages on it is said without being asked for.
const ALARM_SHARE: f64 = 0.02;

pub(super) struct Quality {
    /// `98.7% of what was sent arrived`
    pub(super) heading: String,
    pub(super) alarm: bool,
    pub(super) missing: Option<Share>,
    pub(super) tables: Vec<QualityTable>,
    /// Said where the table of days is cut.
    pub(super) cut: Option<String>,
}

pub(super) struct QualityTable {
    pub(super) id: &'static str,
    pub(super) caption: &'static str,
    pub(super) first: &'static str,
    pub(super) rows: Vec<QualityRow>,
}

pub(super) struct QualityRow {
    pub(super) name: String,
    pub(super) stored: String,
    pub(super) missing: String,
    /// Absent where senders do not number their messages.
    pub(super) share: Option<Share>,
    pub(super) dropped: String,
    pub(super) open: String,
    pub(super) duplicate: String,
    pub(super) late: String,
    pub(super) bot: String,
}

impl Quality {
    /// `None` where nothing arrived.
    pub(super) fn of(answer: &DeliveryAnswer) -> Option<Self> {
        let all = &answer.all;
        if all.stored + all.duplicate + all.expected == 0 {
            return None;
        }
        let missing = Share::of(all.missing, all.expected);
        let heading = match &missing {
            None => {
                "How complete this is: senders do not number their messages, so nothing is known to be missing".into()
            }
            Some(_) if all.missing == 0 => "How complete this is: nothing is known to be missing".to_owned(),
            Some(share) => format!("How complete this is: {} of messages are missing", share.percent),
        };
        let sources = answer.sources.iter().map(|it| QualityRow::of(source_name(&it.source), &it.delivery)).collect();
        let mut days: Vec<(&str, Delivery)> = Vec::new();
        for it in answer.days.iter().rev() {
            match days.last_mut() {
                Some((day, delivery)) if *day == it.day => delivery.add(&it.delivery),
                _ => days.push((&it.day, it.delivery.clone())),
            }
        }
        let cut = (days.len() > DAYS)
            .then(|| format!("The latest {DAYS} of {} days; all are in the API.", written::count(days.len() as u64)));
        let rows = days.iter().take(DAYS).map(|(day, delivery)| QualityRow::of((*day).to_owned(), delivery)).collect();
        Some(Self {
            heading,
            alarm: all.missing_interval.is_some_and(|(low, _)| low >= ALARM_SHARE),
            missing,
            tables: vec![
                QualityTable { id: "sources", caption: "By what made the messages", first: "Source", rows: sources },
                QualityTable { id: "days", caption: "By day", first: "Day, UTC", rows },
            ],
            cut,
        })
    }
}

impl QualityRow {
    fn of(name: String, it: &Delivery) -> Self {
        let share = Share::of(it.missing, it.expected);
        let numbered = |number| if it.expected > 0 { written::count(number) } else { "–".to_owned() };
        Self {
            name,
            stored: written::count(it.stored),
            missing: numbered(it.missing),
            share,
            dropped: written::count(it.dropped),
            open: numbered(it.open),
            duplicate: written::count(it.duplicate),
            late: written::count(it.late),
            bot: written::count(it.bot),
        }
    }
}

fn source_name(source: &str) -> String {
    if source.is_empty() { "(not said)".to_owned() } else { source.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::storage::Delivered;

    fn quality(rows: &[Delivered]) -> Option<Quality> {
        Quality::of(&DeliveryAnswer::of(rows))
    }

    fn page(day: i64, expected: u64, missing: u64) -> Delivered {
        let stored = expected - missing;
        Delivered {
            day,
            source: "milepost-js".into(),
            stored,
            clients: 9,
            ended: 9,
            expected,
            missing,
            ..Default::default()
        }
    }

    #[test]
    fn what_is_missing_is_said_first_and_loudly_from_two_percent_on() {
        let much = quality(&[page(20_000, 1_000, 50)]).expect("messages");
        assert_eq!(much.heading, "How complete this is: 5.0% of messages are missing");
        assert!(much.alarm);
        let little = quality(&[page(20_000, 1_000, 5)]).expect("messages");
        assert!(!little.alarm);
        let none = quality(&[page(20_000, 1_000, 0)]).expect("messages");
        assert_eq!(none.heading, "How complete this is: nothing is known to be missing");
        assert!(quality(&[]).is_none());
    }

    #[test]
    fn days_are_the_latest_first_over_all_sources() {
        let server = Delivered { day: 20_001, source: String::new(), stored: 4, ..Delivered::default() };
        let shown = quality(&[page(20_000, 10, 0), server, page(20_001, 20, 2)]).expect("messages");
        let days: Vec<(&str, &str)> = shown.tables[1].rows.iter().map(|it| (&*it.name, &*it.stored)).collect();
        assert_eq!(days, [("2024-10-05", "22"), ("2024-10-04", "10")]);
        let sources: Vec<(&str, &str)> = shown.tables[0].rows.iter().map(|it| (&*it.name, &*it.missing)).collect();
        assert_eq!(sources, [("milepost-js", "2"), ("(not said)", "–")]);
    }
}
