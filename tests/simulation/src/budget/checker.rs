//! What must hold of everything that was shown, by brute force over a list: nothing here is shared with the collector
//! but the numbers of the budget.

use super::campaigns::Campaigns;
use super::report::BudgetReport;
use domain::{HESITATION, PromptKind, is_sampled};
use milepost::project::{Budget, Repeat, SurveyDefinition};
use std::collections::{BTreeMap, BTreeSet};

/// A lease as the page that asked for it knows it.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) lease: String,
    /// Who it truly is.
    pub(super) person: usize,
    pub(super) browser: String,
    pub(super) user: Option<String>,
    pub(super) account: Option<String>,
    pub(super) session: String,
    pub(super) sessions: u32,
    pub(super) prompt: String,
    pub(super) kind: PromptKind,
    pub(super) at_ms: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Shown,
    Opened,
    Answered,
    Completed,
    Closed,
    Never,
    TimedOut,
}

/// What the collector comes to know.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    Said { lease: String, said: Said, said_ms: i64 },
    LoggedIn { browser: String, user: String },
    Muted { browser: String, user: Option<String>, until_ms: Option<i64> },
}

#[derive(Debug)]
struct Entry {
    ask: Ask,
    was_shown: bool,
    was_given_back: bool,
    /// A hint that was opened.
    is_question: bool,
    /// As far as the collector has heard.
    answered: bool,
    completed_ms: Option<i64>,
    dismissed_ms: Option<i64>,
}

pub(super) struct Checker {
    seed: u64,
    budget: Budget,
    surveys: Vec<SurveyDefinition>,
    entries: Vec<Entry>,
    by_lease: BTreeMap<String, usize>,
    by_browser: BTreeMap<String, Vec<usize>>,
    by_account: BTreeMap<String, Vec<usize>>,
    /// The browsers in which the collector has seen a user, and since when.
    browsers: BTreeMap<String, BTreeMap<String, i64>>,
    completed: BTreeMap<String, u64>,
    /// Browser or user → since when, and until when; and who said "don't ask again", as the collector heard it.
    muted: BTreeMap<String, (i64, i64)>,
    declined: BTreeMap<String, i64>,
    /// Who took it back, and when last.
    undone: BTreeMap<String, i64>,
}

impl Checker {
    pub(super) fn new(campaigns: &Campaigns, seed: u64) -> Self {
        Self {
            seed,
            budget: campaigns.project.budget,
            surveys: campaigns.all().to_vec(),
            entries: Vec::new(),
            by_lease: BTreeMap::new(),
            by_browser: BTreeMap::new(),
            by_account: BTreeMap::new(),
            browsers: BTreeMap::new(),
            completed: BTreeMap::new(),
            muted: BTreeMap::new(),
            declined: BTreeMap::new(),
            undone: BTreeMap::new(),
        }
    }

    /// The collector has seen both ids together.
    pub(super) fn link(&mut self, now_ms: i64, browser: &str, user: &str) {
        self.browsers.entry(user.to_owned()).or_default().entry(browser.to_owned()).or_insert(now_ms);
    }

    /// Its place in the list. A survey in the page goes on under the lease it has.
    pub(super) fn granted(&mut self, ask: Ask) -> usize {
        if let Some(at) = self.by_lease.get(&ask.lease) {
            let before = &self.entries[*at].ask;
            let goes_on = !ask.kind.interrupts() && before.browser == ask.browser && before.prompt == ask.prompt;
            assert!(goes_on, "seed {:#x}: the lease {} was granted twice", self.seed, ask.lease);
            self.entries[*at].ask = ask;
            return *at;
        }
        let at = self.entries.len();
        self.by_lease.insert(ask.lease.clone(), at);
        self.by_browser.entry(ask.browser.clone()).or_default().push(at);
        if let Some(account) = &ask.account {
            self.by_account.entry(account.clone()).or_default().push(at);
        }
        self.entries.push(Entry {
            ask,
            was_shown: false,
            was_given_back: false,
            is_question: false,
            answered: false,
            completed_ms: None,
            dismissed_ms: None,
        });
        at
    }

    pub(super) fn given_back(&mut self, at: usize) {
        self.entries[at].was_given_back = true;
    }

