//! One visit: tabs, wishes, what comes of them.

use super::checker::{Ask, Heard, Said};
use super::crowd::browser;
use super::{Happening, World};
use crate::dice::Dice;
use domain::survey::Surface;
use domain::{AccountId, AnonymousId, HESITATION, LeaseAnswer, PromptKind, SessionId, UserId, is_sampled};
use milepost::app::lease::{LeaseRequest, Visitor};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

/// A page of one browser, in one session.
#[derive(Clone)]
struct Page {
    person: usize,
    browser: String,
    user: Option<String>,
    account: Option<String>,
    session: String,
    sessions: u32,
}

impl World {
    pub(super) async fn visit(&mut self, person: usize) {
        let every_ms = self.people[person].every_ms;
        // Some come back within the hour.
        let next_ms = if self.dice.percent(20) {
            HOUR_MS + self.dice.between(0, HOUR_MS)
        } else {
            self.dice.between(HOUR_MS, 2 * every_ms)
        };
        self.agenda.plan(self.now_ms + next_ms, Happening::Visit { person });
        self.report.visits += 1;
        let at = self.dice.between(0, self.people[person].browsers.len() as i64 - 1) as usize;
        let page = self.open(person, at).await;
        if self.dice.percent(10) {
            self.report.offline += 1;
            return;
        }
        if self.dice.next().is_multiple_of(400) {
            self.mute(&page).await;
        }
        let mut pages = vec![page.clone()];
        for _ in 0..self.dice.pick(&[0, 0, 0, 1, 2]) {
            pages.push(page.clone());
        }
        // The phone beside the laptop.
        if self.people[person].browsers.len() > 1 && self.dice.percent(10) {
            let other = (at + 1) % self.people[person].browsers.len();
            pages.push(self.open(person, other).await);
        }
        let candidates: Vec<Vec<(String, PromptKind)>> = pages.iter().map(|it| candidates(self, it)).collect();
        // All tabs and devices ask at once; whoever is denied asks for what comes next in importance.
        let rounds = candidates.iter().map(Vec::len).max().unwrap_or(0);
        let mut has_prompt = vec![false; pages.len()];
        for round in 0..rounds {
            let mut asking = Vec::new();
            for (at, page) in pages.iter().enumerate() {
                let Some((prompt, kind)) = candidates[at].get(round).filter(|_| !has_prompt[at]) else { continue };
                asking.push((at, page.clone(), prompt.clone(), *kind));
            }
            if asking.len() > 1 {
                self.report.at_once += asking.len() as u64;
            }
            let answers = asking.iter().map(|(_, page, prompt, kind)| {
                let (app, request) = (std::sync::Arc::clone(&self.app), request(page, prompt, *kind));
                tokio::spawn(async move { app.lease(request).await.expect("the ledger answers") })
            });
            let answers: Vec<_> = answers.collect();
            // What is said on one screen is not known on the others when they are drawn.
            let mut on_screen = Vec::new();
            let mut seen = Vec::new();
            for ((at, page, prompt, kind), answer) in asking.into_iter().zip(answers) {
                let answer = answer.await.expect("answered");
                self.report.asked += 1;
                let (has, shown) = self.answered(&page, &prompt, kind, answer).await;
                has_prompt[at] = has;
                seen.extend(page.user.clone().map(|it| (page.browser.clone(), it)));
                on_screen.extend(shown.map(|(lease, ask)| (page, lease, ask, kind)));
            }
            for (browser, user) in seen {
                self.checker.link(self.now_ms, &browser, &user);
            }
            for (page, lease, ask, kind) in on_screen {
                self.converse(&page, &lease, ask, kind).await;
            }
        }
    }

    /// Another session of a browser that may have been cleared before.
    async fn open(&mut self, person: usize, at: usize) -> Page {
        let number = self.id();
        let who = &mut self.people[person];
        if self.dice.percent(who.clears) {
            who.browsers[at] = browser(&format!("b-{person}-{at}-{number}"));
            self.report.cleared += 1;
        }
        let browser = &mut who.browsers[at];
        browser.sessions += 1;
        let logs_in = !browser.is_logged_in && (who.logs_in_at_once || browser.sessions > 2);
        browser.is_logged_in |= logs_in;
        let page = Page {
            person,
            browser: browser.id.clone(),
            user: browser.is_logged_in.then(|| who.user.clone()),
            account: who.account.clone().filter(|_| browser.is_logged_in),
            session: format!("s-{person}-{number}"),
            sessions: browser.sessions,
        };
        if logs_in {
            let identify = message(&page, "identify", number, self.now_ms, json!({}));
            let heard = Heard::LoggedIn { browser: page.browser.clone(), user: self.people[person].user.clone() };
            self.send(vec![identify], vec![heard], 20, HOUR_MS).await;
        }
        page
    }

