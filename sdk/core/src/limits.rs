//! A limit on everything the SDK holds, waits for or repeats, each with its why.

/// Messages waiting to be sent, all tabs together: two days offline at a busy person's pace.
pub const QUEUE_MESSAGES: usize = 2_000;

/// Bytes waiting to be sent: a fifth of the least that browsers let a page store (5 MiB of localStorage).
pub const QUEUE_BYTES: usize = 1024 * 1024;

/// A message that could not be delivered for a week is dropped: Safari forgets by then too.
pub const MESSAGE_AGE_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

/// Messages that may come in one go: as many as may wait.
pub const RUNAWAY_BURST: i64 = 2_000;

/// After that, one each 100 ms (the field's ten a second): a page that calls us at every frame must not fill the queue.
pub const RUNAWAY_MS: i64 = 100;

/// A browser that did not say in time what it keeps is asked again after this long.
pub const LOOK_AGAIN_MS: i64 = 5_000;

/// Losses are told at most this often, and when the page goes.
pub const LOSSES_MS: i64 = 60 * 1_000;

/// One request's messages: below the collector's limit with room for the envelope.
pub const BATCH_BYTES: usize = 450 * 1024;

/// As many waiting messages do not wait for the clock.
pub const FLUSH_MESSAGES: usize = 20;

/// As many waiting bytes do not wait for the clock: what still fits into one keepalive request.
pub const FLUSH_BYTES: usize = 48 * 1024;

/// The first messages of a page go out early: many visits are short.
pub const FIRST_FLUSH_MS: i64 = 1_000;

/// Later messages wait this long for company.
pub const FLUSH_MS: i64 = 5_000;

/// Browsers let a page have 64 KiB of `keepalive` requests in flight, all scripts together; the rest is the envelope.
/// <https://fetch.spec.whatwg.org/#http-network-or-cache-fetch>
pub const KEEPALIVE_BYTES: usize = 60 * 1024;

/// The first wait after a failure is at most this long.
pub const RETRY_MIN_MS: u64 = 1_000;

/// No wait of our own is longer.
pub const RETRY_MAX_MS: u64 = 5 * 60 * 1_000;

/// A server that asks for a longer silence than a day means "never".
pub const RETRY_AFTER_MAX_MS: u64 = 24 * 60 * 60 * 1_000;

/// Requests that never got an answer (offline, blocked) before we wait for a sign of life.
pub const UNANSWERED_TRIES: u32 = 3;

/// Tries for the config of one page.
pub const CONFIG_TRIES: u32 = 5;

/// A session ends after this much silence (the field's convention).
pub const SESSION_IDLE_MS: i64 = 30 * 60 * 1_000;

/// A session ends after a day whatever happens.
pub const SESSION_LONGEST_MS: i64 = 24 * 60 * 60 * 1_000;

/// How stale the stored time of the last activity may be: storage is written at most this often for it.
pub const SESSION_STORE_MS: i64 = 60 * 1_000;

/// Someone counts as active for this long after moving, typing, scrolling or tapping.
pub const ACTIVE_MS: i64 = 5_000;

/// A new route gets this long to set its title and to redirect.
pub const ROUTE_SETTLE_MS: i64 = 100;

/// An element counts as seen after this long in view without a break.
pub const SIGHTING_MS: i64 = 1_000;

/// Elements in view at once that we time.
pub const SIGHTINGS: usize = 100;

/// Messages kept for the rules until the config has come.
pub const EARLY_FACTS: usize = 100;

/// A token is a JWT; longer ones are a mistake, and would eat the keepalive quota.
pub const TOKEN_BYTES: usize = 2_048;

/// Free text of an answer: what fits into the field.
pub const DETAIL_BYTES: usize = 4_000;

/// Help links in one prompt: more would be a menu.
pub const PROMPT_LINKS: usize = 5;

/// A piece of a recording: with JSON's escapes it still fits into one message.
pub const RECORDING_BYTES: usize = 8 * 1024;

/// What is noted of surveys in this browser: candidates, those shown in this session, those let alone.
pub const PROMPT_NOTES: usize = 40;
