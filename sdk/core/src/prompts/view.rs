//! What is drawn of a survey, as JSON for `sdk/loader/view.js`, which fills in what the lease says of it.

use super::answer;
use super::flow::Flow;
use super::traits::Traits;
use crate::json::Json;
use crate::random::Random;
use domain::hash;
use domain::survey::{Person, Surface, Survey};

/// The screen that the flow is at.
pub(crate) fn view(flow: &Flow, label: &str, person: Person<'_>, traits: &Traits) -> String {
    let content = &flow.content;
    let mut json = start(flow.surface, &flow.cause.prompt, &content.language, label);
    let Some(step) = flow.step() else { return json.end() };
    let of = flow.length(person);
    let at = (flow.path.len() + 1).min(of.max(1));
    json.number("at", at as i64)
        .number("of", of as i64)
        .flag("canBack", flow.can_go_back())
        .flag("canSkip", step.sort.is_question() && !step.is_required)
        .flag("isLast", at == of)
        .flag("isResumed", flow.is_resumed)
        .number("step", flow.at as i64)
        .text("user", &traits.user)
        .text("account", &traits.account)
        .raw("content", &content.presentation)
        .raw("answers", "[");
    for at in 0..content.steps.len() {
        if at > 0 {
            json.more(",");
        }
        if let (Some(step), Some(answer)) = (content.steps.get(at), flow.answers.get(at)) {
            json.more("{");
            answer::write(&mut json, step, Some(answer));
            json.more("}");
        } else {
            json.more("null");
        }
    }
    json.more("]");
    if !step.choices.is_empty() {
        let mut order: Vec<usize> = (0..step.choices.len()).collect();
        if step.is_shuffled {
            // The same every time this submission comes by.
            let mut random = Random::new(u128::from(hash(step.id.as_str(), hash(&flow.submission, 0))));
            for last in (1..order.len()).rev() {
                let other = random.up_to(last as u64) as usize;
                order.swap(last, other);
            }
        }
        json.positions("order", &order);
    }
    json.end()
}

/// Only the tab that opens a survey, in the visitor's language or the first there is.
pub(crate) fn tab(survey: &str, (language, label): (&str, &str)) -> String {
    start(Surface::Tab, survey, language, label).end()
}

/// Language and text of a tab.
pub(crate) fn label<'a>(survey: &'a Survey, language: &str) -> (&'a str, &'a str) {
    let primary = |it: &str| {
        it.bytes().take_while(|it| *it != b'-').map(|it| it | 32).fold(0_u64, |all, it| all << 8 | u64::from(it))
    };
    let found = survey.labels.iter().find(|it| primary(&it.0) == primary(language));
    found.or(survey.labels.first()).map_or(("", ""), |it| (&it.0, &it.1))
}

fn start(surface: Surface, survey: &str, language: &str, label: &str) -> Json {
    let mut json = Json::object();
    json.text("surface", surface.as_str()).text("survey", survey).text("lang", language).text("tab", label);
    json
}
