//! A store that counts accounts where it counted users: whatever any user of an account did, the account did. Who belongs
//! to no account is not counted.
//!
//! An account goes by the number of the first of its users, and is called by its id.

use super::App;
use super::segments::Members;
use crate::storage::{
    Active, ActivityQuestion, Answering, Arrived, Chain, Chains, Events, Everybody, FactQuestion, FunnelQuestion,
    HappenedQuestion, Happening, Layer, Moment, NextActions, NextQuestion, Person, PresenceQuestion, Present, Profile,
    Reaches, StorageError, TakeFact, TraitPath, TraitValues, UserKey, UserLine, UserName,
};
use domain::{Journey, Scope};
use std::sync::Arc;

impl App {
    /// The same application with accounts for users.
    pub async fn by_account(&self, which: WhichAccounts) -> Result<Self, StorageError> {
        let everybody = self.all.everybody().await?;
        let accounts = Accounts::of(everybody, &which);
        let events = Arc::new(ByAccount { all: Arc::clone(&self.all), accounts: Arc::new(accounts) });
        let all = Self::of(Arc::clone(&self.shared), Arc::clone(&self.all), self.reader);
        let among = match which {
            WhichAccounts::OfAny(members) => Some(members),
            WhichAccounts::All | WhichAccounts::OfNone(_) => None,
        };
        Ok(Self { events, among, counts_accounts: true, ..all })
    }
}

/// Which accounts count.
pub enum WhichAccounts {
    All,
    /// Those that one of these users belongs to.
    OfAny(Arc<Members>),
    /// Those that none of these users belongs to.
    OfNone(Arc<Members>),
}

/// Who belongs to which account, and which accounts count.
struct Accounts {
    everybody: Arc<Everybody>,
    /// By [`UserKey`]: the place of the account in `everybody`, where it counts.
    of_user: Vec<Option<u32>>,
    /// The first user of each account.
    first: Vec<Option<UserKey>>,
}

impl Accounts {
    fn of(everybody: Arc<Everybody>, which: &WhichAccounts) -> Self {
        let (members, with_them) = match which {
            WhichAccounts::All => (None, false),
            WhichAccounts::OfAny(members) => (Some(members), true),
            WhichAccounts::OfNone(members) => (Some(members), false),
        };
        let mut counts = vec![!with_them; everybody.accounts().len()];
        for user in members.into_iter().flat_map(|it| it.users()) {
            if let Some(slot) = user.account.and_then(|it| counts.get_mut(it as usize)) {
                *slot = with_them;
            }
        }
        let mut of_user = vec![None; everybody.users().last().map_or(0, |it| it.key.0 as usize + 1)];
        let mut first = vec![None; counts.len()];
        for user in everybody.users() {
            let Some(account) = user.account.filter(|it| counts.get(*it as usize) == Some(&true)) else { continue };
            if let Some(slot) = of_user.get_mut(user.key.0 as usize) {
                *slot = Some(account);
            }
            if let Some(slot) = first.get_mut(account as usize) {
                slot.get_or_insert(user.key);
            }
        }
        Self { everybody, of_user, first }
    }

    fn of_key(&self, user: UserKey) -> Option<u32> {
        self.of_user.get(user.0 as usize).copied().flatten()
    }

    /// Whether a user stands for their account.
    fn stands_for_one(&self, user: UserKey) -> bool {
        self.of_key(user).and_then(|it| self.first.get(it as usize)?.as_ref()) == Some(&user)
    }

    /// Accounts in the place of users, in the order of those who stand for them.
    fn as_everybody(&self) -> Everybody {
        let mut lines: Vec<Option<UserLine>> = vec![None; self.first.len()];
        for user in self.everybody.users() {
            let Some(account) = self.of_key(user.key) else { continue };
            let Some(named) = self.everybody.accounts().get(account as usize) else { continue };
            let Some(slot) = lines.get_mut(account as usize) else { continue };
            let line = slot.get_or_insert_with(|| UserLine {
                user: Arc::clone(&named.account),
                anonymous: false,
                name: named.name.clone(),
                email: None,
                ..user.clone()
            });
            line.first_ms = line.first_ms.min(user.first_ms);
            line.last_ms = line.last_ms.max(user.last_ms);
        }
        let mut lines: Vec<UserLine> = lines.into_iter().flatten().collect();
        lines.sort_unstable_by_key(|it| it.key);
        Everybody::new(lines, self.everybody.accounts().to_vec())
    }
}

struct ByAccount {
    all: Arc<dyn Events>,
    accounts: Arc<Accounts>,
}

impl ByAccount {
    /// An answer, made smaller off the async threads.
    fn only<'a, T: Send + 'static, U: Send + 'static>(
        &'a self,
        answer: Answering<'a, T>,
        narrow: impl FnOnce(&Accounts, T) -> U + Send + 'static,
    ) -> Answering<'a, U> {
        Box::pin(async move {
            let (answer, accounts) = (answer.await?, Arc::clone(&self.accounts));
            let narrowing = tokio::task::spawn_blocking(move || narrow(&accounts, answer));
            narrowing.await.map_err(|error| StorageError::Failed(format!("counting accounts was cut off: {error}")))
        })
    }
}

