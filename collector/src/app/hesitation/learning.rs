//! Learning again, every hour: what is normal on each page, what features weigh, which pages are muted.

use super::episode::episodes;
use super::messages::{Messages, Person, VisitSeen};
use super::progress::Progress;
use super::published::{Base, MutedNote, Notes};
use super::{Share, templates};
use crate::app::App;
use crate::hesitation::{LEAST_LABELS, LearnOptions, LearnedVisit, Moment, Weights, fit, learn, shipped};
use crate::project::Hesitation;
use crate::storage::StorageError;
use domain::UrlPattern;
use domain::hesitation::Model;
use sdk_core::hesitation::PromptSaid;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

const DAY_MS: i64 = 86_400_000;

/// Twice the half-life of a visit's weight: what is older hardly counts.
const LEARNED_FROM_MS: i64 = 28 * DAY_MS;

/// The weights are learned again this often. Thresholds wait for new sessions each time, so not with every hour.
const WEIGHED_EVERY_MS: i64 = 7 * DAY_MS;

/// A page stays muted for so long; then it may prove itself again.
const MUTED_FOR_MS: i64 = 28 * DAY_MS;

/// Labels from which on a page may be muted: with fewer, chance does.
const LEAST_PAGE_LABELS: u64 = 20;

const EVERY: Duration = Duration::from_secs(60 * 60);

/// … and while no page has a baseline of its own: a new installation wants to see something happen.
const EVERY_WHILE_YOUNG: Duration = Duration::from_secs(60);

impl App {
    /// Learns at once, every hour (every minute while nothing is known), and when definitions change; for as long as it is polled.
    pub async fn keep_learning(self: Arc<Self>) {
        let mut pause = Duration::ZERO;
        loop {
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.definitions_changed.notified() => {}
            }
            match self.learn_hesitation().await {
                Ok(true) => {
                    let version = self.published().model.as_ref().map(|it| it.version);
                    tracing::info!(version, "what is normal on each page was learned anew");
                }
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "what is normal on each page could not be learned; the last model stays")
                }
            }
            let is_young = self.published().model.as_ref().is_none_or(|it| it.baselines.iter().all(|it| !it.is_own));
            pause = if is_young { EVERY_WHILE_YOUNG } else { EVERY };
        }
    }

    /// Learns from the visits of the last weeks and puts the result in force. `true`: something changed.
    pub async fn learn_hesitation(&self) -> Result<bool, StorageError> {
        let _one_at_a_time = self.publishing.lock().await;
        let project = self.project();
        let Some(settings) = project.hesitation.clone() else { return Ok(false) };
        let now_ms = self.now_ms();
        let mut base = self.learned().await?;
        let known = patterns(&settings, &base.notes);
        let mut messages = self.hesitation_messages(Some(now_ms - LEARNED_FROM_MS), None, known, true).await?;
        base.notes.templates = page_names(&messages, &base.notes.templates);
        messages.group(&patterns(&settings, &base.notes));
        let progress = self.progress(&messages).await?;
        // Minutes of computing at most; other requests go on meanwhile.
        let work = tokio::task::spawn_blocking(move || learn_from(base, &messages, &progress, &settings, now_ms));
        let base = work.await.map_err(|error| StorageError::Failed(format!("learning was cut off: {error}")))?;
        self.put_in_force(&project, base).await
    }
}

/// The vendor's first, then those found in names.
fn patterns(settings: &Hesitation, notes: &Notes) -> Vec<UrlPattern> {
    settings.pages.iter().cloned().chain(notes.templates.iter().map(UrlPattern::new)).collect()
}

/// The next model and its notes.
fn learn_from(mut base: Base, messages: &Messages, progress: &Progress, settings: &Hesitation, now_ms: i64) -> Base {
    let notes = &mut base.notes;
    notes.visitors = visitors(messages);
    notes.muted = muted(messages, progress, notes, settings, now_ms);
    let weights_since = base.notes.weights_since;
    let visits = messages.visits.iter().map(|it| visit(it, progress, weights_since, now_ms));
    let learned = learn(visits, &LearnOptions { now_ms, budget: settings.budget });
    learned.apply_to(&mut base.model);
    if now_ms - base.notes.weighed_ms >= WEIGHED_EVERY_MS {
        let moments = moments(messages, progress, now_ms);
        if weigh(&mut base.model, &moments) {
            base.notes.weighed_ms = now_ms;
            base.notes.weights_since = base.model.version + 1;
        }
    }
    base
}

