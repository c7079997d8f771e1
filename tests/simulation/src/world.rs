//! One list of happenings; time jumps from each to the next.
//!
//! Decides nothing: people do what the script says, requests end as the network says, clients do
//! what clients do. Then everything is counted.

mod checks;

use crate::agenda::Agenda;
use crate::collector::Collector;
use crate::device::{Device, Wish, text};
use crate::dice::{Dice, Hash};
use crate::ledger::{Ledger, Sent};
use crate::network::{Delivery, Fate, Fault, Network};
use crate::project::START_MS;
use crate::report::Report;
use crate::script::{Act, Script, Step};
use crate::stranger::{self, Letter};
use crate::truth::Deed;
use domain::{AccountId, UserId};
use sdk_core::{Batch, Call, Consent, Input, Page, limits};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// In how many of a hundred exchanges the collector's storage is busy.
const BUSY_PERCENT: u64 = 4;

/// How far apart a page visit and its message may lie: the client waits for the route to settle.
const SETTLE_MS: i64 = limits::ROUTE_SETTLE_MS;

enum Happening {
    Act(Box<Step>),
    Wake { device: usize, tab: usize, number: u64 },
    Arrives(Rc<Request>, Delivery),
    Answered { device: usize, tab: usize, batch_id: u32, status: u16, retry_after_ms: Option<u64>, shed: String },
    Configured { device: usize, tab: usize, text: Option<Rc<str>> },
    Posted(Rc<Letter>),
}

/// A request on its way.
struct Request {
    device: usize,
    tab: usize,
    batch_id: u32,
    sent_ms: i64,
    body: String,
    sent: Vec<Sent>,
}

struct World {
    now_ms: i64,
    /// (time, order of planning) → happening.
    agenda: Agenda<Happening>,
    devices: Vec<Device>,
    network: Network,
    dice: Dice,
    collector: Collector,
    ledger: Ledger,
    transcript: Hash,
    deeds: Vec<(String, Deed)>,
    /// Number of an act → when it was done, and whether the client had to hold it.
    done: BTreeMap<i64, (i64, bool)>,
    /// Acts whose message has to come: (device, tab) → numbers.
    owed: BTreeMap<(usize, usize), BTreeSet<i64>>,
    /// When a sighting is due.
    looks: BTreeMap<(usize, usize), VecDeque<i64>>,
    /// Device → when it last did something, and in which session.
    sessions: BTreeMap<usize, (i64, String)>,
    sent_before: BTreeSet<String>,
    next_number: i64,
    requests: u64,
    retries: u64,
    faults: [u64; Fault::ALL.len()],
    seeds: Dice,
}

pub(crate) async fn run(seed: u64, devices: usize) -> Report {
    let script = Script::write(seed, devices);
    let mut world = World {
        now_ms: START_MS,
        agenda: Agenda::new(),
        devices: script.makes.iter().cloned().map(Device::new).collect(),
        network: Network::new(Dice::of(seed, "network")),
        dice: Dice::of(seed, "world"),
        collector: Collector::start().await,
        ledger: Ledger::default(),
        transcript: Hash::default(),
        deeds: Vec::new(),
        done: BTreeMap::new(),
        owed: BTreeMap::new(),
        looks: BTreeMap::new(),
        sessions: BTreeMap::new(),
        sent_before: BTreeSet::new(),
        next_number: 0,
        requests: 0,
        retries: 0,
        faults: [0; Fault::ALL.len()],
        seeds: Dice::of(seed, "clients"),
    };
    world.plan_script(&script);
    world.play().await;
    world.network.heal();
    for device in 0..world.devices.len() {
        world.calm(device);
    }
    world.play().await;
    let mut report = world.check(seed, script.people).await;
    report.devices = devices;
    report
}

impl World {
    fn plan(&mut self, after_ms: i64, happening: Happening) {
        self.plan_at(self.now_ms + after_ms, happening);
    }

    fn plan_at(&mut self, at_ms: i64, happening: Happening) {
        self.agenda.plan(at_ms, happening);
    }

