//! What happened in one session, on one page or on all of them.

use super::Who;
use super::messages::{DecisionSeen, Messages, Person, Place, SaidSeen};
use super::progress::{GOES_ON_WITHIN_MS, Progress};
use sdk_core::hesitation::{Assignment, PromptSaid, Reason};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One session, as far as hesitation goes.
#[derive(Clone, Debug)]
pub(in crate::app) struct Episode {
    pub(in crate::app) person: Arc<Person>,
    pub(in crate::app) session: Arc<str>,
    /// Where it hesitated first, else where it was last.
    pub(in crate::app) page: Arc<str>,
    pub(in crate::app) last_ms: i64,
    pub(in crate::app) hesitation: Option<Hesitation>,
    hinted_ms: Option<i64>,
    asked_ms: Option<i64>,
    said: Option<(Answer, i64)>,
}

/// The first time it looked stuck.
#[derive(Clone, Debug)]
pub(in crate::app) struct Hesitation {
    pub(in crate::app) at_ms: i64,
    pub(in crate::app) reasons: Vec<Reason>,
    assignment: Assignment,
    /// In the shadow or held out: got nowhere afterwards; `None`: too early to tell, or may be asked.
    was_stuck: Option<bool>,
    /// Reached a milestone within ten minutes; `None`: too early to tell.
    reached: Option<bool>,
}

/// What came back, the most telling last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::app) enum Answer {
    TimedOut,
    Dismissed,
    Never,
    Fine,
    Help,
    Confused,
}

impl Answer {
    fn of(said: PromptSaid) -> Option<Self> {
        Some(match said {
            PromptSaid::TimedOut => Self::TimedOut,
            PromptSaid::Dismissed => Self::Dismissed,
            PromptSaid::Never => Self::Never,
            PromptSaid::Fine => Self::Fine,
            PromptSaid::Help => Self::Help,
            PromptSaid::Confused => Self::Confused,
            PromptSaid::Asked | PromptSaid::Hinted | PromptSaid::Opened | PromptSaid::Held | PromptSaid::Released => {
                return None;
            }
        })
    }

    fn who(self) -> Who {
        match self {
            Self::TimedOut => Who::TimedOut,
            Self::Dismissed => Who::Dismissed,
            Self::Never => Who::Never,
            Self::Fine => Who::Fine,
            Self::Help => Who::Help,
            Self::Confused => Who::Confused,
        }
    }
}

impl Episode {
    fn new(place: &Place) -> Self {
        Self {
            person: Arc::clone(&place.person),
            session: Arc::clone(&place.session),
            page: Arc::clone(&place.page),
            last_ms: place.at_ms,
            hesitation: None,
            hinted_ms: None,
            asked_ms: None,
            said: None,
        }
    }

    fn see(&mut self, place: &Place) {
        if place.at_ms >= self.last_ms {
            self.last_ms = place.at_ms;
            if self.hesitation.is_none() {
                self.page = Arc::clone(&place.page);
            }
        }
    }

    fn decided(&mut self, decision: &DecisionSeen, progress: &Progress, now_ms: i64) {
        self.see(&decision.place);
        if !decision.is_hesitation || self.hesitation.is_some() {
            return;
        }
        let place = &decision.place;
        let is_known = now_ms.saturating_sub(place.at_ms) >= GOES_ON_WITHIN_MS;
        let reached = progress.reached_milestone(&place.person, place.at_ms, place.at_ms);
        self.page = Arc::clone(&place.page);
        self.hesitation = Some(Hesitation {
            at_ms: place.at_ms,
            reasons: decision.reasons.clone(),
            assignment: decision.assignment,
            was_stuck: progress.was_stuck(decision, now_ms),
            reached: is_known.then_some(reached),
        });
    }

    fn said(&mut self, said: &SaidSeen) {
        self.see(&said.place);
        let at_ms = said.place.at_ms;
        match said.said {
            PromptSaid::Hinted => self.hinted_ms = self.hinted_ms.max(Some(at_ms)),
            // An opened hint shows the whole question.
            PromptSaid::Asked | PromptSaid::Opened => self.asked_ms = self.asked_ms.max(Some(at_ms)),
            other => {
                if let Some(answer) = Answer::of(other)
                    && self.said.is_none_or(|(known, _)| answer >= known)
                {
                    self.said = Some((answer, at_ms));
                }
            }
        }
    }

    /// What came back of the question; `None` where it was not shown.
    fn answer(&self) -> Option<(Who, i64)> {
        let asked_ms = self.asked_ms?;
        Some(self.said.map_or((Who::Unanswered, asked_ms), |(answer, at_ms)| (answer.who(), at_ms)))
    }