fn visit(it: &VisitSeen, progress: &Progress, weights_since: u64, now_ms: i64) -> LearnedVisit {
    LearnedVisit {
        user: it.place.person.user.clone(),
        session: it.place.session.to_string(),
        started_ms: it.place.at_ms.saturating_sub(it.active_ms),
        page: it.place.page.to_string(),
        context: it.context.clone(),
        device: it.device,
        samples: it.samples.clone(),
        states: it.states.clone(),
        actions: it.actions,
        went_on: progress.went_on(it, now_ms),
        is_prompted: it.is_prompted,
        active_ms: it.active_ms,
        top_score: it.top_score.filter(|_| it.model >= weights_since && weights_since > 0),
    }
}

/// Patterns found in the names of pages; one found earlier stays while anybody comes to it.
fn page_names(messages: &Messages, before: &[String]) -> Vec<String> {
    let mut visits: BTreeMap<&str, u64> = BTreeMap::new();
    for it in &messages.visits {
        *visits.entry(&it.place.page).or_default() += 1;
    }
    let mut found: BTreeSet<String> = templates::infer(visits.iter().map(|(page, count)| (*page, *count)))
        .iter()
        .map(|it| it.as_str().into())
        .collect();
    found.extend(before.iter().filter(|it| visits.contains_key(it.as_str())).cloned());
    found.into_iter().collect()
}

fn visitors(messages: &Messages) -> BTreeMap<String, u64> {
    let mut people: BTreeMap<&str, BTreeSet<&Person>> = BTreeMap::new();
    for it in messages.visits.iter().filter(|it| !it.is_prompted) {
        people.entry(&*it.place.page).or_default().insert(&it.place.person);
    }
    people.into_iter().map(|(page, people)| (page.to_owned(), people.len() as u64)).collect()
}

/// Pages whose questions are surely right less often than the vendor wants.
fn muted(
    messages: &Messages,
    progress: &Progress,
    notes: &Notes,
    settings: &Hesitation,
    now_ms: i64,
) -> BTreeMap<String, MutedNote> {
    let mut labels: BTreeMap<String, Share> = BTreeMap::new();
    for episode in episodes(messages, progress, |_| true, true, now_ms) {
        if let Some((is_right, at_ms)) = episode.label() {
            // What a page was muted for is not held against it for ever.
            let served_ms = notes.muted.get(&*episode.page).map_or(i64::MIN, |it| it.since_ms);
            if at_ms <= served_ms {
                continue;
            }
            let share = labels.entry(episode.page.to_string()).or_default();
            *share = *share + Share { part: u64::from(is_right), whole: 1 };
        }
    }
    let mut muted: BTreeMap<String, MutedNote> = notes.muted.clone();
    muted.retain(|_, it| now_ms - it.since_ms < MUTED_FOR_MS);
    for (page, share) in labels {
        let is_surely_below = share.interval().is_some_and(|(_, high)| high < settings.precision_floor);
        if share.whole >= LEAST_PAGE_LABELS && is_surely_below && !muted.contains_key(&page) {
            muted.insert(page, MutedNote { since_ms: now_ms, right: share.part, labelled: share.whole });
        }
    }
    muted
}

