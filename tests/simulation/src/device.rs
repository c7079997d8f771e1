//! A browser as the SDK's core sees it: tabs, storage, a clock that may be wrong.
//!
//! Performs effects as the real edge does; what it cannot do alone it wishes of the world.

use crate::dice::Hash;
use crate::script::Make;
use domain::{Lookup, Scalar};
use sdk_core::{Batch, Client, Clock, Consent, Effect, Input, Options, Page, Record, limits};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

pub(crate) struct Device {
    pub(crate) make: Make,
    /// By how much its clock is ahead of the truth just now.
    pub(crate) ahead_ms: i64,
    pub(crate) online: bool,
    /// What the vendor's pages remember of the person's decision.
    pub(crate) consent: Consent,
    storage: Option<String>,
    /// Messages that wait, of all its tabs and of those that are gone.
    pub(crate) store: BTreeMap<String, Record>,
    /// The tab that may send, and those that wait for it, each with the number of what it asked for.
    sending: Option<usize>,
    queue: VecDeque<(usize, u32)>,
    pub(crate) tabs: Vec<Tab>,
    /// Who the person at this device says they are.
    pub(crate) who: Option<String>,
    pub(crate) account: Option<String>,
    /// Counts the persons who sat here without saying who they are.
    pub(crate) sitting: usize,
    /// The anonymous id of each sitting, as its messages tell.
    anonymous_ids: BTreeMap<usize, String>,
}

/// One loaded page and its client.
pub(crate) struct Tab {
    pub(crate) client: Client,
    pub(crate) open: bool,
    pub(crate) visible: bool,
    pub(crate) consent: Consent,
    pub(crate) page: Page,
    pub(crate) clicks: Vec<String>,
    pub(crate) sightings: Vec<String>,
    /// Ids of the messages that joined the queue.
    pub(crate) ids: Vec<String>,
    /// How many of them only say what was dropped.
    reports: usize,
    clock: Clock,
    wake_number: u64,
    /// Bytes of its keepalive requests on their way.
    in_flight: BTreeMap<u32, usize>,
    /// What it knows to be in the store.
    kept: BTreeSet<String>,
}

/// What a device cannot do alone.
pub(crate) enum Wish {
    Send {
        tab: usize,
        batch: Batch,
        body: String,
    },
    FetchConfig {
        tab: usize,
    },
    Wake {
        tab: usize,
        after_ms: i64,
        number: u64,
    },
    /// A message joined the queue.
    Joined {
        tab: usize,
        message: Value,
    },
}

impl Device {
    pub(crate) fn new(make: Make) -> Self {
        let consent = if make.privacy_signal { Consent::Denied } else { make.consent };
        Self {
            ahead_ms: make.clock_ahead_ms,
            online: true,
            consent,
            storage: None,
            store: BTreeMap::new(),
            sending: None,
            queue: VecDeque::new(),
            tabs: Vec::new(),
            who: None,
            account: None,
            sitting: 0,
            anonymous_ids: BTreeMap::new(),
            make,
        }
    }

    /// The tab in front: the one opened last that is still open.
    pub(crate) fn front(&self) -> Option<usize> {
        self.tabs.iter().rposition(|it| it.open)
    }

    pub(crate) fn open(&mut self, seed: u128) -> usize {
        let options = Options { consent: self.consent, privacy_signal: self.make.privacy_signal, ..Options::default() };
        // The page's code passes on a yes given on an earlier page, as a consent banner does.
        let signal_overruled = self.make.privacy_signal && self.consent == Consent::Granted;
        let options = if signal_overruled { Options { privacy_signal: false, ..options } } else { options };
        self.tabs.push(Tab {
            client: Client::new(options, seed, read_json),
            open: true,
            visible: true,
            consent: self.consent,
            page: Page::default(),
            clicks: Vec::new(),
            sightings: Vec::new(),
            ids: Vec::new(),
            reports: 0,
            clock: Clock::default(),
            wake_number: 0,
            in_flight: BTreeMap::new(),
            kept: BTreeSet::new(),
        });
        self.tabs.len() - 1
    }

    /// Whether this timer is still the one last set.
    pub(crate) fn is_due(&self, tab: usize, number: u64) -> bool {
        self.tabs.get(tab).is_some_and(|it| it.open && it.wake_number == number)
    }

