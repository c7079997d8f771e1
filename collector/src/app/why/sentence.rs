//! Reasons in sentences, for people who were not there.

use super::WhyEntry;
use crate::project::Project;
use crate::prompts::Ground;
use domain::{HESITATION, Reason, Reasons};

/// What a sentence needs to know beside the grounds.
pub(super) struct Sentences<'a> {
    pub(super) project: &'a Project,
    /// Times are told from here.
    pub(super) at_ms: i64,
    pub(super) account: Option<&'a str>,
    /// Who else of the account was prompted, and when; the latest first.
    pub(super) who: Vec<(String, i64)>,
}

impl Sentences<'_> {
    pub(super) fn of_entry(&self, entry: &WhyEntry, grounds: &[Ground]) -> String {
        if let Some(outcome) = &entry.outcome {
            return asked(entry, outcome);
        }
        let reasons: Vec<Reason> =
            Reason::ALL.into_iter().filter(|it| entry.reasons.iter().any(|name| name == it.as_str())).collect();
        let because = self.because(&reasons, grounds);
        let times = if entry.times > 1 { format!("not asked {} times", entry.times) } else { "not asked".to_owned() };
        if because.is_empty() { times } else { format!("{times}, because {because}") }
    }

    pub(super) fn of_standing(&self, reasons: Reasons, grounds: &[Ground]) -> String {
        let because = self.because(&reasons.iter().collect::<Vec<_>>(), grounds);
        if because.is_empty() {
            return "may be asked, where a page brings it up and the moment is right".to_owned();
        }
        format!("would not be asked, because {because}")
    }

    fn because(&self, reasons: &[Reason], grounds: &[Ground]) -> String {
        let ground = |reason: Reason| grounds.iter().find(|it| it.reason() == reason);
        let parts: Vec<String> = reasons
            .iter()
            .map(|it| ground(*it).map_or_else(|| plain(*it).to_owned(), |ground| self.grounded(ground)))
            .collect();
        parts.join(", and because ")
    }

    fn grounded(&self, ground: &Ground) -> String {
        match ground {
            Ground::Dates { starts_ms: Some(starts_ms), .. } => format!("the survey begins {}", self.ahead(*starts_ms)),
            Ground::Dates { .. } => "the survey is over".to_owned(),
            Ground::Enough { completed, wanted } => {
                format!("{completed} people have answered it and {wanted} were wanted")
            }
            Ground::Muted { until_ms } => format!("they asked for quiet, which ends {}", self.ahead(*until_ms)),
            Ground::Silenced { dismissals, latest_ms, until_ms } => format!(
                "they closed {dismissals} prompts in a row without answering, the last one {}, and there is silence \
                 until {}",
                self.ago(*latest_ms),
                self.ahead(*until_ms)
            ),
            Ground::Session { prompt, at_ms, allowed } => format!(
                "this session had its {} already: {}, {}",
                prompts(*allowed),
                self.name(prompt),
                self.ago(*at_ms)
            ),
            Ground::Gap { prompt, at_ms, until_ms } => format!(
                "they were asked {} {}, and the next prompt may come {}",
                self.name(prompt),
                self.ago(*at_ms),
                self.ahead(*until_ms)
            ),
            Ground::Quarter { prompts: count, allowed, .. } => {
                format!("they had {count} of {} in 90 days", prompts(*allowed))
            }
            Ground::NpsGap { prompt, at_ms, until_ms } => format!(
                "they were asked an NPS question ({}) {}, and the next may come {}",
                self.name(prompt),
                self.ago(*at_ms),
                self.ahead(*until_ms)
            ),
            Ground::NotDue { at_ms, until_ms: None } => {
                format!("they were asked this {}, and it is asked once", self.ago(*at_ms))
            }
            Ground::NotDue { at_ms, until_ms: Some(until_ms) } => {
                format!("they were asked this {}, and it is due again {}", self.ago(*at_ms), self.ahead(*until_ms))
            }
            Ground::Account { people, allowed, latest_ms, .. } => {
                let account = self.account.unwrap_or("their account");
                let (who, at_ms) = match self.who.first() {
                    Some((id, at_ms)) => (format!("{id}, of {account},"), *at_ms),
                    None => (format!("somebody else at {account}"), *latest_ms),
                };
                let window = span(self.project.budget.account_window_ms);
                format!("{who} was asked {} and {people} of {allowed} places in {window} are used", self.ago(at_ms))
            }
            Ground::Reserved { survey, due_ms } => {
                format!("{} is more important and due {}", self.name(survey), self.ahead(*due_ms))
            }
            Ground::Throttled { until_ms } => {
                format!("their browser asked too often, and may again {}", self.ahead(*until_ms))
            }
            Ground::Audience { segment } => {
                let name = self.project.segment(segment).map_or(segment.as_str(), |it| &it.name);
                format!("it is only for the segment “{name}”, and they were not of it")
            }
            Ground::Unknown | Ground::Declined | Ground::FirstSession | Ground::NotOverdue => {
                plain(ground.reason()).to_owned()
            }
        }
    }

    fn name(&self, prompt: &str) -> String {
        match self.project.survey(prompt) {
            Some(survey) => format!("“{}”", survey.name),
            None if prompt == HESITATION => "whether something is confusing".to_owned(),
            None => format!("“{prompt}”"),
        }
    }

    fn ago(&self, at_ms: i64) -> String {
        let span_ms = u64::try_from(self.at_ms.saturating_sub(at_ms)).unwrap_or(0);
        if span_ms < MINUTE_MS { "just before".to_owned() } else { format!("{} before", span(span_ms)) }
    }

    fn ahead(&self, at_ms: i64) -> String {
        let span_ms = u64::try_from(at_ms.saturating_sub(self.at_ms)).unwrap_or(0);
        if at_ms == i64::MAX { "never".to_owned() } else { format!("{} later", span(span_ms.max(1))) }
    }
}

