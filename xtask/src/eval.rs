//! How good the product is at what it claims, on data; `tests/evaluation` does the work.

use crate::Failure;
use crate::run::{cargo, run};

/// `hesitation [--file PATH]`
pub(crate) fn eval(arguments: &[String]) -> Result<(), Failure> {
    match arguments.split_first() {
        Some((subject, rest)) if subject == "hesitation" => {
            run(cargo().args(["run", "--quiet", "--package", "evaluation", "--"]).args(absolute(rest)))
        }
        _ => Err("expected `eval hesitation [--file PATH]`".to_owned()),
    }
}

/// The path is meant from where the command was typed, but the evaluation runs in the root.
fn absolute(arguments: &[String]) -> Vec<String> {
    let here = std::env::current_dir().unwrap_or_default();
    let mut is_path = false;
    let absolute = |it: &String| {
        let whole = if is_path { here.join(it).to_string_lossy().into_owned() } else { it.clone() };
        is_path = it == "--file";
        whole
    };
    arguments.iter().map(absolute).collect()
}
