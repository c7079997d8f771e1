//! Which answers to a step: what one bar of a question counts.

use super::response::{Given, Response, StepAnswer};
use crate::metric::{EASY_FROM, Nps, SATISFIED_FROM};

/// One of the numbers of a question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pick {
    /// The step was on screen.
    Seen,
    Answered,
    /// It was the last one seen, and the survey was not completed.
    Left,
    /// Left out, or only read.
    Passed,
    /// A link was followed, or the box ticked.
    Agreed,
    Score(i32),
    Promoters,
    Passives,
    Detractors,
    /// CSAT: the upper two of five.
    Satisfied,
    /// CES: from five of seven on.
    Easy,
    Choice(String),
    Other,
    /// In their own words.
    Written,
}

/// As URLs and the API have them.
const NAMES: [(Pick, &str); 12] = [
    (Pick::Seen, "seen"),
    (Pick::Answered, "answered"),
    (Pick::Left, "left"),
    (Pick::Passed, "passed"),
    (Pick::Agreed, "agreed"),
    (Pick::Promoters, "promoters"),
    (Pick::Passives, "passives"),
    (Pick::Detractors, "detractors"),
    (Pick::Satisfied, "satisfied"),
    (Pick::Easy, "easy"),
    (Pick::Other, "other"),
    (Pick::Written, "written"),
];

impl Pick {
    /// `detractors`, `score-9`, `choice-price`
    pub fn name(&self) -> String {
        match self {
            Self::Score(score) => format!("score-{score}"),
            Self::Choice(id) => format!("choice-{id}"),
            _ => NAMES.iter().find(|(pick, _)| pick == self).map(|it| it.1.to_owned()).unwrap_or_default(),
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        if let Some(score) = text.strip_prefix("score-") {
            return score.parse().ok().map(Self::Score);
        }
        if let Some(id) = text.strip_prefix("choice-") {
            return Some(Self::Choice(id.to_owned()));
        }
        NAMES.iter().find(|(_, name)| *name == text).map(|it| it.0.clone())
    }
}

impl StepAnswer {
    fn picks(&self) -> Vec<Pick> {
        let mut picks = match &self.given {
            Given::Passed(_) => return vec![Pick::Passed],
            Given::Agreed(_) => vec![Pick::Agreed],
            Given::Text(_) => Vec::new(),
            Given::Score(score) => {
                let band = match self.kind {
                    "nps" if *score >= Nps::PROMOTERS_FROM => Some(Pick::Promoters),
                    "nps" if *score <= Nps::DETRACTORS_TO => Some(Pick::Detractors),
                    "nps" => Some(Pick::Passives),
                    "csat" if *score >= SATISFIED_FROM => Some(Pick::Satisfied),
                    "ces" if *score >= EASY_FROM => Some(Pick::Easy),
                    _ => None,
                };
                std::iter::once(Pick::Score(*score)).chain(band).collect()
            }
            Given::Chosen { choices, other } => {
                let other = (!other.is_empty()).then_some(Pick::Other);
                choices.iter().cloned().map(Pick::Choice).chain(other).collect()
            }
        };
        if self.given.text().is_some() {
            picks.push(Pick::Written);
        }
        picks.push(Pick::Answered);
        picks
    }
}

impl Response {
    /// Every number of every step that this response is part of, each once.
    pub fn picks(&self) -> Vec<(&str, Pick)> {
        let mut picks = Vec::new();
        for answer in &self.answers {
            picks.push((answer.step.as_str(), Pick::Seen));
            picks.extend(answer.picks().into_iter().map(|it| (answer.step.as_str(), it)));
        }
        if let Some(step) = self.left_at.as_deref() {
            if self.answer(step).is_none() {
                picks.push((step, Pick::Seen));
            }
            picks.push((step, Pick::Left));
        }
        picks
    }

    /// Whether it is part of that number, of one step or (`None`) of any.
    pub fn is_picked(&self, step: Option<&str>, pick: &Pick) -> bool {
        self.picks().iter().any(|(of, it)| step.is_none_or(|step| step == *of) && it == pick)
    }
}
