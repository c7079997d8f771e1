//! One page's client: composes the machines, and is the only one that knows them all.

mod prompting;

use crate::bucket::Bucket;
use crate::class::{DEAR, class_of};
use crate::consent::{Consent, Held, Waiting};
use crate::delivery::Delivery;
use crate::early::Early;
use crate::effect::{Effect, Level, Topic};
use crate::engagement::Engagement;
use crate::identity::Identity;
use crate::input::{Call, Input, Page, Verb};
use crate::json::Json;
use crate::limits;
use crate::losses::Loss;
use crate::message::{self, Moment, Said};
use crate::milestones::Milestones;
use crate::observation::Observation;
use crate::outbox::{Counters, Record};
use crate::page_view::PageView;
use crate::prompts::Prompts;
use crate::random::Random;
use crate::request::Request;
use crate::retry::{Retry, Verdict};
use crate::session::Session;
use crate::sighting::Sightings;
use crate::stored::{self, Known};
use crate::told::Told;
use crate::watcher::Watcher;
use domain::hesitation::Device;
use domain::{AccountId, Fact, Kind, Lookup, UserId, Watched, hash, reserved};

/// How rules look into JSON text; unreadable text is as good as `{}`.
pub type ReadJson = fn(&str) -> Box<dyn Lookup>;

/// What does not change while the page lives.
#[derive(Clone, Debug)]
pub struct Options {
    /// Until the vendor's code says otherwise.
    pub consent: Consent,
    /// The browser sends Global Privacy Control or Do Not Track: denied, unless the vendor's code says granted.
    pub privacy_signal: bool,
    /// Announce each page, and how long it was looked at, without being asked.
    pub automatic_pages: bool,
    /// A BCP 47 language tag.
    pub locale: String,
    pub device: Device,
    /// The visitor asks sites to save data.
    pub saves_data: bool,
}

impl Default for Options {
    fn default() -> Self {
        let consent = Consent::Granted;
        let device = Device::Desktop;
        let locale = String::from("en");
        Self { consent, privacy_signal: false, automatic_pages: true, locale, device, saves_data: false }
    }
}

/// The SDK's whole state.
#[derive(Debug)]
pub struct Client {
    options: Options,
    read_json: ReadJson,
    random: Random,
    /// Together with the sequence it shows the collector which messages never came.
    client_id: String,
    sequence: i64,
    /// The last message that said nothing was to be expected after it.
    end_sequence: i64,
    is_leaving: bool,
    bucket: Bucket,
    consent: Consent,
    /// The stored identity is read: from now on calls become messages.
    is_loaded: bool,
    waiting: Waiting,
    identity: Identity,
    session: Session,
    /// Sessions this browser has had, this one included.
    sessions: u32,
    /// The stored text is out of date since.
    is_changed: bool,
    stored_ms: i64,
    page_view: PageView,
    engagement: Engagement,
    sightings: Sightings,
    early: Early,
    milestones: Milestones,
    watcher: Watcher,
    /// What the detector kept from the last page, until it runs.
    memory: String,
    prompts: Prompts,
    /// The detector knows of a survey on screen.
    is_survey_told: bool,
    level: Level,
    config_retry: Retry,
    config_is_asked: bool,
    delivery: Delivery,
    wake_at_ms: Option<i64>,
}

impl Client {
    pub fn new(options: Options, seed: u128, read_json: ReadJson) -> Self {
        let mut random = Random::new(seed);
        let consent = if options.privacy_signal { Consent::Denied } else { options.consent };
        Self {
            client_id: random.uuid(0),
            sequence: 0,
            end_sequence: 0,
            is_leaving: false,
            bucket: Bucket::default(),
            consent,
            is_loaded: false,
            waiting: Waiting::default(),
            identity: Identity::new(0, &mut random),
            session: Session::new(0, &mut random),
            sessions: 1,
            is_changed: false,
            stored_ms: 0,
            page_view: PageView::default(),
            engagement: Engagement::default(),
            sightings: Sightings::default(),
            early: Early::default(),
            milestones: Milestones::default(),
            watcher: Watcher::new(options.device),
            memory: String::new(),
            prompts: Prompts::new(options.saves_data),
            is_survey_told: false,
            level: Level::Nothing,
            config_retry: Retry::default(),
            config_is_asked: false,
            delivery: Delivery::new(),
            wake_at_ms: None,
            options,
            read_json,
            random,
        }
    }

