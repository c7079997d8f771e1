//! What has to be known before a segment can be held against everybody.

use super::Members;
use crate::app::App;
use crate::metric::Nps;
use crate::project::TouchModel;
use crate::segment::{Condition, Expression, NpsBand, Touch};
use crate::storage::{
    Everybody, HappenedQuestion, Happening, Reaches, StorageError, TraitPath, TraitValues, UserKey, UserLine,
};
use domain::JourneyId;
use std::collections::HashMap;
use std::sync::Arc;

impl App {
    /// Who is of a segment now, of everybody, however narrow this view is.
    pub async fn segment_members(&self, expression: &Expression) -> Result<Arc<Members>, StorageError> {
        Self::of(Arc::clone(&self.shared), Arc::clone(&self.all), self.reader).members_of(expression).await
    }

    async fn members_of(&self, expression: &Expression) -> Result<Arc<Members>, StorageError> {
        let now_ms = self.now_ms();
        let everybody = self.events.everybody().await?;
        let mut conditions: Vec<&Condition> = Vec::new();
        expression.visit(&mut |it| {
            if !conditions.contains(&it) {
                conditions.push(it);
            }
        });
        let mut asked = Asked::default();
        let mut known: Vec<(Condition, Known)> = Vec::new();
        for condition in conditions {
            known.push((condition.clone(), self.know(condition, now_ms, &mut asked).await?));
        }
        let expression = expression.clone();
        let judging = tokio::task::spawn_blocking(move || {
            let users = everybody.users().len();
            let is_in = expression.holds(users, &mut |condition| {
                let found = known.iter().find(|(it, _)| it == condition);
                found.map_or_else(|| vec![false; users], |(it, known)| known.holds(it, &everybody, now_ms))
            });
            Arc::new(Members::new(everybody, &is_in))
        });
        judging.await.map_err(|error| StorageError::Failed(format!("reading a segment was cut off: {error}")))
    }

    async fn know(&self, condition: &Condition, now_ms: i64, asked: &mut Asked) -> Result<Known, StorageError> {
        Ok(match condition {
            Condition::Trait { path, .. } => Known::Values(self.events.trait_values(path.clone()).await?),
            Condition::Touch { .. } => match self.project().touch.clone() {
                Some(model) => Known::Touch(self.events.trait_values(model.value.clone()).await?, model),
                None => Known::Nobody,
            },
            Condition::Did { event, within_ms, .. } => {
                let since_ms = within_ms.map(|it| now_ms.saturating_sub_unsigned(it));
                let what = Happening::Event(event.clone());
                Known::Times(self.events.happened(HappenedQuestion { what, since_ms }).await?)
            }
            Condition::Reached { journey, milestone, .. } | Condition::Stuck { journey, milestone, .. } => {
                let project = self.project();
                let found = project.definitions.journey(journey);
                let level = found.and_then(|it| it.milestones.iter().position(|it| it.id == *milestone));
                let (Some(found), Some(level)) = (found, level) else { return Ok(Known::Nobody) };
                let reaches = match asked.reaches.iter().find(|(it, _)| it == journey) {
                    Some((_, reaches)) => Arc::clone(reaches),
                    None => {
                        let reaches = Arc::new(self.events.first_reached(Arc::new(found.clone())).await?);
                        asked.reaches.push((journey.clone(), Arc::clone(&reaches)));
                        reaches
                    }
                };
                Known::Reaches(reaches, level)
            }
            Condition::Nps { .. } => {
                if asked.nps.is_none() {
                    asked.nps = Some(Arc::new(self.nps_bands().await?));
                }
                asked.nps.clone().map_or(Known::Nobody, Known::Nps)
            }
            Condition::Seen { .. } | Condition::Joined { .. } | Condition::Account { .. } | Condition::Identified => {
                Known::Nothing
            }
        })
    }

    /// The latest answer of each user to a question of the Net Promoter Score.
    async fn nps_bands(&self) -> Result<HashMap<(String, bool), NpsBand>, StorageError> {
        let mut latest: HashMap<(String, bool), (i64, NpsBand)> = HashMap::new();
        for response in self.all_responses().await? {
            let Some(score) = response.score("nps") else { continue };
            let band = if score >= Nps::PROMOTERS_FROM {
                NpsBand::Promoter
            } else if score <= Nps::DETRACTORS_TO {
                NpsBand::Detractor
            } else {
                NpsBand::Passive
            };
            let it = latest.entry((response.user, response.anonymous)).or_insert((i64::MIN, band));
            if response.at_ms >= it.0 {
                *it = (response.at_ms, band);
            }
        }
        Ok(latest.into_iter().map(|(user, (_, band))| (user, band)).collect())
    }

