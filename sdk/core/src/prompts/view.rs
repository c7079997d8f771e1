//! What is drawn of a survey, as JSON for `sdk/loader/survey.js`.

use super::answer::push_positions;
use super::flow::Flow;
use crate::client::Speak;
use crate::json::{Json, push_signed, quote};
use domain::survey::{Answer, Content, Link, Person, Speech, Step, StepKind, Surface, Survey, Text};
use domain::{hash, limits};

/// Written from right to left: <https://www.unicode.org/cldr/charts/latest/supplemental/scripts_and_languages.html>
const RIGHT_TO_LEFT: [&str; 11] = ["ar", "ckb", "dv", "fa", "he", "iw", "ps", "sd", "ug", "ur", "yi"];

/// The screen that the flow is at.
pub(crate) fn view(flow: &Flow, label: &str, person: Person<'_>, speak: Speak) -> String {
    let content = &flow.content;
    let mut json = start(flow.surface, &flow.cause.prompt, &content.language, &content.accent);
    let mut words = String::from("[");
    for word in &content.words {
        if words.len() > 1 {
            words.push(',');
        }
        quote(&mut words, word);
    }
    words.push(']');
    let of = flow.length(person);
    let at = (flow.path.len() + 1).min(of.max(1));
    let Some(step) = flow.step() else { return json.end() };
    let can_skip = step.kind.is_question() && !step.is_required;
    json.raw("words", &words).number("at", at as i64).number("of", of as i64);
    flag(&mut json, "canBack", flow.can_go_back());
    flag(&mut json, "canSkip", can_skip);
    flag(&mut json, "isLast", at == of);
    json.open("step");
    write_step(&mut json, flow, step, &Texts { flow, person, speech: Words { language: &content.language, speak } });
    json.close();
    flag(&mut json, "isResumed", flow.is_resumed);
    json.text("tab", label);
    json.end()
}

/// Only the tab that opens a survey, in the visitor's language or the first there is.
pub(crate) fn tab(survey: &Survey, language: &str) -> String {
    let (language, label) = label(survey, language);
    let mut json = start(Surface::Tab, survey.id.as_str(), language, "");
    json.raw("step", "null").text("tab", label);
    json.end()
}

/// Takes a tab away.
pub(crate) fn no_tab(survey: &str) -> String {
    let mut json = start(Surface::Tab, survey, "", "");
    json.raw("step", "null").text("tab", "");
    json.end()
}

/// Language and text of a tab.
pub(crate) fn label<'a>(survey: &'a Survey, language: &str) -> (&'a str, &'a str) {
    let same = |it: &&(String, String), wanted: &str| it.0.eq_ignore_ascii_case(wanted);
    let found = survey.labels.iter().find(|it| same(it, language));
    let found = found.or_else(|| survey.labels.iter().find(|it| same(it, &primary(language))));
    found.or(survey.labels.first()).map_or(("", ""), |(language, label)| (language.as_str(), label.as_str()))
}

/// `de` of `de-CH`.
fn primary(language: &str) -> String {
    language.chars().take_while(|it| *it != '-').map(|it| it.to_ascii_lowercase()).collect()
}

fn start(surface: Surface, survey: &str, language: &str, accent: &str) -> Json {
    let own = primary(language);
    let is_rtl = RIGHT_TO_LEFT.iter().any(|it| it.as_bytes() == own.as_bytes());
    let mut json = Json::object();
    json.text("surface", surface.as_str())
        .text("survey", survey)
        .text("lang", language)
        .text("dir", if is_rtl { "rtl" } else { "ltr" })
        .text("accent", accent);
    json
}

fn flag(json: &mut Json, key: &str, is_so: bool) {
    json.raw(key, if is_so { "true" } else { "false" });
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

struct Texts<'a> {
    flow: &'a Flow,
    person: Person<'a>,
    speech: Words<'a>,
}

impl Texts<'_> {
    fn fill(&self, text: &Text) -> String {
        let content: &Content = &self.flow.content;
        text.fill(content, &self.flow.answers, self.person, &self.speech)
    }
}

fn write_step(json: &mut Json, flow: &Flow, step: &Step, texts: &Texts<'_>) {
    json.text("id", step.id())
        .text("kind", step.kind.as_str())
        .text("title", &texts.fill(&step.title))
        .text("text", &texts.fill(&step.text));
    flag(json, "isRequired", step.is_required);
    match &step.kind {
        StepKind::Scale { shape, from, to, low, high, .. } => {
            json.text("shape", shape.as_str())
                .number("from", i64::from(*from))
                .number("to", i64::from(*to))
                .text("low", low)
                .text("high", high);
        }
        StepKind::Choice { choices, other, is_shuffled, .. } => {
            let mut labels = String::from("[");
            for choice in choices {
                if labels.len() > 1 {
                    labels.push(',');
                }
                quote(&mut labels, &choice.label);
            }
            labels.push(']');
            let mut order: Vec<usize> = (0..choices.len()).collect();
            if *is_shuffled {
                let salt = hash(&flow.submission, 0);
                let place = |it: &usize| choices.get(*it).map_or(0, |it| hash(&it.id, salt));
                shuffle(&mut order, &place);
            }
            json.raw("choices", &labels).raw("order", &list(&order)).text("other", other);
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
    write_answer(json, flow.answers.get(flow.at));
}

fn write_link(json: &mut Json, link: &Link) {
    json.text("label", &link.label).text("url", &link.url);
}

fn write_answer(json: &mut Json, answer: Option<&Answer>) {
    let mut number = String::new();
    match answer {
        None | Some(Answer::Passed) => {
            json.raw("answer", "null");
            return;
        }
        Some(Answer::Score(score)) => {
            push_signed(&mut number, i64::from(*score));
            json.open("answer").raw("score", &number);
        }
        Some(Answer::Chosen { choices, other }) => {
            json.open("answer").raw("choices", &list(choices)).text("other", other);
        }
        Some(Answer::Written(text)) => {
            json.open("answer").text("text", text);
        }
        Some(Answer::Agreed) => {
            json.open("answer").raw("agreed", "true");
        }
    }
    json.close();
}

fn list(positions: &[usize]) -> String {
    let mut list = String::from("[");
    push_positions(&mut list, positions);
    list.push(']');
    list
}

/// By their places, without the machinery of a sort: there are forty at most.
fn shuffle(order: &mut [usize], place: &dyn Fn(&usize) -> u64) {
    let mut rest = order;
    while let Some(least) = (0..rest.len()).min_by_key(|it| rest.get(*it).map(place)) {
        rest.swap(0, least);
        rest = rest.split_at_mut_checked(1).map_or(&mut [], |it| it.1);
    }
}
