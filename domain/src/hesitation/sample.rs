//! What one visit measured, on its way to the baselines: four characters a sample.

/// What is measured; each has a [`super::Curve`] of its own.
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
    /// Times the page, field or state was returned to.
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
    /// Distinct progress states when the visit was this old: one per entry of [`STATES_AT_MS`].
    States(u8),
}

/// Ages of a visit at which distinct progress states are counted.
pub const STATES_AT_MS: [i64; 6] = [15_000, 30_000, 60_000, 120_000, 240_000, 480_000];

impl Measure {
    pub const COUNT: usize = 14 + STATES_AT_MS.len();

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
            Self::States(bucket) => 14 + bucket as usize,
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
            14..Self::COUNT => Self::States((index - 14) as u8),
            _ => return None,
        })
    }
}

/// One measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    pub measure: Measure,
    /// Milliseconds or a count; within 1.6 % after a trip over the wire.
    pub value: i64,
    /// What was waited for did not come while we looked: the true value is larger.
    pub is_censored: bool,
}

/// The base of the two digits of a [`code`]: all of `!`…`[`, which neither the compact form nor JSON but for `"` escapes.
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

/// Appends a sample: its measure, two digits of its value, `+` or `-` for censored.
pub fn write_sample(out: &mut String, sample: Sample) {
    out.push(char::from(b'A' + sample.measure.index() as u8));
    push_code(out, sample.value);
    out.push(if sample.is_censored { '-' } else { '+' });
}

/// The samples of a visit; what cannot be read is left out.
pub fn read_samples(text: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut rest = text.chars();
    while let (Some(letter), Some(high), Some(low), Some(end)) = (rest.next(), rest.next(), rest.next(), rest.next()) {
        let measure = u32::from(letter).checked_sub(u32::from('A')).and_then(|it| Measure::from_index(it as usize));
        if let (Some(measure), Some(value)) = (measure, read_code(high, low)) {
            samples.push(Sample { measure, value, is_censored: end == '-' });
        }
    }
    samples
}