    pub fn counters(&self) -> Counters {
        self.delivery.outbox.counters
    }

    /// Takes one input and appends what is to be done, in order.
    ///
    /// `now_ms` is Unix time and never goes back.
    pub fn handle(&mut self, now_ms: i64, input: Input<'_>, effects: &mut Vec<Effect>) {
        match input {
            Input::Started { page, visible } => {
                self.identity = Identity::new(now_ms, &mut self.random);
                self.session = Session::new(now_ms, &mut self.random);
                self.engagement.set_visible(now_ms, visible);
                self.page_view.page = page;
                self.prompts.loaded(now_ms);
                self.begin_visit(now_ms, effects);
                match self.consent {
                    Consent::Granted => effects.push(Effect::Load),
                    Consent::Denied => effects.push(Effect::Remove),
                    Consent::Pending => {}
                }
                self.announce(now_ms, effects);
            }
            Input::Kept(text) => self.prompts.resume(text),
            Input::Stored(text) => self.load(now_ms, text, effects),
            Input::Configured(text) => self.configure(now_ms, text, effects),
            Input::Call(call) => {
                let state = call.is_step().then(|| hash(&call.subject, 0) as u32);
                self.call(now_ms, call, effects);
                if let Some(state) = state {
                    self.observe(now_ms, Observation::Progress { state }, effects);
                }
            }
            Input::Observed(observation) => self.observe(now_ms, observation, effects),
            Input::Prompt { said, text } => {
                let mut told = Told::default();
                self.prompts.observe(now_ms, &Observation::Prompt(said));
                self.watcher.prompt_said(now_ms, said, text, effects, &mut told);
                self.tell(now_ms, told, effects);
            }
            Input::Leased { id, answer } => self.leased(now_ms, id, answer, effects),
            Input::Surveyed { said, value, survey } => self.surveyed(now_ms, said, value, survey, effects),
            Input::Inspect => self.inspect(now_ms, effects),
            Input::Introduce => effects.push(Effect::Introduced(Request::end(Request::begin(&self.identity)))),
            Input::Context(context) => {
                if self.watcher.set_context(context) {
                    self.begin_visit(now_ms, effects);
                }
            }
            Input::Consent(consent) => self.decide(now_ms, allowed(consent, &self.options), effects),
            Input::Page(page) => self.at_page(now_ms, page, effects),
            Input::Restored(page) => {
                self.shown(now_ms);
                self.page_view.page = page;
                self.prompts.loaded(now_ms);
                self.begin_visit(now_ms, effects);
                self.announce(now_ms, effects);
            }
            Input::Visible(true) => self.shown(now_ms),
            Input::Visible(false) => {
                self.settle_page(now_ms, effects);
                self.explain(now_ms, effects);
                self.observe(now_ms, Observation::Shown(false), effects);
                let mut told = Told::default();
                self.watcher.flush(&mut told);
                self.is_changed |= self.watcher.is_on();
                self.tell(now_ms, told, effects);
                self.is_leaving = true;
                self.tell_losses(now_ms, effects);
                self.leave_page(now_ms, effects);
                self.engagement.set_visible(now_ms, false);
                self.is_changed |= self.session.seen_ms > self.stored_ms;
            }
            Input::Active => {
                self.engagement.active(now_ms);
                self.prompts.scene.active(now_ms);
                self.touch_session(now_ms, effects);
            }
            Input::Online(is_online) => {
                self.prompts.is_offline = !is_online;
                if is_online {
                    self.revive();
                }
            }
            Input::Clicked { selector } => {
                self.call(now_ms, element_call(reserved::ELEMENT_CLICKED, selector), effects);
            }
            Input::Sighted { selector, element, in_view } => {
                self.sightings.changed(now_ms, selector, element, in_view);
            }
            Input::Gathered { id, records, elsewhere, is_whole } => {
                if self.is_loaded {
                    self.delivery.gathered(now_ms, id, (records, elsewhere), is_whole);
                }
            }
            Input::Answered { batch_id, status, retry_after_ms, shed } => {
                let verdict = Verdict::of(status);
                if self.delivery.answered(now_ms, batch_id, verdict, (retry_after_ms, shed), &mut self.random) {
                    effects.push(warn("refused_by_collector"));
                }
            }
            Input::Woke => self.wake_at_ms = None,
        }
        self.settle(now_ms, effects);
        self.is_leaving = false;
    }

