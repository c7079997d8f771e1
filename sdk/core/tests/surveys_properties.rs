//! What must hold of surveys whatever happens in the page: a thousand random traces, and two tabs at once.

#![cfg(not(target_family = "wasm"))]
// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods, clippy::disallowed_types)]

#[allow(dead_code)]
mod support;
#[allow(dead_code)]
mod surveyed;

use domain::hesitation::{Ask, Feature, Model};
use domain::survey::{Content, Surface, Survey, Trigger};
use domain::{LeaseAnswer, LeaseId, Reasons, SurveyId, UserId, compact};
use sdk_core::{
    Call, Client, Consent, Effect, Input, Leased, Level, Observation, Options, Page, PromptSaid, SurveySaid,
};
use std::collections::{HashMap, HashSet, VecDeque};
use support::{page, read_json};
use surveyed::{content, definitions, nps};

/// xorshift*, so that a trace is its seed.
struct Dice(u64);

impl Dice {
    fn up_to(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.up_to(count) == 0
    }
}

/// What the page is like, as whoever judges a prompt sees it.
#[derive(Default)]
struct Scene {
    busy: HashSet<i64>,
    is_hidden: bool,
    is_offline: bool,
    typed_ms: Option<i64>,
    acted_ms: Option<i64>,
    failed_ms: Option<i64>,
    loaded_ms: i64,
}

impl Scene {
    /// `is_asked`: the vendor's code asked for it, and nobody waits for a pause.
    fn forbids(&self, now_ms: i64, is_asked: bool) -> Option<&'static str> {
        let within = |at_ms: Option<i64>, span_ms| at_ms.is_some_and(|it| now_ms - it < span_ms);
        [
            (!self.busy.is_empty(), "busy"),
            (self.is_hidden, "hidden"),
            (self.is_offline, "offline"),
            (within(self.typed_ms, 3_000), "typing"),
            (within(self.acted_ms, 3_000) && !is_asked, "acting"),
            (now_ms - self.loaded_ms < 10_000 && !is_asked, "early"),
            (within(self.failed_ms, 60_000), "troubled"),
        ]
        .into_iter()
        .find_map(|(applies, name)| applies.then_some(name))
    }
}

/// A browser with one or two tabs, and a collector that grants, denies or says nothing.
struct World {
    dice: Dice,
    now_ms: i64,
    config: String,
    tabs: Vec<Tab>,
    stored: Option<String>,
    /// The tab that has the place.
    place: Option<usize>,
    leases: u32,
    /// Grants only one interrupting prompt in a session; else whatever comes.
    is_strict: bool,
    granted: HashSet<String>,
    released: HashSet<String>,
    shown: HashMap<String, String>,
    draws: u32,
    /// … of them where one that nobody asked for would have waited for a pause.
    asked_draws: u32,
    dismissed: HashSet<(String, String)>,
    session: String,
    /// How often somebody else came, or consent did.
    changes: usize,
    effects: VecDeque<(usize, Effect)>,
    is_performing: bool,
}

struct Tab {
    client: Client,
    kept: String,
    wake_at_ms: Option<i64>,
    page: Page,
    scene: Scene,
    level: Level,
    /// Surveys that the vendor's code asked for on this page, and that were not drawn since.
    asked_for: HashSet<String>,
    /// Leases asked for and not answered.
    asked: Vec<(u32, String, bool)>,
    /// Surveys on screen, with their surface.
    drawn: Vec<(String, String)>,
    /// The detector's prompt is on screen.
    is_asking: bool,
}

fn tab(seed: u64) -> Tab {
    Tab {
        client: Client::new(Options::default(), u128::from(seed) + 1, read_json),
        kept: String::new(),
        wake_at_ms: None,
        page: page("/"),
        scene: Scene::default(),
        level: Level::Nothing,
        asked_for: HashSet::new(),
        asked: Vec::new(),
        drawn: Vec::new(),
        is_asking: false,
    }
}

fn surveys() -> Vec<Survey> {
    let named = |id: &str, surface, triggers| Survey { id: SurveyId::new(id), surface, triggers, ..nps() };
    vec![
        nps(),
        named("late", Surface::Popover, vec![Trigger::TimeOnPage { after_ms: 20_000 }]),
        named("stuck", Surface::Popover, vec![Trigger::Hesitation]),
        Survey {
            delay_ms: 40_000,
            excluded: vec![domain::UrlPattern::new("/pay")],
            ..named("slow", Surface::Popover, nps().triggers)
        },
        named("inline", Surface::Inline, vec![]),
        Survey { labels: vec![("en".into(), "Feedback".into())], ..named("tab", Surface::Tab, vec![]) },
    ]
}