    pub(super) fn hear(&mut self, now_ms: i64, heard: Heard) {
        match heard {
            Heard::LoggedIn { browser, user } => self.link(now_ms, &browser, &user),
            Heard::Muted { browser, user, until_ms } => {
                let mut ids: BTreeSet<String> = BTreeSet::from([browser]);
                ids.extend(user.iter().cloned());
                ids.extend(user.iter().flat_map(|it| self.browsers_of(it, i64::MAX)));
                for id in ids {
                    match until_ms {
                        Some(until_ms) => drop(self.muted.insert(id, (now_ms, until_ms))),
                        None => {
                            self.muted.remove(&id);
                            self.declined.remove(&id);
                            self.undone.insert(id, now_ms);
                        }
                    }
                }
            }
            Heard::Said { lease, said, said_ms } => self.said(now_ms, &lease, said, said_ms),
        }
    }

    fn said(&mut self, now_ms: i64, lease: &str, said: Said, said_ms: i64) {
        let entry = &mut self.entries[self.by_lease[lease]];
        match said {
            Said::Shown | Said::Opened | Said::TimedOut => {}
            Said::Answered => entry.answered = true,
            Said::Completed => {
                if entry.completed_ms.is_none() {
                    *self.completed.entry(entry.ask.prompt.clone()).or_default() += 1;
                }
                entry.answered = true;
                entry.completed_ms = Some(entry.completed_ms.map_or(said_ms, |it| it.min(said_ms)));
            }
            Said::Closed | Said::Never => {
                entry.dismissed_ms = Some(entry.dismissed_ms.map_or(said_ms, |it| it.min(said_ms)));
            }
        }
        if said == Said::Never {
            let ids = [Some(entry.ask.browser.clone()), entry.ask.user.clone()].into_iter().flatten();
            for id in ids.filter(|it| self.undone.get(it).is_none_or(|undone_ms| *undone_ms < said_ms)) {
                self.declined.entry(id).or_insert(now_ms);
            }
        }
    }

    /// A prompt is on screen: may it be?
    pub(super) fn shown(&mut self, at: usize) {
        self.entries[at].was_shown = true;
        let entry = &self.entries[at];
        let theirs = self.of_same(&entry.ask);
        let before: Vec<&Entry> = theirs.iter().filter(|it| **it != at).map(|it| &self.entries[*it]).collect();
        let complaints = self.complaints(entry, &before);
        let (seed, ask) = (self.seed, &entry.ask);
        assert!(
            complaints.is_empty(),
            "seed {seed:#x}: {ask:?} was shown in spite of {complaints:?}, after {before:#?}"
        );
    }

    /// A hint became a question: with everything else that was shown since, may it be?
    pub(super) fn opened(&mut self, at: usize) {
        self.entries[at].is_question = true;
        let entry = &self.entries[at];
        let theirs = self.of_same(&entry.ask);
        let others = theirs.iter().filter(|it| **it != at).map(|it| &self.entries[*it]);
        let others: Vec<&Entry> = others.filter(|it| self.were_one(&entry.ask, &it.ask)).collect();
        let complaints = self.spacing(entry, &others);
        let (seed, ask) = (self.seed, &entry.ask);
        assert!(
            complaints.is_empty(),
            "seed {seed:#x}: {ask:?} was opened in spite of {complaints:?}, beside {others:#?}"
        );
    }

    /// When the later of the two was leased, the collector could know that one person has both.
    fn were_one(&self, one: &Ask, other: &Ask) -> bool {
        let later_ms = one.at_ms.max(other.at_ms);
        let user = one.user.as_ref().or(other.user.as_ref());
        let is_known = |browser: &String| {
            let since_ms = user.and_then(|it| self.browsers.get(it)?.get(browser));
            since_ms.is_some_and(|it| *it < later_ms)
        };
        one.browser == other.browser || is_known(&one.browser) && is_known(&other.browser)
    }

    /// In which a user was seen before that time; in the very moment, another tab may have been quicker.
    fn browsers_of(&self, user: &str, before_ms: i64) -> impl Iterator<Item = String> {
        let seen = self.browsers.get(user).into_iter().flatten();
        seen.filter(move |it| *it.1 < before_ms).map(|it| it.0.clone())
    }

    /// All leases of whom the collector can know to be the same person, this one included.
    fn of_same(&self, ask: &Ask) -> BTreeSet<usize> {
        let mut browsers = BTreeSet::from([ask.browser.clone()]);
        browsers.extend(ask.user.iter().flat_map(|it| self.browsers_of(it, ask.at_ms)));
        browsers.iter().filter_map(|it| self.by_browser.get(it)).flatten().copied().collect()
    }

