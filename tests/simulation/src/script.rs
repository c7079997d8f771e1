//! What every person does, on which device, and when: written down before anything runs.
//!
//! Does not know what the SDK makes of it.

use crate::dice::Dice;
use crate::network::{LONGEST_WAY_MS, Weather};
use crate::project::START_MS;
use sdk_core::Consent;

/// Deeds that count towards a journey lie at least this far apart, so that no delay swaps them.
const APART_MS: i64 = LONGEST_WAY_MS + 15_000;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;
const YEAR_MS: i64 = 365 * DAY_MS;

/// Something a person does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Act {
    /// Loads a page in a fresh tab.
    Open(&'static str),
    /// Follows a link inside the page.
    Go(&'static str),
    Track {
        event: &'static str,
        total: Option<i64>,
    },
    Click(&'static str),
    /// An element comes into view.
    Look(&'static str),
    LookAway(&'static str),
    Identify {
        user: String,
        plan: Option<&'static str>,
    },
    Group(String),
    Alias(String),
    Reset,
    Decide(Consent),
    Move,
    Hide,
    Show,
    /// Leaves for another site; the browser keeps the page.
    Freeze,
    /// Comes back to the kept page.
    Restore(&'static str),
    Close,
    /// Somebody sets the clock.
    SetClock(i64),
    GoOffline,
    GoOnline,
}

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at_ms: i64,
    pub(crate) device: usize,
    pub(crate) act: Act,
}

/// A device as it is bought.
#[derive(Clone, Debug)]
pub(crate) struct Make {
    pub(crate) weather: Weather,
    /// By how much its clock is ahead.
    pub(crate) clock_ahead_ms: i64,
    /// What the vendor's page says before the person is asked.
    pub(crate) consent: Consent,
    pub(crate) privacy_signal: bool,
    /// A proxy that refuses longer bodies.
    pub(crate) most_bytes: Option<usize>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Script {
    pub(crate) makes: Vec<Make>,
    /// In order of time.
    pub(crate) steps: Vec<Step>,
    pub(crate) people: usize,
    /// When the vendor's server says that a user's invoice was paid.
    pub(crate) payments: Vec<(i64, String)>,
}

impl Script {
    pub(crate) fn write(seed: u64, devices: usize) -> Self {
        let mut script = Self::default();
        while script.makes.len() < devices {
            let number = script.people;
            script.people += 1;
            let mut dice = Dice::of(seed, &format!("person {number}"));
            let at_ms = START_MS + dice.between(0, 4 * DAY_MS);
            let mut pen = Pen { script: &mut script, dice, device: 0, at_ms, number };
            match number % 200 {
                // A queue that overflows, and a clock that is set while the page is open.
                99 => pen.hoarder(),
                30 | 70 | 130 | 170 => pen.wanderer(),
                _ => pen.customer(),
            }
        }
        script.steps.sort_by_key(|it| it.at_ms);
        script
    }
}

struct Pen<'s> {
    script: &'s mut Script,
    dice: Dice,
    device: usize,
    at_ms: i64,
    number: usize,
}

impl Pen<'_> {
    fn act(&mut self, act: Act) {
        self.script.steps.push(Step { at_ms: self.at_ms, device: self.device, act });
        self.at_ms += self.dice.between(250, 3_000);
    }

    fn apart(&mut self) {
        self.at_ms += APART_MS + self.dice.between(0, 20_000);
    }

    fn buy(&mut self, honest_clock: bool) -> usize {
        let dice = &mut self.dice;
        let weather = dice.pick(&[Weather::Fair, Weather::Fair, Weather::Poor, Weather::Poor, Weather::Awful]);
        let wrong = !honest_clock && dice.percent(30);
        let clock_ahead_ms = if wrong { dice.between(-25 * YEAR_MS, 25 * YEAR_MS) } else { 0 };
        let most_bytes = dice.percent(5).then_some(6_000);
        let make = Make { weather, clock_ahead_ms, consent: Consent::Granted, privacy_signal: false, most_bytes };
        self.script.makes.push(make);
        self.script.makes.len() - 1
    }

    /// Somebody who tries the product, gets as far as they get, and comes back or not.
    fn customer(&mut self) {
        let renames = self.dice.percent(10);
        self.device = self.buy(renames);
        let (device, number) = (self.device, self.number);
        let refuses = self.consent(device);
        let user = format!("user-{number:04}");
        let mut name = if renames { format!("old-{number:04}") } else { user.clone() };
        self.browse();
        if refuses {
            self.end();
            return;
        }
        self.onboard(&mut name, &user);
        if self.dice.percent(60) {
            self.work(&user);
        }
        if self.dice.percent(12) {
            self.hand_over();
        }
        self.end();
    }

    /// Whether the answer is no. Opens the first page in any case.
    fn consent(&mut self, device: usize) -> bool {
        let kind = self.dice.between(0, 99);
        let make = &mut self.script.makes[device];
        match kind {
            0..=69 => {}
            70..=87 => make.consent = Consent::Pending,
            88..=93 => make.consent = Consent::Denied,
            _ => make.privacy_signal = true,
        }
        self.act(Act::Open("/"));
        match kind {
            0..=69 => false,
            70..=80 => {
                self.browse();
                self.act(Act::Decide(Consent::Granted));
                false
            }
            81..=84 => {
                self.browse();
                self.act(Act::Decide(Consent::Denied));
                true
            }
            // Yes, then no, and sometimes yes again.
            85..=87 => {
                self.act(Act::Decide(Consent::Granted));
                self.browse();
                self.act(Act::Decide(Consent::Denied));
                self.browse();
                let again = self.dice.percent(50);
                if again {
                    self.act(Act::Decide(Consent::Granted));
                }
                !again
            }
            96..=99 => {
                self.browse();
                self.act(Act::Decide(Consent::Granted));
                false
            }
            _ => true,
        }
    }

    /// A few things of no importance.
    fn browse(&mut self) {
        for _ in 0..self.dice.between(0, 5) {
            let act = match self.dice.between(0, 5) {
                0 => Act::Go(self.dice.pick(&["/pricing", "/help", "/help#terms", "/blog", "/#/tour"])),
                1 => Act::Move,
                2 => Act::Click("#logo"),
                _ => {
                    Act::Track { event: self.dice.pick(&["Tooltip Opened", "Search Used", "Tab Chosen"]), total: None }
                }
            };
            self.act(act);
        }
    }

    /// Time passes.
    fn pause(&mut self) {
        match self.dice.between(0, 99) {
            0..=54 => self.at_ms += self.dice.between(1_000, 4 * MINUTE_MS),
            55..=69 => {
                self.act(Act::Hide);
                self.at_ms += self.dice.between(1_000, 2 * HOUR_MS);
                self.act(Act::Show);
            }
            // Longer than a session lives.
            70..=77 => self.at_ms += self.dice.between(31 * MINUTE_MS, 3 * HOUR_MS),
            78..=83 => {
                self.act(Act::Freeze);
                self.at_ms += self.dice.between(1_000, HOUR_MS);
                self.act(Act::Restore("/"));
            }
            84..=89 => {
                self.act(Act::GoOffline);
                self.browse();
                self.at_ms += self.dice.between(1_000, HOUR_MS);
                self.browse();
                self.act(Act::GoOnline);
            }
            90..=93 => {
                // A second tab for a moment.
                self.act(Act::Open("/help"));
                self.browse();
                self.act(Act::Close);
            }
            _ => {
                self.act(Act::Close);
                self.at_ms += self.dice.between(1_000, 2 * DAY_MS);
                if self.dice.percent(20) && self.script.makes[self.device].clock_ahead_ms != 0 {
                    let jump_ms = self.dice.between(-HOUR_MS, 300 * DAY_MS);
                    self.act(Act::SetClock(jump_ms));
                }
                self.act(Act::Open("/"));
            }
        }
    }

    fn deed(&mut self, act: Act) {
        self.pause();
        self.browse();
        self.apart();
        self.act(act);
        self.apart();
    }

    /// The way to first value, as far as this person goes.
    fn onboard(&mut self, name: &mut String, user: &str) {
        let steps = self.dice.between(0, 9);
        for step in 0..steps {
            match step {
                0 => {
                    self.deed(Act::Track { event: "Signed Up", total: None });
                    let plan = self.dice.pick(&[None, Some("free"), Some("pro")]);
                    self.deed(Act::Identify { user: name.clone(), plan });
                    if self.dice.percent(70) {
                        let account = format!("account-{:03}", self.number / 5);
                        self.deed(Act::Group(account));
                    }
                }
                1 => self.deed(Act::Go("/customers/17")),
                2 => {
                    self.deed(Act::Click("#new-invoice"));
                    if *name != user {
                        *name = user.to_owned();
                        self.deed(Act::Alias(user.to_owned()));
                    }
                }
                3 if self.dice.percent(25) => self.other_device(name),
                3 => {}
                4 => self.deed(Act::Track { event: "Invoice Sent", total: Some(0) }),
                5 => self.deed(Act::Track { event: "Invoice Sent", total: Some(120) }),
                6 => {
                    self.deed(Act::Look(".report"));
                    self.act(Act::LookAway(".report"));
                }
                7 => self.deed(Act::Identify { user: name.clone(), plan: Some("pro") }),
                _ => self.deed(Act::Go("/customers/18")),
            }
        }
    }

    /// The same person elsewhere; the first device stays as it is.
    fn other_device(&mut self, name: &str) {
        let honest = name.starts_with("old") || self.dice.percent(50);
        self.device = self.buy(honest);
        self.act(Act::Open("/login"));
        self.browse();
        if self.dice.percent(85) {
            self.deed(Act::Identify { user: name.to_owned(), plan: None });
        }
    }

    fn work(&mut self, user: &str) {
        for _ in 0..self.dice.between(1, 6) {
            let act = match self.dice.between(0, 4) {
                0 => Act::Track { event: "Colleague Invited", total: None },
                1 => Act::Click("#new-invoice"),
                _ => Act::Track { event: "Invoice Sent", total: Some(self.dice.between(0, 3)) },
            };
            self.deed(act);
        }
        if self.dice.percent(60) {
            self.script.payments.push((self.at_ms + 5 * MINUTE_MS, user.to_owned()));
        }
    }

    /// Somebody else sits down at the same device.
    fn hand_over(&mut self) {
        if self.dice.percent(60) {
            self.deed(Act::Reset);
            self.browse();
        }
        self.deed(Act::Identify { user: format!("guest-{:04}", self.number), plan: None });
        self.deed(Act::Track { event: "Signed Up", total: None });
        self.deed(Act::Go("/customers/19"));
    }

    fn end(&mut self) {
        self.browse();
        match self.dice.between(0, 9) {
            0..=5 => self.act(Act::Close),
            6..=7 => self.act(Act::Hide),
            8 => self.act(Act::GoOffline),
            _ => {}
        }
    }

    /// Works offline for longer than the queue is long.
    fn hoarder(&mut self) {
        self.device = self.buy(false);
        self.act(Act::Open("/"));
        self.browse();
        self.act(Act::GoOffline);
        for _ in 0..1_100 {
            self.act(Act::Track { event: "Key Pressed", total: None });
        }
        self.act(Act::GoOnline);
        self.browse();
        self.end();
    }

    /// Somebody sets the clock forth and back while the page is open. Nothing here belongs to a
    /// journey: what waits in the queue while the clock is set is dated wrongly by that much.
    fn wanderer(&mut self) {
        self.device = self.buy(true);
        self.act(Act::Open("/"));
        for _ in 0..self.dice.between(2, 5) {
            self.browse();
            let jump_ms = self.dice.between(-2 * DAY_MS, YEAR_MS);
            self.act(Act::SetClock(jump_ms));
            self.browse();
            self.pause();
        }
        self.end();
    }
}
