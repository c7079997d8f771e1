//! One filling-in of a survey: which step it is at, what was answered, what is said about it.
//!
//! Does not know when it may be drawn, nor how messages are sent. Whatever a survey's branches say, it comes to an end:
//! no step is seen twice on one way.

use super::answer;
use super::cause::Cause;
use super::said::SurveySaid;
use crate::fields::Fields;
use crate::json::Json;
use domain::reserved;
use domain::survey::{Answer, Answers, Goal, Outline, OutlineStep, Person, Sort, Surface};

#[derive(Debug)]
pub(crate) struct Flow {
    pub(crate) cause: Cause,
    pub(crate) surface: Surface,
    pub(crate) lease: String,
    /// Ties everything that is said about it.
    pub(crate) submission: String,
    pub(crate) content: Outline,
    /// What the lease said, to be read again on the next page.
    pub(crate) granted: String,
    pub(crate) answers: Answers,
    /// The steps before this one, in the order they were seen.
    pub(crate) path: Vec<usize>,
    pub(crate) at: usize,
    /// What was said so far, to be repeated on the next page: the number of each, what came with it, and an end.
    pub(crate) said: String,
    /// It was on screen, here or on an earlier page.
    pub(crate) is_shown: bool,
    /// The last step was reached.
    pub(crate) is_completed: bool,
    pub(crate) is_resumed: bool,
}

/// What follows from what was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Stay,
    /// Another step, or the same anew.
    Draw,
    /// It is over: take it away.
    End,
}

