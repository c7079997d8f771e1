//! Days, weeks and months in a row, by their numbers.

use super::Calendar;
use super::calendar::day_number;
use jiff::Span;
use jiff::civil::{Date, date};

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    Day,
    Week,
    Month,
}

impl Period {
    /// The number of the period in which a moment lies.
    pub fn of(self, at_ms: i64, calendar: &Calendar) -> i64 {
        let day = calendar.day(at_ms);
        match self {
            Self::Day => day,
            Self::Week => calendar.week(day),
            Self::Month => date_of(day).map_or(0, |it| (i64::from(it.year()) - 1970) * 12 + i64::from(it.month()) - 1),
        }
    }

    /// When a period begins.
    pub fn start_ms(self, number: i64, calendar: &Calendar) -> i64 {
        calendar.day_start_ms(self.first_day(number, calendar))
    }

    /// The date on which a period begins.
    pub fn start_date(self, number: i64, calendar: &Calendar) -> String {
        Calendar::date(self.first_day(number, calendar))
    }

    fn first_day(self, number: i64, calendar: &Calendar) -> i64 {
        match self {
            Self::Day => number,
            Self::Week => calendar.first_of_week(number),
            Self::Month => {
                let first = Span::new().try_months(number).and_then(|it| date(1970, 1, 1).checked_add(it));
                first.ok().and_then(day_number).unwrap_or(0)
            }
        }
    }

    /// Its name in addresses and answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        [Self::Day, Self::Week, Self::Month].into_iter().find(|it| it.name() == name)
    }

    /// How many periods beside the first are told where nobody says: as many as fit on a page.
    pub fn usual(self) -> usize {
        match self {
            Self::Day => 14,
            Self::Week => 8,
            Self::Month => 6,
        }
    }
}

fn date_of(day: i64) -> Option<Date> {
    Span::new().try_days(day).and_then(|it| date(1970, 1, 1).checked_add(it)).ok()
}
