//! The calls of the vendor's code: `sdk.d.ts` in one match (`on` is the loader's own).

use crate::driver::Driver;
use crate::js;
use crate::options::consent_named;
use domain::{AccountId, MilestoneId, SurveyId, UserId};
use sdk_core::{Call, Input};
use wasm_bindgen::JsValue;

pub(crate) fn run(driver: &'static Driver, arguments: &JsValue) {
    match (Given { driver, arguments }).input() {
        Ok(input) => driver.handle(input),
        Err(complaint) => driver.complain(complaint),
    }
}

struct Given<'a> {
    driver: &'static Driver,
    arguments: &'a JsValue,
}

impl Given<'_> {
    fn input(&self) -> Result<Input<'static>, &'static str> {
        let first = self.text(1);
        let id = || self.text(1).ok_or("id_missing");
        let call = match self.text(0).unwrap_or_default().as_str() {
            "track" => Call::track(first.unwrap_or_default(), self.object(2)),
            "identify" => {
                let token = js::get(&self.argument(3), "token").as_string();
                Call::identify(first.map(UserId::new), self.object(2)).with_token(token)
            }
            "group" => Call::group(AccountId::new(id()?), self.object(2)),
            // `page(properties)` is as good as `page(undefined, properties)`.
            "page" => {
                let at = if self.argument(1).is_object() { 1 } else { 2 };
                Call::page(first, self.object(at))
            }
            "alias" => Call::alias(UserId::new(id()?), self.text(2)),
            "milestone" => Call::milestone(MilestoneId::new(id()?)),
            "reset" => Call::reset(),
            "ask" => Call::ask(SurveyId::new(id()?)),
            "context" => return Ok(Input::Context(first.unwrap_or_default())),
            "consent" => {
                let consent = first.as_deref().and_then(consent_named).ok_or("consent_unknown")?;
                return Ok(Input::Consent(consent));
            }
            _ => return Err("command_unknown"),
        };
        Ok(Input::Call(call))
    }

    fn argument(&self, at: u32) -> JsValue {
        js::at(self.arguments, at)
    }

    /// A text that is not empty, or a number as text: ids are often numbers.
    fn text(&self, at: u32) -> Option<String> {
        let value = self.argument(at);
        let text = if value.as_f64().is_some() { self.json(value) } else { value };
        text.as_string().filter(|it| !it.is_empty())
    }

    /// The JSON text of an object; empty where there is none.
    fn object(&self, at: u32) -> String {
        let value = self.argument(at);
        if value.is_null() || value.is_undefined() {
            return String::new();
        }
        // Cycles, BigInt and a throwing `toJSON` end here as well.
        let text = self.json(value).as_string().unwrap_or_default();
        if text.as_bytes().first() == Some(&b'{') {
            return text;
        }
        self.driver.complain("properties_unusable");
        String::new()
    }

    fn json(&self, value: JsValue) -> JsValue {
        self.driver.hand("stringify", value)
    }
}
