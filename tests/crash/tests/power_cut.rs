//! Power cuts in small; `cargo xtask power-cut --images 2000` is the long form.

use crash::{PowerCutRun, run_power_cut, strace_works};

#[test]
fn a_power_cut_loses_nothing_that_was_answered() {
    if !strace_works() {
        eprintln!("skipped: there is no strace that may trace here; `cargo xtask setup` installs it where it may");
        return;
    }
    let program = env!("CARGO_BIN_EXE_collector-under-test").into();
    let run = PowerCutRun { seed: 0x706f_7765, images: 100, program, is_short: true };
    let report = run_power_cut(&run, |line| eprintln!("{line}")).unwrap_or_else(|failure| panic!("{failure}"));
    eprintln!("{report}");
    assert!(report.images >= 100 && report.looked_up > 1_000, "{report}");
    assert!(report.uncertain > 0, "there was something to lose: {report}");
}
