//! Open submissions as text, for the next page of the same tab: what was said is said again, and it goes on there.

use super::Open;
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
pub(super) fn write(session: &str, open: &[Open]) -> String {
    let mut text = String::new();
    let mut push = |field: &str| {
        field.chars().filter(|it| *it != '\0').for_each(|it| text.push(it));
        text.push('\0');
    };
    if !open.is_empty() {
        push(FORM);
        push(session);
    }
    for Open { flow, .. } in open {
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

/// What [`write`] wrote in this session, one after the other; else nothing.
pub(crate) fn read(session: &str, text: &str, person: Person<'_>, take: &mut dyn FnMut(Box<Flow>)) {
    let mut fields = Fields::new(text, '\0');
    let is_ours = is(&fields.text(), FORM) & is(&fields.text(), session);
    while let Some(prompt) = fields.next().filter(|_| is_ours) {
        let trigger = fields.text();
        let trigger = TRIGGERS.into_iter().chain([TAB, INLINE]).find(|it| is(it, &trigger));
        let mut cause = Cause::new(&prompt, trigger.unwrap_or_default());
        cause.page = fields.text();
        let surface = Surface::parse(&fields.text());
        let (submission, granted, said) = (fields.text(), fields.text(), fields.text());
        cause.visit_ms = fields.number();
        if let (Some(surface), Some(LeaseAnswer::Granted { lease, content: Some(content), .. })) =
            (surface.filter(|_| trigger.is_some()), read_lease(&granted))
        {
            let mut flow = Flow::new(cause, surface, lease.into_string(), submission, content, granted);
            flow.repeat(&said, person);
            take(flow);
        }
    }
}