    /// Hands one input to a tab's client and performs what follows from it.
    pub(crate) fn handle(&mut self, now_ms: i64, tab: usize, input: Input<'_>, transcript: &mut Hash) -> Vec<Wish> {
        let mut wishes = Vec::new();
        let mut effects = Vec::new();
        let ahead_ms = self.ahead_ms;
        let here = &mut self.tabs[tab];
        let own_ms = here.clock.now_ms(now_ms + ahead_ms, now_ms);
        if let Input::Answered { batch_id, .. } = &input {
            here.in_flight.remove(batch_id);
        }
        here.client.handle(own_ms, input, &mut effects);
        let mut effects = VecDeque::from(effects);
        while let Some(effect) = effects.pop_front() {
            transcript.take(format!("{now_ms} {tab} {effect:?}\n").as_bytes());
            let mut again = Vec::new();
            let own_ms = self.tabs[tab].clock.now_ms(now_ms + ahead_ms, now_ms);
            match effect {
                Effect::Load => {
                    let stored = self.storage.clone();
                    self.tabs[tab].client.handle(own_ms, Input::Stored(stored.as_deref()), &mut again);
                }
                Effect::Store(text) => {
                    assert_eq!(self.tabs[tab].consent, Consent::Granted, "nothing is stored without consent");
                    self.storage = Some(text);
                    for other in (0..self.tabs.len()).filter(|it| *it != tab && self.tabs[*it].open).collect::<Vec<_>>()
                    {
                        let text = self.storage.clone();
                        wishes.extend(self.handle(now_ms, other, Input::Stored(text.as_deref()), transcript));
                    }
                }
                Effect::Remove => {
                    self.storage = None;
                    self.store.clear();
                    self.tabs.iter_mut().for_each(|it| it.kept.clear());
                }
                Effect::Persist(record) => {
                    let message: Value = serde_json::from_str(&record.text).expect("a message is JSON");
                    assert_eq!(text(&message, "messageId"), Some(record.key.as_str()));
                    self.joined(tab, &message);
                    self.tabs[tab].kept.insert(record.key.clone());
                    self.store.insert(record.key.clone(), record);
                    wishes.push(Wish::Joined { tab, message });
                }
                Effect::Forget(keys) => {
                    for key in keys {
                        self.tabs[tab].kept.remove(&key);
                        self.store.remove(&key);
                    }
                }
                Effect::Gather(_) | Effect::Ungather => {
                    if let Effect::Gather(id) = effect {
                        self.queue.push_back((tab, id));
                    } else {
                        self.queue.retain(|it| it.0 != tab);
                        self.sending.take_if(|it| *it == tab);
                    }
                    if let Some((next, id, records, elsewhere)) = self.let_one_send() {
                        let gathered = Input::Gathered { id, records: &records, elsewhere: &elsewhere, is_whole: true };
                        if next == tab {
                            self.tabs[tab].client.handle(own_ms, gathered, &mut again);
                        } else {
                            wishes.extend(self.handle(now_ms, next, gathered, transcript));
                        }
                    }
                }
                Effect::FetchConfig => wishes.push(Wish::FetchConfig { tab }),
                Effect::Watch { clicks, sightings } => {
                    self.tabs[tab].clicks = clicks;
                    self.tabs[tab].sightings = sightings;
                }
                Effect::Send(batch) => {
                    let here = &mut self.tabs[tab];
                    assert_eq!(here.consent, Consent::Granted, "nothing leaves without consent");
                    let body = batch.body(crate::project::BROWSER_KEY, Some(own_ms));
                    here.take_off(&batch, &body);
                    wishes.push(Wish::Send { tab, batch, body });
                }
                Effect::WakeAt(at_ms) => {
                    let here = &mut self.tabs[tab];
                    here.wake_number += 1;
                    if let Some(at_ms) = at_ms {
                        let after_ms = (at_ms - own_ms).max(0);
                        wishes.push(Wish::Wake { tab, after_ms, number: here.wake_number });
                    }
                }
                Effect::DescribePage => {
                    let page = self.tabs[tab].page.clone();
                    self.tabs[tab].client.handle(own_ms, Input::Page(page), &mut again);
                }
                // These people have neither surveys nor a detector.
                _ => {}
            }
            effects.extend(again);
            self.tabs[tab].check_limits();
        }
        wishes
    }

