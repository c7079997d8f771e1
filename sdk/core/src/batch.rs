//! One request's worth of messages.

use crate::json::Json;
use crate::time::iso_8601;

/// Messages on their way; the same ones, with the same ids, on every attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub id: u32,
    /// The request must outlive its page.
    pub keepalive: bool,
    pub(crate) token: Option<String>,
    /// JSON objects separated by commas.
    pub(crate) messages: String,
}

impl Batch {
    /// The body of the request. `sent_at_ms` lets the collector correct a wrong clock; a simulation that sets
    /// the times of its messages itself leaves it out.
    pub fn body(&self, write_key: &str, sent_at_ms: Option<i64>) -> String {
        let mut body = Json::object();
        body.text("writeKey", write_key);
        body.text_if("sentAt", sent_at_ms.map(iso_8601).as_deref());
        body.text_if("identityToken", self.token.as_deref());
        body.raw("batch", "[");
        let mut text = body.into_open();
        text.push_str(&self.messages);
        text.push_str("]}");
        text
    }
}
