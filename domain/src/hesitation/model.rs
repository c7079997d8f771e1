//! What the features weigh, and what happens from which score on.

use super::{Baseline, Device, Feature, Measure};
use crate::url_pattern::UrlPattern;

/// Of [`Baseline::closeness`]: this page, this context, this device.
const MOST_CLOSE: u8 = 7;

/// Everything the detector is told; one version of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    /// Grows with every change, of weights or of baselines.
    pub version: u64,
    /// Thousandths of a logit.
    pub bias: i32,
    /// Thousandths of a logit per thousand of a feature, in the order of [`Feature::ALL`].
    pub weights: [i32; Feature::COUNT],
    /// The score from which on a question may be asked: the highest scores of sessions stay below it but for the budget.
    pub ask_at: i32,
    /// … a hint may be shown.
    pub hint_at: i32,
    /// Mixed into the hash that assigns users to experiments; below 10¹⁸.
    pub salt: u64,
    /// Thousandths of the sessions whose inputs are recorded.
    pub record_share: u32,
    /// Pages as the vendor groups them, before any guess of ours.
    pub pages: Vec<UrlPattern>,
    /// Never ask or hint here.
    pub excluded: Vec<UrlPattern>,
    /// The most specific that fits counts; one for the site (`*`) comes first.
    pub baselines: Vec<Baseline>,
    /// `None`: observe only.
    pub ask: Option<Ask>,
}

/// How people are asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// In the order of [`Wording`].
    pub words: Vec<String>,
    pub links: Vec<HelpLink>,
    /// CSS color of the buttons, already checked for contrast; empty: ours.
    pub accent: String,
}

/// A page of help, offered where its pattern fits.
#[derive(Clone, Debug, PartialEq)]
pub struct HelpLink {
    pub on: UrlPattern,
    pub label: String,
    pub url: String,
}

/// The texts of the question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// Is something confusing you?
    Question,
    /// No, I'm fine
    Fine,
    /// Yes
    Confused,
    /// What is unclear? (optional)
    Detail,
    /// Send
    Send,
    /// Thank you.
    Thanks,
    /// Close
    Close,
    /// Help for this page
    Links,
    /// Need help?
    Hint,
    /// Question in the corner of the page. Press F6 to go to it.
    Announcement,
    /// Don't ask again
    Never,
}

impl Wording {
    pub const COUNT: usize = 11;
}

impl Model {
    pub fn weight(&self, feature: Feature) -> i32 {
        self.weights.get(feature as usize).copied().unwrap_or(0)
    }

    /// Fills an empty baseline with the most specific that holds for a visit, completed by wider ones.
    /// Says whether people progress on this very page.
    pub fn fill(&self, best: &mut Baseline, page: &str, context: &str, device: Device) -> bool {
        let mut has_progress = false;
        for closeness in (0..=MOST_CLOSE).rev() {
            for row in &self.baselines {
                if row.closeness(page, context, device) == Some(closeness) {
                    if best.page.is_empty() {
                        best.page.push_str(&row.page);
                        best.is_own = row.is_own;
                        best.is_muted = row.is_muted;
                        best.prior = row.prior;
                    }
                    best.complete(row);
                    let stall = row.curves.get(Measure::Stall.index());
                    has_progress |= closeness > MOST_CLOSE / 2 && stall.is_some_and(Option::is_some);
                }
            }
        }
        has_progress
    }

    /// The baselines that hold for a visit: the most specific first, the site's last.
    pub fn baselines_for<'a>(
        &'a self,
        page: &'a str,
        context: &'a str,
        device: Device,
    ) -> impl Iterator<Item = &'a Baseline> {
        (0..=MOST_CLOSE).rev().flat_map(move |closeness| {
            self.baselines.iter().filter(move |it| it.closeness(page, context, device) == Some(closeness))
        })
    }
}
