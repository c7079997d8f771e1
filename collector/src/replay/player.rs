//! One session, played through a detector of its own.
//!
//! A recording is told exactly as its browser told it. A log from elsewhere lacks what only a browser does: who is here,
//! the page, being shown, the ticks between the lines and the prompt on screen; the player adds these.

use super::mark::Mark;
use super::session::{Entry, Place, Session};
use domain::hesitation::{Ask, Model};
use sdk_core::hesitation::{Assignment, Decision, Detector, Finding, Observation, PromptSaid, Score, Verdict, Visit};
use std::collections::HashMap;

/// As often as a browser tells that time passes.
const TICK_MS: i64 = 1_000;

/// Nobody is taken for present longer than this without a sign: then no ticks are added, and the time is not active.
const AWAY_MS: i64 = 5 * 60_000;

/// Users whose memory is kept from session to session, at a few hundred bytes each: only those who were asked have any.
const REMEMBERED: usize = 100_000;

/// Where a page was never named.
const NO_PAGE: &str = "/";

/// How to play.
#[derive(Clone, Debug, Default)]
pub struct Play {
    pub assignments: Assignments,
    /// Show scores at these ages of each visit, in milliseconds, rising.
    pub scores_at_ms: Vec<i64>,
    /// … and each time this much of it passed.
    pub every_ms: Option<i64>,
    /// What would have been: prompts of the log are left out, and those that were decided on are pretended;
    /// users remember from session to session that they were asked.
    pub is_dry_run: bool,
}

/// Who may be asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assignments {
    /// In recordings as it was, in logs from elsewhere everybody.
    #[default]
    Own,
    /// By the hash of the user, as live.
    Real,
    /// Everybody.
    Treated,
}

/// Something to tell, in the order of time.
#[derive(Debug)]
pub enum Told<'a> {
    Decision { session: &'a str, user: &'a str, decision: &'a Decision },
    Score(ScoreAt<'a>),
}

/// The score of a visit at one age of it.
#[derive(Clone, Copy, Debug)]
pub struct ScoreAt<'a> {
    pub session: &'a str,
    pub user: &'a str,
    pub page: &'a str,
    pub context: &'a str,
    pub t_ms: i64,
    pub age_ms: i64,
    pub score: &'a Score,
}

/// What a session came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Played {
    pub visits: Vec<PlayedVisit>,
    /// Time of being shown without longer pauses.
    pub active_ms: i64,
    /// The highest score of the session; `None`: there was none.
    pub top_score: Option<i32>,
    /// As they were recorded: line and JSON.
    pub recorded: Vec<(u64, String)>,
    /// As they were decided now: JSON.
    pub decided: Vec<String>,
    /// The version that the recorder used, where it said so.
    pub model: Option<i64>,
}

/// A visit, and how it ended.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedVisit {
    pub user: String,
    pub visit: Visit,
    /// `None`: nobody said.
    pub is_stuck: Option<bool>,
}

/// Plays sessions one after the other.
#[derive(Debug)]
pub struct Player {
    model: Option<Model>,
    /// What recordings may name instead.
    versions: Vec<Model>,
    play: Play,
    /// Of users who were asked or given a hint in a dry run.
    memories: HashMap<String, String>,
}

impl Player {
    /// Without a model visits are measured and nothing is decided. Scores are wanted at rising ages.
    pub fn new(model: Option<Model>, mut play: Play) -> Self {
        play.scores_at_ms.sort_unstable();
        play.every_ms = play.every_ms.map(|it| it.max(1));
        Self { model, versions: Vec::new(), play, memories: HashMap::new() }
    }

    /// A recording that names one of these versions is played with it.
    pub fn with_versions(self, versions: Vec<Model>) -> Self {
        Self { versions, ..self }
    }

    pub fn model(&self) -> Option<&Model> {
        self.model.as_ref()
    }

