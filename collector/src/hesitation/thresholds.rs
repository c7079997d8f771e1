//! From which score on to hint and to ask, so that a budget is kept.

/// Fewer sessions say too little about the few that score highest.
const SESSIONS: usize = 200;

/// A hint costs less than a question.
const HINTS_PER_QUESTION: f64 = 3.0;

/// (ask, hint): of the highest scores of sessions, each with its weight, only the budgeted share lies at or above.
pub(super) fn thresholds(mut tops: Vec<(i32, f64)>, budget: f64) -> Option<(i32, i32)> {
    if tops.len() < SESSIONS {
        return None;
    }
    tops.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.total_cmp(&other.1)));
    let all: f64 = tops.iter().map(|it| it.1).sum();
    let ask_at = lowest_kept(&tops, budget * all);
    let hint_at = lowest_kept(&tops, (HINTS_PER_QUESTION * budget).min(1.0) * all);
    Some((ask_at, hint_at.min(ask_at)))
}

/// The lowest threshold that no more than `allowed` reaches.
fn lowest_kept(tops: &[(i32, f64)], allowed: f64) -> i32 {
    let (mut at, mut sum) = (tops.first().map_or(0, |it| it.0) + 1, 0.0);
    for equal in tops.chunk_by(|one, other| one.0 == other.0) {
        sum += equal.iter().map(|it| it.1).sum::<f64>();
        if sum > allowed * (1.0 + 1e-9) {
            break;
        }
        at = equal[0].0;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_budgeted_share_of_sessions_reaches_the_threshold() {
        let tops: Vec<(i32, f64)> = (0..1_000).map(|it| (it, 1.0)).collect();
        assert_eq!(thresholds(tops, 0.03), Some((970, 910)));
    }

    #[test]
    fn a_score_that_too_many_share_is_above_the_budget() {
        let tops: Vec<(i32, f64)> = (0..1_000).map(|it| (it.min(900), 1.0)).collect();
        assert_eq!(thresholds(tops, 0.03), Some((901, 901)));
    }

    #[test]
    fn few_sessions_set_no_threshold() {
        assert_eq!(thresholds(vec![(1, 1.0); 199], 0.03), None);
    }
}
