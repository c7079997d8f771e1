//! Somebody on a page, watched: scripts in, what was found out.

use domain::UrlPattern;
use domain::hesitation::{Baseline, Curve, Device, Feature, Measure, Model, Tail, read_reached, read_samples};
use expect_test::Expect;
use sdk_core::hesitation::{Busy, Detector, Finding, Observation, PromptSaid, Score, Surface, Verdict};
use std::fmt::Write;

/// Runs a script and compares what was found.
///
/// Script lines: a time (`250ms`, `5s`, `31m`) and what happens: `page PATH [CONTEXT]`, `leave`, `show`, `hide`,
/// `click TARGET [plain|opaque] [alive]`, `react`, `move X Y`, `scroll Y`, `focus F`, `type F`, `blur F [changed]`, `key`,
/// `invalid F`, `fail`, `help`, `busy WHAT`, `free WHAT`, `progress STATE`, `prompt SAID`, `session NAME`, `reload`;
/// and what to print: `score`, `tick` (when the next one is due). A second of being shown ticks as it does in a browser.
/// A story begins at 0 with a first page, `/`, that is shown.
#[track_caller]
pub(crate) fn check(script: &str, transcript: Expect) {
    check_with(usual(), script, transcript);
}

#[track_caller]
pub(crate) fn check_with(model: Model, script: &str, transcript: Expect) {
    let mut watched = Watched::new(Some(model));
    watched.play(script);
    transcript.assert_eq(&watched.transcript);
}

/// A model in which every feature weighs one, and that never asks; nothing but the site is known.
pub(crate) fn usual() -> Model {
    Model {
        version: 1,
        bias: -3_000,
        weights: [1_000; Feature::COUNT],
        ask_at: 100_000,
        hint_at: 100_000,
        salt: 0,
        record_share: 0,
        pages: Vec::new(),
        excluded: vec![UrlPattern::new("/excluded")],
        baselines: vec![site()],
        ask: None,
    }
}

/// The site's baseline: the same few numbers for everything. It passes for that of every page, so that a page without
/// a curve of its own for stalls is known to have no progress.
pub(crate) fn site() -> Baseline {
    let mut site = Baseline { page: "*".into(), is_own: true, ..Baseline::default() };
    for (index, curve) in site.curves.iter_mut().enumerate() {
        let measure = Measure::from_index(index).expect("in range");
        let values = match (measure.tail(), measure.is_count()) {
            // Times: one in twenty is beyond twenty seconds, one in a hundred beyond sixty.
            (Tail::High, false) => [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000],
            (Tail::Both, false) => [300, 500, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000, 40_000],
            (Tail::High, true) => [0, 0, 0, 0, 1_000, 2_000, 3_000, 4_000, 5_000, 8_000],
            (Tail::Both, true) => [0, 0, 0, 0, 200, 500, 1_000, 2_000, 3_000, 4_000],
            (Tail::Low, _) => [9_000, 7_000, 5_000, 4_000, 3_000, 2_000, 1_000, 0, 0, 0],
        };
        *curve = Some(Curve { values });
    }
    // A click that had no effect after two seconds is dead.
    site.curves[Measure::Response.index()] = None;
    site
}

/// The baseline of a page of its own, with these curves.
pub(crate) fn own(page: &str, curves: &[(Measure, [i64; 10])]) -> Baseline {
    let mut own = Baseline { page: page.into(), is_own: true, ..Baseline::default() };
    for (measure, values) in curves {
        own.curves[measure.index()] = Some(Curve { values: *values });
    }
    own
}

pub(crate) struct Watched {
    pub(crate) detector: Detector,
    model: Option<Model>,
    session: String,
    now_ms: i64,
    pub(crate) transcript: String,
}

impl Watched {
    pub(crate) fn new(model: Option<Model>) -> Self {
        let mut watched = Self {
            detector: Detector::default(),
            model,
            session: "first".into(),
            now_ms: 0,
            transcript: String::new(),
        };
        watched.load("");
        watched.observe(Observation::Page { page: "/", context: "" });
        watched.observe(Observation::Shown(true));
        watched
    }

    fn load(&mut self, memory: &str) {
        self.detector = Detector::default();
        self.detector.configure(self.model.clone());
        self.start(memory);
    }

    fn start(&mut self, memory: &str) {
        let session = self.session.clone();
        self.observe(Observation::Started { user: "zoe", session: &session, device: Device::Desktop, memory });
    }

    pub(crate) fn play(&mut self, script: &str) {
        for line in script.lines().map(str::trim).filter(|it| !it.is_empty()) {
            let (time, what) = line.split_once(' ').expect("a time and what happens");
            let until_ms = milliseconds(time);
            while let Some(at_ms) = self.detector.tick_at_ms().filter(|it| *it <= until_ms) {
                self.now_ms = at_ms;
                self.observe(Observation::Tick);
            }
            self.now_ms = until_ms;
            self.step(what.trim());
        }
    }

