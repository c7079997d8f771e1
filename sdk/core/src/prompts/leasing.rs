//! Asking for leases, one at a time, and what an answer means.

use super::cause::{Cause, TAB, kind_of};
use super::flow::Flow;
use super::notes::{Noted, is};
use super::{Here, Prompts};
use crate::effect::Effect;
use crate::input::{Call, Leased};
use crate::json::Json;
use crate::random::Random;
use crate::request::Request;
use crate::told::Told;
use domain::compact::read_lease;
use domain::survey::Surface;
use domain::{AccountId, LeaseAnswer, PromptKind, Reason, Reasons, reserved};

/// Who could not be reached may be asked again after this time; so may who said no without saying until when.
const AGAIN_MS: i64 = 60_000;
/// Another tab has the place.
const OTHER_TAB_MS: i64 = 30_000;
/// Nobody waits longer for anything (`every` in `milepost.toml` is shorter).
const LONGEST_MS: u64 = 366 * 86_400_000;

#[derive(Debug)]
pub(super) struct Asked {
    id: u32,
    cause: Cause,
    pub(super) what: What,
}

/// What a lease is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Survey(Surface),
    #[cfg(feature = "hesitation")]
    Detector(PromptKind),
    /// Only the place among the tabs, for a popover that goes on.
    Place,
}

impl What {
    fn kind(self) -> PromptKind {
        match self {
            Self::Survey(surface) => kind_of(surface),
            #[cfg(feature = "hesitation")]
            Self::Detector(kind) => kind,
            Self::Place => PromptKind::Popover,
        }
    }
}

/// Granted, and waiting for its moment.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) lease: String,
    pub(super) expires_ms: i64,
    #[cfg(feature = "hesitation")]
    pub(super) what: What,
    /// Of a survey.
    pub(super) flow: Option<Box<Flow>>,
}

impl Prompts {
    pub(super) fn lease(&mut self, here: &Here<'_>, cause: Cause, what: What, told: &mut Told) {
        let kind = what.kind();
        let mut request = None;
        if what != What::Place {
            let mut json = Request::begin(here.identity);
            json.text_if("accountId", here.identity.account_id.as_ref().map(AccountId::as_str))
                .text("sessionId", here.session.id.as_str())
                .number("sessions", i64::from(here.sessions))
                .text("prompt", &cause.prompt)
                .text("kind", kind.as_str())
                .text("trigger", cause.trigger)
                .text("language", here.language)
                .text("page", &self.page);
            request = Some(Request::end(json));
        }
        self.last_asked += 1;
        let id = self.last_asked;
        self.asked = Some(Asked { id, cause, what });
        told.effects.push(Effect::Lease { id, request, is_alone: kind.interrupts() });
    }

    /// The answer to [`Effect::Lease`].
    pub(crate) fn leased(
        &mut self,
        here: &Here<'_>,
        id: u32,
        answer: Leased<'_>,
        random: &mut Random,
        told: &mut Told,
    ) {
        let now_ms = here.now_ms;
        let is_other_tab = answer == Leased::OtherTab;
        let text = if let Leased::Text(text) = answer { text } else { "" };
        let read = read_lease(text);
        let asked = self.asked.take_if(|it| it.id == id);
        let kind = asked.as_ref().map_or(PromptKind::Inline, |it| it.what.kind());
        self.has_place |= kind.interrupts() && !is_other_tab;
        let mut reasons = Reasons::NONE;
        let mut wait_ms = AGAIN_MS;
        match read {
            Some(LeaseAnswer::Granted { lease, expires_in_ms, content }) => {
                let lease = lease.into_string();
                let ready = asked.and_then(|asked| {
                    let what = asked.what;
                    let flow = match (what, content) {
                        (What::Survey(surface), Some(content)) if is(content.survey.as_str(), &asked.cause.prompt) => {
                            let submission = random.uuid(now_ms);
                            let flow = Flow::new(asked.cause, surface, lease.clone(), submission, content, text.into());
                            Some(flow)
                        }
                        #[cfg(feature = "hesitation")]
                        (What::Detector(_), _) => None,
                        _ => return None,
                    };
                    let expires_ms = now_ms + expires_in_ms.min(LONGEST_MS) as i64;
                    Some(Ready {
                        lease: lease.clone(),
                        expires_ms,
                        #[cfg(feature = "hesitation")]
                        what,
                        flow,
                    })
                });
                if ready.is_none() {
                    // For somebody, or somewhere, that is no longer here; or not what was asked for.
                    told.effects.push(release(here, &lease));
                } else {
                    self.ready = ready;
                }
                return;
            }
            Some(LeaseAnswer::Denied { reasons: against, retry_after_ms }) => {
                reasons = against;
                wait_ms = wait_ms.max(retry_after_ms.min(LONGEST_MS) as i64);
            }
            None if is_other_tab => {
                reasons.add(Reason::OtherTab);
                wait_ms = OTHER_TAB_MS;
            }
            None => reasons.add(Reason::Unreachable),
        }
        let Some(Asked { cause, what, .. }) = asked else { return };
        if self.is_urgent(&cause.prompt) {
            self.urgent.clear();
        }
        if what == What::Place && !is_other_tab {
            // Held from now on.
            return;
        }
        self.notes.silence(&cause.prompt, now_ms + wait_ms);
        if is(cause.trigger, TAB) {
            // Nobody waits before a tab.
            self.notes.remove(&cause.prompt, Noted::Candidate);
        }
        told.is_changed = true;
        if what != What::Place {
            self.withhold(&cause, kind, reasons, told);
        }
    }

    /// Nothing was shown, and nothing will be.
    pub(super) fn give_back(&mut self, here: &Here<'_>, told: &mut Told) {
        let Some(ready) = self.ready.take() else { return };
        told.effects.push(release(here, &ready.lease));
        if let Some(flow) = ready.flow {
            self.notes.silence(&flow.cause.prompt, here.now_ms + AGAIN_MS);
        }
    }

    /// For the why-log.
    pub(super) fn withhold(&mut self, cause: &Cause, kind: PromptKind, reasons: Reasons, told: &mut Told) {
        if self.withheld.is_news(&cause.prompt, reasons) {
            let mut json = Json::object();
            json.text("prompt", &cause.prompt)
                .text("kind", kind.as_str())
                .text("trigger", cause.trigger)
                .number("reasons", reasons.bits() as i64)
                .text("page", &self.page);
            told.calls.push(Call::track(reserved::PROMPT_WITHHELD, json.end()));
        }
    }
}

pub(super) fn release(here: &Here<'_>, lease: &str) -> Effect {
    let mut json = Request::begin(here.identity);
    json.text("lease", lease);
    Effect::Release(Request::end(json))
}
