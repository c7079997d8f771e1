//! One survey of the config, with what is remembered of its triggers.

use super::notes::is;
use domain::survey::{Survey, Trigger};
use domain::{Fact, RuleProgress};

#[derive(Debug)]
pub(crate) struct Campaign {
    pub(crate) survey: Survey,
    /// For each trigger that has a rule: what it remembers of this page's messages.
    progress: Vec<RuleProgress>,
    /// The page was looked at long enough.
    pub(crate) has_looked: bool,
}

impl Campaign {
    pub(crate) fn new(survey: Survey) -> Self {
        let progress = rules(&survey).map(RuleProgress::new).collect();
        Self { survey, progress, has_looked: false }
    }

    /// Takes the next message, and says whether it brings the survey up.
    pub(crate) fn fires(&mut self, fact: &Fact<'_>) -> bool {
        let mut fires = false;
        for (rule, progress) in rules(&self.survey).zip(&mut self.progress) {
            fires |= progress.observe(rule, fact);
        }
        fires
    }
}

fn rules(survey: &Survey) -> impl Iterator<Item = &domain::Rule> {
    survey.triggers.iter().filter_map(|it| if let Trigger::Fired(rule) = it { Some(rule) } else { None })
}

pub(crate) fn find<'a>(campaigns: &'a [Campaign], survey: &str) -> Option<&'a Campaign> {
    campaigns.iter().find(|it| is(it.survey.id.as_str(), survey))
}
