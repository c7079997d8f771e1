//! `/hesitation/people`: the sessions behind a number, and whose they are.

use super::counted::{list_href, sessions_in_words};
use super::range::Range;
use super::{home, page_href};
use crate::app::App;
use crate::app::hesitation::{Behind, HesitationAnswer, Who};
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::paging::{PageNumber, Pages};
use crate::http::dashboard::pairs::value;
use crate::http::dashboard::somebody::Somebody;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::storage::Profile;
use askama::Template;
use axum::extract::Query;
use axum::response::Html;

#[derive(Template)]
#[template(path = "hesitation_people.html")]
struct PeoplePage {
    frame: Frame,
    back: Href,
    back_name: String,
    summary: String,
    explained: &'static str,
    range: String,
    rows: Vec<Row>,
    all_pages: bool,
    pages: Pages,
}

struct Row {
    who: Somebody,
    account_id: String,
    page: String,
    page_href: Href,
    at: String,
    at_iso: String,
    why: Vec<String>,
    said: &'static str,
}

/// Which list is asked for; the page and its file mean the same by the same address.
pub(super) struct Asked {
    pub(super) range: Range,
    /// `None`: all pages.
    pub(super) page: Option<String>,
    pub(super) who: Who,
    /// Only this person's sessions.
    pub(super) user: Option<String>,
    /// Only those of users of this account.
    pub(super) account: Option<String>,
    number: PageNumber,
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &pairs)?;
    let answer = asked.answer(&app).await?;
    let behind = asked.behind(&answer);
    let here = asked.number.of(&behind);
    let profiles = app.profiles(here.iter().map(|it| it.user.clone()).collect()).await?;
    let rows: Vec<Row> = here.iter().zip(&profiles).map(|(it, profile)| Row::of(it, profile, &asked.range)).collect();
    let total = behind.len() as u64;
    let summary = asked.summary(total, reason(&answer, asked.page.as_deref(), asked.who));
    let page = PeoplePage {
        frame: Frame::new(summary.clone(), &app, &operator).among(&chosen),
        back: asked
            .page
            .as_deref()
            .map_or_else(|| home().with_all(asked.range.view.pairs()), |it| page_href(it, &asked.range)),
        back_name: asked.page.clone().unwrap_or_else(|| "Hesitation".to_owned()),
        explained: explained(asked.who),
        range: written::sentence(&asked.range.view.range_in_words()),
        all_pages: asked.page.is_none(),
        pages: asked.number.pages(rows.len(), total, &asked.href("people"), asked.href("people.csv")),
        summary,
        rows,
    };
    Ok(Html(page.render()?))
}

impl Asked {
    pub(super) fn parse(app: &App, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let range = Range::parse(pairs, &app.calendar());
        range.request_or_page()?;
        let text = |name: &str| value(pairs, name);
        let back = |message: String| {
            let href = home().with_all(range.view.pairs());
            PageError::BadAddress { message, instead: vec![Link { name: "Hesitation".to_owned(), href }] }
        };
        let wanted = text("who").unwrap_or("hesitated");
        let Some(who) = Who::parse(wanted) else {
            return Err(back(format!("“{wanted}” is no number of this page. Begin here:")));
        };
        let number = PageNumber::parse("number", text("number")).map_err(|it| back(format!("{it} Begin here:")))?;
        let [page, user, account] = ["page", "user", "account"].map(|it| text(it).map(str::to_owned));
        Ok(Self { page, user, account, who, number, range })
    }

    pub(super) async fn answer(&self, app: &App) -> Result<HesitationAnswer, PageError> {
        Ok(app.hesitation(&self.range.request_or_page()?).await?)
    }

    /// The sessions, the latest first.
    pub(super) fn behind(&self, answer: &HesitationAnswer) -> Vec<Behind> {
        let mut all = answer.behind(self.page.as_deref(), self.who);
        all.retain(|it| self.user.as_ref().is_none_or(|user| it.user == *user));
        all.retain(|it| self.account.is_none() || it.account == self.account);
        all
    }

