//! Putting a segment together from fields: each row of the page adds one condition to what the address says.

use crate::app::App;
use crate::app::happening::{events, milestone_names};
use crate::http::dashboard::pairs::given;
use crate::http::dashboard::view::Choice;
use crate::project::duration;
use crate::segment::{Comparison, Condition, Constant, Expression, NpsBand, Touch};
use crate::storage::TraitPath;
use domain::{JourneyId, MilestoneId};

/// Comparisons to choose from, as addresses and as readers have them.
const OPERATORS: [(&str, &str); 11] = [
    ("eq", "is"),
    ("ne", "is not"),
    ("in", "is one of (a, b)"),
    ("contains", "contains"),
    ("starts", "starts with"),
    ("exists", "is set"),
    ("absent", "is not set"),
    ("gt", "is more than"),
    ("gte", "is at least"),
    ("lt", "is less than"),
    ("lte", "is at most"),
];

/// What the rows of the page offer.
pub(super) struct Builder {
    pub(super) operators: Vec<Choice>,
    pub(super) events: Vec<String>,
    pub(super) milestones: Vec<Choice>,
    pub(super) bands: Vec<Choice>,
    /// Empty where `milepost.toml` has no `[touch]`.
    pub(super) touches: Vec<Choice>,
    /// Something is there to be joined with.
    pub(super) is_joined: bool,
}

impl Builder {
    pub(super) fn of(app: &App, is_joined: bool) -> Self {
        let project = app.project();
        let choice = |(value, name): (String, String)| Choice { value, name, chosen: false };
        let touches = if project.touch.is_some() { Touch::ALL.to_vec() } else { Vec::new() };
        Self {
            operators: OPERATORS.map(|(value, name)| choice((value.to_owned(), name.to_owned()))).into(),
            events: events(&project.definitions),
            milestones: milestone_names(&project.definitions).map(choice).collect(),
            bands: NpsBand::ALL.map(|it| choice((it.name().to_owned(), format!("a {}", it.name())))).into(),
            touches: touches
                .into_iter()
                .map(|it| choice((it.name().to_owned(), format!("{}-touch", it.name()))))
                .collect(),
            is_joined,
        }
    }
}

/// The condition that a row says, joined to what was there; the error is for the reader.
pub(super) fn add(there: Expression, pairs: &[(String, String)]) -> Result<Expression, String> {
    let text = |name: &str| given(pairs, name).unwrap_or_default().trim();
    let condition = condition(text("add"), &text)?;
    let is_turned = text("not") == "1" || text("op") == "absent" || matches!(text("how"), "not" | "not-reached");
    let one = Expression::Is(condition);
    let one = if is_turned { Expression::Not(Box::new(one)) } else { one };
    if there == Expression::All(Vec::new()) {
        return Ok(one);
    }
    Ok(if text("join") == "or" { there.or(one) } else { there.and(one) })
}

fn condition<'t>(row: &str, text: &dyn Fn(&str) -> &'t str) -> Result<Condition, String> {
    let days = || match text("days") {
        "" => Ok(None),
        days => {
            let days = if days.bytes().all(|it| it.is_ascii_digit()) { format!("{days}d") } else { days.to_owned() };
            duration::parse(&days).map(Some).map_err(|error| format!("The time is none: {error}."))
        }
    };
    let needed = |it: Option<u64>| it.ok_or_else(|| "Say within how many days.".to_owned());
    let of = |what: &str, name: &str| match text(name) {
        "" => Err(format!("Say {what}.")),
        it => Ok(it.to_owned()),
    };
    Ok(match row {
        "trait" => {
            let name = of("which trait", "trait")?;
            let path = TraitPath::parse(&name);
            if path.path.iter().any(String::is_empty) {
                return Err(format!(
                    "“{name}” is not the name of a trait: write plan, or account.plan for the account’s."
                ));
            }
            Condition::Trait { path, comparison: comparison(text("op"), text("value"))? }
        }
        "did" => {
            let at_least = match text("times") {
                "" => 1,
                times => times.parse().ok().filter(|it| *it > 0).ok_or("How often is a number from 1 on.")?,
            };
            Condition::Did { event: of("which event", "event")?, at_least, within_ms: days()? }
        }
        "milestone" => {
            let named = of("which milestone", "milestone")?;
            let (journey, milestone) =
                named.split_once('/').ok_or("This is no milestone: choose one from the list.")?;
            let (journey, milestone) = (JourneyId::new(journey), MilestoneId::new(milestone));
            match text("how") {
                "stuck" => Condition::Stuck { journey, milestone, for_ms: days()? },
                _ => Condition::Reached { journey, milestone, within_ms: days()? },
            }
        }
        "seen" => Condition::Seen { within_ms: needed(days()?)? },
        "joined" => Condition::Joined { within_ms: needed(days()?)? },
        "nps" => Condition::Nps { band: NpsBand::ALL.into_iter().find(|it| it.name() == text("band")) },
        "touch" => {
            let is = Touch::ALL.into_iter().find(|it| it.name() == text("touch"));
            Condition::Touch { is: is.ok_or("Choose a touch from the list.")? }
        }
        "account" => Condition::Account { is: Some(text("account").to_owned()).filter(|it| !it.is_empty()) },
        "identified" => Condition::Identified,
        other => return Err(format!("“{other}” is no kind of condition: use the rows below.")),
    })
}

