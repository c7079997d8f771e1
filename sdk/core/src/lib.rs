//! What the SDK does, without where it does it: pure state machines.
//!
//! `Client::handle(now_ms, input, &mut effects)` is the whole of it. An [`Input`] is all a browser
//! can tell us, an [`Effect`] all we can ask of one. This crate does not know what time it is, has
//! no DOM, no network, no randomness (a seed is an argument) and no futures; it runs natively and
//! as wasm, and never panics.
//!
//! The way of a message: [`Call`] → held until consent is granted and the stored identity is read
//! → JSON text (`message.rs`) → queue (`outbox.rs`) and [`Effect::Persist`] → [`Effect::Gather`] (`delivery.rs`) →
//! [`Batch`] → [`Effect::Send`] → [`Input::Answered`] (`retry.rs`) → [`Effect::Forget`].
//!
//! ```
//! use domain::{Lookup, NoProperties};
//! use sdk_core::{Call, Client, Effect, Input, Options, Page};
//!
//! // Rules look into properties through this; `serde_json` or `JSON.parse` do the reading.
//! let read_json = |_json: &str| -> Box<dyn Lookup> { Box::new(NoProperties) };
//! let mut client = Client::new(Options::default(), 42, read_json);
//! let mut effects = Vec::new();
//!
//! let page = Page { url: "https://app.test/".into(), path: "/".into(), ..Page::default() };
//! client.handle(0, Input::Started { page, visible: true }, &mut effects);
//! assert_eq!(effects.remove(0), Effect::Load);
//! client.handle(0, Input::Stored(None), &mut effects);
//! client.handle(5, Input::Call(Call::track("Invoice Sent", r#"{"total":5}"#)), &mut effects);
//! client.handle(1_000, Input::Woke, &mut effects);
//! assert_eq!(effects.pop(), Some(Effect::Gather(1)));
//! client.handle(1_001, Input::Gathered { id: 1, records: "", elsewhere: "", is_whole: true }, &mut effects);
//!
//! let batch = effects.into_iter().find_map(|it| if let Effect::Send(batch) = it { Some(batch) } else { None });
//! let body = batch.expect("sent after a second").body("write-key", Some(1_000));
//! assert!(body.contains(r#""event":"Invoice Sent","properties":{"total":5}"#));
//! ```

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::string_slice, clippy::panic)
)]
// Tests are not shipped.
#![cfg_attr(test, allow(clippy::disallowed_macros, clippy::disallowed_methods, clippy::disallowed_types))]

mod batch;
mod bucket;
mod class;
mod client;
mod clock;
mod consent;
mod delivery;
mod early;
mod effect;
mod engagement;
mod fields;
#[cfg(feature = "hesitation")]
pub mod hesitation;
mod identity;
mod input;
mod json;
pub mod limits;
mod losses;
mod message;
mod milestones;
mod observation;
mod outbox;
mod page_view;
mod prompts;
mod random;
mod request;
mod retry;
mod scene;
mod session;
mod sighting;
mod stored;
mod time;
mod told;
#[cfg_attr(not(feature = "hesitation"), path = "no_watcher.rs")]
mod watcher;

pub use batch::Batch;
pub use client::{Client, Options, ReadJson};
pub use clock::Clock;
pub use consent::Consent;
pub use effect::{Effect, Level, Topic};
pub use input::{Call, Input, Leased, Page};
pub use observation::{Busy, Observation, PromptSaid, Surface};
pub use outbox::{Counters, Record};
pub use prompts::SurveySaid;
pub use request::Request;
