//! The recorded log: PISA 2012, item CP025Q01 "Climate Control" (OECD), as `../shared/data/pisa-cc` has it.
//!
//! Not part of the repository. Columns: session, t_s, action (`start`, `a_b_c`, `reset`, `end`), solved.

use crate::visitor::{Deed, START, Visitor, hash};
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// The sliders begin at zero.
const START_STATE: &str = "0_0_0";
const APPLY: u32 = 1;
const RESET: u32 = 2;

/// Everybody in it, in the order of the file.
pub fn read(path: &Path) -> Result<Vec<Visitor>, String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
    let file = BufReader::new(File::open(path).map_err(|it| failed(&it))?);
    let is_packed = path.extension().is_some_and(|it| it == "gz");
    let text: Box<dyn Read> = if is_packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut visitors: Vec<Visitor> = Vec::new();
    for row in csv::Reader::from_reader(text).into_records() {
        let row = row.map_err(|it| failed(&it))?;
        let (Some(user), Some(seconds), Some(action), Some(solved)) = (row.get(0), row.get(1), row.get(2), row.get(3))
        else {
            return Err(failed(&"expected the columns session,t_s,action,solved"));
        };
        let seconds: f64 = seconds.parse().map_err(|it| failed(&it))?;
        if visitors.last().is_none_or(|it| it.user != user) {
            visitors.push(Visitor {
                user: user.to_owned(),
                group: user.chars().take(3).collect(),
                page: "/climate-control".to_owned(),
                deeds: Vec::new(),
                end_ms: 0,
                is_stuck: solved.trim() != "1",
            });
        }
        let Some(visitor) = visitors.last_mut() else { continue };
        // A few times go back: recording faults.
        let at_ms = ((seconds * 1_000.0).round() as i64).max(visitor.end_ms);
        visitor.end_ms = at_ms;
        let deed = match action {
            "start" | "end" => continue,
            "reset" => Deed::Reached { target: RESET, state: START },
            START_STATE => Deed::Reached { target: APPLY, state: START },
            state => Deed::Reached { target: APPLY, state: hash(state, 0) as u32 },
        };
        visitor.deeds.push((at_ms, deed));
    }
    Ok(visitors)
}
