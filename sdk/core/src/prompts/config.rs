//! One survey of the config, with what is remembered of its triggers.

use crate::milestones::{Reach, key_of};
use domain::survey::{Survey, Trigger};
use domain::{Definitions, Fact, JourneyId, MilestoneId, RuleProgress};

#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) survey: Survey,
    /// For each trigger: what its rule remembers of this page's messages.
    progress: Vec<Option<RuleProgress>>,
    /// For each trigger about a milestone: its key, and that of the one before; of the first, what all keys of its
    /// journey begin with.
    pub(crate) keys: Vec<(String, String)>,
    /// The page was looked at long enough.
    pub(crate) has_looked: bool,
}

impl Campaign {
    pub(crate) fn new(survey: Survey, definitions: &Definitions) -> Self {
        let mut progress = Vec::new();
        let mut keys = Vec::new();
        for trigger in &survey.triggers {
            progress.push(if let Trigger::Fired(rule) = trigger { Some(RuleProgress::new(rule)) } else { None });
            keys.push(match trigger {
                Trigger::Reached { journey, milestone } | Trigger::Overdue { journey, milestone, .. } => {
                    (key_of(journey, milestone.as_str()), before(definitions, journey, milestone))
                }
                _ => (String::new(), String::new()),
            });
        }
        Self { survey, progress, keys, has_looked: false }
    }

    /// Takes the next message, and says whether it brings the survey up.
    pub(crate) fn fires(&mut self, fact: &Fact<'_>) -> bool {
        let mut fires = false;
        for (trigger, progress) in self.survey.triggers.iter().zip(&mut self.progress) {
            if let (Trigger::Fired(rule), Some(progress)) = (trigger, progress) {
                fires |= progress.observe(rule, fact);
            }
        }
        fires
    }
}

fn before(definitions: &Definitions, journey: &JourneyId, milestone: &MilestoneId) -> String {
    let mut before = "";
    if let Some(journey) = definitions.journey(journey) {
        for it in &journey.milestones {
            if it.id == *milestone {
                break;
            }
            before = it.id.as_str();
        }
    }
    key_of(journey, before)
}

/// When a milestone is overdue; `None` where it is reached, or nothing is that comes before it.
pub(crate) fn overdue_at_ms(reached: &[Reach], own: &str, before: &str, after_ms: u64) -> Option<i64> {
    let is_first = before.as_bytes().last() == Some(&b'/');
    let fits = |key: &str| if is_first { key.starts_with(before) } else { key.as_bytes() == before.as_bytes() };
    if reached.iter().any(|it| it.key.as_bytes() == own.as_bytes()) {
        return None;
    }
    let at_ms = reached.iter().filter(|it| fits(&it.key)).map(|it| it.at_ms).min()?;
    Some(at_ms.saturating_add(after_ms as i64))
}
