//! A part of a whole, and how sure it is.

use crate::metric::wilson_interval;
use serde::Serialize;
use serde::ser::SerializeStruct;

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    pub part: u64,
    pub whole: u64,
}

impl Share {
    /// From 0 to 1; `None` of nobody.
    pub fn share(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// Wilson's 95 % interval; `None` of nobody.
    pub fn interval(self) -> Option<(f64, f64)> {
        wilson_interval(self.part, self.whole)
    }
}

impl std::ops::Add for Share {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { part: self.part + other.part, whole: self.whole + other.whole }
    }
}

/// `{"part":3,"whole":10,"share":0.3,"low":0.108,"high":0.603}`
impl Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Share", 5)?;
        fields.serialize_field("part", &self.part)?;
        fields.serialize_field("whole", &self.whole)?;
        fields.serialize_field("share", &self.share())?;
        fields.serialize_field("low", &self.interval().map(|it| it.0))?;
        fields.serialize_field("high", &self.interval().map(|it| it.1))?;
        fields.end()
    }
}
