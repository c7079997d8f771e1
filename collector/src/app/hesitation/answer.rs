//! From sessions to the answer: counting, and keeping who was counted.

use super::episode::{Episode, episodes};
use super::messages::Messages;
use super::progress::{GOES_ON_WITHIN_MS, Progress};
use super::{
    Answers, Behind, HesitationAnswer, HesitationRequest, Lift, PageAnswer, Precision, Published, ReasonCount, Share,
    Tally, Verbatim, Who,
};
use crate::app::App;
use crate::hesitation::{sentence, sentences};
use crate::project::Hesitation;
use crate::storage::StorageError;
use domain::hesitation::Feature;
use sdk_core::hesitation::{PromptSaid, Reason};
use std::collections::BTreeMap;

/// Pages in one answer, the surest hesitation first: nobody reads more, and a site may have any number.
const PAGES: usize = 500;

/// Free texts in one answer.
const TEXTS: usize = 1_000;

/// As the learning has it: nothing is published of fewer visitors.
const VISITORS_NEEDED: u64 = 20;

/// Who was counted: numbers and places of sessions only, for a session is part of many numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Counted {
    sessions: Vec<Episode>,
    /// Per page (`None`: all pages) and number: the session's place, and when it came to be counted. The latest first.
    lists: BTreeMap<NumberKey, Vec<(usize, i64)>>,
}

/// A page, or all of them, and one of its numbers.
type NumberKey = (Option<String>, Who);

impl Counted {
    pub(super) fn list(&self, page: Option<&str>, who: Who) -> &[(usize, i64)] {
        self.lists.get(&(page.map(str::to_owned), who)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The sessions of a list, described.
    pub(super) fn behind(&self, page: Option<&str>, who: Who, language: &str) -> Vec<Behind> {
        let described = |(place, at_ms): &(usize, i64)| Some(behind(self.sessions.get(*place)?, *at_ms, language));
        self.list(page, who).iter().filter_map(described).collect()
    }

    fn count(&self, page: Option<&str>, who: Who) -> u64 {
        self.list(page, who).len() as u64
    }

    fn add(&mut self, page: Option<&str>, episodes: Vec<Episode>) {
        let mut lists: BTreeMap<Who, Vec<(usize, i64)>> = BTreeMap::new();
        for episode in episodes {
            for (who, at_ms) in episode.counts() {
                lists.entry(who).or_default().push((self.sessions.len(), at_ms));
            }
            self.sessions.push(episode);
        }
        for (who, mut list) in lists {
            // Of equal times the order of users decides, in which sessions come.
            list.sort_by_key(|(_, at_ms)| std::cmp::Reverse(*at_ms));
            self.lists.insert((page.map(str::to_owned), who), list);
        }
    }
}

fn behind(episode: &Episode, at_ms: i64, language: &str) -> Behind {
    let reasons = episode.hesitation.as_ref().map(|it| it.reasons.as_slice()).unwrap_or_default();
    Behind {
        user: episode.person.user.clone(),
        anonymous: episode.person.anonymous,
        account: episode.person.account.clone(),
        session: episode.session.to_string(),
        page: episode.page.to_string(),
        why: sentences(reasons, language),
        said: episode.said_name(),
        at_ms,
    }
}

impl App {
    /// What hesitation came to in a range of time.
    pub async fn hesitation(&self, request: &HesitationRequest) -> Result<HesitationAnswer, StorageError> {
        let project = self.project();
        let settings = project.hesitation.clone().unwrap_or_default();
        let published = self.published();
        let now_ms = self.now_ms();
        // What follows the range tells how hesitation at its end went on.
        let until_ms = request.until_ms.map(|it| it.saturating_add(GOES_ON_WITHIN_MS));
        let patterns = published.model.as_ref().map(|it| it.pages.clone()).unwrap_or_default();
        let messages = self.hesitation_messages(request.since_ms, until_ms, patterns, false).await?;
        let progress = self.progress(&messages).await?;
        let request = *request;
        // Long ranges take a while to count; other requests go on meanwhile.
        let count = tokio::task::spawn_blocking(move || {
            let counting = Counting { messages: &messages, progress: &progress, request, now_ms, settings: &settings };
            counting.answer(&published, project.hesitation.is_some())
        });
        count.await.map_err(|error| StorageError::Failed(format!("counting was cut off: {error}")))
    }
}

/// Everything that counting needs.
struct Counting<'a> {
    messages: &'a Messages,
    progress: &'a Progress,
    request: HesitationRequest,
    now_ms: i64,
    settings: &'a Hesitation,
}

impl Counting<'_> {
    fn answer(&self, published: &Published, is_configured: bool) -> HesitationAnswer {
        let settings = self.settings;
        let mut counted = Counted::default();
        let whole = self.episodes(false);
        let verbatim = self.verbatim(&whole);
        counted.add(None, whole);
        let mut pages = self.pages(&mut counted);
        for page in &mut pages {
            page.muted = published.notes.muted.get(&page.page).map(|it| it.shown(settings.language));
            page.visitors = published.notes.visitors.get(&page.page).copied().unwrap_or(0);
            page.curves = published.curves(&page.page);
        }
        HesitationAnswer {
            is_configured,
            is_asking: is_configured && settings.is_asking,
            language: settings.language.tag(),
            budget: settings.budget,
            precision_floor: settings.precision_floor,
            visitors_needed: VISITORS_NEEDED,
            model: published.model.as_ref().map(|it| it.version),
            all: tally(None, &counted),
            lift: lift(None, &counted),
            verbatim,
            pages,
            counted,
        }
    }

