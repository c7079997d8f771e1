//! What always holds of a filling-in, whatever the survey and whatever is said.

use super::*;
use crate::prompts::traits::Traits;
use crate::prompts::view::view;
use domain::compact::{read_lease, write_lease};
use domain::survey::{
    Branch, Choice, Content, Link, Metric, Part, Shape, Source, Step, StepKind, SurveyWording, Test, Text,
};
use domain::{LeaseAnswer, LeaseId, NoProperties, StepId, SurveyId, limits};
use proptest::prelude::*;

const NOBODY: Person<'static> = Person { user: &NoProperties, account: &NoProperties };

fn kind() -> impl Strategy<Value = StepKind> {
    let choices = prop::collection::vec("[a-z\"\\\\\\\\\\n]{1,4}", 1..6)
        .prop_map(|ids| ids.into_iter().map(|id| Choice { label: id.clone(), id }).collect::<Vec<_>>());
    prop_oneof![
        Just(StepKind::Scale {
            metric: Metric::Nps,
            shape: Shape::Numbers,
            from: 0,
            to: 10,
            low: "\u{1}\"".into(),
            high: String::new(),
        }),
        (any::<bool>(), any::<bool>(), choices, "[a-z]{0,2}").prop_map(|(is_multiple, is_shuffled, choices, other)| {
            StepKind::Choice { is_multiple, choices, other, is_shuffled }
        }),
        any::<bool>().prop_map(|is_long| StepKind::Written { is_long, placeholder: "</script>".into() }),
        Just(StepKind::Information),
        Just(StepKind::Link(Link { label: "Docs".into(), url: "https://docs.test".into() })),
        Just(StepKind::Thanks { link: None, contact: "Yes".into() }),
    ]
}

fn goal() -> impl Strategy<Value = Goal> {
    prop_oneof![3 => (0_usize..9).prop_map(Goal::Step), 1 => Just(Goal::End)]
}

fn test() -> impl Strategy<Value = Test> {
    prop_oneof![
        (0_usize..9, 0..10, 0..10).prop_map(|(step, from, to)| Test::Score { step, from, to }),
        (0_usize..9, 0_usize..5).prop_map(|(step, it)| Test::Chosen { step, any_of: vec![it] }),
        (0_usize..9).prop_map(|step| Test::Unanswered { step }),
        (0_usize..9).prop_map(|step| Test::Not(Box::new(Test::Written { step }))),
    ]
}

/// Any survey at all, also such as `milepost check` refuses: with circles, and ways into nowhere.
fn content() -> impl Strategy<Value = Content> {
    let branch = (test(), goal()).prop_map(|(test, to)| Branch { test, to });
    let step = (kind(), any::<bool>(), prop::collection::vec(branch, 0..3), goal(), 0_usize..9);
    prop::collection::vec(step, 1..8).prop_map(|steps| Content {
        survey: SurveyId::new("s"),
        language: "ar".into(),
        accent: String::new(),
        words: (0..SurveyWording::COUNT).map(|it| it.to_string()).collect(),
        steps: steps
            .into_iter()
            .enumerate()
            .map(|(at, (kind, is_required, branches, otherwise, about))| Step {
                id: StepId::new(at.to_string()),
                kind,
                title: Text { parts: vec![Part::Filled { source: Source::Answer(about), fallback: "\"{".into() }] },
                text: Text::default(),
                is_required,
                branches,
                otherwise,
            })
            .collect(),
    })
}

fn said() -> impl Strategy<Value = (SurveySaid, String)> {
    let value =
        prop_oneof!["[0-9]{0,2}", "[0-4](,[0-4]){0,2}(\\n[a-z]{0,3})?", "\\PC{0,8}", Just("\0\u{1}\\n\"".to_owned())];
    let said = prop_oneof![
        5 => Just(SurveySaid::Answered),
        2 => Just(SurveySaid::Skipped),
        2 => Just(SurveySaid::Back),
        1 => Just(SurveySaid::Followed),
        1 => Just(SurveySaid::Shown),
    ];
    (said, value)
}

fn flow(content: Content) -> Box<Flow> {
    let cause = Cause::new("s", "message");
    let granted = LeaseAnswer::Granted { lease: LeaseId::new("l"), expires_in_ms: 1, content: Some(content) };
    let read = read_lease(&write_lease(&granted));
    let Some(LeaseAnswer::Granted { content: Some(content), .. }) = read else { panic!("no lease: {read:?}") };
    Flow::new(cause, Surface::Popover, "l".into(), "submission".into(), content, String::new())
}