    fn plan_script(&mut self, script: &Script) {
        let end_ms = script.steps.last().map_or(START_MS, |it| it.at_ms);
        for step in &script.steps {
            self.plan_at(step.at_ms, Happening::Act(Box::new(step.clone())));
        }
        for (number, (at_ms, user)) in script.payments.iter().enumerate() {
            let at = jiff::Timestamp::from_millisecond(*at_ms).expect("a time within the years of the simulation");
            let letter = stranger::paid(number, user, &at.to_string());
            let message: Value = serde_json::from_str(&letter.body).expect("our own JSON");
            let deed = Deed { done_ms: *at_ms, way_ms: 0, message, from_server: true };
            self.deeds.push((format!("paid-{number}"), deed));
            self.plan_at(*at_ms, Happening::Posted(Rc::new(letter)));
        }
        for number in 0..(script.makes.len() / 4).max(10) {
            let at_ms = self.dice.between(START_MS, end_ms);
            let letter = if number % 5 == 0 {
                stranger::unreadable(&mut self.dice)
            } else {
                stranger::mixed(&mut self.dice, number)
            };
            let letter = Rc::new(letter);
            self.plan_at(at_ms, Happening::Posted(Rc::clone(&letter)));
            if self.dice.percent(30) {
                let later_ms = self.dice.between(1, 90_000);
                self.plan_at(at_ms + later_ms, Happening::Posted(letter));
            }
        }
    }

    /// Until nothing is left to happen.
    async fn play(&mut self) {
        while let Some((at_ms, happening)) = self.agenda.next() {
            assert!(at_ms >= self.now_ms, "time goes forth");
            self.now_ms = at_ms;
            match happening {
                Happening::Act(step) => self.act(&step),
                Happening::Wake { device, tab, number } => {
                    if self.devices[device].is_due(tab, number) {
                        self.tell(device, tab, Input::Woke);
                    }
                }
                Happening::Arrives(request, delivery) => self.arrives(&request, delivery).await,
                Happening::Answered { device, tab, batch_id, status, retry_after_ms, shed } => {
                    if self.devices[device].tabs[tab].open {
                        self.tell(device, tab, Input::Answered { batch_id, status, retry_after_ms, shed: &shed });
                    }
                }
                Happening::Configured { device, tab, text } => {
                    let text = match text {
                        Some(_) => Some(self.collector.config().await),
                        None => None,
                    };
                    if self.devices[device].tabs[tab].open {
                        self.tell(device, tab, Input::Configured(text.as_deref()));
                    }
                }
                Happening::Posted(letter) => self.posted(letter).await,
            }
        }
    }

    /// The network is good again, everyone looks at what they left open, and who closed everything comes once more.
    fn calm(&mut self, device: usize) {
        self.devices[device].online = true;
        if self.devices[device].front().is_none() && !self.devices[device].store.is_empty() {
            self.act(&Step { at_ms: self.now_ms, device, act: Act::Open("/") });
        }
        for tab in 0..self.devices[device].tabs.len() {
            if self.devices[device].tabs[tab].open {
                self.devices[device].tabs[tab].visible = true;
                self.tell(device, tab, Input::Online(true));
                self.tell(device, tab, Input::Visible(true));
            }
        }
    }

    // People

    fn act(&mut self, step: &Step) {
        let at = step.device;
        self.next_number += 1;
        let number = self.next_number;
        match &step.act {
            Act::GoOffline => self.devices[at].online = false,
            Act::GoOnline => {
                self.devices[at].online = true;
                for tab in 0..self.devices[at].tabs.len() {
                    if self.devices[at].tabs[tab].open {
                        self.tell(at, tab, Input::Online(true));
                    }
                }
            }
            Act::SetClock(by_ms) => {
                let device = &mut self.devices[at];
                // Not before 1990: clocks of phones begin later than that.
                device.ahead_ms = (device.ahead_ms + by_ms).max(631_152_000_000 - START_MS);
            }
            Act::Open(path) => {
                if let Some(before) = self.devices[at].front().filter(|it| self.devices[at].tabs[*it].visible) {
                    self.devices[at].tabs[before].visible = false;
                    self.tell(at, before, Input::Visible(false));
                }
                let seed = u128::from(self.seeds.next()) << 64 | u128::from(self.seeds.next());
                let tab = self.devices[at].open(seed);
                let page = page(path, number);
                self.devices[at].tabs[tab].page = page.clone();
                self.owe(at, tab, number, 0);
                self.tell(at, tab, Input::Started { page, visible: true });
            }
            act => {
                let Some(tab) = self.devices[at].front() else { return };
                self.act_on(at, tab, number, act);
            }
        }
    }

