//! A thousand random visitors, watched by a referee who keeps the rules in other words.

use super::desk::{BUSY, DAY_MS, Desk};
use crate::hesitation::assignment::Assignment;
use crate::hesitation::decision::{Blocker, Verdict};
use crate::observation::{Busy, Observation, PromptSaid, Surface};
use crate::random::Random;
use std::collections::BTreeSet;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

const TRACES: u128 = 1_000;
const STEPS: usize = 300;

/// What is known of a visitor, as a list of facts; nothing here is shared with the policy.
#[derive(Debug, Default)]
struct Referee {
    /// Of this document.
    typed_ms: Option<i64>,
    is_in_field: bool,
    busy: Vec<Busy>,
    is_hidden: bool,
    moved_ms: i64,
    acted_ms: i64,
    /// What they did since they came back: kept while it is less than two things.
    returned: Option<u32>,
    prompt: Option<PromptSaid>,
    hinted_visit: bool,
    /// For ever.
    questions: Vec<(i64, usize)>,
    hints: Vec<usize>,
    refusals: Vec<i64>,
    is_declined: bool,
    session: usize,
}

impl Referee {
    fn reload(&mut self) {
        let old = std::mem::take(self);
        let (questions, hints, refusals) = (old.questions, old.hints, old.refusals);
        *self =
            Self { questions, hints, refusals, is_declined: old.is_declined, session: old.session, ..Self::default() };
    }

    fn acts(&mut self, now_ms: i64) {
        self.is_here(now_ms);
        if let Some(done) = &mut self.returned
            && now_ms - self.acted_ms >= 500
        {
            *done += 1;
        }
        self.returned = self.returned.filter(|it| *it < 2);
        self.acted_ms = now_ms;
    }

    fn is_here(&mut self, now_ms: i64) {
        if now_ms - self.acted_ms > 300_000 && now_ms - self.moved_ms > 300_000 {
            self.returned = Some(0);
        }
    }

    /// Whatever speaks against a prompt now.
    fn objections(&self, desk: &Desk, is_question: bool) -> Vec<&'static str> {
        let now_ms = desk.now_ms;
        let idle_ms = now_ms - desk.acted_ms;
        let typed_ago = self.typed_ms.map_or(i64::MAX, |it| now_ms - it);
        let is = |it| self.busy.contains(&it);
        let week = self.questions.iter().filter(|it| now_ms - it.0 < 7 * DAY_MS).count();
        let in_session = self.questions.iter().filter(|it| it.1 == self.session).count();
        let hints = self.hints.iter().filter(|it| **it == self.session).count();
        let silence_ms = DAY_MS * [0, 14, 28, 56, 112, 224][self.refusals.len().min(5)];
        let is_silent = self.refusals.last().is_some_and(|it| now_ms - it < silence_ms);
        [
            (typed_ago < 3_000 || self.is_in_field && typed_ago < 10_000, "typing"),
            (is(Busy::Dragging), "dragging"),
            (is(Busy::Composing), "composing"),
            (is(Busy::Modal), "modal"),
            (is(Busy::Dirty) && (is_question || idle_ms < 10_000), "dirty"),
            (is(Busy::Media), "media"),
            (is(Busy::Fullscreen), "fullscreen"),
            (self.is_hidden, "hidden"),
            (self.returned.is_some(), "just returned"),
            (self.prompt.is_some_and(|it| !is_question || it != PromptSaid::Hinted), "a prompt is open"),
            (idle_ms < 3_000 || now_ms - self.acted_ms < 1_500, "acting"),
            (now_ms - self.moved_ms < 500, "moving"),
            (desk.is_excluded || desk.is_muted, "page"),
            (desk.age_ms < 10_000, "early"),
            (self.is_declined, "declined"),
            (is_silent, "silence"),
            (is_question && in_session > 0, "asked in this session"),
            (is_question && week > 1, "asked twice this week"),
            (!is_question && hints > 2, "hints of this session"),
            (!is_question && self.hinted_visit, "hint of this visit"),
        ]
        .into_iter()
        .filter_map(|(stands, why)| stands.then_some(why))
        .collect()
    }
}

