//! What the product does, in its own words: no status codes, no tables, no templates.

pub mod accept;
pub mod account;
pub mod accounts;
pub mod body;
pub mod care;
pub mod cohorts;
pub mod comparison;
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
pub mod operators;
mod order;
pub mod people;
mod prompts;
pub mod receipt;
pub mod retention;
pub mod stickiness;
pub mod surveys;
pub mod timeline;
pub mod timestamp;
pub(crate) mod trust;
pub mod users;
pub mod value_time;
mod veil;
pub mod why;

use crate::clock::Clock;
use crate::project::{Onlooker, Project};
use crate::storage::{Desk, Events, StorageError};
use std::sync::{Arc, RwLock};

/// The application: one project, its events and its desk.
pub struct App {
    project: Arc<RwLock<Arc<Project>>>,
    pub(crate) events: Arc<dyn Events>,
    pub(crate) desk: Arc<dyn Desk>,
    pub(crate) clock: Clock,
    pub(crate) door: Arc<operators::Door>,
    wishes: Arc<std::sync::Mutex<lease::Throttle>>,
    /// Shared by whatever writes a visitor's id into the ledger; erasing waits for all that began before it.
    writing: Arc<tokio::sync::RwLock<()>>,
    published: Arc<RwLock<Arc<hesitation::Published>>>,
    /// Held while a config is made: learning and changed definitions must not overtake each other.
    publishing: Arc<tokio::sync::Mutex<()>>,
    definitions_changed: Arc<tokio::sync::Notify>,
    /// Whose view it is; `None`: nothing is hidden.
    reader: Option<Onlooker>,
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
        let app = Self {
            project: Arc::new(RwLock::new(Arc::clone(&project))),
            events,
            desk,
            clock,
            door: Arc::default(),
            wishes: Arc::default(),
            writing: Arc::default(),
            published: Arc::default(),
            publishing: Arc::default(),
            definitions_changed: Arc::default(),
            reader: None,
        };
        let learned = app.learned().await?;
        app.put_in_force(&project, learned).await?;
        Ok(app)
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
        self.definitions_changed.notify_one();
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

    /// Makes what was stored quick to ask about.
    pub async fn settle(&self) -> Result<(), StorageError> {
        self.events.settle().await
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }
}
