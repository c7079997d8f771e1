//! Whatever is written and passes: it ends, it turns in no circle, and what is said of who comes where is true.

use super::{HEAD, JOURNEY};
use crate::project::parse::parse_with;
use domain::survey::{Answer, Answers, Content, Goal, Outline, Person, StepKind};
use domain::{LeaseAnswer, LeaseId, Lookup, Scalar, compact};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// Numbers that decide one step of a file.
type Dice = [u8; 6];

/// A survey of these steps; most of the time one that passes.
fn written(dice: &[Dice]) -> String {
    let mut text = format!("{HEAD}{JOURNEY}[[survey]]\nid = \"s\"\n");
    let kinds = ["nps", "csat", "ces", "rating", "single", "multiple", "short", "long", "information", "thanks"];
    let kind_of = |at: usize| kinds[usize::from(dice[at][0]) % if at == 0 { 8 } else { kinds.len() }];
    for (at, die) in dice.iter().enumerate() {
        let kind = kind_of(at);
        text.push_str(&format!(
            "[[survey.step]]\nid = \"s{at}\"\nkind = \"{kind}\"\ntitle = \"?\"\nlow = \"a\"\nhigh = \"z\"\n"
        ));
        if !matches!(kind, "nps" | "csat" | "ces" | "rating") {
            text.truncate(text.len() - "low = \"a\"\nhigh = \"z\"\n".len());
        }
        if matches!(kind, "single" | "multiple") {
            text.push_str("choices = { a = \"A\", b = \"B\", c = \"C\" }\n");
            if die[5] % 2 == 0 {
                text.push_str("other = \"O\"\n");
            }
        }
        if !matches!(kind, "information" | "thanks") {
            text.push_str(&format!("required = {}\n", die[1] % 2 == 0));
        }
        if at > 0 && die[2] % 5 == 0 {
            text.push_str(
                ["band = \"promoter\"\n", "band = \"detractor\"\n", "band = \"neutral\"\n"][usize::from(die[3]) % 3],
            );
        }
        if kind == "thanks" {
            continue;
        }
        // Mostly forwards.
        let target = |by: u8| {
            let to = at + 1 + usize::from(by) % 4;
            if by > 250 {
                "s0".to_owned()
            } else if to < dice.len() {
                format!("s{to}")
            } else {
                "end".to_owned()
            }
        };
        if die[4] % 4 == 0 {
            text.push_str(&format!("next = \"{}\"\n", target(die[5])));
        }
        for number in 0..die[4] % 3 {
            let about = usize::from(die[3].wrapping_add(number)) % (at + 1);
            let low = i32::from(die[2] % 6) + i32::from(number);
            let score = format!("answer = {{ s{about} = {{ gte = {low}, lte = {} }} }}", low + i32::from(die[5] % 3));
            let test = match kind_of(about) {
                "nps" => score,
                "csat" | "ces" | "rating" if low >= 1 && low + i32::from(die[5] % 3) <= 5 => score,
                "single" | "multiple" => {
                    format!("answer = {{ s{about} = {{ in = [\"a\", \"{}\"] }} }}", ["b", "c"][usize::from(number % 2)])
                }
                "short" | "long" => format!("written = \"s{about}\""),
                "information" | "thanks" => "trait = { plan = \"pro\" }".to_owned(),
                _ => format!("unanswered = \"s{about}\""),
            };
            let test = match die[1] % 5 {
                3 => format!("not = {{ {test} }}"),
                4 => format!("any = [{{ {test} }}, {{ account_trait = {{ seats = {{ gte = 5 }} }} }}]"),
                _ => test,
            };
            text.push_str(&format!(
                "[[survey.step.branch]]\nif = {{ {test} }}\nnext = \"{}\"\n",
                target(die[3].wrapping_add(number))
            ));
        }
    }
    text
}

struct Somebody {
    is_pro: bool,
    seats: f64,
}

impl Lookup for Somebody {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        match path.first().map(String::as_str) {
            Some("plan") => Some(Scalar::Text(if self.is_pro { "pro" } else { "free" }.into())),
            Some("seats") => Some(Scalar::Number(self.seats)),
            _ => None,
        }
    }
}

