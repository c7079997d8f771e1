//! What always holds of the detector, whatever happens on a page and whatever the clock says.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

#[allow(dead_code)]
mod watched;

use domain::hesitation::{Device, Feature, Measure, Model, read_reached, read_samples};
use proptest::prelude::*;
use sdk_core::hesitation::{Busy, Detector, Finding, Observation, PromptSaid, Surface};
use watched::{own, usual};

/// What the issue promises, the model excepted: that is the config's.
const MOST_BYTES: usize = 64 * 1024;

/// An observation that owns its texts.
#[derive(Clone, Debug)]
enum Seen {
    Plain(Observation<'static>),
    Page(String, String),
    Started(String, String, String),
}

impl Seen {
    fn observation(&self) -> Observation<'_> {
        match self {
            Self::Plain(it) => *it,
            Self::Page(page, context) => Observation::Page { page, context },
            Self::Started(user, session, memory) => {
                Observation::Started { user, session, device: Device::Touch, memory }
            }
        }
    }
}

fn seen() -> impl Strategy<Value = Seen> {
    let id = prop_oneof![0_u32..6, any::<u32>()];
    let plain = prop_oneof![
        5 => Just(Observation::Tick),
        1 => Just(Observation::Left),
        2 => any::<bool>().prop_map(Observation::Shown),
        3 => (any::<i32>(), any::<i32>()).prop_map(|(x, y)| Observation::Moved { x, y }),
        3 => (id.clone(), 0..3, any::<bool>()).prop_map(|(target, on, is_alive)| Observation::Clicked {
            target,
            on: [Surface::Control, Surface::Plain, Surface::Opaque][on as usize],
            is_alive,
        }),
        1 => Just(Observation::Reacted),
        1 => (any::<i32>(), any::<i32>()).prop_map(|(y, height)| Observation::Scrolled { y, height }),
        1 => id.clone().prop_map(|field| Observation::Focused { field }),
        1 => (id.clone(), any::<i32>()).prop_map(|(field, by)| Observation::Typed { field, by }),
        1 => (id.clone(), any::<bool>()).prop_map(|(field, is_changed)| Observation::Blurred { field, is_changed }),
        1 => Just(Observation::Keyed),
        1 => id.clone().prop_map(|field| Observation::Invalid { field }),
        1 => Just(Observation::Failed),
        1 => Just(Observation::SoughtHelp),
        1 => any::<bool>().prop_map(|on| Observation::Busy(Busy::Media, on)),
        3 => id.prop_map(|state| Observation::Progress { state }),
        1 => (0..PromptSaid::ALL.len()).prop_map(|it| Observation::Prompt(PromptSaid::ALL[it])),
    ];
    prop_oneof![
        20 => plain.prop_map(Seen::Plain),
        1 => ("/[ab]", "[xy]?").prop_map(|(page, context)| Seen::Page(page, context)),
        1 => ("[uv]", "[st]", ".{0,40}").prop_map(|(user, session, memory)| Seen::Started(user, session, memory)),
    ]
}

/// Mostly seconds later; sometimes years, or back.
fn times() -> impl Strategy<Value = i64> {
    prop_oneof![
        8 => 0_i64..3_000,
        2 => 0_i64..400_000,
        1 => -10_000_i64..0,
        1 => any::<i64>(),
    ]
}

fn model() -> impl Strategy<Value = Model> {
    (prop::collection::vec(any::<i32>(), Feature::COUNT), any::<[i32; 3]>(), prop::collection::vec(any::<u32>(), 0..3))
        .prop_map(|(weights, [bias, ask_at, hint_at], steps)| {
            let mut page =
                own("/a", &[(Measure::States(0), [9_000, 8_000, 7_000, 5_000, 4_000, 3_000, 2_000, 1, 0, 0])]);
            page.steps = steps.into_iter().map(|it| (it, 400)).collect();
            let mut model = Model { bias, ask_at, hint_at, ..usual() };
            model.weights.copy_from_slice(&weights);
            model.baselines.push(page);
            model
        })
}

