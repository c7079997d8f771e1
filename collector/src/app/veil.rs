//! What is hidden from a reader, taken out before anything is asked: behind the veil every question is answered as if
//! nobody had ever said it. So nothing can be searched, sorted, counted, listed or downloaded by what is hidden, on
//! pages that are there and on those to come.
//!
//! What is written goes through. Ids are never hidden: all else hangs on them.

mod mask;

use super::{App, Shared};
use crate::project::{Hidden, Onlooker};
use crate::storage::{
    Active, ActivityQuestion, Answering, Arrived, Chains, Events, Everybody, FactQuestion, FunnelQuestion,
    HappenedQuestion, Layer, Moment, NextActions, NextQuestion, Person, PresenceQuestion, Present, Profile, Reaches,
    StorageError, StoredFact, TakeFact, TraitPath, TraitValues, UserKey, UserName,
};
use domain::Journey;
use std::sync::{Arc, Mutex, PoisonError};

impl App {
    /// The same application as this reader may see it. All but what is hidden is shared.
    pub fn seen_by(&self, reader: Onlooker) -> Self {
        let (behind, shared) = (Arc::clone(&self.events), Arc::clone(&self.shared));
        let veil = Veil { behind, shared, reader, everybody: Mutex::default() };
        Self::of(Arc::clone(&self.shared), Arc::new(veil), Some(reader))
    }

    /// What is not shown to whose view this is.
    pub(super) fn hidden(&self) -> Hidden {
        self.reader.map(|it| self.project().hidden_from(it)).unwrap_or_default()
    }

    /// A page's address as it may be shown, where it does not come from a message.
    pub(super) fn shown_page(&self, page: &mut String) {
        if self.hidden().queries {
            mask::cut_query(page);
        }
    }

    /// Whether this reader may be answered by it: it is theirs, or nothing is hidden from them.
    pub fn is_for(&self, reader: Onlooker) -> bool {
        self.reader == Some(reader) || self.project().hidden_from(reader).is_nothing()
    }
}

struct Veil {
    behind: Arc<dyn Events>,
    shared: Arc<Shared>,
    reader: Onlooker,
    /// The latest list, with what it was made of: it is long, and asked for by every page.
    everybody: Mutex<Option<Veiled>>,
}

struct Veiled {
    of: Arc<Everybody>,
    without: Hidden,
    everybody: Arc<Everybody>,
}

impl Veil {
    /// As the file has it now.
    fn hidden(&self) -> Hidden {
        self.shared.project.read().unwrap_or_else(PoisonError::into_inner).hidden_from(self.reader)
    }

    fn remembered(&self, of: &Arc<Everybody>, without: &Hidden) -> Option<Arc<Everybody>> {
        let remembered = self.everybody.lock().unwrap_or_else(PoisonError::into_inner);
        let same = remembered.as_ref().filter(|it| Arc::ptr_eq(&it.of, of) && it.without == *without)?;
        Some(Arc::clone(&same.everybody))
    }
}

impl Layer for Veil {
    fn below(&self) -> &dyn Events {
        &*self.behind
    }

