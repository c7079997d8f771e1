//! What a collector could do at most, for the bench alone:
//!
//!   ceiling answer ADDRESS             reads a body and answers as long a text as a collector would
//!   ceiling read ADDRESS MILEPOST.TOML the collector's own doors and checks, on an engine that stores nothing
//!
//! The second is the product with another engine: whatever stands before storage is the very code that runs there.
//! Neither can be reached from the product.

use axum::Router;
use axum::body::Bytes;
use axum::http::header;
use axum::routing::post;
use domain::{Definitions, Journey};
use milepost::app::App;
use milepost::http::{ServeOptions, serve};
use milepost::storage::{
    Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chains, Delivered, DeliveryQuestion, Erased, Events,
    Everybody, FactQuestion, FunnelQuestion, HappenedQuestion, Moment, NextActions, NextQuestion, Person,
    PresenceQuestion, Present, Profile, Reaches, Somebody, StorageError, TakeFact, TraitPath, TraitValues, UserKey,
    UserName, sqlite,
};
use milepost::{Clock, project};
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;

/// As long as the answer to twenty messages.
const ANSWER_BYTES: usize = 1_750;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["answer", address] => answer(address.parse()?).await,
        ["read", address, config] => read(address.parse()?, config).await,
        _ => Err("usage: ceiling answer ADDRESS | ceiling read ADDRESS MILEPOST.TOML".into()),
    }
}

async fn answer(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let text: &'static str = format!("{{\"accepted\":20,{:1$}}}", "", ANSWER_BYTES - 16).leak();
    let handler = move |_: Bytes| async move { ([(header::CONTENT_TYPE, "application/json")], text) };
    let routes =
        Router::new().route("/v1/batch", post(handler)).route("/readyz", axum::routing::get(|| async { "ok" }));
    axum::serve(tokio::net::TcpListener::bind(address).await?, routes).await?;
    Ok(())
}

async fn read(address: SocketAddr, config: &str) -> Result<(), Box<dyn Error>> {
    let definitions = std::fs::read_to_string(config)?;
    let project = project::parse(config, &definitions).map_err(|_| "the definitions have mistakes")?;
    let folder = tempfile::tempdir()?;
    let (_, desk) = sqlite::open(folder.path())?;
    let app = App::open(project, Arc::new(Nowhere), desk, Clock::System).await?;
    serve(Arc::new(app), ServeOptions { listen: address, public_url: format!("http://{address}") }).await?;
    Ok(())
}

/// An engine that says it stored what it was given.
struct Nowhere;

fn nothing<T: Send + 'static>() -> Answering<'static, T> {
    Box::pin(async { Err(StorageError::Failed("this engine stores nothing".into())) })
}

impl Events for Nowhere {
    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        Box::pin(async move { Ok(vec![Appended::Stored; batch.len()]) })
    }

    fn define(&self, _: &Definitions) -> Answering<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn ready(&self) -> Answering<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn chains(&self, _: FunnelQuestion) -> Answering<'_, Chains> {
        nothing()
    }

    fn first_reached(&self, _: Arc<Journey>) -> Answering<'_, Reaches> {
        nothing()
    }

    fn names(&self, _: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        nothing()
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        nothing()
    }

    fn activity(&self, _: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        nothing()
    }

    fn happened(&self, _: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        nothing()
    }

    fn next_actions(&self, _: NextQuestion) -> Answering<'_, NextActions> {
        nothing()
    }

    fn trait_values(&self, _: TraitPath) -> Answering<'_, TraitValues> {
        nothing()
    }

    fn presence(&self, _: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        nothing()
    }

    fn account_timeline(&self, _: String, _: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        nothing()
    }

    fn timeline(&self, _: Person, _: usize) -> Answering<'_, Vec<Moment>> {
        nothing()
    }

    fn settle(&self) -> Answering<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn facts(&self, _: FactQuestion, _: TakeFact) -> Answering<'_, ()> {
        nothing()
    }

    fn person(&self, _: Option<String>, _: Option<String>) -> Answering<'_, Somebody> {
        nothing()
    }

    fn reached_by(&self, _: Arc<Journey>, _: Person) -> Answering<'_, Vec<Option<i64>>> {
        nothing()
    }

    fn arrived(&self, _: Vec<String>, _: i64, _: usize) -> Answering<'_, Vec<Arrived>> {
        nothing()
    }

    fn about_prompts(&self, _: Person, _: usize) -> Answering<'_, Vec<Arrived>> {
        nothing()
    }

    fn delivery(&self, _: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        nothing()
    }

    fn fold_delivery(&self, _: i64) -> Answering<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn erase(&self, _: Person, _: i64, _: i64) -> Answering<'_, Erased> {
        nothing()
    }

    fn erase_messages(&self, _: Vec<i64>) -> Answering<'_, u64> {
        nothing()
    }

    fn profiles(&self, _: Vec<String>) -> Answering<'_, Vec<Profile>> {
        nothing()
    }

    fn messages(&self, _: i64, _: usize) -> Answering<'_, (Vec<String>, i64)> {
        nothing()
    }

    fn count(&self) -> Answering<'_, u64> {
        nothing()
    }
}