/// Decisions of which somebody, or what came after, said whether they were right.
fn moments(messages: &Messages, progress: &Progress, now_ms: i64) -> Vec<Moment> {
    let mut said: HashMap<(&Person, &str, i64), bool> = HashMap::new();
    for it in &messages.said {
        let key = (&*it.place.person, &*it.place.page, it.place.visit_ms);
        match it.said {
            PromptSaid::Confused | PromptSaid::Help => drop(said.insert(key, true)),
            PromptSaid::Fine => drop(said.entry(key).or_insert(false)),
            _ => {}
        }
    }
    let mut seen: BTreeSet<(&Person, &str, i64)> = BTreeSet::new();
    let mut moments = Vec::new();
    for it in messages.decisions.iter().filter(|it| !it.is_hint) {
        let key = (&*it.place.person, &*it.place.page, it.place.visit_ms);
        let label = said.get(&key).copied().or_else(|| progress.was_stuck(it, now_ms));
        if let Some(is_stuck) = label
            && seen.insert(key)
        {
            let age_ms = it.t_ms.saturating_sub(it.place.visit_ms).max(0);
            moments.push(Moment { user: it.place.person.user.clone(), features: it.features, is_stuck, age_ms });
        }
    }
    moments
}

/// Learns the weights, where there are labels enough, and moves the thresholds so that the same share of these moments
/// stays below them: scores of the old weights say nothing about those of the new. `true`: they were learned.
fn weigh(model: &mut Model, moments: &[Moment]) -> bool {
    if moments.len() < LEAST_LABELS {
        return false;
    }
    let before = Weights { bias: model.bias, weights: model.weights };
    let start = shipped();
    let after = fit(moments, &Weights { bias: start.bias, weights: start.weights });
    if after == before {
        return false;
    }
    let scores = |weights: &Weights| {
        let mut scores: Vec<i32> = moments.iter().map(|it| total(weights, it)).collect();
        scores.sort_unstable();
        scores
    };
    let (old, new) = (scores(&before), scores(&after));
    let moved = |threshold: i32| {
        let below = old.partition_point(|it| *it < threshold);
        match new.get(below).or(new.last()) {
            Some(score) => *score,
            None => threshold,
        }
    };
    (model.ask_at, model.hint_at) = (moved(model.ask_at), moved(model.hint_at));
    model.hint_at = model.hint_at.min(model.ask_at);
    (model.bias, model.weights) = (after.bias, after.weights);
    true
}

/// As the browser adds it up.
fn total(weights: &Weights, moment: &Moment) -> i32 {
    let parts = weights.weights.iter().zip(moment.features);
    parts.fold(weights.bias, |sum, (weight, value)| {
        sum.saturating_add((i64::from(*weight) * i64::from(value) / 1_000) as i32)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::hesitation::Feature;

    /// Idle people are stuck, those who return are not.
    fn moments(count: usize) -> Vec<Moment> {
        let moment = |nth: usize| {
            let is_stuck = nth.is_multiple_of(3);
            let mut features = [0; Feature::COUNT];
            features[Feature::Idle as usize] = if is_stuck { 2_500 } else { 800 } + (nth % 7) as i32 * 100;
            features[Feature::Returns as usize] = if is_stuck { 100 } else { 1_200 };
            Moment { user: format!("u{nth}"), features, is_stuck, age_ms: 40_000 }
        };
        (0..count).map(moment).collect()
    }

    #[test]
    fn too_few_labels_teach_no_weights() {
        let mut model = shipped();
        assert!(!weigh(&mut model, &moments(LEAST_LABELS - 1)));
        assert_eq!(model, shipped());
    }

    #[test]
    fn thresholds_move_with_the_weights_so_that_as_many_stay_below() {
        let moments = moments(600);
        let mut model = shipped();
        let before = Weights { bias: model.bias, weights: model.weights };
        // The threshold of which a quarter of these moments lies above.
        let mut scores: Vec<i32> = moments.iter().map(|it| total(&before, it)).collect();
        scores.sort_unstable();
        (model.ask_at, model.hint_at) = (scores[450], scores[300]);
        let above = |model: &Model| {
            let weights = Weights { bias: model.bias, weights: model.weights };
            moments.iter().filter(|it| total(&weights, it) >= model.ask_at).count()
        };
        let asked_before = above(&model);
        assert!(weigh(&mut model, &moments));
        assert_ne!(model.weights, before.weights);
        assert!(model.weights[Feature::Idle as usize] > before.weights[Feature::Idle as usize]);
        // Equal scores are asked together or not at all.
        let asked = above(&model);
        assert!(asked.abs_diff(asked_before) <= 60, "{asked} instead of {asked_before}");
        assert!(model.hint_at <= model.ask_at);
    }
}
