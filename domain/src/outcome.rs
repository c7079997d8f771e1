//! How a message ended. Exactly one each: `received = accepted + duplicate + rejected + shed`.

/// The end of one message's road.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// On stable storage.
    Accepted,
    /// Its message id was stored before; nothing changed.
    Duplicate,
    /// It can never be stored as it is; sending it again is pointless.
    Rejected(RejectCode),
    /// There was no room just now; send it again later.
    Shed,
}

impl Outcome {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Rejected(_) => "rejected",
            Self::Shed => "shed",
        }
    }
}

macro_rules! reject_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        /// Why a message was rejected. Stable: clients may branch on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum RejectCode { $($(#[$doc])* $name),+ }

        impl RejectCode {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }
        }
    };
}

reject_codes! {
    /// The message is not one JSON object (syntax error, NaN, a number beyond 1.8e308).
    InvalidJson = "invalid_json",
    /// A field that Milepost reads has another type than Segment's spec says.
    WrongType = "wrong_type",
    /// `type` is missing or none of track, identify, group, page, screen, alias.
    UnknownType = "unknown_type",
    /// A field that this type needs is missing or empty (`event`, `groupId`, `previousId`, a user).
    MissingField = "missing_field",
    /// The message is longer than [`crate::limits::MESSAGE_BYTES`].
    TooLarge = "too_large",
    /// The message nests deeper than [`crate::limits::MESSAGE_DEPTH`].
    TooDeep = "too_deep",
    /// An id or name is longer than [`crate::limits::ID_BYTES`].
    FieldTooLong = "field_too_long",
    /// A time is not ISO 8601 or lies outside the years 1970 to 9999.
    InvalidTime = "invalid_time",
    /// The project asks for proof of who the user is, and the message brings none.
    Unverified = "unverified",
    /// It names somebody whose data was erased lately.
    Erased = "erased",
    /// It happened before what the project keeps.
    TooOld = "too_old",
    /// It stands after the first [`crate::limits::BATCH_MESSAGES`] messages of its request.
    TooManyMessages = "too_many_messages",
}
