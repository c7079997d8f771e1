//! A stored message as rules look at it.

use super::identity_graph::SenderId;
use domain::Kind;
use serde_json::Value;
use std::rc::Rc;

/// One stored message that could matter to a milestone.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) user: SenderId,
    pub(super) at_ms: i64,
    #[expect(dead_code, reason = "one message alone decides the milestones that are looked for as messages arrive")]
    pub(super) seq: i64,
    pub(super) kind: Kind,
    pub(super) name: Rc<str>,
    pub(super) from_server: bool,
    /// The whole message; `None` where no rule looks inside.
    pub(super) body: Option<Value>,
}
