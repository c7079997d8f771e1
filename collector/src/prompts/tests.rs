//! Each rule of the budget as a sentence, its borders, and the whole against a naive reading of the document.

mod naive;

use super::*;
use crate::project::{Budget, Repeat, SurveyDefinition};
use domain::survey::{Content, Goal, Metric, Shape, Step, StepKind, Surface, Survey, Text};
use domain::{HESITATION, PromptKind, Reason, Reasons, StepId, SurveyId, is_sampled};

const DAY_MS: i64 = 86_400_000;
const NOW_MS: i64 = 1_800_000_000_000;

/// A popover without an NPS question, asked once.
fn survey(id: &str) -> SurveyDefinition {
    SurveyDefinition {
        name: id.to_owned(),
        survey: Survey {
            id: SurveyId::new(id),
            surface: Surface::Popover,
            triggers: vec![],
            audience: None,
            pages: vec![],
            excluded: vec![],
            delay_ms: 0,
            sample: 1_000,
            priority: 10,
            labels: vec![],
        },
        segment: None,
        repeat: Repeat::Once,
        starts_ms: None,
        ends_ms: None,
        wanted: None,
        is_reserved: false,
        contents: vec![content(StepKind::Information)],
    }
}

fn content(kind: StepKind) -> Content {
    let step = Step {
        id: StepId::new("a"),
        kind,
        title: Text::default(),
        text: Text::default(),
        is_required: false,
        branches: vec![],
        otherwise: Goal::End,
    };
    Content {
        survey: SurveyId::new("s"),
        language: "en".into(),
        accent: String::new(),
        words: vec![],
        steps: vec![step],
    }
}

fn nps(id: &str) -> SurveyDefinition {
    let (low, high) = (String::new(), String::new());
    let scale = StepKind::Scale { metric: Metric::Nps, shape: Shape::Numbers, from: 0, to: 10, low, high };
    SurveyDefinition { contents: vec![content(scale)], ..survey(id) }
}

fn on(surface: Surface, mut definition: SurveyDefinition) -> SurveyDefinition {
    definition.survey.surface = surface;
    definition
}

fn every(days: i64, definition: SurveyDefinition) -> SurveyDefinition {
    SurveyDefinition { repeat: Repeat::EveryMs((days * DAY_MS) as u64), ..definition }
}

fn asking(prompt: &str, kind: PromptKind) -> Asking {
    Asking {
        prompt: prompt.into(),
        kind,
        session: "now".into(),
        sessions: 2,
        person: "ada".into(),
        has_account: true,
        is_overdue: None,
        missed_segment: None,
    }
}

/// Something of this kind, so long before now, in a session of its own.
fn past(prompt: &str, kind: PromptKind, ago_ms: i64) -> Past {
    Past {
        at_ms: NOW_MS - ago_ms,
        prompt: prompt.into(),
        kind,
        session: format!("{ago_ms} ago"),
        is_of_account: true,
        asks_nps: false,
        is_answered: false,
        completed_ms: None,
        dismissed_ms: None,
        is_over: true,
    }
}

fn popover(prompt: &str, ago_ms: i64) -> Past {
    past(prompt, PromptKind::Popover, ago_ms)
}

fn dismissed(past: Past) -> Past {
    Past { dismissed_ms: Some(past.at_ms), ..past }
}

fn after(past: Vec<Past>) -> History {
    History { past, ..History::default() }
}

/// The reasons against a prompt; empty where it is granted.
fn against(surveys: &[SurveyDefinition], asking: &Asking, history: &History) -> Vec<Reason> {
    under(&Budget::default(), surveys, asking, history)
}

fn under(budget: &Budget, surveys: &[SurveyDefinition], asking: &Asking, history: &History) -> Vec<Reason> {
    match decide(NOW_MS, Rules { budget, surveys, has_hesitation: true }, asking, history) {
        Decision::Granted => vec![],
        Decision::Denied(grounds) => Ground::reasons(&grounds).iter().collect(),
    }
}

/// A popover "s" for somebody with this past.
fn popover_after(past: Vec<Past>) -> Vec<Reason> {
    against(&[survey("s")], &asking("s", PromptKind::Popover), &after(past))
}

const NONE: [Reason; 0] = [];

#[test]
fn somebody_who_was_never_prompted_may_be() {
    assert_eq!(popover_after(vec![]), NONE);
}

