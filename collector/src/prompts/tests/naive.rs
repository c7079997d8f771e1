//! The rules once more, as `docs/reference/budget.md` reads, with nothing shared but the words: day by day in small
//! numbers, no times of ends computed, everything counted again from the whole history.

use super::{HESITATION, NOW_MS, PromptKind, Reason, content, nps, survey};
use crate::project::{Budget, Repeat, SurveyDefinition};
use crate::prompts::{Asking, Colleague, Decision, Ground, History, Past, Rules, decide};
use domain::is_sampled;
use domain::survey::{StepKind, Surface};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Everything happens within some tens of these.
const TICK_MS: i64 = 86_400_000;

struct Naive<'a> {
    budget: &'a Budget,
    surveys: &'a [SurveyDefinition],
    asking: &'a Asking,
    history: &'a History,
}

impl Naive<'_> {
    fn reasons(&self) -> BTreeSet<u32> {
        let all = Reason::ALL.into_iter().filter(|it| self.stands(*it)).map(|it| it as u32);
        let unknown = BTreeSet::from([Reason::Unknown as u32]);
        if self.stands(Reason::Unknown) { unknown } else { all.collect() }
    }

    fn survey(&self) -> Option<&SurveyDefinition> {
        self.surveys.iter().find(|it| it.survey.id.as_str() == self.asking.prompt)
    }

    fn interrupts(&self) -> bool {
        matches!(self.asking.kind, PromptKind::Popover | PromptKind::Question | PromptKind::Hint)
    }

    fn younger_than(&self, at_ms: i64, span_ms: u64) -> bool {
        NOW_MS - at_ms < span_ms as i64
    }

    fn own_hint(&self, past: &Past) -> bool {
        past.kind == PromptKind::Hint
            && past.is_over
            && past.prompt == HESITATION
            && self.asking.prompt == HESITATION
            && past.session == self.asking.session
    }

    /// Starts the gap and counts in the quarter, for the one who asks now.
    fn counted(&self) -> Vec<&Past> {
        let may_be_opened = |it: &Past| it.kind == PromptKind::Hint && !it.is_over && NOW_MS - it.at_ms < 86_400_000;
        let is_question = |it: &Past| matches!(it.kind, PromptKind::Popover | PromptKind::Question);
        self.history.past.iter().filter(|it| (is_question(it) || may_be_opened(it)) && !self.own_hint(it)).collect()
    }

    fn last_asked(&self, survey: &SurveyDefinition) -> Option<i64> {
        let mut last = None;
        for past in self.history.past.iter().filter(|it| it.prompt == survey.survey.id.as_str()) {
            let at_ms = match past.kind {
                PromptKind::Tab => past.completed_ms,
                PromptKind::Inline if past.completed_ms.is_some() => past.completed_ms,
                PromptKind::Inline => past.dismissed_ms,
                _ => Some(past.at_ms),
            };
            last = last.max(at_ms);
        }
        last
    }

    fn nps_asked(&self) -> Option<i64> {
        let counts =
            |it: &&Past| it.asks_nps && (it.is_answered || !matches!(it.kind, PromptKind::Tab | PromptKind::Inline));
        self.history.past.iter().filter(counts).map(|it| it.at_ms).max()
    }

    fn stands(&self, reason: Reason) -> bool {
        let budget = self.budget;
        match reason {
            Reason::Unknown => match (self.asking.prompt.as_str(), self.asking.kind) {
                (HESITATION, PromptKind::Question | PromptKind::Hint) => false,
                (_, kind) => self.survey().is_none_or(|it| {
                    !matches!(
                        (it.survey.surface, kind),
                        (Surface::Popover, PromptKind::Popover)
                            | (Surface::Inline, PromptKind::Inline)
                            | (Surface::Tab, PromptKind::Tab)
                    )
                }),
            },
            Reason::Dates => self.survey().is_some_and(|it| {
                it.starts_ms.is_some_and(|it| it > NOW_MS) || it.ends_ms.is_some_and(|it| it <= NOW_MS)
            }),
            Reason::Enough => self.survey().and_then(|it| it.wanted).is_some_and(|it| it <= self.history.completed),
            Reason::Declined => self.asking.kind != PromptKind::Tab && self.history.declined,
            Reason::Muted => {
                self.asking.kind != PromptKind::Tab && self.history.muted_until_ms.is_some_and(|it| it > NOW_MS)
            }
            Reason::Silenced => {
                let mut row = Vec::new();
                for past in self
                    .history
                    .past
                    .iter()
                    .filter(|it| matches!(it.kind, PromptKind::Popover | PromptKind::Question | PromptKind::Hint))
                {
                    if past.is_answered {
                        row.clear();
                    } else if let Some(dismissed_ms) = past.dismissed_ms {
                        row.push(dismissed_ms);
                    }
                }
                let recent = row.iter().any(|it| self.younger_than(*it, budget.silence_ms));
                self.interrupts() && budget.dismissals > 0 && row.len() >= budget.dismissals as usize && recent
            }
            Reason::FirstSession => {
                self.asking.kind == PromptKind::Popover && !budget.first_session && self.asking.sessions < 2
            }
            Reason::Session => {
                let here = self.history.past.iter().filter(|it| it.session == self.asking.session);
                let others =
                    here.filter(|it| !matches!(it.kind, PromptKind::Tab | PromptKind::Inline) && !self.own_hint(it));
                self.interrupts() && others.count() >= budget.per_session as usize
            }
            Reason::Gap => {
                self.interrupts() && self.counted().iter().any(|it| self.younger_than(it.at_ms, budget.gap_ms))
            }
            Reason::Quarter => {
                let quarter = self.counted().into_iter().filter(|it| self.younger_than(it.at_ms, 90 * 86_400_000));
                self.interrupts() && quarter.count() >= budget.per_quarter as usize
            }
            Reason::NpsGap => {
                let asks = self.survey().is_some_and(SurveyDefinition::asks_nps);
                self.interrupts() && asks && self.nps_asked().is_some_and(|it| self.younger_than(it, budget.nps_gap_ms))
            }
            Reason::NotDue => self.survey().is_some_and(|survey| match (self.last_asked(survey), survey.repeat) {
                (None, _) => false,
                (Some(_), Repeat::Once) => true,
                (Some(at_ms), Repeat::EveryMs(every_ms)) => self.younger_than(at_ms, every_ms),
            }),
            Reason::Account => {
                let recent =
                    self.history.colleagues.iter().filter(|it| self.younger_than(it.at_ms, budget.account_window_ms));
                let people: BTreeSet<&str> = recent.map(|it| it.person.as_str()).collect();
                let own = self.history.past.iter().filter(|it| it.is_of_account);
                let has_place = own.filter(|it| {
                    matches!(it.kind, PromptKind::Popover | PromptKind::Question)
                        || it.kind == PromptKind::Hint && !it.is_over && NOW_MS - it.at_ms < 86_400_000
                });
                let mut has_place = has_place.filter(|it| self.younger_than(it.at_ms, budget.account_window_ms));
                self.interrupts()
                    && self.asking.has_account
                    && has_place.next().is_none()
                    && people.len() >= budget.per_account as usize
            }
            Reason::Reserved => self.interrupts() && self.surveys.iter().any(|it| self.reserves(it)),
            Reason::NotOverdue => self.asking.is_overdue == Some(false),
            Reason::Audience => self.asking.missed_segment.is_some(),
            _ => false,
        }
    }

    /// Looks at every moment ahead, up to a gap from now: is this the first at which the survey comes due?
    fn reserves(&self, survey: &SurveyDefinition) -> bool {
        let priority = self.survey().map_or(0, |it| it.survey.priority);
        if !survey.is_reserved
            || survey.survey.surface != Surface::Popover
            || survey.survey.priority <= priority
            || !is_sampled(&self.asking.person, survey.survey.id.as_str(), survey.survey.sample)
        {
            return false;
        }
        let is_due = |at_ms: i64| {
            let has_begun = survey.starts_ms.is_none_or(|it| it <= at_ms);
            let is_again = match (self.last_asked(survey), survey.repeat) {
                (None, _) => true,
                (Some(_), Repeat::Once) => false,
                (Some(asked_ms), Repeat::EveryMs(every_ms)) => at_ms - asked_ms >= every_ms as i64,
            };
            let nps = survey.asks_nps().then(|| self.nps_asked()).flatten();
            has_begun && is_again && nps.is_none_or(|it| at_ms - it >= self.budget.nps_gap_ms as i64)
        };
        let waits_for_a_date = survey.starts_ms.is_some_and(|it| it > NOW_MS)
            || self.last_asked(survey).is_some() && survey.repeat != Repeat::Once;
        let mut at_ms = NOW_MS;
        while at_ms - NOW_MS < self.budget.gap_ms as i64 {
            if is_due(at_ms) {
                return waits_for_a_date && at_ms > NOW_MS && survey.ends_ms.is_none_or(|it| at_ms < it);
            }
            at_ms += TICK_MS / 2;
        }
        false
    }
}

