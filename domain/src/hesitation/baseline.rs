//! What is normal on one page.

use super::sample::counts_steps;
use super::{Curve, Measure};

/// The class of device a visit was made with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Device {
    #[default]
    Desktop,
    Touch,
}

impl Device {
    /// As it is called in messages, logs and replays.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Touch => "touch",
        }
    }
}

/// Ages of a visit from which on each entry of [`Baseline::prior`] holds.
pub const PRIOR_AT_MS: [i64; 7] = [0, 15_000, 30_000, 60_000, 120_000, 240_000, 480_000];

/// What visits that went on looked like, already shrunk towards what contains it.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// A page template such as `/invoices/:id`; `*` is the whole site.
    pub page: String,
    /// Empty: any context.
    pub context: String,
    /// `None`: any device.
    pub device: Option<Device>,
    /// Learned from enough visitors of this very page. Others are asked about more reluctantly.
    pub is_own: bool,
    /// Too many were asked here without need: no hints and no questions.
    pub is_muted: bool,
    /// Per [`Measure`]; `None`: ask the site's.
    pub curves: [Option<Curve>; Measure::COUNT],
    /// Hashes of the states that people who go on reach here, each with the share of them that does, in thousandths.
    /// Where there are none, one new state is worth as much as any other.
    pub steps: Vec<(u32, u16)>,
    /// Thousandths of a logit over the site's, per entry of [`PRIOR_AT_MS`].
    pub prior: [i32; PRIOR_AT_MS.len()],
}

impl Default for Baseline {
    /// Knows nothing, and holds nowhere.
    fn default() -> Self {
        Self {
            page: String::new(),
            context: String::new(),
            device: None,
            is_own: false,
            is_muted: false,
            // Repeated, not defaulted: that would write out every curve.
            curves: [None; Measure::COUNT],
            steps: Vec::new(),
            prior: [0; PRIOR_AT_MS.len()],
        }
    }
}

impl Baseline {
    /// How much of progress it is to reach `state`, in thousandths.
    pub fn worth_of(&self, state: u32) -> i64 {
        if self.steps.is_empty() {
            return 1_000;
        }
        self.steps.iter().find(|it| it.0 == state).map_or(0, |it| i64::from(it.1))
    }

    /// How specific this is to a visit: its page counts most, then context, then device. `None`: it does not hold.
    pub(super) fn closeness(&self, page: &str, context: &str, device: Device) -> Option<u8> {
        let is_page = self.page.as_bytes() == page.as_bytes();
        let is_context = self.context.as_bytes() == context.as_bytes();
        let is_device = self.device == Some(device);
        let holds = (is_page || self.page.as_bytes() == b"*")
            && (is_context || self.context.is_empty())
            && (is_device || self.device.is_none());
        let closeness = u8::from(is_page) << 2 | u8::from(is_context && !context.is_empty()) << 1 | u8::from(is_device);
        holds.then_some(closeness)
    }

    /// Takes over what `wider` knows and this does not.
    pub(super) fn complete(&mut self, wider: &Self) {
        // Progress counted in another page's steps is another quantity.
        let has_steps = !self.steps.is_empty();
        for (index, (own, other)) in self.curves.iter_mut().zip(&wider.curves).enumerate() {
            if own.is_none() && !(has_steps && counts_steps(index)) {
                *own = *other;
            }
        }
        if !has_steps {
            self.steps.extend_from_slice(&wider.steps);
        }
    }
}
