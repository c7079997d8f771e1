//! Milepost's own messages about hesitation, read.
//!
//! They come from browsers, so nothing in them is to be relied on: what cannot be read is left out.

use crate::app::App;
use crate::storage::{FactQuestion, StorageError, StoredFact};
use domain::hesitation::{Device, Feature, page_template};
use domain::{UrlPattern, limits, reserved};
use sdk_core::hesitation::{Assignment, PromptSaid, Reason, Score};
use serde::Deserialize;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

/// Messages of each name that are looked at: the latest, of ranges that hold more.
const MESSAGES: usize = 500_000;

/// Samples held in memory while learning: a hundred thousand visits of the usual size.
const SAMPLE_BYTES: usize = 128 * 1024 * 1024;

/// Numbers in one decision: five for each feature.
const PARTS: usize = 5 * Feature::COUNT;

/// A user, as the identity graph has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::app) struct Person {
    pub(in crate::app) user: String,
    pub(in crate::app) anonymous: bool,
    pub(in crate::app) account: Option<String>,
}

/// One page in one session of one user.
#[derive(Clone, Debug)]
pub(in crate::app) struct Place {
    pub(in crate::app) person: Arc<Person>,
    pub(in crate::app) session: Arc<str>,
    pub(in crate::app) page: Arc<str>,
    /// When the visit began, by the browser's clock.
    pub(in crate::app) visit_ms: i64,
    /// When this was said, by the collector's clock.
    pub(in crate::app) at_ms: i64,
}

/// A `Page Left` with what the visit measured.
#[derive(Clone, Debug)]
pub(in crate::app) struct VisitSeen {
    pub(in crate::app) place: Place,
    pub(in crate::app) context: String,
    pub(in crate::app) device: Device,
    pub(in crate::app) active_ms: i64,
    pub(in crate::app) is_prompted: bool,
    pub(in crate::app) is_progressed: bool,
    pub(in crate::app) samples: String,
    pub(in crate::app) states: String,
    pub(in crate::app) actions: i64,
    pub(in crate::app) model: u64,
    pub(in crate::app) top_score: Option<i32>,
}

/// A `Hesitation Detected`.
#[derive(Clone, Debug)]
pub(in crate::app) struct DecisionSeen {
    pub(in crate::app) place: Place,
    /// By the browser's clock.
    pub(in crate::app) t_ms: i64,
    pub(in crate::app) is_hint: bool,
    pub(in crate::app) assignment: Assignment,
    /// The score reached the threshold: not asked at random.
    pub(in crate::app) is_hesitation: bool,
    pub(in crate::app) features: [i32; Feature::COUNT],
    pub(in crate::app) reasons: Vec<Reason>,
}

/// A `Hesitation Answered`.
#[derive(Clone, Debug)]
pub(in crate::app) struct SaidSeen {
    pub(in crate::app) place: Place,
    pub(in crate::app) said: PromptSaid,
    /// Free text.
    pub(in crate::app) detail: Option<String>,
}

/// Everything of a range, in order of time.
#[derive(Debug, Default)]
pub(in crate::app) struct Messages {
    /// The last of each visit.
    pub(in crate::app) visits: Vec<VisitSeen>,
    pub(in crate::app) decisions: Vec<DecisionSeen>,
    pub(in crate::app) said: Vec<SaidSeen>,
}

impl App {
    /// Reads the messages of a range, with pages as `patterns` group them now.
    /// Samples are kept only where they are wanted: they are long.
    pub(in crate::app) async fn hesitation_messages(
        &self,
        since_ms: Option<i64>,
        until_ms: Option<i64>,
        patterns: Vec<UrlPattern>,
        with_samples: bool,
    ) -> Result<Messages, StorageError> {
        let names = [reserved::PAGE_LEFT, reserved::HESITATION_DETECTED, reserved::HESITATION_ANSWERED];
        let question = FactQuestion { names: names.map(str::to_owned).to_vec(), since_ms, until_ms };
        let reading = Arc::new(Mutex::new(Reading { patterns, with_samples, ..Reading::default() }));
        let take = {
            let reading = Arc::clone(&reading);
            move |fact: &StoredFact<'_>| {
                reading.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take(fact);
                true
            }
        };
        self.events.facts(question, Box::new(take)).await?;
        let mut reading = reading.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        Ok(std::mem::take(&mut *reading).finish())
    }
}