    fn step(&mut self, what: &str) {
        let words: Vec<&str> = what.split_whitespace().collect();
        let word = |at: usize| words.get(at).copied().unwrap_or_default();
        let number = |at: usize| word(at).parse::<i32>().expect("a number");
        let has = |it: &str| words.contains(&it);
        let observation = match words[0] {
            "page" => Observation::Page { page: word(1), context: word(2) },
            "leave" => Observation::Left,
            "show" => Observation::Shown(true),
            "hide" => Observation::Shown(false),
            "click" => Observation::Clicked {
                target: number(1) as u32,
                on: if has("plain") {
                    Surface::Plain
                } else if has("opaque") {
                    Surface::Opaque
                } else {
                    Surface::Control
                },
                is_alive: has("alive"),
            },
            "react" => Observation::Reacted,
            "move" => Observation::Moved { x: number(1), y: number(2) },
            "scroll" => Observation::Scrolled { y: number(1), height: 800 },
            "focus" => Observation::Focused { field: number(1) as u32 },
            "type" => Observation::Typed { field: number(1) as u32, by: 1 },
            "blur" => Observation::Blurred { field: number(1) as u32, is_changed: has("changed") },
            "key" => Observation::Keyed,
            "invalid" => Observation::Invalid { field: number(1) as u32 },
            "fail" => Observation::Failed,
            "help" => Observation::SoughtHelp,
            "busy" | "free" => {
                let busy = if word(1) == "media" { Busy::Media } else { Busy::Modal };
                Observation::Busy(busy, words[0] == "busy")
            }
            "progress" => Observation::Progress { state: number(1) as u32 },
            "prompt" => Observation::Prompt(
                PromptSaid::ALL.into_iter().find(|it| it.as_str() == word(1)).expect("something to be said"),
            ),
            "session" => {
                self.session = word(1).into();
                let memory = self.detector.memory();
                return self.start(&memory);
            }
            "reload" => {
                self.observe(Observation::Left);
                let memory = self.detector.memory();
                return self.load(&memory);
            }
            "score" => return self.say_score(),
            "tick" => {
                let at = self.detector.tick_at_ms().map_or("never".into(), |it| it.to_string());
                return self.say(&format!("tick {at}"));
            }
            other => panic!("unknown step {other}"),
        };
        self.observe(observation);
    }

    fn observe(&mut self, observation: Observation<'_>) {
        let mut findings = Vec::new();
        self.detector.observe(self.now_ms, observation, &mut findings);
        for finding in findings {
            match finding {
                Finding::Decided(decision) => {
                    let mut said = String::from(decision.verdict.as_str());
                    if let Verdict::Withheld(blocker) = decision.verdict {
                        write!(said, " {}", blocker.as_str()).expect("memory");
                    }
                    let reasons = decision.score.reasons();
                    for reason in reasons {
                        write!(said, ", {} {}", reason.feature.as_str(), reason.measured).expect("memory");
                        if let Some(usual) = reason.usual {
                            write!(said, " of {usual}").expect("memory");
                        }
                    }
                    self.say(&said);
                }
                Finding::TimedOut => self.say("timed out"),
                Finding::Visited(visit) => {
                    let mut said = format!("visited {} for {} from {}", visit.page, visit.active_ms, visit.started_ms);
                    if visit.is_prompted {
                        said.push_str(", prompted");
                    }
                    if visit.actions > 0 {
                        write!(said, ", {} actions", visit.actions).expect("memory");
                    }
                    for reached in read_reached(&visit.states) {
                        let (state, at, after) = (reached.state, reached.age_ms, reached.actions);
                        write!(said, ", reached {state} at {at} after {after}").expect("memory");
                    }
                    for sample in read_samples(&visit.samples) {
                        let measure = format!("{:?}", sample.measure);
                        let counts_nothing = sample.measure.is_count() && sample.value == 0;
                        // They travel rounded.
                        let is_whole = (0..=visit.active_ms / 64).contains(&(visit.active_ms - sample.value));
                        let is_plain = matches!(sample.measure, Measure::Visit | Measure::TimeHere | Measure::Stall);
                        if !(counts_nothing || is_plain && is_whole) {
                            let censored = if sample.is_censored { "+" } else { "" };
                            write!(said, "; {measure} {}{censored}", sample.value).expect("memory");
                        }
                    }
                    self.say(&said);
                }
            }
        }
    }

    /// What is not zero, as feature, value and what was measured.
    fn say_score(&mut self) {
        let Some(score) = self.detector.score(self.now_ms) else { return self.say("no score") };
        let mut said = String::from("score");
        for feature in Feature::ALL {
            let value = score.feature(feature);
            // That time passes is no news.
            if value != 0 && feature != Feature::TimeHere {
                write!(said, "; {} {value} for {}", feature.as_str(), measured(&score, feature)).expect("memory");
            }
        }
        self.say(&said);
    }

    fn say(&mut self, what: &str) {
        writeln!(self.transcript, "{} {what}", self.now_ms).expect("memory");
    }
}

fn measured(score: &Score, feature: Feature) -> String {
    let (measured, usual) = score.measured(feature);
    usual.map_or(measured.to_string(), |it| format!("{measured} of {it}"))
}

fn milliseconds(time: &str) -> i64 {
    let (number, unit) = time.split_at(time.find(|it: char| it.is_ascii_alphabetic()).expect("a unit"));
    let number: i64 = number.parse().expect("a number");
    match unit {
        "ms" => number,
        "s" => number * 1_000,
        "m" => number * 60_000,
        other => panic!("unknown unit {other}"),
    }
}
