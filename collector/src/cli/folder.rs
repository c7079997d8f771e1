//! The data folder, opened for a command.

use super::failure::{Exit, Failure};
use crate::Clock;
use crate::app::App;
use crate::project::Project;
use crate::storage::sqlite::{DiskLimits, Opened};
use crate::storage::{
    Answering, CareAct, DefinitionChange, Desk, Events, FirstOperator, InboxAct, KeptDefinition, KeptModel,
    KeptSegment, NewOperator, NewSession, Operator, StillOpen,
};
use crate::storage::{
    ApiToken, Changed, Deed, Invitation, Member, OpenSession, Outsider, Recognised, Role, Session, Staff, StorageError,
    TokenHash, sqlite,
};
use crate::storage::{Decide, Forgotten, KeptLease, Leased, Ledger, Muted, Person, PromptLease, Told, Wish, Withheld};
use crate::storage::{Kept, NewView, SavedView, Settings, Views};
use clap::Args;
use domain::LeaseId;
use std::path::PathBuf;
use std::sync::Arc;

/// Which data folder.
#[derive(Args, Clone, Debug)]
pub(super) struct DataFolder {
    /// The data folder
    #[arg(id = "data", long, value_name = "DIR", default_value = "milepost-data", env = "MILEPOST_DATA")]
    #[arg(hide_env_values = true)]
    pub(super) path: PathBuf,
}

impl DataFolder {
    /// For writing: no other process may hold it.
    pub(super) async fn open(&self, project: Project) -> Result<App, Failure> {
        self.create()?;
        Self::start(project, sqlite::open(&self.path)?).await
    }

    /// The same, and never fills the disk.
    pub(super) async fn open_with_reserve(&self, project: Project, limits: DiskLimits) -> Result<App, Failure> {
        self.create()?;
        Self::start(project, sqlite::open_with_reserve(&self.path, limits)?).await
    }

    fn create(&self) -> Result<(), Failure> {
        sqlite::create_private(&self.path).map_err(|error| {
            let shown = self.path.display();
            Failure::new(Exit::CannotCreate, format!("cannot create the data folder {shown}: {error}"))
        })
    }

    async fn start(project: Project, (events, desk): Opened) -> Result<App, Failure> {
        let app = App::open(project, events, desk, Clock::System).await?;
        app.settle_prompts().await?;
        Ok(app)
    }

    /// For questions, also while a server writes to it.
    pub(super) fn open_read_only(&self) -> Result<Arc<dyn Events>, Failure> {
        if !self.path.is_dir() {
            let shown = self.path.display();
            let help = "name it with --data DIR, or ask a running server with --url URL";
            return Err(Failure::new(Exit::Io, format!("there is no data folder {shown}: {help}")));
        }
        Ok(sqlite::open_read_only(&self.path)?)
    }

    /// The models that a server on this folder published and that are still kept, the latest last.
    pub(super) async fn models(&self) -> Result<Vec<KeptModel>, Failure> {
        if !self.path.is_dir() {
            return Ok(Vec::new());
        }
        let desk = sqlite::open_desk(&self.path)?;
        let mut models = Vec::new();
        for (version, _) in desk.model_versions().await? {
            models.extend(desk.model(Some(version)).await?);
        }
        models.sort_by_key(|it| it.version);
        Ok(models)
    }

    /// The application on a folder opened for questions about messages.
    pub(super) async fn ask(&self, project: Project) -> Result<App, Failure> {
        let events = self.open_read_only()?;
        Ok(App::open(project, events, Arc::new(NoDesk), Clock::System).await?)
    }

    /// The same, with the ledger of prompts.
    pub(super) async fn ask_with_ledger(&self, project: Project) -> Result<App, Failure> {
        let events = self.open_read_only()?;
        Ok(App::open(project, events, sqlite::open_desk(&self.path)?, Clock::System).await?)
    }
}

/// The desk of a command that lets nobody in.
struct NoDesk;

fn closed<T: Send + 'static>() -> Answering<'static, T> {
    Box::pin(async { Err(StorageError::Failed("the desk is not open here".into())) })
}

impl Ledger for NoDesk {
    fn lease(&self, _: Wish, _: Decide) -> Answering<'_, Leased> {
        closed()
    }
    fn give_back(&self, _: LeaseId, _: String, _: i64) -> Answering<'_, bool> {
        closed()
    }
    fn tell(&self, _: Vec<Told>) -> Answering<'_, ()> {
        closed()
    }
    fn told_until(&self) -> Answering<'_, i64> {
        closed()
    }
    fn set_told_until(&self, _: i64) -> Answering<'_, ()> {
        closed()
    }
    fn mute(&self, _: Person, _: Muted) -> Answering<'_, ()> {
        closed()
    }
    fn muted(&self, _: Person) -> Answering<'_, Muted> {
        closed()
    }
    fn leases(&self, _: Person, _: usize) -> Answering<'_, Vec<KeptLease>> {
        closed()
    }
    fn denials(&self, _: Person, _: usize) -> Answering<'_, Vec<Withheld>> {
        closed()
    }
    fn leases_of_prompt(&self, _: String, _: Option<i64>, _: Option<i64>) -> Answering<'_, Vec<PromptLease>> {
        closed()
    }
    fn completed(&self, _: String) -> Answering<'_, u64> {
        closed()
    }
    fn leases_of_account(&self, _: String, _: i64, _: i64, _: usize) -> Answering<'_, Vec<KeptLease>> {
        closed()
    }
    fn forget(&self, _: Person) -> Answering<'_, Forgotten> {
        closed()
    }
    fn prune(&self, _: i64) -> Answering<'_, ()> {
        closed()
    }
}