    /// The name of [`Self::answer`], for lists.
    pub(in crate::app) fn said_name(&self) -> Option<&'static str> {
        self.answer().map(|(who, _)| who.static_name())
    }

    /// "Yes" or help (`true`), or "no" (`false`), by one that was asked because it hesitated.
    fn one_tap(&self) -> Option<(bool, i64)> {
        self.hesitation.as_ref()?;
        match self.answer()? {
            (Who::Confused | Who::Help, at_ms) => Some((true, at_ms)),
            (Who::Fine, at_ms) => Some((false, at_ms)),
            _ => None,
        }
    }

    /// Went nowhere (`true`) or on (`false`), left alone.
    fn shadow(&self) -> Option<(bool, i64)> {
        let hesitation = self.hesitation.as_ref()?;
        Some((hesitation.was_stuck?, hesitation.at_ms))
    }

    /// Whether it was stuck, by whatever label there is, and when that was said.
    pub(in crate::app) fn label(&self) -> Option<(bool, i64)> {
        self.one_tap().or_else(|| self.shadow())
    }

    /// Every number this session is part of, and when it became so.
    pub(in crate::app) fn counts(&self) -> Vec<(Who, i64)> {
        let mut counts = vec![(Who::Sessions, self.last_ms)];
        if let Some(at_ms) = self.hinted_ms {
            counts.push((Who::Hinted, at_ms));
        }
        if let (Some(asked_ms), Some((who, at_ms))) = (self.asked_ms, self.answer()) {
            counts.extend([(Who::Asked, asked_ms), (who, at_ms)]);
            if matches!(who, Who::Confused | Who::Help | Who::Fine | Who::Never) {
                counts.push((Who::Answered, at_ms));
            }
        }
        if let Some((is_right, at_ms)) = self.label() {
            counts.push((if is_right { Who::Right } else { Who::Wrong }, at_ms));
        }
        match (self.one_tap(), self.shadow()) {
            (Some((true, at_ms)), _) => counts.push((Who::OneTapRight, at_ms)),
            (None, Some((true, at_ms))) => counts.push((Who::ShadowStuck, at_ms)),
            (None, Some((false, at_ms))) => counts.push((Who::ShadowWentOn, at_ms)),
            _ => {}
        }
        if let Some(hesitation) = &self.hesitation {
            let at_ms = hesitation.at_ms;
            counts.push((Who::Hesitated, at_ms));
            counts.extend(hesitation.reasons.iter().map(|it| (Who::Because(it.feature), at_ms)));
            let arms = match hesitation.assignment {
                Assignment::Treated => Some((Who::Treated, Who::TreatedReached)),
                Assignment::HoldOut => Some((Who::HoldOut, Who::HoldOutReached)),
                Assignment::Shadow | Assignment::Exploration => None,
            };
            if let (Some((arm, arrived)), Some(reached)) = (arms, hesitation.reached) {
                counts.push((arm, at_ms));
                if reached {
                    counts.push((arrived, at_ms));
                }
            }
        }
        counts
    }
}

/// A user's session, and for `by_page` the page.
type Key = (Arc<Person>, Arc<str>, Option<Arc<str>>);

/// Sessions of the range: each on its own (`by_page: false`), or each once for every page it came to.
pub(in crate::app) fn episodes(
    messages: &Messages,
    progress: &Progress,
    is_in_range: impl Fn(i64) -> bool,
    by_page: bool,
    now_ms: i64,
) -> Vec<Episode> {
    let mut episodes: BTreeMap<Key, Episode> = BTreeMap::new();
    let key = |place: &Place| {
        (Arc::clone(&place.person), Arc::clone(&place.session), by_page.then(|| Arc::clone(&place.page)))
    };
    for place in messages.visits.iter().map(|it| &it.place).filter(|it| is_in_range(it.at_ms)) {
        episodes.entry(key(place)).or_insert_with(|| Episode::new(place)).see(place);
    }
    for decision in messages.decisions.iter().filter(|it| is_in_range(it.place.at_ms)) {
        let place = &decision.place;
        episodes.entry(key(place)).or_insert_with(|| Episode::new(place)).decided(decision, progress, now_ms);
    }
    for said in messages.said.iter().filter(|it| is_in_range(it.place.at_ms)) {
        let place = &said.place;
        episodes.entry(key(place)).or_insert_with(|| Episode::new(place)).said(said);
    }
    episodes.into_values().collect()
}