fn model() -> Model {
    let mut weights = [0; Feature::COUNT];
    weights[Feature::Invalid as usize] = 1_000;
    Model {
        version: 3,
        bias: 0,
        weights,
        ask_at: 900,
        hint_at: 500,
        salt: 1,
        record_share: 0,
        pages: vec![],
        excluded: vec![],
        baselines: vec![],
        ask: Some(Ask { words: vec![String::new(); 11], links: vec![], accent: String::new() }),
    }
}

impl World {
    fn new(seed: u64, tabs: usize, is_detecting: bool, is_strict: bool) -> Self {
        let model = model();
        let model = is_detecting.then_some(&model);
        let config = compact::write_config(&definitions(), &surveys(), 10_000, model);
        let mut world = Self {
            dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            now_ms: 1_800_000_000_000,
            config,
            tabs: (0..tabs as u64).map(|it| tab(seed * 2 + it)).collect(),
            stored: None,
            place: None,
            leases: 0,
            is_strict,
            granted: HashSet::new(),
            released: HashSet::new(),
            shown: HashMap::new(),
            draws: 0,
            asked_draws: 0,
            dismissed: HashSet::new(),
            session: String::new(),
            changes: 0,
            effects: VecDeque::new(),
            is_performing: false,
        };
        for at in 0..tabs {
            world.load(at);
        }
        world
    }

    fn load(&mut self, at: usize) {
        let scene = Scene { loaded_ms: self.now_ms, is_hidden: at > 0, ..Scene::default() };
        let visible = !scene.is_hidden;
        self.tabs[at].scene = scene;
        let page = self.tabs[at].page.clone();
        self.tell(at, Input::Started { page, visible });
    }

    fn play(&mut self, steps: u32) {
        for _ in 0..steps {
            let most_ms = if self.dice.one_in(5) { 20_000 } else { 2_500 };
            let until_ms = self.now_ms + 50 + self.dice.up_to(most_ms) as i64;
            for at in 0..self.tabs.len() {
                while let Some(at_ms) = self.tabs[at].wake_at_ms.take_if(|it| *it <= until_ms) {
                    self.now_ms = self.now_ms.max(at_ms);
                    self.tell(at, Input::Woke);
                }
            }
            self.now_ms = until_ms;
            let at = self.dice.up_to(self.tabs.len() as u64) as usize;
            self.step(at);
        }
    }

