//! What was decided, and why: the same text in messages, recordings and replays.

use super::assignment::Assignment;
use super::score::Score;
use crate::json::Json;
use domain::hesitation::{Device, Feature};

/// Reasons given for a score.
const REASONS: usize = 3;

/// One decision, complete enough to be explained and repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub at_ms: i64,
    pub verdict: Verdict,
    pub page: String,
    pub context: String,
    pub device: Device,
    /// Of the visit: it began at this time.
    pub visit_ms: i64,
    pub assignment: Assignment,
    /// Version of the model.
    pub model: u64,
    /// The page's own baseline was used; else the site's.
    pub is_own: bool,
    pub score: Score,
    /// Where asking begins, with what this user and this page add to it.
    pub threshold: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Below all thresholds again.
    Calm,
    /// Offer help quietly.
    Hint,
    /// Ask.
    Ask,
    /// Would have been asked, but for this.
    Withheld(Blocker),
}

/// What stands against asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocker {
    Hidden,
    /// Just came back to the tab.
    Returned,
    Typing,
    Dragging,
    Composing,
    Modal,
    Dirty,
    Media,
    Fullscreen,
    /// Not at a breakpoint: something was done a moment ago.
    Acting,
    /// Too early on this page.
    Early,
    /// Asked in this session already.
    Session,
    /// Asked too often lately, or dismissed.
    CoolDown,
    /// Said "don't ask again".
    Declined,
    /// The page asked too many without need.
    Muted,
    /// The vendor excludes this page.
    Excluded,
    /// No question is configured.
    Unconfigured,
    /// A prompt is open.
    Prompted,
    HoldOut,
    Shadow,
}

/// One of the things that made a score, as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub feature: Feature,
    /// Milliseconds or a count.
    pub measured: i64,
    /// What one visit in twenty exceeds; `None` where there is nothing to compare with.
    pub usual: Option<i64>,
}

impl Blocker {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hidden => "hidden",
            Self::Returned => "returned",
            Self::Typing => "typing",
            Self::Dragging => "dragging",
            Self::Composing => "composing",
            Self::Modal => "modal",
            Self::Dirty => "dirty",
            Self::Media => "media",
            Self::Fullscreen => "fullscreen",
            Self::Acting => "acting",
            Self::Early => "early",
            Self::Session => "session",
            Self::CoolDown => "coolDown",
            Self::Declined => "declined",
            Self::Muted => "muted",
            Self::Excluded => "excluded",
            Self::Unconfigured => "unconfigured",
            Self::Prompted => "prompted",
            Self::HoldOut => "holdOut",
            Self::Shadow => "shadow",
        }
    }
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calm => "calm",
            Self::Hint => "hint",
            Self::Ask => "ask",
            Self::Withheld(_) => "withheld",
        }
    }
}

impl Decision {
    /// The largest positive contributions, largest first; ties in the order of [`Feature::ALL`].
    pub fn reasons(&self) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut given: u32 = 0;
        while reasons.len() < REASONS {
            let mut best: Option<(Feature, i32)> = None;
            for feature in Feature::ALL {
                let contribution = self.score.contribution(feature);
                let is_free = given & 1 << feature as u32 == 0;
                if is_free && contribution > best.map_or(0, |it| it.1) {
                    best = Some((feature, contribution));
                }
            }
            let Some((feature, _)) = best else { break };
            given |= 1 << feature as u32;
            let (measured, usual) = self.score.measured(feature);
            reasons.push(Reason { feature, measured, usual });
        }
        reasons
    }

    /// One JSON object; features and contributions of zero are left out.
    ///
    /// ```json
    /// {"t":1000,"verdict":"ask","page":"/invoices/:id","context":"","device":"desktop","visit":0,
    ///  "assignment":"treated","model":7,"baseline":"page","score":812,"threshold":500,"bias":-2500,
    ///  "features":{"idle":2310},"contributions":{"idle":3312},
    ///  "why":[{"feature":"idle","measured":38000,"usual":22000}]}
    /// ```
    pub fn json(&self) -> String {
        let mut json = Json::object();
        json.number("t", self.at_ms).text("verdict", self.verdict.as_str());
        if let Verdict::Withheld(blocker) = self.verdict {
            json.text("blocker", blocker.as_str());
        }
        json.text("page", &self.page)
            .text("context", &self.context)
            .text("device", if self.device == Device::Touch { "touch" } else { "desktop" })
            .number("visit", self.visit_ms)
            .text("assignment", self.assignment.as_str())
            .number("model", self.model as i64)
            .text("baseline", if self.is_own { "page" } else { "site" })
            .number("score", i64::from(self.score.total()))
            .number("threshold", i64::from(self.threshold))
            .number("bias", i64::from(self.score.bias));
        for (key, of) in [("features", Score::feature as fn(&Score, Feature) -> i32), ("contributions", Score::contribution)] {
            json.open(key);
            for feature in Feature::ALL {
                let value = of(&self.score, feature);
                if value != 0 {
                    json.number(feature.as_str(), i64::from(value));
                }
            }
            json.close();
        }
        let mut why = String::from("[");
        for reason in self.reasons() {
            if why.len() > 1 {
                why.push(',');
            }
            let mut one = Json::object();
            one.text("feature", reason.feature.as_str()).number("measured", reason.measured);
            if let Some(usual) = reason.usual {
                one.number("usual", usual);
            }
            why.push_str(&one.end());
        }
        why.push(']');
        json.raw("why", &why);
        json.end()
    }
}
