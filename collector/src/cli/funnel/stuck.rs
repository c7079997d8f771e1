//! The users who got to a milestone and no further.

use super::{Format, Funnel, Source, csv, level, question};
use crate::app::funnel::Standing;
use crate::app::people::Person;
use crate::cli::failure::Failure;
use crate::cli::{humane, output};
use crate::csv_safe::csv_safe;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Users asked for at once; as many as the API gives.
const PAGE: usize = 1_000;

#[derive(Debug, Serialize)]
pub(super) struct Stuck {
    journey: String,
    milestone: String,
    total: u64,
    rows: Vec<Row>,
}

/// One user, as the API writes it.
#[derive(Debug, Serialize, Deserialize)]
struct Row {
    user: String,
    anonymous: bool,
    account: Option<String>,
    traits: Map<String, Value>,
    /// Per milestone, as far as this user got.
    reached_at_ms: Vec<i64>,
}

#[derive(Debug, Deserialize)]
struct Page {
    total: u64,
    rows: Vec<Row>,
}

pub(super) async fn ask(funnel: &Funnel, source: &Source, milestone: &str) -> Result<Stuck, Failure> {
    let mut rows: Vec<Row> = Vec::new();
    let total = match source {
        Source::Folder(app) => {
            let answer = funnel.answer(app).await?;
            let level = level(&answer.journey, milestone)?;
            loop {
                let page = app.people(&answer, level, Standing::Stuck, None, rows.len(), PAGE).await?;
                let is_last = page.rows.len() < PAGE;
                rows.extend(page.rows.into_iter().map(Row::from));
                if is_last {
                    break page.total;
                }
            }
        }
        Source::Server { remote, token } => loop {
            let mut query = question::query(funnel);
            query.push(("milestone", milestone.to_owned()));
            query.push(("standing", "stuck".to_owned()));
            query.push(("offset", rows.len().to_string()));
            query.push(("limit", PAGE.to_string()));
            let page: Page = remote.get(&["v1", "journeys", &funnel.journey, "people"], &query, token).await?;
            let is_last = page.rows.len() < PAGE;
            rows.extend(page.rows);
            if is_last {
                break page.total;
            }
        },
    };
    Ok(Stuck { journey: funnel.journey.clone(), milestone: milestone.to_owned(), total, rows })
}

pub(super) fn show(stuck: &Stuck, format: Format) -> Result<(), Failure> {
    match format {
        Format::Json => output::json(stuck),
        Format::Table => output::data(table(stuck).as_bytes()),
        Format::Csv => {
            let rows: Vec<Vec<String>> = stuck.rows.iter().map(row).collect();
            output::data(&csv::write(&["user", "account", "name", "email", "anonymous", "reached_at"], &rows)?)
        }
    }
}

fn row(row: &Row) -> Vec<String> {
    vec![
        csv_safe(&row.user).into_owned(),
        csv_safe(row.account.as_deref().unwrap_or_default()).into_owned(),
        csv_safe(&row.text("name")).into_owned(),
        csv_safe(&row.text("email")).into_owned(),
        row.anonymous.to_string(),
        row.reached_at(),
    ]
}

fn table(stuck: &Stuck) -> String {
    let rows: Vec<Vec<String>> = stuck
        .rows
        .iter()
        .map(|row| {
            let user = if row.anonymous { format!("{} (anonymous)", row.user) } else { row.user.clone() };
            let cells = [user, row.account.clone().unwrap_or_default(), row.text("name"), row.text("email")];
            cells.iter().map(|it| humane::plain(it)).chain([row.reached_at()]).collect()
        })
        .collect();
    let users = if stuck.total == 1 { "user".to_owned() } else { "users".to_owned() };
    let (journey, milestone) = (humane::plain(&stuck.journey), humane::plain(&stuck.milestone));
    let head = format!("{journey}: {} {users} reached {milestone} and no further\n", stuck.total);
    if rows.is_empty() {
        return head;
    }
    format!("{head}\n{}", humane::table(&["user", "account", "name", "email", "reached at"], usize::MAX, &rows))
}

impl Row {
    fn text(&self, key: &str) -> String {
        self.traits.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    fn reached_at(&self) -> String {
        self.reached_at_ms.last().map(|it| humane::time(*it)).unwrap_or_default()
    }
}

impl From<Person> for Row {
    fn from(person: Person) -> Self {
        Self {
            user: person.profile.user,
            anonymous: person.anonymous,
            account: person.profile.account,
            traits: person.profile.traits,
            reached_at_ms: person.times_ms,
        }
    }
}
