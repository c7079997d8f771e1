//! What happened, as marks on charts over time and as a list below them.

use super::written;
use crate::app::annotations::Annotation;
use crate::metric::Calendar;

/// The annotations of what a page shows, numbered in order of time.
#[derive(Default)]
pub(super) struct Marks {
    pub(super) list: Vec<Mark>,
}

pub(super) struct Mark {
    pub(super) number: usize,
    pub(super) at_ms: i64,
    pub(super) day: String,
    pub(super) text: String,
    pub(super) url: Option<String>,
    /// A definition changed.
    pub(super) is_change: bool,
}

impl Marks {
    /// Those of `from ≤ t < until`.
    pub(super) fn within(annotations: &[Annotation], from_ms: i64, until_ms: i64, calendar: &Calendar) -> Self {
        let shown = annotations.iter().filter(|it| it.at_ms >= from_ms && it.at_ms < until_ms);
        let mark = |(at, it): (usize, &Annotation)| Mark {
            number: at + 1,
            at_ms: it.at_ms,
            day: written::day_or_minute(it.at_ms, calendar),
            text: it.text.clone(),
            url: it.url.clone(),
            is_change: it.changed.is_some(),
        };
        Self { list: shown.enumerate().map(mark).collect() }
    }

    /// The numbers of those of a part of it, `1, 2`; `None` where there are none.
    pub(super) fn numbers(&self, from_ms: i64, until_ms: i64) -> Option<String> {
        let numbers: Vec<String> = self.of(from_ms, until_ms).iter().map(|(number, _)| number.to_string()).collect();
        (!numbers.is_empty()).then(|| numbers.join(", "))
    }

    /// Those of a part of it.
    pub(super) fn of(&self, from_ms: i64, until_ms: i64) -> Vec<(usize, String)> {
        let inside = self.list.iter().filter(|it| it.at_ms >= from_ms && it.at_ms < until_ms);
        inside.map(|it| (it.number, it.text.clone())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_numbered_among_those_shown() {
        let annotation = |at_ms, text: &str| {
            let text = text.to_owned();
            Annotation { at_ms, text, url: None, changed: None, digest: None }
        };
        let all = [annotation(5, "before"), annotation(10, "first"), annotation(19, "last"), annotation(20, "after")];
        let marks = Marks::within(&all, 10, 20, &Calendar::default());
        let told: Vec<_> = marks.list.iter().map(|it| (it.number, it.text.as_str())).collect();
        assert_eq!(told, [(1, "first"), (2, "last")]);
        assert_eq!(marks.of(11, 20), [(2, "last".to_owned())]);
        assert_eq!(marks.of(0, 10), []);
        assert_eq!((marks.numbers(0, 99).as_deref(), marks.numbers(0, 10)), (Some("1, 2"), None));
    }
}