/// The findings as text, and what must hold after every step.
fn watch(model: &Model, script: &[(i64, Seen)]) -> String {
    let mut detector = Detector::default();
    detector.configure(Some(model.clone()));
    let mut told = String::new();
    let mut now_ms = 1_700_000_000_000_i64;
    let mut observe = |detector: &mut Detector, now_ms, observation: Observation<'_>| {
        let mut findings = Vec::new();
        detector.observe(now_ms, observation, &mut findings);
        for finding in findings {
            if let Finding::Decided(decision) = &finding {
                told.push_str(&decision.json());
            }
            if let Finding::Visited(visit) = &finding {
                assert!(visit.samples.len() <= 1_024 && read_samples(&visit.samples).len() * 4 == visit.samples.len());
                assert!(visit.active_ms >= 0 && read_reached(&visit.states).len() * 10 == visit.states.len());
            }
            told.push_str(&format!("{finding:?}\n"));
        }
        assert!(detector.size_bytes() <= MOST_BYTES, "{} bytes", detector.size_bytes());
        assert!(detector.memory().len() <= 1_024 && !detector.memory().contains('\n'));
        if let Some(score) = detector.score(now_ms) {
            let sum =
                Feature::ALL.into_iter().fold(i64::from(score.bias), |sum, it| sum + i64::from(score.contribution(it)));
            assert_eq!(i64::from(score.total()), sum, "contributions add up");
            for feature in Feature::ALL {
                let most = if feature == Feature::Prior { i32::MAX } else { Feature::MOST };
                assert!((-most..=most).contains(&score.feature(feature)), "{feature:?} {}", score.feature(feature));
            }
        }
    };
    observe(
        &mut detector,
        now_ms,
        Observation::Started { user: "u", session: "s", device: Device::Desktop, memory: "" },
    );
    observe(&mut detector, now_ms, Observation::Page { page: "/a", context: "" });
    observe(&mut detector, now_ms, Observation::Shown(true));
    for (step_ms, seen) in script {
        now_ms = now_ms.saturating_add(*step_ms);
        observe(&mut detector, now_ms, seen.observation());
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_state_is_bounded_sums_are_exact_and_the_same_gives_the_same(
        model in model(),
        script in prop::collection::vec((times(), seen()), 0..200),
    ) {
        prop_assert_eq!(watch(&model, &script), watch(&model, &script));
    }

    #[test]
    fn what_is_remembered_is_remembered_again(script in prop::collection::vec((0_i64..30_000, seen()), 0..100)) {
        let mut detector = Detector::default();
        detector.configure(Some(usual()));
        let mut now_ms = 0;
        let started = |memory| Observation::Started { user: "u", session: "s", device: Device::Desktop, memory };
        detector.observe(now_ms, started(""), &mut Vec::new());
        for (step_ms, seen) in &script {
            now_ms += step_ms;
            if !matches!(seen, Seen::Started(..)) {
                detector.observe(now_ms, seen.observation(), &mut Vec::new());
            }
        }
        detector.observe(now_ms, Observation::Left, &mut Vec::new());
        let memory = detector.memory();
        let mut next = Detector::default();
        next.configure(Some(usual()));
        next.observe(now_ms, started(&memory), &mut Vec::new());
        prop_assert_eq!(next.memory(), memory);
    }
}

#[test]
fn ten_thousand_targets_and_a_megabyte_of_names_leave_little_behind() {
    let mut detector = Detector::default();
    detector.configure(Some(usual()));
    let long = "x".repeat(1_000_000);
    let mut findings = Vec::new();
    let mut observe = |detector: &mut Detector, now_ms, observation: Observation<'_>| {
        detector.observe(now_ms, observation, &mut findings);
        findings.clear();
    };
    observe(
        &mut detector,
        0,
        Observation::Started { user: &long, session: &long, device: Device::Desktop, memory: &long },
    );
    observe(&mut detector, 0, Observation::Page { page: &long, context: &long });
    observe(&mut detector, 0, Observation::Shown(true));
    for id in 0..10_000 {
        let now_ms = i64::from(id) * 20;
        observe(&mut detector, now_ms, Observation::Clicked { target: id, on: Surface::Control, is_alive: false });
        observe(&mut detector, now_ms, Observation::Focused { field: id });
        observe(&mut detector, now_ms, Observation::Blurred { field: id, is_changed: true });
        observe(&mut detector, now_ms, Observation::Invalid { field: id });
        observe(&mut detector, now_ms, Observation::Progress { state: id });
    }
    assert!(detector.size_bytes() < 16 * 1024, "{}", detector.size_bytes());
    assert!(detector.memory().len() <= 1_024);
}
