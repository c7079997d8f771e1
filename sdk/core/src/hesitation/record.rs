//! An observation as one line of a recording; `docs/reference/replay.md` has the form.

use super::observation::{Busy, Observation, PromptSaid, Surface};
use crate::json::Json;
use domain::hesitation::Device;

/// One JSON object, without a line break: `{"t":1200,"kind":"click","target":271828,"on":"control"}`.
pub fn record(now_ms: i64, observation: &Observation<'_>) -> String {
    let mut json = Json::object();
    json.number("t", now_ms);
    let kind = |json: &mut Json, kind: &str| {
        json.text("kind", kind);
    };
    match *observation {
        Observation::Started { user, session, device, memory } => {
            kind(&mut json, "start");
            json.text("user", user)
                .text("session", session)
                .text("device", if device == Device::Touch { "touch" } else { "desktop" })
                .text("memory", memory);
        }
        Observation::Page { page, context } => {
            kind(&mut json, "page");
            json.text("page", page).text("context", context);
        }
        Observation::Left => kind(&mut json, "leave"),
        Observation::Shown(shown) => kind(&mut json, if shown { "show" } else { "hide" }),
        Observation::Tick => kind(&mut json, "tick"),
        Observation::Moved { x, y } => {
            kind(&mut json, "move");
            json.number("x", i64::from(x)).number("y", i64::from(y));
        }
        Observation::Clicked { target, on, is_alive } => {
            kind(&mut json, "click");
            json.number("target", i64::from(target)).text(
                "on",
                match on {
                    Surface::Control => "control",
                    Surface::Plain => "plain",
                    Surface::Opaque => "opaque",
                },
            );
            if is_alive {
                json.raw("alive", "true");
            }
        }
        Observation::Reacted => kind(&mut json, "react"),
        Observation::Scrolled { y, height } => {
            kind(&mut json, "scroll");
            json.number("y", i64::from(y)).number("height", i64::from(height));
        }
        Observation::Focused { field } => {
            kind(&mut json, "focus");
            json.number("target", i64::from(field));
        }
        Observation::Typed { field, by } => {
            kind(&mut json, "input");
            json.number("target", i64::from(field)).number("by", i64::from(by));
        }
        Observation::Blurred { field, is_changed } => {
            kind(&mut json, "blur");
            json.number("target", i64::from(field)).raw("changed", if is_changed { "true" } else { "false" });
        }
        Observation::Keyed => kind(&mut json, "key"),
        Observation::Invalid { field } => {
            kind(&mut json, "invalid");
            json.number("target", i64::from(field));
        }
        Observation::Failed => kind(&mut json, "error"),
        Observation::SoughtHelp => kind(&mut json, "help"),
        Observation::Busy(busy, on) => {
            kind(&mut json, if on { "busy" } else { "free" });
            json.text(
                "what",
                match busy {
                    Busy::Dragging => "dragging",
                    Busy::Composing => "composing",
                    Busy::Modal => "modal",
                    Busy::Dirty => "dirty",
                    Busy::Media => "media",
                    Busy::Fullscreen => "fullscreen",
                },
            );
        }
        Observation::Progress { state } => {
            kind(&mut json, "progress");
            json.number("state", i64::from(state));
        }
        Observation::Outcome { is_stuck } => {
            kind(&mut json, "outcome");
            json.raw("stuck", if is_stuck { "true" } else { "false" });
        }
        Observation::Prompt(said) => {
            kind(&mut json, "prompt");
            json.text("said", said.as_str());
        }
    }
    json.end()
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
