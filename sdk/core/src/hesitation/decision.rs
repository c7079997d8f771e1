//! What was decided: the same text in messages and recordings. Why is in its [`Score`].

use super::assignment::Assignment;
use super::score::Score;
use crate::json::Json;
use domain::hesitation::Device;

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
    /// Where asking begins (hinting, for a hint or calm), with what this user and this page add to it.
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
    /// One JSON object, as it travels and is recorded; `parts` as [`Score::parts`] writes them.
    ///
    /// ```json
    /// {"t":1000,"verdict":"ask","page":"/invoices/:id","context":"","device":"desktop","visit":0,
    ///  "assignment":"treated","model":7,"own":1,"score":812,"threshold":500,"bias":-2500,
    ///  "parts":[1,2310,3312,38000,22000]}
    /// ```
    pub fn json(&self) -> String {
        let mut json = Json::object();
        json.number("t", self.at_ms).text("verdict", self.verdict.as_str());
        if let Verdict::Withheld(blocker) = self.verdict {
            json.text("blocker", blocker.as_str());
        }
        json.text("page", &self.page).text("context", &self.context).text("device", self.device.as_str());
        json.number("visit", self.visit_ms).text("assignment", self.assignment.as_str());
        for (key, value) in [
            ("model", self.model as i64),
            ("own", i64::from(self.is_own)),
            ("score", i64::from(self.score.total())),
            ("threshold", i64::from(self.threshold)),
            ("bias", i64::from(self.score.bias)),
        ] {
            json.number(key, value);
        }
        json.raw("parts", &self.score.parts());
        json.end()
    }
}
