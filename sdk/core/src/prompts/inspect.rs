//! What the inspector shows of prompts.

use super::notes::{Noted, is};
use super::{Here, Prompts};
use crate::json::Json;

impl Prompts {
    /// `"prompts":[{survey, surface, trigger, state, reasons, quietUntil}],"lease":…,"page":…`
    pub(crate) fn inspect(&self, here: &Here<'_>, json: &mut Json) {
        let mut list = String::from("[");
        for campaign in &self.campaigns {
            let id = campaign.survey.id.as_str();
            let (mut reasons, mut trigger, mut state) = (self.gates(campaign, here), "", "idle");
            if let Some(it) = self.notes.find(id, Noted::Candidate) {
                reasons = self.against(campaign, it, here);
                (trigger, state) = (it.cause.trigger, "waiting");
            } else if self.open.iter().any(|it| is(&it.flow.cause.prompt, id)) {
                state = "open";
            }
            let mut prompt = Json::object();
            prompt
                .text("survey", id)
                .text("surface", campaign.survey.surface.as_str())
                .text("trigger", trigger)
                .text("state", state)
                .number("reasons", reasons.bits() as i64)
                .number("quietUntil", self.notes.find(id, Noted::Quiet).map_or(0, |it| it.at_ms));
            if list.len() > 1 {
                list.push(',');
            }
            list.push_str(&prompt.end());
        }
        list.push(']');
        let lease = self.open.first().map_or("", |it| &it.flow.lease);
        json.raw("prompts", &list).text("lease", lease).text("page", &self.page);
    }
}