fn drawn(flow: &Flow) -> serde_json::Value {
    serde_json::from_str(&view(flow, "", NOBODY, &Traits::default())).expect("a view is JSON")
}

proptest! {
    #[test]
    fn going_on_comes_to_an_end(content in content()) {
        let steps = content.steps.len();
        let mut flow = flow(content);
        let mut messages = Vec::new();
        for turn in 0..=steps {
            let value = match flow.step().map(|it| it.sort) {
                Some(Sort::Thanks) => break,
                Some(Sort::Written) => "text",
                _ => "0",
            };
            let then = flow.hear(SurveySaid::Answered, value, NOBODY, &mut messages);
            if then == Turn::End {
                break;
            }
            prop_assert!(then == Turn::Draw, "stuck at {}", flow.at);
            prop_assert!(turn < steps, "more steps than there are");
        }
        let completed = messages.iter().filter(|it| it.0 == reserved::SURVEY_COMPLETED).count();
        prop_assert!(completed <= 1);
        prop_assert_eq!(completed == 1, flow.is_completed);
    }

    #[test]
    fn back_undoes_a_step_forward_and_loses_no_answer(content in content(), script in prop::collection::vec(said(), 0..30)) {
        let mut flow = flow(content);
        for (said, value) in script {
            let (path, at) = (flow.path.clone(), flow.at);
            let known: Vec<_> = (0..flow.content.steps.len()).map(|it| flow.answers.get(it).cloned()).collect();
            let turn = flow.hear(said, &value, NOBODY, &mut Vec::new());
            for (step, before) in known.iter().enumerate() {
                let is_box = flow.content.steps[step].sort == Sort::Thanks;
                prop_assert!(before.is_none() || flow.answers.get(step).is_some() || is_box, "lost {}", step);
                prop_assert!(step == at || flow.answers.get(step) == before.as_ref(), "{} changed at {}", step, at);
            }
            if turn == Turn::Draw && said != SurveySaid::Back && !flow.is_completed {
                let answers = flow.answers.clone();
                let there = flow.at;
                prop_assert_eq!(flow.hear(SurveySaid::Back, "", NOBODY, &mut Vec::new()), Turn::Draw);
                prop_assert_eq!((&flow.path, flow.at, &flow.answers), (&path, at, &answers));
                // And forward again.
                flow.path.push(at);
                flow.at = there;
            }
            if turn == Turn::End {
                break;
            }
        }
    }

    #[test]
    fn what_is_drawn_is_json_and_within_its_bounds(content in content(), script in prop::collection::vec(said(), 0..30)) {
        let mut flow = flow(content);
        for (said, value) in script {
            let mut messages = Vec::new();
            let turn = flow.hear(said, &value, NOBODY, &mut messages);
            for (_, properties) in &messages {
                prop_assert!(properties.len() < limits::MESSAGE_BYTES);
                prop_assert!(serde_json::from_str::<serde_json::Value>(properties).is_ok(), "{}", properties);
            }
            let view = drawn(&flow);
            let (at, of) = (view["at"].as_u64(), view["of"].as_u64());
            prop_assert!(at >= Some(1) && at <= of.max(Some(1)), "{:?} of {:?}", at, of);
            if let Some(order) = view["order"].as_array() {
                let mut places: Vec<_> = order.iter().filter_map(serde_json::Value::as_u64).collect();
                prop_assert_eq!(&drawn(&flow)["order"], &view["order"], "shuffled anew");
                places.sort_unstable();
                prop_assert_eq!(places, (0..order.len() as u64).collect::<Vec<_>>());
            }
            if turn == Turn::End {
                break;
            }
        }
    }

    #[test]
    fn said_again_it_is_where_it_was(content in content(), script in prop::collection::vec(said(), 0..30)) {
        let mut live = flow(content.clone());
        for (said, value) in script {
            if live.hear(said, &value, NOBODY, &mut Vec::new()) == Turn::End {
                break;
            }
        }
        let mut again = flow(content);
        again.repeat(&live.said, NOBODY);
        prop_assert_eq!((live.at, &live.path, &live.answers), (again.at, &again.path, &again.answers));
        prop_assert_eq!((live.is_shown, live.is_completed), (again.is_shown, again.is_completed));
    }
}
