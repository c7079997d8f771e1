//! Why a person was, or was not, asked: what the collector decided, and what pages said, in order of time.

mod sentence;

use super::App;
use super::receipt::{iso, outcome};
use crate::project::Project;
use crate::prompts::{Asking, Colleague, Decision, Ground, History, Rules, decide};
use crate::storage::{Arrived, KeptLease, Muted, Person, Somebody, StorageError, Withheld};
use domain::survey::Surface;
use domain::{HESITATION, PromptKind, Reason, Reasons, is_sampled, reserved};
use sentence::Sentences;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Rows of each kind that are looked at: 90 days of a person.
const ROWS: usize = 5_000;

/// Entries in one answer.
pub const ENTRIES_MAX: usize = 500;

/// How far around a time that is asked for entries count as of that time.
const AROUND_MS: i64 = 30 * 60_000;

/// A page says what the collector denied it; within this it is the same denial.
const ECHO_MS: i64 = 2 * 60_000;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct WhyQuestion {
    pub user: String,
    /// Of this survey, or of [`HESITATION`], alone.
    pub survey: Option<String>,
    /// Around this time alone.
    pub at_ms: Option<i64>,
    /// The latest so many; at most [`ENTRIES_MAX`].
    pub limit: Option<usize>,
}

/// The answer, as the API, the command line and a page show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Why {
    pub user: String,
    pub account: Option<String>,
    pub muted_until: Option<String>,
    pub declined: bool,
    /// In order of time; the latest ones where there are more.
    pub entries: Vec<WhyEntry>,
    /// What stands against each survey at the time asked for, or now, beside what a page would see.
    pub standing: Vec<Standing>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyEntry {
    pub at: String,
    pub at_ms: i64,
    /// The last of several equal ones in a row.
    pub last: String,
    pub last_ms: i64,
    pub times: u64,
    pub prompt: String,
    /// As operators know it.
    pub name: String,
    pub kind: String,
    pub trigger: String,
    pub page: String,
    pub was_asked: bool,
    /// What became of it, where it was asked: `completed`, `dismissed`, `abandoned`, `ignored`, `open`, `returned`.
    pub outcome: Option<String>,
    pub lease: Option<String>,
    pub reasons: Vec<String>,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    pub prompt: String,
    pub name: String,
    pub reasons: Vec<String>,
    pub sentence: String,
}

impl App {
    /// Whom an id names, which may be a user's or, where no user has it, that of a browser (`true`).
    pub(super) async fn somebody_called(&self, id: &str) -> Result<(Somebody, bool), StorageError> {
        let user = self.events.person(Some(id.to_owned()), None).await?;
        let anonymous = self.events.person(None, Some(id.to_owned())).await?;
        let is_browser = anonymous.is_known && !user.is_known;
        Ok((if is_browser { anonymous } else { user }, is_browser))
    }

    /// `None` where nobody is known by this id.
    pub async fn why(&self, question: &WhyQuestion) -> Result<Option<Why>, StorageError> {
        let project = self.project();
        let (somebody, is_browser) = self.somebody_called(&question.user).await?;
        let mut person = somebody.ids.clone();
        if !is_browser && !somebody.is_known {
            // Known by a lease alone: as the id of a browser, where it is one.
            person.anonymous.push(question.user.clone());
        }
        let leases = self.desk.leases(person.clone(), ROWS).await?;
        let denials = self.desk.denials(person.clone(), ROWS).await?;
        if !somebody.is_known && leases.is_empty() && denials.is_empty() {
            return Ok(None);
        }
        let muted = self.desk.muted(person.clone()).await?;
        let messages = self.events.about_prompts(person.clone(), ROWS).await?;
        let account = somebody.account.clone().or_else(|| leases.iter().find_map(|it| it.account.clone()));
        let now_ms = self.now_ms();
        let mut entries: Vec<(WhyEntry, Vec<Ground>)> = Vec::new();
        entries.extend(leases.iter().map(|it| (of_lease(&project, it, now_ms), Vec::new())));
        entries.extend(denials.iter().map(|it| (of_denial(&project, it), it.grounds.clone())));
        let said = messages.iter().filter_map(|it| of_message(&project, it));
        entries.extend(said.filter(|it| !is_echo(it, &denials)).map(|it| (it, Vec::new())));
        entries.retain(|(it, _)| question.survey.as_ref().is_none_or(|survey| it.prompt == *survey));
        entries.iter_mut().for_each(|(it, _)| self.shown_page(&mut it.page));
        entries.sort_by_key(|(it, _)| (it.at_ms, it.last_ms));
        if let Some(at_ms) = question.at_ms {
            entries = around(entries, at_ms);
        }
        let limit = question.limit.unwrap_or(ENTRIES_MAX).min(ENTRIES_MAX);
        let entries = entries.split_off(entries.len().saturating_sub(limit));
        let at_ms = question.at_ms.unwrap_or(now_ms);
        let asked = Asked { project: &project, question, person: &person, account: account.as_deref(), at_ms };
        let standing = self.standing(asked, &leases, muted).await?;
        let mut why = Why {
            user: question.user.clone(),
            account: account.clone(),
            muted_until: muted.until_ms.filter(|it| now_ms < *it).map(iso),
            declined: muted.declined,
            entries: Vec::with_capacity(entries.len()),
            standing,
        };
        for (mut entry, grounds) in entries {
            let who = self.colleagues(asked, &grounds, entry.last_ms).await?;
            entry.sentence = Sentences { project: &project, at_ms: entry.last_ms, account: account.as_deref(), who }
                .of_entry(&entry, &grounds);
            why.entries.push(entry);
        }
        Ok(Some(why))
    }