/// Milestones that any user of an account reaches for all of them.
fn shared(journey: &Journey) -> Arc<Journey> {
    let mut journey = journey.clone();
    journey.milestones.iter_mut().for_each(|it| it.scope = Scope::Account);
    Arc::new(journey)
}

fn shared_happening(what: Happening) -> Happening {
    match what {
        Happening::Milestone(journey) => Happening::Milestone(shared(&journey)),
        other => other,
    }
}

impl Layer for ByAccount {
    fn below(&self) -> &dyn Events {
        &*self.all
    }

    fn chains(&self, mut question: FunnelQuestion) -> Answering<'_, Chains> {
        question.journey = shared(&question.journey);
        question.of = Scope::Account;
        self.only(self.all.chains(question), |accounts, all| {
            // Not all accounts may count.
            let mut chains = Chains::new(all.headings().to_vec());
            all.iter().filter(|it| accounts.stands_for_one(it.user)).for_each(|it: Chain<'_>| chains.push(it));
            chains
        })
    }

    fn first_reached(&self, journey: Arc<Journey>) -> Answering<'_, Reaches> {
        self.only(self.all.first_reached(shared(&journey)), |accounts, all| {
            all.only(|user| accounts.stands_for_one(user))
        })
    }

    fn first_reached_of(&self, journey: Arc<Journey>, mut users: Vec<UserKey>) -> Answering<'_, Reaches> {
        users.retain(|it| self.accounts.stands_for_one(*it));
        self.all.first_reached_of(shared(&journey), users)
    }

    fn everybody(&self) -> Answering<'_, Arc<Everybody>> {
        let accounts = Arc::clone(&self.accounts);
        Box::pin(async move {
            let making = tokio::task::spawn_blocking(move || Arc::new(accounts.as_everybody()));
            making.await.map_err(|error| StorageError::Failed(format!("counting accounts was cut off: {error}")))
        })
    }

    fn names(&self, users: Vec<UserKey>) -> Answering<'_, Vec<Option<UserName>>> {
        let accounts = &self.accounts;
        let name = |it: UserKey| {
            let line = accounts.everybody.accounts().get(accounts.of_key(it)? as usize)?;
            Some(UserName { user: line.account.to_string(), anonymous: false })
        };
        let names = users.into_iter().map(name).collect();
        Box::pin(async { Ok(names) })
    }

    /// Of accounts, by their ids.
    fn profiles(&self, ids: Vec<String>) -> Answering<'_, Vec<Profile>> {
        Box::pin(async move {
            let everybody = &self.accounts.everybody;
            let first_of = |id: &String| {
                let place = everybody.accounts().iter().position(|it| *it.account == **id)?;
                let key = (*self.accounts.first.get(place)?)?;
                let user = everybody.users().binary_search_by_key(&key, |it| it.key).ok()?;
                everybody.users().get(user).map(|it| it.user.to_string())
            };
            let users = ids.iter().map(|it| first_of(it).unwrap_or_default()).collect();
            let found = self.all.profiles(users).await?;
            let profile = |(id, known): (String, Profile)| Profile {
                account: Some(id.clone()),
                user: id,
                traits: known.account_traits.clone(),
                account_traits: known.account_traits,
                verified: false,
                is_account: true,
            };
            Ok(ids.into_iter().zip(found).map(profile).collect())
        })
    }

    fn activity(&self, mut question: ActivityQuestion) -> Answering<'_, Vec<Active>> {
        question.of = Scope::Account;
        question.start = shared_happening(question.start);
        question.back = shared_happening(question.back);
        self.only(self.all.activity(question), |accounts, mut all| {
            all.retain(|it| accounts.of_key(it.user).is_some());
            all
        })
    }

    fn presence(&self, mut question: PresenceQuestion) -> Answering<'_, Vec<Present>> {
        question.of = Scope::Account;
        question.what = shared_happening(question.what);
        self.only(self.all.presence(question), |accounts, mut all| {
            all.retain(|it| accounts.of_key(it.user).is_some());
            all
        })
    }

    /// Of users still: nothing that counts accounts asks.
    fn happened(&self, question: HappenedQuestion) -> Answering<'_, Vec<(UserKey, u32)>> {
        self.all.happened(question)
    }

    fn facts(&self, question: FactQuestion, take: TakeFact) -> Answering<'_, ()> {
        self.all.facts(question, take)
    }

    fn next_actions(&self, mut question: NextQuestion) -> Answering<'_, NextActions> {
        question.funnel.of = Scope::Account;
        question.funnel.journey = shared(&question.funnel.journey);
        self.only(self.all.next_actions(question), |accounts, all| all.only(|it| accounts.of_key(it).is_some()))
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

    fn messages(&self, from: i64, limit: usize) -> Answering<'_, (Vec<String>, i64)> {
        self.all.messages(from, limit)
    }
}
