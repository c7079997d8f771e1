//! One browser tab in virtual time: performs what the client asks for.

use super::World;
use super::properties::Json;
use super::tally::Tally;
use crate::cli::failure::Failure;
use domain::hesitation::Wording;
use domain::{LeaseAnswer, LeaseId, Lookup, compact};
use sdk_core::hesitation::{Observation, PromptSaid};
use sdk_core::{Call, Client, Effect, Input, Leased, Level, Options, Page};
use std::collections::VecDeque;

pub(super) struct Tab<'w> {
    world: &'w World,
    client: Client,
    now_ms: i64,
    wake_at_ms: Option<i64>,
    page: Page,
    /// What this browser keeps for the next tab.
    stored: Option<String>,
    /// The client wants to know what happens on the page.
    is_watched: bool,
    /// A question that nobody has looked at yet; `false`: only a hint.
    prompt: Option<bool>,
    offers_help: bool,
    pub(super) tally: Tally,
}

impl<'w> Tab<'w> {
    /// Opens a page in a browser that may have been here before.
    pub(super) async fn open(
        world: &'w World,
        seed: u128,
        locale: &str,
        at_ms: i64,
        page: Page,
        stored: Option<String>,
    ) -> Result<Self, Failure> {
        let options = Options { locale: locale.to_owned(), ..Options::default() };
        let client = Client::new(options, seed, read_json);
        let mut tab = Self {
            world,
            client,
            now_ms: at_ms,
            wake_at_ms: None,
            page: page.clone(),
            stored,
            is_watched: false,
            prompt: None,
            offers_help: false,
            tally: Tally::default(),
        };
        tab.input(Input::Started { page, visible: true }).await?;
        Ok(tab)
    }

    pub(super) fn now_ms(&self) -> i64 {
        self.now_ms
    }

    /// Lets time pass; what is due on the way happens.
    pub(super) async fn wait_until(&mut self, at_ms: i64) -> Result<(), Failure> {
        while let Some(wake_at_ms) = self.wake_at_ms.filter(|it| *it <= at_ms) {
            self.now_ms = self.now_ms.max(wake_at_ms);
            self.wake_at_ms = None;
            self.input(Input::Woke).await?;
        }
        self.now_ms = self.now_ms.max(at_ms);
        Ok(())
    }

    pub(super) async fn call(&mut self, call: Call) -> Result<(), Failure> {
        self.input(Input::Call(call)).await
    }

    /// Goes to another page of the app, and stays until it is announced.
    pub(super) async fn go(&mut self, page: Page) -> Result<(), Failure> {
        self.page = page.clone();
        self.input(Input::Active).await?;
        self.input(Input::Page(page)).await?;
        self.wait_until(self.now_ms + 500).await
    }

    pub(super) async fn click(&mut self, selector: &str) -> Result<(), Failure> {
        self.input(Input::Active).await?;
        self.input(Input::Clicked { selector }).await
    }

    /// Looks at an element long enough for it to count.
    pub(super) async fn look_at(&mut self, selector: &str) -> Result<(), Failure> {
        self.input(Input::Sighted { selector, element: 1, in_view: true }).await?;
        self.wait_until(self.now_ms + 1_500).await?;
        self.input(Input::Sighted { selector, element: 1, in_view: false }).await
    }

    pub(super) fn page(&self) -> &Page {
        &self.page
    }

    pub(super) fn is_watched(&self) -> bool {
        self.is_watched
    }

    /// Something happens on the page.
    pub(super) async fn observe(&mut self, observation: Observation<'_>) -> Result<(), Failure> {
        if !self.is_watched {
            return Ok(());
        }
        let is_done_by_hand = matches!(
            observation,
            Observation::Clicked { .. }
                | Observation::Typed { .. }
                | Observation::Scrolled { .. }
                | Observation::Moved { .. }
        );
        if is_done_by_hand {
            self.input(Input::Active).await?;
        }
        self.input(Input::Observed(observation)).await
    }

