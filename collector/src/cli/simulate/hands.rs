//! What someone does on a page between the events of their life: clicks, types, scrolls, hesitates, answers.
//!
//! Only what a browser would see. Whether that is hesitation is for the client to say.

use super::random::Random;
use super::tab::Tab;
use super::words;
use crate::cli::failure::Failure;
use sdk_core::hesitation::{Observation, PromptSaid, Surface};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// Nobody works on one page for longer without a break; what is left of the time is spent elsewhere.
const AT_WORK_MS: i64 = 75 * SECOND_MS;

/// Of the last moments before something else: the tab is looked at again.
const BACK_EARLY_MS: i64 = 4 * SECOND_MS;

/// Targets and fields of a page, by number.
const FIRST_TARGET: u32 = 1_000;
const TARGETS: u64 = 12;
const FIRST_FIELD: u32 = 2_000;

/// How it goes on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Going {
    /// One thing after the other.
    Well,
    /// Looks around, clicks on what is no button, and has no question.
    Idly,
    /// Does not know how to go on.
    Badly,
}

/// One person's hands; they never touch other draws of chance.
#[derive(Debug)]
pub(super) struct Hands {
    pub(super) random: Random,
    language: &'static str,
}

impl Hands {
    pub(super) fn new(random: Random, locale: &'static str) -> Self {
        Self { random, language: locale.split('-').next().unwrap_or("en") }
    }

    /// Fills the time until then. An answer may take a little longer.
    pub(super) async fn spend(&mut self, tab: &mut Tab<'_>, until_ms: i64, going: Going) -> Result<(), Failure> {
        if !tab.is_watched() {
            return Ok(());
        }
        let is_long = until_ms - tab.now_ms() > 2 * AT_WORK_MS;
        let work_until_ms = if is_long { tab.now_ms() + AT_WORK_MS } else { until_ms };
        match going {
            Going::Well => self.work(tab, work_until_ms).await?,
            Going::Idly => {
                self.work(tab, tab.now_ms() + (work_until_ms - tab.now_ms()) / 3).await?;
                self.struggle(tab, work_until_ms, false).await?;
            }
            Going::Badly => self.struggle(tab, work_until_ms, true).await?,
        }
        if is_long && until_ms - tab.now_ms() > MINUTE_MS {
            tab.show(false).await?;
            tab.wait_until(until_ms - BACK_EARLY_MS).await?;
            tab.show(true).await?;
        }
        Ok(())
    }

    /// One thing after the other, with the pauses of somebody who knows what to do.
    async fn work(&mut self, tab: &mut Tab<'_>, until_ms: i64) -> Result<(), Failure> {
        let mut next_ms = tab.now_ms() + self.random.log_normal(3_500.0, 0.7) as i64;
        let mut field = FIRST_FIELD;
        while next_ms < until_ms {
            self.watch(tab, next_ms, false).await?;
            match self.random.between(0, 100) {
                0..35 => self.click(tab).await?,
                35..60 => self.scroll(tab).await?,
                60..75 => self.point(tab).await?,
                _ => {
                    field += 1;
                    self.type_into(tab, field).await?;
                }
            }
            next_ms = tab.now_ms() + self.random.log_normal(2_200.0, 0.8) as i64;
        }
        self.watch(tab, until_ms, false).await
    }

    /// Tries what does not work, and stops to think.
    async fn struggle(&mut self, tab: &mut Tab<'_>, until_ms: i64, is_stuck: bool) -> Result<(), Failure> {
        let mut next_ms = tab.now_ms() + self.random.log_normal(7_000.0, 0.6) as i64;
        let trouble = self.random.between(0, 100);
        let (target, field) = (self.target(), FIRST_FIELD);
        while next_ms < until_ms {
            self.watch(tab, next_ms, is_stuck).await?;
            if !is_stuck || trouble < 40 {
                for _ in 0..self.random.between(3, 6) {
                    tab.observe(Observation::Clicked { target, on: Surface::Control, is_alive: false }).await?;
                    tab.wait_until(tab.now_ms() + self.random.between(350, 1_400) as i64).await?;
                }
            } else if trouble < 80 {
                self.type_into(tab, field).await?;
                tab.wait_until(tab.now_ms() + self.random.between(150, 600) as i64).await?;
                tab.observe(Observation::Invalid { field }).await?;
            } else {
                self.scroll(tab).await?;
                self.type_into(tab, field).await?;
                tab.observe(Observation::SoughtHelp).await?;
            }
            next_ms = tab.now_ms() + self.random.log_normal(11_000.0, 0.5) as i64;
        }
        self.watch(tab, until_ms, is_stuck).await
    }

