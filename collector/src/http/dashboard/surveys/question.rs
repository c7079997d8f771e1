//! One question: who saw it, answered it and left at it, and every answer with how many gave it.

use super::nps::NpsView;
use super::{Counted, Links};
use crate::app::surveys::{Pick, StepResult};
use crate::http::dashboard::funnel_chart::Share;

pub(in crate::http::dashboard) struct Question {
    pub(in crate::http::dashboard) position: usize,
    pub(in crate::http::dashboard) title: String,
    pub(in crate::http::dashboard) kind: &'static str,
    /// Still in `milepost.toml`.
    pub(in crate::http::dashboard) is_defined: bool,
    pub(in crate::http::dashboard) seen: Counted,
    pub(in crate::http::dashboard) answered: Counted,
    pub(in crate::http::dashboard) rate: Option<Share>,
    pub(in crate::http::dashboard) left: Counted,
    pub(in crate::http::dashboard) left_share: Option<Share>,
    pub(in crate::http::dashboard) nps: Option<NpsView>,
    /// `4 or 5 of 5`, with how many said so.
    pub(in crate::http::dashboard) top: Option<Top>,
    pub(in crate::http::dashboard) mean: Option<String>,
    pub(in crate::http::dashboard) written: Option<Counted>,
    pub(in crate::http::dashboard) bars: Vec<AnswerBar>,
}

pub(in crate::http::dashboard) struct Top {
    pub(in crate::http::dashboard) name: &'static str,
    pub(in crate::http::dashboard) count: Counted,
    pub(in crate::http::dashboard) share: Option<Share>,
}

pub(in crate::http::dashboard) struct AnswerBar {
    pub(in crate::http::dashboard) label: String,
    pub(in crate::http::dashboard) count: Counted,
    pub(in crate::http::dashboard) share: Option<Share>,
    pub(in crate::http::dashboard) width: String,
    /// The band of an NPS answer, else plain.
    pub(in crate::http::dashboard) class: &'static str,
}

impl Question {
    pub(in crate::http::dashboard) fn of(position: usize, step: &StepResult, links: &Links) -> Self {
        let counted = |count: u64, pick: &Pick| Counted::new(count, links.answer(&step.id, &pick.name()));
        let top = step.top.map(|share| {
            let (name, pick) = match step.kind.as_str() {
                "csat" => ("Satisfied: 4 or 5 of 5", Pick::Satisfied),
                _ => ("Easy: 5, 6 or 7 of 7", Pick::Easy),
            };
            Top { name, count: counted(share.part, &pick), share: Share::of(share.part, share.whole) }
        });
        let widest = step.bars.iter().map(|it| it.share.part).max().unwrap_or(0).max(1);
        let bars = step.bars.iter().map(|bar| AnswerBar {
            label: bar.label.clone(),
            count: counted(bar.share.part, &bar.pick),
            share: Share::of(bar.share.part, bar.share.whole),
            width: format!("{:.2}%", bar.share.part as f64 / widest as f64 * 100.0),
            class: class(&step.kind, &bar.pick),
        });
        Self {
            position,
            title: step.title.clone().unwrap_or_else(|| step.id.clone()),
            is_defined: step.title.is_some(),
            kind: kind_in_words(&step.kind),
            seen: counted(step.seen, &Pick::Seen),
            answered: counted(step.answered.part, &Pick::Answered),
            rate: Share::of(step.answered.part, step.answered.whole),
            left: counted(step.left.part, &Pick::Left),
            left_share: Share::of(step.left.part, step.left.whole),
            nps: step.nps.map(|nps| NpsView::of(nps, &step.id, links)),
            top,
            mean: step.mean.map(|it| format!("{it:.2}")),
            written: (step.written > 0).then(|| counted(step.written, &Pick::Written)),
            bars: bars.collect(),
        }
    }
}

fn class(kind: &str, pick: &Pick) -> &'static str {
    match (kind, pick) {
        ("nps", Pick::Score(9..)) => "promoters",
        ("nps", Pick::Score(..=6)) => "detractors",
        ("nps", Pick::Score(_)) => "passives",
        _ => "plain",
    }
}

pub(in crate::http::dashboard) fn kind_in_words(kind: &str) -> &'static str {
    match kind {
        "nps" => "Net Promoter Score",
        "csat" => "satisfaction (CSAT)",
        "ces" => "effort (CES)",
        "rating" => "rating",
        "single" => "one choice",
        "multiple" => "several choices",
        "short" | "long" => "text",
        "information" => "information",
        "link" => "link",
        "thanks" => "thanks",
        _ => "never answered",
    }
}