    /// Who of the account had the places, where that stood in the way.
    async fn colleagues(
        &self,
        asked: Asked<'_>,
        grounds: &[Ground],
        at_ms: i64,
    ) -> Result<Vec<(String, i64)>, StorageError> {
        let Asked { project, person, account, .. } = asked;
        let (Some(account), true) = (account, grounds.iter().any(|it| matches!(it, Ground::Account { .. }))) else {
            return Ok(Vec::new());
        };
        let since_ms = at_ms.saturating_sub_unsigned(project.budget.account_window_ms);
        let leases = self.desk.leases_of_account(account.to_owned(), since_ms, at_ms, ROWS).await?;
        let mut who: Vec<(String, i64)> = Vec::new();
        for lease in leases.into_iter().filter(|it| !it.is_of(person)) {
            let is_known = |id: &str| who.iter().any(|it| it.0 == id);
            let id = lease.user.as_ref().unwrap_or(&lease.anonymous);
            if lease.past(None).counts(at_ms) && !is_known(id) {
                who.push((id.clone(), lease.granted_ms));
            }
        }
        Ok(who)
    }

    /// What the collector would say now, or would have said then, of each survey.
    async fn standing(
        &self,
        asked: Asked<'_>,
        leases: &[KeptLease],
        muted: Muted,
    ) -> Result<Vec<Standing>, StorageError> {
        let Asked { project, question, person, account, at_ms } = asked;
        let past: Vec<&KeptLease> = leases
            .iter()
            .rev()
            .filter(|it| it.granted_ms <= at_ms && it.released_ms.is_none_or(|released_ms| at_ms < released_ms))
            .collect();
        let mut standing = Vec::new();
        for survey in &project.surveys {
            if question.survey.as_ref().is_some_and(|it| it != survey.id()) {
                continue;
            }
            let kind = match survey.survey.surface {
                Surface::Popover => PromptKind::Popover,
                Surface::Inline => PromptKind::Inline,
                Surface::Tab => PromptKind::Tab,
            };
            let mut history = History {
                past: past.iter().map(|it| it.past(account)).collect(),
                muted_until_ms: muted.until_ms,
                declined: muted.declined,
                completed: self.desk.completed(survey.id().to_owned()).await?,
                ..History::default()
            };
            let any_account = [Ground::Account { people: 0, allowed: 0, latest_ms: 0, until_ms: 0 }];
            let who = self.colleagues(asked, &any_account, at_ms).await?;
            history.colleagues = who.iter().map(|it| Colleague { person: it.0.clone(), at_ms: it.1 }).collect();
            // Who was of a segment in the past is not kept; and it may tell what is hidden.
            let is_told = question.at_ms.is_none() && self.hidden().is_nothing();
            let missed_segment = match survey.segment.clone().filter(|_| is_told) {
                Some(id) if !self.is_of_segment(&id, person).await? => Some(id),
                _ => None,
            };
            let asking = Asking {
                prompt: survey.id().to_owned(),
                kind,
                session: String::new(),
                sessions: u32::MAX,
                person: question.user.clone(),
                has_account: account.is_some(),
                is_overdue: None,
                missed_segment,
            };
            let has_hesitation = project.hesitation.is_some();
            let rules = Rules { budget: &project.budget, surveys: &project.surveys, has_hesitation };
            let grounds = match decide(at_ms, rules, &asking, &history) {
                Decision::Granted => Vec::new(),
                Decision::Denied(grounds) => grounds,
            };
            let mut reasons = Ground::reasons(&grounds);
            reasons.add_if(!is_sampled(&question.user, survey.id(), survey.survey.sample), Reason::Unsampled);
            let sentences = Sentences { project, at_ms, account, who };
            standing.push(Standing {
                prompt: survey.id().to_owned(),
                name: survey.name.clone(),
                reasons: names(reasons),
                sentence: sentences.of_standing(reasons, &grounds),
            });
        }
        Ok(standing)
    }
}

