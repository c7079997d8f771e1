//! `milepost replay` and what is behind it: lines, sessions, decisions.

#[path = "replay/document.rs"]
mod document;
#[path = "replay/lines.rs"]
mod lines;
#[path = "replay/live.rs"]
mod live;
#[path = "replay/program.rs"]
mod program;
#[path = "replay/sessions.rs"]
mod sessions;
#[path = "replay/support.rs"]
mod support;