    // Consent and identity

    fn decide(&mut self, now_ms: i64, consent: Consent, effects: &mut Vec<Effect>) {
        if consent == self.consent {
            return;
        }
        self.consent = consent;
        match consent {
            Consent::Granted => effects.push(Effect::Load),
            Consent::Denied | Consent::Pending => {
                self.is_loaded = false;
                self.is_changed = false;
                self.delivery.leave_place(effects);
                self.config_is_asked = false;
                effects.push(Effect::Watch { clicks: Vec::new(), sightings: Vec::new() });
                self.prompts.stop(effects);
                self.is_survey_told = false;
                if self.watcher.is_on() {
                    self.watcher = Watcher::new(self.options.device);
                    effects.push(Effect::Retract);
                }
            }
        }
        if consent == Consent::Denied {
            self.waiting = Waiting::default();
            self.delivery.outbox.clear();
            self.sightings.forget();
            self.early = Early::default();
            self.milestones = Milestones::default();
            self.identity = Identity::new(now_ms, &mut self.random);
            self.session = Session::new(now_ms, &mut self.random);
            self.page_view.announced = false;
            effects.push(Effect::Remove);
        } else if !self.page_view.announced {
            self.announce(now_ms, effects);
        }
    }

    /// Takes over what the last page, or just now another tab, left behind.
    fn load(&mut self, now_ms: i64, text: Option<&str>, effects: &mut Vec<Effect>) {
        if self.consent != Consent::Granted {
            return;
        }
        if let Some(stored) = text.and_then(stored::read) {
            let token = self.identity.token.take().filter(|_| stored.identity.user_id == self.identity.user_id);
            self.identity = Identity { token, ..stored.identity };
            self.milestones.reached = stored.reached;
            self.sessions = stored.sessions;
            let traits = if self.is_loaded { None } else { Some(stored.traits) };
            self.prompts.recall(&stored.prompts, traits);
            if self.is_loaded {
                // Another tab may just have asked.
                self.introduce(now_ms, Some(&stored.memory), effects);
            } else {
                self.memory = stored.memory;
            }
            if stored.session.is_over(now_ms) {
                self.sessions += 1;
            } else {
                self.session = stored.session;
            }
            self.stored_ms = self.session.seen_ms;
        } else if self.is_loaded {
            // Another tab removed it; what this one knows goes back at the next change.
            return;
        }
        if self.is_loaded {
            return;
        }
        self.is_loaded = true;
        self.delivery.begin(now_ms);
        self.is_changed = true;
        effects.push(emit(Topic::Ready, &[("anonymousId", self.identity.anonymous_id.as_str())]));
        self.emit_session(effects);
        for held in self.waiting.take() {
            self.perform(held, effects);
        }
    }

    fn touch_session(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        if !self.is_loaded {
            return;
        }
        if self.session.is_over(now_ms) {
            self.session = Session::new(now_ms, &mut self.random);
            self.sessions += 1;
            self.is_changed = true;
            self.emit_session(effects);
        }
        self.session.seen_ms = self.session.seen_ms.max(now_ms);
        self.is_changed |= self.session.seen_ms - self.stored_ms >= limits::SESSION_STORE_MS;
    }

    #[inline(never)]
    fn emit_session(&self, effects: &mut Vec<Effect>) {
        effects.push(emit(Topic::Session, &[("sessionId", self.session.id.as_str())]));
    }

    // Calls

    fn call(&mut self, now_ms: i64, call: Call, effects: &mut Vec<Effect>) {
        self.settle_page(now_ms, effects);
        self.submit(now_ms, call, effects);
    }

    fn submit(&mut self, now_ms: i64, call: Call, effects: &mut Vec<Effect>) {
        if self.consent == Consent::Denied {
            return;
        }
        let held = Held { at_ms: now_ms, page: self.page_view.page.clone(), call };
        if self.is_loaded {
            self.perform(held, effects);
        } else if self.waiting.push(held) {
            effects.push(warn("queue_full"));
        }
    }

