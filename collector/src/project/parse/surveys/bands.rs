//! Names for parts of a scale.

use domain::survey::Metric;

/// Ends included; of the Net Promoter Score, of satisfaction (the upper two of five) and of effort (agreement that it
/// was easy).
const BANDS: [(Metric, &str, i32, i32); 9] = [
    (Metric::Nps, "promoter", 9, 10),
    (Metric::Nps, "passive", 7, 8),
    (Metric::Nps, "detractor", 0, 6),
    (Metric::Csat, "satisfied", 4, 5),
    (Metric::Csat, "neutral", 3, 3),
    (Metric::Csat, "dissatisfied", 1, 2),
    (Metric::Ces, "easy", 5, 7),
    (Metric::Ces, "neutral", 4, 4),
    (Metric::Ces, "difficult", 1, 3),
];

/// The names that a scale knows.
pub(super) fn names(metric: Metric) -> Vec<&'static str> {
    BANDS.iter().filter(|it| it.0 == metric).map(|it| it.1).collect()
}

/// From and to.
pub(super) fn scores(metric: Metric, name: &str) -> Option<(i32, i32)> {
    BANDS.iter().find(|it| it.0 == metric && it.1 == name).map(|it| (it.2, it.3))
}

/// Every name there is.
pub(super) fn all() -> Vec<&'static str> {
    let mut names: Vec<&str> = Vec::new();
    for (_, name, _, _) in BANDS {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
