//! The `milepost` program again, so that tests of this crate always have it as fresh as themselves.

fn main() -> std::process::ExitCode {
    milepost::cli::run()
}
