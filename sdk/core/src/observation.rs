//! What is seen of the page and its visitor, as one closed list: surveys look at some of it, the detector at all.
//! Also the lines of a recording (`docs/reference/replay.md`).
//!
//! Never content: targets and states are hashes, fields tell by how much their length changed.

use domain::hesitation::Device;

/// Something was seen. Times are given beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observation<'a> {
    /// Who is here: comes first, and again when that changes. `memory` is what the detector's `memory` said last.
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
    /// The pointer is down: of no interest to the detector, and it is not told.
    Pressed,
    /// A field has the focus; the same.
    Writing,
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

/// The numbers of the kinds, in recordings and from the browser's edge (`sdk/loader/observation.js`).
pub(crate) mod kind {
    pub(crate) const SHOWN: u32 = 0;
    pub(crate) const MOVED: u32 = 1;
    pub(crate) const CLICKED: u32 = 2;
    pub(crate) const REACTED: u32 = 3;
    pub(crate) const SCROLLED: u32 = 4;
    pub(crate) const FOCUSED: u32 = 5;
    pub(crate) const TYPED: u32 = 6;
    pub(crate) const BLURRED: u32 = 7;
    pub(crate) const KEYED: u32 = 8;
    pub(crate) const INVALID: u32 = 9;
    pub(crate) const FAILED: u32 = 10;
    pub(crate) const HELP: u32 = 11;
    pub(crate) const BUSY: u32 = 12;
    pub(crate) const TICK: u32 = 13;
    pub(crate) const LEFT: u32 = 14;
    pub(crate) const PROGRESS: u32 = 15;
    pub(crate) const OUTCOME: u32 = 16;
    pub(crate) const PROMPT: u32 = 17;
    pub(crate) const STARTED: u32 = 18;
    pub(crate) const PAGE: u32 = 19;
    #[cfg(feature = "hesitation")]
    pub(crate) const MODEL: u32 = 20;
    #[cfg(feature = "hesitation")]
    pub(crate) const DECISION: u32 = 21;
}

const SURFACES: [Surface; 3] = [Surface::Control, Surface::Plain, Surface::Opaque];
const BUSY: [Busy; 8] = [
    Busy::Dragging,
    Busy::Composing,
    Busy::Modal,
    Busy::Dirty,
    Busy::Media,
    Busy::Fullscreen,
    Busy::Pressed,
    Busy::Writing,
];

impl Observation<'_> {
    /// Its kind and what goes with it. Texts are not among the numbers.
    pub fn numbers(&self) -> (u32, [i64; 3]) {
        let mut rest = [0; 3];
        let [first, second, third] = &mut rest;
        let kind = match *self {
            Observation::Shown(on) => {
                *first = i64::from(on);
                kind::SHOWN
            }
            Observation::Moved { x, y } => {
                (*first, *second) = (i64::from(x), i64::from(y));
                kind::MOVED
            }
            Observation::Clicked { target, on, is_alive } => {
                (*first, *second, *third) = (i64::from(target), on as i64, i64::from(is_alive));
                kind::CLICKED
            }
            Observation::Reacted => kind::REACTED,
            Observation::Scrolled { y, height } => {
                (*first, *second) = (i64::from(y), i64::from(height));
                kind::SCROLLED
            }
            Observation::Focused { field } => {
                *first = i64::from(field);
                kind::FOCUSED
            }
            Observation::Typed { field, by } => {
                (*first, *second) = (i64::from(field), i64::from(by));
                kind::TYPED
            }
            Observation::Blurred { field, is_changed } => {
                (*first, *second) = (i64::from(field), i64::from(is_changed));
                kind::BLURRED
            }
            Observation::Keyed => kind::KEYED,
            Observation::Invalid { field } => {
                *first = i64::from(field);
                kind::INVALID
            }
            Observation::Failed => kind::FAILED,
            Observation::SoughtHelp => kind::HELP,
            Observation::Busy(busy, on) => {
                (*first, *second) = (busy as i64, i64::from(on));
                kind::BUSY
            }
            Observation::Tick => kind::TICK,
            Observation::Left => kind::LEFT,
            Observation::Progress { state } => {
                *first = i64::from(state);
                kind::PROGRESS
            }
            Observation::Outcome { is_stuck } => {
                *first = i64::from(is_stuck);
                kind::OUTCOME
            }
            Observation::Prompt(said) => {
                *first = said as i64;
                kind::PROMPT
            }
            Observation::Started { .. } => kind::STARTED,
            Observation::Page { .. } => kind::PAGE,
        };
        (kind, rest)
    }

    /// What [`Self::numbers`] made of it; `None` for kinds with texts, and unknown ones.
    pub fn from_numbers(kind: u32, [first, second, third]: [i64; 3]) -> Option<Observation<'static>> {
        let field = first as u32;
        let is_second = second != 0;
        Some(match kind {
            kind::SHOWN => Observation::Shown(first != 0),
            kind::MOVED => Observation::Moved { x: first as i32, y: second as i32 },
            kind::CLICKED => {
                Observation::Clicked { target: field, on: *SURFACES.get(second as usize)?, is_alive: third != 0 }
            }
            kind::REACTED => Observation::Reacted,
            kind::SCROLLED => Observation::Scrolled { y: first as i32, height: second as i32 },
            kind::FOCUSED => Observation::Focused { field },
            kind::TYPED => Observation::Typed { field, by: second as i32 },
            kind::BLURRED => Observation::Blurred { field, is_changed: is_second },
            kind::KEYED => Observation::Keyed,
            kind::INVALID => Observation::Invalid { field },
            kind::FAILED => Observation::Failed,
            kind::HELP => Observation::SoughtHelp,
            kind::BUSY => Observation::Busy(*BUSY.get(first as usize)?, is_second),
            kind::TICK => Observation::Tick,
            kind::LEFT => Observation::Left,
            kind::PROGRESS => Observation::Progress { state: field },
            kind::OUTCOME => Observation::Outcome { is_stuck: first != 0 },
            kind::PROMPT => Observation::Prompt(*PromptSaid::ALL.get(first as usize)?),
            _ => return None,
        })
    }
}

impl PromptSaid {
    /// In the order of the edge's numbers.
    pub const ALL: [Self; 11] = [
        Self::Asked,
        Self::Hinted,
        Self::Opened,
        Self::Fine,
        Self::Confused,
        Self::Help,
        Self::Dismissed,
        Self::TimedOut,
        Self::Never,
        Self::Held,
        Self::Released,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Hinted => "hinted",
            Self::Opened => "opened",
            Self::Fine => "fine",
            Self::Confused => "confused",
            Self::Help => "help",
            Self::Dismissed => "dismissed",
            Self::TimedOut => "timedOut",
            Self::Never => "never",
            Self::Held => "held",
            Self::Released => "released",
        }
    }
}
