//! The collector's front door under attack: a real server, raw sockets, and clients that mean no good.
//!
//! What is short here is long in `cargo xtask door`, which sets `DOOR` to `long`: thousands instead of hundreds, the
//! deadlines of a real server, and figures printed for `docs/reference/performance.md`.

#![cfg(target_os = "linux")]

#[path = "door/bodies.rs"]
mod bodies;
#[path = "door/json_test_suite.rs"]
mod json_test_suite;
#[path = "door/many.rs"]
mod many;
#[path = "door/overload.rs"]
mod overload;
#[path = "door/rates.rs"]
mod rates;
#[path = "door/slow.rs"]
mod slow;
#[path = "door/stopping.rs"]
mod stopping;
#[path = "door/support.rs"]
mod support;
#[path = "door/torture.rs"]
mod torture;