fn half_ticks(range: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    range.prop_map(|it| it * TICK_MS / 2)
}

fn some_kind() -> impl Strategy<Value = PromptKind> {
    prop::sample::select(PromptKind::ALL.to_vec())
}

fn some_prompt() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["s0", "s1", "s2", "s3", HESITATION]).prop_map(str::to_owned)
}

fn some_survey(id: &'static str) -> impl Strategy<Value = SurveyDefinition> {
    let dates = (prop::option::of(half_ticks(-6..12)), prop::option::of(half_ticks(-6..20)));
    let repeat = prop_oneof![Just(Repeat::Once), half_ticks(1..40).prop_map(|it| Repeat::EveryMs(it as u64))];
    let surface = prop::sample::select(vec![Surface::Popover, Surface::Popover, Surface::Inline, Surface::Tab]);
    (any::<bool>(), dates, repeat, surface, prop::option::of(0..3_u64), any::<bool>(), 0..3_u32, 300..1_001_u32)
        .prop_map(move |(is_nps, (starts, ends), repeat, surface, wanted, is_reserved, priority, sample)| {
            let mut survey = if is_nps { nps(id) } else { survey(id) };
            survey.contents.push(content(StepKind::Information));
            survey.starts_ms = starts.map(|it| NOW_MS + it);
            survey.ends_ms = ends.map(|it| NOW_MS + it);
            survey.repeat = repeat;
            survey.survey.surface = surface;
            survey.survey.priority = priority;
            survey.survey.sample = sample;
            survey.wanted = wanted;
            survey.is_reserved = is_reserved;
            survey
        })
}