    /// The next one that waits for the sending place gets it, and sees what is in the store.
    fn let_one_send(&mut self) -> Option<(usize, u32, String, String)> {
        if self.sending.is_some() {
            return None;
        }
        let (tab, id) = self.queue.pop_front()?;
        self.sending = Some(tab);
        let here = &mut self.tabs[tab];
        let (mut records, mut elsewhere) = (String::new(), String::new());
        here.kept.retain(|key| {
            let is_kept = self.store.contains_key(key);
            if !is_kept {
                elsewhere.push_str(key);
                elsewhere.push('\0');
            }
            is_kept
        });
        for record in self.store.values() {
            if here.kept.insert(record.key.clone()) {
                record.push_fields(&mut records);
            }
        }
        Some((tab, id, records, elsewhere))
    }

    fn joined(&mut self, tab: usize, message: &Value) {
        let here = &mut self.tabs[tab];
        assert_eq!(here.consent, Consent::Granted, "nothing becomes a message without consent");
        here.ids.push(text(message, "messageId").expect("every message has an id").to_owned());
        here.reports += usize::from(text(message, "event") == Some(domain::reserved::MESSAGES_DROPPED));
        assert_eq!(text(message, "userId"), self.who.as_deref(), "a message names who sits here");
        let anonymous_id = text(message, "anonymousId").expect("every message has an anonymous id");
        let known = self.anonymous_ids.entry(self.sitting).or_insert_with(|| anonymous_id.to_owned());
        assert_eq!(known, anonymous_id, "one sitting has one anonymous id, on all pages");
        let count = self.anonymous_ids.values().filter(|it| *it == anonymous_id).count();
        assert_eq!(count, 1, "an anonymous id never joins two sittings");
    }
}

impl Tab {
    /// Messages that somebody's doing made.
    pub(crate) fn made(&self) -> usize {
        self.ids.len() - self.reports
    }

    pub(crate) fn held(&self) -> u64 {
        let counters = self.client.counters();
        let ended = counters.delivered + counters.refused + counters.dropped + counters.elsewhere;
        counters.queued + counters.recovered - ended
    }

    fn take_off(&mut self, batch: &Batch, body: &str) {
        assert!(body.len() <= domain::limits::BATCH_BYTES, "a request of {} bytes", body.len());
        let keepalive_bytes = if batch.keepalive { body.len() } else { 0 };
        // The envelope around the messages ends with `"batch":[`.
        let from = body.find(r#""batch":["#).map_or(0, |it| it + r#""batch":["#.len());
        let messages: Vec<Value> = serde_json::from_str(&body[from - 1..body.len() - 1]).expect("a batch is JSON");
        assert!(messages.len() <= domain::limits::BATCH_MESSAGES, "{} messages in a request", messages.len());
        self.in_flight.insert(batch.id, keepalive_bytes);
        let outliving: usize = self.in_flight.values().sum();
        assert!(outliving <= 64 * 1024, "{outliving} bytes of keepalive requests");
    }

    fn check_limits(&self) {
        assert!(self.held() <= limits::QUEUE_MESSAGES as u64, "{} messages in the queue", self.held());
    }
}

pub(crate) fn text<'m>(message: &'m Value, key: &str) -> Option<&'m str> {
    message[key].as_str()
}

struct Parsed(Value);

fn read_json(text: &str) -> Box<dyn Lookup> {
    Box::new(Parsed(serde_json::from_str(text).unwrap_or(Value::Null)))
}

impl Lookup for Parsed {
    fn get(&self, path: &[String]) -> Option<Scalar<'_>> {
        let value = path.iter().try_fold(&self.0, |value, key| value.get(key))?;
        Some(scalar(value))
    }
}

fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::Null => Scalar::Null,
        Value::Bool(it) => Scalar::Bool(*it),
        Value::Number(it) => Scalar::Number(it.as_f64().unwrap_or(f64::NAN)),
        Value::String(it) => Scalar::Text(it.as_str().into()),
        Value::Array(items) => Scalar::List(items.iter().map(scalar).collect()),
        Value::Object(_) => Scalar::Object,
    }
}