    fn act_on(&mut self, at: usize, tab: usize, number: i64, act: &Act) {
        match act {
            Act::Go(path) => {
                let page = page(path, number);
                let here = &mut self.devices[at].tabs[tab];
                here.page = page.clone();
                let settles_ms = if here.visible { SETTLE_MS } else { 0 };
                self.owe(at, tab, number, settles_ms);
                self.tell(at, tab, Input::Page(page));
            }
            Act::Restore(path) => {
                let page = page(path, number);
                let here = &mut self.devices[at].tabs[tab];
                here.page = page.clone();
                here.visible = true;
                self.owe(at, tab, number, 0);
                self.tell(at, tab, Input::Restored(page));
            }
            Act::Track { event, total } => {
                let properties = match total {
                    Some(total) => json!({ "n": number, "total": total }),
                    None => json!({ "n": number }),
                };
                self.call(at, tab, number, Call::track(*event, properties.to_string()));
            }
            Act::Identify { user, plan } => {
                let device = &mut self.devices[at];
                if device.tabs[tab].consent != Consent::Granted {
                    return;
                }
                if device.who.as_ref().is_some_and(|it| it != user) {
                    device.sitting += 1;
                    device.account = None;
                }
                device.who = Some(user.clone());
                let traits = match plan {
                    Some(plan) => json!({ "n": number, "plan": plan }),
                    None => json!({ "n": number }),
                };
                self.call(at, tab, number, Call::identify(Some(UserId::new(user)), traits.to_string()));
            }
            Act::Group(account) => {
                if self.devices[at].tabs[tab].consent == Consent::Granted {
                    self.devices[at].account = Some(account.clone());
                }
                self.call(at, tab, number, Call::group(AccountId::new(account), json!({ "n": number }).to_string()));
            }
            Act::Alias(user) => {
                if self.devices[at].tabs[tab].consent != Consent::Granted {
                    return;
                }
                self.devices[at].who = Some(user.clone());
                let before = self.devices[at].tabs[tab].made();
                self.tell(at, tab, Input::Call(Call::alias(UserId::new(user), None)));
                assert_eq!(self.devices[at].tabs[tab].made(), before + 1, "an alias becomes a message at once");
            }
            Act::Reset => {
                let device = &mut self.devices[at];
                if device.tabs[tab].consent == Consent::Granted {
                    device.sitting += 1;
                    device.who = None;
                    device.account = None;
                }
                self.tell(at, tab, Input::Call(Call::reset()));
            }
            Act::Decide(consent) => self.decide(at, tab, *consent),
            Act::Click(selector) => {
                let here = &self.devices[at].tabs[tab];
                if here.clicks.iter().any(|it| it == selector) {
                    let before = here.made();
                    let granted = here.consent == Consent::Granted;
                    self.tell(at, tab, Input::Clicked { selector });
                    let after = self.devices[at].tabs[tab].made();
                    assert_eq!(after - before, usize::from(granted), "a watched click becomes a message at once");
                }
            }
            Act::Look(selector) => {
                let here = &self.devices[at].tabs[tab];
                if here.visible && here.sightings.iter().any(|it| it == selector) {
                    self.looks.entry((at, tab)).or_default().push_back(self.now_ms + limits::SIGHTING_MS);
                    self.tell(at, tab, Input::Sighted { selector, element: 1, in_view: true });
                }
            }
            Act::LookAway(selector) => self.tell(at, tab, Input::Sighted { selector, element: 1, in_view: false }),
            Act::Move => {
                if let Some((seen_ms, _)) = self.sessions.get_mut(&at) {
                    *seen_ms = self.now_ms;
                }
                self.tell(at, tab, Input::Active);
            }
            Act::Hide | Act::Freeze => {
                self.devices[at].tabs[tab].visible = false;
                self.tell(at, tab, Input::Visible(false));
            }
            Act::Show => {
                self.devices[at].tabs[tab].visible = true;
                self.tell(at, tab, Input::Visible(true));
            }
            Act::Close => {
                self.tell(at, tab, Input::Visible(false));
                let here = &mut self.devices[at].tabs[tab];
                here.open = false;
                if here.consent != Consent::Granted {
                    self.owed.remove(&(at, tab));
                }
                if let Some(behind) = self.devices[at].front().filter(|it| !self.devices[at].tabs[*it].visible) {
                    self.devices[at].tabs[behind].visible = true;
                    self.tell(at, behind, Input::Visible(true));
                }
            }
            Act::Open(_) | Act::SetClock(_) | Act::GoOffline | Act::GoOnline => unreachable!("done before"),
        }
    }

