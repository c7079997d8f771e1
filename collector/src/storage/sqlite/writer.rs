//! The one thread that writes: takes what has queued up, commits it at once, then answers.

mod commit;
mod delivery;
mod erasing;
mod keeper;
mod queue;
mod thread;

pub(super) use queue::Writer;
