//! Stdout for data, stderr for messages; colours and progress bars only for a person at a terminal.

use super::failure::{Exit, Failure};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// Writes to stdout in one go.
pub(super) fn data(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(|error| Failure::writing(&error))
}

/// Writes one JSON value and a newline to stdout.
pub(super) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string(value)
        .map_err(|error| Failure::new(Exit::Failed, format!("the answer cannot be written as JSON: {error}")))?;
    text.push('\n');
    data(text.as_bytes())
}

/// Says something to the person; a closed stderr is no reason to stop.
pub(super) fn say(text: &str) {
    drop(writeln!(std::io::stderr(), "{text}"));
}

/// Says why the command failed.
pub(super) fn failure(failure: &Failure, as_json: bool) {
    match failure {
        Failure::ReaderGone => {}
        Failure::Plain { exit, message } if as_json => {
            say(&serde_json::json!({ "error": message, "exit": *exit as u8 }).to_string());
        }
        Failure::Plain { message, .. } => say(&format!("milepost: {message}")),
        Failure::Definitions(diagnostics) if as_json => {
            let list: Vec<_> = diagnostics.iter().collect();
            let message = format!("{} has mistakes", diagnostics.file_name());
            let exit = failure.exit() as u8;
            say(&serde_json::json!({ "error": message, "exit": exit, "diagnostics": list }).to_string());
        }
        Failure::Definitions(diagnostics) => {
            drop(write!(std::io::stderr(), "{}", diagnostics.render(colours_on_stderr())));
            let count = diagnostics.error_count();
            let noun = if count == 1 { "mistake" } else { "mistakes" };
            say(&format!("milepost: {count} {noun} in {}", diagnostics.file_name()));
        }
    }
}

/// <https://no-color.org>: any value but the empty one means no.
pub(super) fn colours_on_stderr() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    !refused && std::io::stderr().is_terminal()
}

/// A bar on stderr; invisible where nobody looks. The length is unknown where it is `None`.
pub(super) fn progress(length: Option<u64>, is_wanted: bool, template: &str) -> ProgressBar {
    let visible = is_wanted && std::io::stderr().is_terminal();
    let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(length, target);
    bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
}
