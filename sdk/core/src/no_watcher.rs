//! In place of `watcher.rs`, where the detector is not built in: watches for nothing.

use crate::effect::Effect;
use crate::json::Json;
use crate::observation::{Observation, PromptSaid};
use crate::told::Told;
use domain::UrlPattern;
use domain::hesitation::{Device, Model};

#[derive(Debug)]
pub(crate) struct Watcher;

impl Watcher {
    pub(crate) fn new(_: Device) -> Self {
        Self
    }

    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn tick_at_ms(&self) -> Option<i64> {
        None
    }

    pub(crate) fn memory(&self) -> String {
        String::new()
    }

    pub(crate) fn configure(&mut self, _: i64, _: Option<Model>) {}

    pub(crate) fn introduce(
        &mut self,
        _: i64,
        _: &str,
        _: &str,
        _: Option<&str>,
        _: &mut Vec<Effect>,
        _: &mut Told,
    ) -> bool {
        false
    }

    pub(crate) fn at_page(&mut self, _: i64, _: &str, _: &mut Vec<Effect>, _: &mut Told) {}

    pub(crate) fn patterns(&self) -> &[UrlPattern] {
        &[]
    }

    pub(crate) fn set_context(&mut self, _: String) -> bool {
        false
    }

    pub(crate) fn observe(&mut self, _: i64, _: Observation<'_>, _: &mut Vec<Effect>, _: &mut Told) {}

    pub(crate) fn prompt_said(&mut self, _: i64, _: PromptSaid, _: &str, _: &mut Vec<Effect>, _: &mut Told) {}

    pub(crate) fn write_visit(&mut self, _: &mut Json) -> bool {
        false
    }

    pub(crate) fn flush(&mut self, _: &mut Told) {}

    pub(crate) fn inspect(&self, _: i64) -> Option<String> {
        None
    }
}
