//! What one visit measured, on its way to the baselines: four characters a sample, ten a state reached.

use super::Tail;

/// What is measured, in milliseconds or thousandths of a count; each has a [`super::Curve`] of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// Milliseconds until the first action.
    FirstAction,
    /// Milliseconds to the next action after a click.
    IdleAfterClick,
    /// … after typing.
    IdleAfterTyping,
    /// … after scrolling or moving the pointer.
    IdleAfterScrolling,
    /// Active milliseconds from progress to progress.
    Stall,
    /// Active milliseconds on the page, over the visits of the session.
    TimeHere,
    /// Active milliseconds of one visit.
    Visit,
    /// Milliseconds from entering a field to its first input.
    FieldLatency,
    /// Times a page, field or state was returned to, at each of [`STATES_AT_MS`].
    Returns,
    /// Fields changed again.
    ReEdits,
    /// Turns of at least a quarter of the viewport.
    ScrollReversals,
    /// Rests and vertical turns of the pointer between progress.
    Hovers,
    /// Actions since the last new state.
    Repeats,
    /// Milliseconds from a click to the page's first reaction.
    Response,
    /// Progress when the visit was this old: one per entry of [`STATES_AT_MS`].
    /// No samples of it travel: it follows from the states [`Reached`] and [`super::Baseline::worth_of`] each.
    States(u8),
    /// Progress after so many actions: one per entry of [`STATES_AFTER`]. Like [`Measure::States`].
    StatesAfter(u8),
    /// Actions in the last [`LATELY_MS`], at each of [`STATES_AT_MS`].
    Lately,
    /// Times the state that the page began with was returned to, at each of [`STATES_AT_MS`].
    Restarts,
}

/// Ages of a visit at which progress is looked at.
pub const STATES_AT_MS: [i64; 6] = [15_000, 30_000, 60_000, 120_000, 240_000, 480_000];

/// Numbers of actions after which progress is looked at.
pub const STATES_AFTER: [i64; 7] = [1, 2, 4, 8, 16, 32, 64];

/// What counts as of late.
pub const LATELY_MS: i64 = 15_000;

/// States a visit reports, and that count as progress.
pub const REACHED: usize = 24;

const STATES: usize = 14;
const AFTER: usize = STATES + STATES_AT_MS.len();
const LATELY: usize = AFTER + STATES_AFTER.len();
const RESTARTS: usize = LATELY + 1;

impl Measure {
    pub const COUNT: usize = RESTARTS + 1;

    /// Which end of its distribution is unusual.
    pub fn tail(self) -> Tail {
        match self {
            Self::FirstAction | Self::Returns | Self::Restarts => Tail::Both,
            Self::States(_) | Self::StatesAfter(_) | Self::Lately => Tail::Low,
            _ => Tail::High,
        }
    }

    /// Thousandths of a count; else milliseconds.
    pub fn is_count(self) -> bool {
        matches!(self.index(), 8..=12 | 14..)
    }

    pub fn index(self) -> usize {
        match self {
            Self::FirstAction => 0,
            Self::IdleAfterClick => 1,
            Self::IdleAfterTyping => 2,
            Self::IdleAfterScrolling => 3,
            Self::Stall => 4,
            Self::TimeHere => 5,
            Self::Visit => 6,
            Self::FieldLatency => 7,
            Self::Returns => 8,
            Self::ReEdits => 9,
            Self::ScrollReversals => 10,
            Self::Hovers => 11,
            Self::Repeats => 12,
            Self::Response => 13,
            Self::States(bucket) => STATES + bucket as usize,
            Self::StatesAfter(bucket) => AFTER + bucket as usize,
            Self::Lately => LATELY,
            Self::Restarts => RESTARTS,
        }
    }

    pub fn from_index(index: usize) -> Option<Self> {
        Some(match index {
            0 => Self::FirstAction,
            1 => Self::IdleAfterClick,
            2 => Self::IdleAfterTyping,
            3 => Self::IdleAfterScrolling,
            4 => Self::Stall,
            5 => Self::TimeHere,
            6 => Self::Visit,
            7 => Self::FieldLatency,
            8 => Self::Returns,
            9 => Self::ReEdits,
            10 => Self::ScrollReversals,
            11 => Self::Hovers,
            12 => Self::Repeats,
            13 => Self::Response,
            STATES..AFTER => Self::States((index - STATES) as u8),
            AFTER..LATELY => Self::StatesAfter((index - AFTER) as u8),
            LATELY => Self::Lately,
            RESTARTS => Self::Restarts,
            _ => return None,
        })
    }
}