    fn is_counted(entry: &Entry) -> bool {
        entry.was_shown && (matches!(entry.ask.kind, PromptKind::Popover | PromptKind::Question) || entry.is_question)
    }

    /// Gap and quarter.
    fn spacing(&self, entry: &Entry, others: &[&Entry]) -> Vec<&'static str> {
        let ago = |it: &Entry| (entry.ask.at_ms - it.ask.at_ms).unsigned_abs();
        let counted: Vec<&&Entry> = others.iter().filter(|it| Self::is_counted(it)).collect();
        let mut complaints = Vec::new();
        if counted.iter().any(|it| ago(it) < self.budget.gap_ms) {
            complaints.push("gap");
        }
        if counted.iter().filter(|it| ago(it) < Budget::QUARTER_MS).count() >= self.budget.per_quarter as usize {
            complaints.push("quarter");
        }
        complaints
    }

    fn complaints(&self, entry: &Entry, before: &[&Entry]) -> Vec<&'static str> {
        let ask = &entry.ask;
        let survey = self.surveys.iter().find(|it| it.id() == ask.prompt);
        let mut found = Vec::new();
        let mut complain = |is_so: bool, what: &'static str| found.extend(is_so.then_some(what));
        let shown: Vec<&&Entry> = before.iter().filter(|it| it.was_shown).collect();
        if let Some(survey) = survey {
            complain(survey.starts_ms.is_some_and(|it| ask.at_ms < it), "not begun");
            complain(survey.ends_ms.is_some_and(|it| ask.at_ms >= it), "over");
            let completed = self.completed.get(survey.id()).copied().unwrap_or(0);
            complain(survey.wanted.is_some_and(|it| completed >= it), "enough");
            // In the page it may stand in two tabs at once, and be completed in one of them.
            let is_before = |it: &i64| ask.kind.interrupts() || *it < ask.at_ms;
            let asked = shown.iter().filter(|it| it.ask.prompt == ask.prompt).filter_map(|it| put_ms(it));
            let asked = asked.filter(is_before).max();
            complain(
                asked.is_some_and(|it| match survey.repeat {
                    Repeat::Once => true,
                    Repeat::EveryMs(every_ms) => ask.at_ms - it < every_ms as i64,
                }),
                "asked twice",
            );
        }
        let ids = self.ids(ask);
        if ask.kind != PromptKind::Tab {
            // What was said in one tab in the very moment in which another asked came before or after it.
            let was_before = |since_ms: &i64| *since_ms < ask.at_ms;
            complain(ids.iter().any(|it| self.declined.get(it).is_some_and(was_before)), "declined");
            let is_muted = |(since_ms, until_ms): &(i64, i64)| was_before(since_ms) && ask.at_ms < *until_ms;
            complain(ids.iter().any(|it| self.muted.get(it).is_some_and(is_muted)), "muted");
        }
        if !ask.kind.interrupts() {
            return found;
        }
        complain(ask.kind == PromptKind::Popover && ask.sessions < 2, "first session");
        let interrupting = shown.iter().filter(|it| it.ask.kind.interrupts());
        let own_hint = |it: &Entry| {
            it.ask.prompt == HESITATION
                && ask.prompt == HESITATION
                && it.ask.kind == PromptKind::Hint
                && !it.is_question
        };
        let here = interrupting.clone().filter(|it| it.ask.session == ask.session && !own_hint(it));
        complain(here.count() >= self.budget.per_session as usize, "session");
        // Of what was leased in the same moment in two browsers, an answer may have come last.
        let mut in_order: Vec<_> = interrupting.collect();
        in_order.sort_by_key(|it| (it.ask.at_ms, it.answered));
        let mut row = Vec::new();
        for it in in_order {
            match it.dismissed_ms {
                _ if it.answered => row.clear(),
                Some(dismissed_ms) => row.push(dismissed_ms),
                None => {}
            }
        }
        let is_recent = row.iter().any(|it| ask.at_ms - it < self.budget.silence_ms as i64);
        complain(row.len() >= self.budget.dismissals as usize && is_recent, "silence");
        if survey.is_some_and(SurveyDefinition::asks_nps) {
            let nps = shown.iter().filter(|it| {
                let asks = self.surveys.iter().find(|survey| survey.id() == it.ask.prompt);
                asks.is_some_and(SurveyDefinition::asks_nps) && (it.ask.kind.interrupts() || it.answered)
            });
            let latest_ms = nps.map(|it| it.ask.at_ms).max();
            complain(latest_ms.is_some_and(|it| ask.at_ms - it < self.budget.nps_gap_ms as i64), "NPS gap");
        }
        complain(self.is_reserved(ask, survey, before), "reserved");
        complain(self.account_is_full(ask), "account");
        found.extend(self.spacing(entry, before));
        found
    }

    fn ids(&self, ask: &Ask) -> BTreeSet<String> {
        let mut ids = BTreeSet::from([ask.browser.clone()]);
        ids.extend(ask.user.clone());
        ids.extend(ask.user.iter().flat_map(|it| self.browsers_of(it, ask.at_ms)));
        ids
    }

    /// By leases, shown or not: what was granted and lost has its date all the same.
    fn is_reserved(&self, ask: &Ask, survey: Option<&SurveyDefinition>, before: &[&Entry]) -> bool {
        let priority = survey.map_or(0, |it| it.survey.priority);
        let who = ask.user.as_ref().unwrap_or(&ask.browser);
        let kept = |it: &&&Entry| !it.was_given_back;
        self.surveys.iter().any(|it| {
            if !it.is_reserved || it.survey.priority <= priority || !is_sampled(who, it.id(), it.survey.sample) {
                return false;
            }
            let asked = before.iter().filter(kept).filter(|entry| entry.ask.prompt == it.id());
            let asked_ms = asked.map(|it| it.ask.at_ms).max();
            let again_ms = match (asked_ms, it.repeat) {
                (None, _) => None,
                (Some(_), Repeat::Once) => return false,
                (Some(at_ms), Repeat::EveryMs(every_ms)) => Some(at_ms + every_ms as i64),
            };
            let begins_ms = it.starts_ms.filter(|it| *it > ask.at_ms);
            let Some(mut due_ms) = again_ms.max(begins_ms) else { return false };
            if it.asks_nps() {
                let asks = |id: &str| self.surveys.iter().any(|it| it.id() == id && it.asks_nps());
                let counts = |it: &&&Entry| asks(&it.ask.prompt) && (it.ask.kind.interrupts() || it.answered);
                let latest_ms = before.iter().filter(kept).filter(counts).map(|it| it.ask.at_ms).max();
                due_ms = due_ms.max(latest_ms.map_or(i64::MIN, |it| it + self.budget.nps_gap_ms as i64));
            }
            let is_live = it.ends_ms.is_none_or(|it| due_ms < it);
            is_live && due_ms > ask.at_ms && due_ms - ask.at_ms < self.budget.gap_ms as i64
        })
    }

    /// People of the account who were prompted in its window, this one included: more than there are places?
    fn account_is_full(&self, ask: &Ask) -> bool {
        let Some(account) = &ask.account else { return false };
        let entries = self.by_account.get(account).into_iter().flatten().map(|it| &self.entries[*it]);
        let recent = entries
            .filter(|it| Self::is_counted(it) && ask.at_ms - it.ask.at_ms < self.budget.account_window_ms as i64);
        let mut people: BTreeSet<usize> = recent.map(|it| it.ask.person).collect();
        people.insert(ask.person);
        people.len() > self.budget.per_account as usize
    }

    /// How full the fullest quarter of each user was.
    pub(super) fn finish(&self, report: &mut BudgetReport) {
        for (user, browsers) in &self.browsers {
            let theirs =
                browsers.keys().filter_map(|it| self.by_browser.get(it)).flatten().map(|it| &self.entries[*it]);
            let known = theirs.filter(|it| Self::is_counted(it) && it.ask.user.as_ref() == Some(user));
            let times_ms: Vec<i64> = known.map(|it| it.ask.at_ms).collect();
            let in_quarter = |from: &i64| {
                times_ms.iter().filter(|it| **it >= *from && **it - from < Budget::QUARTER_MS as i64).count() as u32
            };
            let fullest = times_ms.iter().map(in_quarter).max().unwrap_or(0);
            *report.fullest_quarter.entry(fullest).or_default() += 1;
        }
    }
}

/// When it was put to somebody: at once, or, in the page and behind the tab, once it was over.
fn put_ms(entry: &Entry) -> Option<i64> {
    match entry.ask.kind {
        PromptKind::Inline => entry.completed_ms.or(entry.dismissed_ms),
        PromptKind::Tab => entry.completed_ms,
        _ => Some(entry.ask.at_ms),
    }
}
