//! `cargo xtask eval hesitation`: prints how good the detector is, and writes it into the reference.

// Talking to a person is this program's job.
#![allow(clippy::print_stdout)]

use evaluation::study::Session;
use evaluation::{pisa, report};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The recorded log, seen from the root of the repository.
const LOG: &str = "../shared/data/pisa-cc/events.csv.gz";

/// Where the numbers are written down, between two markers.
const REFERENCE: &str = "docs/reference/hesitation.md";
const BEGIN: &str = "<!-- evaluation: written by `cargo xtask eval hesitation` -->\n";
const END: &str = "<!-- end of evaluation -->";

fn main() -> ExitCode {
    match evaluate(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn evaluate(arguments: &[String]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = match arguments {
        [] => Some(root.join(LOG)).filter(|it| it.exists()),
        [option, path] if option == "--file" => Some(PathBuf::from(path)),
        _ => return Err("expected nothing or `--file PATH`".to_owned()),
    };
    let recorded = match &file {
        Some(path) => Some(pisa::read(path)?.into_iter().map(|it| vec![it]).collect::<Vec<Session>>()),
        None => {
            eprintln!("there is no {LOG}: only made-up people are evaluated, and nothing is written down");
            None
        }
    };
    let text = report::report(recorded.as_deref());
    print!("{text}");
    if recorded.is_some() {
        write_down(&root.join(REFERENCE), &text)?;
    }
    Ok(())
}

/// Replaces what is between the markers.
fn write_down(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error: &dyn std::fmt::Display| format!("cannot write {REFERENCE}: {error}");
    let before = std::fs::read_to_string(path).map_err(|it| failed(&it))?;
    let parts = before.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let Some((head, tail)) = parts else {
        return Err(failed(&format!("expected the line {} and, after it, {END}", BEGIN.trim_end())));
    };
    std::fs::write(path, format!("{head}{BEGIN}\n{text}\n{END}{tail}")).map_err(|it| failed(&it))
}