    fn chains(&self, mut question: FunnelQuestion) -> Answering<'_, Chains> {
        // Nobody has a value of a trait that is hidden.
        question.by = question.by.filter(|it| !self.hidden().hides(it));
        self.behind.chains(question)
    }

    /// What pages and events are called may hold what is hidden.
    fn next_actions(&self, question: NextQuestion) -> Answering<'_, NextActions> {
        Box::pin(async move {
            let (mut next, hidden) = (self.behind.next_actions(question).await?, self.hidden());
            next.actions.iter_mut().for_each(|it| mask::action(&hidden, it));
            Ok(next)
        })
    }

    /// Nobody has a value of a trait that is hidden.
    fn trait_values(&self, path: TraitPath) -> Answering<'_, TraitValues> {
        if self.hidden().hides(&path) {
            return Box::pin(async { Ok(TraitValues::default()) });
        }
        self.behind.trait_values(path)
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        Box::pin(async move {
            let (of, without) = (self.behind.everybody().await?, self.hidden());
            if without.is_nothing() {
                return Ok(of);
            }
            if let Some(everybody) = self.remembered(&of, &without) {
                return Ok(everybody);
            }
            let veiling = tokio::task::spawn_blocking(move || {
                let everybody = Arc::new(mask::everybody(&without, &of));
                Veiled { of, without, everybody }
            });
            let veiled = veiling.await.map_err(|error| StorageError::Failed(format!("hiding was cut off: {error}")))?;
            let everybody = Arc::clone(&veiled.everybody);
            *self.everybody.lock().unwrap_or_else(PoisonError::into_inner) = Some(veiled);
            Ok(everybody)
        })
    }

    fn timeline(&self, person: Person, limit: usize) -> Answering<'_, Vec<Moment>> {
        Box::pin(async move {
            let (mut moments, hidden) = (self.behind.timeline(person, limit).await?, self.hidden());
            moments.iter_mut().for_each(|it| mask::body(&hidden, Some(it.kind), &it.name, &mut it.body));
            Ok(moments)
        })
    }

    fn account_timeline(&self, account: String, limit: usize) -> Answering<'_, Vec<(UserKey, Moment)>> {
        Box::pin(async move {
            let (mut moments, hidden) = (self.behind.account_timeline(account, limit).await?, self.hidden());
            moments.iter_mut().for_each(|(_, it)| mask::body(&hidden, Some(it.kind), &it.name, &mut it.body));
            Ok(moments)
        })
    }

    fn facts(&self, question: FactQuestion, mut take: TakeFact) -> Answering<'_, ()> {
        let hidden = self.hidden();
        let take_less = move |fact: &StoredFact<'_>| {
            if !mask::may_tell(&hidden, fact.name, fact.body) {
                return take(fact);
            }
            let mut body = fact.body.to_owned();
            mask::body(&hidden, Some(domain::Kind::Track), fact.name, &mut body);
            take(&StoredFact { body: &body, ..*fact })
        };
        self.behind.facts(question, Box::new(take_less))
    }

    fn arrived(&self, names: Vec<String>, after: i64, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Box::pin(async move {
            let (mut messages, hidden) = (self.behind.arrived(names, after, limit).await?, self.hidden());
            messages.iter_mut().for_each(|it| mask::body(&hidden, Some(domain::Kind::Track), &it.name, &mut it.body));
            Ok(messages)
        })
    }

    fn about_prompts(&self, person: Person, limit: usize) -> Answering<'_, Vec<Arrived>> {
        Box::pin(async move {
            let (mut messages, hidden) = (self.behind.about_prompts(person, limit).await?, self.hidden());
            messages.iter_mut().for_each(|it| mask::body(&hidden, Some(domain::Kind::Track), &it.name, &mut it.body));
            Ok(messages)
        })
    }

    fn profiles(&self, users: Vec<String>) -> Answering<'_, Vec<Profile>> {
        Box::pin(async move {
            let (mut profiles, hidden) = (self.behind.profiles(users).await?, self.hidden());
            profiles.iter_mut().for_each(|it| mask::profile(&hidden, it));
            Ok(profiles)
        })
    }

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        Box::pin(async move {
            let ((mut messages, next), hidden) = (self.behind.messages(from, limit).await?, self.hidden());
            messages.iter_mut().for_each(|it| mask::body(&hidden, None, "", it));
            Ok((messages, next))
        })
    }

    // What follows tells ids, times and numbers.

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        self.behind.first_reached(journey)
    }

    fn first_reached_of(&self, journey: Arc<Journey>, users: Vec<UserKey>) -> Answering<'_, Reaches> {
        self.behind.first_reached_of(journey, users)
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        self.behind.names(users)
    }

    fn activity(&self, question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        self.behind.activity(question)
    }

    fn presence(&self, question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        self.behind.presence(question)
    }

    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        self.behind.happened(question)
    }
}
