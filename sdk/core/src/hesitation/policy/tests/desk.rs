//! A policy on a desk: plays the detector's and the client's part around it.

use crate::hesitation::assignment::Assignment;
use crate::hesitation::decision::Verdict;
use crate::hesitation::policy::{Policy, Situation};
use crate::observation::{Busy, Observation, PromptSaid, Surface};
use domain::hesitation::{Ask, Feature, Model};

/// 15 January 2027.
pub(super) const START_MS: i64 = 1_800_000_000_000;
pub(super) const DAY_MS: i64 = 86_400_000;

#[derive(Debug)]
pub(super) struct Desk {
    pub(super) policy: Policy,
    pub(super) model: Model,
    pub(super) now_ms: i64,
    pub(super) session: String,
    pub(super) assignment: Assignment,
    pub(super) score: i32,
    pub(super) age_ms: i64,
    pub(super) acted_ms: i64,
    pub(super) early_ms: Option<i64>,
    pub(super) usual_idle_ms: Option<i64>,
    pub(super) is_away: bool,
    pub(super) is_own: bool,
    pub(super) is_muted: bool,
    pub(super) is_excluded: bool,
}

impl Desk {
    /// On a page of its own baseline, asking from 1000 and hinting from 500 on.
    pub(super) fn new() -> Self {
        let model = Model {
            version: 1,
            bias: 0,
            weights: [0; Feature::COUNT],
            ask_at: 1_000,
            hint_at: 500,
            salt: 7,
            record_share: 0,
            pages: vec![],
            excluded: vec![],
            baselines: vec![],
            ask: Some(Ask { words: vec![], links: vec![], accent: String::new() }),
        };
        let mut desk = Self {
            policy: Policy::default(),
            model,
            now_ms: START_MS,
            session: "first".into(),
            assignment: Assignment::Treated,
            score: 0,
            age_ms: 0,
            acted_ms: START_MS,
            early_ms: None,
            usual_idle_ms: None,
            is_away: false,
            is_own: true,
            is_muted: false,
            is_excluded: false,
        };
        desk.reload();
        desk
    }

    /// Another document of the same session: only the memory is left.
    pub(super) fn reload(&mut self) {
        let memory = self.policy.memory();
        assert!(memory.len() <= 300 && memory.bytes().all(|it| it.is_ascii_alphanumeric()), "{memory}");
        self.policy = Policy::default();
        self.policy.recall(&self.session, &memory);
        self.visit("/");
    }

    /// The same document in another session.
    pub(super) fn enter(&mut self, session: &str) {
        self.session = session.into();
        let memory = self.policy.memory();
        self.policy.recall(session, &memory);
    }

    pub(super) fn visit(&mut self, page: &str) {
        self.see(Observation::Page { page, context: "" });
        self.age_ms = 0;
    }

    pub(super) fn see(&mut self, observation: Observation<'_>) {
        self.policy.observe(self.now_ms, &observation);
        if matches!(
            observation,
            Observation::Clicked { .. }
                | Observation::Scrolled { .. }
                | Observation::Keyed
                | Observation::Typed { .. }
                | Observation::Page { .. }
        ) {
            self.acted_ms = self.now_ms;
        }
    }

    pub(super) fn say(&mut self, said: PromptSaid) {
        self.see(Observation::Prompt(said));
    }

    /// A second is shown; what is decided gets on screen, what timed out leaves it, as the client sees to.
    pub(super) fn tick(&mut self) -> Ticked {
        self.now_ms += 1_000;
        self.age_ms += 1_000;
        self.see(Observation::Tick);
        let is_timed_out = self.policy.is_timed_out();
        if is_timed_out {
            self.say(PromptSaid::TimedOut);
        }
        let situation = Situation {
            model: &self.model,
            assignment: self.assignment,
            score: self.score,
            age_ms: self.age_ms,
            early_ms: self.early_ms,
            idle_ms: self.now_ms.saturating_sub(self.acted_ms),
            usual_idle_ms: self.usual_idle_ms,
            is_away: self.is_away,
            is_own: self.is_own,
            is_muted: self.is_muted,
            is_excluded: self.is_excluded,
        };
        let verdict = self.policy.decide(self.now_ms, &situation);
        Ticked { is_timed_out, verdict }
    }

