//! A store on top of another: it answers in its own way what it is there for, and passes the rest on.
//!
//! What tells of people has no usual answer: whoever adds such a question has to say, for every layer, what becomes of it.

use super::{
    Active, ActivityQuestion, Answering, Appended, Arrived, Batch, Chains, Delivered, DeliveryQuestion, Erased, Events,
    Everybody, Expired, FactQuestion, FunnelQuestion, HappenedQuestion, Moment, NextActions, NextQuestion, Person,
    PresenceQuestion, Present, Profile, Reaches, Somebody, StorageError, TakeFact, TraitPath, TraitValues, UserKey,
    UserName,
};
use domain::{Definitions, Journey};
use std::sync::Arc;

/// As [`Events`] has each question.
pub(crate) trait Layer: Send + Sync {
    /// What it lies on.
    fn below(&self) -> &dyn Events;

    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains>;
    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches>;
    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches>;
    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>>;
    fn everybody(&self) -> Answering<'_, Arc<Everybody>>;
    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>>;
    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>>;
    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>>;
    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions>;
    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues>;
    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>>;
    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>>;
    fn facts(&self, question: FactQuestion, take: TakeFact) -> Answering<'_, ()>;
    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>>;
    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>>;
    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>>;
    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)>;
}

impl<T: Layer> Events for T {
    fn chains(&self, question: FunnelQuestion) -> Answering<'_, Chains> {
        Layer::chains(self, question)
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        Layer::first_reached(self, journey)
    }

    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches> {
        Layer::first_reached_of(self, journey, users)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        Layer::names(self, users)
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        Layer::everybody(self)
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        Layer::activity(self, question)
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        Layer::presence(self, question)
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        Layer::happened(self, question)
    }

    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        Layer::next_actions(self, question)
    }

    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        Layer::trait_values(self, path)
    }

    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>> {
        Layer::timeline(self, person, limit)
    }

    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        Layer::account_timeline(self, account, limit)
    }

    fn facts(&self, question: FactQuestion, take: TakeFact) -> Answering<'_, ()> {
        Layer::facts(self, question, take)
    }

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Layer::arrived(self, names, after, limit)
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Layer::about_prompts(self, person, limit)
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        Layer::profiles(self, users)
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        Layer::messages(self, from, limit)
    }

    // What follows names, counts or writes.

    fn store(&self, batch: Arc<Batch>) -> Answering<'_, Vec<Appended>> {
        self.below().store(batch)
    }

    fn define(&self, definitions: &Definitions) -> Answering<'_, ()> {
        self.below().define(definitions)
    }

    fn settle(&self) -> Answering<'_, ()> {
        self.below().settle()
    }

    fn person(&self, user: Option<String>, anonymous: Option<String>) -> Answering<'_, Somebody> {
        self.below().person(user, anonymous)
    }

    fn reached_by(&self, journey: Arc<Journey>, person: Person) -> Answering<'_, Vec<Option<i64>>> {
        self.below().reached_by(journey, person)
    }

    fn erase(&self, person: Person, now_ms: i64, until_ms: i64) -> Answering<'_, Erased> {
        self.below().erase(person, now_ms, until_ms)
    }

    fn erase_messages(&self, positions: Vec<i64>) -> Answering<'_, u64> {
        self.below().erase_messages(positions)
    }

    fn expired(&self, received_before_ms: i64) -> Answering<'_, u64> {
        self.below().expired(received_before_ms)
    }

    fn expire(&self, received_before_ms: i64) -> Answering<'_, Expired> {
        self.below().expire(received_before_ms)
    }

    fn delivery(&self, question: DeliveryQuestion) -> Answering<'_, Vec<Delivered>> {
        self.below().delivery(question)
    }

    fn fold_delivery(&self, heard_before_ms: i64) -> Answering<'_, ()> {
        self.below().fold_delivery(heard_before_ms)
    }

    fn count(&self) -> Answering<'_, u64> {
        self.below().count()
    }

    fn ready(&self) -> Answering<'_, ()> {
        self.below().ready()
    }

    fn shedding(&self) -> Option<StorageError> {
        self.below().shedding()
    }
}