    fn step(&mut self, at: usize) {
        let now_ms = self.now_ms;
        match self.dice.up_to(24) {
            0..=3 => self.tell(at, Input::Call(Call::track("Sent", ""))),
            4 => {
                self.tabs[at].scene.acted_ms = Some(now_ms);
                self.tell(at, Input::Active);
            }
            5 => self.busy(at, true),
            6..=8 => self.busy(at, false),
            9 if !self.tabs[at].scene.is_hidden => {
                self.tabs[at].scene.typed_ms = Some(now_ms);
                self.see(at, Observation::Typed { field: 1, by: 1 });
                self.see(at, Observation::Blurred { field: 1, is_changed: true });
            }
            10 if self.dice.one_in(3) => {
                if self.tabs[at].level > Level::Nothing {
                    self.tabs[at].scene.failed_ms = Some(now_ms);
                }
                for _ in 0..3 {
                    self.see(at, Observation::Invalid { field: 7 });
                }
            }
            11 => {
                let is_hidden = !self.tabs[at].scene.is_hidden && self.dice.one_in(3);
                if is_hidden != self.tabs[at].scene.is_hidden {
                    self.tabs[at].scene.is_hidden = is_hidden;
                    self.tell(at, Input::Visible(!is_hidden));
                    self.see(at, Observation::Shown(!is_hidden));
                }
            }
            12 if self.dice.one_in(2) => {
                let is_offline = !self.tabs[at].scene.is_offline && self.dice.one_in(3);
                self.tabs[at].scene.is_offline = is_offline;
                self.tell(at, Input::Online(!is_offline));
            }
            13 => {
                let path = ["/", "/pay", "/invoices/4711"][self.dice.up_to(3) as usize];
                self.tabs[at].page = page(path);
                self.tell(at, Input::Page(page(path)));
            }
            14 if self.dice.one_in(4) => {
                self.tell(at, Input::Visible(false));
                let seed = self.dice.up_to(1 << 30);
                let kept = std::mem::take(&mut self.tabs[at].kept);
                let page = self.tabs[at].page.clone();
                self.tabs[at] = Tab { kept, page, ..tab(seed) };
                if self.place == Some(at) {
                    self.place = None;
                }
                self.load(at);
            }
            15..=18 => self.say(at),
            19 => self.tell(at, Input::Surveyed { said: SurveySaid::There, value: "inline", survey: "" }),
            20 => self.tell(at, Input::Surveyed { said: SurveySaid::Opened, value: "", survey: "tab" }),
            22..=23 => {
                let survey = ["nps", "late", "slow"][self.dice.up_to(3) as usize];
                self.tabs[at].asked_for.insert(survey.to_owned());
                self.tell(at, Input::Call(Call::ask(SurveyId::new(survey))));
            }
            21 if self.dice.one_in(8) => match self.dice.up_to(3) {
                0 => {
                    self.forget();
                    self.tell(at, Input::Call(Call::reset()));
                }
                1 => {
                    self.tell(at, Input::Consent(Consent::Denied));
                    assert!(self.tabs[at].drawn.is_empty(), "something stays on screen without consent");
                    self.forget();
                    self.tell(at, Input::Consent(Consent::Granted));
                }
                _ => self.tell(at, Input::Call(Call::identify(Some(UserId::new("u1")), r#"{"plan":"pro"}"#))),
            },
            _ => self.answer(at),
        }
        if self.dice.one_in(2) {
            self.answer(at);
        }
    }

    /// Somebody else may be shown everything again.
    fn forget(&mut self) {
        self.changes += 1;
        self.dismissed.clear();
    }

    fn busy(&mut self, at: usize, is_on: bool) {
        let which = self.dice.up_to(8) as i64;
        if self.tabs[at].level == Level::Nothing {
            return;
        }
        let scene = &mut self.tabs[at].scene;
        let changed = if is_on { scene.busy.insert(which) } else { scene.busy.remove(&which) };
        if changed {
            self.see(at, Observation::from_numbers(12, [which, i64::from(is_on), 0]).expect("something busy"));
        }
    }

    /// Whatever is seen while nobody looks is not told, and nothing may come of it.
    fn see(&mut self, at: usize, observation: Observation<'_>) {
        if self.tabs[at].level > Level::Nothing {
            self.tell(at, Input::Observed(observation));
        }
    }

    fn say(&mut self, at: usize) {
        if self.tabs[at].is_asking {
            let said = [PromptSaid::Held, PromptSaid::Released, PromptSaid::Fine, PromptSaid::Dismissed];
            let said = said[self.dice.up_to(4) as usize];
            self.tabs[at].is_asking = matches!(said, PromptSaid::Held | PromptSaid::Released);
            self.tell(at, Input::Prompt { said, text: "" });
            return;
        }
        let count = self.tabs[at].drawn.len() as u64;
        if count == 0 {
            return;
        }
        let (survey, surface) = self.tabs[at].drawn[self.dice.up_to(count) as usize].clone();
        let said = [
            SurveySaid::Answered,
            SurveySaid::Answered,
            SurveySaid::Skipped,
            SurveySaid::Back,
            SurveySaid::Held,
            SurveySaid::Released,
            SurveySaid::Closed,
            SurveySaid::NotNow,
            SurveySaid::Gone,
        ];
        let said = said[self.dice.up_to(9) as usize];
        if said == SurveySaid::Gone {
            self.tabs[at].drawn.retain(|it| it.0 != survey);
        }
        if matches!(said, SurveySaid::Closed | SurveySaid::NotNow) && surface == "popover" {
            self.dismissed.insert((self.session.clone(), survey.clone()));
        }
        let value = self.dice.up_to(11).to_string();
        self.tell(at, Input::Surveyed { said, value: &value, survey: &survey });
    }

    /// The collector answers one of a tab's requests.
    fn answer(&mut self, at: usize) {
        let Some((id, prompt, is_alone)) = self.tabs[at].asked.pop() else { return };
        if is_alone && self.place.is_some_and(|it| it != at) {
            return self.tell(at, Input::Leased { id, answer: Leased::OtherTab });
        }
        if self.dice.one_in(6) {
            if is_alone {
                self.place = Some(at);
            }
            return self.tell(at, Input::Leased { id, answer: Leased::Unreachable });
        }
        if is_alone {
            self.place = Some(at);
        }
        let is_full = self.is_strict && is_alone && !self.granted.is_empty();
        let answer = if prompt.is_empty() {
            return self.tell(at, Input::Leased { id, answer: Leased::Text("") });
        } else if is_full || self.dice.one_in(5) {
            LeaseAnswer::Denied { reasons: Reasons::from_bits(1 << 22), retry_after_ms: self.dice.up_to(200_000) }
        } else {
            self.leases += 1;
            let lease = format!("l-{}", self.leases);
            if is_alone {
                self.granted.insert(lease.clone());
            }
            let content = (prompt != "hesitation").then(|| Content { survey: SurveyId::new(&prompt), ..content() });
            LeaseAnswer::Granted { lease: LeaseId::new(lease), expires_in_ms: 20_000, content }
        };
        let text = compact::write_lease(&answer);
        self.tell(at, Input::Leased { id, answer: Leased::Text(&text) });
    }

    fn tell(&mut self, at: usize, input: Input<'_>) {
        let mut effects = Vec::new();
        self.tabs[at].client.handle(self.now_ms, input, &mut effects);
        // As the edge does: what follows from an answer comes after what already waits.
        self.effects.extend(effects.into_iter().map(|it| (at, it)));
        if !std::mem::replace(&mut self.is_performing, true) {
            while let Some((at, effect)) = self.effects.pop_front() {
                self.perform(at, effect);
            }
            self.is_performing = false;
        }
    }

    fn perform(&mut self, at: usize, effect: Effect) {
        match effect {
            Effect::Load => {
                let (kept, stored) = (self.tabs[at].kept.clone(), self.stored.clone());
                if !kept.is_empty() {
                    self.tell(at, Input::Kept(&kept));
                }
                self.tell(at, Input::Stored(stored.as_deref()));
            }
            Effect::Store(text) => {
                assert!(text.len() < 64 * 1024, "{} bytes are stored", text.len());
                self.stored = Some(text.clone());
                for other in (0..self.tabs.len()).filter(|it| *it != at) {
                    self.tell(other, Input::Stored(Some(&text)));
                }
            }
            Effect::Remove => {
                self.stored = None;
                self.tabs[at].kept.clear();
            }
            Effect::Keep(text) => {
                assert!(text.len() < 1024 * 1024, "{} bytes are kept", text.len());
                self.tabs[at].kept = text;
            }
            Effect::FetchConfig => {
                let config = self.config.clone();
                self.tell(at, Input::Configured(Some(&config)));
            }
            Effect::DescribePage => {
                let page = self.tabs[at].page.clone();
                self.tell(at, Input::Page(page));
            }
            Effect::WakeAt(at_ms) => self.tabs[at].wake_at_ms = at_ms,
            Effect::Observe(level) => {
                if self.tabs[at].level == Level::Nothing {
                    // The edge looks, and says what there is.
                    self.tabs[at].scene.busy.clear();
                }
                self.tabs[at].level = level;
            }
            Effect::Lease { id, request, is_alone } => {
                let body = request.map(|it| it.body("key")).unwrap_or_else(|| "{}".into());
                let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
                self.tabs[at].asked.push((id, body["prompt"].as_str().unwrap_or_default().to_owned(), is_alone));
                // What was asked for somebody who is gone may still be on its way.
                assert!(self.tabs[at].asked.len() <= 1 + self.changes, "one lease at a time");
            }
            Effect::Release(request) => {
                let body: serde_json::Value = serde_json::from_str(&request.body("key")).expect("JSON");
                let lease = body["lease"].as_str().expect("a lease").to_owned();
                assert!(!self.shown.contains_key(&lease), "{lease} was shown and is given back");
                self.granted.remove(&lease);
                self.released.insert(lease);
            }
            Effect::Unlock => {
                assert_eq!(self.place, Some(at), "a place is given up that this tab has");
                self.place = None;
            }
            Effect::Draw(view) => self.draw(at, &view),
            Effect::Undraw(survey) => self.tabs[at].drawn.retain(|it| it.0 != survey),
            Effect::Prompt { is_open, .. } => {
                let tab = &mut self.tabs[at];
                assert!(!tab.drawn.iter().any(|it| it.1 == "popover"), "a question beside a survey");
                assert!(!tab.scene.is_hidden, "a question on a hidden page");
                let gentle = [3];
                let is_busy = tab.scene.busy.iter().any(|it| *it < 7 && (is_open || !gentle.contains(it)));
                assert!(!is_busy, "a question while somebody is busy: {:?}", tab.scene.busy);
                assert_eq!(self.place, Some(at));
                tab.is_asking = true;
                let said = if is_open { PromptSaid::Asked } else { PromptSaid::Hinted };
                self.tell(at, Input::Prompt { said, text: "" });
            }
            Effect::Retract => self.tabs[at].is_asking = false,
            Effect::Send(batch) => {
                let answered = Input::Answered { batch_id: batch.id, status: 200, retry_after_ms: None, shed: "" };
                self.tell(at, answered);
            }
            Effect::Gather(id) => self.tell(at, Input::Gathered { id, records: "", elsewhere: "", is_whole: true }),
            Effect::Persist(record) => {
                let message: serde_json::Value = serde_json::from_str(&record.text).expect("JSON");
                if message["event"] == "Survey Shown" {
                    let lease = message["properties"]["lease"].as_str().expect("a lease").to_owned();
                    let submission = message["properties"]["submission"].as_str().expect("an id").to_owned();
                    assert!(!self.released.contains(&lease), "{lease} was given back and is shown");
                    assert!(self.shown.insert(lease, submission).is_none(), "a lease is used once");
                }
            }
            Effect::Emit { topic, detail } if topic.as_str() == "session" => {
                let detail: serde_json::Value = serde_json::from_str(&detail).expect("JSON");
                self.session = detail["sessionId"].as_str().expect("an id").to_owned();
            }
            _ => {}
        }
    }

    fn draw(&mut self, at: usize, view: &str) {
        let view: serde_json::Value = serde_json::from_str(view).expect("a view is JSON");
        let survey = view["survey"].as_str().expect("an id").to_owned();
        let surface = view["surface"].as_str().expect("a surface").to_owned();
        if view["content"].is_null() {
            return;
        }
        let tab = &mut self.tabs[at];
        if tab.drawn.iter().any(|it| it.0 == survey) {
            return;
        }
        if surface == "popover" {
            self.draws += 1;
            let is_asked = tab.asked_for.remove(&survey);
            let mut scene = &tab.scene;
            let at_any_time = Scene { loaded_ms: 0, busy: scene.busy.clone(), ..*scene };
            if view["isResumed"] == true {
                scene = &at_any_time;
            }
            assert_eq!(scene.forbids(self.now_ms, is_asked), None, "{survey} comes up");
            self.asked_draws += u32::from(is_asked && scene.forbids(self.now_ms, false).is_some());
            assert!(!tab.is_asking, "a survey beside a question");
            assert!(tab.drawn.iter().all(|it| it.1 == "inline"), "{survey} beside {:?}", tab.drawn);
            assert_eq!(self.place, Some(at), "{survey} without the place");
            assert!(
                !self.dismissed.contains(&(self.session.clone(), survey.clone())),
                "{survey} was dismissed in this session"
            );
            assert!(survey != "slow" || tab.page.path != "/pay", "{survey} where it is excluded");
        }
        tab.drawn.push((survey.clone(), surface));
        self.tell(at, Input::Surveyed { said: SurveySaid::Shown, value: "", survey: &survey });
    }
}

#[test]
fn a_thousand_traces_and_nothing_is_drawn_where_it_must_not_be() {
    let (mut draws, mut asked) = (0, 0);
    for seed in 0..1_000 {
        let mut world = World::new(seed, 1, seed % 2 == 0, false);
        world.play(150);
        draws += world.draws;
        asked += world.asked_draws;
    }
    assert!(draws > 1_000, "only {draws} surveys were drawn: the traces say little");
    assert!(asked > 100, "only {asked} came up at once because code asked: the traces say little");
}

#[test]
fn of_two_tabs_at_most_one_shows_a_survey() {
    let mut draws = 0;
    for seed in 0..300 {
        let mut world = World::new(seed, 2, false, true);
        world.play(150);
        let shown = world.granted.iter().filter(|it| world.shown.contains_key(*it)).count();
        assert!(shown <= 1, "{shown} surveys where the collector granted one at a time");
        draws += world.draws;
    }
    assert!(draws > 100, "only {draws} surveys were drawn: the traces say little");
}