fn some_past() -> impl Strategy<Value = Past> {
    let ended = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (half_ticks(0..200), some_prompt(), some_kind(), 0..6_u8, ended, any::<bool>()).prop_map(
        |(ago_ms, prompt, kind, session, (answered, completed, dismissed, over, nps), of_account)| {
            let at_ms = NOW_MS - ago_ms;
            Past {
                at_ms,
                prompt,
                kind,
                session: format!("session {session}"),
                is_of_account: of_account,
                asks_nps: nps,
                is_answered: answered || completed,
                completed_ms: completed.then_some(at_ms),
                dismissed_ms: dismissed.then_some(at_ms),
                is_over: over || completed || dismissed,
            }
        },
    )
}

fn some_budget() -> impl Strategy<Value = Budget> {
    let counts = (0..3_u32, 0..6_u32, 0..3_u32, 0..4_u32);
    let spans = (half_ticks(0..30), half_ticks(0..30), half_ticks(0..200), half_ticks(0..200));
    (counts, spans, any::<bool>()).prop_map(|(counts, spans, first_session)| Budget {
        per_session: counts.0,
        gap_ms: spans.0 as u64,
        per_quarter: counts.1,
        per_account: counts.2,
        account_window_ms: spans.1 as u64,
        nps_gap_ms: spans.2 as u64,
        after_load_ms: 0,
        first_session,
        dismissals: counts.3,
        silence_ms: spans.3 as u64,
    })
}

