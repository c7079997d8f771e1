//! `milepost replay --learn`: what is normal by a log, as the config that holds it.

use super::model::Config;
use super::source::Source;
use super::{Replay, exit};
use crate::cli::failure::{Exit, Failure};
use crate::cli::output;
use crate::project::Hesitation;
use crate::replay::{
    Assignments, MOMENTS_AT_MS, Moments, Play, Player, Tally, Told, Visits, never_asking, own_pages, with_baselines,
    with_thresholds, with_weights,
};
use domain::hesitation::Model;
use domain::{Definitions, compact};
use serde_json::json;
use std::path::Path;

/// Three times through the log; see `replay/learn.rs`.
pub(super) async fn run(
    replay: &Replay,
    source: &Source,
    config: Config,
    out: &Path,
    as_json: bool,
) -> Result<Exit, Failure> {
    source.must_be_read_again()?;
    let budget = replay.budget.unwrap_or(Hesitation::DEFAULT_BUDGET);
    let mut tally = Tally::default();

    let (visits, _) = pass(source, None, Some(&mut tally)).await?;
    if visits.is_empty() {
        return Err(Failure::new(Exit::BadData, "there is nothing to learn from: the log holds no visits"));
    }
    let count = visits.len();
    let model = as_sent(&with_baselines(&config.model, visits, budget))?;
    let (_, moments) = pass(source, Some(&model), None).await?;
    let model = with_weights(&model, &moments);
    let (visits, _) = pass(source, Some(&model), None).await?;
    let model = with_thresholds(&model, visits, budget);

    let text = compact::write(&config.definitions, Some(&model));
    std::fs::write(out, text).map_err(|error| {
        Failure::new(Exit::CannotCreate, format!("cannot write the config {}: {error}", out.display()))
    })?;
    if as_json {
        output::json(&json!({
            "type": "learned",
            "lines": tally.lines,
            "broken": tally.broken,
            "sessions": tally.sessions,
            "visits": count,
            "moments": moments.len(),
            "pages": own_pages(&model),
            "model": model.version,
            "bias": model.bias,
            "askAt": model.ask_at,
            "hintAt": model.hint_at,
        }))?;
    } else {
        let text = format!(
            "learned from {count} visits of {} sessions: {} pages of their own, {} moments with a known outcome\n\
             wrote model {} to {}\n",
            tally.sessions,
            own_pages(&model),
            moments.len(),
            model.version,
            out.display()
        );
        output::data(text.as_bytes())?;
    }
    Ok(exit(&tally))
}

/// The compact form rounds: what is learned next is learned with what browsers get.
fn as_sent(model: &Model) -> Result<Model, Failure> {
    let read = compact::read(&compact::write(&Definitions::default(), Some(model)));
    let read = read.and_then(|it| it.hesitation);
    read.ok_or_else(|| Failure::new(Exit::Failed, "what was learned cannot be written as a config"))
}

/// Once through the log, with nobody interrupted. `tally`: count it, and say what is odd.
async fn pass(source: &Source, model: Option<&Model>, tally: Option<&mut Tally>) -> Result<(Visits, Moments), Failure> {
    let scores_at_ms = if model.is_some() { MOMENTS_AT_MS.to_vec() } else { Vec::new() };
    let play = Play { assignments: Assignments::Treated, scores_at_ms, is_dry_run: true, ..Play::default() };
    let mut player = Player::new(model.map(never_asking), play);
    let (mut visits, mut moments) = (Visits::default(), Moments::default());
    let is_first = tally.is_some();
    let mut uncounted = Tally::default();
    source
        .each_session(is_first, tally.unwrap_or(&mut uncounted), &mut |session, tally| {
            let played = player.play(&session, &mut |told| {
                if let Told::Score(at) = told {
                    moments.told(&at);
                }
            });
            tally.played(&played);
            moments.played(&played);
            visits.add(&session.id, played);
            Ok(())
        })
        .await?;
    Ok((visits, moments))
}
