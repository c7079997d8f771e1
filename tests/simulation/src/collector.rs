//! The real collector: its router over the embedded engine, asked over a loopback socket.
//!
//! Only two things are not as in production: its clock is virtual, and its engine can be told to
//! be busy.

use crate::project::{self, START_MS};
use base64::Engine;
use domain::{Definitions, Journey};
use milepost::app::App;
use milepost::storage::{
    self, Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chains, Delivered, DeliveryQuestion, Erased,
    Events, Everybody, Expired, FactQuestion, FunnelQuestion, HappenedQuestion, Moment, NextActions, NextQuestion,
    Person, PresenceQuestion, Present, Profile, Reaches, Somebody, TakeFact, TraitPath, TraitValues, UserKey, UserName,
};
use milepost::{Clock, http};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Collector {
    pub(crate) app: Arc<App>,
    pub(crate) events: Arc<dyn Events>,
    clock: Clock,
    busy: Arc<AtomicBool>,
    address: SocketAddr,
    client: reqwest::Client,
    _folder: TempDir,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) retry_after_ms: Option<u64>,
    pub(crate) body: Value,
}

impl Collector {
    pub(crate) async fn start() -> Self {
        let folder = data_folder();
        let (engine, desk) = storage::sqlite::open(folder.path()).expect("an engine");
        let busy = Arc::new(AtomicBool::new(false));
        let events: Arc<dyn Events> = Arc::new(Moody { engine, busy: Arc::clone(&busy) });
        let project = milepost::project::parse("milepost.toml", project::TOML).expect("definitions without mistakes");
        let clock = Clock::by_hand(START_MS);
        let app = App::open(project, Arc::clone(&events), desk, clock.clone()).await.expect("an application");
        let app = Arc::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = http::router(Arc::clone(&app));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client");
        Self { app, events, clock, busy, address, client, _folder: folder }
    }

    pub(crate) fn set_clock(&self, now_ms: i64) {
        self.clock.set(now_ms);
    }

    /// Posts as a page does, or with a server's key in basic authentication.
    pub(crate) async fn post(&self, path: &str, server_key: Option<&str>, body: String, busy: bool) -> Answer {
        self.busy.store(busy, Ordering::SeqCst);
        let request = self.client.post(format!("http://{}{path}", self.address)).body(body);
        let request = match server_key {
            Some(key) => {
                let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{key}:"));
                request.header("authorization", format!("Basic {credentials}"))
            }
            None => request.header("origin", "https://app.test").header("content-type", "text/plain"),
        };
        let response = request.send().await.expect("loopback carries every request");
        self.busy.store(false, Ordering::SeqCst);
        let status = response.status().as_u16();
        let seconds = response.headers().get("retry-after").and_then(|it| it.to_str().ok()?.parse::<u64>().ok());
        let text = response.text().await.expect("a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Answer { status, retry_after_ms: seconds.map(|it| it * 1_000), body }
    }

    /// Sends half a request and hangs up.
    pub(crate) async fn tear(&self, path: &str, body: &str) {
        let head = format!("POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n\r\n", self.address, body.len());
        let half = body.as_bytes().get(..body.len() / 2).unwrap_or_default();
        let mut stream = TcpStream::connect(self.address).await.expect("loopback connects");
        stream.write_all(head.as_bytes()).await.expect("loopback carries the head");
        stream.write_all(half).await.expect("loopback carries half a body");
        stream.shutdown().await.expect("our half is closed");
        // Whatever the collector says to that: waiting for it keeps the order of things.
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(!answer.contains(" 200 "), "half a request was accepted: {answer}");
    }

    pub(crate) async fn config(&self) -> String {
        let url = format!("http://{}/v1/config/{}", self.address, project::BROWSER_KEY);
        let response = self.client.get(url).header("origin", "https://app.test").send().await;
        let response = response.expect("loopback carries every request");
        assert_eq!(response.status().as_u16(), 200, "the config is there");
        response.text().await.expect("a body")
    }

    /// Every stored message as JSON.
    pub(crate) async fn stored(&self) -> Vec<Value> {
        let mut stored = Vec::new();
        let mut from = 0;
        loop {
            let (messages, next) = self.events.messages(from, 1_000).await.expect("messages");
            if messages.is_empty() {
                return stored;
            }
            stored.extend(messages.iter().map(|it| serde_json::from_str::<Value>(it).expect("stored JSON is JSON")));
            from = next;
        }
    }
}

/// In memory where the system has a large disk there: a run syncs 20,000 times, which takes a real
/// disk minutes and shows nothing here (what a disk loses in a power cut is not this simulation's matter).
pub(crate) fn data_folder() -> TempDir {
    const MEMORY: &str = "/dev/shm";
    const LEAST_KIB: u64 = 1024 * 1024;
    let mounts = std::fs::read_to_string("/proc/mounts").unwrap_or_default();
    let size_kib = |line: &str| {
        let mut parts = line.split_whitespace();
        let options = parts.nth(1).filter(|it| *it == MEMORY).and_then(|_| parts.nth(1))?;
        let size = options.split(',').find_map(|it| it.strip_prefix("size="))?;
        size.strip_suffix('k')?.parse::<u64>().ok()
    };
    let is_large = mounts.lines().filter_map(size_kib).any(|it| it >= LEAST_KIB);
    let in_memory = if is_large { tempfile::tempdir_in(MEMORY).ok() } else { None };
    in_memory.unwrap_or_else(|| tempfile::tempdir().expect("a temporary folder"))
}

/// The real engine, which has no room when the simulation says so.
struct Moody {
    engine: Arc<dyn Events>,
    busy: Arc<AtomicBool>,
}

impl Events for Moody {
    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        if self.busy.load(Ordering::SeqCst) {
            return Box::pin(async { Err(storage::StorageError::Busy) });
        }
        self.engine.store(batch)
    }

