//! What the product does, in its own words: no status codes, no tables, no templates.

pub mod accept;
pub mod account;
pub mod accounts;
pub mod annotations;
pub mod body;
pub mod by_account;
pub mod care;
pub mod cohorts;
pub mod comparison;
pub mod definitions;
pub mod delivery;
pub mod erase;
mod expiry;
pub mod funnel;
pub mod funnel_report;
pub mod happening;
pub mod hesitation;
pub mod inbox;
pub mod lease;
mod message;
pub mod needle;
mod news;
pub mod next;
pub mod operators;
mod order;
pub mod people;
mod prompts;
pub mod receipt;
pub mod retention;
pub mod segments;
pub mod settings;
pub mod stickiness;
pub mod surveys;
pub mod takeout;
pub mod timeline;
pub mod timestamp;
pub(crate) mod trust;
pub mod users;
pub mod value_time;
mod veil;
pub mod views;
pub mod why;

use crate::clock::Clock;
use crate::metric::Calendar;
use crate::project::{Onlooker, Project};
use crate::storage::{Desk, Events, StorageError};
use std::ops::Deref;
use std::sync::{Arc, RwLock};

/// The application: one project, its events and its desk.
///
/// One that is [narrowed](App::among) to a segment answers every question about its users alone.
pub struct App {
    shared: Arc<Shared>,
    /// Of everybody, as this reader may see it.
    all: Arc<dyn Events>,
    /// The same, as far as this view goes.
    pub(crate) events: Arc<dyn Events>,
    /// Whose view it is; `None`: nothing is hidden.
    reader: Option<Onlooker>,
    /// Who is left, where it is narrowed.
    among: Option<Arc<segments::Members>>,
    counts_accounts: bool,
}

/// What there is once, however narrow the view.
pub struct Shared {
    /// All of it.
    stored: Arc<dyn Events>,
    project: RwLock<Arc<Project>>,
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) clock: Clock,
    pub(crate) door: operators::Door,
    wishes: std::sync::Mutex<lease::Throttle>,
    /// Shared by whatever writes a visitor's id into the ledger; erasing waits for all that began before it.
    writing: tokio::sync::RwLock<()>,
    published: RwLock<Arc<hesitation::Published>>,
    /// Held while a config is made: learning and changed definitions must not overtake each other.
    publishing: tokio::sync::Mutex<()>,
    definitions_changed: tokio::sync::Notify,
    fresh: segments::Fresh,
    /// Held while a segment is counted for pages: a hundred of them need one answer.
    counting_segments: tokio::sync::Mutex<()>,
    news: news::News,
}

impl Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.shared
    }
}

impl App {
    /// Opens the application on an engine; history is held against the definitions where they changed.
    pub async fn open(
        project: Project,
        events: Arc<dyn Events>,
        desk: Arc<dyn Desk>,
        clock: Clock,
    ) -> Result<Self, StorageError> {
        events.define(&project.definitions).await?;
        let project = Arc::new(project);
        let news = news::News::from(clock.now_ms());
        let shared = Shared {
            stored: Arc::clone(&events),
            project: RwLock::new(Arc::clone(&project)),
            desk,
            clock,
            door: operators::Door::default(),
            wishes: std::sync::Mutex::default(),
            writing: tokio::sync::RwLock::default(),
            published: RwLock::default(),
            publishing: tokio::sync::Mutex::default(),
            definitions_changed: tokio::sync::Notify::new(),
            fresh: segments::Fresh::default(),
            counting_segments: tokio::sync::Mutex::default(),
            news,
        };
        let app = Self::of(Arc::new(shared), events, None);
        let learned = app.learned().await?;
        app.put_in_force(&project, learned).await?;
        Ok(app)
    }

    /// A view of everybody.
    fn of(shared: Arc<Shared>, all: Arc<dyn Events>, reader: Option<Onlooker>) -> Self {
        Self { shared, events: Arc::clone(&all), all, reader, among: None, counts_accounts: false }
    }

    /// The definitions in force now.
    pub fn project(&self) -> Arc<Project> {
        Arc::clone(&self.project.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// Puts changed definitions in force, over history as well.
    pub async fn publish(&self, project: Project) -> Result<(), StorageError> {
        self.events.define(&project.definitions).await?;
        let project = Arc::new(project);
        let _one_at_a_time = self.publishing.lock().await;
        let learned = self.learned().await?;
        self.put_in_force(&project, learned).await?;
        *self.project.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = project;
        if let Err(error) = self.note_definitions().await {
            tracing::warn!(%error, "changed definitions are in force, but not marked on charts");
        }
        self.definitions_changed.notify_one();
        self.news.arrived();
        Ok(())
    }

    /// Whether messages can be stored right now, and the ledger can be written.
    pub async fn ready(&self) -> Result<(), StorageError> {
        self.events.ready().await?;
        self.desk.ready().await
    }

    /// Seconds after which what was shed may be sent again.
    pub fn retry_after_s(&self) -> u64 {
        self.events.shedding().map_or(1, |it| it.retry_after_s())
    }

    /// The same application, as far as these users go, whoever was left before. What is about one person, and what operators did, is not
    /// narrowed.
    pub fn among(&self, members: Arc<segments::Members>) -> Self {
        let events = Arc::new(segments::Narrowed::new(Arc::clone(&self.all), Arc::clone(&members)));
        Self { events, among: Some(members), ..Self::of(Arc::clone(&self.shared), Arc::clone(&self.all), self.reader) }
    }

    /// Whether a number counts a user, by the user id or the anonymous id of a user who never said who it is.
    pub(crate) fn counts(&self, user: &str, anonymous: bool) -> bool {
        self.among.as_ref().is_none_or(|it| it.has_named(user, anonymous))
    }

    /// Makes what was stored quick to ask about.
    pub async fn settle(&self) -> Result<(), StorageError> {
        self.events.settle().await
    }

    /// The days, weeks and months of the workspace.
    pub fn calendar(&self) -> Calendar {
        self.project().calendar.clone()
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}
