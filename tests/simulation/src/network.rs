//! What becomes of a request between a device and the collector.
//!
//! Does not know what is in a request, only how long it is.

use crate::dice::Dice;

/// No request that gets through takes longer on its way.
pub(crate) const LONGEST_WAY_MS: i64 = 25_000;

/// Where a request is hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// It never arrives.
    CutBefore,
    /// Half of it arrives.
    CutMidway,
    /// It arrives, its answer does not.
    CutAfter,
    /// It arrives twice.
    Twice,
    /// The sender gives up, and then it arrives: perhaps after its own repetition.
    Overtaken,
    /// Something in between answers 503 or 429 on its own and may say when to come again.
    Unavailable,
    TooMany,
    /// Something in between finds it too large.
    TooLarge,
    /// The device has no network.
    Offline,
}

impl Fault {
    pub(crate) const ALL: [Self; 10] = [
        Self::None,
        Self::CutBefore,
        Self::CutMidway,
        Self::CutAfter,
        Self::Twice,
        Self::Overtaken,
        Self::Unavailable,
        Self::TooMany,
        Self::TooLarge,
        Self::Offline,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "unharmed",
            Self::CutBefore => "cut before",
            Self::CutMidway => "cut midway",
            Self::CutAfter => "cut after",
            Self::Twice => "twice",
            Self::Overtaken => "overtaken",
            Self::Unavailable => "503",
            Self::TooMany => "429",
            Self::TooLarge => "413",
            Self::Offline => "offline",
        }
    }
}

/// How good a device's connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weather {
    Fair,
    Poor,
    Awful,
}

/// One arrival at the collector.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Delivery {
    pub(crate) after_ms: i64,
    /// How long the answer takes back; `None` when it does not come back.
    pub(crate) back_ms: Option<i64>,
    pub(crate) whole: bool,
}

/// An answer that is not the collector's. Status 0: none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Substitute {
    pub(crate) after_ms: i64,
    pub(crate) status: u16,
    pub(crate) retry_after_ms: Option<u64>,
}

/// What becomes of one request: the sender gets exactly one answer, or silence (status 0).
#[derive(Clone, Debug)]
pub(crate) struct Fate {
    pub(crate) fault: Fault,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) substitute: Option<Substitute>,
}

#[derive(Debug)]
pub(crate) struct Network {
    dice: Dice,
    healed: bool,
}

impl Network {
    pub(crate) fn new(dice: Dice) -> Self {
        Self { dice, healed: false }
    }

    pub(crate) fn heal(&mut self) {
        self.healed = true;
    }

    pub(crate) fn fate(&mut self, weather: Weather, too_large: bool) -> Fate {
        let dice = &mut self.dice;
        let weather = if self.healed { Weather::Fair } else { weather };
        let (chance, slowest_ms) = match weather {
            Weather::Fair => (4, 300),
            Weather::Poor => (25, 6_000),
            Weather::Awful => (60, LONGEST_WAY_MS),
        };
        let fault = if too_large {
            Fault::TooLarge
        } else if self.healed || !dice.percent(chance) {
            Fault::None
        } else {
            dice.pick(&Fault::ALL[1..8])
        };
        let after_ms = dice.between(10, slowest_ms);
        let back_ms = dice.between(10, slowest_ms);
        let whole = |back_ms| Delivery { after_ms, back_ms, whole: true };
        let silence = |after_ms| Some(Substitute { after_ms, status: 0, retry_after_ms: None });
        let (deliveries, substitute) = match fault {
            Fault::None => (vec![whole(Some(back_ms))], None),
            Fault::CutBefore => (vec![], silence(after_ms)),
            Fault::CutMidway => (vec![Delivery { whole: false, ..whole(None) }], silence(after_ms + back_ms)),
            Fault::CutAfter => (vec![whole(None)], silence(after_ms + back_ms)),
            Fault::Twice => {
                let again_ms = dice.between(after_ms, LONGEST_WAY_MS);
                (vec![whole(Some(back_ms)), Delivery { after_ms: again_ms, ..whole(None) }], None)
            }
            Fault::Overtaken => {
                let late_ms = dice.between(after_ms, LONGEST_WAY_MS);
                (vec![Delivery { after_ms: late_ms, ..whole(None) }], silence(dice.between(1, after_ms)))
            }
            Fault::Unavailable | Fault::TooMany | Fault::TooLarge => {
                let status = match fault {
                    Fault::Unavailable => 503,
                    Fault::TooMany => 429,
                    _ => 413,
                };
                let seconds = dice.pick(&[None, None, Some(1), Some(20), Some(120), Some(3_600)]);
                let retry_after_ms = seconds.map(|it: u64| it * 1_000).filter(|_| fault != Fault::TooLarge);
                (vec![], Some(Substitute { after_ms: after_ms + back_ms, status, retry_after_ms }))
            }
            Fault::Offline => (vec![], silence(1)),
        };
        Fate { fault, deliveries, substitute }
    }

    pub(crate) fn offline() -> Fate {
        let substitute = Some(Substitute { after_ms: 1, status: 0, retry_after_ms: None });
        Fate { fault: Fault::Offline, deliveries: vec![], substitute }
    }
}
