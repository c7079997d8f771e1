//! The compact form: definitions as the browser receives them.
//!
//! One node a line, fields separated by tabs, children counted by their parent and written
//! after it. Tab, newline and backslash are escaped. Numbers travel as the sixteen hex digits of
//! their IEEE 754 bits, because parsing decimals would cost the SDK 14 KB.
//!
//! ```text
//! milepost	1
//! journey	onboarding	Onboarding	1209600000	1
//! milestone	sent	Sent an invoice	user	value
//! event	Invoice Sent	any	1
//! where	gte	1	total	1	n3ff0000000000000
//! prompts	30000
//! survey	nps	popover	5000	250	50	…
//! hesitation	7	-3500	200	…
//! baseline	/invoices/:id		any	own	…
//! ```
//!
//! Curves of a baseline are two characters a value, `~` where there is none; at most a kilobyte a page.
//!
//! Written by the collector, read by the SDK; a golden file holds it still.

// The example above really has tabs.
#![allow(clippy::tabs_in_doc_comments)]

mod hesitation;
mod presentation;
mod read;
mod survey;
mod write;

pub(crate) use presentation::presentation;
pub use read::{read, read_lease, read_without_hesitation};
pub use write::{write, write_config, write_lease, write_rule};

/// The first line's version; a reader ignores what it does not know.
pub const VERSION: &str = "1";