#[test]
fn a_survey_that_is_gone_or_has_moved_to_another_surface_is_unknown() {
    let surveys = [survey("s")];
    for (prompt, kind) in [
        ("t", PromptKind::Popover),
        ("s", PromptKind::Inline),
        ("s", PromptKind::Question),
        (HESITATION, PromptKind::Tab),
    ] {
        assert_eq!(against(&surveys, &asking(prompt, kind), &History::default()), [Reason::Unknown]);
    }
}

#[test]
fn hesitation_is_unknown_where_it_is_not_looked_for() {
    let rules = Rules { budget: &Budget::default(), surveys: &[], has_hesitation: false };
    let decision = decide(NOW_MS, rules, &asking(HESITATION, PromptKind::Hint), &History::default());
    assert_eq!(decision, Decision::Denied(vec![Ground::Unknown]));
}

#[test]
fn no_survey_interrupts_a_first_session_unless_the_budget_lets_it_but_help_may_come() {
    let first = Asking { sessions: 1, ..asking("s", PromptKind::Popover) };
    assert_eq!(against(&[survey("s")], &first, &History::default()), [Reason::FirstSession]);
    let budget = Budget { first_session: true, ..Budget::default() };
    assert_eq!(under(&budget, &[survey("s")], &first, &History::default()), NONE);
    for kind in [PromptKind::Hint, PromptKind::Question] {
        let stuck = Asking { sessions: 1, ..asking(HESITATION, kind) };
        assert_eq!(against(&[], &stuck, &History::default()), NONE, "{kind:?}");
    }
}

#[test]
fn the_gap_ends_after_exactly_seven_days() {
    assert_eq!(popover_after(vec![popover("t", 7 * DAY_MS - 1)]), [Reason::Gap]);
    assert_eq!(popover_after(vec![popover("t", 7 * DAY_MS)]), NONE);
    // A clock that was set back is no way around it.
    assert_eq!(popover_after(vec![popover("t", -1)]), [Reason::Gap]);
}

#[test]
fn a_session_has_one_prompt_however_long_it_lasts() {
    let here = Past { session: "now".into(), ..popover("t", 8 * DAY_MS) };
    assert_eq!(popover_after(vec![here.clone()]), [Reason::Session]);
    let budget = Budget { per_session: 2, ..Budget::default() };
    assert_eq!(under(&budget, &[survey("s")], &asking("s", PromptKind::Popover), &after(vec![here])), NONE);
}

#[test]
fn four_prompts_in_ninety_days_are_enough() {
    let four = |oldest_ms: i64| vec![oldest_ms, 30 * DAY_MS, 20 * DAY_MS, 10 * DAY_MS];
    let of = |times: Vec<i64>| popover_after(times.into_iter().map(|it| popover("t", it)).collect());
    assert_eq!(of(four(90 * DAY_MS - 1)), [Reason::Quarter]);
    assert_eq!(of(four(90 * DAY_MS)), NONE);
}

#[test]
fn what_is_in_the_page_or_behind_the_tab_never_counts_and_is_never_held_back_by_others() {
    let open = |kind| Past { session: "now".into(), is_over: false, ..past("t", kind, 1_000) };
    assert_eq!(popover_after(vec![open(PromptKind::Inline), open(PromptKind::Tab)]), NONE);
    let full = after((1..9).map(|it| Past { session: "now".into(), ..dismissed(popover("t", it * 1_000)) }).collect());
    let first = |kind| Asking { sessions: 1, ..asking("s", kind) };
    assert_eq!(against(&[on(Surface::Tab, survey("s"))], &first(PromptKind::Tab), &full), NONE);
    assert_eq!(against(&[on(Surface::Inline, survey("s"))], &first(PromptKind::Inline), &full), NONE);
}

#[test]
fn a_survey_asked_once_is_never_asked_again() {
    assert_eq!(popover_after(vec![popover("s", 4_000 * DAY_MS)]), [Reason::NotDue]);
}

#[test]
fn a_repeated_survey_is_due_from_when_this_person_was_last_asked() {
    let monthly = [every(30, survey("s"))];
    let of = |ago_ms| against(&monthly, &asking("s", PromptKind::Popover), &after(vec![popover("s", ago_ms)]));
    assert_eq!(of(30 * DAY_MS - 1), [Reason::NotDue]);
    assert_eq!(of(30 * DAY_MS), NONE);
}