    fn summary(&self, total: u64, reason: Option<&str>) -> String {
        let sessions = sessions_in_words(total);
        let place = self.page.as_deref().map_or_else(String::new, |it| format!(" on {it}"));
        let of = self.user.as_deref().or(self.account.as_deref());
        let of = of.map_or_else(String::new, |it| format!(" of {it}"));
        let did = match self.who {
            Who::Sessions => "watched",
            Who::Hesitated => "hesitated",
            Who::Hinted => "were offered help quietly",
            Who::Asked => "were asked",
            Who::Answered => "answered",
            Who::Confused => "said yes, something is confusing",
            Who::Help => "took a help link",
            Who::Fine => "said no, I’m fine",
            Who::Never => "said don’t ask again",
            Who::Dismissed => "closed the question",
            Who::TimedOut => "did not look at the question",
            Who::Unanswered => "left the question open",
            Who::OneTapRight => "were asked and were stuck",
            Who::Right => "were stuck indeed",
            Who::Wrong => "only looked stuck",
            Who::ShadowStuck => "were left unasked and went nowhere",
            Who::ShadowWentOn => "were left unasked and went on",
            Who::Because(_) => "looked stuck because",
            Who::Treated => "hesitated and may be asked",
            Who::TreatedReached => "hesitated, may be asked, and went on to a milestone",
            Who::HoldOut => "hesitated and are never asked",
            Who::HoldOutReached => "hesitated, are never asked, and went on to a milestone",
        };
        match (self.who, reason) {
            (Who::Because(_), Some(reason)) => format!("{sessions}{of}{place} {did}: {reason}"),
            _ => format!("{sessions}{of}{place} {did}"),
        }
    }

    fn href(&self, list: &str) -> Href {
        let user = self.user.as_deref().map(|it| ("user", it));
        let account = self.account.as_deref().map(|it| ("account", it));
        list_href(list, self.page.as_deref(), self.who, &self.range).with_all(user).with_all(account)
    }
}

/// The sentence of a reason, as its page has it.
fn reason<'a>(answer: &'a HesitationAnswer, page: Option<&str>, who: Who) -> Option<&'a str> {
    let Who::Because(feature) = who else { return None };
    let page = answer.pages.iter().find(|it| Some(it.page.as_str()) == page)?;
    page.reasons.iter().find(|it| it.feature == feature).map(|it| it.sentence.as_str())
}

/// What a number counts, where its name leaves a question.
fn explained(who: Who) -> &'static str {
    match who {
        Who::Hesitated => {
            "A session hesitates on a page when its score there passes the line from which on Milepost would ask."
        }
        Who::Right | Who::Wrong => {
            "Labels are answers of those who were asked, and what became of those left unasked on purpose."
        }
        Who::ShadowStuck | Who::ShadowWentOn => {
            "Three people in ten are left unasked on purpose; going on means another page or a milestone within ten minutes."
        }
        Who::Treated | Who::TreatedReached => "Everyone but the three in ten who are left unasked on purpose.",
        Who::HoldOut | Who::HoldOutReached => "One person in ten is never asked, to see what asking changes.",
        Who::Unanswered => "They left the page, or their answer is still on its way.",
        _ => "",
    }
}

/// As in the list.
pub(in crate::http::dashboard) fn said_in_words(said: Option<&str>) -> &'static str {
    match said {
        Some("confused") => "Yes",
        Some("help") => "Took a help link",
        Some("fine") => "No, I’m fine",
        Some("never") => "Don’t ask again",
        Some("dismissed") => "Closed it",
        Some("timed-out") => "Did not look at it",
        Some(_) => "No answer",
        None => "Not asked",
    }
}

impl Row {
    fn of(behind: &Behind, profile: &Profile, range: &Range) -> Self {
        Self {
            who: Somebody::with_tag(profile, behind.anonymous),
            account_id: profile.account.clone().unwrap_or_default(),
            page_href: page_href(&behind.page, range),
            page: behind.page.clone(),
            at: written::minute(behind.at_ms, &range.view.calendar),
            at_iso: written::iso(behind.at_ms),
            why: behind.why.iter().map(|it| written::first_upper(it)).collect(),
            said: said_in_words(behind.said),
        }
    }
}