    /// Puts on screen what was decided.
    pub(super) fn show(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Ask => self.say(PromptSaid::Asked),
            Verdict::Hint => self.say(PromptSaid::Hinted),
            Verdict::Calm | Verdict::Withheld(_) => (),
        }
    }

    /// Plays a script, one step a line, and says what came of it, in seconds since the start.
    ///
    /// Steps: `score N`, `wait SECONDS`, an observation, `soon MILLISECONDS` and an observation, `said WHAT`,
    /// `busy WHAT on`, `pass MILLISECONDS` without a tick, `sleep DAYS` until the next document, or a change of the situation.
    pub(super) fn play(&mut self, script: &str) -> String {
        let mut transcript = String::new();
        for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let words: Vec<&str> = line.split(' ').collect();
            let number = |at: usize| words[at].parse::<i64>().expect("a number");
            let is_on = words.last() == Some(&"on");
            match words[0] {
                "score" => self.score = number(1) as i32,
                "wait" => {
                    for _ in 0..number(1) {
                        self.tell_tick(&mut transcript);
                    }
                }
                "pass" => self.now_ms += number(1),
                "soon" => {
                    // Between this tick and the next.
                    self.now_ms += number(1);
                    self.see(observation(words[2]));
                    self.now_ms -= number(1);
                }
                "sleep" => {
                    self.now_ms += number(1) * DAY_MS;
                    self.reload();
                }
                "page" => self.visit(words[1]),
                "reload" => self.reload(),
                "session" => self.enter(words[1]),
                "own" => self.is_own = is_on,
                "muted" => self.is_muted = is_on,
                "excluded" => self.is_excluded = is_on,
                "away" => self.is_away = is_on,
                "early" => self.early_ms = Some(number(1) * 1_000),
                "usual" => self.usual_idle_ms = Some(number(1) * 1_000),
                "mute" => self.model.ask = None,
                "is" => {
                    self.assignment = match words[1] {
                        "treated" => Assignment::Treated,
                        "holdOut" => Assignment::HoldOut,
                        "shadow" => Assignment::Shadow,
                        "exploration" => Assignment::Exploration,
                        other => panic!("no assignment: {other}"),
                    }
                }
                "said" => {
                    let said = *SAID.iter().find(|it| format!("{it:?}") == words[1]).expect("something to say");
                    self.say(said);
                }
                "busy" => {
                    let busy =
                        *BUSY.iter().find(|it| format!("{it:?}") == words[1]).expect("something to be busy with");
                    self.see(Observation::Busy(busy, is_on));
                }
                name => self.see(observation(name)),
            }
        }
        transcript
    }

    fn tell_tick(&mut self, transcript: &mut String) {
        let ticked = self.tick();
        let mut tell = |text: String| {
            let days = self.now_ms.saturating_sub(START_MS) / DAY_MS;
            if days > 0 {
                transcript.push_str(&format!("day {days} "));
            }
            transcript.push_str(&format!("{}s {text}\n", self.now_ms.saturating_sub(START_MS) % DAY_MS / 1_000));
        };
        if ticked.is_timed_out {
            tell("timed out".into());
        }
        if let Some((verdict, threshold)) = ticked.verdict {
            let blocker = if let Verdict::Withheld(blocker) = verdict { blocker.as_str() } else { "" };
            let text = format!("{} {blocker}", verdict.as_str());
            tell(format!("{} from {threshold} on", text.trim()));
            self.show(verdict);
        }
    }
}

pub(super) struct Ticked {
    pub(super) is_timed_out: bool,
    pub(super) verdict: Option<(Verdict, i32)>,
}

pub(super) const BUSY: [Busy; 6] =
    [Busy::Dragging, Busy::Composing, Busy::Modal, Busy::Dirty, Busy::Media, Busy::Fullscreen];

pub(super) const SAID: [PromptSaid; 11] = [
    PromptSaid::Asked,
    PromptSaid::Hinted,
    PromptSaid::Opened,
    PromptSaid::Fine,
    PromptSaid::Confused,
    PromptSaid::Help,
    PromptSaid::Dismissed,
    PromptSaid::TimedOut,
    PromptSaid::Never,
    PromptSaid::Held,
    PromptSaid::Released,
];

fn observation(name: &str) -> Observation<'static> {
    match name {
        "click" => Observation::Clicked { target: 1, on: Surface::Control, is_alive: true },
        "scroll" => Observation::Scrolled { y: 100, height: 800 },
        "key" => Observation::Keyed,
        "move" => Observation::Moved { x: 1, y: 1 },
        "focus" => Observation::Focused { field: 1 },
        "type" => Observation::Typed { field: 1, by: 1 },
        "blur" => Observation::Blurred { field: 1, is_changed: true },
        "invalid" => Observation::Invalid { field: 1 },
        "failed" => Observation::Failed,
        "hide" => Observation::Shown(false),
        "show" => Observation::Shown(true),
        "left" => Observation::Left,
        other => panic!("no step: {other}"),
    }
}
