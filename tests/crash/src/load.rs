//! Clients that never give up: each keeps a batch, with the same ids, until every message of it is answered.

use crate::connection::{Answer, Connection};
use crate::dice::Dice;
use crate::message::Message;
use crate::oracle::Oracle;
use crate::project;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Messages of one batch at most.
const BATCH: u64 = 100;

/// Users of one client.
const USERS: u64 = 200;

/// Batches in a hundred that bring something along that was stored before, or that can never be stored.
const AGAIN_PERCENT: u64 = 10;
const BAD_PERCENT: u64 = 5;

/// Acked messages a client remembers, to send some of them again.
const REMEMBERED: usize = 50;

/// After a connection that broke.
const RECONNECT_WAIT: Duration = Duration::from_millis(3);

/// `Retry-After` is obeyed up to here.
const RETRY_WAIT: Duration = Duration::from_secs(1);

/// Running clients; dropping them stops them.
#[derive(Debug)]
pub(crate) struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    oracle: Arc<Oracle>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// Where the collector listens; none while it is down.
    port: Option<u16>,
    wish: Wish,
    /// Clients that hold no batch and were asked not to begin one.
    idle: usize,
    tally: Tally,
    violations: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Wish {
    Send,
    /// Get what is held answered, begin nothing new.
    Finish,
    Stop,
}

/// What was answered since the collector was last up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) received: u64,
    pub(crate) accepted: u64,
    pub(crate) duplicate: u64,
    pub(crate) rejected: u64,
    pub(crate) shed: u64,
    /// Requests that were answered otherwise, by status.
    pub(crate) refused: Vec<u16>,
    /// Requests whose answer never came.
    pub(crate) unanswered: u64,
    /// From the first byte sent to the last read.
    pub(crate) took: Vec<Duration>,
}

