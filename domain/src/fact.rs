//! A message as rules see it.

use crate::value::Lookup;

/// Segment's message types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Track,
    Identify,
    Group,
    Page,
    Screen,
    Alias,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Track, Self::Identify, Self::Group, Self::Page, Self::Screen, Self::Alias];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Group => "group",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Alias => "alias",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().as_bytes() == text.as_bytes())
    }
}

/// One message, borrowed from wherever it lives.
#[derive(Clone, Copy)]
pub struct Fact<'a> {
    pub at_ms: i64,
    pub kind: Kind,
    /// The event name of a `track`, else empty.
    pub name: &'a str,
    /// The URL (or path) of a `page` or `screen`, else empty.
    pub url: &'a str,
    /// Sent with a server key.
    pub from_server: bool,
    /// Properties of a `track`, `page` or `screen`; traits of an `identify` or `group`.
    pub properties: &'a dyn Lookup,
}
