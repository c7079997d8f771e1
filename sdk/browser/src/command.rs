//! The calls of the vendor's code: `sdk.d.ts` in one match (`on` is the loader's own).

use crate::driver::{complain, handle};
use crate::options::consent_named;
use domain::{AccountId, MilestoneId, UserId};
use js_sys::{Array, JSON, Reflect};
use sdk_core::{Call, Input};
use wasm_bindgen::JsValue;

pub(crate) fn run(arguments: &Array) {
    let given = Given { arguments };
    let Some(command) = given.text(0) else { return complain("command_unknown") };
    let call = match command.as_str() {
        "track" => Call::Track { name: given.text(1).unwrap_or_default(), properties: given.object(2) },
        "identify" => Call::Identify {
            user_id: given.text(1).map(UserId::new),
            traits: given.object(2),
            token: Reflect::get(&given.arguments.get(3), &"token".into()).ok().and_then(|it| it.as_string()),
        },
        "group" => match given.text(1) {
            Some(id) => Call::Group { account_id: AccountId::new(id), traits: given.object(2) },
            None => return complain("id_missing"),
        },
        // `page(properties)` is as good as `page(undefined, properties)`.
        "page" => {
            let name = given.text(1);
            let at = if name.is_none() && given.arguments.get(1).is_object() { 1 } else { 2 };
            Call::Page { name, properties: given.object(at) }
        }
        "alias" => match given.text(1) {
            Some(id) => Call::Alias { user_id: UserId::new(id), previous_id: given.text(2) },
            None => return complain("id_missing"),
        },
        "milestone" => match given.text(1) {
            Some(id) => Call::Milestone(MilestoneId::new(id)),
            None => return complain("id_missing"),
        },
        "reset" => Call::Reset,
        "consent" => {
            return match given.text(1).as_deref().and_then(consent_named) {
                Some(consent) => handle(Input::Consent(consent)),
                None => complain("consent_unknown"),
            };
        }
        _ => return complain("command_unknown"),
    };
    handle(Input::Call(call));
}

struct Given<'a> {
    arguments: &'a Array,
}

impl Given<'_> {
    /// A text that is not empty, or a number as text: ids are often numbers.
    fn text(&self, at: u32) -> Option<String> {
        let value = self.arguments.get(at);
        let text = if value.as_f64().is_some() { json(&value) } else { value.as_string() };
        text.filter(|it| !it.is_empty())
    }

    /// The JSON text of an object; empty where there is none.
    fn object(&self, at: u32) -> String {
        let value = self.arguments.get(at);
        if value.is_null() || value.is_undefined() {
            return String::new();
        }
        // Cycles, BigInt and a throwing `toJSON` end here as well.
        let text = json(&value).filter(|it| it.as_bytes().first() == Some(&b'{'));
        if text.is_none() {
            complain("properties_unusable");
        }
        text.unwrap_or_default()
    }
}

fn json(value: &JsValue) -> Option<String> {
    JSON::stringify(value).ok().and_then(|it| JsValue::from(it).as_string())
}
