//! A Net Promoter Score with its bands, and the responses behind each.

use super::{Counted, Links};
use crate::app::surveys::{NpsAnswer, Pick};
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::written;
use crate::metric::SMALL_SAMPLE;

pub(in crate::http::dashboard) struct NpsView {
    /// `+30`; absent without an answer.
    pub(in crate::http::dashboard) score: Option<Score>,
    pub(in crate::http::dashboard) answers: Counted,
    pub(in crate::http::dashboard) bands: Vec<Band>,
    /// The bands in words, for those who do not see them.
    pub(in crate::http::dashboard) in_words: String,
}

pub(in crate::http::dashboard) struct Score {
    pub(in crate::http::dashboard) score: String,
    /// `+14 to +44`
    pub(in crate::http::dashboard) interval: String,
    pub(in crate::http::dashboard) answers: String,
    pub(in crate::http::dashboard) small: bool,
}

pub(in crate::http::dashboard) struct Band {
    pub(in crate::http::dashboard) name: &'static str,
    /// Which of the three patterns.
    pub(in crate::http::dashboard) class: &'static str,
    pub(in crate::http::dashboard) count: Counted,
    pub(in crate::http::dashboard) share: Option<Share>,
    /// Place and length in percent of the whole bar.
    pub(in crate::http::dashboard) x: String,
    pub(in crate::http::dashboard) width: String,
}

impl Score {
    pub(in crate::http::dashboard) fn of(nps: NpsAnswer) -> Option<Self> {
        let ((low, high), score) = (nps.interval()?, nps.score()?);
        Some(Self {
            score: points(score),
            interval: format!("{} to {}", points(low), points(high)),
            answers: written::count(nps.answers()),
            small: nps.answers() < SMALL_SAMPLE,
        })
    }
}

impl NpsView {
    pub(in crate::http::dashboard) fn of(nps: NpsAnswer, step: &str, links: &Links) -> Self {
        let whole = nps.answers();
        let mut x = 0.0;
        let mut bands = Vec::new();
        for (name, class, count, pick) in [
            ("Detractors", "detractors", nps.detractors(), Pick::Detractors),
            ("Passives", "passives", nps.passives(), Pick::Passives),
            ("Promoters", "promoters", nps.promoters(), Pick::Promoters),
        ] {
            let width = count as f64 / whole.max(1) as f64 * 100.0;
            bands.push(Band {
                name,
                class,
                count: Counted::new(count, links.answer(step, &pick.name())),
                share: Share::of(count, whole),
                x: format!("{x:.2}%"),
                width: format!("{width:.2}%"),
            });
            x += width;
        }
        let words = bands.iter().map(|it| {
            let share = it.share.as_ref().map_or("none", |it| it.percent.as_str());
            format!("{} {}", share, it.name.to_lowercase())
        });
        Self {
            score: Score::of(nps),
            answers: Counted::new(whole, links.answer(step, &Pick::Answered.name())),
            in_words: words.collect::<Vec<_>>().join(", "),
            bands,
        }
    }
}

/// `+30`, `−12`, `0`: whole points, as it is usual for the score.
pub(super) fn points(share: f64) -> String {
    let points = (share * 100.0).round();
    if points > 0.0 {
        format!("+{points:.0}")
    } else if points < 0.0 {
        format!("−{:.0}", points.abs())
    } else {
        "0".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_whole_points_with_their_sign() {
        assert_eq!([0.3, -0.124, 0.004, -0.004, 1.0, -1.0].map(points), ["+30", "−12", "0", "0", "+100", "−100"]);
    }
}
