//! A project with surveys, as stories and properties use it.

use crate::support::Story;
#[cfg(feature = "hesitation")]
use domain::hesitation::{Ask, Feature, Model};
use domain::survey::{
    Branch, Choice, Content, Goal, Metric, Shape, Step, StepKind, Surface, Survey, SurveyWording, Test, Text, Trigger,
};
use domain::{Definitions, Journey, JourneyId, Milestone, MilestoneId, Rule, Scope, Source, StepId, SurveyId, compact};

/// Comes up at `Sent`, for everybody, at once.
pub(crate) fn nps() -> Survey {
    Survey {
        id: SurveyId::new("nps"),
        surface: Surface::Popover,
        triggers: vec![Trigger::Fired(event("Sent"))],
        audience: None,
        pages: vec![],
        excluded: vec![],
        delay_ms: 0,
        sample: 1_000,
        priority: 50,
        labels: vec![],
    }
}

pub(crate) fn story<const COUNT: usize>(surveys: [Survey; COUNT]) -> Story {
    let config = compact::write_config(&definitions(), &surveys, 30_000, None);
    Story { config, content: Some(content()), ..Story::default() }
}

/// The same with a detector: two validation errors of a field hint, three ask.
#[cfg(feature = "hesitation")]
pub(crate) fn detecting<const COUNT: usize>(surveys: [Survey; COUNT]) -> Story {
    let mut weights = [0; Feature::COUNT];
    weights[Feature::Invalid as usize] = 1_000;
    let model = Model {
        version: 3,
        bias: 0,
        weights,
        ask_at: 1_500,
        hint_at: 900,
        salt: 1,
        record_share: 0,
        pages: vec![],
        excluded: vec![],
        baselines: vec![],
        ask: Some(Ask { words: vec!["Question?".into()], links: vec![], accent: String::new() }),
    };
    let config = compact::write_config(&definitions(), &surveys, 0, Some(&model));
    Story { config, ..story([]) }
}

/// The same; for stories about milestones.
pub(crate) fn after(story: Story) -> Story {
    story
}

pub(crate) fn definitions() -> Definitions {
    let milestone = |id: &str, name: &str| Milestone {
        id: MilestoneId::new(id),
        name: name.into(),
        scope: Scope::User,
        is_value: id == "done",
        rule: event(name),
    };
    let milestones = vec![milestone("begun", "Begun"), milestone("done", "Done")];
    let journey =
        Journey { id: JourneyId::new("onboarding"), name: "Onboarding".into(), window_ms: 1_000_000, milestones };
    Definitions { journeys: vec![journey] }
}

fn event(name: &str) -> Rule {
    Rule::Event { name: name.into(), conditions: vec![], source: Source::Any }
}

/// A score; promoters are thanked, others are asked why and what, and may be contacted.
pub(crate) fn content() -> Content {
    let step = |id: &str, kind, to| Step {
        id: StepId::new(id),
        kind,
        title: Text::plain(id.to_uppercase()),
        text: Text::default(),
        is_required: false,
        branches: vec![],
        otherwise: to,
    };
    let choice = |id: &str| Choice { id: id.into(), label: id.to_uppercase() };
    let mut steps = vec![
        step(
            "nps",
            StepKind::Scale {
                metric: Metric::Nps,
                shape: Shape::Numbers,
                from: 0,
                to: 10,
                low: "no".into(),
                high: "yes".into(),
            },
            Goal::Step(1),
        ),
        step("why", StepKind::Written { is_long: true, placeholder: String::new() }, Goal::Step(2)),
        step(
            "what",
            StepKind::Choice {
                is_multiple: true,
                choices: vec![choice("price"), choice("speed"), choice("looks")],
                other: "Other".into(),
                is_shuffled: true,
            },
            Goal::Step(3),
        ),
        step("sorry", StepKind::Thanks { link: None, contact: "You may contact me".into() }, Goal::End),
        step("thanks", StepKind::Thanks { link: None, contact: String::new() }, Goal::End),
    ];
    steps[0].is_required = true;
    steps[0].branches = vec![Branch { test: Test::Score { step: 0, from: 9, to: 10 }, to: Goal::Step(4) }];
    let words = (0..SurveyWording::COUNT).map(|it| format!("word {it}")).collect();
    Content { survey: SurveyId::new("nps"), language: "en".into(), accent: String::new(), words, steps }
}