    /// Consent is granted and the identity known: the call takes effect and becomes a message.
    fn perform(&mut self, held: Held, effects: &mut Vec<Effect>) {
        let Held { at_ms, page, call } = held;
        let Call { verb, subject, mut body, mut extra } = call;
        let mut name = String::new();
        let kind = match verb {
            Verb::Track => {
                name = subject;
                Kind::Track
            }
            Verb::Milestone => {
                name.push_str(reserved::MILESTONE_REACHED);
                body = message::one(reserved::MILESTONE, &subject);
                Kind::Track
            }
            Verb::Page => {
                name = subject;
                body = message::page_properties(&page, &body, self.read_json);
                Kind::Page
            }
            Verb::Identify => {
                if extra.as_ref().is_some_and(|it| it.len() > limits::TOKEN_BYTES) {
                    effects.push(warn("token_too_long"));
                    extra = None;
                }
                if !subject.is_empty() {
                    self.is_changed = true;
                    if self.identity.identify(UserId::new(subject), extra, at_ms, &mut self.random) {
                        self.begin_as_somebody_else(at_ms, effects);
                    }
                }
                Kind::Identify
            }
            Verb::Group => {
                self.is_changed = true;
                name = subject.clone();
                self.identity.account_id = Some(AccountId::new(subject));
                Kind::Group
            }
            Verb::Alias => {
                self.is_changed = true;
                let known = self.identity.rename(UserId::new(subject));
                name = extra.unwrap_or(known);
                Kind::Alias
            }
            Verb::Reset => {
                self.identity = Identity::new(at_ms, &mut self.random);
                self.begin_as_somebody_else(at_ms, effects);
                return;
            }
            Verb::Ask => {
                self.is_changed |= self.prompts.ask(at_ms, &subject);
                return;
            }
        };
        // Looking away is no activity: it belongs to the session that was.
        if name.as_bytes() != reserved::PAGE_LEFT.as_bytes() {
            self.touch_session(at_ms, effects);
        }
        if kind == Kind::Track && name.is_empty() || name.len() > domain::limits::ID_BYTES {
            effects.push(warn("name_missing_or_too_long"));
            return;
        }
        let class = class_of(kind, &name);
        if class < DEAR && !self.bucket.take(at_ms) {
            self.delivery.outbox.losses.add(at_ms, Loss::Runaway, 1);
            return;
        }
        let is_end = self.is_leaving && name.as_bytes() == reserved::PAGE_LEFT.as_bytes();
        let said = Said { at_ms, page, kind, name, body };
        let key = self.random.uuid_in_order(at_ms, self.sequence as u64);
        let moment = Moment {
            message_id: &key,
            client_id: &self.client_id,
            session_id: self.session.id.as_str(),
            sequence: self.sequence + 1,
            locale: &self.options.locale,
            identity: &self.identity,
            is_end,
        };
        let text = message::write(&said, &moment);
        if text.len() > domain::limits::MESSAGE_BYTES {
            effects.push(warn("message_too_large"));
            return;
        }
        self.sequence += 1;
        if is_end {
            self.end_sequence = self.sequence;
        }
        let record = Record { key, class, text, token: self.identity.token.clone() };
        effects.push(Effect::Persist(record.clone()));
        if self.delivery.outbox.push(at_ms, record) {
            effects.push(warn("queue_full"));
        }
        if let Some(said) = self.early.keep(said) {
            self.hold_against_rules(said, effects);
        }
    }

    /// Whatever the vendor defined looks at each message once.
    fn hold_against_rules(&mut self, said: Said, effects: &mut Vec<Effect>) {
        if self.milestones.is_empty() && self.prompts.is_empty() {
            return;
        }
        let properties = (self.read_json)(&said.body);
        let fact = Fact {
            at_ms: said.at_ms,
            kind: said.kind,
            name: &said.name,
            url: if said.kind == Kind::Page { &said.page.url } else { "" },
            from_server: false,
            properties: &*properties,
        };
        let reached = self.milestones.observe(&fact);
        self.is_changed |= self.prompts.said(&said, &fact) || !reached.is_empty();
        for it in reached {
            self.prompts.reached(said.at_ms, (&it.journey, &it.milestone));
            let state = hash(&it.detail, 0) as u32;
            self.observe(said.at_ms, Observation::Progress { state }, effects);
            effects.push(Effect::Emit { topic: Topic::Milestone, detail: it.detail });
        }
    }

    fn begin_as_somebody_else(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        self.session = Session::new(now_ms, &mut self.random);
        self.sessions = 1;
        self.early.forget();
        self.milestones.forget();
        self.prompts.forget(effects);
        self.is_changed = true;
        self.emit_session(effects);
    }

