//! Someone whose interaction is known to the end, and how it ended.

use sdk_core::hesitation::{Observation, Surface};

/// One visit to one page.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub user: String,
    /// Whom to hold out together: a country.
    pub group: String,
    pub page: String,
    /// Rising.
    pub deeds: Vec<(i64, Deed)>,
    /// When the page was left.
    pub end_ms: i64,
    pub is_stuck: bool,
}

/// What people did, as far as logs of tasks tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Pressed something, which led to this state.
    Reached {
        target: u32,
        state: u32,
    },
    /// Pressed something of which no effect can be seen.
    Clicked {
        target: u32,
    },
    Moved {
        x: i32,
        y: i32,
    },
    Scrolled {
        y: i32,
    },
}

impl Deed {
    /// As `docs/reference/replay.md` says logs are to be converted: effects out of sight are opaque, and a state is progress.
    pub fn observations(self) -> Vec<Observation<'static>> {
        match self {
            Self::Reached { target, state } => vec![
                Observation::Clicked { target, on: Surface::Opaque, is_alive: false },
                Observation::Progress { state },
            ],
            Self::Clicked { target } => vec![Observation::Clicked { target, on: Surface::Opaque, is_alive: false }],
            Self::Moved { x, y } => vec![Observation::Moved { x, y }],
            Self::Scrolled { y } => vec![Observation::Scrolled { y, height: 900 }],
        }
    }

    /// What was pressed, if anything.
    pub fn target(self) -> Option<u32> {
        match self {
            Self::Reached { target, .. } | Self::Clicked { target } => Some(target),
            _ => None,
        }
    }
}

/// The state every page begins with.
pub const START: u32 = 0x5eed;

impl Visitor {
    /// When something was pressed, until a moment.
    pub fn presses_ms(&self, until_ms: i64) -> Vec<(i64, u32)> {
        let until = self.deeds.iter().take_while(|it| it.0 <= until_ms);
        until.filter_map(|(at_ms, deed)| deed.target().map(|it| (*at_ms, it))).collect()
    }
}

/// FNV-1a with a finalizer: splits, ties and made-up worlds are the same everywhere.
pub fn hash(text: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64 ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}