/// Whether the measure of this index depends on the page's steps.
pub(super) fn counts_steps(index: usize) -> bool {
    (STATES..LATELY).contains(&index)
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub measure: Measure,
    /// Milliseconds or thousandths of a count; within 1.6 % after a trip over the wire.
    pub value: i64,
    /// What was waited for did not come while we looked: the true value is larger.
    pub is_censored: bool,
}

/// The base of the two digits that [`push_code`] writes: all of `!`…`[`, which neither the compact form nor JSON but for `"` escapes.
const BASE: u32 = 58;

/// A number as two characters, rounded down to one of 64 steps per doubling.
pub(crate) fn push_code(out: &mut String, value: i64) {
    let mut mantissa = value.max(0) as u64;
    let mut exponent = 0;
    while mantissa >= 128 {
        mantissa >>= 1;
        exponent += 1;
    }
    // Below 64 a number is its own mantissa; from there on the leading bit is implied.
    let code = if mantissa < 64 { mantissa as u32 } else { exponent * 64 + mantissa as u32 };
    let code = code.min(BASE * BASE - 1);
    out.push(digit(code / BASE));
    out.push(digit(code % BASE));
}

pub(crate) fn read_code(high: char, low: char) -> Option<i64> {
    let code = undigit(high)? * BASE + undigit(low)?;
    let (exponent, mantissa) = (code / 64, code % 64);
    Some(if exponent == 0 { i64::from(mantissa) } else { i64::from(64 + mantissa) << (exponent - 1) })
}

/// `#`…`[` and `!`: `"` is skipped, because JSON escapes it.
fn digit(number: u32) -> char {
    let code = if number == 0 { b'!' } else { b'"' + number as u8 };
    char::from(code)
}

fn undigit(character: char) -> Option<u32> {
    match character {
        '!' => Some(0),
        '#'..='[' => Some(u32::from(character) - u32::from('"')),
        _ => None,
    }
}

/// That of the first measure; from here on all of them fit without a character that JSON escapes.
const FIRST_LETTER: char = 'a';

/// Appends a sample: its measure, two digits of its value, `+` or `-` for censored.
pub fn write_sample(out: &mut String, sample: Sample) {
    out.push(char::from(FIRST_LETTER as u8 + sample.measure.index() as u8));
    push_code(out, sample.value);
    out.push(if sample.is_censored { '-' } else { '+' });
}

/// The samples of a visit; what cannot be read is left out.
pub fn read_samples(text: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut rest = text.chars();
    while let (Some(letter), Some(high), Some(low), Some(end)) = (rest.next(), rest.next(), rest.next(), rest.next()) {
        let measure =
            u32::from(letter).checked_sub(u32::from(FIRST_LETTER)).and_then(|it| Measure::from_index(it as usize));
        if let (Some(measure), Some(value)) = (measure, read_code(high, low)) {
            samples.push(Sample { measure, value, is_censored: end == '-' });
        }
    }
    samples
}

/// A state reached for the first time in a visit; the one the page began with is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    /// A hash.
    pub state: u32,
    /// Active milliseconds since the visit began; within 1.6 % after a trip over the wire, like the next.
    pub age_ms: i64,
    /// How many actions led here.
    pub actions: i64,
}

/// Appends a state: six digits of its hash, two of its age, two of the number of actions.
pub fn write_reached(out: &mut String, reached: Reached) {
    push_hash(out, reached.state);
    push_code(out, reached.age_ms);
    push_code(out, reached.actions);
}

/// The states a visit reached, in order, at most [`REACHED`]; reading ends at the first that cannot be read.
pub fn read_reached(text: &str) -> Vec<Reached> {
    let mut all = Vec::new();
    let mut rest = text.chars();
    let code = |rest: &mut std::str::Chars<'_>| read_code(rest.next()?, rest.next()?);
    while let (Some(state), Some(age_ms), Some(actions)) = (read_hash(&mut rest), code(&mut rest), code(&mut rest)) {
        if all.len() < REACHED {
            all.push(Reached { state, age_ms, actions });
        }
    }
    all
}

/// Digits of a hash: 58⁶ is more than 2³².
const HASH_DIGITS: u32 = 6;

pub(crate) fn push_hash(out: &mut String, mut hash: u32) {
    for _ in 0..HASH_DIGITS {
        out.push(digit(hash % BASE));
        hash /= BASE;
    }
}

pub(crate) fn read_hash(rest: &mut std::str::Chars<'_>) -> Option<u32> {
    let (mut hash, mut worth) = (0_u32, 1_u32);
    for _ in 0..HASH_DIGITS {
        hash = hash.wrapping_add(worth.wrapping_mul(undigit(rest.next()?)?));
        worth = worth.wrapping_mul(BASE);
    }
    Some(hash)
}