/// Name and properties of a message.
pub(crate) type Message = (&'static str, String);

/// Ends what was said: no text of ours holds one.
const END: char = '\u{1}';
/// A tab keeps as much; whoever goes to and fro beyond that resumes where they were before.
const SAID_BYTES: usize = 64 * 1024;

impl Flow {
    pub(crate) fn new(
        cause: Cause,
        surface: Surface,
        lease: String,
        submission: String,
        content: Outline,
        granted: String,
    ) -> Box<Self> {
        Box::new(Self {
            cause,
            surface,
            lease,
            submission,
            content,
            granted,
            answers: Answers::default(),
            path: Vec::new(),
            at: 0,
            said: String::new(),
            is_shown: false,
            is_completed: false,
            is_resumed: false,
        })
    }

    /// Says again what was said on the last page.
    pub(crate) fn repeat(&mut self, said: &str, person: Person<'_>) {
        let mut fields = Fields::new(said, END);
        while let Some(it) = fields.next() {
            let mut rest = it.chars();
            let number = rest.next().map_or(0, |it| it as usize & 15);
            if let Some(said) = SurveySaid::ALL.get(number) {
                self.hear(*said, rest.as_str(), person, &mut Vec::new());
            }
        }
        self.is_resumed = true;
    }

    pub(crate) fn step(&self) -> Option<&OutlineStep> {
        self.content.steps.get(self.at)
    }

    pub(crate) fn can_go_back(&self) -> bool {
        !self.path.is_empty() && !self.is_completed
    }

    /// Nobody did anything in it, or all is done.
    pub(crate) fn may_time_out(&self) -> bool {
        self.is_completed || self.path.is_empty() && self.answers.get(self.at).is_none()
    }

    /// Takes what the edge says; what makes no sense at this step changes nothing.
    pub(crate) fn hear(
        &mut self,
        said: SurveySaid,
        value: &str,
        person: Person<'_>,
        messages: &mut Vec<Message>,
    ) -> Turn {
        if self.said.len() + value.len() < SAID_BYTES && said as u8 <= SurveySaid::Followed as u8 {
            self.said.push(char::from(b'0' + said as u8));
            value.chars().filter(|it| *it != END).for_each(|it| self.said.push(it));
            self.said.push(END);
        }
        match said {
            SurveySaid::Shown => {
                if !std::mem::replace(&mut self.is_shown, true) {
                    messages.push((reserved::SURVEY_SHOWN, self.about().end()));
                }
                Turn::Stay
            }
            SurveySaid::Answered => self.answer(value, person, messages),
            SurveySaid::Skipped => self.skip(person, messages),
            SurveySaid::Back => self.back(),
            SurveySaid::Followed => {
                if self.step().is_some_and(|it| it.sort == Sort::Link) {
                    self.put(Some(Answer::Agreed), messages);
                }
                Turn::Stay
            }
            SurveySaid::Closed => self.dismiss("closed", messages),
            SurveySaid::NotNow => self.dismiss("notNow", messages),
            SurveySaid::Never => self.dismiss("never", messages),
            _ => Turn::Stay,
        }
    }

    /// Closed before its end; after it, closing says nothing, but "never" always counts.
    pub(crate) fn dismiss(&self, how: &str, messages: &mut Vec<Message>) -> Turn {
        if !self.is_completed || how.as_bytes() == b"never" {
            let mut json = self.about();
            json.text("how", how);
            if let Some(step) = self.step() {
                json.text("step", step.id.as_str());
            }
            messages.push((reserved::SURVEY_DISMISSED, json.end()));
        }
        Turn::End
    }

    fn answer(&mut self, value: &str, person: Person<'_>, messages: &mut Vec<Message>) -> Turn {
        let Some(step) = self.step() else { return Turn::Stay };
        let answer = answer::read(step, value);
        match step.sort {
            Sort::Thanks => {
                self.put(answer, messages);
                Turn::Stay
            }
            // Nothing to say, or nothing said.
            Sort::Information => self.skip(person, messages),
            Sort::Written if answer.is_none() => self.skip(person, messages),
            _ if answer.is_none() => Turn::Stay,
            _ => {
                self.put(answer, messages);
                self.go_on(person, messages)
            }
        }
    }

    fn skip(&mut self, person: Person<'_>, messages: &mut Vec<Message>) -> Turn {
        let Some(step) = self.step() else { return Turn::Stay };
        if step.sort == Sort::Thanks || step.is_required && step.sort.is_question() {
            return Turn::Stay;
        }
        // A link that was followed stays followed.
        let is_followed = step.sort == Sort::Link && self.answers.get(self.at).is_some();
        if !is_followed {
            self.put(Some(Answer::Passed), messages);
        }
        self.go_on(person, messages)
    }

    fn back(&mut self) -> Turn {
        if !self.can_go_back() {
            return Turn::Stay;
        }
        self.at = self.path.pop().unwrap_or(self.at);
        Turn::Draw
    }

    /// Where the answers so far lead from a step; never to one that was seen on this way.
    fn next(&self, from: usize, seen: &[usize], person: Person<'_>) -> Goal {
        match self.content.next(from, &self.answers, person) {
            Goal::Step(next) if next == from || seen.contains(&next) => Goal::End,
            goal => goal,
        }
    }

    fn go_on(&mut self, person: Person<'_>, messages: &mut Vec<Message>) -> Turn {
        let next = self.next(self.at, &self.path, person);
        let (turn, is_last) = match next {
            Goal::Step(step) => (Turn::Draw, !self.is_on_the_way(step)),
            Goal::End => (Turn::End, true),
        };
        if is_last && !std::mem::replace(&mut self.is_completed, true) {
            messages.push((reserved::SURVEY_COMPLETED, self.about().end()));
        }
        if let Goal::Step(step) = next {
            self.path.push(self.at);
            self.at = step;
        }
        turn
    }

    /// How many steps the answers so far lead through, this one and all before it included; thanks are none.
    pub(crate) fn length(&self, person: Person<'_>) -> usize {
        let mut seen = self.path.clone();
        let mut at = self.at;
        while self.is_on_the_way(at) {
            let next = self.next(at, &seen, person);
            seen.push(at);
            match next {
                Goal::Step(next) => at = next,
                Goal::End => break,
            }
        }
        seen.len()
    }

    /// A step that is there, and no thanks.
    fn is_on_the_way(&self, step: usize) -> bool {
        self.content.steps.get(step).is_some_and(|it| it.sort != Sort::Thanks)
    }

    /// Keeps the answer to this step, and says so.
    fn put(&mut self, answer: Option<Answer>, messages: &mut Vec<Message>) {
        let Some(step) = self.step() else { return };
        let mut json = self.about();
        json.text("step", step.id.as_str()).text("kind", &step.kind);
        answer::write(&mut json, step, answer.as_ref());
        messages.push((reserved::SURVEY_ANSWERED, json.end()));
        self.answers.set(self.at, answer);
    }

    fn about(&self) -> Json {
        let mut json = Json::object();
        json.text("survey", &self.cause.prompt)
            .text("lease", &self.lease)
            .text("submission", &self.submission)
            .text("surface", self.surface.as_str());
        self.cause.write(&mut json);
        json.text("language", &self.content.language);
        json
    }
}

#[cfg(all(test, not(target_family = "wasm")))]
mod tests;
