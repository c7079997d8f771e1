//! What somebody answers: who reached value is happier, and says so in other words.

use super::verbatims::{self, Mood};
use crate::cli::simulate::random::Random;
use domain::survey::{Answer, Step, StepKind};

/// Tenths of a scale, with their weights: of those who reached value, and of those who did not (yet).
const HAPPY: [f64; 11] = [0.6, 0.4, 0.7, 1.0, 1.4, 2.6, 4.0, 10.0, 21.0, 27.0, 25.0];
const UNHAPPY: [f64; 11] = [4.5, 2.5, 4.0, 6.0, 8.0, 14.0, 15.0, 17.0, 15.0, 8.0, 5.0];

/// A scale is rarely left out where it may be; a text often.
const PASSING_SCALE: f64 = 0.05;
const PASSING_TEXT: f64 = 0.42;

const OTHER: f64 = 0.12;

/// How one person answers, this once.
pub(super) struct Respond {
    has_value: bool,
    language: &'static str,
    mood: Mood,
}

impl Respond {
    pub(super) fn new(has_value: bool, language: &'static str, random: &mut Random) -> Self {
        // Without a scale to go by, people come with an idea.
        let mood = if random.chance(0.8) { Mood::Idea } else { Mood::Middling };
        Self { has_value, language, mood }
    }

    pub(super) fn answer(&mut self, step: &Step, random: &mut Random) -> Answer {
        match &step.kind {
            StepKind::Scale { from, to, .. } => {
                if !step.is_required && random.chance(PASSING_SCALE) {
                    return Answer::Passed;
                }
                let tenths = tenth(if self.has_value { &HAPPY } else { &UNHAPPY }, random);
                self.mood = match tenths {
                    9.. => Mood::Happy,
                    7..9 => Mood::Middling,
                    _ => Mood::Unhappy,
                };
                Answer::Score(from + (f64::from((to - from) * tenths) / 10.0).round() as i32)
            }
            StepKind::Choice { is_multiple, choices, other, .. } => {
                if !step.is_required && random.chance(PASSING_SCALE) {
                    return Answer::Passed;
                }
                if !other.is_empty() && random.chance(OTHER) {
                    let text = random.pick(verbatims::others(self.language)).copied().unwrap_or_default();
                    return Answer::Chosen { choices: Vec::new(), other: text.to_owned() };
                }
                // The first choices are chosen most: that is why they stand first.
                let mut chosen = Vec::new();
                for _ in 0..if *is_multiple { random.between(1, 4) } else { 1 } {
                    let last = random.between(0, choices.len() as u64);
                    chosen.push(random.between(0, last + 1) as usize);
                }
                chosen.sort_unstable();
                chosen.dedup();
                Answer::Chosen { choices: chosen, other: String::new() }
            }
            StepKind::Written { is_long, .. } => {
                if !step.is_required && random.chance(PASSING_TEXT) {
                    return Answer::Passed;
                }
                let texts = if *is_long { self.mood.texts(self.language) } else { verbatims::sought(self.language) };
                Answer::Written(random.pick(texts).copied().unwrap_or_default().to_owned())
            }
            StepKind::Information => Answer::Passed,
            StepKind::Link(_) => self.agrees(0.3, random),
            StepKind::Thanks { link, contact } => {
                self.agrees(if contact.is_empty() && link.is_none() { 0.0 } else { 0.35 }, random)
            }
        }
    }

    /// The usual time until an answer is given.
    pub(super) fn pause_ms(&self, answer: &Answer) -> f64 {
        match answer {
            Answer::Score(_) | Answer::Agreed => 6_000.0,
            Answer::Chosen { other, .. } if other.is_empty() => 8_000.0,
            Answer::Chosen { .. } => 16_000.0,
            Answer::Written(_) => 22_000.0,
            Answer::Passed => 3_000.0,
        }
    }

    fn agrees(&self, share: f64, random: &mut Random) -> Answer {
        if random.chance(share) { Answer::Agreed } else { Answer::Passed }
    }
}

fn tenth(weights: &[f64; 11], random: &mut Random) -> i32 {
    let mut rest = random.share() * weights.iter().sum::<f64>();
    for (tenth, weight) in (0..).zip(weights) {
        rest -= weight;
        if rest < 0.0 {
            return tenth;
        }
    }
    10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_reached_value_is_happier() {
        let mut random = Random::of(1, "answers", 0);
        let mut mean = |weights| (0..2_000).map(|_| f64::from(tenth(weights, &mut random))).sum::<f64>() / 2_000.0;
        let (happy, unhappy) = (mean(&HAPPY), mean(&UNHAPPY));
        assert!((8.0..9.0).contains(&happy) && (5.0..7.0).contains(&unhappy), "{happy} {unhappy}");
    }
}