#[test]
fn in_the_page_a_survey_is_over_once_completed_or_closed_and_behind_the_tab_once_completed() {
    let of = |surface, kind, change: fn(Past) -> Past| {
        against(&[on(surface, survey("s"))], &asking("s", kind), &after(vec![change(past("s", kind, DAY_MS))]))
    };
    let completed = |it: Past| Past { completed_ms: Some(it.at_ms), ..it };
    assert_eq!(of(Surface::Inline, PromptKind::Inline, |it| it), NONE);
    assert_eq!(of(Surface::Inline, PromptKind::Inline, dismissed), [Reason::NotDue]);
    assert_eq!(of(Surface::Inline, PromptKind::Inline, completed), [Reason::NotDue]);
    assert_eq!(of(Surface::Tab, PromptKind::Tab, dismissed), NONE);
    assert_eq!(of(Surface::Tab, PromptKind::Tab, completed), [Reason::NotDue]);
}

#[test]
fn two_nps_questions_of_whatever_survey_are_ninety_days_apart() {
    let surveys = [nps("a"), nps("b"), survey("s")];
    let asked = |ago_ms, kind| Past { asks_nps: true, ..past("a", kind, ago_ms) };
    let of = |prompt, it: Past| against(&surveys, &asking(prompt, PromptKind::Popover), &after(vec![it]));
    assert_eq!(of("b", asked(90 * DAY_MS - 1, PromptKind::Popover)), [Reason::NpsGap]);
    assert_eq!(of("b", asked(90 * DAY_MS, PromptKind::Popover)), NONE);
    assert_eq!(of("s", asked(8 * DAY_MS, PromptKind::Popover)), NONE);
    // Seen in the page it disturbs nobody; answered there it need not be asked again.
    assert_eq!(of("b", asked(DAY_MS, PromptKind::Inline)), NONE);
    assert_eq!(of("b", Past { is_answered: true, ..asked(DAY_MS, PromptKind::Inline) }), [Reason::NpsGap]);
}

#[test]
fn two_dismissals_in_a_row_bring_ninety_days_of_silence() {
    let twice = |ago_ms| vec![dismissed(popover("t", ago_ms + 9 * DAY_MS)), dismissed(popover("t", ago_ms))];
    assert_eq!(popover_after(twice(90 * DAY_MS - 1)), [Reason::Silenced]);
    assert_eq!(popover_after(twice(90 * DAY_MS)), NONE);
    assert_eq!(popover_after(vec![dismissed(popover("t", 10 * DAY_MS))]), NONE);
}

#[test]
fn an_answer_ends_the_row_of_dismissals_and_silence_to_a_prompt_does_not() {
    let answered = Past { is_answered: true, ..popover("t", 20 * DAY_MS) };
    let first = dismissed(popover("t", 30 * DAY_MS));
    let last = dismissed(popover("t", 10 * DAY_MS));
    assert_eq!(popover_after(vec![first.clone(), answered, last.clone()]), NONE);
    assert_eq!(popover_after(vec![first, popover("t", 20 * DAY_MS), last]), [Reason::Silenced]);
}

#[test]
fn who_gave_an_answer_and_closed_the_rest_has_dismissed_nothing() {
    let partly = |ago_ms| Past { is_answered: true, ..dismissed(popover("t", ago_ms)) };
    assert_eq!(popover_after(vec![partly(20 * DAY_MS), partly(10 * DAY_MS)]), NONE);
}

#[test]
fn a_dismissed_hint_counts_as_a_dismissal() {
    let hint = |ago_ms| dismissed(past(HESITATION, PromptKind::Hint, ago_ms));
    assert_eq!(popover_after(vec![hint(2 * DAY_MS), hint(DAY_MS)]), [Reason::Silenced]);
}

#[test]
fn a_hint_takes_the_sessions_place_but_starts_no_gap_once_it_is_gone() {
    let hint = |ago_ms| past(HESITATION, PromptKind::Hint, ago_ms);
    assert_eq!(popover_after(vec![hint(60_000)]), NONE);
    assert_eq!(popover_after(vec![Past { session: "now".into(), ..hint(60_000) }]), [Reason::Session]);
}

#[test]
fn a_hint_that_may_still_be_opened_counts_as_the_question_it_can_become() {
    let open = |ago_ms| Past { is_over: false, ..past(HESITATION, PromptKind::Hint, ago_ms) };
    assert_eq!(popover_after(vec![open(DAY_MS - 1)]), [Reason::Gap]);
    assert_eq!(popover_after(vec![open(DAY_MS)]), NONE);
}

#[test]
fn the_detectors_question_follows_its_own_hint_once_that_is_gone() {
    let hint = Past { session: "now".into(), ..past(HESITATION, PromptKind::Hint, 60_000) };
    let question = asking(HESITATION, PromptKind::Question);
    assert_eq!(against(&[], &question, &after(vec![hint.clone()])), NONE);
    // In another tab it may still be opened.
    let open = Past { is_over: false, ..hint.clone() };
    assert_eq!(against(&[], &question, &after(vec![open])), [Reason::Session, Reason::Gap]);
    let asked = Past { kind: PromptKind::Question, ..hint };
    assert_eq!(against(&[], &question, &after(vec![asked])), [Reason::Session, Reason::Gap]);
}

