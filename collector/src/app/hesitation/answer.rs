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

type BehindAll = BTreeMap<(Option<String>, Who), Vec<Behind>>;

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
        let mut behind = BehindAll::new();
        let whole = self.episodes(false);
        let all = self.tally(&whole, &None, &mut behind);
        let mut pages = self.pages(&mut behind);
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
            all,
            lift: lift(&None, &behind),
            verbatim: self.verbatim(&whole),
            pages,
            behind,
        }
    }

    fn is_in_range(&self, at_ms: i64) -> bool {
        self.request.since_ms.is_none_or(|it| at_ms >= it) && self.request.until_ms.is_none_or(|it| at_ms < it)
    }

    fn episodes(&self, by_page: bool) -> Vec<Episode> {
        episodes(self.messages, self.progress, |it| self.is_in_range(it), by_page, self.now_ms)
    }

    fn pages(&self, behind: &mut BehindAll) -> Vec<PageAnswer> {
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
            let key = Some(page.clone());
            let tally = self.tally(&episodes, &key, behind);
            PageAnswer {
                tally,
                muted: None,
                visitors: 0,
                curves: Vec::new(),
                lift: lift(&key, behind),
                reasons: self.reasons(&episodes),
                page,
            }
        };
        pages.into_iter().map(answer).collect()
    }

    fn tally(&self, episodes: &[Episode], page: &Option<String>, behind: &mut BehindAll) -> Tally {
        let mut lists: BTreeMap<Who, Vec<Behind>> = BTreeMap::new();
        for episode in episodes {
            let one = self.behind(episode);
            for (who, at_ms) in episode.counts() {
                lists.entry(who).or_default().push(Behind { at_ms, ..one.clone() });
            }
        }
        for (who, mut list) in lists {
            list.sort_by(|a, b| (b.at_ms, &a.user, &a.session).cmp(&(a.at_ms, &b.user, &b.session)));
            behind.insert((page.clone(), who), list);
        }
        let count = |who: Who| count(page, who, behind);
        let one_tap_right = count(Who::OneTapRight);
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
                one_tap: Share { part: one_tap_right, whole: all.whole - shadow.whole },
                shadow,
            },
        }
    }

    fn behind(&self, episode: &Episode) -> Behind {
        let reasons = episode.hesitation.as_ref().map(|it| it.reasons.as_slice()).unwrap_or_default();
        Behind {
            user: episode.person.user.clone(),
            anonymous: episode.person.anonymous,
            account: episode.person.account.clone(),
            session: episode.session.to_string(),
            page: episode.page.to_string(),
            why: sentences(reasons, self.settings.language.tag()),
            said: episode.said_name(),
            at_ms: episode.last_ms,
        }
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

fn count(page: &Option<String>, who: Who, behind: &BehindAll) -> u64 {
    behind.get(&(page.clone(), who)).map_or(0, |it| it.len() as u64)
}

fn lift(page: &Option<String>, behind: &BehindAll) -> Lift {
    let share = |all, reached| Share { part: count(page, reached, behind), whole: count(page, all, behind) };
    Lift { treated: share(Who::Treated, Who::TreatedReached), hold_out: share(Who::HoldOut, Who::HoldOutReached) }
}

/// The lower one of two in the middle: it was really measured.
fn median(mut values: Vec<i64>) -> Option<i64> {
    values.sort_unstable();
    values.get(values.len().checked_sub(1)? / 2).copied()
}
