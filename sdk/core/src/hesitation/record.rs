//! An observation as one line of a recording, in the short form; `docs/reference/replay.md` has both.

use crate::json::{push_signed, quote};
use crate::observation::{Observation, kind};
use domain::hesitation::Device;

/// A JSON list, without a line break: time, kind, and what goes with it. `[1200,2,271828,0,1]`
pub fn record(now_ms: i64, observation: &Observation<'_>) -> String {
    let (kind, numbers) = observation.numbers();
    let mut line = start(now_ms, kind);
    match *observation {
        Observation::Started { user, session, device, memory } => {
            push_text(&mut line, user);
            push_text(&mut line, session);
            push(&mut line, i64::from(device == Device::Touch));
            push_text(&mut line, memory);
        }
        Observation::Page { page, context } => {
            push_text(&mut line, page);
            push_text(&mut line, context);
        }
        _ => numbers.into_iter().for_each(|it| push(&mut line, it)),
    }
    line.push(']');
    line
}

/// From here on, this version of the model holds: `[1200,20,7]`
pub(crate) fn record_model(now_ms: i64, version: u64) -> String {
    let mut line = start(now_ms, kind::MODEL);
    push(&mut line, version as i64);
    line.push(']');
    line
}

/// What was decided here, as JSON: `[1200,21,{…}]`
pub(crate) fn record_decision(now_ms: i64, decision: &str) -> String {
    let mut line = start(now_ms, kind::DECISION);
    line.push(',');
    line.push_str(decision);
    line.push(']');
    line
}

fn start(now_ms: i64, kind: u32) -> String {
    let mut line = String::from("[");
    push(&mut line, now_ms);
    push(&mut line, i64::from(kind));
    line
}

fn push(line: &mut String, number: i64) {
    if line.len() > 1 {
        line.push(',');
    }
    push_signed(line, number);
}

fn push_text(line: &mut String, text: &str) {
    line.push(',');
    quote(line, text);
}
