//! What was answered.

/// The answer to one step.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Score(i32),
    /// Positions in the step's list, each once, in ascending order; `other` is empty where it was not chosen.
    Chosen {
        choices: Vec<usize>,
        other: String,
    },
    Written(String),
    /// A link was followed, or the box ticked.
    Agreed,
    /// Seen, and left out or only read.
    Passed,
}

/// One slot for each step of a [`super::Content`], in its order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers {
    slots: Vec<Option<Answer>>,
}

impl Answers {
    pub fn get(&self, step: usize) -> Option<&Answer> {
        self.slots.get(step).and_then(Option::as_ref)
    }

    /// `None` takes it back.
    pub fn set(&mut self, step: usize, answer: Option<Answer>) {
        while self.slots.len() <= step {
            self.slots.push(None);
        }
        if let Some(slot) = self.slots.get_mut(step) {
            *slot = answer;
        }
    }
}
