//! What a team does about a user or an account: the part of their pages with notes, owner and state, and its forms.

use super::error::{Link, PageError};
use super::href::Href;
use super::view::{Choice, Preset};
use super::written;
use crate::app::App;
use crate::app::care::{Act, Care, CareFilter, CareRefusal, CareState, Done, NOTE_CHARS_MAX, Subject};
use crate::csv_safe::csv_safe;
use crate::http::session::Operator;
use crate::metric::Calendar;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

pub(super) struct CareView {
    /// `open`, `snoozed` or `resolved`; empty where nobody has opened it.
    pub(super) state: &'static str,
    pub(super) in_words: String,
    pub(super) owners: Vec<(String, bool)>,
    pub(super) notes: Vec<NoteView>,
    pub(super) history: Vec<DoneView>,
    pub(super) action: Href,
    pub(super) problem: Option<String>,
    /// What was written, where it was refused.
    pub(super) note: String,
    pub(super) until: String,
    pub(super) note_max: usize,
}

pub(super) struct NoteView {
    pub(super) text: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) at_iso: String,
}

pub(super) struct DoneView {
    pub(super) what: String,
    pub(super) by: String,
    pub(super) at: String,
    pub(super) at_iso: String,
}

/// What a form of the page sends.
#[derive(Deserialize)]
pub(crate) struct Sent {
    act: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    until: String,
}

/// A form that was refused, and why.
pub(super) type Refused = (Sent, CareRefusal);

/// Does what the form says: `Ok` is the way back to the page; else the page is shown again, with what was wrong.
pub(super) async fn act(
    app: &App,
    operator: &Operator,
    subject: Subject<'_>,
    back: Href,
    sent: Sent,
) -> Result<Result<Response, Refused>, PageError> {
    let calendar = &app.calendar();
    let act = match sent.act.as_str() {
        "note" => Act::Noted(sent.note.clone()),
        "own" => Act::Owned((!sent.to.is_empty()).then(|| sent.to.clone())),
        "open" => Act::Opened,
        // What is no date is refused as one that is not ahead.
        "snooze" => Act::Snoozed { until_ms: calendar.parse_ms(sent.until.trim()).unwrap_or(i64::MIN) },
        "resolve" => Act::Resolved,
        other => {
            let message = format!("“{other}” is nothing that can be done. Go back to the page:");
            return Err(PageError::BadAddress {
                message,
                instead: vec![Link { name: "The page".to_owned(), href: back }],
            });
        }
    };
    match app.care(subject, &operator.email, act).await {
        Ok(()) => Ok(Ok(Redirect::to(&format!("{back}#care")).into_response())),
        Err(CareRefusal::Storage(error)) => Err(PageError::Storage(error)),
        Err(refusal) => Ok(Err((sent, refusal))),
    }
}

/// The id of a page that no path can carry.
#[derive(Deserialize)]
pub(crate) struct ById {
    pub(super) id: String,
}

/// Lists by what the team does about them; `list` is the address without owner and state.
pub(super) fn presets(list: &Href, filter: &CareFilter, operator: &Operator) -> Vec<Preset> {
    let mine = filter.owner.as_ref() == Some(&operator.email);
    let preset = |name: &str, href: Href, chosen: bool| Preset { name: name.to_owned(), href, chosen };
    let of = |state: &'static str| list.clone().with("state", state);
    let is = |state: &str| filter.owner.is_none() && filter.state == Some(state);
    vec![
        preset("All", list.clone(), filter.is_empty()),
        preset("Mine", list.clone().with("owner", &operator.email), mine && filter.state.is_none()),
        preset("Open", of("open"), is("open")),
        preset("Snoozed", of("snoozed"), is("snoozed")),
        preset("Resolved", of("resolved"), is("resolved")),
    ]
}

