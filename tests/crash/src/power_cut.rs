//! Power cuts: the system calls of a real run, replayed into disks as a cut at any of them may leave them, each opened
//! by the product's own recovery and held against the answers that were on the wire before the cut.

mod image;
mod report;
mod scenario;
mod wire;

pub use report::PowerCutReport;

use crate::dice::Dice;
use crate::platter::{Edge, Luck, Platter};
use crate::trace::{self, Call, Event};
use scenario::{Recorded, Scenario};
use std::path::PathBuf;
use wire::Wire;

/// What to run.
#[derive(Clone, Debug)]
pub struct PowerCutRun {
    pub seed: u64,
    /// Crash images in all.
    pub images: u64,
    /// The `milepost` program.
    pub program: PathBuf,
    /// Fewer and shorter traces.
    pub is_short: bool,
}

/// Records traces, cuts them, opens what is left; the first failure ends it and says how to see it again.
pub fn run_power_cut(run: &PowerCutRun, mut tell: impl FnMut(&str)) -> Result<PowerCutReport, String> {
    let scenarios = if run.is_short { Scenario::SHORT } else { Scenario::ALL };
    let mut report = PowerCutReport::new(run.seed);
    let per_trace = run.images.div_ceil(scenarios.len() as u64);
    for scenario in scenarios {
        let recorded = scenario.record(run)?;
        let cut = Cut::of(&recorded)?;
        let failed = |failure: String| {
            let kept = recorded.keep();
            format!("{scenario} of --seed {:#x}: {failure}\nthe trace is {}", run.seed, kept.display())
        };
        let images = cut.images(*scenario, run.seed, per_trace, &mut report);
        let images = images.map_err(failed)?;
        tell(&format!("{scenario}: {} calls, {} acks, {images} images", cut.events.len(), cut.wire.acks()));
        report.traced(cut.events.len() as u64, cut.wire.acks() as u64);
    }
    Ok(report)
}

/// A trace, ready to be cut anywhere.
struct Cut<'a> {
    recorded: &'a Recorded,
    events: Vec<Event>,
    /// Beginnings and ends in the order of the log.
    steps: Vec<(usize, Edge, usize)>,
    wire: Wire,
}

impl<'a> Cut<'a> {
    fn of(recorded: &'a Recorded) -> Result<Self, String> {
        let events = trace::read(&recorded.trace, recorded.root())?;
        let mut steps = Vec::with_capacity(events.len() * 2);
        for (nth, event) in events.iter().enumerate() {
            steps.push((event.began, Edge::Begins, nth));
            steps.push((event.ended, Edge::Ends, nth));
        }
        steps.sort_by_key(|(line, edge, _)| (*line, *edge == Edge::Ends));
        let wire = Wire::of(&events);
        Ok(Self { recorded, events, steps, wire })
    }

    fn images(&self, scenario: Scenario, seed: u64, count: u64, report: &mut PowerCutReport) -> Result<u64, String> {
        let mut dice = Dice::of(seed, "cuts", scenario as u64);
        let answers: Vec<usize> =
            self.steps_of(|event, edge| matches!(event.call, Call::Send { .. }) && edge == Edge::Begins);
        let mut cuts: Vec<usize> = (0..count)
            .map(|nth| match answers.as_slice() {
                // Every second cut comes right after something was answered.
                answers @ [_, ..] if nth % 2 == 0 => answers[dice.below(answers.len() as u64) as usize],
                _ => dice.below(self.steps.len() as u64) as usize,
            })
            .collect();
        cuts.sort_unstable();
        let mut platter = self.recorded.platter()?;
        let mut next = 0;
        for (nth, cut) in (0..).zip(cuts) {
            self.replay(&mut platter, next, cut);
            next = cut + 1;
            let mut dice = Dice::of(seed, "image", nth << 8 | scenario as u64);
            let luck = match dice.below(10) {
                0 | 1 => Luck::Nothing,
                2 => Luck::Everything,
                _ => Luck::Mixed,
            };
            let line = self.steps[cut].0;
            let checked = image::check(self.recorded, &self.wire, &platter, line, luck, &mut dice);
            let found =
                checked.map_err(|failure| format!("image {nth}, cut at line {} ({luck:?}): {failure}", line + 1))?;
            report.image(&found, platter.open_questions() as u64);
        }
        Ok(count)
    }

    fn replay(&self, platter: &mut Platter, from: usize, until: usize) {
        for (_, edge, nth) in self.steps.get(from..=until).unwrap_or_default() {
            platter.take(&self.events[*nth], *edge);
        }
    }

    fn steps_of(&self, wanted: impl Fn(&Event, Edge) -> bool) -> Vec<usize> {
        let steps = self.steps.iter().enumerate();
        steps.filter(|(_, (_, edge, nth))| wanted(&self.events[*nth], *edge)).map(|(step, _)| step).collect()
    }
}
