//! Everything the detector is told, as one closed list; also the lines of a recording (`docs/reference/replay.md`).
//!
//! Never content: targets and states are hashes, fields tell by how much their length changed.

use domain::hesitation::Device;

/// Something was seen. Times are given beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation<'a> {
    /// Who is here: comes first, and again when that changes. `memory` is what [`super::Detector::memory`] said last.
    Started { user: &'a str, session: &'a str, device: Device, memory: &'a str },
    /// A visit to a page begins, and the last one ends. `page` is a template, `context` may be empty.
    Page { page: &'a str, context: &'a str },
    /// The visit ends, with nothing after it that we would see.
    Left,
    /// The page is visible and has the focus, or not.
    Shown(bool),
    /// A second of being shown passed.
    Tick,
    /// Where the pointer is, in CSS pixels; at most ten a second.
    Moved { x: i32, y: i32 },
    /// A click or tap. `is_alive`: the page has already reacted.
    Clicked { target: u32, on: Surface, is_alive: bool },
    /// The page reacted to the latest click: changed, moved, loaded, selected, copied, opened, played.
    Reacted,
    /// How far down the page is, and how tall the viewport, in CSS pixels.
    Scrolled { y: i32, height: i32 },
    /// A field got the focus.
    Focused { field: u32 },
    /// A field was typed into; its content grew or shrank by so many characters.
    Typed { field: u32, by: i32 },
    /// A field lost the focus; changed since it got it, or not.
    Blurred { field: u32, is_changed: bool },
    /// A key that types nothing: tab, arrows, enter.
    Keyed,
    /// A field, or a message about one, says that something is wrong with it.
    Invalid { field: u32 },
    /// A script of the page failed.
    Failed,
    /// Help was looked for: a help link, a search, a tooltip read.
    SoughtHelp,
    /// Something that must not be interrupted began or ended.
    Busy(Busy, bool),
    /// A step forward: a milestone, a finished field, a new step. `state` is a hash of where that led.
    Progress { state: u32 },
    /// How it ended, where somebody knows: only in recordings.
    Outcome { is_stuck: bool },
    /// What became of the prompt.
    Prompt(PromptSaid),
}

/// What was clicked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// Made to be clicked: a reaction is to be expected.
    Control,
    /// Text, pictures, empty space: clicked idly or to select.
    Plain,
    /// Reactions are out of sight: canvas, video, frame, file dialog, native select. Never dead.
    Opaque,
}

/// Why not to interrupt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    Dragging,
    /// An input method is composing.
    Composing,
    /// A dialog is open, the page's own or another vendor's.
    Modal,
    /// A form holds changes that are not saved.
    Dirty,
    /// Sound or video plays.
    Media,
    Fullscreen,
}

/// What became of a prompt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptSaid {
    /// The question is on screen.
    Asked,
    /// The hint is on screen.
    Hinted,
    /// The hint was opened.
    Opened,
    /// No, I'm fine.
    Fine,
    /// Yes.
    Confused,
    /// A help link was followed.
    Help,
    /// Closed without an answer.
    Dismissed,
    /// Nobody looked at it.
    TimedOut,
    /// Not again, please.
    Never,
    /// The pointer or the focus is on it, so that it must not go away.
    Held,
    /// … is no longer.
    Released,
}