/// One visitor's life, in random steps; says which verdicts there were.
fn live(seed: u128, seen: &mut BTreeSet<&'static str>) -> (usize, usize) {
    let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
    let mut desk = Desk::new();
    let mut referee = Referee { moved_ms: desk.now_ms, ..Referee::default() };
    let assignments = [Assignment::Treated, Assignment::Treated, Assignment::Exploration, Assignment::Shadow];
    desk.assignment = assignments[random.up_to(3) as usize];
    let mut held = false;
    let (mut asked, mut hinted) = (0, 0);
    for step in 0..STEPS {
        match random.up_to(39) {
            0 => {
                // Another document, often a good while later, in another session.
                if random.up_to(1) == 0 {
                    desk.now_ms += random.up_to(20 * DAY_MS as u64) as i64;
                    referee.session += 1;
                    desk.enter(&format!("session {}", referee.session));
                }
                desk.reload();
                referee.reload();
                referee.moved_ms = desk.now_ms;
                held = false;
            }
            1 => {
                desk.visit(["/", "/a", "/b"][random.up_to(2) as usize]);
                referee.is_here(desk.now_ms);
                referee.prompt = None;
                referee.hinted_visit = false;
                referee.moved_ms = desk.now_ms;
                held = false;
            }
            2 => {
                desk.see(Observation::Shown(false));
                referee.is_hidden = true;
                referee.returned = Some(0);
            }
            3 | 4 => {
                desk.see(Observation::Shown(true));
                referee.is_hidden = false;
            }
            5..=7 => {
                let which = BUSY[random.up_to(5) as usize];
                let is_on = random.up_to(2) == 0;
                desk.see(Observation::Busy(which, is_on));
                referee.busy.retain(|it| *it != which);
                if is_on {
                    referee.busy.push(which);
                }
            }
            8 => {
                for which in BUSY {
                    desk.see(Observation::Busy(which, false));
                }
                referee.busy.clear();
            }
            9 | 10 => {
                desk.see(Observation::Typed { field: 1, by: 1 });
                referee.acts(desk.now_ms);
                referee.typed_ms = Some(desk.now_ms);
                referee.is_in_field = true;
            }
            11 => {
                desk.see(Observation::Blurred { field: 1, is_changed: false });
                referee.is_in_field = false;
            }
            12..=16 => {
                desk.see(match random.up_to(2) {
                    0 => Observation::Clicked { target: 1, on: Surface::Plain, is_alive: false },
                    1 => Observation::Scrolled { y: 0, height: 0 },
                    _ => Observation::Keyed,
                });
                referee.acts(desk.now_ms);
            }
            17 | 18 => {
                desk.see(Observation::Moved { x: 0, y: 0 });
                referee.is_here(desk.now_ms);
                referee.moved_ms = desk.now_ms;
            }
            19 => desk.is_muted = random.up_to(9) == 0,
            20 => desk.is_excluded = random.up_to(9) == 0,
            21 => desk.is_own = random.up_to(1) == 0,
            22..=25 => desk.score = [0, 0, 600, 1_200, 3_000][random.up_to(4) as usize],
            26 | 27 if referee.prompt.is_some() => {
                use PromptSaid::{Confused, Dismissed, Fine, Held, Help, Never, Opened, Released};
                let said = [Confused, Fine, Help, Dismissed, Dismissed, Held, Released, Opened, Never];
                let said = said[random.up_to(if step % 7 == 0 { 8 } else { 7 }) as usize];
                if said == Opened && referee.prompt != Some(PromptSaid::Hinted) {
                    continue;
                }
                desk.say(said);
                match said {
                    Held | Released => held = said == Held,
                    Opened => {
                        referee.prompt = Some(Opened);
                        // The question was seen: the session has had its own.
                        referee.questions.push((i64::MIN / 2, referee.session));
                        held = false;
                    }
                    _ => {
                        if said == Dismissed && referee.prompt != Some(Opened) {
                            referee.refusals.push(desk.now_ms);
                        }
                        referee.is_declined |= said == Never;
                        referee.prompt = None;
                        held = false;
                    }
                }
            }
            28 => desk.now_ms += random.up_to(400_000) as i64,
            29 | 30 => desk.now_ms += random.up_to(900) as i64,
            _ => {
                for _ in 0..random.up_to(25) {
                    let ticked = desk.tick();
                    if ticked.is_timed_out {
                        assert_eq!(referee.prompt, Some(PromptSaid::Asked), "only questions time out");
                        assert!(!held, "what is held does not time out");
                        referee.refusals.push(desk.now_ms);
                        referee.prompt = None;
                        seen.insert("timed out");
                    }
                    let Some((verdict, _)) = ticked.verdict else { continue };
                    let is_question = matches!(verdict, Verdict::Ask | Verdict::Withheld(Blocker::Shadow));
                    if let Verdict::Withheld(blocker) = verdict {
                        seen.insert(blocker.as_str());
                    }
                    if is_question || verdict == Verdict::Hint {
                        let objections = referee.objections(&desk, is_question);
                        assert!(objections.is_empty(), "seed {seed}, step {step}, {verdict:?}: {objections:?}");
                        assert!(!(is_question && held), "what is held is not replaced");
                        assert!(desk.assignment != Assignment::Shadow || verdict == Verdict::Withheld(Blocker::Shadow));
                    }
                    if is_question {
                        asked += 1;
                        referee.questions.push((desk.now_ms, referee.session));
                        referee.hinted_visit = true;
                    }
                    if verdict == Verdict::Hint {
                        hinted += 1;
                        referee.hints.push(referee.session);
                        referee.hinted_visit = true;
                    }
                    desk.show(verdict);
                    match verdict {
                        Verdict::Ask => referee.prompt = Some(PromptSaid::Asked),
                        Verdict::Hint => referee.prompt = Some(PromptSaid::Hinted),
                        _ => (),
                    }
                    if matches!(verdict, Verdict::Ask | Verdict::Hint) {
                        held = false;
                    }
                }
            }
        }
    }
    (asked, hinted)
}

#[test]
fn no_prompt_ever_comes_in_a_forbidden_state_or_beyond_a_cap() {
    let mut seen = BTreeSet::new();
    let (mut asked, mut hinted) = (0, 0);
    for seed in 0..TRACES {
        let (questions, hints) = live(seed, &mut seen);
        asked += questions;
        hinted += hints;
    }
    // A policy that keeps silent would pass all of the above.
    assert!(asked > TRACES as usize && hinted > TRACES as usize / 2, "{asked} questions, {hinted} hints");
    let wanted = "acting coolDown composing declined dirty dragging early excluded fullscreen hidden media modal muted \
                  prompted returned session shadow typing";
    for blocker in wanted.split(' ').chain(["timed out"]) {
        assert!(seen.contains(blocker), "{blocker} never stood against anything: {seen:?}");
    }
}
