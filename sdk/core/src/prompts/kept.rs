//! Open submissions as text, for the next page of the same tab: what was said is said again, and it goes on there.

use super::cause::{Cause, INLINE, TAB, TRIGGERS};
use super::flow::Flow;
use super::notes::is;
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
    }
    text
}

/// What [`write`] wrote in this session; else nothing.
pub(crate) fn read(session: &str, text: &str, person: Person<'_>) -> Vec<Flow> {
    let mut flows = Vec::new();
    let mut fields = text.split('\0');
    let mut field = || fields.next().unwrap_or_default();
    if is(field(), FORM) && is(field(), session) {
        loop {
            let (prompt, trigger, page, surface) = (field(), field(), field(), field());
            let (submission, granted, said) = (field(), field(), field());
            let known = TRIGGERS.into_iter().chain([TAB, INLINE]).find(|it| is(it, trigger));
            let (Some(trigger), Some(surface)) = (known, Surface::parse(surface)) else { break };
            let Some(LeaseAnswer::Granted { lease, content: Some(content), .. }) = read_lease(granted) else { break };
            let mut cause = Cause::new(prompt, trigger);
            cause.page.push_str(page);
            let mut flow = Flow::new(cause, surface, lease.into_string(), submission.into(), content, granted.into());
            flow.repeat(said, person);
            flows.push(flow);
        }
    }
    flows
}
