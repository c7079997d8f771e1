//! What is normal and what it weighs before anything was learned: set by hand from what is published.
//!
//! Not fitted to any data set. Curves are those of visits that went on. The weights are chosen by one rule: what speaks
//! for itself (the same error again, clicks without effect, looking for help) may ask alone; what only passes (time,
//! idleness, few steps) never may, however long it lasts, until the site has shown what is normal there.

use super::distribution::Distribution;
use domain::hesitation::{Baseline, Feature, Measure, Model, PRIOR_AT_MS, STATES_AFTER, STATES_AT_MS};

/// Where a score starts: about two visits in a hundred, the share that asks for help where it is offered.
const BIAS: i32 = -4_000;

/// Above everything that merely passing time can add up to; the tests add it up.
const ASK_AT: i32 = -500;

/// Half a logit lower, and still above what merely passes.
const HINT_AT: i32 = -1_000;

/// The model of a site that nothing is known of: one baseline, `*`.
pub fn shipped() -> Model {
    let mut curves = [None; Measure::COUNT];
    for (index, curve) in curves.iter_mut().enumerate() {
        *curve = Measure::from_index(index).and_then(|it| Some(distribution_of(it)?.curve(it)));
    }
    Model {
        version: 1,
        bias: BIAS,
        weights: shipped_weights(),
        ask_at: ASK_AT,
        hint_at: HINT_AT,
        salt: 0,
        record_share: 0,
        pages: Vec::new(),
        excluded: Vec::new(),
        baselines: vec![Baseline {
            page: "*".to_owned(),
            context: String::new(),
            device: None,
            is_own: false,
            is_muted: false,
            curves,
            steps: Vec::new(),
            prior: [0; PRIOR_AT_MS.len()],
        }],
        ask: None,
    }
}

/// What each feature weighs before anything was learned, and what learning is pulled back to.
pub fn shipped_weights() -> [i32; Feature::COUNT] {
    Feature::ALL.map(weight_of)
}

/// Thousandths of a logit per thousand of the feature.
fn weight_of(feature: Feature) -> i32 {
    match feature {
        // A logit already.
        Feature::Prior => 1_000,
        // Merely passing. All of them at their most, 4,000, stay below `HINT_AT`.
        Feature::Idle | Feature::Stall | Feature::FewStates | Feature::FewForActions => 150,
        Feature::FirstAction | Feature::TimeHere => 50,
        // Direct evidence.
        Feature::Invalid | Feature::DeadClicks => 1_800,
        Feature::Help => 900,
        Feature::ReEdits => 400,
        Feature::FieldLatency => 300,
        Feature::QuickBack => 200,
        // The sign differs from site to site (exploring looks like struggling: Hassan et al., WSDM 2014).
        _ => 0,
    }
}

/// What is normal anywhere; `None` where nothing can be said without having seen the site.
pub(super) fn distribution_of(measure: Measure) -> Option<Distribution> {
    Some(match measure {
        // Looking comes before acting: reading a screen.
        Measure::FirstAction => log_logistic(4_000.0, 1.4),
        // Gaps between actions are near log-normal with a median of about two seconds, with a tail heavier than that;
        // the log-logistic has such a tail and a closed form.
        Measure::IdleAfterClick => log_logistic(2_500.0, 1.3),
        Measure::IdleAfterTyping => log_logistic(1_500.0, 1.3),
        Measure::IdleAfterScrolling => log_logistic(2_500.0, 1.1),
        // From step to step: several actions.
        Measure::Stall => log_logistic(12_000.0, 1.3),
        // Dwell is Weibull with negative ageing, k < 1 (Liu, White, Dumais, SIGIR 2010); the scale is a task's, not an
        // article's.
        Measure::Visit => weibull(40_000.0, 0.7),
        Measure::TimeHere => weibull(70_000.0, 0.7),
        Measure::FieldLatency => log_logistic(1_800.0, 1.4),
        // A click is answered within a tenth of a second (Nielsen's limit for "at once"), or waits for a server.
        Measure::Response => log_logistic(100.0, 1.2),
        // One field in three is looked at again once.
        Measure::ReEdits => geometric(0.5),
        // A new state every twenty seconds, and with every third action. Of counts of which only the mean is known, the
        // geometric distribution says least.
        Measure::States(at) => geometric(STATES_AT_MS.get(usize::from(at)).copied()? as f64 / 20_000.0),
        Measure::StatesAfter(at) => geometric(STATES_AFTER.get(usize::from(at)).copied()? as f64 / 3.0),
        _ => return None,
    })
}

/// `S(x) = 1 / (1 + (x / median)^shape)`
fn log_logistic(median: f64, shape: f64) -> Distribution {
    Distribution::of_quantiles(false, |share| median * ((1.0 - share) / share).powf(1.0 / shape))
}

/// `S(x) = exp(−(x / scale)^shape)`
fn weibull(scale: f64, shape: f64) -> Distribution {
    Distribution::of_quantiles(false, |share| scale * (-share.ln()).powf(1.0 / shape))
}

/// `P(X ≥ x) = (mean / (1 + mean))^x`
fn geometric(mean: f64) -> Distribution {
    Distribution::of_counts(|count| (mean / (1.0 + mean)).powi(count))
}
