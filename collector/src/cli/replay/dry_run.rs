//! `milepost replay --budget`: who would have been asked, where, how often, and what stood against it.

use super::model::Config;
use super::source::Source;
use super::{Replay, Shown, exit, tables};
use crate::cli::failure::{Exit, Failure};
use crate::cli::{humane, output};
use crate::replay::{Assignments, DryRun, PageRow, Play, Player, Tally, never_asking, within_budget};
use serde_json::json;

/// Rows of the table; more are for programs.
const ROWS: usize = 50;

/// Blockers and reasons named for a page.
const NAMED: usize = 3;

/// Twice through the log: how high scores go when nobody is asked, then with the thresholds that follow from it.
pub(super) async fn run(
    replay: &Replay,
    source: &Source,
    config: Config,
    budget: f64,
    as_json: bool,
) -> Result<Exit, Failure> {
    source.must_be_read_again()?;
    let assignments = replay.assignments(Assignments::Treated);
    let mut tops = Vec::new();
    let play = Play { assignments: Assignments::Treated, is_dry_run: true, ..Play::default() };
    let mut player = Player::new(Some(never_asking(&config.model)), play);
    source
        .each_session(true, &mut Tally::default(), &mut |session, _| {
            tops.push(player.play(&session, &mut |_| {}).top_score);
            Ok(())
        })
        .await?;

    let config = Config { model: within_budget(&config.model, tops, budget), ..config };
    let mut tally = Tally { model: Some(config.model.version), ..Tally::default() };
    let mut run = DryRun::default();
    let mut shown = Shown::new(replay, &config, as_json);
    let play = Play { assignments, is_dry_run: true, ..replay.scores() };
    let mut player = Player::new(Some(config.model.clone()), play);
    source
        .each_session(false, &mut tally, &mut |session, tally| {
            let played = player.play(&session, &mut |told| {
                tally.told(&told);
                run.told(&told);
                if as_json {
                    shown.told(&told);
                }
            });
            tally.played(&played);
            run.played(&played);
            shown.flush()
        })
        .await?;

    if as_json {
        shown.write()?;
        json(&run, &tally, &config, budget)?;
    } else {
        output::data(table(&run, &tally, &config, budget).as_bytes())?;
    }
    Ok(exit(&tally))
}

fn json(run: &DryRun, tally: &Tally, config: &Config, budget: f64) -> Result<(), Failure> {
    for row in run.rows() {
        let mut line = json!({ "type": "page" });
        if let (Some(line), Ok(serde_json::Value::Object(row))) = (line.as_object_mut(), serde_json::to_value(&row)) {
            line.extend(row);
        }
        output::json(&line)?;
    }
    let mut summary = tally.json();
    if let Some(summary) = summary.as_object_mut() {
        summary.insert("budget".into(), json!(budget));
        summary.insert("askAt".into(), json!(config.model.ask_at));
        summary.insert("hintAt".into(), json!(config.model.hint_at));
        summary.insert("askingSessions".into(), json!(run.asking_sessions));
        summary.insert("askingShare".into(), json!(share(run)));
    }
    output::json(&summary)
}

fn share(run: &DryRun) -> f64 {
    run.asking_sessions as f64 / run.sessions.max(1) as f64
}

fn table(run: &DryRun, tally: &Tally, config: &Config, budget: f64) -> String {
    let rows = run.rows();
    let cells: Vec<Vec<String>> = rows.iter().take(ROWS).map(cells).collect();
    let headings = ["page", "blocked by", "because", "sessions", "would ask", "share", "hints"];
    let mut text = if rows.is_empty() { String::new() } else { humane::table(&headings, NAMED, &cells) };
    if let Some(more @ 1..) = rows.len().checked_sub(ROWS) {
        text.push_str(&format!("… and {more} more pages; --json lists them all\n"));
    }
    let Config { model, .. } = config;
    text.push_str(&format!(
        "\n{} of {} sessions would have been asked ({}, budget {}), from a score of {:.2} on, hints from {:.2}\n",
        run.asking_sessions,
        run.sessions,
        humane::share(share(run)),
        humane::share(budget),
        f64::from(model.ask_at) / 1_000.0,
        f64::from(model.hint_at) / 1_000.0
    ));
    text.push_str(&tables::summary(tally));
    text
}

fn cells(row: &PageRow) -> Vec<String> {
    let named = |counts: &std::collections::BTreeMap<&'static str, u64>| {
        tables::counted(counts.iter().map(|(name, count)| (*name, *count)), NAMED)
    };
    vec![
        humane::plain(&row.page),
        named(&row.blockers),
        named(&row.reasons),
        row.sessions.to_string(),
        row.would_ask.to_string(),
        humane::share(row.share),
        row.hints.to_string(),
    ]
}
