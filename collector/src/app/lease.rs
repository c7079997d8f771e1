//! May this prompt be shown to this person now? What the page says is checked against what the collector knows.

mod throttle;

use super::App;
use super::trust::vouch;
use crate::project::{IdentityMode, Project};
use crate::prompts::{Asking, Ground, Rules, decide};
use crate::storage::{Leased, Person, StorageError, Wish};
use domain::survey::Trigger;
use domain::{AccountId, AnonymousId, HESITATION, LeaseAnswer, LeaseId, PromptKind, SessionId, UserId};
pub(super) use throttle::Throttle;

/// A granted prompt must be on screen by then, or be given back.
const LEASE_MS: u64 = 60_000;

/// What a page says when it wants to prompt.
#[derive(Clone, Debug)]
pub struct LeaseRequest {
    pub visitor: Visitor,
    pub account: Option<AccountId>,
    pub session: SessionId,
    /// How many sessions this browser has had, this one included.
    pub sessions: u32,
    /// A survey's id, or [`HESITATION`].
    pub prompt: String,
    pub kind: PromptKind,
    pub trigger: String,
    /// BCP 47, as the visitor wants it.
    pub language: String,
    /// The template of the page.
    pub page: String,
}

/// Who a page says it is, and what proves it.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub anonymous: AnonymousId,
    pub user: Option<UserId>,
    pub identity_token: Option<String>,
}

/// A visitor, as far as it is believed.
pub(super) struct Known {
    pub(super) anonymous: String,
    /// Claimed or proven, as the project wants it.
    pub(super) user: Option<String>,
    /// A token vouches for the user.
    pub(super) is_verified: bool,
}

impl Visitor {
    pub(super) fn known(&self, project: &Project, now_ms: i64) -> Known {
        let vouched = vouch(project, self.identity_token.as_deref(), now_ms).map(|it| it.user_id);
        let is_verified = vouched.is_some() && vouched.as_deref() == self.user.as_ref().map(UserId::as_str);
        let is_believed = is_verified || project.identity.mode != IdentityMode::Enforce;
        let user = self.user.as_ref().filter(|_| is_believed).map(|it| it.as_str().to_owned());
        Known { anonymous: self.anonymous.as_str().to_owned(), user, is_verified }
    }
}

impl App {
    /// Grants or denies; a granted lease counts from now on, until it is given back.
    pub async fn lease(&self, request: LeaseRequest) -> Result<LeaseAnswer, StorageError> {
        let (project, now_ms) = (self.project(), self.now_ms());
        let known = request.visitor.known(&project, now_ms);
        if let Err(wait_ms) = self.wishes().attempt(&known.anonymous, now_ms) {
            let until_ms = now_ms.saturating_add_unsigned(wait_ms);
            return Ok(denied(&[Ground::Throttled { until_ms }], now_ms));
        }
        let _writing = self.writing.read().await;
        let somebody = self.events.person(known.user.clone(), Some(known.anonymous.clone())).await?;
        if somebody.erased_until_ms.is_some_and(|it| now_ms < it) {
            // Nothing is kept of somebody who asked to be forgotten, not even that.
            return Ok(denied(&[Ground::Declined], now_ms));
        }
        let survey = project.survey(&request.prompt);
        let account = request.account.map(AccountId::into_string).or(somebody.account);
        let missed_segment = match survey.and_then(|it| it.segment.clone()) {
            Some(id) if !self.is_of_segment(&id, &somebody.ids).await? => Some(id),
            _ => None,
        };
        let asking = Asking {
            prompt: request.prompt.clone(),
            kind: request.kind,
            session: request.session.as_str().to_owned(),
            sessions: request.sessions,
            person: known.user.clone().unwrap_or_else(|| known.anonymous.clone()),
            has_account: account.is_some(),
            is_overdue: self.is_overdue(&project, &request.prompt, &request.trigger, &somebody.ids, now_ms).await?,
            missed_segment,
        };
        if survey.is_none() && request.prompt != HESITATION {
            // Names that nobody defined are not kept either.
            return Ok(denied(&[Ground::Unknown], now_ms));
        }
        let wish = Wish {
            lease: LeaseId::new(uuid::Uuid::new_v4().to_string()),
            anonymous: known.anonymous,
            user: known.user,
            account,
            person: somebody.ids,
            session: request.session.into_string(),
            prompt: request.prompt,
            kind: request.kind,
            trigger: request.trigger,
            page: request.page,
            language: request.language.clone(),
            asks_nps: survey.is_some_and(|it| it.asks_nps()),
            at_ms: now_ms,
            colleagues_since_ms: now_ms.saturating_sub_unsigned(project.budget.account_window_ms),
        };
        let rules = std::sync::Arc::clone(&project);
        let decide = Box::new(move |history: &_| {
            let has_hesitation = rules.hesitation.is_some();
            let rules = Rules { budget: &rules.budget, surveys: &rules.surveys, has_hesitation };
            decide(now_ms, rules, &asking, history)
        });
        Ok(match self.desk.lease(wish, decide).await? {
            Leased::Denied(grounds) => denied(&grounds, now_ms),
            Leased::Granted(lease) => LeaseAnswer::Granted {
                lease,
                expires_in_ms: LEASE_MS,
                content: survey.and_then(|it| it.content(&request.language)).cloned(),
            },
        })
    }

    /// Gives a lease back that was not used; `false` where it cannot be.
    pub async fn release(&self, visitor: &Visitor, lease: LeaseId) -> Result<bool, StorageError> {
        self.desk.give_back(lease, visitor.anonymous.as_str().to_owned(), self.now_ms()).await
    }

    /// Whether any milestone that may bring the survey up is overdue; `None` where nothing says it should be.
    async fn is_overdue(
        &self,
        project: &Project,
        prompt: &str,
        trigger: &str,
        person: &Person,
        now_ms: i64,
    ) -> Result<Option<bool>, StorageError> {
        const OVERDUE: &str = "overdue";
        let Some(survey) = project.survey(prompt).filter(|_| trigger == OVERDUE) else { return Ok(None) };
        for trigger in &survey.survey.triggers {
            let Trigger::Overdue { journey, milestone, after_ms } = trigger else { continue };
            let Some(journey) = project.definitions.journey(journey) else { continue };
            let Some(level) = journey.milestones.iter().position(|it| it.id == *milestone) else { continue };
            let reached = self.events.reached_by(std::sync::Arc::new(journey.clone()), person.clone()).await?;
            if overdue_since_ms(&reached, level).is_some_and(|it| now_ms >= it.saturating_add_unsigned(*after_ms)) {
                return Ok(Some(true));
            }
        }
        Ok(Some(false))
    }

    pub(super) fn forget_wishes(&self, person: &Person) {
        let mut wishes = self.wishes();
        person.anonymous.iter().for_each(|it| wishes.forget(it));
    }

    fn wishes(&self) -> std::sync::MutexGuard<'_, Throttle> {
        self.wishes.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// When the milestone before was reached (any, for the first), where this one was not.
fn overdue_since_ms(reached: &[Option<i64>], level: usize) -> Option<i64> {
    if reached.get(level).copied().flatten().is_some() {
        return None;
    }
    match level.checked_sub(1) {
        Some(before) => reached.get(before).copied().flatten(),
        None => reached.iter().copied().flatten().min(),
    }
}

fn denied(grounds: &[Ground], now_ms: i64) -> LeaseAnswer {
    LeaseAnswer::Denied { reasons: Ground::reasons(grounds), retry_after_ms: Ground::retry_after_ms(grounds, now_ms) }
}
