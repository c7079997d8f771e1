//! The gates, one after the other; all that stand against a prompt are named, not only the first.

use super::ground::Ground;
use super::history::{History, Past};
use crate::project::{Budget, Repeat, SurveyDefinition};
use domain::survey::Surface;
use domain::{HESITATION, PromptKind, is_sampled};

/// What the vendor wrote.
#[derive(Clone, Copy)]
pub struct Rules<'a> {
    pub budget: &'a Budget,
    pub surveys: &'a [SurveyDefinition],
    /// Hesitation is looked for at all.
    pub has_hesitation: bool,
}

/// A prompt that is thought of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asking {
    /// A survey's id, or [`HESITATION`].
    pub prompt: String,
    pub kind: PromptKind,
    pub session: String,
    /// How many sessions this browser has had, this one included.
    pub sessions: u32,
    /// What samples are drawn by: the user id, else the anonymous id.
    pub person: String,
    pub has_account: bool,
    /// Where an overdue milestone brought it up: whether it is overdue by the collector's own count.
    pub is_overdue: Option<bool>,
    /// The segment that the survey is for, where this person is not of it.
    pub missed_segment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Granted,
    /// Never without a ground.
    Denied(Vec<Ground>),
}

/// Whether it may be shown now.
pub fn decide(now_ms: i64, rules: Rules<'_>, asking: &Asking, history: &History) -> Decision {
    let mut grounds = Vec::new();
    let survey = rules.surveys.iter().find(|it| it.id() == asking.prompt);
    let gates = Gates { now_ms, rules, asking, history, survey };
    if !gates.is_known() {
        return Decision::Denied(vec![Ground::Unknown]);
    }
    grounds.extend(gates.dates());
    grounds.extend(gates.enough());
    if asking.kind != PromptKind::Tab {
        grounds.extend(history.declined.then_some(Ground::Declined));
        grounds.extend(gates.muted());
    }
    if asking.kind.interrupts() {
        grounds.extend(gates.silenced());
        grounds.extend(gates.first_session());
        grounds.extend(gates.session());
        grounds.extend(gates.gap());
        grounds.extend(gates.quarter());
        grounds.extend(gates.nps_gap());
    }
    grounds.extend(gates.not_due());
    if asking.kind.interrupts() {
        grounds.extend(gates.account());
        grounds.extend(gates.reserved());
    }
    grounds.extend((asking.is_overdue == Some(false)).then_some(Ground::NotOverdue));
    grounds.extend(asking.missed_segment.clone().map(|segment| Ground::Audience { segment }));
    if grounds.is_empty() { Decision::Granted } else { Decision::Denied(grounds) }
}

struct Gates<'a> {
    now_ms: i64,
    rules: Rules<'a>,
    asking: &'a Asking,
    history: &'a History,
    survey: Option<&'a SurveyDefinition>,
}