/// Every answer a visitor could give at a step, by the contract of rendering.
fn possible(content: &Content, step: usize) -> Vec<Answer> {
    let step = &content.steps[step];
    let mut answers = Vec::new();
    match &step.kind {
        StepKind::Scale { from, to, .. } => answers.extend((*from..=*to).map(Answer::Score)),
        StepKind::Choice { is_multiple, choices, other, .. } => {
            let has_other = !other.is_empty();
            for set in 0_usize..1 << (choices.len() + usize::from(has_other)) {
                let chosen: Vec<usize> = (0..choices.len()).filter(|it| set >> it & 1 == 1).collect();
                let other = if set >> choices.len() & 1 == 1 { "x" } else { "" }.to_owned();
                let count = chosen.len() + other.len();
                if count == 1 || (*is_multiple && count > 1) {
                    answers.push(Answer::Chosen { choices: chosen, other });
                }
            }
        }
        StepKind::Written { .. } => answers.push(Answer::Written("x".to_owned())),
        StepKind::Information | StepKind::Link(_) | StepKind::Thanks { .. } => {}
    }
    if !step.is_required || answers.is_empty() {
        answers.push(Answer::Passed);
    }
    answers
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_passes_ends_and_what_is_said_of_it_is_true(
        dice in prop::collection::vec(any::<Dice>(), 1..7),
        picks in prop::collection::vec(any::<u16>(), 8),
    ) {
        let text = written(&dice);
        let parsed = parse_with("milepost.toml", &text, &|_| Err(String::new()));
        let Some(mut project) = parsed.project else {
            prop_assert!(parsed.diagnostics.error_count() > 0);
            return Ok(());
        };
        let content = project.surveys.remove(0).contents.remove(0);

        // It travels whole.
        let leased = LeaseAnswer::Granted { lease: LeaseId::new("l"), expires_in_ms: 1, content: Some(content.clone()) };
        prop_assert_eq!(compact::read_lease(&compact::write_lease(&leased)), Some(leased.outlined()));

        // One visitor.
        let somebody = Somebody { is_pro: picks[0] % 2 == 0, seats: f64::from(picks[0] % 9) };
        let person = Person { user: &somebody, account: &somebody };
        let outline = Outline::of(&content);
        let mut answers = Answers::default();
        let mut seen = BTreeSet::new();
        let mut at = Goal::Step(0);
        while let Goal::Step(step) = at {
            prop_assert!(seen.insert(step), "step {step} comes twice in\n{text}");
            let all = possible(&content, step);
            answers.set(step, all.get(usize::from(picks[step % picks.len()]) % all.len()).cloned());
            at = content.next(step, &answers, person);
            prop_assert_eq!(outline.next(step, &answers, person), at, "the browser goes elsewhere in\n{}", text);
        }
        prop_assert!(seen.len() <= content.steps.len());

        // Every visitor: who is said to come somewhere, does; who is said not to, does not.
        let Some(reached) = everybody(&content) else { return Ok(()) };
        let unreached: BTreeSet<String> = parsed
            .diagnostics
            .iter()
            .filter_map(|it| it.message.strip_prefix("nobody comes to `")?.strip_suffix('`').map(str::to_owned))
            .collect();
        for (step, is_reached) in reached.iter().enumerate() {
            prop_assert_eq!(*is_reached, !unreached.contains(content.steps[step].id()), "s{} in\n{}", step, text);
        }
    }
}

/// Which steps are reached by any answers of anybody; `None` where that takes too long to find out.
fn everybody(content: &Content) -> Option<Vec<bool>> {
    let mut reached = vec![false; content.steps.len()];
    let mut budget = 60_000;
    for (is_pro, seats) in [(false, 1.0), (true, 1.0), (false, 9.0), (true, 9.0)] {
        let somebody = Somebody { is_pro, seats };
        let mut waiting = vec![(0, Answers::default())];
        while let Some((step, answers)) = waiting.pop() {
            reached[step] = true;
            for answer in possible(content, step) {
                budget -= 1;
                if budget == 0 {
                    return None;
                }
                let mut answers = answers.clone();
                answers.set(step, Some(answer));
                if let Goal::Step(next) = content.next(step, &answers, Person { user: &somebody, account: &somebody }) {
                    waiting.push((next, answers));
                }
            }
        }
    }
    Some(reached)
}

#[test]
fn the_dice_throw_surveys_that_pass_and_such_that_branch() {
    let mut seed = 1_u64;
    let mut die = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u8
    };
    let (mut passed, mut branched) = (0, 0);
    for _ in 0..200 {
        let dice: Vec<Dice> = (0..5).map(|_| [die(), die(), die(), die(), die(), die()]).collect();
        let parsed = parse_with("milepost.toml", &written(&dice), &|_| Err(String::new()));
        if let Some(project) = parsed.project {
            passed += 1;
            branched += usize::from(project.surveys[0].contents[0].steps.iter().any(|it| it.branches.len() > 1));
        }
    }
    assert!(passed > 60 && branched > 30, "{passed} passed, {branched} branched");
}