#[test]
fn a_mute_and_a_no_for_ever_hold_for_all_but_what_is_opened() {
    let muted = |ahead_ms| History { muted_until_ms: Some(NOW_MS + ahead_ms), ..History::default() };
    let declined = History { declined: true, ..History::default() };
    let popover = |history: &History| against(&[survey("s")], &asking("s", PromptKind::Popover), history);
    assert_eq!(popover(&muted(1)), [Reason::Muted]);
    assert_eq!(popover(&muted(0)), NONE);
    assert_eq!(popover(&declined), [Reason::Declined]);
    let inline = [on(Surface::Inline, survey("s"))];
    assert_eq!(against(&inline, &asking("s", PromptKind::Inline), &declined), [Reason::Declined]);
    assert_eq!(against(&[on(Surface::Tab, survey("s"))], &asking("s", PromptKind::Tab), &declined), NONE);
}

#[test]
fn a_survey_has_a_first_moment_and_a_first_moment_too_late() {
    let of = |starts: i64, ends: i64| {
        let (starts_ms, ends_ms) = (Some(NOW_MS + starts), Some(NOW_MS + ends));
        let dated = SurveyDefinition { starts_ms, ends_ms, ..survey("s") };
        against(&[dated], &asking("s", PromptKind::Popover), &History::default())
    };
    assert_eq!(of(1, 2), [Reason::Dates]);
    assert_eq!(of(0, 1), NONE);
    assert_eq!(of(-1, 0), [Reason::Dates]);
}

#[test]
fn the_last_answer_that_was_wanted_is_the_last() {
    let of = |completed| {
        let wanted = SurveyDefinition { wanted: Some(100), ..survey("s") };
        let history = History { completed, ..History::default() };
        against(&[wanted], &asking("s", PromptKind::Popover), &history)
    };
    assert_eq!(of(99), NONE);
    assert_eq!(of(100), [Reason::Enough]);
}

fn with_colleagues(past: Vec<Past>, colleagues: &[(&str, i64)]) -> History {
    let colleague = |it: &(&str, i64)| Colleague { person: it.0.into(), at_ms: NOW_MS - it.1 };
    History { colleagues: colleagues.iter().map(colleague).collect(), ..after(past) }
}

#[test]
fn two_people_of_an_account_are_prompted_in_seven_days_each_however_often() {
    let of = |past, colleagues: &[(&str, i64)]| {
        against(&[survey("s")], &asking("s", PromptKind::Popover), &with_colleagues(past, colleagues))
    };
    assert_eq!(of(vec![], &[("bob", 1), ("bob", 2), ("bob", 3)]), NONE);
    assert_eq!(of(vec![], &[("bob", 1), ("eve", 7 * DAY_MS - 1)]), [Reason::Account]);
    assert_eq!(of(vec![], &[("bob", 1), ("eve", 7 * DAY_MS)]), NONE);
}

#[test]
fn who_has_a_place_in_the_account_keeps_it() {
    let budget = Budget { gap_ms: DAY_MS as u64, ..Budget::default() };
    let of = |past: Past| {
        let history = with_colleagues(vec![past], &[("bob", 1), ("eve", 2)]);
        under(&budget, &[survey("s")], &asking("s", PromptKind::Popover), &history)
    };
    assert_eq!(of(popover("t", 2 * DAY_MS)), NONE);
    assert_eq!(of(popover("t", 8 * DAY_MS)), [Reason::Account]);
    let elsewhere = Past { is_of_account: false, ..popover("t", 2 * DAY_MS) };
    assert_eq!(of(elsewhere), [Reason::Account], "a place in another account is none in this one");
}

#[test]
fn somebody_without_an_account_stands_alone() {
    let alone = Asking { has_account: false, ..asking("s", PromptKind::Popover) };
    let history = with_colleagues(vec![], &[("bob", 1), ("eve", 2)]);
    assert_eq!(against(&[survey("s")], &alone, &history), NONE);
}

