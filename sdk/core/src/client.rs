//! One page's client: composes the machines, and is the only one that knows them all.

use crate::consent::{Consent, Held, Waiting};
use crate::effect::{Effect, Topic};
use crate::engagement::Engagement;
use crate::hesitation::Observation;
use crate::identity::Identity;
use crate::input::{Call, Input, Page, Verb};
use crate::json::Json;
use crate::limits;
use crate::message::{self, Moment, Said};
use crate::milestones::Milestones;
use crate::outbox::{Counters, Outbox};
use crate::page_view::PageView;
use crate::random::Random;
use crate::retry::{Retry, Verdict};
use crate::session::Session;
use crate::sighting::Sightings;
use crate::stored;
use crate::watcher::{Told, Watcher};
use domain::hesitation::Device;
use domain::{AccountId, Kind, Lookup, UserId, Watched, hash, reserved};

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
}

impl Default for Options {
    fn default() -> Self {
        let consent = Consent::Granted;
        let device = Device::Desktop;
        Self { consent, privacy_signal: false, automatic_pages: true, locale: String::from("en"), device }
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
    consent: Consent,
    /// The stored identity is read: from now on calls become messages.
    is_loaded: bool,
    waiting: Waiting,
    identity: Identity,
    session: Session,
    /// The stored text is out of date since.
    is_changed: bool,
    stored_ms: i64,
    page_view: PageView,
    engagement: Engagement,
    sightings: Sightings,
    milestones: Milestones,
    watcher: Watcher,
    /// What the detector kept from the last page, until it runs.
    memory: String,
    config_retry: Retry,
    config_is_asked: bool,
    outbox: Outbox,
    retry: Retry,
    has_sent: bool,
    wake_at_ms: Option<i64>,
}

impl Client {
    pub fn new(options: Options, seed: u128, read_json: ReadJson) -> Self {
        let mut random = Random::new(seed);
        let consent = if options.privacy_signal { Consent::Denied } else { options.consent };
        Self {
            client_id: random.uuid(0),
            sequence: 0,
            consent,
            is_loaded: false,
            waiting: Waiting::default(),
            identity: Identity::new(0, &mut random),
            session: Session::new(0, &mut random),
            is_changed: false,
            stored_ms: 0,
            page_view: PageView::default(),
            engagement: Engagement::default(),
            sightings: Sightings::default(),
            milestones: Milestones::new(read_json),
            watcher: Watcher::new(options.device),
            memory: String::new(),
            config_retry: Retry::default(),
            config_is_asked: false,
            outbox: Outbox::new(),
            retry: Retry::default(),
            has_sent: false,
            wake_at_ms: None,
            options,
            read_json,
            random,
        }
    }

    pub fn counters(&self) -> Counters {
        self.outbox.counters
    }