impl Staff for NoDesk {
    fn members(&self) -> Answering<'_, Vec<Member>> {
        closed()
    }
    fn invite(&self, _: Invitation) -> Answering<'_, ()> {
        closed()
    }
    fn invitations(&self, _: i64) -> Answering<'_, Vec<Invitation>> {
        closed()
    }
    fn invitation(&self, _: TokenHash, _: i64) -> Answering<'_, Option<Invitation>> {
        closed()
    }
    fn accept(&self, _: TokenHash, _: i64, _: String) -> Answering<'_, Option<Operator>> {
        closed()
    }
    fn withdraw(&self, _: String) -> Answering<'_, bool> {
        closed()
    }
    fn set_role(&self, _: i64, _: Role) -> Answering<'_, Changed> {
        closed()
    }
    fn recognise(&self, _: Outsider, _: i64) -> Answering<'_, Recognised> {
        closed()
    }
    fn unbind(&self, _: i64) -> Answering<'_, bool> {
        closed()
    }
    fn remove(&self, _: i64) -> Answering<'_, Changed> {
        closed()
    }
    fn set_password(&self, _: i64, _: String, _: TokenHash) -> Answering<'_, ()> {
        closed()
    }
    fn sessions(&self, _: i64) -> Answering<'_, Vec<OpenSession>> {
        closed()
    }
    fn close_sessions(&self, _: i64, _: Option<TokenHash>) -> Answering<'_, u64> {
        closed()
    }
    fn add_api_token(&self, _: ApiToken, _: TokenHash) -> Answering<'_, bool> {
        closed()
    }
    fn api_tokens(&self) -> Answering<'_, Vec<ApiToken>> {
        closed()
    }
    fn api_token(&self, _: TokenHash) -> Answering<'_, Option<ApiToken>> {
        closed()
    }
    fn revoke_api_token(&self, _: String) -> Answering<'_, bool> {
        closed()
    }
    fn note(&self, _: Deed) -> Answering<'_, ()> {
        closed()
    }
    fn deeds(&self, _: u64, _: u64) -> Answering<'_, (Vec<Deed>, u64)> {
        closed()
    }
}

impl Settings for NoDesk {
    fn switched_off(&self, _: i64) -> Answering<'_, Vec<String>> {
        closed()
    }
    fn switch(&self, _: i64, _: String, _: bool) -> Answering<'_, ()> {
        closed()
    }
}

impl Views for NoDesk {
    fn views(&self, _: i64) -> Answering<'_, Vec<SavedView>> {
        closed()
    }
    fn add_view(&self, _: NewView, _: usize) -> Answering<'_, Kept> {
        closed()
    }
    fn change_view(&self, _: i64, _: String, _: Option<i64>, _: usize) -> Answering<'_, Kept> {
        closed()
    }
    fn delete_view(&self, _: i64) -> Answering<'_, bool> {
        closed()
    }
}

impl Desk for NoDesk {
    fn has_operator(&self) -> Answering<'_, bool> {
        closed()
    }
    fn expect_first_operator(&self, _: TokenHash) -> Answering<'_, bool> {
        closed()
    }
    fn add_first_operator(&self, _: TokenHash, _: NewOperator) -> Answering<'_, FirstOperator> {
        closed()
    }
    fn operator_by_email(&self, _: String) -> Answering<'_, Option<(Operator, String)>> {
        closed()
    }
    fn open_session(&self, _: NewSession, _: StillOpen) -> Answering<'_, ()> {
        closed()
    }
    fn session(&self, _: TokenHash, _: StillOpen) -> Answering<'_, Option<Session>> {
        closed()
    }
    fn touch_session(&self, _: TokenHash, _: i64) -> Answering<'_, ()> {
        closed()
    }
    fn close_session(&self, _: TokenHash) -> Answering<'_, ()> {
        closed()
    }
    fn set_api_token(&self, _: String, _: TokenHash, _: i64) -> Answering<'_, ()> {
        closed()
    }
    fn keep_model(&self, _: KeptModel, _: usize) -> Answering<'_, ()> {
        closed()
    }
    /// What was learned is of no use to a command that only counts.
    fn model(&self, _: Option<u64>) -> Answering<'_, Option<KeptModel>> {
        Box::pin(async { Ok(None) })
    }
    fn model_versions(&self) -> Answering<'_, Vec<(u64, i64)>> {
        closed()
    }
    fn operators(&self) -> Answering<'_, Vec<Operator>> {
        closed()
    }
    fn add_inbox_act(&self, _: InboxAct) -> Answering<'_, ()> {
        closed()
    }
    fn inbox_acts(&self, _: Option<String>) -> Answering<'_, Vec<InboxAct>> {
        closed()
    }
    fn forget_inbox(&self, _: Vec<String>) -> Answering<'_, u64> {
        closed()
    }
    fn add_care_act(&self, _: CareAct) -> Answering<'_, ()> {
        closed()
    }
    fn care_acts(&self, _: bool, _: Option<Vec<String>>) -> Answering<'_, Vec<CareAct>> {
        closed()
    }
    fn segments(&self) -> Answering<'_, Vec<KeptSegment>> {
        closed()
    }
    fn keep_segment(&self, _: KeptSegment) -> Answering<'_, ()> {
        closed()
    }
    fn forget_segment(&self, _: String) -> Answering<'_, bool> {
        closed()
    }
    fn definitions(&self) -> Answering<'_, Vec<KeptDefinition>> {
        closed()
    }
    fn keep_definitions(&self, _: Vec<KeptDefinition>, _: Vec<DefinitionChange>, _: usize) -> Answering<'_, ()> {
        closed()
    }
    fn definition_changes(&self) -> Answering<'_, Vec<DefinitionChange>> {
        closed()
    }
    fn forget_care(&self, _: Vec<String>) -> Answering<'_, u64> {
        closed()
    }
}
