//! A store as far as some users go: every question about everybody is answered about them alone, so that no number needs
//! to know that there are segments. What is about one person, or about messages as such, is passed on.

use super::Members;
use crate::storage::{
    Active, ActivityQuestion, Answering, Arrived, Chains, Events, Everybody, FactQuestion, FunnelQuestion,
    HappenedQuestion, Layer, Moment, NextActions, NextQuestion, Person, PresenceQuestion, Present, Profile, Reaches,
    StorageError, TakeFact, TraitPath, TraitValues, UserKey, UserName,
};
use domain::Journey;
use std::sync::Arc;

pub(in crate::app) struct Narrowed {
    all: Arc<dyn Events>,
    members: Arc<Members>,
}

impl Narrowed {
    pub(in crate::app) fn new(all: Arc<dyn Events>, members: Arc<Members>) -> Self {
        Self { all, members }
    }

    /// An answer, as far as the members go; a million users take a while, so off the async threads.
    fn only<'a, T: Send + 'static>(
        &'a self,
        answer: Answering<'a, T>,
        narrow: impl FnOnce(&Members, T) -> T + Send + 'static,
    ) -> Answering<'a, T> {
        Box::pin(async move {
            let (answer, members) = (answer.await?, Arc::clone(&self.members));
            let narrowing = tokio::task::spawn_blocking(move || narrow(&members, answer));
            narrowing.await.map_err(|error| StorageError::Failed(format!("picking users was cut off: {error}")))
        })
    }
}

impl Layer for Narrowed {
    fn below(&self) -> &dyn Events {
        &*self.all
    }

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        self.only(self.all.chains(question), |members, all| members.chains(&all))
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        self.only(self.all.first_reached(journey), |members, all| all.only(|it| members.has(it)))
    }

    fn first_reached_of(&self, journey: Arc<Journey>, mut users: Vec<UserKey>) -> Answering<'_, Reaches> {
        users.retain(|it| self.members.has(*it));
        self.all.first_reached_of(journey, users)
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        self.only(self.all.everybody(), |members, all| Arc::new(all.only(|it| members.has(it.key))))
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        self.only(self.all.activity(question), |members, mut all| {
            all.retain(|it| members.has(it.user));
            all
        })
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        self.only(self.all.presence(question), |members, mut all| {
            all.retain(|it| members.has(it.user));
            all
        })
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        self.only(self.all.happened(question), |members, mut all| {
            all.retain(|it| members.has(it.0));
            all
        })
    }

    fn facts(&self, question: FactQuestion, mut take: TakeFact) -> Answering<'_, ()> {
        let members = Arc::clone(&self.members);
        let take: TakeFact = Box::new(move |it| !members.has_named(it.user, it.anonymous) || take(it));
        self.all.facts(question, take)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        self.all.names(users)
    }

    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        self.only(self.all.next_actions(question), |members, all| all.only(|it| members.has(it)))
    }

    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        self.all.trait_values(path)
    }

    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>> {
        self.all.timeline(person, limit)
    }

    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        self.all.account_timeline(account, limit)
    }

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.all.arrived(names, after, limit)
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.all.about_prompts(person, limit)
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        self.all.profiles(users)
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        self.all.messages(from, limit)
    }
}