    fn define(&self, definitions: &Definitions) -> Answering<'_, ()> {
        self.engine.define(definitions)
    }

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        self.engine.chains(question)
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        self.engine.first_reached(journey)
    }

    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches> {
        self.engine.first_reached_of(journey, users)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        self.engine.names(users)
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        self.engine.everybody()
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        self.engine.activity(question)
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        self.engine.happened(question)
    }

    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        self.engine.next_actions(question)
    }

    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        self.engine.trait_values(path)
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        self.engine.presence(question)
    }

    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        self.engine.account_timeline(account, limit)
    }

    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>> {
        self.engine.timeline(person, limit)
    }

    fn settle(&self) -> Answering<'_, ()> {
        self.engine.settle()
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        self.engine.person(user, anonymous)
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        self.engine.reached_by(journey, person)
    }

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.engine.arrived(names, after, limit)
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.engine.about_prompts(person, limit)
    }

    fn delivery(&self, question: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        self.engine.delivery(question)
    }

    fn fold_delivery(&self, heard_before_ms: i64) -> Answering<'_, ()> {
        self.engine.fold_delivery(heard_before_ms)
    }

    fn erase(&self, person: Person, now_ms: i64, until_ms: i64) -> Answering<'_, Erased> {
        self.engine.erase(person, now_ms, until_ms)
    }

    fn erase_messages(&self, positions: Vec<i64>) -> Answering<'_, u64> {
        self.engine.erase_messages(positions)
    }

    fn facts(&self, question: FactQuestion, take: TakeFact) -> Answering<'_, ()> {
        self.engine.facts(question, take)
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        self.engine.profiles(users)
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        self.engine.messages(from, limit)
    }

    fn expired(&self, received_before_ms: i64) -> Answering<'_, u64> {
        self.engine.expired(received_before_ms)
    }

    fn expire(&self, received_before_ms: i64) -> Answering<'_, Expired> {
        self.engine.expire(received_before_ms)
    }

    fn count(&self) -> Answering<'_, u64> {
        self.engine.count()
    }

    fn ready(&self) -> Answering<'_, ()> {
        self.engine.ready()
    }
}
