//! Thirty campaigns and the detector, all after the same people.

use domain::survey::{Content, Goal, Metric, Shape, Step, StepKind, Surface, Survey, SurveyWording, Text};
use domain::{StepId, SurveyId};
use milepost::project::{self, Project, Repeat, SurveyDefinition};

use super::DAY_MS;

pub(super) const CAMPAIGNS: usize = 30;

const TOML: &str = r#"
[project]
name = "Budget"

[[key]]
id = "wk_budget"
kind = "browser"
origins = ["*"]

[hesitation]

[[journey]]
id = "onboarding"

[[journey.milestone]]
id = "signed-up"
rule = { event = "Signed Up" }
"#;

pub(super) struct Campaigns {
    pub(super) project: Project,
}

impl Campaigns {
    /// Of every sort; which is which does not depend on the seed.
    pub(super) fn write(start_ms: i64) -> Self {
        let project = project::parse("milepost.toml", TOML).expect("definitions without mistakes");
        let surveys = (0..CAMPAIGNS).map(|nth| campaign(nth, start_ms)).collect();
        Self { project: Project { surveys, ..project } }
    }

    pub(super) fn all(&self) -> &[SurveyDefinition] {
        &self.project.surveys
    }
}

fn campaign(nth: usize, start_ms: i64) -> SurveyDefinition {
    let id = SurveyId::new(format!("c{nth:02}"));
    let surface = match nth {
        26 | 27 => Surface::Inline,
        28 | 29 => Surface::Tab,
        _ => Surface::Popover,
    };
    let nth_day = |day: i64| start_ms + day * DAY_MS;
    let is_nps = nth.is_multiple_of(5);
    SurveyDefinition {
        name: format!("Campaign {nth}"),
        survey: Survey {
            id: id.clone(),
            surface,
            triggers: vec![],
            audience: None,
            pages: vec![],
            excluded: vec![],
            delay_ms: 0,
            sample: [1_000, 250, 600, 900][nth % 4],
            priority: (nth * 7 % CAMPAIGNS) as u32,
            labels: vec![],
        },
        segment: None,
        repeat: match nth % 3 {
            0 => Repeat::EveryMs([14, 30, 60, 90][nth / 3 % 4] * DAY_MS as u64),
            _ => Repeat::Once,
        },
        starts_ms: (nth % 4 == 1).then(|| nth_day(5 * nth as i64)),
        ends_ms: (nth % 6 == 2).then(|| nth_day(60 + 3 * nth as i64)),
        wanted: (nth % 7 == 3).then_some(40),
        is_reserved: nth.is_multiple_of(6) && surface == Surface::Popover,
        contents: vec![content(id, is_nps)],
    }
}

fn content(survey: SurveyId, is_nps: bool) -> Content {
    let (low, high) = (String::new(), String::new());
    let metric = if is_nps { Metric::Nps } else { Metric::Csat };
    let step = Step {
        id: StepId::new("score"),
        kind: StepKind::Scale { metric, shape: Shape::Numbers, from: 0, to: 10, low, high },
        title: Text::plain("How is it?"),
        text: Text::default(),
        is_required: true,
        branches: vec![],
        otherwise: Goal::End,
    };
    let words = vec![String::from("word"); SurveyWording::COUNT];
    Content { survey, language: "en".into(), accent: String::new(), words, steps: vec![step] }
}
