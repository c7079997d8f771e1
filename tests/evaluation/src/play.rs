//! Visitors through the real detector: what their visits measured, and what their scores were.

use crate::visitor::{START, Visitor};
use domain::hesitation::{Device, Feature, Model};
use milepost::hesitation::LearnedVisit;
use sdk_core::hesitation::{Detector, Finding, Observation, Score, Verdict};

/// What came of one visit.
#[derive(Debug)]
pub struct Played {
    pub visit: Option<LearnedVisit>,
    /// At each of the ages asked for that the visit lived to see.
    pub moments: Vec<(i64, [i32; Feature::COUNT])>,
    /// Times the detector spoke up (or would have, were it allowed to).
    pub asked: usize,
    pub hinted: usize,
}

/// Plays one session, a tick a second while a visit lasts, and looks at the score at `ages_ms` (rising) of each.
pub fn play(model: Option<&Model>, session: &[Visitor], ages_ms: &[i64]) -> Vec<Played> {
    let mut detector = Detector::default();
    detector.configure(model.cloned());
    let mut began_ms = 0;
    let mut played = Vec::new();
    for visitor in session {
        played.push(play_visit(&mut detector, visitor, began_ms, ages_ms));
        began_ms += visitor.end_ms;
    }
    played
}

fn play_visit(detector: &mut Detector, visitor: &Visitor, began_ms: i64, ages_ms: &[i64]) -> Played {
    let mut findings = Vec::new();
    if began_ms == 0 {
        let user = &visitor.user;
        let start = Observation::Started { user, session: user, device: Device::Desktop, memory: "" };
        detector.observe(0, start, &mut findings);
        detector.observe(0, Observation::Shown(true), &mut findings);
    }
    detector.observe(began_ms, Observation::Page { page: &visitor.page, context: "" }, &mut findings);
    detector.observe(began_ms, Observation::Progress { state: START }, &mut findings);
    let mut moments = Vec::new();
    let mut ages = ages_ms.iter().copied().filter(|it| *it < visitor.end_ms).peekable();
    let mut deeds = visitor.deeds.iter().peekable();
    let mut tick_ms = 1_000;
    while tick_ms < visitor.end_ms || deeds.peek().is_some() {
        while let Some((at_ms, deed)) = deeds.next_if(|it| it.0 <= tick_ms || tick_ms >= visitor.end_ms) {
            for observation in deed.observations() {
                detector.observe(began_ms + at_ms, observation, &mut findings);
            }
        }
        if tick_ms < visitor.end_ms {
            detector.observe(began_ms + tick_ms, Observation::Tick, &mut findings);
            if let Some(age_ms) = ages.next_if(|it| *it <= tick_ms)
                && let Some(score) = detector.score(began_ms + tick_ms)
            {
                moments.push((age_ms, features(&score)));
            }
        }
        tick_ms += 1_000;
    }
    detector.observe(began_ms + visitor.end_ms, Observation::Left, &mut findings);
    outcome(visitor, findings, moments)
}

fn features(score: &Score) -> [i32; Feature::COUNT] {
    Feature::ALL.map(|it| score.feature(it))
}

fn outcome(visitor: &Visitor, findings: Vec<Finding>, moments: Vec<(i64, [i32; Feature::COUNT])>) -> Played {
    let mut played = Played { visit: None, moments, asked: 0, hinted: 0 };
    for finding in findings {
        match finding {
            Finding::Decided(decision) => match decision.verdict {
                Verdict::Ask | Verdict::Withheld(_) => played.asked += 1,
                Verdict::Hint => played.hinted += 1,
                Verdict::Calm => {}
            },
            Finding::Visited(visit) => {
                played.visit = Some(LearnedVisit {
                    user: visitor.user.clone(),
                    session: visitor.user.clone(),
                    started_ms: visit.started_ms,
                    page: visit.page,
                    context: visit.context,
                    device: visit.device,
                    samples: visit.samples,
                    states: visit.states,
                    actions: visit.actions,
                    went_on: Some(!visitor.is_stuck),
                    is_prompted: visit.is_prompted,
                    active_ms: visit.active_ms,
                    top_score: visit.top_score,
                });
            }
            Finding::TimedOut => {}
        }
    }
    played
}