    fn decide(&mut self, at: usize, tab: usize, consent: Consent) {
        let device = &mut self.devices[at];
        device.consent = consent;
        device.tabs[tab].consent = consent;
        if consent == Consent::Denied {
            device.sitting += 1;
            device.who = None;
            device.account = None;
            self.owed.remove(&(at, tab));
        }
        self.tell(at, tab, Input::Consent(consent));
        if consent == Consent::Granted {
            let owed = self.owed.get(&(at, tab)).cloned().unwrap_or_default();
            let unsettled: Vec<_> = owed.iter().filter(|it| self.done[*it].0 <= self.now_ms).collect();
            assert!(unsettled.is_empty(), "what was held becomes messages with the consent: {unsettled:?}");
        }
    }

    fn call(&mut self, at: usize, tab: usize, number: i64, call: Call) {
        self.owe(at, tab, number, 0);
        self.tell(at, tab, Input::Call(call));
        let is_granted = self.devices[at].tabs[tab].consent == Consent::Granted;
        let is_owed = self.owed.get(&(at, tab)).is_some_and(|it| it.contains(&number));
        assert!(!(is_granted && is_owed), "a call becomes a message at once");
    }

    /// Notes that this act must become a message, unless the person says no.
    fn owe(&mut self, at: usize, tab: usize, number: i64, settles_ms: i64) {
        let consent = self.devices[at].tabs[tab].consent;
        self.done.insert(number, (self.now_ms + settles_ms, consent == Consent::Pending));
        if consent != Consent::Denied {
            self.owed.entry((at, tab)).or_default().insert(number);
        }
    }

    // Clients

    fn tell(&mut self, device: usize, tab: usize, input: Input<'_>) {
        let wishes = self.devices[device].handle(self.now_ms, tab, input, &mut self.transcript);
        for wish in wishes {
            match wish {
                Wish::Send { tab, batch, body } => self.send(device, tab, &batch, body),
                Wish::FetchConfig { tab } => self.fetch_config(device, tab),
                Wish::Wake { tab, after_ms, number } => self.plan(after_ms, Happening::Wake { device, tab, number }),
                Wish::Joined { tab, message } => self.joined(device, tab, message),
            }
        }
    }

    fn joined(&mut self, device: usize, tab: usize, message: Value) {
        let event = text(&message, "event").unwrap_or_default();
        let number = match text(&message, "type") {
            Some("page") => text(&message["properties"], "search").and_then(|it| it.strip_prefix("?n=")?.parse().ok()),
            Some("track") => message["properties"]["n"].as_i64(),
            _ => message["traits"]["n"].as_i64(),
        };
        let mut done_ms = self.now_ms;
        if let Some(number) = number {
            let is_first = self.owed.get_mut(&(device, tab)).is_some_and(|it| it.remove(&number));
            let (at_ms, held) = self.done[&number];
            if is_first {
                done_ms = at_ms;
                assert!(held || at_ms == self.now_ms, "a call is recorded when it is made: {message}");
            } else {
                assert_eq!(text(&message, "type"), Some("page"), "a call becomes one message: {message}");
            }
        } else if event == "Element Seen" {
            let due_ms = self.looks.get_mut(&(device, tab)).and_then(VecDeque::pop_front);
            assert_eq!(due_ms, Some(self.now_ms), "an element is seen after its second in view");
        }
        // Looking away is no activity: it belongs to the session that was.
        if event != "Page Left" {
            self.check_session(device, done_ms, &message);
        }
        let id = text(&message, "messageId").unwrap_or_default().to_owned();
        self.deeds.push((id, Deed { done_ms, way_ms: 0, message, from_server: false }));
    }

    fn check_session(&mut self, device: usize, done_ms: i64, message: &Value) {
        let session = text(&message["context"], "sessionId").expect("every message has a session").to_owned();
        let is_steady = self.devices[device].ahead_ms == self.devices[device].make.clock_ahead_ms;
        if let Some((seen_ms, before)) = self.sessions.get(&device).filter(|_| is_steady) {
            let silence_ms = done_ms - seen_ms;
            assert!(
                silence_ms <= limits::SESSION_IDLE_MS || *before != session,
                "a session ends in silence: {message}"
            );
        }
        self.sessions.insert(device, (done_ms, session));
    }

    // Requests

