//! Disks that fail, fill up or take long, in small; `cargo xtask disk-faults` is the long form.

use crash::{FaultRun, run_faults, strace_works};

#[test]
fn what_a_failing_disk_did_not_keep_was_not_answered_as_kept() {
    if !strace_works() {
        eprintln!("skipped: there is no strace that may trace here; `cargo xtask setup` installs it where it may");
        return;
    }
    let program = env!("CARGO_BIN_EXE_collector-under-test").into();
    let run = FaultRun { seed: 0x6661_756c, program, is_short: true };
    let report = run_faults(&run, |line| eprintln!("{line}")).unwrap_or_else(|failure| panic!("{failure}"));
    eprintln!("{report}");
    assert!(report.met > 0, "no fault was met: {report}");
}
