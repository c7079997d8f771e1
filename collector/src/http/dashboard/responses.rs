//! `/responses`: the inbox, and the list behind every number of surveys.

mod files;
mod one;
mod said;

pub(super) use files::{download_csv, download_json};
pub(super) use one::{act, show as show_one};
pub(super) use said::{Saying, sayings};

use super::error::{Link, PageError};
use super::frame::Frame;
use super::href::Href;
use super::paging::{PageNumber, Pages};
use super::pairs::given;
use super::surveys::{home as surveys_home, survey_href};
use super::view::{Choice, Preset};
use super::written;
use crate::app::App;
use crate::app::inbox::State as TriageState;
use crate::app::surveys::{Outcome, Pick, Response as Filled, Responses, Who};
use crate::http::among::{self, Among, Chosen};
use crate::http::session::Operator;
use crate::http::surveys::{Misunderstood, ResponseQuery};
use crate::metric::Calendar;
use askama::Template;
use axum::extract::Query;
use axum::response::{Html, IntoResponse, Redirect, Response};
use std::collections::BTreeSet;

#[derive(Template)]
#[template(path = "responses.html")]
struct ResponsesPage {
    frame: Frame,
    /// The survey it is about, where it is about one.
    back: Option<Link>,
    heading: String,
    explained: Vec<String>,
    states: Vec<Preset>,
    query: ResponseQuery,
    since_as_day: bool,
    until_as_day: bool,
    surveys: Vec<Choice>,
    whos: Vec<Choice>,
    bands: Vec<Choice>,
    languages: Vec<Choice>,
    assignees: Vec<Choice>,
    tags: Vec<Choice>,
    /// Parameters that the form has no field for.
    kept: Vec<(&'static str, String)>,
    bare: Href,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    saying: Saying,
    state: &'static str,
    state_name: &'static str,
    outcome: &'static str,
    assignee: String,
    tags: Vec<String>,
    survey: String,
    survey_href: Href,
}

/// Which list is asked for; the page and its files mean the same by the same address.
pub(super) struct Asked {
    pub(super) query: ResponseQuery,
    number: PageNumber,
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&pairs, &app.calendar())?;
    // A form sends its empty fields too; the address without them is the one to copy.
    if pairs.iter().any(|(_, text)| text.is_empty()) {
        return Ok(Redirect::to(&asked.href("responses").into_string()).into_response());
    }
    let found = app.responses(&asked.query.filter).await?;
    let here = asked.number.of(&found.rows);
    let says = sayings(&app, here.iter()).await?;
    let rows: Vec<Row> = here.iter().zip(says).map(|(it, saying)| Row::of(&app, it, saying, &found)).collect();
    let page = asked.page(&app, (&operator, &chosen), &found, rows).await?;
    Ok(Html(page.render()?).into_response())
}

/// Those that say which users.
fn among_pairs(query: &ResponseQuery) -> impl Iterator<Item = (&str, &str)> {
    query.pairs().filter(|it| among::NAMES.contains(&it.0))
}

impl Asked {
    pub(super) fn parse(pairs: &[(String, String)], calendar: &Calendar) -> Result<Self, PageError> {
        let number =
            PageNumber::parse("number", given(pairs, "number")).map_err(|it| back(format!("{it} Begin here:")))?;
        Ok(Self { query: ResponseQuery::parse(pairs, calendar)?, number })
    }

    fn href(&self, list: &str) -> Href {
        Href::to(&[list]).with_all(self.query.pairs())
    }

    async fn page(
        &self,
        app: &App,
        (operator, chosen): (&Operator, &Chosen),
        found: &Responses,
        rows: Vec<Row>,
    ) -> Result<ResponsesPage, PageError> {
        let (query, filter) = (&self.query, &self.query.filter);
        let total = found.rows.len();
        let heading = heading(total as u64, filter.who, filter.state);
        let choose = |name: &str, entries: Vec<(String, String)>| {
            let chosen = query.text(name).unwrap_or_default();
            let mut entries = entries;
            // What the address asks for can be chosen even where it is in no list.
            if !chosen.is_empty() && !entries.iter().any(|it| it.0 == chosen) {
                entries.push((chosen.to_owned(), chosen.to_owned()));
            }
            let choice = |(value, name): (String, String)| Choice { chosen: value == chosen, value, name };
            entries.into_iter().map(choice).collect::<Vec<_>>()
        };
        let same = |it: String| (it.clone(), it);
        let surveys = app.project().surveys.iter().map(|it| (it.id().to_owned(), it.name.clone())).collect();
        let languages: BTreeSet<String> =
            found.rows.iter().map(|it| it.language.clone()).filter(|it| !it.is_empty()).collect();
        let without_state = query.pairs().filter(|it| it.0 != "state");
        let bare = Href::to(&["responses"]).with_all(without_state);
        let kept = ["step", "user", "account", "by", "group", "state"];
        let (first, csv) = (self.href("responses"), self.href("responses.csv"));
        let pages = self.number.pages(rows.len(), total as u64, &first, csv);
        Ok(ResponsesPage {
            frame: Frame::new(heading.clone(), app, operator).among(chosen).live(operator, self.number.is_first()),
            back: filter
                .survey
                .as_ref()
                .map(|it| Link { name: app.survey_name(it), href: survey_href(it).with_all(among_pairs(query)) }),
            explained: self.explained(app),
            states: states(&bare, filter.state),
            since_as_day: super::view::is_day(query.text("since").unwrap_or_default()),
            until_as_day: super::view::is_day(query.text("until").unwrap_or_default()),
            surveys: choose("survey", surveys),
            whos: choose("who", WHOS.map(|(value, name)| (value.to_owned(), name.to_owned())).to_vec()),
            bands: choose("answer", BANDS.map(|(value, name)| (value.to_owned(), name.to_owned())).to_vec()),
            languages: choose("language", languages.into_iter().map(same).collect()),
            assignees: choose("assignee", app.operators().await?.into_iter().map(same).collect()),
            tags: choose("tag", found.tags().into_iter().map(same).collect()),
            kept: query.pairs.iter().filter(|it| kept.contains(&it.0)).cloned().collect(),
            bare: Href::to(&["responses"]),
            pages: Pages { json: Some(self.href("responses.json")), ..pages },
            query: query.clone(),
            heading,
            rows,
        })
    }