/// What all parts of one answer have in common.
#[derive(Clone, Copy)]
struct Asked<'a> {
    project: &'a Project,
    question: &'a WhyQuestion,
    person: &'a Person,
    account: Option<&'a str>,
    /// The time asked for, or now.
    at_ms: i64,
}

fn of_lease(project: &Project, lease: &KeptLease, now_ms: i64) -> WhyEntry {
    let ended = if lease.released_ms.is_some() { "returned" } else { outcome(lease, now_ms) };
    WhyEntry {
        was_asked: lease.released_ms.is_none(),
        outcome: Some(ended.to_owned()),
        lease: Some(lease.lease.as_str().to_owned()),
        ..entry(project, &lease.prompt, lease.kind.as_str(), &lease.trigger, &lease.page, lease.granted_ms)
    }
}

fn of_denial(project: &Project, denial: &Withheld) -> WhyEntry {
    WhyEntry {
        last: iso(denial.last_ms),
        last_ms: denial.last_ms,
        times: denial.times,
        reasons: names(denial.reasons),
        ..entry(project, &denial.prompt, denial.kind.as_str(), &denial.trigger, &denial.page, denial.first_ms)
    }
}

/// What a page thought of, and did not show.
fn of_message(project: &Project, message: &Arrived) -> Option<WhyEntry> {
    if message.name != reserved::PROMPT_WITHHELD {
        return None;
    }
    let body: Value = serde_json::from_str(&message.body).ok()?;
    let properties = body.get("properties")?;
    let text = |key: &str| properties.get(key).and_then(Value::as_str).unwrap_or_default();
    let reasons = Reasons::from_bits(properties.get("reasons")?.as_u64()?);
    let entry = entry(project, text("prompt"), text("kind"), text("trigger"), text("page"), message.at_ms);
    Some(WhyEntry { reasons: names(reasons), ..entry })
}

fn entry(project: &Project, prompt: &str, kind: &str, trigger: &str, page: &str, at_ms: i64) -> WhyEntry {
    let name = match project.survey(prompt) {
        Some(survey) => survey.name.clone(),
        None if prompt == HESITATION => "Hesitation".to_owned(),
        None => prompt.to_owned(),
    };
    WhyEntry {
        at: iso(at_ms),
        at_ms,
        last: iso(at_ms),
        last_ms: at_ms,
        times: 1,
        prompt: prompt.to_owned(),
        name,
        kind: kind.to_owned(),
        trigger: trigger.to_owned(),
        page: page.to_owned(),
        was_asked: false,
        outcome: None,
        lease: None,
        reasons: Vec::new(),
        sentence: String::new(),
    }
}

/// The page repeats what the collector said.
fn is_echo(entry: &WhyEntry, denials: &[Withheld]) -> bool {
    denials.iter().any(|it| {
        it.prompt == entry.prompt
            && names(it.reasons) == entry.reasons
            && (it.first_ms - ECHO_MS..=it.last_ms + ECHO_MS).contains(&entry.at_ms)
    })
}

/// What happened around a time; where nothing did, the nearest before and after.
fn around(entries: Vec<(WhyEntry, Vec<Ground>)>, at_ms: i64) -> Vec<(WhyEntry, Vec<Ground>)> {
    let (from_ms, to_ms) = (at_ms.saturating_sub(AROUND_MS), at_ms.saturating_add(AROUND_MS));
    let is_near = |it: &WhyEntry| it.at_ms <= to_ms && it.last_ms >= from_ms;
    if entries.iter().any(|(it, _)| is_near(it)) {
        return entries.into_iter().filter(|(it, _)| is_near(it)).collect();
    }
    let after = entries.iter().position(|(it, _)| it.at_ms > at_ms).unwrap_or(entries.len());
    entries.into_iter().skip(after.saturating_sub(1)).take(if after == 0 { 1 } else { 2 }).collect()
}

fn names(reasons: Reasons) -> Vec<String> {
    reasons.iter().map(|it| it.as_str().to_owned()).collect()
}