    pub fn play(&mut self, session: &Session, tell: &mut dyn FnMut(Told<'_>)) -> Played {
        let mut run = Run::new(self, session, tell);
        for index in 0..session.entries.len() {
            run.take(index);
        }
        run.finish()
    }

    /// The model of this version, or the one there is, with as much of it as a session can meet: most sessions see few of
    /// the pages there are.
    fn model_for(&self, session: &Session, version: Option<u64>, is_asking: bool) -> Option<Model> {
        let named = self.versions.iter().find(|it| Some(it.version) == version);
        let model = named.or(self.model.as_ref())?;
        let is_met = |page: &str| page == "*" || session.places.iter().any(|it| page_of(it) == page);
        let baselines = model.baselines.iter().filter(|it| is_met(&it.page)).cloned().collect();
        let ask = model.ask.clone().or_else(|| {
            let nothing = Ask { words: Vec::new(), links: Vec::new(), accent: String::new() };
            is_asking.then_some(nothing)
        });
        let (pages, excluded) = (model.pages.clone(), model.excluded.clone());
        Some(Model { baselines, ask, pages, excluded, ..*model })
    }
}

/// A session being played.
struct Run<'a> {
    player: &'a mut Player,
    session: &'a Session,
    tell: &'a mut dyn FnMut(Told<'_>),
    detector: Detector,
    model: Option<Model>,
    is_treated: bool,
    /// Prompts that are decided on are said to be on screen; those of the log are not.
    is_pretending: bool,
    makes_ticks: bool,
    /// Who was introduced to the detector.
    user: Option<&'a str>,
    /// Where the visit under way is.
    at: Option<&'a Place>,
    visit_ms: i64,
    is_shown: bool,
    /// When the last line was that is not a tick.
    seen_ms: i64,
    now_ms: i64,
    next_tick_ms: i64,
    scores_done: usize,
    next_every_ms: i64,
    steps: u32,
    /// A field that was typed into since it got the focus.
    changed_field: Option<u32>,
    begun: Vec<Begun<'a>>,
    /// What is said after this entry is said of the whole session.
    last_of_visitor: usize,
    was_prompted: bool,
    findings: Vec<Finding>,
    played: Played,
}

/// A visit as its log has it.
struct Begun<'a> {
    user: &'a str,
    place: &'a Place,
    at_ms: i64,
    is_stuck: Option<bool>,
}

/// The first of these beats that is not before a time.
fn next_beat(beat_ms: i64, every_ms: i64, t_ms: i64) -> i64 {
    let late_ms = t_ms.saturating_sub(beat_ms).max(0);
    let beats = late_ms.saturating_add(every_ms - 1) / every_ms;
    beat_ms.saturating_add(beats.saturating_mul(every_ms))
}

fn page_of(place: &Place) -> &str {
    place.page.as_deref().unwrap_or(NO_PAGE)
}

