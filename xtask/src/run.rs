//! Running programs: from the root, output visible, failure in words.

use crate::Failure;
use crate::places;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};

/// Cargo itself; the very one that started us.
pub(crate) fn cargo() -> Command {
    let mut command = from_root(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What `cargo run` told us about ourselves is not true of the crates we build.
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|it| it.starts_with("CARGO_PKG_") || it.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// A program, started in the root of the repository.
pub(crate) fn from_root(program: impl Into<OsString>) -> Command {
    let mut command = Command::new(program.into());
    command.current_dir(places::root());
    command
}

/// Runs to the end with the output visible; anything but success is a failure.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed ({status})", line(command))) }
}

/// What a program prints on its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(printed)
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(format!("`{}` failed ({})\n{printed}{complaint}", line(command), output.status))
    }
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    format!("cannot start `{}`: {error}", Path::new(command.get_program()).display())
}

/// A command as one would type it, without the path of the program.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