const MINUTE_MS: u64 = 60_000;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// In its largest unit, rounded up: `3 days`.
fn span(span_ms: u64) -> String {
    let (number, unit) = match span_ms {
        DAY_MS.. => (span_ms.div_ceil(DAY_MS), "day"),
        HOUR_MS.. => (span_ms.div_ceil(HOUR_MS), "hour"),
        _ => (span_ms.div_ceil(MINUTE_MS), "minute"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn prompts(count: u32) -> String {
    if count == 1 { "one prompt".to_owned() } else { format!("{count} prompts") }
}

fn asked(entry: &WhyEntry, outcome: &str) -> String {
    let because = match entry.trigger.as_str() {
        "message" => ", because an event that it waits for happened",
        "reached" => ", because a milestone was reached",
        "overdue" => ", because a milestone was overdue",
        "hesitation" => ", because they hesitated",
        "timeOnPage" => ", because they had been on the page for a while",
        "tab" => ", because they opened it",
        "code" => ", because the product asked for it",
        _ => "",
    };
    match outcome {
        "returned" => "nothing stood against it, but the page gave the place back: the moment had passed".to_owned(),
        "completed" => format!("asked{because}, and answered to the end"),
        "dismissed" => format!("asked{because}, and closed"),
        "abandoned" => format!("asked{because}, and answered in part"),
        "ignored" => format!("asked{because}, without an answer"),
        _ => format!("asked{because}; no end of it is known yet"),
    }
}

/// A reason without its ground.
fn plain(reason: Reason) -> &'static str {
    match reason {
        Reason::Hidden => "the page was not in front",
        Reason::Returned => "they had just come back to the page",
        Reason::Typing => "they were typing",
        Reason::Dragging => "they were dragging something",
        Reason::Composing => "they were composing a character",
        Reason::Modal => "a dialog was open",
        Reason::Dirty => "a form held changes that were not saved",
        Reason::Media => "something was playing",
        Reason::Fullscreen => "something filled the screen",
        Reason::Acting => "they were in the middle of something",
        Reason::Early => "the page had only just been loaded",
        Reason::Troubled => "an error had just been shown",
        Reason::Offline => "they were offline",
        Reason::SavingData => "their browser asks sites to save data",
        Reason::Delayed => "its delay was not over",
        Reason::Prompted => "another prompt was on the page",
        Reason::OtherTab => "another prompt was in another tab",
        Reason::OtherPage => "it is not for this page",
        Reason::Audience => "it is not for people with their traits",
        Reason::Unsampled => "they are not in its sample",
        Reason::Session => "this session had its prompt already",
        Reason::FirstSession => "it was their first session",
        Reason::Gap => "they were prompted too short a time before",
        Reason::Quarter => "they were prompted too often in 90 days",
        Reason::Account => "enough people of their account were prompted lately",
        Reason::Silenced => "they closed several prompts in a row",
        Reason::Muted => "they asked for quiet",
        Reason::Declined => "they said “don't ask again”",
        Reason::NotDue => "they were asked this before",
        Reason::NpsGap => "they were asked an NPS question not long before",
        Reason::Reserved => "a more important survey is due soon",
        Reason::Enough => "it has the answers it wanted",
        Reason::Dates => "it had not begun, or was over",
        Reason::Unknown => "there is no such survey any more",
        Reason::NotOverdue => "the milestone was not overdue by the collector's count",
        Reason::Unreachable => "the collector could not be reached",
        Reason::Throttled => "their browser had asked too often",
        Reason::HoldOut => "they are in the group that is not asked",
    }
}
