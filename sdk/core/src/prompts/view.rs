//! What is drawn of a survey, as JSON for `sdk/loader/survey.js`. The loader adds which way the language is written.

use super::flow::Flow;
use crate::client::Speak;
use crate::json::Json;
use crate::random::Random;
use domain::survey::{Answer, Link, Person, Speech, Step, StepKind, Surface, Survey};
use domain::{hash, limits};

/// The screen that the flow is at.
pub(crate) fn view(flow: &Flow, label: &str, person: Person<'_>, speak: Speak) -> String {
    let content = &flow.content;
    let mut json = start(flow.surface, &flow.cause.prompt, &content.language, label);
    let Some(step) = flow.step() else { return json.end() };
    let of = flow.length(person);
    let at = (flow.path.len() + 1).min(of.max(1));
    json.text("accent", &content.accent)
        .texts("words", &mut content.words.iter().map(String::as_str))
        .number("at", at as i64)
        .number("of", of as i64)
        .flag("canBack", flow.can_go_back())
        .flag("canSkip", step.kind.is_question() && !step.is_required)
        .flag("isLast", at == of)
        .flag("isResumed", flow.is_resumed)
        .open("step")
        .text("id", step.id())
        .text("kind", step.kind.as_str())
        .flag("isRequired", step.is_required);
    let speech = Words { language: &content.language, speak };
    for (key, text) in [("title", &step.title), ("text", &step.text)] {
        json.text(key, &text.fill(content, &flow.answers, person, &speech));
    }
    write_kind(&mut json, flow, step);
    write_answer(&mut json, flow.answers.get(flow.at));
    json.close();
    json.end()
}

/// Only the tab that opens a survey, in the visitor's language or the first there is.
pub(crate) fn tab(survey: &str, (language, label): (&str, &str)) -> String {
    let mut json = start(Surface::Tab, survey, language, label);
    json.text("accent", "").raw("step", "null");
    json.end()
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

struct Words<'a> {
    language: &'a str,
    speak: Speak,
}

impl Speech for Words<'_> {
    fn number(&self, number: f64) -> String {
        (self.speak)(self.language, number, false)
    }

    fn plural(&self, number: f64) -> String {
        (self.speak)(self.language, number, true)
    }
}

fn write_kind(json: &mut Json, flow: &Flow, step: &Step) {
    match &step.kind {
        StepKind::Scale { shape, from, to, low, high, .. } => {
            json.text("shape", shape.as_str())
                .number("from", i64::from(*from))
                .number("to", i64::from(*to))
                .text("low", low)
                .text("high", high);
        }
        StepKind::Choice { choices, other, is_shuffled, .. } => {
            let mut order: Vec<usize> = (0..choices.len()).collect();
            if *is_shuffled {
                // The same every time this submission comes by.
                let mut random = Random::new(u128::from(hash(step.id(), hash(&flow.submission, 0))));
                for last in (1..order.len()).rev() {
                    let other = random.up_to(last as u64) as usize;
                    order.swap(last, other);
                }
            }
            json.texts("choices", &mut choices.iter().map(|it| it.label.as_str()))
                .positions("order", &order)
                .text("other", other);
        }
        StepKind::Written { placeholder, .. } => {
            json.text("placeholder", placeholder).number("maxLength", limits::ANSWER_TEXT as i64);
        }
        StepKind::Information => {}
        StepKind::Link(link) => write_link(json, link),
        StepKind::Thanks { link, contact } => {
            if let Some(link) = link {
                write_link(json, link);
            }
            json.text("contact", contact);
        }
    }
}

fn write_link(json: &mut Json, link: &Link) {
    json.text("label", &link.label).text("url", &link.url);
}

fn write_answer(json: &mut Json, answer: Option<&Answer>) {
    let Some(answer) = answer.filter(|it| !matches!(it, Answer::Passed)) else {
        json.raw("answer", "null");
        return;
    };
    json.open("answer");
    match answer {
        Answer::Score(score) => {
            json.number("score", i64::from(*score));
        }
        Answer::Chosen { choices, other } => {
            json.positions("choices", choices).text("other", other);
        }
        Answer::Written(text) => {
            json.text("text", text);
        }
        Answer::Agreed | Answer::Passed => {
            json.raw("agreed", "true");
        }
    }
    json.close();
}