    // Pages and time on them

    fn at_page(&mut self, now_ms: i64, page: Page, effects: &mut Vec<Effect>) {
        if self.page_view.is_at(&page) {
            self.page_view.update(page);
            if self.page_view.settles_ms.is_some_and(|it| it <= now_ms) {
                self.settle_page(now_ms, effects);
            }
        } else {
            self.settle_page(now_ms, effects);
            self.explain(now_ms, effects);
            let mut told = Told::default();
            let template = self.template(&page);
            self.watcher.at_page(now_ms, &template, effects, &mut told);
            self.leave_page(now_ms, effects);
            self.prompts.at_page(now_ms, page.route(), template);
            self.page_view.go(now_ms, page);
            self.tell(now_ms, told, effects);
            if !self.engagement.is_visible() {
                self.settle_page(now_ms, effects);
            }
        }
    }

    /// A route that is still settling is announced as it is now.
    #[inline(never)]
    fn settle_page(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        if self.page_view.settles_ms.take().is_some() {
            self.announce(now_ms, effects);
        }
    }

    fn announce(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        if self.options.automatic_pages && self.consent != Consent::Denied {
            self.page_view.announced = true;
            self.submit(now_ms, Call::page(None, ""), effects);
        }
    }

    #[inline(never)]
    fn leave_page(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let spent = self.engagement.take(now_ms);
        let mut json = Json::object();
        json.number("visibleMs", spent.visible_ms).number("activeMs", spent.active_ms);
        let is_measured = self.watcher.write_visit(&mut json);
        let is_news = spent.visible_ms > 0 || self.is_leaving && self.sequence > self.end_sequence;
        if is_measured || self.page_view.announced && is_news {
            self.submit(now_ms, Call::track(reserved::PAGE_LEFT, json.end()), effects);
        }
    }

    /// What had to be let go is a message as well.
    #[inline(never)]
    fn tell_losses(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        // First all of them: in a full queue each one told would lose another.
        let mut calls = Vec::new();
        while let Some((loss, count)) = self.delivery.outbox.losses.take(now_ms, self.is_leaving) {
            let mut json = Json::object();
            json.number("count", count).text("reason", loss.as_str());
            calls.push(Call::track(reserved::MESSAGES_DROPPED, json.end()));
        }
        for call in calls {
            self.submit(now_ms, call, effects);
        }
    }

    /// Whether the page has the focus, too, the edge says by itself.
    fn shown(&mut self, now_ms: i64) {
        self.engagement.set_visible(now_ms, true);
        self.sightings.shown(now_ms);
        self.revive();
    }

    fn revive(&mut self) {
        self.delivery.retry.revive();
        self.config_retry.revive();
    }

    // Definitions

    fn configure(&mut self, now_ms: i64, text: Option<&str>, effects: &mut Vec<Effect>) {
        if !self.is_loaded {
            return;
        }
        let Some(text) = text else {
            self.config_is_asked = false;
            self.config_retry.failed(now_ms, true, None, &mut self.random);
            return;
        };
        #[cfg(feature = "hesitation")]
        let read = domain::compact::read(text);
        #[cfg(not(feature = "hesitation"))]
        let read = domain::compact::read_without_hesitation(text);
        let Some(mut config) = read else {
            effects.push(warn("config_unreadable"));
            return;
        };
        let mut clicks = Vec::new();
        let mut sightings = Vec::new();
        for watched in config.definitions.watched() {
            match watched {
                Watched::Clicks(selector) => clicks.push(selector.into()),
                Watched::Sightings(selector) => sightings.push(selector.into()),
            }
        }
        effects.push(Effect::Watch { clicks, sightings });
        self.prompts.configure(&mut config, effects);
        self.milestones.configure(config.definitions);
        for said in self.early.end() {
            self.hold_against_rules(said, effects);
        }
        if config.hesitation.is_some() {
            self.watcher.configure(now_ms, config.hesitation);
            let memory = std::mem::take(&mut self.memory);
            self.introduce(now_ms, Some(&memory), effects);
            self.begin_visit(now_ms, effects);
            self.observe(now_ms, Observation::Shown(self.engagement.is_visible()), effects);
        }
    }