    /// What the list is narrowed to, where no field of the form says so.
    fn explained(&self, app: &App) -> Vec<String> {
        let filter = &self.query.filter;
        let mut explained = Vec::new();
        if let Some(pick) = &filter.pick {
            let of = match (&filter.survey, &filter.step) {
                (Some(survey), Some(step)) => format!(" to “{}”", app.step_title(survey, step)),
                (None, Some(step)) => format!(" to “{step}”"),
                _ => String::new(),
            };
            explained.push(format!("{}{of}", pick_in_words(pick)));
        }
        if let Some((path, value)) = &filter.segment {
            explained.push(format!("{path} is “{value}”"));
        }
        if let Some(user) = &filter.user {
            explained.push(format!("of {user}"));
        }
        if let Some(account) = &filter.account {
            explained.push(format!("of users of {account}"));
        }
        explained
    }
}

const WHOS: [(&str, &str); 7] = [
    ("answered", "Answered"),
    ("wrote", "Wrote something"),
    ("completed", "Completed"),
    ("dismissed", "Dismissed"),
    ("abandoned", "Abandoned"),
    ("ignored", "Ignored"),
    ("open", "Still open"),
];

const BANDS: [(&str, &str); 5] = [
    ("promoters", "Promoters (9–10)"),
    ("passives", "Passives (7–8)"),
    ("detractors", "Detractors (0–6)"),
    ("satisfied", "Satisfied (CSAT)"),
    ("easy", "Easy (CES)"),
];

fn heading(total: u64, who: Option<Who>, state: Option<TriageState>) -> String {
    let responses = if total == 1 { "1 response".to_owned() } else { format!("{} responses", written::count(total)) };
    let state = state.map_or_else(String::new, |it| format!(", {}", it.as_str()));
    let did = match who {
        None | Some(Who::Shown) => "",
        Some(Who::Answered) => " with an answer",
        Some(Who::Wrote) => " in their own words",
        Some(Who::Ended(outcome)) => match outcome {
            Outcome::Completed => ", completed",
            Outcome::Dismissed => ", dismissed",
            Outcome::Abandoned => ", abandoned",
            Outcome::Ignored => ", ignored",
            Outcome::Open => ", still open",
        },
    };
    format!("{responses}{did}{state}")
}

fn pick_in_words(pick: &Pick) -> String {
    match pick {
        Pick::Seen => "saw the question".to_owned(),
        Pick::Answered => "an answer".to_owned(),
        Pick::Left => "went no further than the question".to_owned(),
        Pick::Passed => "passed over".to_owned(),
        Pick::Agreed => "agreed".to_owned(),
        Pick::Score(score) => format!("the answer {score}"),
        Pick::Promoters => "the answer of a promoter".to_owned(),
        Pick::Passives => "the answer of a passive".to_owned(),
        Pick::Detractors => "the answer of a detractor".to_owned(),
        Pick::Satisfied => "satisfied".to_owned(),
        Pick::Easy => "easy".to_owned(),
        Pick::Choice(id) => format!("the answer “{id}”"),
        Pick::Other => "the answer “other”".to_owned(),
        Pick::Written => "words of their own".to_owned(),
    }
}

fn states(bare: &Href, chosen: Option<TriageState>) -> Vec<Preset> {
    let state = |(it, name): (TriageState, &str)| Preset {
        name: name.to_owned(),
        href: bare.clone().with("state", it.as_str()),
        chosen: chosen == Some(it),
    };
    let states = [(TriageState::Unread, "Unread"), (TriageState::Open, "Open"), (TriageState::Resolved, "Resolved")];
    let all = Preset { name: "All".to_owned(), href: bare.clone(), chosen: chosen.is_none() };
    states.into_iter().map(state).chain(std::iter::once(all)).collect()
}

pub(super) fn state_in_words(state: TriageState) -> &'static str {
    match state {
        TriageState::Unread => "unread",
        TriageState::Open => "open",
        TriageState::Resolved => "resolved",
    }
}

pub(super) fn outcome_in_words(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Completed => "completed",
        Outcome::Dismissed => "dismissed",
        Outcome::Abandoned => "abandoned",
        Outcome::Ignored => "ignored",
        Outcome::Open => "still open",
    }
}

fn back(message: String) -> PageError {
    let inbox = Link { name: "Responses".to_owned(), href: Href::to(&["responses"]) };
    PageError::BadAddress { message, instead: vec![inbox, Link { name: "Surveys".to_owned(), href: surveys_home() }] }
}

impl From<Misunderstood> for PageError {
    fn from(it: Misunderstood) -> Self {
        back(format!("`{}` {}. Begin here:", it.name, it.message))
    }
}

impl Row {
    fn of(app: &App, response: &Filled, saying: Saying, found: &Responses) -> Self {
        let triage = found.triage(response);
        Self {
            saying,
            state: triage.state().as_str(),
            state_name: state_in_words(triage.state()),
            outcome: outcome_in_words(response.outcome),
            assignee: triage.assignee.clone().unwrap_or_default(),
            tags: triage.tags.iter().cloned().collect(),
            survey: app.survey_name(&response.survey),
            survey_href: survey_href(&response.survey),
        }
    }
}