fn comparison(operator: &str, value: &str) -> Result<Comparison, String> {
    let constant = || Constant::new(value);
    Ok(match operator {
        "exists" | "absent" => Comparison::Exists,
        _ if value.is_empty() => return Err("Say which value, or choose “is set”.".to_owned()),
        "ne" => Comparison::Differs(constant()),
        "in" => Comparison::In(value.split(',').map(|it| Constant::new(it.trim())).collect()),
        "contains" => Comparison::Contains(value.to_owned()),
        "starts" => Comparison::StartsWith(value.to_owned()),
        "gt" => Comparison::Greater(constant()),
        "gte" => Comparison::GreaterOrEqual(constant()),
        "lt" => Comparison::Less(constant()),
        "lte" => Comparison::LessOrEqual(constant()),
        _ => Comparison::Equals(constant()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::parse;

    fn added(there: &str, fields: &str) -> Result<String, String> {
        let pair = |it: &str| it.split_once('=').map(|(name, text)| (name.to_owned(), text.to_owned())).unwrap();
        let pairs: Vec<_> = fields.split('&').map(pair).collect();
        add(parse(there).unwrap(), &pairs).map(|it| {
            assert_eq!(parse(&it.to_string()).unwrap().to_string(), it.to_string());
            it.to_string()
        })
    }

    #[test]
    fn each_row_says_its_condition() {
        for (fields, wanted) in [
            ("add=trait&trait=plan&op=eq&value=pro", "plan = pro"),
            ("add=trait&trait=account.plan&op=in&value=pro, team plus", "account.plan in (pro, \"team plus\")"),
            ("add=trait&trait=plan&op=absent&value=", "not plan exists"),
            ("add=trait&trait=seats&op=gte&value=10&not=1", "not seats >= 10"),
            ("add=did&event=Invoice Sent&times=3&days=30", "did \"Invoice Sent\" 3 times within 30d"),
            ("add=did&event=a \"b\"&times=&days=", "did \"a \\\"b\\\"\""),
            ("add=milestone&milestone=onboarding/sent&how=not-reached&days=", "not reached onboarding/sent"),
            ("add=milestone&milestone=onboarding/sent&how=stuck&days=14", "stuck onboarding/sent for 14d"),
            ("add=seen&how=not&days=12h", "not seen within 12h"),
            ("add=joined&how=within&days=7", "joined within 7d"),
            ("add=nps&band=detractor", "nps = detractor"),
            ("add=nps&band=", "nps exists"),
            ("add=touch&touch=high", "touch = high"),
            ("add=account&account=acme", "account = acme"),
            ("add=identified&how=not", "not identified"),
        ] {
            assert_eq!(added("", fields).as_deref(), Ok(wanted), "{fields}");
        }
        assert_eq!(added("a = 1 or b = 2", "add=identified&join=and").unwrap(), "(a = 1 or b = 2) and identified");
        assert_eq!(added("a = 1 and b = 2", "add=identified&join=or").unwrap(), "a = 1 and b = 2 or identified");
    }

    #[test]
    fn what_is_missing_is_said() {
        for (fields, said) in [
            ("add=trait&trait=&op=eq&value=pro", "which trait"),
            ("add=trait&trait=a..b&op=eq&value=pro", "not the name of a trait"),
            ("add=trait&trait=plan&op=eq&value=", "which value"),
            ("add=did&event=&times=1", "which event"),
            ("add=did&event=x&times=0", "from 1 on"),
            ("add=milestone&milestone=", "which milestone"),
            ("add=milestone&milestone=sent", "no milestone"),
            ("add=seen&days=", "how many days"),
            ("add=seen&days=2w", "weeks are written in days"),
            ("add=touch&touch=none", "Choose a touch"),
            ("add=magic", "no kind of condition"),
        ] {
            let found = added("", fields).unwrap_err();
            assert!(found.contains(said), "{fields}: {found}");
        }
    }
}
