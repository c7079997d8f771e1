//! A request about this visitor that is no batch of messages: for a lease, its return, the receipt.

use crate::identity::Identity;
use crate::json::Json;
use domain::UserId;

/// The body, but for the write key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// One JSON object.
    text: String,
}

impl Request {
    /// Who asks; what for comes after it.
    pub(crate) fn begin(identity: &Identity) -> Json {
        let mut json = Json::object();
        json.text_if("identityToken", identity.token.as_deref())
            .text("anonymousId", identity.anonymous_id.as_str())
            .text_if("userId", identity.user_id.as_ref().map(UserId::as_str));
        json
    }

    pub(crate) fn end(json: Json) -> Self {
        Self { text: json.end() }
    }

    pub fn body(&self, write_key: &str) -> String {
        let mut json = Json::object();
        json.text("writeKey", write_key);
        let mut body = json.into_open();
        body.push(',');
        body.push_str(self.text.strip_prefix('{').unwrap_or_default());
        body
    }
}
