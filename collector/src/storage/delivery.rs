//! How complete what is stored is: what senders' numbering tells, by day and source.

/// Days of which counts are wanted: `since ≤ day < until`, counted from 1970 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryQuestion {
    pub since_day: Option<i64>,
    pub until_day: Option<i64>,
    /// Clients heard since then may still be sending: their end is not waited for.
    pub quiet_before_ms: i64,
}

/// Counts of one day and one source. Messages count on the day they arrived, clients on the day they were first heard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    pub day: i64,
    /// The library that made the messages, as they say; empty where they do not.
    pub source: String,
    pub stored: u64,
    /// Came again.
    pub duplicate: u64,
    /// Stored, an hour or more after they happened.
    pub late: u64,
    /// Stored, from what calls itself a bot or a browser without a person.
    pub bot: u64,
    /// Senders said that they dropped them.
    pub dropped: u64,
    /// Those who number their messages; a browser's are page loads.
    pub clients: u64,
    /// Clients whose last message says that it is the last.
    pub ended: u64,
    /// Clients that may still be sending.
    pub busy: u64,
    /// Messages of clients, by their highest numbers.
    pub expected: u64,
    /// Numbers below the highest that never came.
    pub missing: u64,
}

/// How the messages of a batch came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Road {
    /// Sent by whoever made them.
    #[default]
    Sent,
    /// Sent by what calls itself a bot.
    SentByBot,
    /// From elsewhere, long after; says nothing of delivery.
    Imported,
}