    async fn mute(&mut self, page: &Page) {
        let days = self.dice.pick(&[0, 7, 30]);
        self.app.mute(&visitor(page), days).await.expect("muted");
        let until_ms = (days > 0).then(|| self.now_ms + i64::from(days) * super::DAY_MS);
        self.checker
            .hear(self.now_ms, Heard::Muted { browser: page.browser.clone(), user: page.user.clone(), until_ms });
    }

    /// Whether the page asks no more now; and what is on its screen, by lease and place in the checker's list.
    async fn answered(
        &mut self,
        page: &Page,
        prompt: &str,
        kind: PromptKind,
        answer: LeaseAnswer,
    ) -> (bool, Option<(String, usize)>) {
        let lease = match answer {
            LeaseAnswer::Denied { reasons, .. } => {
                for reason in reasons.iter() {
                    *self.report.reasons.entry(reason.as_str()).or_default() += 1;
                }
                return (false, None);
            }
            LeaseAnswer::Granted { lease, .. } => lease.into_string(),
        };
        self.report.granted += 1;
        let ask = Ask {
            lease: lease.clone(),
            person: page.person,
            browser: page.browser.clone(),
            user: page.user.clone(),
            account: page.account.clone(),
            session: page.session.clone(),
            sessions: page.sessions,
            prompt: prompt.to_owned(),
            kind,
            at_ms: self.now_ms,
        };
        let at = self.checker.granted(ask);
        if self.dice.percent(3) {
            self.report.lost += 1;
            return (true, None);
        }
        if self.dice.percent(12) {
            self.report.given_back += 1;
            // The wish to give it back is lost as well, now and then.
            if !self.dice.percent(10) {
                let id = domain::LeaseId::new(lease);
                let is_open = self.app.release(&visitor(page), id).await.expect("answered");
                if is_open {
                    self.checker.given_back(at);
                }
            }
            return (false, None);
        }
        *self.report.shown.entry(kind.as_str()).or_default() += 1;
        self.report.checks += 1;
        self.checker.shown(at);
        (true, Some((lease, at)))
    }

    /// What the visitor does with it, and when the collector hears of that.
    async fn converse(&mut self, page: &Page, lease: &str, at: usize, kind: PromptKind) {
        let mut dice = Dice::new(self.dice.next());
        let mut says = vec![Said::Shown];
        if kind == PromptKind::Hint {
            match dice.between(0, 99) {
                0..40 => {
                    says.push(Said::Opened);
                    self.report.checks += 1;
                    self.checker.opened(at);
                    says.push(dice.pick(&[Said::Answered, Said::Closed, Said::TimedOut, Said::Never]));
                    if says.contains(&Said::Never) && !dice.percent(10) {
                        says.pop();
                    }
                }
                40..50 => says.push(Said::Closed),
                50..75 => says.push(Said::TimedOut),
                _ => {}
            }
        } else {
            match dice.between(0, 99) {
                0..40 => says.extend([Said::Answered, Said::Completed]),
                40..50 => says.push(Said::Answered),
                50..55 => says.extend([Said::Answered, Said::Closed]),
                55..85 => says.push(Said::Closed),
                85..86 => says.push(Said::Never),
                86..95 => says.push(Said::TimedOut),
                _ => {}
            }
        }
        let is_own = matches!(kind, PromptKind::Hint | PromptKind::Question);
        let mut messages = Vec::new();
        let mut heard = Vec::new();
        for said in says {
            let number = self.id();
            let Some((event, properties)) = (if is_own { own_words(said, kind) } else { survey_words(said) }) else {
                continue;
            };
            let properties = joined(json!({ "lease": lease }), properties);
            let fields = json!({ "event": event, "properties": properties });
            messages.push(message(page, "track", number, self.now_ms, fields));
            heard.push(Heard::Said { lease: lease.to_owned(), said, said_ms: self.now_ms });
        }
        // A hint's end that is heard more than a day late is a limit that the document names.
        let latest_ms = if kind == PromptKind::Hint { 20 * HOUR_MS } else { 3 * super::DAY_MS };
        self.send(messages, heard, 15, latest_ms).await;
    }