    /// What need not be kept any more.
    fn forget(&mut self, effects: &mut Vec<Effect>) {
        let forgotten = std::mem::take(&mut self.delivery.outbox.forgotten);
        if !forgotten.is_empty() {
            effects.push(Effect::Forget(forgotten));
        }
    }

    // What is due, and when the next thing will be

    fn settle(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let is_visible = self.engagement.is_visible();
        if self.watcher.is_on() {
            if self.introduce(now_ms, None, effects) {
                // Somebody else, or another session: what is seen from here on belongs to a visit of theirs.
                self.begin_visit(now_ms, effects);
                self.observe(now_ms, Observation::Shown(is_visible), effects);
            }
            if is_visible && self.watcher.tick_at_ms().is_some_and(|it| it <= now_ms) {
                self.observe(now_ms, Observation::Tick, effects);
            }
        }
        if self.page_view.settles_ms.is_some_and(|it| it <= now_ms) {
            effects.push(Effect::DescribePage);
        }
        while let Some(selector) = if is_visible { self.sightings.take_due(now_ms) } else { None } {
            self.call(now_ms, element_call(reserved::ELEMENT_SEEN, &selector), effects);
        }
        let config_at_ms = self.config_at_ms();
        if config_at_ms.is_some_and(|it| it <= now_ms) {
            self.config_is_asked = true;
            effects.push(Effect::FetchConfig);
        }
        self.settle_prompts(now_ms, effects);
        if self.is_loaded {
            if !self.is_leaving {
                self.tell_losses(now_ms, effects);
            }
            // Whoever has the sending place next must not find what was delivered.
            self.forget(effects);
            self.delivery.flush(now_ms, self.is_leaving, is_visible, effects);
        }
        self.forget(effects);
        if self.is_changed && self.is_loaded {
            self.is_changed = false;
            self.stored_ms = self.session.seen_ms;
            let memory = if self.watcher.is_on() { self.watcher.memory() } else { self.memory.clone() };
            effects.push(Effect::Store(stored::write(&Known {
                identity: &self.identity,
                session: &self.session,
                memory: &memory,
                sessions: self.sessions,
                prompts: &self.prompts.memory(),
                traits: &self.prompts.traits,
                reached: &self.milestones.reached,
            })));
        }
        let wake_at_ms = if is_visible { self.next_ms(now_ms) } else { None };
        if wake_at_ms != self.wake_at_ms {
            self.wake_at_ms = wake_at_ms;
            effects.push(Effect::WakeAt(wake_at_ms));
        }
    }

    /// When something is due next, of a page that is visible.
    fn next_ms(&mut self, now_ms: i64) -> Option<i64> {
        let mut next_ms = self.page_view.settles_ms.filter(|it| *it > now_ms);
        let flush_ms = if self.is_loaded { self.delivery.flush_at_ms(now_ms, false, true) } else { None };
        for it in [
            self.watcher.tick_at_ms(),
            self.sightings.next_due_ms(),
            self.config_at_ms(),
            flush_ms,
            self.prompts_at_ms(now_ms),
        ] {
            next_ms = earlier(next_ms, it);
        }
        next_ms
    }

    fn config_at_ms(&self) -> Option<i64> {
        let is_wanted = self.is_loaded && !self.config_is_asked && self.config_retry.failures < limits::CONFIG_TRIES;
        if is_wanted { self.config_retry.next_ms(false) } else { None }
    }
}

/// A privacy signal is a no that only the page's own question can turn into a yes.
fn allowed(consent: Consent, options: &Options) -> Consent {
    if options.privacy_signal && consent != Consent::Granted { Consent::Denied } else { consent }
}

fn earlier(first_ms: Option<i64>, second_ms: Option<i64>) -> Option<i64> {
    match (first_ms, second_ms) {
        (Some(first_ms), Some(second_ms)) => Some(first_ms.min(second_ms)),
        (only_ms, None) | (None, only_ms) => only_ms,
    }
}

fn element_call(event: &str, selector: &str) -> Call {
    Call::track(event, message::one(reserved::SELECTOR, selector))
}

fn emit(topic: Topic, parts: &[(&str, &str)]) -> Effect {
    let mut json = Json::object();
    for (key, value) in parts {
        json.text(key, value);
    }
    Effect::Emit { topic, detail: json.end() }
}

fn warn(code: &str) -> Effect {
    emit(Topic::Warning, &[("code", code)])
}
