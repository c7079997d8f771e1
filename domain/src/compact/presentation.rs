//! What is seen of a survey, as one line of JSON for `sdk/loader/view.js`. Runs on the collector only.
//!
//! ```text
//! {"accent":"#0b6e5f","words":["Next",…],"steps":[{"id":"nps","kind":"nps","isRequired":true,"title":TEXT,"text":TEXT,…}]}
//! ```
//!
//! A text is a list of parts: a string; `[SOURCE,"fallback"]`; or `[SOURCE,{"one":"# seat","other":"# seats"}]`.
//! A source is the position of a step, or `["user","name"]`.

use crate::limits;
use crate::survey::{Content, Link, Part, Source, Step, StepKind, Text};

pub(crate) fn presentation(content: &Content) -> String {
    let words = list(content.words.iter().map(|it| quoted(it)));
    let steps = list(content.steps.iter().map(step));
    object(&[("accent", quoted(&content.accent)), ("words", words), ("steps", steps)])
}

fn step(step: &Step) -> String {
    let mut fields = vec![
        ("id", quoted(step.id())),
        ("kind", quoted(step.kind.as_str())),
        ("isRequired", step.is_required.to_string()),
        ("title", text(&step.title)),
        ("text", text(&step.text)),
    ];
    let link = |it: &Link| [("label", quoted(&it.label)), ("url", quoted(&it.url))];
    match &step.kind {
        StepKind::Scale { shape, from, to, low, high, .. } => fields.extend([
            ("shape", quoted(shape.as_str())),
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("low", quoted(low)),
            ("high", quoted(high)),
        ]),
        StepKind::Choice { choices, other, .. } => fields.extend([
            ("ids", list(choices.iter().map(|it| quoted(&it.id)))),
            ("choices", list(choices.iter().map(|it| quoted(&it.label)))),
            ("other", quoted(other)),
        ]),
        StepKind::Written { placeholder, .. } => {
            fields.extend([("placeholder", quoted(placeholder)), ("maxLength", limits::ANSWER_TEXT.to_string())]);
        }
        StepKind::Information => {}
        StepKind::Link(it) => fields.extend(link(it)),
        StepKind::Thanks { link: leads_to, contact } => {
            fields.extend(leads_to.iter().flat_map(link));
            fields.push(("contact", quoted(contact)));
        }
    }
    object(&fields)
}

fn text(text: &Text) -> String {
    list(text.parts.iter().map(|part| match part {
        Part::Plain(text) => quoted(text),
        Part::Filled { source: of, fallback } => list([source(of), quoted(fallback)].into_iter()),
        Part::Plural { source: of, forms } => {
            let forms: Vec<_> = forms.iter().map(|(category, form)| (category.as_str(), quoted(form))).collect();
            list([source(of), object(&forms)].into_iter())
        }
    }))
}

fn source(source: &Source) -> String {
    match source {
        Source::Answer(step) => step.to_string(),
        Source::Trait { of, path } => {
            list([super::write::scope(*of)].into_iter().chain(path.iter().map(String::as_str)).map(quoted))
        }
    }
}

fn object(fields: &[(&str, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(key, json)| format!("{}:{json}", quoted(key))).collect();
    format!("{{{}}}", fields.join(","))
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\0'..='\x1f' => out += &format!("\\u{:04x}", u32::from(character)),
            _ => out.push(character),
        }
    }
    out + "\""
}
