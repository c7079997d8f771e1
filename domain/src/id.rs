//! Ids are types, never strings: a user id cannot be handed where an account id is meant.
//!
//! Contents are whatever the sender chose; length is checked at the door
//! ([`crate::limits::ID_BYTES`]), not here.

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )+};
}

id! {
    /// A person as the vendor's product names them (Segment's `userId`).
    UserId,
    /// A browser or device that has not said who it is (Segment's `anonymousId`).
    AnonymousId,
    /// The customer company (Segment's `groupId`).
    AccountId,
    /// Made by the sender, unique per message; the SDK mints UUIDv7 so that the index stays append-only.
    MessageId,
    /// One visit: ends after 30 minutes without activity or after 24 hours.
    SessionId,
    /// Public for browser keys: it may append messages and read the public config, nothing else.
    WriteKey,
    /// Named by the vendor in `milepost.toml`.
    JourneyId,
    /// Named by the vendor, unique within its journey.
    MilestoneId,
    /// Named by the vendor in `milepost.toml`.
    SurveyId,
    /// Named by the vendor, unique within its survey.
    StepId,
    /// Made by the collector: lets one prompt be shown to one person, once.
    LeaseId,
    /// Made by the browser: ties the answers of one filling-in together.
    SubmissionId,
}
