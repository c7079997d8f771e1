//! `[[segment]]` and `[touch]`: which users, and how much attention an account is worth.

use crate::segment::{Expression, Touch};
use crate::storage::TraitPath;

/// A named segment that surveys can be meant for.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentDefinition {
    pub id: String,
    /// For operators.
    pub name: String,
    pub expression: Expression,
}

/// Bands of an account's value.
#[derive(Clone, Debug, PartialEq)]
pub struct TouchModel {
    /// The account's trait that says what it is worth, a number.
    pub value: TraitPath,
    /// From this value on.
    pub high: f64,
    pub low: f64,
}

impl SegmentDefinition {
    /// More are read by nobody.
    pub const MOST: usize = 200;
}

impl TouchModel {
    /// Of an account with this value; one without a number is nobody's to look after.
    pub fn of(&self, value: Option<&str>) -> Touch {
        match value.and_then(|it| it.trim().parse::<f64>().ok()).filter(|it| it.is_finite()) {
            Some(value) if value >= self.high => Touch::High,
            Some(value) if value >= self.low => Touch::Low,
            _ => Touch::Tech,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_band_begins_with_its_value() {
        let model = TouchModel { value: TraitPath::parse("account.arr"), high: 50_000.0, low: 5_000.0 };
        let of = |it: &str| model.of(Some(it));
        assert_eq!(
            [of("50000"), of("49999.99"), of("5000"), of("0")],
            [Touch::High, Touch::Low, Touch::Low, Touch::Tech]
        );
        assert_eq!([of("a lot"), of("inf"), model.of(None)], [Touch::Tech; 3]);
    }
}
