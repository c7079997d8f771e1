//! `/surveys/{id}/people`: whom a survey could have been shown to, whom it was, and what stood against it.

use super::detail::no_such_survey;
use super::survey_href;
use crate::app::App;
use crate::app::surveys::{Asked as AskedWho, SurveyPerson, SurveyRequest};
use crate::csv_safe::csv_safe;
use crate::http::among::Among;
use crate::http::dashboard::error::{Link, PageError};
use crate::http::dashboard::frame::Frame;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::paging::{PageNumber, Pages};
use crate::http::dashboard::pairs::given;
use crate::http::dashboard::people_csv::{csv_answer, lines};
use crate::http::dashboard::somebody::{self, Somebody};
use crate::http::dashboard::user::reason_in_words;
use crate::http::dashboard::view::View;
use crate::http::dashboard::written;
use crate::http::session::Operator;
use crate::metric::Calendar;
use crate::storage::Profile;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{Html, Response};

#[derive(Template)]
#[template(path = "survey_people.html")]
struct PeoplePage {
    frame: Frame,
    back: Href,
    back_name: String,
    summary: String,
    range: String,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    who: Somebody,
    times: String,
    at: String,
    at_iso: String,
    reasons: Vec<&'static str>,
}

/// Which list is asked for; the page and its file mean the same by the same address.
struct Asked {
    view: View,
    who: AskedWho,
    number: PageNumber,
}

/// The list, or its file.
pub(super) fn people_href(survey: &str, list: &str, who: &str, view: &View) -> Href {
    let dates = view.pairs().into_iter().filter(|it| it.0 != "by");
    Href::to(&["surveys", survey, list]).with("who", who).with_all(dates)
}

pub(crate) async fn show(
    operator: Operator,
    Among { app, chosen }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Html<String>, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let people = asked.people(&app, &id).await?;
    let here = asked.number.of(&people);
    let profiles = app.profiles(here.iter().map(|it| it.user.clone()).collect()).await?;
    let rows: Vec<Row> =
        here.iter().zip(&profiles).map(|(it, profile)| Row::of(it, profile, &asked.view.calendar)).collect();
    let total = people.len() as u64;
    let [first, csv] = ["people", "people.csv"].map(|it| people_href(&id, it, asked.who.name(), &asked.view));
    let did = match asked.who {
        AskedWho::Eligible => "could have been asked",
        AskedWho::Leased => "were granted it",
        AskedWho::Asked => "were shown it",
    };
    let people_in_words = crate::http::dashboard::funnel_chart::people_in_words(total);
    let page = PeoplePage {
        frame: Frame::new(format!("{}: people", app.survey_name(&id)), &app, &operator).among(&chosen),
        back: survey_href(&id).with_all(asked.view.pairs()),
        back_name: app.survey_name(&id),
        summary: format!("{people_in_words} {did}"),
        range: written::sentence(&asked.view.range_in_words()),
        pages: asked.number.pages(rows.len(), total, &first, csv),
        rows,
    };
    Ok(Html(page.render()?))
}

/// `/surveys/{id}/people.csv`: the whole list, in the page's columns.
pub(crate) async fn download(
    _: Operator,
    Among { app, .. }: Among,
    Path(id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let asked = Asked::parse(&app, &id, &pairs)?;
    let people = asked.people(&app, &id).await?;
    let profiles = app.profiles(people.iter().map(|it| it.user.clone()).collect()).await?;
    let rows = people.iter().zip(&profiles).map(|(it, profile)| {
        let reasons = it.reasons.iter().map(reason_in_words).collect::<Vec<_>>().join("; ");
        let (leased, shown) = (it.leased.to_string(), it.shown.to_string());
        let more = [leased, shown, written::iso(it.at_ms), csv_safe(&reasons).into_owned()];
        somebody::cells(profile, it.anonymous, more)
    });
    let heading = somebody::heading(["granted", "shown", "last (UTC)", "what stood against it"]);
    let rows = std::iter::once(heading).chain(rows);
    Ok(csv_answer(lines(rows)?, &["milepost", "survey", &id, asked.who.name()], &asked.view, &pairs))
}

impl Asked {
    fn parse(app: &App, id: &str, pairs: &[(String, String)]) -> Result<Self, PageError> {
        let dates: Vec<_> =
            pairs.iter().filter(|(name, _)| matches!(name.as_str(), "since" | "until")).cloned().collect();
        let view = View::parse(&dates, &app.calendar());
        let back = |message: String| PageError::BadAddress {
            message,
            instead: vec![Link { name: "The survey".to_owned(), href: survey_href(id) }],
        };
        if let Some(problem) = [&view.since.problem, &view.until.problem].into_iter().flatten().next() {
            return Err(back(format!("{problem}. Set it on this page:")));
        }
        let text = |name: &str| given(pairs, name);
        let wanted = text("who").unwrap_or("eligible");
        let who = AskedWho::parse(wanted)
            .ok_or_else(|| back(format!("“{wanted}” is no number of this page. Begin here:")))?;
        let number = PageNumber::parse("number", text("number")).map_err(|it| back(format!("{it} Begin here:")))?;
        Ok(Self { view, who, number })
    }

    async fn people(&self, app: &App, id: &str) -> Result<Vec<SurveyPerson>, PageError> {
        let request = SurveyRequest {
            since_ms: self.view.since.value,
            until_ms: self.view.until.value,
            ..SurveyRequest::default()
        };
        app.survey_people(id, &request, self.who).await?.ok_or_else(|| no_such_survey(app, id))
    }
}

impl Row {
    fn of(it: &SurveyPerson, profile: &Profile, calendar: &Calendar) -> Self {
        Self {
            who: Somebody::with_tag(profile, it.anonymous),
            times: written::count(it.shown),
            at: written::minute(it.at_ms, calendar),
            at_iso: written::iso(it.at_ms),
            reasons: it.reasons.iter().map(reason_in_words).collect(),
        }
    }
}