/// What has been read so far.
#[derive(Default)]
struct Reading {
    patterns: Vec<UrlPattern>,
    /// Page as sent → page as it is grouped now.
    pages: HashMap<String, Arc<str>>,
    with_samples: bool,
    people: HashSet<Arc<Person>>,
    names: HashSet<Arc<str>>,
    visits: VecDeque<VisitSeen>,
    sample_bytes: usize,
    decisions: VecDeque<DecisionSeen>,
    said: VecDeque<SaidSeen>,
}

impl Reading {
    fn take(&mut self, fact: &StoredFact<'_>) {
        if fact.name == reserved::PAGE_LEFT {
            if let Some(visit) = read::<VisitProperties>(fact.body).and_then(|it| self.visit(fact, it)) {
                self.sample_bytes += visit.samples.len() + visit.states.len();
                self.visits.push_back(visit);
                while self.visits.len() > MESSAGES || self.sample_bytes > SAMPLE_BYTES {
                    let Some(oldest) = self.visits.pop_front() else { break };
                    self.sample_bytes -= oldest.samples.len() + oldest.states.len();
                }
            }
        } else if fact.name == reserved::HESITATION_DETECTED {
            if let Some(decision) = read::<DecisionProperties>(fact.body).and_then(|it| self.decision(fact, it)) {
                push(&mut self.decisions, decision);
            }
        } else if let Some(said) = read::<SaidProperties>(fact.body).and_then(|it| self.answer(fact, it)) {
            push(&mut self.said, said);
        }
    }

    fn place(&mut self, fact: &StoredFact<'_>, session: Option<&str>, page: &str, visit_ms: i64) -> Option<Place> {
        if page.is_empty() || page.len() > limits::ID_BYTES {
            return None;
        }
        let person =
            Person { user: fact.user.to_owned(), anonymous: fact.anonymous, account: fact.account.map(str::to_owned) };
        let person = match self.people.get(&person) {
            Some(known) => Arc::clone(known),
            None => {
                let person = Arc::new(person);
                self.people.insert(Arc::clone(&person));
                person
            }
        };
        let (session, page) = (self.name(session.unwrap_or_default()), self.page(page));
        Some(Place { person, session, page, visit_ms, at_ms: fact.at_ms })
    }

    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return Arc::clone(known);
        }
        let name: Arc<str> = Arc::from(text);
        self.names.insert(Arc::clone(&name));
        name
    }

    fn page(&mut self, sent: &str) -> Arc<str> {
        if let Some(known) = self.pages.get(sent) {
            return Arc::clone(known);
        }
        let page = self.name(&page_template(sent, &self.patterns));
        self.pages.insert(sent.to_owned(), Arc::clone(&page));
        page
    }

    fn visit(&mut self, fact: &StoredFact<'_>, it: Read<VisitProperties>) -> Option<VisitSeen> {
        let (session, it) = (it.context.session_id, it.properties);
        let place = self.place(fact, session.as_deref(), &it.page?, it.visit?)?;
        let (samples, states) = if self.with_samples { (it.samples, it.states) } else { Default::default() };
        Some(VisitSeen {
            place,
            context: it.context,
            device: device(&it.device),
            active_ms: it.visit_ms.max(0),
            is_prompted: it.prompted != 0,
            is_progressed: it.progressed != 0,
            samples,
            states,
            actions: it.actions.max(0),
            model: it.model,
            top_score: it.top_score,
        })
    }

    fn decision(&mut self, fact: &StoredFact<'_>, it: Read<DecisionProperties>) -> Option<DecisionSeen> {
        let (session, it) = (it.context.session_id, it.properties);
        if !matches!(it.verdict.as_str(), "hint" | "ask" | "withheld") || it.parts.len() > PARTS {
            return None;
        }
        let score = Score::from_parts(it.bias, &it.parts)?;
        let is_hint = it.verdict == "hint";
        Some(DecisionSeen {
            place: self.place(fact, session.as_deref(), &it.page, it.visit)?,
            t_ms: it.t,
            is_hint,
            assignment: assignment(&it.assignment)?,
            is_hesitation: !is_hint && it.score >= it.threshold,
            features: Feature::ALL.map(|feature| score.feature(feature)),
            reasons: telling(score.reasons()),
        })
    }

    fn answer(&mut self, fact: &StoredFact<'_>, it: Read<SaidProperties>) -> Option<SaidSeen> {
        let (session, it) = (it.context.session_id, it.properties);
        Some(SaidSeen {
            place: self.place(fact, session.as_deref(), &it.page, it.visit)?,
            said: PromptSaid::ALL.into_iter().find(|said| said.as_str() == it.said)?,
            detail: it.detail.filter(|text| !text.trim().is_empty()),
        })
    }

    /// In order of time; of each visit the last message alone, for it says all that the earlier ones said.
    fn finish(self) -> Messages {
        let mut last: HashMap<(Arc<Person>, Arc<str>, i64), VisitSeen> = HashMap::new();
        for visit in self.visits {
            let key = (Arc::clone(&visit.place.person), Arc::clone(&visit.place.page), visit.place.visit_ms);
            match last.get(&key) {
                Some(known) if known.place.at_ms > visit.place.at_ms => {}
                _ => drop(last.insert(key, visit)),
            }
        }
        let mut visits: Vec<VisitSeen> = last.into_values().collect();
        visits.sort_by(|a, b| a.place.order().cmp(&b.place.order()));
        let mut decisions: Vec<DecisionSeen> = self.decisions.into();
        decisions.sort_by_key(|it| it.place.at_ms);
        let mut said: Vec<SaidSeen> = self.said.into();
        said.sort_by_key(|it| it.place.at_ms);
        Messages { visits, decisions, said }
    }
}