    /// How much attention an account with this value gets; `None` where `milepost.toml` has no `[touch]`.
    pub fn touch_of(&self, account_traits: &serde_json::Map<String, serde_json::Value>) -> Option<Touch> {
        let project = self.project();
        let model = project.touch.as_ref()?;
        let TraitPath { path, .. } = &model.value;
        let (first, rest) = path.split_first()?;
        let value = rest.iter().try_fold(account_traits.get(first)?, |it, key| it.get(key.as_str()));
        let text = value.map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
        Some(model.of(text.as_deref()))
    }
}

/// What several conditions need, asked once.
#[derive(Default)]
struct Asked {
    reaches: Vec<(JourneyId, Arc<Reaches>)>,
    nps: Option<Arc<HashMap<(String, bool), NpsBand>>>,
}

/// What is known of everybody for one condition.
enum Known {
    /// More than a user's line is not needed.
    Nothing,
    /// What it asks about is not defined any more.
    Nobody,
    Values(TraitValues),
    Touch(TraitValues, TouchModel),
    Times(Vec<(UserKey, u32)>),
    Reaches(Arc<Reaches>, usize),
    Nps(Arc<HashMap<(String, bool), NpsBand>>),
}

impl Known {
    /// One truth for each user.
    fn holds(&self, condition: &Condition, everybody: &Everybody, now_ms: i64) -> Vec<bool> {
        let users = everybody.users();
        let each = |is: &dyn Fn(&UserLine) -> bool| users.iter().map(is).collect::<Vec<bool>>();
        let since = |within_ms: u64| now_ms.saturating_sub_unsigned(within_ms);
        match (self, condition) {
            (Self::Values(values), Condition::Trait { comparison, .. }) => {
                let holds: Vec<bool> = values.texts().iter().map(|it| comparison.holds(Some(it))).collect();
                let without = comparison.holds(None);
                let of = |number: usize| holds.get(number).copied().unwrap_or(false);
                each(&|it| values.number_of(it.key).map_or(without, of))
            }
            (Self::Touch(values, model), Condition::Touch { is }) => {
                each(&|it| it.account.is_some() && model.of(values.of(it.key)) == *is)
            }
            (Self::Times(times), Condition::Did { at_least, .. }) => {
                let mut times = times.iter().peekable();
                let mut did = |user: &UserLine| {
                    while times.next_if(|it| it.0 < user.key).is_some() {}
                    times.peek().is_some_and(|it| it.0 == user.key && it.1 >= *at_least)
                };
                users.iter().map(&mut did).collect()
            }
            (Self::Reaches(reaches, level), Condition::Reached { within_ms, .. }) => {
                let since_ms = within_ms.map(since);
                along(reaches, users, |times_ms| {
                    let at_ms = times_ms.get(*level).copied().flatten();
                    at_ms.is_some_and(|at_ms| since_ms.is_none_or(|it| at_ms >= it))
                })
            }
            (Self::Reaches(reaches, level), Condition::Stuck { for_ms, .. }) => {
                let until_ms = for_ms.map(since);
                along(reaches, users, |times_ms| {
                    let at_ms = times_ms.get(*level).copied().flatten();
                    at_ms.is_some_and(|at_ms| until_ms.is_none_or(|it| at_ms <= it))
                        && times_ms.iter().skip(level + 1).all(Option::is_none)
                })
            }
            (Self::Nps(bands), Condition::Nps { band }) => {
                let of = |it: &UserLine| bands.get(&(it.user.to_string(), it.anonymous)).copied();
                each(&|it| of(it).is_some_and(|found| band.is_none_or(|wanted| wanted == found)))
            }
            (Self::Nothing, Condition::Seen { within_ms }) => each(&|it| it.last_ms >= since(*within_ms)),
            (Self::Nothing, Condition::Joined { within_ms }) => each(&|it| it.first_ms >= since(*within_ms)),
            (Self::Nothing, Condition::Account { is: None }) => each(&|it| it.account.is_some()),
            (Self::Nothing, Condition::Account { is: Some(id) }) => {
                let wanted = everybody.accounts().iter().position(|it| *it.account == **id);
                each(&|it| wanted.is_some() && it.account.map(|it| it as usize) == wanted)
            }
            (Self::Nothing, Condition::Identified) => each(&|it| !it.anonymous),
            _ => vec![false; users.len()],
        }
    }
}

/// For each user, what holds of their first reaches; both are in order of [`UserKey`].
fn along(reaches: &Reaches, users: &[UserLine], holds: impl Fn(&[Option<i64>]) -> bool) -> Vec<bool> {
    let mut rows = reaches.iter().peekable();
    let mut times_ms: Vec<Option<i64>> = Vec::new();
    let mut of = |user: &UserLine| {
        while rows.next_if(|it| it.0 < user.key).is_some() {}
        times_ms.clear();
        if let Some((_, row)) = rows.next_if(|it| it.0 == user.key) {
            times_ms.extend(row);
        }
        holds(&times_ms)
    };
    users.iter().map(&mut of).collect()
}
