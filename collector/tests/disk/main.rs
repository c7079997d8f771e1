//! The disk as it is on a bad day: full, failing, slow, cut off. The real program, real faults.
//!
//! Faults come from `strace` (a system call of one thread fails) and from a small `tmpfs`; where either is not
//! permitted, the test says so and stops.

// A test that is skipped says so.
#![allow(clippy::print_stdout)]

mod backup;
mod damage;
mod failed_sync;
mod full_disk;
mod migration;
mod retention;
mod support;
