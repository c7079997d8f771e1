//! Open submissions as text, for the next page of the same tab: what was said is said again, and it goes on there.

use super::cause::{Cause, INLINE, TAB, TRIGGERS};
use super::flow::Flow;
use super::notes::is;
use crate::fields::Fields;
use crate::json::push_number;
use domain::LeaseAnswer;
use domain::compact::read_lease;
use domain::survey::{Person, Surface};

/// Changes with the form; what carries another one is ignored.
const FORM: &str = "1";

/// Fields with a NUL after each; empty without any open submission.
pub(crate) fn write(session: &str, flows: &[&Flow]) -> String {
    let mut text = String::new();
    let mut push = |field: &str| {
        field.chars().filter(|it| *it != '\0').for_each(|it| text.push(it));
        text.push('\0');
    };
    for (at, flow) in flows.iter().enumerate() {
        if at == 0 {
            push(FORM);
            push(session);
        }
        let cause = &flow.cause;
        let fields = [
            &cause.prompt,
            cause.trigger,
            &cause.page,
            flow.surface.as_str(),
            &flow.submission,
            &flow.granted,
            &flow.said,
        ];
        fields.into_iter().for_each(&mut push);
        let mut visit = String::new();
        push_number(&mut visit, cause.visit_ms.max(0) as u64, 1);
        push(&visit);
    }
    text
}

/// What [`write`] wrote in this session; else nothing.
pub(crate) fn read(session: &str, text: &str, person: Person<'_>) -> Vec<Flow> {
    let mut flows = Vec::new();
    let mut fields = Fields::new(text, '\0');
    if !is(&fields.text(), FORM) || !is(&fields.text(), session) {
        return flows;
    }
    while let Some(prompt) = fields.next() {
        let (trigger, page, surface) = (fields.text(), fields.text(), fields.text());
        let (submission, granted, said) = (fields.text(), fields.text(), fields.text());
        let known = TRIGGERS.into_iter().chain([TAB, INLINE]).find(|it| is(it, &trigger));
        let (Some(trigger), Some(surface)) = (known, Surface::parse(&surface)) else { break };
        let Some(LeaseAnswer::Granted { lease, content: Some(content), .. }) = read_lease(&granted) else { break };
        let mut cause = Cause::new(&prompt, trigger);
        cause.page = page;
        cause.visit_ms = fields.number();
        let mut flow = Flow::new(cause, surface, lease.into_string(), submission, content, granted);
        flow.repeat(&said, person);
        flows.push(flow);
    }
    flows
}