impl Gates<'_> {
    /// A page may hold definitions of yesterday: a survey that has moved to another surface is another one.
    fn is_known(&self) -> bool {
        let is_own = matches!(self.asking.kind, PromptKind::Question | PromptKind::Hint);
        match self.survey {
            _ if self.asking.prompt == HESITATION => is_own && self.rules.has_hesitation,
            Some(survey) => self.asking.kind == kind_of(survey.survey.surface),
            None => false,
        }
    }

    fn dates(&self) -> Option<Ground> {
        let survey = self.survey?;
        let is_ahead = survey.starts_ms.is_some_and(|it| self.now_ms < it);
        let is_over = survey.ends_ms.is_some_and(|it| self.now_ms >= it);
        let starts_ms = survey.starts_ms.filter(|_| is_ahead && !is_over);
        (is_ahead || is_over).then_some(Ground::Dates { starts_ms, ends_ms: survey.ends_ms.filter(|_| is_over) })
    }

    fn enough(&self) -> Option<Ground> {
        let wanted = self.survey?.wanted?;
        let completed = self.history.completed;
        (completed >= wanted).then_some(Ground::Enough { completed, wanted })
    }

    fn muted(&self) -> Option<Ground> {
        let until_ms = self.history.muted_until_ms?;
        (self.now_ms < until_ms).then_some(Ground::Muted { until_ms })
    }

    /// The row of dismissals goes on until something is answered; what was only ignored does not break it.
    fn silenced(&self) -> Option<Ground> {
        let budget = self.rules.budget;
        let since_answer = self.history.past.iter().rev().filter(|it| it.kind.interrupts());
        let refused: Vec<i64> = since_answer
            .take_while(|it| !it.is_answered)
            .filter(|it| it.is_refused())
            .filter_map(|it| it.dismissed_ms)
            .collect();
        let latest_ms = refused.iter().copied().max()?;
        let dismissals = count(refused.len());
        let until_ms = after(latest_ms, budget.silence_ms);
        let stands = budget.dismissals > 0 && dismissals >= budget.dismissals && self.now_ms < until_ms;
        stands.then_some(Ground::Silenced { dismissals, latest_ms, until_ms })
    }

    /// Whoever is new is not asked for opinions; but nobody needs help more, so the detector's prompts may come.
    fn first_session(&self) -> Option<Ground> {
        let is_first = self.asking.kind == PromptKind::Popover && self.asking.sessions <= 1;
        (is_first && !self.rules.budget.first_session).then_some(Ground::FirstSession)
    }

    /// The detector's own hints of this session do not stand against what it offers next, once they are gone: one that
    /// may still be open in another tab may still become a question there.
    fn is_own_hint(&self, past: &Past) -> bool {
        let is_own = self.asking.prompt == HESITATION && past.prompt == HESITATION;
        is_own && past.is_over && past.kind == PromptKind::Hint && past.session == self.asking.session
    }

    fn session(&self) -> Option<Ground> {
        let allowed = self.rules.budget.per_session;
        let here = |it: &&Past| it.kind.interrupts() && it.session == self.asking.session && !self.is_own_hint(it);
        let used = self.history.past.iter().filter(here).count();
        let latest = self.history.past.iter().rev().find(here);
        (count(used) >= allowed).then(|| Ground::Session {
            prompt: latest.map(|it| it.prompt.clone()).unwrap_or_default(),
            at_ms: latest.map_or(self.now_ms, |it| it.at_ms),
            allowed,
        })
    }

    /// What starts the gap and counts in the quarter.
    fn counted(&self) -> impl DoubleEndedIterator<Item = &Past> {
        self.history.past.iter().filter(|it| it.counts(self.now_ms) && !self.is_own_hint(it))
    }

    fn gap(&self) -> Option<Ground> {
        let latest = self.counted().next_back()?;
        let until_ms = after(latest.at_ms, self.rules.budget.gap_ms);
        let (prompt, at_ms) = (latest.prompt.clone(), latest.at_ms);
        (self.now_ms < until_ms).then_some(Ground::Gap { prompt, at_ms, until_ms })
    }

    fn quarter(&self) -> Option<Ground> {
        let allowed = self.rules.budget.per_quarter;
        let ends: Vec<i64> =
            self.counted().map(|it| after(it.at_ms, Budget::QUARTER_MS)).filter(|it| self.now_ms < *it).collect();
        let prompts = count(ends.len());
        let over = prompts.checked_sub(allowed)?;
        // With nothing allowed, nothing ends it.
        let until_ms = ends.get(over as usize).copied().unwrap_or(i64::MAX);
        Some(Ground::Quarter { prompts, allowed, until_ms })
    }

    /// An NPS question in the page or behind the tab interrupts nobody, but once answered it need not be asked again.
    fn nps_gap(&self) -> Option<Ground> {
        self.survey.filter(|it| it.asks_nps())?;
        let latest = self.latest_nps()?;
        let until_ms = after(latest.at_ms, self.rules.budget.nps_gap_ms);
        let (prompt, at_ms) = (latest.prompt.clone(), latest.at_ms);
        (self.now_ms < until_ms).then_some(Ground::NpsGap { prompt, at_ms, until_ms })
    }

    fn latest_nps(&self) -> Option<&Past> {
        self.history.past.iter().rev().find(|it| it.asks_nps && (it.kind.interrupts() || it.is_answered))
    }

    fn not_due(&self) -> Option<Ground> {
        let survey = self.survey?;
        let at_ms = self.asked_ms(survey)?;
        match survey.repeat {
            Repeat::Once => Some(Ground::NotDue { at_ms, until_ms: None }),
            Repeat::EveryMs(every_ms) => {
                let until_ms = after(at_ms, every_ms);
                (self.now_ms < until_ms).then_some(Ground::NotDue { at_ms, until_ms: Some(until_ms) })
            }
        }
    }

    /// When this survey was last put to the person. What interrupts was, once it was granted. In the page it was,
    /// once it was completed or closed; behind the tab, once it was completed: looking is free.
    fn asked_ms(&self, survey: &SurveyDefinition) -> Option<i64> {
        let asked_ms = |it: &Past| match it.kind {
            PromptKind::Inline => it.completed_ms.or(it.dismissed_ms),
            PromptKind::Tab => it.completed_ms,
            _ => Some(it.at_ms),
        };
        self.history.past.iter().filter(|it| it.prompt == survey.id()).filter_map(asked_ms).max()
    }

    /// A person who was prompted within the window has a place, and keeps it.
    fn account(&self) -> Option<Ground> {
        let budget = self.rules.budget;
        if !self.asking.has_account {
            return None;
        }
        let is_in = |at_ms: i64| self.now_ms < after(at_ms, budget.account_window_ms);
        if self.history.past.iter().any(|it| it.is_of_account && it.counts(self.now_ms) && is_in(it.at_ms)) {
            return None;
        }
        let recent = self.history.colleagues.iter().filter(|it| is_in(it.at_ms));
        let mut latest: Vec<(&str, i64)> = Vec::new();
        for colleague in recent {
            match latest.iter_mut().find(|it| it.0 == colleague.person) {
                Some(known) => known.1 = known.1.max(colleague.at_ms),
                None => latest.push((&colleague.person, colleague.at_ms)),
            }
        }
        let people = count(latest.len());
        let over = people.checked_sub(budget.per_account)?;
        let mut times_ms: Vec<i64> = latest.iter().map(|it| it.1).collect();
        times_ms.sort_unstable();
        let frees_ms = times_ms.get(over as usize).map(|it| after(*it, budget.account_window_ms));
        Some(Ground::Account {
            people,
            allowed: budget.per_account,
            latest_ms: times_ms.last().copied().unwrap_or(self.now_ms),
            until_ms: frees_ms.unwrap_or(i64::MAX),
        })
    }

    /// The most important survey that keeps this place for itself.
    fn reserved(&self) -> Option<Ground> {
        let priority = self.survey.map_or(0, |it| it.survey.priority);
        let others = self
            .rules
            .surveys
            .iter()
            .filter(|it| it.is_reserved && it.survey.priority > priority && it.survey.surface == Surface::Popover);
        let due = others.filter_map(|it| Some((it, self.due_ms(it)?)));
        let (survey, due_ms) = due.min_by_key(|(it, due_ms)| (std::cmp::Reverse(it.survey.priority), *due_ms))?;
        Some(Ground::Reserved { survey: survey.id().to_owned(), due_ms })
    }

    /// When a survey comes due for this person, where its date or its interval says so, it is not due yet, and
    /// a prompt now would still stand in its way then.
    fn due_ms(&self, survey: &SurveyDefinition) -> Option<i64> {
        let is_in_sample = is_sampled(&self.asking.person, survey.id(), survey.survey.sample);
        let starts_ms = survey.starts_ms.filter(|it| self.now_ms < *it);
        let again_ms = match (self.asked_ms(survey), survey.repeat) {
            (Some(_), Repeat::Once) => return None,
            (Some(at_ms), Repeat::EveryMs(every_ms)) => Some(after(at_ms, every_ms)),
            (None, _) => None,
        };
        let nps_ms = self.latest_nps().filter(|_| survey.asks_nps());
        let nps_ms = nps_ms.map(|it| after(it.at_ms, self.rules.budget.nps_gap_ms));
        let due_ms = starts_ms.max(again_ms)?.max(nps_ms.unwrap_or(i64::MIN));
        let is_soon = self.now_ms < due_ms && due_ms < after(self.now_ms, self.rules.budget.gap_ms);
        let is_live = survey.ends_ms.is_none_or(|it| due_ms < it);
        (is_in_sample && is_soon && is_live).then_some(due_ms)
    }
}

fn kind_of(surface: Surface) -> PromptKind {
    match surface {
        Surface::Popover => PromptKind::Popover,
        Surface::Inline => PromptKind::Inline,
        Surface::Tab => PromptKind::Tab,
    }
}

fn after(at_ms: i64, span_ms: u64) -> i64 {
    at_ms.saturating_add(i64::try_from(span_ms).unwrap_or(i64::MAX))
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
