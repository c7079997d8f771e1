//! Kill -9 in small; `cargo xtask crash --cycles 200` is the long form.

use crash::{KillRun, run_kill};

#[test]
fn twenty_kills_lose_alter_and_double_nothing() {
    let program = env!("CARGO_BIN_EXE_collector-under-test").into();
    let run = KillRun { seed: 0x6b69_6c6c, cycles: 20, program, clients: 8 };
    let report = run_kill(&run, |_| ()).unwrap_or_else(|failure| panic!("{failure}"));
    eprintln!("{report}");
    assert!(report.acked > 10_000, "{report}");
    assert!(report.duplicates > 0 && report.rejected > 0, "{report}");
    assert_eq!(report.missed(), Vec::<String>::new(), "moments that never came");
}