#[test]
fn a_more_important_survey_keeps_the_place_when_its_time_comes_within_the_gap() {
    let reserved = |days: i64, priority: u32| {
        let mut survey = every(days, survey("important"));
        survey.is_reserved = true;
        survey.survey.priority = priority;
        survey
    };
    let of = |important: SurveyDefinition, past: Vec<Past>| {
        against(&[survey("s"), important], &asking("s", PromptKind::Popover), &after(past))
    };
    let asked = |ago_ms| vec![popover("important", ago_ms)];
    assert_eq!(of(reserved(90, 11), asked(83 * DAY_MS + 1)), [Reason::Reserved]);
    assert_eq!(of(reserved(90, 11), asked(83 * DAY_MS)), NONE, "a prompt now is a gap away from it");
    assert_eq!(of(reserved(90, 11), asked(90 * DAY_MS)), NONE, "what is due already waits for no date");
    assert_eq!(of(reserved(90, 10), asked(84 * DAY_MS)), NONE, "of equal importance is not more important");
    assert_eq!(of(reserved(90, 11), vec![]), NONE, "who was never asked has no date");
    let start = |ahead_ms| SurveyDefinition { starts_ms: Some(NOW_MS + ahead_ms), ..reserved(90, 11) };
    assert_eq!(of(start(7 * DAY_MS - 1), vec![]), [Reason::Reserved]);
    assert_eq!(of(start(7 * DAY_MS), vec![]), NONE);
    let over = SurveyDefinition { ends_ms: Some(NOW_MS + DAY_MS), ..start(DAY_MS) };
    assert_eq!(of(over, vec![]), NONE, "it is over when it would begin");
    let mut few = start(DAY_MS);
    few.survey.sample = 500;
    let is_in = is_sampled("ada", "important", 500);
    assert_eq!(of(few, vec![]), if is_in { vec![Reason::Reserved] } else { vec![] });
}

#[test]
fn overdue_is_what_the_collector_counts() {
    let of = |is_overdue| {
        let asking = Asking { is_overdue, ..asking("s", PromptKind::Popover) };
        against(&[survey("s")], &asking, &History::default())
    };
    assert_eq!((of(Some(false)), of(Some(true)), of(None)), (vec![Reason::NotOverdue], vec![], vec![]));
}

#[test]
fn every_reason_that_stands_is_named_and_the_wait_is_the_longest() {
    let busy = [SurveyDefinition { wanted: Some(1), ..every(30, nps("s")) }];
    let history = History {
        past: vec![Past { asks_nps: true, ..dismissed(popover("s", DAY_MS)) }],
        completed: 1,
        declined: true,
        muted_until_ms: Some(NOW_MS + 5_000),
        ..History::default()
    };
    let first = Asking { sessions: 1, session: format!("{DAY_MS} ago"), ..asking("s", PromptKind::Popover) };
    let Decision::Denied(grounds) =
        decide(NOW_MS, Rules { budget: &Budget::default(), surveys: &busy, has_hesitation: true }, &first, &history)
    else {
        panic!("denied")
    };
    let mut expected = Reasons::NONE;
    for reason in [
        Reason::Enough,
        Reason::Declined,
        Reason::Muted,
        Reason::FirstSession,
        Reason::Session,
        Reason::Gap,
        Reason::NpsGap,
        Reason::NotDue,
    ] {
        expected.add(reason);
    }
    assert_eq!(Ground::reasons(&grounds), expected);
    assert_eq!(Ground::retry_after_ms(&grounds, NOW_MS), RETRY_AFTER_MAX_MS);
    assert_eq!(Ground::retry_after_ms(&[Ground::Muted { until_ms: NOW_MS + 5_000 }], NOW_MS), 5_000);
}

#[test]
fn a_budget_of_nothing_lets_nothing_through() {
    let zero = |budget: Budget| under(&budget, &[survey("s")], &asking("s", PromptKind::Popover), &History::default());
    assert_eq!(zero(Budget { per_session: 0, ..Budget::default() }), [Reason::Session]);
    assert_eq!(zero(Budget { per_quarter: 0, ..Budget::default() }), [Reason::Quarter]);
    assert_eq!(zero(Budget { per_account: 0, ..Budget::default() }), [Reason::Account]);
}

#[test]
fn what_a_denial_rests_on_can_be_written_down_and_read_again() {
    let grounds = vec![
        Ground::Gap { prompt: "s".into(), at_ms: 1, until_ms: 2 },
        Ground::Unknown,
        Ground::NotDue { at_ms: 1, until_ms: None },
    ];
    let text = serde_json::to_string(&grounds).unwrap();
    assert_eq!(
        text,
        r#"[{"reason":"gap","prompt":"s","atMs":1,"untilMs":2},{"reason":"unknown"},{"reason":"notDue","atMs":1,"untilMs":null}]"#
    );
    assert_eq!(serde_json::from_str::<Vec<Ground>>(&text).unwrap(), grounds);
}
