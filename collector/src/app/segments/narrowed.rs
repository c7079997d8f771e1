//! A store as far as some users go: every question about everybody is answered about them alone, so that no number needs
//! to know that there are segments. What is about one person, or about messages as such, is passed on.

use super::Members;
use crate::storage::{
    Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chains, Delivered, DeliveryQuestion, Erased, Events,
    Everybody, Expired, FactQuestion, FunnelQuestion, HappenedQuestion, Moment, Person, PresenceQuestion, Present,
    Profile, Reaches, Somebody, StorageError, TakeFact, TraitPath, TraitValues, UserKey, UserName,
};
use domain::{Definitions, Journey};
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

impl Events for Narrowed {
    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        self.only(self.all.chains(question), |members, all| members.chains(&all))
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        self.only(self.all.first_reached(journey), |members, all| all.only(|it| members.has(it)))
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

    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        self.all.store(batch)
    }

    fn define(&self, definitions: &Definitions) -> Answering<'_, ()> {
        self.all.define(definitions)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        self.all.names(users)
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

    fn settle(&self) -> Answering<'_, ()> {
        self.all.settle()
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        self.all.person(user, anonymous)
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        self.all.reached_by(journey, person)
    }

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.all.arrived(names, after, limit)
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        self.all.about_prompts(person, limit)
    }

    fn erase(&self, person: Person, now_ms: i64, until_ms: i64) -> Answering<'_, Erased> {
        self.all.erase(person, now_ms, until_ms)
    }

    fn erase_messages(&self, positions: Vec<i64>) -> Answering<'_, u64> {
        self.all.erase_messages(positions)
    }

    fn expired(&self, received_before_ms: i64) -> Answering<'_, u64> {
        self.all.expired(received_before_ms)
    }

    fn expire(&self, received_before_ms: i64) -> Answering<'_, Expired> {
        self.all.expire(received_before_ms)
    }

    fn delivery(&self, question: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        self.all.delivery(question)
    }

    fn fold_delivery(&self, heard_before_ms: i64) -> Answering<'_, ()> {
        self.all.fold_delivery(heard_before_ms)
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        self.all.profiles(users)
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        self.all.messages(from, limit)
    }

    fn count(&self) -> Answering<'_, u64> {
        self.all.count()
    }

    fn shedding(&self) -> Option<StorageError> {
        self.all.shedding()
    }

    fn ready(&self) -> Answering<'_, ()> {
        self.all.ready()
    }
}
