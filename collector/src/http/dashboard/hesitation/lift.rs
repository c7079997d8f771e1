//! Whether asking helps: those who may be asked beside those who never are.

use super::counted::Counted;
use super::range::Range;
use crate::app::hesitation::{Lift, Share as Part, Who};
use crate::http::dashboard::funnel_chart::Share;
use crate::metric::{SMALL_SAMPLE, newcombe_interval};

/// Two shares and their difference.
pub(super) struct LiftView {
    pub(super) arms: Vec<Arm>,
    /// The difference as a sentence; absent while an arm is empty.
    pub(super) verdict: Option<String>,
    pub(super) small: bool,
}

pub(super) struct Arm {
    pub(super) name: &'static str,
    pub(super) all: Counted,
    pub(super) reached: Counted,
    pub(super) share: Option<Share>,
}

impl LiftView {
    /// `None` is all pages together.
    pub(super) fn of(page: Option<&str>, lift: Lift, range: &Range) -> Self {
        let arm = |name, part: Part, all: Who, reached: Who| Arm {
            name,
            all: Counted::of(part.whole, page, all, range),
            reached: Counted::of(part.part, page, reached, range),
            share: Share::of(part.part, part.whole),
        };
        Self {
            arms: vec![
                arm("May be asked", lift.treated, Who::Treated, Who::TreatedReached),
                arm("Never asked", lift.hold_out, Who::HoldOut, Who::HoldOutReached),
            ],
            verdict: verdict(lift),
            small: lift.treated.whole.min(lift.hold_out.whole) < SMALL_SAMPLE,
        }
    }
}

fn verdict(lift: Lift) -> Option<String> {
    let pair = |it: Part| (it.part, it.whole);
    let (low, high) = newcombe_interval(pair(lift.treated), pair(lift.hold_out))?;
    let difference = lift.treated.share()? - lift.hold_out.share()?;
    let meaning = if low > 0.0 {
        "Asking helps."
    } else if high < 0.0 {
        "Those who may be asked do worse: ask less, or ask something else."
    } else {
        "That may be chance: nothing is shown yet, either way."
    };
    Some(format!(
        "Difference {} points, 95% interval {} to {}. {meaning}",
        points(difference),
        points(low),
        points(high)
    ))
}

/// `+4.2`, `−0.3`, `0.0`
fn points(share: f64) -> String {
    let points = share * 100.0;
    let sign = if points >= 0.05 {
        "+"
    } else if points <= -0.05 {
        "−"
    } else {
        ""
    };
    format!("{sign}{:.1}", points.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(treated: (u64, u64), hold_out: (u64, u64), said: Option<&str>) {
        let part = |(part, whole)| Part { part, whole };
        assert_eq!(verdict(Lift { treated: part(treated), hold_out: part(hold_out) }).as_deref(), said);
    }

    #[test]
    fn a_difference_is_claimed_only_where_its_interval_leaves_zero() {
        let unsure = "Difference +20.0 points, 95% interval −20.2 to +52.6. \
                      That may be chance: nothing is shown yet, either way.";
        check((5, 10), (3, 10), Some(unsure));
        check((56, 70), (48, 80), Some("Difference +20.0 points, 95% interval +5.2 to +33.4. Asking helps."));
        let worse = "Difference −20.0 points, 95% interval −33.4 to −5.2. \
                     Those who may be asked do worse: ask less, or ask something else.";
        check((48, 80), (56, 70), Some(worse));
        check((5, 10), (0, 0), None);
    }
}