impl Messages {
    /// Groups pages by more patterns.
    pub(in crate::app) fn group(&mut self, patterns: &[UrlPattern]) {
        let mut pages: HashMap<Arc<str>, Arc<str>> = HashMap::new();
        let places = self.visits.iter_mut().map(|it| &mut it.place);
        let places = places.chain(self.decisions.iter_mut().map(|it| &mut it.place));
        for place in places.chain(self.said.iter_mut().map(|it| &mut it.place)) {
            let page = pages.entry(Arc::clone(&place.page));
            place.page = Arc::clone(page.or_insert_with_key(|it| Arc::from(page_template(it, patterns))));
        }
    }
}

impl Place {
    fn order(&self) -> (i64, &Person, &str, i64) {
        (self.at_ms, &self.person, &self.page, self.visit_ms)
    }
}

fn push<T>(list: &mut VecDeque<T>, it: T) {
    list.push_back(it);
    if list.len() > MESSAGES {
        list.pop_front();
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a str) -> Option<Read<T>> {
    serde_json::from_str(body).ok()
}

fn device(text: &str) -> Device {
    if text == Device::Touch.as_str() { Device::Touch } else { Device::Desktop }
}

fn assignment(text: &str) -> Option<Assignment> {
    [Assignment::Treated, Assignment::HoldOut, Assignment::Shadow, Assignment::Exploration]
        .into_iter()
        .find(|it| it.as_str() == text)
}

#[derive(Deserialize)]
struct Read<T> {
    #[serde(default)]
    context: Context,
    properties: T,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Context {
    session_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VisitProperties {
    page: Option<String>,
    visit: Option<i64>,
    #[serde(default)]
    context: String,
    #[serde(default)]
    device: String,
    #[serde(default)]
    visit_ms: i64,
    #[serde(default)]
    prompted: i64,
    #[serde(default)]
    progressed: i64,
    #[serde(default)]
    samples: String,
    #[serde(default)]
    states: String,
    #[serde(default)]
    actions: i64,
    #[serde(default)]
    model: u64,
    top_score: Option<i32>,
}

#[derive(Deserialize)]
struct DecisionProperties {
    t: i64,
    verdict: String,
    page: String,
    visit: i64,
    assignment: String,
    score: i32,
    threshold: i32,
    bias: i32,
    parts: Vec<i64>,
}

#[derive(Deserialize)]
struct SaidProperties {
    said: String,
    page: String,
    visit: i64,
    detail: Option<String>,
}

/// Without what is usual: it adds to a score, but tells nobody anything. The strongest stays whatever it is.
fn telling(mut reasons: Vec<Reason>) -> Vec<Reason> {
    let is_telling = |it: &Reason| it.usual.is_none_or(|usual| it.measured > usual);
    if reasons.iter().any(is_telling) {
        reasons.retain(is_telling);
    } else {
        reasons.truncate(1);
    }
    reasons
}
