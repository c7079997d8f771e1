//! The calls of the vendor's code: `sdk.d.ts` in one match (`on` is the loader's own).

use crate::driver::Driver;
use crate::js;
use crate::options::consent_named;
use domain::{AccountId, MilestoneId, UserId};
use js_sys::Array;
use sdk_core::{Call, Input};
use wasm_bindgen::JsValue;

pub(crate) fn run(driver: &'static Driver, arguments: &Array) {
    match (Given { driver, arguments }).input() {
        Ok(input) => driver.handle(input),
        Err(complaint) => driver.complain(complaint),
    }
}

struct Given<'a> {
    driver: &'static Driver,
    arguments: &'a Array,
}

impl Given<'_> {
    fn input(&self) -> Result<Input<'static>, &'static str> {
        let first = self.text(1);
        let id = || self.text(1).ok_or("id_missing");
        let call = match self.text(0).unwrap_or_default().as_str() {
            "track" => Call::Track { name: first.unwrap_or_default(), properties: self.object(2) },
            "identify" => Call::Identify {
                user_id: first.map(UserId::new),
                traits: self.object(2),
                token: js::get(&self.arguments.get(3), "token").as_string(),
            },
            "group" => Call::Group { account_id: AccountId::new(id()?), traits: self.object(2) },
            // `page(properties)` is as good as `page(undefined, properties)`.
            "page" => {
                let at = if self.arguments.get(1).is_object() { 1 } else { 2 };
                Call::Page { name: first, properties: self.object(at) }
            }
            "alias" => Call::Alias { user_id: UserId::new(id()?), previous_id: self.text(2) },
            "milestone" => Call::Milestone(MilestoneId::new(id()?)),
            "reset" => Call::Reset,
            "consent" => {
                let consent = first.as_deref().and_then(consent_named).ok_or("consent_unknown")?;
                return Ok(Input::Consent(consent));
            }
            _ => return Err("command_unknown"),
        };
        Ok(Input::Call(call))
    }

    /// A text that is not empty, or a number as text: ids are often numbers.
    fn text(&self, at: u32) -> Option<String> {
        let value = self.arguments.get(at);
        let text = if value.as_f64().is_some() { self.json(&value) } else { value };
        text.as_string().filter(|it| !it.is_empty())
    }

    /// The JSON text of an object; empty where there is none.
    fn object(&self, at: u32) -> String {
        let value = self.arguments.get(at);
        if value.is_null() || value.is_undefined() {
            return String::new();
        }
        // Cycles, BigInt and a throwing `toJSON` end here as well.
        let text = self.json(&value).as_string().unwrap_or_default();
        if text.as_bytes().first() == Some(&b'{') {
            return text;
        }
        self.driver.complain("properties_unusable");
        String::new()
    }

    fn json(&self, value: &JsValue) -> JsValue {
        js::call(&js::get(&self.driver.window, "JSON"), "stringify", &[value])
    }
}