fn some_history() -> impl Strategy<Value = History> {
    let colleague = (0..4_u8, half_ticks(0..40))
        .prop_map(|(who, ago_ms)| Colleague { person: format!("c{who}"), at_ms: NOW_MS - ago_ms });
    let past = prop::collection::vec(some_past(), 0..14);
    (past, prop::collection::vec(colleague, 0..6), prop::option::of(half_ticks(-4..4)), 0..8_u8, 0..4_u64).prop_map(
        |(mut past, colleagues, muted, declined, completed)| {
            past.sort_by_key(|it| it.at_ms);
            let muted_until_ms = muted.map(|it| NOW_MS + it);
            History { past, colleagues, muted_until_ms, declined: declined == 0, completed }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_agrees_with_the_document(
        budget in some_budget(),
        surveys in (some_survey("s0"), some_survey("s1"), some_survey("s2")),
        history in some_history(),
        prompt in some_prompt(),
        kind in some_kind(),
        (session, sessions, person, has_account) in (0..6_u8, 1..3_u32, 0..5_u8, any::<bool>()),
        is_overdue in prop::option::of(any::<bool>()),
        missed_segment in prop::option::of(Just("pro".to_owned())),
    ) {
        let surveys = [surveys.0, surveys.1, surveys.2];
        let asking = Asking {
            prompt,
            kind,
            session: format!("session {session}"),
            sessions,
            person: format!("p{person}"),
            has_account,
            is_overdue,
            missed_segment,
        };
        let naive = Naive { budget: &budget, surveys: &surveys, asking: &asking, history: &history };
        let rules = Rules { budget: &budget, surveys: &surveys, has_hesitation: true };
        let grounds = match decide(NOW_MS, rules, &asking, &history) {
            Decision::Granted => vec![],
            Decision::Denied(grounds) => {
                prop_assert!(!grounds.is_empty());
                grounds
            }
        };
        let found: BTreeSet<u32> = Ground::reasons(&grounds).iter().map(|it| it as u32).collect();
        prop_assert_eq!(found, naive.reasons());
    }

    /// Waiting as long as a ground says is what makes it go away, and not a millisecond sooner.
    #[test]
    fn a_ground_stands_until_it_says(budget in some_budget(), history in some_history(), kind in some_kind()) {
        let surveys = [nps("s0")];
        let asking = Asking { kind, prompt: "s0".into(), ..super::asking("s0", kind) };
        let rules = Rules { budget: &budget, surveys: &surveys, has_hesitation: true };
        let at = |now_ms: i64| match decide(now_ms, rules, &asking, &history) {
            Decision::Granted => vec![],
            Decision::Denied(grounds) => grounds,
        };
        for ground in at(NOW_MS) {
            // What an open hint counts for ends by itself as well, sooner than its gap.
            let has_open_hint = history.past.iter().any(|it| it.kind == PromptKind::Hint && !it.is_over);
            if let Some(until_ms) = ground.until_ms().filter(|it| *it != i64::MAX && !has_open_hint) {
                let stands = |now_ms| at(now_ms).iter().any(|it| it.reason() == ground.reason());
                prop_assert!(until_ms > NOW_MS && !stands(until_ms), "{ground:?}");
                prop_assert!(stands(until_ms - 1), "{ground:?}");
            }
        }
    }
}