impl Load {
    /// Clients that wait for a collector.
    pub(crate) fn new(oracle: &Arc<Oracle>, clients: usize, seed: u64) -> Self {
        let state = State { port: None, wish: Wish::Send, idle: 0, tally: Tally::default(), violations: Vec::new() };
        let shared = Arc::new(Shared { oracle: Arc::clone(oracle), state: Mutex::new(state), changed: Condvar::new() });
        let spawn = |nth: usize| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || Client::new(nth, seed).run(&shared))
        };
        let clients = (0..clients).map(spawn).collect();
        Self { shared, clients }
    }

    /// The collector listens here from now on.
    pub(crate) fn up(&self, port: u16) {
        let mut state = self.shared.state();
        state.port = Some(port);
        state.tally = Tally::default();
        self.shared.changed.notify_all();
    }

    pub(crate) fn down(&self) {
        self.shared.state().port = None;
    }

    pub(crate) fn go_on(&self) {
        let mut state = self.shared.state();
        state.wish = Wish::Send;
        self.shared.changed.notify_all();
    }

    /// Lets every client get answers to all it holds; what was answered since the collector came up.
    pub(crate) fn finish(&self, limit: Duration) -> Result<Tally, String> {
        let deadline = Instant::now() + limit;
        let mut state = self.shared.state();
        state.wish = Wish::Finish;
        self.shared.changed.notify_all();
        while state.idle < self.clients.len() {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let (idle, all, tally) = (state.idle, self.clients.len(), &state.tally);
                return Err(format!(
                    "only {idle} of {all} clients got everything answered within {limit:?}: {tally:?}"
                ));
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        Ok(state.tally.clone())
    }

    pub(crate) fn tally(&self) -> Tally {
        self.shared.state().tally.clone()
    }

    /// Answers that broke the contract.
    pub(crate) fn check(&self) -> Result<(), String> {
        let state = self.shared.state();
        let first: Vec<String> = state.violations.iter().take(3).map(|it| it.chars().take(600).collect()).collect();
        if first.is_empty() {
            Ok(())
        } else {
            Err(format!("{} answers are wrong:\n{}", state.violations.len(), first.join("\n")))
        }
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.shared.state().wish = Wish::Stop;
        self.shared.changed.notify_all();
        for client in self.clients.drain(..) {
            // A panic there has been reported by its own thread.
            let _ = client.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for its turn: where to send, or nothing when it is over.
    fn turn(&self, holds_batch: bool) -> Option<u16> {
        let mut state = self.state();
        loop {
            match (state.wish, state.port) {
                (Wish::Stop, _) => return None,
                (Wish::Finish, _) if !holds_batch => {
                    state.idle += 1;
                    self.changed.notify_all();
                    while state.wish == Wish::Finish {
                        state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                    }
                    state.idle -= 1;
                }
                (_, Some(port)) => return Some(port),
                (_, None) => state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Counts what the collector on this port answered, if it is still the one that is up.
    fn count(&self, port: u16, add: impl FnOnce(&mut Tally)) {
        let mut state = self.state();
        if state.port == Some(port) {
            add(&mut state.tally);
        }
    }

    fn complain(&self, violation: String) {
        self.state().violations.push(violation);
    }
}

struct Client {
    nth: usize,
    dice: Dice,
    batch: Vec<Entry>,
    acked: VecDeque<Message>,
    authorization: String,
}

#[derive(Clone, Debug)]
enum Entry {
    New {
        message: Message,
        attempts: u32,
    },
    /// Stored for certain, and sent again on purpose.
    Again(Message),
    /// No message at all.
    Bad,
}

impl Client {
    fn new(nth: usize, seed: u64) -> Self {
        let dice = Dice::of(seed, "client", nth as u64);
        Self { nth, dice, batch: Vec::new(), acked: VecDeque::new(), authorization: project::authorization() }
    }

    fn run(mut self, shared: &Shared) {
        let mut connection: Option<(u16, Connection)> = None;
        while let Some(port) = shared.turn(!self.batch.is_empty()) {
            if self.batch.is_empty() {
                self.fill();
                if let Err(error) = shared.oracle.issue(self.batch.iter().filter_map(Entry::issued)) {
                    return shared.complain(error);
                }
            }
            let sent = Instant::now();
            let answer = match connection.take().filter(|(open, _)| *open == port) {
                Some((_, connection)) => Ok(connection),
                None => Connection::open(port),
            };
            let answer = answer.and_then(|mut open| {
                let headers = [("authorization", self.authorization.as_str()), ("content-type", "application/json")];
                let answer = open.ask("POST", "/v1/batch", &headers, &self.body())?;
                connection = Some((port, open));
                Ok(answer)
            });
            match answer {
                Ok(answer) => self.judge(shared, port, &answer, sent.elapsed()),
                Err(_) => {
                    self.note_attempt();
                    shared.count(port, |it| it.unanswered += 1);
                    std::thread::sleep(RECONNECT_WAIT);
                }
            }
        }
    }

    fn fill(&mut self) {
        let count = 1 + self.dice.below(BATCH);
        for _ in 0..count {
            let user = format!("user-{}-{}", self.nth, self.dice.below(USERS));
            self.batch.push(Entry::New { message: Message::new(&mut self.dice, &user), attempts: 0 });
        }
        if self.dice.percent(AGAIN_PERCENT) && !self.acked.is_empty() {
            let nth = self.dice.below(self.acked.len() as u64) as usize;
            self.batch.push(Entry::Again(self.acked[nth].clone()));
        }
        if self.dice.percent(BAD_PERCENT) {
            self.batch.push(Entry::Bad);
        }
        self.dice.shuffle(&mut self.batch);
    }

    fn body(&self) -> String {
        let texts: Vec<&str> = self.batch.iter().map(Entry::text).collect();
        format!(r#"{{"batch":[{}]}}"#, texts.join(","))
    }

    fn note_attempt(&mut self) {
        for entry in &mut self.batch {
            if let Entry::New { attempts, .. } = entry {
                *attempts += 1;
            }
        }
    }

    /// Holds an answer against what was sent; what is left in the batch must be sent again.
    fn judge(&mut self, shared: &Shared, port: u16, answer: &Answer, took: Duration) {
        let receipt: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let Some(outcomes) = receipt["outcomes"].as_array().filter(|_| matches!(answer.status, 200 | 503)) else {
            self.note_attempt();
            shared.count(port, |it| it.refused.push(answer.status));
            std::thread::sleep(wait_before_retry(answer));
            return;
        };
        let counted = |name: &str| receipt[name].as_u64().unwrap_or(u64::MAX);
        let names = ["accepted", "duplicate", "rejected", "shed"];
        let sum = names.iter().fold(0, |sum: u64, it| sum.saturating_add(counted(it)));
        if outcomes.len() != self.batch.len() || counted("received") != sum || sum != outcomes.len() as u64 {
            let sent = self.batch.len();
            return shared.complain(format!("{sent} messages were sent, the answer does not add up: {}", answer.body));
        }
        if (answer.status == 503) != (counted("shed") > 0) {
            return shared.complain(format!("status {} with {} shed", answer.status, counted("shed")));
        }
        let mut acked = Vec::new();
        let mut left = Vec::new();
        for (entry, outcome) in std::mem::take(&mut self.batch).into_iter().zip(outcomes) {
            match entry.verdict(outcome) {
                Ok(Verdict::Stored) => {
                    if let Entry::New { message, .. } = entry {
                        acked.push(message);
                    }
                }
                Ok(Verdict::Settled) => {}
                Ok(Verdict::SendAgain) => left.push(entry),
                Err(violation) => return shared.complain(violation),
            }
        }
        let ids: Vec<_> = acked.iter().map(|it| it.id).collect();
        if let Err(error) = shared.oracle.ack(&ids) {
            return shared.complain(error);
        }
        shared.count(port, |tally| {
            tally.received += counted("received");
            tally.accepted += counted("accepted");
            tally.duplicate += counted("duplicate");
            tally.rejected += counted("rejected");
            tally.shed += counted("shed");
            tally.took.push(took);
        });
        self.acked.extend(acked);
        while self.acked.len() > REMEMBERED {
            self.acked.pop_front();
        }
        self.batch = left;
        self.note_attempt();
        if answer.status == 503 {
            std::thread::sleep(wait_before_retry(answer));
        }
    }
}

fn wait_before_retry(answer: &Answer) -> Duration {
    answer.retry_after_s.map_or(RECONNECT_WAIT, |it| Duration::from_secs(it).min(RETRY_WAIT))
}

enum Verdict {
    Stored,
    Settled,
    SendAgain,
}

impl Entry {
    fn issued(&self) -> Option<&Message> {
        match self {
            Self::New { message, .. } => Some(message),
            Self::Again(_) | Self::Bad => None,
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::New { message, .. } | Self::Again(message) => &message.text,
            Self::Bad => r#"{"type":"track","userId":"user"}"#,
        }
    }

    /// Whether this entry may have ended so.
    fn verdict(&self, outcome: &Value) -> Result<Verdict, String> {
        let ended = outcome["outcome"].as_str().unwrap_or_default();
        if ended == "shed" {
            return Ok(Verdict::SendAgain);
        }
        let id = outcome["messageId"].as_str().unwrap_or_default();
        match self {
            Self::Bad if ended == "rejected" => Ok(Verdict::Settled),
            Self::Again(message) if ended == "duplicate" && id == message.id.to_string() => Ok(Verdict::Settled),
            Self::New { message, attempts } if id == message.id.to_string() => match ended {
                "accepted" => Ok(Verdict::Stored),
                "duplicate" if *attempts > 0 => Ok(Verdict::Stored),
                _ => Err(format!("a message sent for the {}. time was answered {outcome}", attempts + 1)),
            },
            _ => Err(format!("{self:?} was answered {outcome}")),
        }
    }
}
