//! A response in a few lines: what was said, by whom, where.

use crate::app::App;
use crate::app::surveys::{Given, Response};
use crate::http::dashboard::error::PageError;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::somebody::{account_name, name_or_id};
use crate::http::dashboard::user::user_href;
use crate::http::dashboard::written;
use crate::storage::Profile;

/// One response.
pub(in crate::http::dashboard) struct Saying {
    /// Scores and choices: `9`, `Price, Speed`.
    pub(in crate::http::dashboard) marks: Vec<String>,
    /// In their own words.
    pub(in crate::http::dashboard) texts: Vec<String>,
    pub(in crate::http::dashboard) href: Href,
    /// Name, else id.
    pub(in crate::http::dashboard) person: String,
    pub(in crate::http::dashboard) person_href: Href,
    pub(in crate::http::dashboard) anonymous: bool,
    pub(in crate::http::dashboard) account: String,
    pub(in crate::http::dashboard) page: String,
    pub(in crate::http::dashboard) at: String,
    pub(in crate::http::dashboard) at_iso: String,
}

/// The page of one response. By query, for a submission may be named anything.
pub(in crate::http::dashboard) fn response_href(response: &Response) -> Href {
    Href::to(&["responses", "one"]).with("survey", &response.survey).with("submission", &response.submission)
}

/// Responses with the names of those who gave them.
pub(in crate::http::dashboard) async fn sayings<'a>(
    app: &App,
    responses: impl Iterator<Item = &'a Response>,
) -> Result<Vec<Saying>, PageError> {
    let responses: Vec<&Response> = responses.collect();
    let profiles = app.profiles(responses.iter().map(|it| it.user.clone()).collect()).await?;
    Ok(responses.into_iter().zip(profiles).map(|(it, profile)| Saying::of(app, it, &profile)).collect())
}

impl Saying {
    fn of(app: &App, response: &Response, profile: &Profile) -> Self {
        let is_mark = |given: &Given| match given {
            Given::Score(_) | Given::Agreed(_) => true,
            Given::Chosen { choices, .. } => !choices.is_empty(),
            Given::Text(_) | Given::Passed(_) => false,
        };
        let mark = |given: &Given, step: &str| match given {
            // What was written as "other" stands with the words.
            Given::Chosen { choices, .. } => {
                let given = Given::Chosen { choices: choices.clone(), other: String::new() };
                app.answer_in_words(&response.survey, step, &given)
            }
            _ => app.answer_in_words(&response.survey, step, given),
        };
        let marks = response.answers.iter().filter(|it| is_mark(&it.given)).map(|it| mark(&it.given, &it.step));
        Self {
            marks: marks.collect(),
            texts: response.texts().map(|(_, text)| text.to_owned()).collect(),
            href: response_href(response),
            person: name_or_id(profile),
            person_href: user_href(&response.user),
            anonymous: response.anonymous,
            account: account_name(profile),
            page: response.page.clone(),
            at: written::minute(response.at_ms, &app.calendar()),
            at_iso: written::iso(response.at_ms),
        }
    }
}
