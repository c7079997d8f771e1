//! Decisions, scores and what came of a replay, for people.

use crate::cli::humane;
use crate::hesitation::sentences;
use crate::replay::{Tally, Told, probability};
use sdk_core::hesitation::Verdict;

/// Rows of a table; more are for programs.
const ROWS: usize = 100;

/// Times before this are no dates but counted from somewhere else: 2001.
const FIRST_DATE_MS: i64 = 1_000_000_000_000;

#[derive(Debug, Default)]
pub(super) struct Tables {
    decisions: Vec<Vec<String>>,
    more_decisions: u64,
    scores: Vec<Vec<String>>,
    more_scores: u64,
}

impl Tables {
    pub(super) fn told(&mut self, told: &Told<'_>, language: &str) {
        match told {
            Told::Decision { decision, .. } if decision.verdict == Verdict::Calm => {}
            Told::Decision { .. } if self.decisions.len() >= ROWS => self.more_decisions += 1,
            Told::Decision { session, decision, .. } => {
                let verdict = match decision.verdict {
                    Verdict::Withheld(blocker) => format!("withheld: {}", blocker.as_str()),
                    verdict => verdict.as_str().to_owned(),
                };
                let why = sentences(&decision.score.reasons(), language).join(" · ");
                let plain = humane::plain;
                self.decisions.push(vec![
                    time(decision.at_ms),
                    plain(session),
                    plain(&decision.page),
                    verdict,
                    logits(decision.score.total()),
                    logits(decision.threshold),
                    why,
                ]);
            }
            Told::Score(_) if self.scores.len() >= ROWS => self.more_scores += 1,
            Told::Score(at) => {
                let why = sentences(&at.score.reasons(), language).join(" · ");
                let total = at.score.total();
                self.scores.push(vec![
                    humane::plain(at.session),
                    humane::plain(at.page),
                    age(at.age_ms),
                    logits(total),
                    humane::share(probability(total)),
                    why,
                ]);
            }
        }
    }

    pub(super) fn finish(self, tally: &Tally) -> String {
        let mut text = String::new();
        let decisions = ["when", "session", "page", "verdict", "score", "threshold", "why"];
        add(&mut text, &decisions, &self.decisions, self.more_decisions);
        add(&mut text, &["session", "page", "age", "score", "probability", "why"], &self.scores, self.more_scores);
        text.push_str(&summary(tally));
        text
    }
}

fn add(text: &mut String, headings: &[&str], rows: &[Vec<String>], more: u64) {
    if rows.is_empty() {
        return;
    }
    // Sentences are of any length: nothing leans to the right.
    text.push_str(&humane::table(headings, headings.len(), rows));
    if more > 0 {
        text.push_str(&format!("… and {more} more; --json lists them all\n"));
    }
    text.push('\n');
}

/// What came of it, in a few lines.
pub(super) fn summary(tally: &Tally) -> String {
    let withheld: u64 = tally.withheld.values().sum();
    let mut text = format!(
        "{} lines, {} sessions, {} visits, {:.2} active hours\n",
        tally.lines,
        tally.sessions,
        tally.visits,
        tally.active_hours()
    );
    let rate = tally.asks_per_active_hour().map(|it| format!(" ({it:.2} an active hour)")).unwrap_or_default();
    text.push_str(&format!("asked {}{rate}, hinted {}, withheld {withheld}", tally.asks, tally.hints));
    if withheld > 0 {
        text.push_str(&format!(": {}", counted(tally.withheld.iter().map(|(name, count)| (*name, *count)), 20)));
    }
    text.push('\n');
    if tally.broken > 0 {
        text.push_str(&format!("{} broken lines were left out\n", tally.broken));
    }
    if tally.checked > 0 {
        text.push_str(&format!("{} recorded decisions\n", tally.checked));
    }
    text
}

/// `typing 3, acting 1`: the most first.
pub(super) fn counted<'a>(counts: impl Iterator<Item = (&'a str, u64)>, most: usize) -> String {
    let mut counts: Vec<(&str, u64)> = counts.collect();
    counts.sort_by_key(|it| std::cmp::Reverse(it.1));
    let words: Vec<String> = counts.iter().take(most).map(|(name, count)| format!("{name} {count}")).collect();
    words.join(", ")
}

/// Thousandths of a logit as logits.
fn logits(thousandths: i32) -> String {
    format!("{:.2}", f64::from(thousandths) / 1_000.0)
}

fn time(at_ms: i64) -> String {
    if at_ms >= FIRST_DATE_MS { humane::time(at_ms) } else { age(at_ms) }
}

fn age(age_ms: i64) -> String {
    let sign = if age_ms < 0 { "-" } else { "" };
    format!("{sign}{}", humane::duration(age_ms.unsigned_abs()))
}
