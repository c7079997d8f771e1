//! `milepost simulate`: believable customers, driven through a server's real ingest.
//!
//! Every visitor is a real SDK client in virtual time. All is decided by the seed: who they are,
//! what they do and when, down to the message ids; running it twice stores nothing twice.

mod actions;
mod cast;
mod hands;
mod life;
mod properties;
mod random;
mod respondent;
mod server_events;
mod tab;
mod tally;
mod urls;
mod words;
mod workplaces;

use super::definitions;
use super::failure::{Exit, Failure};
use super::output;
use super::remote::Remote;
use crate::Clock;
use crate::project::{Budget, IdentityMode, KeyKind, Project, Secret, SurveyDefinition};
use clap::Args;
use domain::hesitation::Model;
use domain::{Definitions, compact};
use std::path::PathBuf;
use std::sync::Arc;
use tally::Tally;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use workplaces::Workplaces;

const EXAMPLES: &str = "\
Examples:
  milepost simulate --url http://127.0.0.1:4600 --key wk_demo
  milepost simulate --url http://127.0.0.1:4600 --key wk_demo --users 1000 --days 90
  milepost simulate --url http://127.0.0.1:4600 --key wk_demo --config milepost.toml
  milepost simulate --url http://127.0.0.1:4600 --key wk_demo --seed 7 --until 2026-06-01
";

const DAY_MS: i64 = 86_400_000;

/// Visitors at once: enough to keep a server busy, few enough to leave it room.
const AT_ONCE: usize = 32;

/// Fill a running server with believable customers
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Simulate {
    /// The running server
    #[arg(long, value_name = "URL")]
    url: String,

    /// A browser key; it is public
    #[arg(long, value_name = "KEY")]
    key: String,

    /// The server's definitions, for server-side events, identity tokens and surveys
    /// [default: what the server tells its pages]
    #[arg(long, value_name = "FILE", env = "MILEPOST_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,

    /// How many visitors
    #[arg(long, value_name = "N", default_value_t = 300, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    users: u32,

    /// Over how many days they come
    #[arg(long, value_name = "D", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3_650))]
    days: u32,

    /// Another seed, other people
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,

    /// When the last day ends (UTC); never in the future [default: the midnight before now]
    #[arg(long, value_name = "TIME", value_parser = super::funnel::time)]
    until: Option<i64>,
}

/// What all visitors share.
struct World {
    remote: Remote,
    key: String,
    server_key: Option<String>,
    identity_secret: Option<Secret>,
    definitions: Definitions,
    /// As the SDK gets them.
    compact: String,
    /// `None`: nobody looks for hesitation.
    workplaces: Option<Workplaces>,
    /// None where only the server's pages are known: they are not told what is asked.
    surveys: Vec<SurveyDefinition>,
    budget: Budget,
    /// `https://app.example.com`
    site: String,
    seed: u64,
    since_ms: i64,
    until_ms: i64,
    /// By the real clock; tokens are checked against it.
    now_ms: i64,
}

impl Simulate {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let world = Arc::new(self.world().await?);
        if let Some(milestone) = actions::needs_server_key(&world) {
            output::say(&format!("`{milestone}` is reached by server events only: name --config to have a server key"));
        }
        let cast = cast::cast(self.seed, self.users, world.since_ms, world.until_ms);
        let bar = output::progress(
            Some(u64::from(self.users)),
            !as_json,
            "{bar:30} {human_pos}/{human_len} visitors {msg} {eta}",
        );
        let room = Arc::new(Semaphore::new(AT_ONCE));
        let mut visitors: JoinSet<Result<Tally, Failure>> = JoinSet::new();
        let mut tally = Tally::default();
        let accounts = cast.accounts.len();
        for person in cast.people {
            let permit = Arc::clone(&room).acquire_owned().await;
            while let Some(done) = visitors.try_join_next() {
                tally.add(&ended(done)?);
                bar.inc(1);
                bar.set_message(format!("{} messages", tally.sent));
            }
            let world = Arc::clone(&world);
            let account = person.account.and_then(|it| cast.accounts.get(it).cloned());
            visitors.spawn(async move {
                let tally = life::live(&world, &person, account.as_deref()).await;
                drop(permit);
                tally
            });
        }
        while let Some(done) = visitors.join_next().await {
            tally.add(&ended(done)?);
            bar.inc(1);
        }
        bar.finish_and_clear();
        if as_json {
            output::json(&tally)?;
        } else {
            let Tally { sent, accepted, duplicate, rejected } = tally;
            let visitors = self.users;
            output::data(
                format!(
                    "{visitors} visitors, {accounts} accounts\n\
                     {sent} sent: {accepted} accepted, {duplicate} duplicate, {rejected} rejected\n"
                )
                .as_bytes(),
            )?;
        }
        Ok(if tally.rejected > 0 { Exit::BadData } else { Exit::Done })
    }

    async fn world(&self) -> Result<World, Failure> {
        let remote = Remote::new(&self.url)?;
        let page_config = remote.page_config(&self.key).await?;
        let project = self.project()?;
        let told = compact::read(&page_config).ok_or_else(|| {
            let message = "the server's definitions are of another version; use the same version of milepost";
            Failure::new(Exit::Unavailable, message)
        })?;
        let definitions = project.as_ref().map_or(told.definitions, |it| it.definitions.clone());
        let model = told.hesitation.map(unlearned);
        let now_ms = Clock::System.now_ms();
        let until_ms = self.until.unwrap_or(now_ms - now_ms.rem_euclid(DAY_MS)).min(now_ms);
        let server_key = project.as_ref().and_then(|it| it.keys.iter().find(|it| it.kind == KeyKind::Server));
        let browser_key = project.as_ref().and_then(|it| it.key(&self.key));
        let site = browser_key.and_then(|it| it.origins.iter().find(|it| *it != "*"));
        let identity = project.as_ref().map(|it| &it.identity).filter(|it| it.mode != IdentityMode::Off);
        let site = site.map_or_else(|| "https://app.example.com".to_owned(), Clone::clone);
        Ok(World {
            workplaces: model.as_ref().map(|it| Workplaces::of(it, &definitions, &site)),
            surveys: project.as_ref().map(|it| it.surveys.clone()).unwrap_or_default(),
            budget: project.as_ref().map(|it| it.budget).unwrap_or_default(),
            key: self.key.clone(),
            server_key: server_key.map(|it| it.id.as_str().to_owned()),
            identity_secret: identity.and_then(|it| it.secrets.first().cloned()),
            compact: compact::write(&definitions, model.as_ref()),
            definitions,
            site,
            seed: self.seed,
            since_ms: until_ms.saturating_sub(i64::from(self.days) * DAY_MS).max(0),
            until_ms,
            now_ms,
            remote,
        })
    }

    fn project(&self) -> Result<Option<Project>, Failure> {
        let Some(path) = &self.config else { return Ok(None) };
        let parsed = definitions::read(path)?;
        match parsed.project {
            Some(project) => Ok(Some(project)),
            None => Err(Failure::Definitions(Box::new(parsed.diagnostics))),
        }
    }
}

/// Whom and where to ask, as the server has it, but nothing learned: what a server has learned since would make a second
/// run another one.
fn unlearned(model: Model) -> Model {
    let Model { salt, pages, excluded, ask, .. } = model;
    Model { salt, pages, excluded, ask, ..crate::hesitation::shipped() }
}

fn ended(done: Result<Result<Tally, Failure>, tokio::task::JoinError>) -> Result<Tally, Failure> {
    done.map_err(|error| Failure::new(Exit::Failed, format!("a visitor broke down: {error}")))?
}