    /// At once, or, of a hundred, `late` times up to `latest_ms` later.
    async fn send(&mut self, messages: Vec<Value>, heard: Vec<Heard>, late: u64, latest_ms: i64) {
        let messages: Vec<String> = messages.iter().map(Value::to_string).collect();
        if self.dice.percent(late) {
            let at_ms = self.now_ms + self.dice.between(MINUTE_MS, latest_ms);
            self.agenda.plan(at_ms, Happening::Delivery { messages, heard });
        } else {
            self.deliver(messages, heard).await;
        }
    }
}

/// What this page could show, the most important first: only what the visitor is in the sample of.
fn candidates(world: &mut World, page: &Page) -> Vec<(String, PromptKind)> {
    let who = page.user.as_ref().unwrap_or(&page.browser);
    let mut found = Vec::new();
    for _ in 0..world.dice.between(1, 3) {
        let all = world.campaigns.all();
        let survey = &all[(world.dice.next() % all.len() as u64) as usize];
        let kind = match survey.survey.surface {
            Surface::Popover => PromptKind::Popover,
            Surface::Inline => PromptKind::Inline,
            Surface::Tab => PromptKind::Tab,
        };
        if is_sampled(who, survey.id(), survey.survey.sample) {
            found.push((survey.survey.priority, survey.id().to_owned(), kind));
        }
    }
    if world.dice.percent(12) {
        let kind = if world.dice.percent(60) { PromptKind::Hint } else { PromptKind::Question };
        found.push((u32::MAX, HESITATION.to_owned(), kind));
    }
    found.sort_by_key(|it| std::cmp::Reverse(it.0));
    found.into_iter().map(|(_, prompt, kind)| (prompt, kind)).collect()
}

fn visitor(page: &Page) -> Visitor {
    Visitor {
        anonymous: AnonymousId::new(page.browser.clone()),
        user: page.user.clone().map(UserId::new),
        identity_token: None,
    }
}

fn request(page: &Page, prompt: &str, kind: PromptKind) -> LeaseRequest {
    LeaseRequest {
        visitor: visitor(page),
        account: page.account.clone().map(AccountId::new),
        session: SessionId::new(page.session.clone()),
        sessions: page.sessions,
        prompt: prompt.to_owned(),
        kind,
        trigger: "message".to_owned(),
        language: "en".to_owned(),
        page: "/".to_owned(),
    }
}

fn message(page: &Page, kind: &str, number: u64, at_ms: i64, fields: Value) -> Value {
    let at = jiff::Timestamp::from_millisecond(at_ms).map(|it| it.to_string()).unwrap_or_default();
    let message = json!({ "type": kind, "messageId": format!("m-{number}"), "anonymousId": page.browser,
                          "userId": page.user, "originalTimestamp": at });
    joined(message, fields)
}

fn joined(mut base: Value, more: Value) -> Value {
    if let (Some(base), Value::Object(more)) = (base.as_object_mut(), more) {
        base.extend(more);
    }
    base
}

fn survey_words(said: Said) -> Option<(&'static str, Value)> {
    Some(match said {
        Said::Shown => ("Survey Shown", json!({})),
        Said::Answered => ("Survey Answered", json!({ "step": "score", "kind": "csat", "score": 7 })),
        Said::Completed => ("Survey Completed", json!({})),
        Said::Closed => ("Survey Dismissed", json!({ "how": "closed" })),
        Said::Never => ("Survey Dismissed", json!({ "how": "never" })),
        Said::TimedOut => ("Survey Dismissed", json!({ "how": "timedOut" })),
        Said::Opened => return None,
    })
}

fn own_words(said: Said, kind: PromptKind) -> Option<(&'static str, Value)> {
    let word = match said {
        Said::Shown if kind == PromptKind::Hint => "hinted",
        Said::Shown => "asked",
        Said::Opened => "opened",
        Said::Answered => "confused",
        Said::Closed => "dismissed",
        Said::Never => "never",
        Said::TimedOut => "timedOut",
        Said::Completed => return None,
    };
    Some(("Hesitation Answered", json!({ "said": word })))
}