    fn is_in_range(&self, at_ms: i64) -> bool {
        self.request.since_ms.is_none_or(|it| at_ms >= it) && self.request.until_ms.is_none_or(|it| at_ms < it)
    }

    fn episodes(&self, by_page: bool) -> Vec<Episode> {
        episodes(self.messages, self.progress, |it| self.is_in_range(it), by_page, self.now_ms)
    }

    fn pages(&self, counted: &mut Counted) -> Vec<PageAnswer> {
        let mut by_page: BTreeMap<String, Vec<Episode>> = BTreeMap::new();
        for episode in self.episodes(true) {
            by_page.entry(episode.page.to_string()).or_default().push(episode);
        }
        let surest = |episodes: &[Episode]| {
            let part = episodes.iter().filter(|it| it.hesitation.is_some()).count() as u64;
            Share { part, whole: episodes.len() as u64 }.interval().map_or(0.0, |(low, _)| low)
        };
        let mut pages: Vec<(String, Vec<Episode>)> = by_page.into_iter().collect();
        pages.sort_by(|(a_name, a), (b_name, b)| {
            surest(b).total_cmp(&surest(a)).then(b.len().cmp(&a.len())).then(a_name.cmp(b_name))
        });
        pages.truncate(PAGES);
        let answer = |(page, episodes): (String, Vec<Episode>)| {
            let reasons = self.reasons(&episodes);
            counted.add(Some(&page), episodes);
            PageAnswer {
                tally: tally(Some(&page), counted),
                muted: None,
                visitors: 0,
                curves: Vec::new(),
                lift: lift(Some(&page), counted),
                reasons,
                page,
            }
        };
        pages.into_iter().map(answer).collect()
    }

    fn reasons(&self, episodes: &[Episode]) -> Vec<ReasonCount> {
        let mut by_feature: BTreeMap<Feature, Vec<Reason>> = BTreeMap::new();
        for reason in episodes.iter().filter_map(|it| it.hesitation.as_ref()).flat_map(|it| &it.reasons) {
            by_feature.entry(reason.feature).or_default().push(*reason);
        }
        let mut counts: Vec<ReasonCount> = by_feature
            .into_iter()
            .map(|(feature, reasons)| {
                let sessions = reasons.len() as u64;
                let usual = median(reasons.iter().filter_map(|it| it.usual).collect());
                let measured = median(reasons.iter().map(|it| it.measured).collect()).unwrap_or(0);
                let contribution = reasons.iter().map(|it| it.contribution).max().unwrap_or(0);
                let typical = Reason { feature, contribution, measured, usual };
                ReasonCount { feature, sentence: sentence(&typical, self.settings.language.tag()), sessions }
            })
            .collect();
        counts.sort_by_key(|it| std::cmp::Reverse(it.sessions));
        counts
    }

    fn verbatim(&self, sessions: &[Episode]) -> Vec<Verbatim> {
        let mut why: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for episode in sessions {
            if let Some(hesitation) = &episode.hesitation {
                let sentences = sentences(&hesitation.reasons, self.settings.language.tag());
                why.insert((&episode.person.user, &episode.session), sentences);
            }
        }
        let said = self.messages.said.iter().rev().filter(|it| self.is_in_range(it.place.at_ms));
        said.filter(|it| it.said == PromptSaid::Confused)
            .filter_map(|it| {
                let place = &it.place;
                Some(Verbatim {
                    at_ms: place.at_ms,
                    user: place.person.user.clone(),
                    anonymous: place.person.anonymous,
                    account: place.person.account.clone(),
                    page: place.page.to_string(),
                    text: it.detail.clone()?,
                    reasons: why.get(&(place.person.user.as_str(), &*place.session)).cloned().unwrap_or_default(),
                })
            })
            .take(TEXTS)
            .collect()
    }
}

fn tally(page: Option<&str>, counted: &Counted) -> Tally {
    let count = |who: Who| counted.count(page, who);
    let shadow = Share { part: count(Who::ShadowStuck), whole: count(Who::ShadowStuck) + count(Who::ShadowWentOn) };
    let all = Share { part: count(Who::Right), whole: count(Who::Right) + count(Who::Wrong) };
    Tally {
        hesitated: Share { part: count(Who::Hesitated), whole: count(Who::Sessions) },
        hinted: count(Who::Hinted),
        asked: count(Who::Asked),
        answers: Answers {
            confused: count(Who::Confused),
            help: count(Who::Help),
            fine: count(Who::Fine),
            never: count(Who::Never),
            dismissed: count(Who::Dismissed),
            timed_out: count(Who::TimedOut),
            unanswered: count(Who::Unanswered),
        },
        precision: Precision {
            all,
            // Every label is of one kind.
            one_tap: Share { part: count(Who::OneTapRight), whole: all.whole - shadow.whole },
            shadow,
        },
    }
}

fn lift(page: Option<&str>, counted: &Counted) -> Lift {
    let share = |all, reached| Share { part: counted.count(page, reached), whole: counted.count(page, all) };
    Lift { treated: share(Who::Treated, Who::TreatedReached), hold_out: share(Who::HoldOut, Who::HoldOutReached) }
}

/// The lower one of two in the middle: it was really measured.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