    /// Takes one input and appends what is to be done, in order.
    ///
    /// `now_ms` is Unix time and never goes back.
    pub fn handle(&mut self, now_ms: i64, input: Input<'_>, effects: &mut Vec<Effect>) {
        let mut leaving = false;
        match input {
            Input::Started { page, visible } => {
                self.identity = Identity::new(now_ms, &mut self.random);
                self.session = Session::new(now_ms, &mut self.random);
                self.engagement.set_visible(now_ms, visible);
                self.page_view.page = page;
                match self.consent {
                    Consent::Granted => effects.push(Effect::Load),
                    Consent::Denied => effects.push(Effect::Remove),
                    Consent::Pending => {}
                }
                self.announce(now_ms, effects);
            }
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
                self.watcher.prompt_said(now_ms, said, text, effects, &mut told);
                self.tell(now_ms, told, effects);
            }
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
                self.begin_visit(now_ms, effects);
                self.announce(now_ms, effects);
            }
            Input::Visible(true) => self.shown(now_ms),
            Input::Visible(false) => {
                self.settle_page(now_ms, effects);
                self.observe(now_ms, Observation::Shown(false), effects);
                self.leave_page(now_ms, effects);
                let mut told = Told::default();
                self.watcher.flush(&mut told);
                self.is_changed |= self.watcher.is_on();
                self.tell(now_ms, told, effects);
                self.engagement.set_visible(now_ms, false);
                self.is_changed |= self.session.seen_ms > self.stored_ms;
                leaving = true;
            }
            Input::Active => {
                self.engagement.active(now_ms);
                self.touch_session(now_ms, effects);
            }
            Input::Online => self.revive(),
            Input::Clicked { selector } => {
                self.call(now_ms, element_call(reserved::ELEMENT_CLICKED, selector), effects);
            }
            Input::Sighted { selector, element, in_view } => {
                self.sightings.changed(now_ms, selector, element, in_view);
            }
            Input::Answered { batch_id, status, retry_after_ms } => {
                self.answered(now_ms, batch_id, Verdict::of(status), retry_after_ms, effects);
            }
            Input::Woke => self.wake_at_ms = None,
        }
        self.settle(now_ms, leaving, effects);
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
                self.config_is_asked = false;
                effects.push(Effect::Watch { clicks: Vec::new(), sightings: Vec::new() });
                if self.watcher.is_on() {
                    self.watcher = Watcher::new(self.options.device);
                    effects.push(Effect::Observe(false));
                    effects.push(Effect::Retract);
                }
            }
        }
        if consent == Consent::Denied {
            self.waiting = Waiting::default();
            self.outbox.clear();
            self.sightings.forget();
            self.milestones = Milestones::new(self.read_json);
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
            if self.is_loaded {
                // Another tab may just have asked.
                self.introduce(now_ms, Some(&stored.memory), effects);
            } else {
                self.memory = stored.memory;
            }
            if !stored.session.is_over(now_ms) {
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
        };
        // Looking away is no activity: it belongs to the session that was.
        if name.as_bytes() != reserved::PAGE_LEFT.as_bytes() {
            self.touch_session(at_ms, effects);
        }
        if kind == Kind::Track && name.is_empty() || name.len() > domain::limits::ID_BYTES {
            effects.push(warn("name_missing_or_too_long"));
            return;
        }
        let said = Said { at_ms, page, kind, name, body };
        let moment = Moment {
            message_id: &self.random.uuid(at_ms),
            client_id: &self.client_id,
            session_id: self.session.id.as_str(),
            sequence: self.sequence + 1,
            locale: &self.options.locale,
            identity: &self.identity,
        };
        let text = message::write(&said, &moment);
        if text.len() > domain::limits::MESSAGE_BYTES {
            effects.push(warn("message_too_large"));
            return;
        }
        self.sequence += 1;
        effects.push(Effect::Emit { topic: Topic::Message, detail: text.clone() });
        if self.outbox.push(at_ms, text, self.identity.token.clone()) {
            effects.push(warn("queue_full"));
        }
        let reached = self.milestones.observe(said);
        self.emit_reached(at_ms, reached, effects);
    }

    fn begin_as_somebody_else(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        self.session = Session::new(now_ms, &mut self.random);
        self.milestones.forget();
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
            let mut told = Told::default();
            self.watcher.at_page(now_ms, &page, effects, &mut told);
            self.leave_page(now_ms, effects);
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
        if is_measured || self.page_view.announced && spent.visible_ms > 0 {
            self.submit(now_ms, Call::track(reserved::PAGE_LEFT, json.end()), effects);
        }
    }

    /// Whether the page has the focus, too, the edge says by itself.
    fn shown(&mut self, now_ms: i64) {
        self.engagement.set_visible(now_ms, true);
        self.sightings.shown(now_ms);
        self.revive();
    }

    fn revive(&mut self) {
        self.retry.revive();
        self.config_retry.revive();
    }

    // Hesitation

    #[inline(never)]
    fn observe(&mut self, now_ms: i64, observation: Observation<'_>, effects: &mut Vec<Effect>) {
        let mut told = Told::default();
        self.watcher.observe(now_ms, observation, effects, &mut told);
        self.tell(now_ms, told, effects);
    }

    /// The same page under a new name, or at a new time.
    #[inline(never)]
    fn begin_visit(&mut self, now_ms: i64, effects: &mut Vec<Effect>) {
        let mut told = Told::default();
        self.watcher.at_page(now_ms, &self.page_view.page, effects, &mut told);
        self.tell(now_ms, told, effects);
    }

    #[inline(never)]
    fn introduce(&mut self, now_ms: i64, memory: Option<&str>, effects: &mut Vec<Effect>) -> bool {
        let identity = &self.identity;
        let user = identity.user_id.as_ref().map_or(identity.anonymous_id.as_str(), UserId::as_str);
        let mut told = Told::default();
        let is_news = self.watcher.introduce(now_ms, user, self.session.id.as_str(), memory, effects, &mut told);
        self.tell(now_ms, told, effects);
        is_news
    }

    #[inline(never)]
    fn tell(&mut self, now_ms: i64, told: Told, effects: &mut Vec<Effect>) {
        self.is_changed |= told.is_changed;
        for call in told.calls {
            self.submit(now_ms, call, effects);
        }
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
        let Some(domain::Config { definitions, hesitation, .. }) = domain::compact::read(text) else {
            effects.push(warn("config_unreadable"));
            return;
        };
        let mut clicks = Vec::new();
        let mut sightings = Vec::new();
        for watched in definitions.watched() {
            match watched {
                Watched::Clicks(selector) => clicks.push(selector.into()),
                Watched::Sightings(selector) => sightings.push(selector.into()),
            }
        }
        effects.push(Effect::Watch { clicks, sightings });
        let reached = self.milestones.configure(definitions);
        self.emit_reached(now_ms, reached, effects);
        if hesitation.is_some() {
            self.watcher.configure(now_ms, hesitation);
            let memory = std::mem::take(&mut self.memory);
            self.introduce(now_ms, Some(&memory), effects);
            self.begin_visit(now_ms, effects);
            self.observe(now_ms, Observation::Shown(self.engagement.is_visible()), effects);
            effects.push(Effect::Observe(true));
        }
    }

    fn emit_reached(&mut self, now_ms: i64, reached: Vec<String>, effects: &mut Vec<Effect>) {
        self.is_changed |= !reached.is_empty();
        for detail in reached {
            let state = hash(&detail, 0) as u32;
            self.observe(now_ms, Observation::Progress { state }, effects);
            effects.push(Effect::Emit { topic: Topic::Milestone, detail });
        }
    }

    // Delivery

    fn answered(
        &mut self,
        now_ms: i64,
        batch_id: u32,
        verdict: Verdict,
        retry_after_ms: Option<u64>,
        effects: &mut Vec<Effect>,
    ) {
        match verdict {
            Verdict::Done => {
                self.outbox.delivered(batch_id);
                self.retry.succeeded();
            }
            Verdict::TooLarge => self.outbox.split(batch_id),
            Verdict::Refused => {
                self.outbox.refused(batch_id);
                effects.push(warn("refused_by_collector"));
            }
            Verdict::TryAgain | Verdict::Unanswered => {
                self.outbox.release(batch_id);
                let answered = verdict == Verdict::TryAgain;
                self.retry.failed(now_ms, answered, retry_after_ms, &mut self.random);
            }
        }
    }

    /// When the next request is due, as far as the queue and the collector allow.
    fn flush_at_ms(&self, now_ms: i64, leaving: bool) -> Option<i64> {
        let load = self.outbox.load();
        if load.waiting == 0 || !self.is_loaded || (load.in_flight && !leaving) {
            return None;
        }
        let is_due = leaving
            // A hidden page sets no timers.
            || !self.engagement.is_visible()
            || load.waiting >= limits::FLUSH_MESSAGES
            || load.waiting_bytes >= limits::FLUSH_BYTES;
        let wait_ms = if self.has_sent { limits::FLUSH_MS } else { limits::FIRST_FLUSH_MS };
        let due_ms = if is_due { now_ms } else { load.oldest_ms + wait_ms };
        Some(due_ms.max(self.retry.next_ms(leaving)?))
    }

    // What is due, and when the next thing will be

    fn settle(&mut self, now_ms: i64, leaving: bool, effects: &mut Vec<Effect>) {
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
        while self.flush_at_ms(now_ms, leaving).is_some_and(|it| it <= now_ms) {
            let Some(batch) = self.outbox.take(leaving) else { break };
            self.has_sent = true;
            effects.push(Effect::Send(batch));
        }
        if self.is_changed && self.is_loaded {
            self.is_changed = false;
            self.stored_ms = self.session.seen_ms;
            let memory = if self.watcher.is_on() { self.watcher.memory() } else { self.memory.clone() };
            let reached = &self.milestones.reached;
            effects.push(Effect::Store(stored::write(&self.identity, &self.session, &memory, reached)));
        }
        let wake_at_ms = if is_visible {
            let page_ms = self.page_view.settles_ms.filter(|it| *it > now_ms);
            let page_ms = earlier(page_ms, self.watcher.tick_at_ms());
            let page_ms = earlier(page_ms, self.sightings.next_due_ms());
            earlier(earlier(page_ms, self.config_at_ms()), self.flush_at_ms(now_ms, false))
        } else {
            None
        };
        if wake_at_ms != self.wake_at_ms {
            self.wake_at_ms = wake_at_ms;
            effects.push(Effect::WakeAt(wake_at_ms));
        }
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