    /// Waits, and looks up where a question comes.
    async fn watch(&mut self, tab: &mut Tab<'_>, until_ms: i64, is_stuck: bool) -> Result<(), Failure> {
        while tab.now_ms() < until_ms {
            tab.wait_until((tab.now_ms() + SECOND_MS).min(until_ms)).await?;
            if let Some(is_open) = tab.take_prompt() {
                self.answer(tab, is_open, is_stuck).await?;
            }
        }
        Ok(())
    }

    async fn answer(&mut self, tab: &mut Tab<'_>, is_open: bool, is_stuck: bool) -> Result<(), Failure> {
        let seen = if is_open { PromptSaid::Asked } else { PromptSaid::Hinted };
        tab.say(seen, "").await?;
        // Most people look past such things; those who need it look twice.
        let looks = if is_open { 0.75 } else { 0.35 };
        if !self.random.chance(if is_stuck { looks + 0.15 } else { looks }) {
            return Ok(());
        }
        tab.wait_until(tab.now_ms() + self.random.log_normal(5_000.0, 0.5) as i64).await?;
        if !is_open {
            tab.say(PromptSaid::Opened, "").await?;
            tab.wait_until(tab.now_ms() + self.random.log_normal(4_000.0, 0.5) as i64).await?;
        }
        let roll = self.random.between(0, 100);
        let said = match (is_stuck, roll) {
            (_, 0..10) => PromptSaid::Dismissed,
            (_, 10..12) => PromptSaid::Never,
            (true, 12..70) | (false, 12..20) => PromptSaid::Confused,
            (true, 70..84) if tab.offers_help() => PromptSaid::Help,
            _ => PromptSaid::Fine,
        };
        let mut text = "";
        if said == PromptSaid::Confused && self.random.chance(0.7) {
            tab.wait_until(tab.now_ms() + self.random.log_normal(14_000.0, 0.5) as i64).await?;
            text = self.random.pick(words::confusions(self.language)).copied().unwrap_or_default();
        } else if said == PromptSaid::Help {
            text = "0";
        }
        tab.say(said, text).await
    }

    async fn click(&mut self, tab: &mut Tab<'_>) -> Result<(), Failure> {
        let target = self.target();
        tab.observe(Observation::Clicked { target, on: Surface::Control, is_alive: false }).await?;
        tab.wait_until(tab.now_ms() + self.random.log_normal(160.0, 0.5) as i64).await?;
        tab.observe(Observation::Reacted).await
    }

    async fn scroll(&mut self, tab: &mut Tab<'_>) -> Result<(), Failure> {
        let y = self.random.between(0, 1_800) as i32;
        tab.observe(Observation::Scrolled { y, height: 800 }).await
    }

    async fn point(&mut self, tab: &mut Tab<'_>) -> Result<(), Failure> {
        for _ in 0..3 {
            let (x, y) = (self.random.between(0, 1_280) as i32, self.random.between(0, 800) as i32);
            tab.observe(Observation::Moved { x, y }).await?;
            tab.wait_until(tab.now_ms() + 120).await?;
        }
        Ok(())
    }

    async fn type_into(&mut self, tab: &mut Tab<'_>, field: u32) -> Result<(), Failure> {
        tab.observe(Observation::Focused { field }).await?;
        tab.wait_until(tab.now_ms() + self.random.log_normal(900.0, 0.6) as i64).await?;
        for _ in 0..self.random.between(3, 9) {
            tab.observe(Observation::Typed { field, by: 1 }).await?;
            tab.wait_until(tab.now_ms() + self.random.log_normal(240.0, 0.4) as i64).await?;
        }
        tab.observe(Observation::Blurred { field, is_changed: true }).await
    }

    fn target(&mut self) -> u32 {
        FIRST_TARGET + self.random.between(0, TARGETS) as u32
    }
}
