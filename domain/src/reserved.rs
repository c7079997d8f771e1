//! Names of the `track` messages that Milepost itself sends.
//!
//! They are ordinary messages on the wire: any Segment client may send them too.

/// The vendor's code says a milestone is reached; `properties.milestone` is its id.
pub const MILESTONE_REACHED: &str = "Milestone Reached";

/// A click landed on (or inside) an element that a definition names; `properties.selector`.
pub const ELEMENT_CLICKED: &str = "Element Clicked";

/// Half of an element that a definition names was on screen for a second; `properties.selector`.
pub const ELEMENT_SEEN: &str = "Element Seen";

/// Time on a page since the last such message: `properties.visibleMs`, `properties.activeMs`.
pub const PAGE_LEFT: &str = "Page Left";

/// The property that carries the selector of the two element messages.
pub const SELECTOR: &str = "selector";

/// The property that carries the id in [`MILESTONE_REACHED`].
pub const MILESTONE: &str = "milestone";

/// A verdict on somebody's hesitation; the properties are the whole decision.
pub const HESITATION_DETECTED: &str = "Hesitation Detected";

/// What became of a hint or question; `properties.said`.
pub const HESITATION_ANSWERED: &str = "Hesitation Answered";

/// A piece of a recording; `properties.lines`.
pub const INPUTS_RECORDED: &str = "Inputs Recorded";

/// A survey is on screen; `properties` of this and the next three: `survey`, `lease`, `submission`, `surface`,
/// `trigger`, `language`, and `page` (template) with `visit` where hesitation led to it.
pub const SURVEY_SHOWN: &str = "Survey Shown";

/// One step was answered, or answered anew: `step`, `kind`, and `score`, `choices` (ids) with `other`, `text`,
/// `agreed` or `passed`.
pub const SURVEY_ANSWERED: &str = "Survey Answered";

/// The last step was reached.
pub const SURVEY_COMPLETED: &str = "Survey Completed";

/// Closed before that: `how` (`closed`, `notNow`, `never`, `timedOut`), and the `step` it was at.
pub const SURVEY_DISMISSED: &str = "Survey Dismissed";

/// A prompt was thought of and not shown: `prompt`, `reasons` (a [`crate::Reasons`] as number), `trigger`.
pub const PROMPT_WITHHELD: &str = "Prompt Withheld";

/// The SDK's module stopped by an error of ours: `signal`, the last thing it was told (`sdk/loader/signal.js`), -1 at its start.
pub const SDK_STOPPED: &str = "SDK Stopped";

/// The browser itself had to let messages go: `count`, and `reason` (`full`, `old`, `refused`, `runaway`).
pub const MESSAGES_DROPPED: &str = "Messages Dropped";