    fn fate(&mut self, device: usize, bytes: usize) -> Fate {
        let device = &self.devices[device];
        let too_large = device.make.most_bytes.is_some_and(|it| bytes > it);
        let fate = if device.online { self.network.fate(device.make.weather, too_large) } else { Network::offline() };
        let at = Fault::ALL.iter().position(|it| *it == fate.fault).unwrap_or_default();
        self.faults[at] += 1;
        fate
    }

    fn send(&mut self, device: usize, tab: usize, batch: &Batch, body: String) {
        let envelope: Value = serde_json::from_str(&body).expect("a batch is JSON");
        let messages = envelope["batch"].as_array().expect("a batch holds messages");
        let ids: Vec<String> = messages.iter().filter_map(|it| text(it, "messageId").map(str::to_owned)).collect();
        assert_eq!(ids.len(), messages.len());
        self.requests += 1;
        self.retries += u64::from(ids.iter().any(|it| self.sent_before.contains(it)));
        self.sent_before.extend(ids.iter().cloned());
        let fate = self.fate(device, body.len());
        let sent = ids.into_iter().map(|id| Sent::Good { id }).collect();
        let request = Request { device, tab, batch_id: batch.id, sent_ms: self.now_ms, body, sent };
        let request = Rc::new(request);
        for delivery in fate.deliveries {
            self.plan(delivery.after_ms, Happening::Arrives(Rc::clone(&request), delivery));
        }
        if let Some(it) = fate.substitute {
            let (status, retry_after_ms, batch_id) = (it.status, it.retry_after_ms, batch.id);
            let shed = String::new();
            self.plan(it.after_ms, Happening::Answered { device, tab, batch_id, status, retry_after_ms, shed });
        }
    }

    async fn arrives(&mut self, request: &Request, delivery: Delivery) {
        self.collector.set_clock(self.now_ms);
        if !delivery.whole {
            self.collector.tear("/v1/batch", &request.body).await;
            return;
        }
        let busy = self.dice.percent(BUSY_PERCENT);
        let answer = self.collector.post("/v1/batch", None, request.body.clone(), busy).await;
        self.ledger.enter(&request.sent, self.now_ms - request.sent_ms, busy, &answer);
        self.transcript.take(format!("{} {} {}\n", self.now_ms, answer.status, answer.body).as_bytes());
        if let Some(back_ms) = delivery.back_ms {
            let Request { device, tab, batch_id, .. } = *request;
            let (status, retry_after_ms) = (answer.status, answer.retry_after_ms);
            let outcomes = answer.body["outcomes"].as_array().map(Vec::as_slice).unwrap_or_default();
            let is_shed = |it: &Value| if it["outcome"] == "shed" { '1' } else { '0' };
            let shed = if status == 503 { outcomes.iter().map(is_shed).collect() } else { String::new() };
            self.plan(back_ms, Happening::Answered { device, tab, batch_id, status, retry_after_ms, shed });
        }
    }

    fn fetch_config(&mut self, device: usize, tab: usize) {
        let fate = self.fate(device, 0);
        let answer = fate.deliveries.first().filter(|it| it.whole).and_then(|it| Some(it.after_ms + it.back_ms?));
        let (after_ms, text) = match answer {
            Some(after_ms) => (after_ms, Some(Rc::from(""))),
            None => (fate.substitute.map_or(1, |it| it.after_ms), None),
        };
        self.plan(after_ms, Happening::Configured { device, tab, text });
    }

    async fn posted(&mut self, letter: Rc<Letter>) {
        self.collector.set_clock(self.now_ms);
        let busy = self.dice.percent(BUSY_PERCENT);
        let answer = self.collector.post(letter.path, letter.server_key, letter.body.clone(), busy).await;
        self.transcript.take(format!("{} {} {}\n", self.now_ms, answer.status, answer.body).as_bytes());
        if let Some((status, code)) = letter.refused {
            assert_eq!((answer.status, answer.body["error"]["code"].as_str()), (status, Some(code)));
            return;
        }
        self.ledger.enter(&letter.sent, 0, busy, &answer);
        // Its answer may get lost, and it comes again.
        if letter.insists && (answer.status != 200 || self.dice.percent(20)) {
            self.plan(5_000, Happening::Posted(letter));
        }
    }
}

/// A page whose address carries the number of the act that led to it.
fn page(path: &str, number: i64) -> Page {
    let (path, hash) = path.find('#').map_or((path, ""), |at| path.split_at(at));
    let search = format!("?n={number}");
    let url = format!("https://app.test{path}{search}{hash}");
    Page { url, path: path.to_owned(), search, title: format!("Page {path}"), referrer: String::new() }
}