impl<'a> Run<'a> {
    fn new(player: &'a mut Player, session: &'a Session, tell: &'a mut dyn FnMut(Told<'_>)) -> Self {
        let is_recorded = session.is_recorded();
        let is_dry_run = player.play.is_dry_run;
        let start_ms = session.entries.first().map_or(0, |it| it.t_ms);
        Self {
            detector: Detector::default(),
            model: player.model_for(session, None, is_dry_run || !is_recorded),
            is_treated: match player.play.assignments {
                Assignments::Own => !is_recorded,
                Assignments::Real => false,
                Assignments::Treated => true,
            },
            is_pretending: is_dry_run || !is_recorded && !session.has_prompts,
            makes_ticks: !is_recorded && !session.has_ticks,
            user: None,
            at: None,
            visit_ms: start_ms,
            is_shown: false,
            seen_ms: start_ms,
            now_ms: start_ms,
            next_tick_ms: start_ms.saturating_add(TICK_MS),
            scores_done: 0,
            next_every_ms: i64::MAX,
            steps: 0,
            changed_field: None,
            begun: Vec::new(),
            last_of_visitor: session.entries.iter().rposition(|it| it.mark.is_about_the_visitor()).unwrap_or(0),
            was_prompted: false,
            findings: Vec::new(),
            played: Played::default(),
            player,
            session,
            tell,
        }
    }

    fn take(&mut self, index: usize) {
        let session = self.session;
        let Some(entry) = session.entries.get(index) else { return };
        let t_ms = entry.t_ms;
        self.pass_until(t_ms);
        if entry.mark != Mark::Seen(Observation::Tick) {
            let pause_ms = t_ms.saturating_sub(self.seen_ms);
            if self.is_shown && (0..=AWAY_MS).contains(&pause_ms) {
                self.played.active_ms += pause_ms;
            }
            self.seen_ms = t_ms;
        }
        self.now_ms = t_ms;
        self.keep_beat(t_ms);
        match &entry.mark {
            Mark::Start { memory } => self.introduce(entry, memory),
            Mark::Model { version } => {
                self.played.model = Some(*version);
                if self.is_page_load(index) {
                    let memory = self.detector.memory();
                    self.detector = Detector::default();
                    if !self.player.play.is_dry_run {
                        self.model = self.player.model_for(
                            self.session,
                            u64::try_from(*version).ok(),
                            !self.session.is_recorded(),
                        );
                    }
                    self.configure();
                    self.remember(&memory);
                }
            }
            Mark::Decision(json) => self.played.recorded.push((entry.line, json.clone().into_owned())),
            Mark::Outcome { is_stuck } => self.judge(index, entry, *is_stuck),
            mark => {
                self.arrive(entry);
                match *mark {
                    Mark::Seen(observation) => self.see(observation),
                    Mark::Step => {
                        self.steps += 1;
                        self.observe(Observation::Progress { state: self.steps });
                    }
                    Mark::Blurred { field } => {
                        self.see(Observation::Blurred { field, is_changed: self.changed_field == Some(field) });
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether the recorder began anew here, rather than somebody else coming to a page that stays.
    fn is_page_load(&self, model_at: usize) -> bool {
        let entries = &self.session.entries;
        let at_ms = entries.get(model_at).map(|it| it.t_ms);
        let is = |offset: usize, fits: fn(&Mark<'_>) -> bool| {
            entries.get(model_at + offset).is_some_and(|it| Some(it.t_ms) == at_ms && fits(&it.mark))
        };
        self.detector.model().is_none()
            || is(1, |it| matches!(it, Mark::Start { .. }))
                && is(2, |it| matches!(it, Mark::Page))
                && is(3, |it| matches!(it, Mark::Seen(Observation::Shown(_))))
    }

    fn configure(&mut self) {
        self.detector.configure(self.model.clone());
    }

    fn introduce(&mut self, entry: &'a Entry, recorded: &str) {
        let user = self.session.user(entry);
        if self.detector.model().is_none() {
            self.configure();
        }
        let own = self.detector.memory();
        let memory = if self.player.play.is_dry_run {
            // What the log's browser remembered is of prompts that are left out here.
            if self.user.is_some() { &own } else { self.player.memories.get(user).map_or("", String::as_str) }
        } else if recorded.is_empty() && !self.session.is_recorded() && self.user.is_some() {
            &own
        } else {
            recorded
        }
        .to_owned();
        let known_as = if self.is_treated { self.treated(user) } else { user.to_owned() };
        self.user = Some(user);
        let device = self.session.place(entry).device;
        self.observe(Observation::Started { user: &known_as, session: &self.session.id, device, memory: &memory });
    }

    /// The user under a name that is not of any experiment.
    fn treated(&self, user: &str) -> String {
        let salt = self.model.as_ref().map_or(0, |it| it.salt);
        let mut name = user.to_owned();
        while Assignment::of(&name, salt) != Assignment::Treated {
            name.push('~');
        }
        name
    }

    /// Makes sure that the detector knows who is where.
    fn arrive(&mut self, entry: &'a Entry) {
        let place = self.session.place(entry);
        let is_recorded = self.session.is_recorded();
        if !is_recorded && self.user != Some(self.session.user(entry)) {
            self.introduce(entry, "");
        }
        let is_page = matches!(entry.mark, Mark::Page);
        let is_elsewhere = match self.at {
            Some(at) => page_of(at) != page_of(place) || at.context != place.context,
            // Of what comes after leaving only the visitor's own doing begins another visit.
            None => !is_recorded && (self.begun.is_empty() || entry.mark.is_about_the_visitor()),
        };
        if !is_page && !is_elsewhere {
            return;
        }
        self.at = Some(place);
        self.visit_ms = self.now_ms;
        self.scores_done = 0;
        self.next_every_ms = self.player.play.every_ms.map_or(i64::MAX, |it| self.now_ms.saturating_add(it));
        let is_first = self.begun.is_empty();
        let user = self.session.user(entry);
        self.begun.push(Begun { user, place, at_ms: self.now_ms, is_stuck: None });
        self.observe(Observation::Page { page: page_of(place), context: &place.context });
        if is_first && !is_recorded && !self.session.has_shown {
            self.is_shown = true;
            self.observe(Observation::Shown(true));
        }
    }

    fn see(&mut self, observation: Observation<'static>) {
        match observation {
            Observation::Shown(is_shown) => self.is_shown = is_shown,
            Observation::Typed { field, .. } => self.changed_field = Some(field),
            Observation::Focused { .. } | Observation::Blurred { .. } => self.changed_field = None,
            Observation::Prompt(_) if self.is_pretending => return,
            _ => {}
        }
        self.observe(observation);
        if observation == Observation::Left {
            self.at = None;
        }
    }

    fn observe(&mut self, observation: Observation<'_>) {
        let mut findings = std::mem::take(&mut self.findings);
        self.detector.observe(self.now_ms, observation, &mut findings);
        for finding in findings.drain(..) {
            match finding {
                Finding::Decided(decision) => self.decided(&decision),
                Finding::Visited(visit) => self.visited(*visit),
                Finding::TimedOut if self.is_pretending => self.observe(Observation::Prompt(PromptSaid::TimedOut)),
                Finding::TimedOut => {}
            }
        }
        self.findings = findings;
    }

    fn decided(&mut self, decision: &Decision) {
        if self.session.is_recorded() {
            self.played.decided.push(decision.json());
        }
        let user = self.user.unwrap_or_default();
        (self.tell)(Told::Decision { session: &self.session.id, user, decision });
        let said = match decision.verdict {
            Verdict::Ask => PromptSaid::Asked,
            Verdict::Hint => PromptSaid::Hinted,
            Verdict::Calm | Verdict::Withheld(_) => return,
        };
        self.was_prompted = true;
        if self.is_pretending {
            self.observe(Observation::Prompt(said));
        }
    }

    /// A later account of a visit replaces the earlier.
    fn visited(&mut self, visit: Visit) {
        let visits = &mut self.played.visits;
        let known = visits.iter_mut().rev().find(|it| {
            it.visit.started_ms == visit.started_ms && it.visit.page == visit.page && it.visit.context == visit.context
        });
        match known {
            Some(known) => known.visit = visit,
            None => {
                let user = self.user.unwrap_or_default().to_owned();
                visits.push(PlayedVisit { user, visit, is_stuck: None });
            }
        }
    }

    /// Lets the time before a line pass: ticks where the log has none, and the scores that are wanted.
    fn pass_until(&mut self, t_ms: i64) {
        let away_ms = self.seen_ms.saturating_add(AWAY_MS);
        loop {
            let is_ticking = self.makes_ticks && self.is_shown && self.next_tick_ms <= away_ms;
            let tick_ms = if is_ticking { self.next_tick_ms } else { i64::MAX };
            let score_ms = self.next_score_ms(away_ms);
            if tick_ms.min(score_ms) >= t_ms {
                return;
            }
            if tick_ms <= score_ms {
                self.now_ms = tick_ms;
                self.next_tick_ms = tick_ms.saturating_add(TICK_MS);
                // A browser does not tick where nothing can come of it.
                if self.detector.tick_at_ms().is_some() {
                    self.observe(Observation::Tick);
                }
            } else {
                self.score(score_ms);
            }
        }
    }

    /// Ticks and scores keep their beat over pauses without any.
    fn keep_beat(&mut self, t_ms: i64) {
        self.next_tick_ms = next_beat(self.next_tick_ms, TICK_MS, t_ms);
        if let Some(every_ms) = self.player.play.every_ms {
            self.next_every_ms = next_beat(self.next_every_ms, every_ms, t_ms);
        }
    }

    fn next_score_ms(&self, away_ms: i64) -> i64 {
        if self.at.is_none() {
            return i64::MAX;
        }
        let landmark_ms = self.player.play.scores_at_ms.get(self.scores_done);
        let landmark_ms = landmark_ms.map_or(i64::MAX, |it| self.visit_ms.saturating_add(*it));
        let every_ms = if self.next_every_ms <= away_ms { self.next_every_ms } else { i64::MAX };
        landmark_ms.min(every_ms)
    }

    fn score(&mut self, t_ms: i64) {
        while self
            .player
            .play
            .scores_at_ms
            .get(self.scores_done)
            .is_some_and(|it| self.visit_ms.saturating_add(*it) <= t_ms)
        {
            self.scores_done += 1;
        }
        if let Some(every_ms) = self.player.play.every_ms.filter(|_| self.next_every_ms <= t_ms) {
            self.next_every_ms = t_ms.saturating_add(every_ms);
        }
        let (Some(score), Some(place)) = (self.detector.score(t_ms), self.at) else { return };
        (self.tell)(Told::Score(ScoreAt {
            session: &self.session.id,
            user: self.user.unwrap_or_default(),
            page: page_of(place),
            context: &place.context,
            t_ms,
            age_ms: t_ms.saturating_sub(self.visit_ms),
            score: &score,
        }));
    }

    /// An outcome is that of the page it names, else of the visit it is in, else, at the end, of the whole session.
    fn judge(&mut self, index: usize, entry: &Entry, is_stuck: bool) {
        let named = page_of(self.session.place(entry));
        if entry.names_page
            && let Some(visit) = self.begun.iter_mut().rev().find(|it| page_of(it.place) == named)
        {
            visit.is_stuck = Some(is_stuck);
        } else if index > self.last_of_visitor {
            for visit in self.begun.iter_mut().filter(|it| it.is_stuck.is_none()) {
                visit.is_stuck = Some(is_stuck);
            }
        } else if let Some(visit) = self.begun.last_mut() {
            visit.is_stuck = Some(is_stuck);
        }
    }

    fn remember(&mut self, memory: &str) {
        let Some(user) = self.user.filter(|_| self.player.play.is_dry_run && self.was_prompted) else { return };
        if self.player.memories.len() < REMEMBERED || self.player.memories.contains_key(user) {
            self.player.memories.insert(user.to_owned(), memory.to_owned());
        }
    }

    fn finish(mut self) -> Played {
        if self.at.is_some() {
            self.observe(Observation::Left);
        }
        let memory = self.detector.memory();
        self.remember(&memory);
        for it in &mut self.played.visits {
            let is_of = |begun: &&Begun<'_>| page_of(begun.place) == it.visit.page;
            let same = |begun: &&Begun<'_>| begun.at_ms == it.visit.started_ms;
            let begun = self.begun.iter().filter(is_of).find(same).or_else(|| self.begun.iter().rev().find(is_of));
            if let Some(begun) = begun {
                it.is_stuck = begun.is_stuck;
                it.user = begun.user.to_owned();
            }
        }
        self.played.top_score = self.played.visits.iter().filter_map(|it| it.visit.top_score).max();
        self.played
    }
}
