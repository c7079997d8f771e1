//! Bytes that changed on the disk, in small; `cargo xtask disk-faults` is the long form.

use crash::{FlipRun, run_flips};

#[test]
fn a_changed_byte_is_refused_in_words_or_served_without_a_panic() {
    let program = env!("CARGO_BIN_EXE_collector-under-test").into();
    let run = FlipRun { seed: 0x666c_6970, flips: 50, program };
    let report = run_flips(&run, |_| ()).unwrap_or_else(|failure| panic!("{failure}"));
    eprintln!("{report}");
    assert_eq!(report.flips, 50);
}