/// Operators to choose from.
pub(super) async fn owners(app: &App, chosen: Option<&str>) -> Result<Vec<Choice>, PageError> {
    let mut owners = app.operators().await?;
    // What the address asks for can be chosen even where it is in no list.
    owners.extend(chosen.map(str::to_owned).filter(|it| !owners.contains(it)));
    let choice = |it: String| Choice { chosen: chosen == Some(&*it), value: it.clone(), name: it };
    Ok(owners.into_iter().map(choice).collect())
}

/// A list's cell: the state, and whose it is.
#[derive(Default)]
pub(super) struct CareCell {
    pub(super) state: &'static str,
    pub(super) in_words: String,
    pub(super) owner: String,
}

impl CareCell {
    pub(super) fn of(care: Option<&Care>, now_ms: i64, calendar: &Calendar) -> Self {
        let Some(care) = care else { return Self::default() };
        let state = care.state(now_ms);
        Self {
            state: state.map_or("", CareState::name),
            in_words: state.map(|it| state_in_words(it, calendar)).unwrap_or_default(),
            owner: care.owner.clone().unwrap_or_default(),
        }
    }

    /// For a file.
    pub(super) fn cells(self) -> [String; 2] {
        [csv_safe(&self.owner).into_owned(), self.in_words]
    }
}

/// The heads of [`CareCell::cells`].
pub(super) const CARE_HEADS: [&str; 2] = ["owner", "state"];

impl CareView {
    pub(super) async fn of(app: &App, care: &Care, action: Href, refused: Option<Refused>) -> Result<Self, PageError> {
        let calendar = &app.calendar();
        let mut owners = app.operators().await?;
        // Somebody who may not log in any more is still whose it is.
        owners.extend(care.owner.clone().filter(|it| !owners.contains(it)));
        let (sent, refusal) = refused.unzip();
        let kept = |of: &str, text: fn(&Sent) -> &String| {
            sent.as_ref().filter(|it| it.act == of).map(|it| text(it).clone()).unwrap_or_default()
        };
        let state = care.state(app.now_ms());
        Ok(Self {
            state: state.map_or("", CareState::name),
            in_words: state.map_or_else(|| "no state yet".to_owned(), |it| state_in_words(it, calendar)),
            owners: owners.into_iter().map(|it| (it.clone(), care.owner == Some(it))).collect(),
            notes: care.notes().map(|(done, text)| NoteView::of(done, text, calendar)).collect(),
            history: care.history.iter().rev().map(|it| DoneView::of(it, calendar)).collect(),
            action,
            problem: refusal.map(|it| written::sentence(&it.to_string())),
            note: kept("note", |it| &it.note),
            until: kept("snooze", |it| &it.until),
            note_max: NOTE_CHARS_MAX,
        })
    }
}

impl CareView {
    pub(super) fn owner(&self) -> Option<&str> {
        self.owners.iter().find(|it| it.1).map(|it| it.0.as_str())
    }
}

/// `open`, `snoozed until 2026-12-01`
pub(super) fn state_in_words(state: CareState, calendar: &Calendar) -> String {
    match state {
        CareState::Snoozed { until_ms } => format!("snoozed until {}", written::day_or_time(until_ms, calendar)),
        other => other.name().to_owned(),
    }
}

impl NoteView {
    fn of(done: &Done, text: &str, calendar: &Calendar) -> Self {
        Self {
            text: text.to_owned(),
            by: done.by.clone(),
            at: written::minute(done.at_ms, calendar),
            at_iso: written::iso(done.at_ms),
        }
    }
}

impl DoneView {
    fn of(done: &Done, calendar: &Calendar) -> Self {
        let what = match &done.act {
            Act::Noted(_) => "wrote a note".to_owned(),
            Act::Owned(Some(by)) => format!("made {by} the owner"),
            Act::Owned(None) => "took the owner away".to_owned(),
            Act::Opened => "opened it".to_owned(),
            Act::Snoozed { until_ms } => format!("snoozed it until {}", written::day_or_time(*until_ms, calendar)),
            Act::Resolved => "resolved it".to_owned(),
        };
        Self { what, by: done.by.clone(), at: written::minute(done.at_ms, calendar), at_iso: written::iso(done.at_ms) }
    }
}