    /// The question that just came up, once; `false`: only a hint.
    pub(super) fn take_prompt(&mut self) -> Option<bool> {
        self.prompt.take()
    }

    pub(super) fn offers_help(&self) -> bool {
        self.offers_help
    }

    /// What becomes of the question.
    pub(super) async fn say(&mut self, said: PromptSaid, text: &str) -> Result<(), Failure> {
        self.input(Input::Prompt { said, text }).await
    }

    /// Turns to another tab, or back to this one.
    pub(super) async fn show(&mut self, shown: bool) -> Result<(), Failure> {
        self.input(Input::Visible(shown)).await
    }

    /// Closes the tab; gives back what the browser keeps.
    pub(super) async fn close(mut self) -> Result<(Option<String>, Tally), Failure> {
        self.input(Input::Visible(false)).await?;
        Ok((self.stored, self.tally))
    }

    async fn input(&mut self, input: Input<'_>) -> Result<(), Failure> {
        let mut effects = Vec::new();
        self.client.handle(self.now_ms, input, &mut effects);
        let mut waiting = VecDeque::from(effects);
        while let Some(effect) = waiting.pop_front() {
            let mut further = Vec::new();
            match effect {
                Effect::Load => self.client.handle(self.now_ms, Input::Stored(self.stored.as_deref()), &mut further),
                Effect::Store(text) => self.stored = Some(text),
                Effect::Remove => self.stored = None,
                Effect::FetchConfig => {
                    let config = Input::Configured(Some(&self.world.compact));
                    self.client.handle(self.now_ms, config, &mut further);
                }
                Effect::Send(batch) => {
                    // Without `sentAt` the collector takes our times as they are.
                    let body = batch.body(&self.world.key, None);
                    self.tally.count(&self.world.remote.post_batch(body, None).await?);
                    let answered = Input::Answered { batch_id: batch.id, status: 200, retry_after_ms: None, shed: "" };
                    self.client.handle(self.now_ms, answered, &mut further);
                }
                Effect::Gather(id) => {
                    let gathered = Input::Gathered { id, records: "", elsewhere: "", is_whole: true };
                    self.client.handle(self.now_ms, gathered, &mut further);
                }
                Effect::WakeAt(at_ms) => self.wake_at_ms = at_ms,
                Effect::DescribePage => {
                    self.client.handle(self.now_ms, Input::Page(self.page.clone()), &mut further);
                }
                Effect::Observe(level) => self.is_watched = level == Level::Everything,
                Effect::Prompt { is_open, texts } => {
                    self.prompt = Some(is_open);
                    // An accent, the words, and then two texts a link.
                    self.offers_help = texts.len() > 1 + Wording::COUNT;
                }
                Effect::Retract => self.prompt = None,
                Effect::Lease { id, request, .. } => {
                    // The collector's clock is not theirs, and its budget would let nobody be asked twice in an afternoon.
                    let text = request.map(|_| granted(&format!("simulated-{:x}-{id}", self.now_ms)));
                    let leased = Input::Leased { id, answer: Leased::Text(text.as_deref().unwrap_or_default()) };
                    self.client.handle(self.now_ms, leased, &mut further);
                }
                // Every request is answered, so nothing is left for another tab.
                Effect::Persist(_)
                | Effect::Forget(_)
                | Effect::Ungather
                | Effect::Watch { .. }
                | Effect::Emit { .. }
                | Effect::Release(_)
                | Effect::Unlock
                | Effect::Attend
                | Effect::Draw(_)
                | Effect::Undraw(_)
                | Effect::Keep(_)
                | Effect::Inspected(_)
                | Effect::Introduced(_) => {}
            }
            waiting.extend(further);
        }
        Ok(())
    }
}

/// A lease for the detector's own prompts.
fn granted(lease: &str) -> String {
    compact::write_lease(&LeaseAnswer::Granted { lease: LeaseId::new(lease), expires_in_ms: 60_000, content: None })
}

fn read_json(text: &str) -> Box<dyn Lookup> {
    Box::new(Json(serde_json::from_str::<serde_json::Value>(text).unwrap_or_default()))
}
