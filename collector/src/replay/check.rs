//! Whether a recording is decided now as it was decided live, to the letter.

use super::player::Played;
use std::fmt;

/// The first decision that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub session: String,
    /// Of the recorded decision; `None`: nothing was recorded where something is decided now.
    pub line: Option<u64>,
    pub recorded: Option<String>,
    pub decided: Option<String>,
    /// The version that recorded, where it is not the one that replays.
    pub recorded_with: Option<i64>,
}

/// Compares what was recorded with what was decided, one by one.
pub fn first_difference(session: &str, played: &Played, model: Option<u64>) -> Option<Difference> {
    let count = played.recorded.len().max(played.decided.len());
    (0..count).find_map(|index| {
        let (recorded, decided) = (played.recorded.get(index), played.decided.get(index));
        if recorded.map(|it| &it.1) == decided {
            return None;
        }
        Some(Difference {
            session: session.to_owned(),
            line: recorded.map(|it| it.0),
            recorded: recorded.map(|it| it.1.clone()),
            decided: decided.cloned(),
            recorded_with: played.model.filter(|it| u64::try_from(*it).ok() != model),
        })
    })
}

/// Characters shown of each, from a little before the first that differs.
const SHOWN: usize = 60;
const BEFORE: usize = 20;

impl fmt::Display for Difference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "line {line}: ")?,
            None => write!(out, "session {}: ", self.session)?,
        }
        match (&self.recorded, &self.decided) {
            (Some(recorded), Some(decided)) => {
                let same = recorded.chars().zip(decided.chars()).take_while(|(a, b)| a == b).count();
                let part = |it: &str| -> String { it.chars().skip(same.saturating_sub(BEFORE)).take(SHOWN).collect() };
                write!(out, "recorded `…{}…`, decided `…{}…`", part(recorded), part(decided))?;
            }
            (Some(recorded), None) => write!(out, "recorded {recorded}, decided nothing")?,
            (None, Some(decided)) => write!(out, "recorded nothing, decided {decided}")?,
            (None, None) => {}
        }
        if let Some(version) = self.recorded_with {
            write!(out, "; it was recorded with model {version}: name its config with --config")?;
        }
        Ok(())
    }
}
