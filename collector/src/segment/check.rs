//! Whether what a segment asks about is defined.

use super::expression::{Condition, Expression};
use domain::{Definitions, Journey};

/// What a segment asks about that nobody defined, and what there is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undefined {
    #[error("there is no milestone {asked} in milepost.toml; {known}")]
    Milestone { asked: String, known: String },
    #[error(
        "`touch` needs a table [touch] in milepost.toml, which says what makes an account high-, low- or tech-touch"
    )]
    Touch,
}

impl Expression {
    pub fn check(&self, definitions: &Definitions, has_touch: bool) -> Result<(), Undefined> {
        let mut found = Ok(());
        self.visit(&mut |condition| {
            let is_wrong = match condition {
                Condition::Reached { journey, milestone, .. } | Condition::Stuck { journey, milestone, .. } => {
                    let is_there =
                        |it: &Journey| it.id == *journey && it.milestones.iter().any(|it| it.id == *milestone);
                    let is_missing = !definitions.journeys.iter().any(is_there);
                    is_missing.then(|| Undefined::Milestone {
                        asked: format!("{journey}/{milestone}"),
                        known: known(definitions),
                    })
                }
                Condition::Touch { .. } => (!has_touch).then_some(Undefined::Touch),
                _ => None,
            };
            if let (Ok(()), Some(wrong)) = (&found, is_wrong) {
                found = Err(wrong);
            }
        });
        found
    }
}

fn known(definitions: &Definitions) -> String {
    let of = |it: &Journey| it.milestones.iter().map(|of| format!("{}/{}", it.id, of.id)).collect::<Vec<_>>();
    let known: Vec<String> = definitions.journeys.iter().flat_map(of).collect();
    if known.is_empty() { "there is none".to_owned() } else { format!("there are {}", known.join(", ")) }
}

#[cfg(test)]
mod tests {
    use crate::segment::parse;

    #[test]
    fn what_nobody_defined_is_named() {
        let definitions = crate::testing::project().definitions;
        let check = |text: &str| parse(text).unwrap().check(&definitions, false).map_err(|it| it.to_string());
        assert_eq!(check("reached onboarding/sent and plan = pro"), Ok(()));
        let said = check("plan = pro or not (stuck onboarding/nothing)").unwrap_err();
        assert!(said.contains("no milestone onboarding/nothing") && said.contains("onboarding/customer, "), "{said}");
        assert!(check("touch = high").unwrap_err().contains("[touch]"));
        assert_eq!(parse("touch = high").unwrap().check(&definitions, true), Ok(()));
    }
}
