//! The `milepost` program.

fn main() -> std::process::ExitCode {
    milepost::cli::run()
}
