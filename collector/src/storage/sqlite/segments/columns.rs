//! Messages of one subject as columns, and as the bytes they are stored as. Pure: it knows no table.

use super::pack::{pack, unpack};

/// Number of a sender. Four billion are more than one file holds.
pub(in crate::storage::sqlite) type Sender = u32;

/// What a segment knows of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) sender: Sender,
    pub(super) at_ms: i64,
    pub(super) seq: i64,
    /// As the log has it.
    pub(super) trust: u8,
}

/// A segment's bytes, column by column, so that a question reads those it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Encoded {
    pub(super) first_seq: i64,
    pub(super) last_seq: i64,
    pub(super) rows: usize,
    pub(super) senders: Vec<u8>,
    pub(super) times: Vec<u8>,
    pub(super) places: Vec<u8>,
}

impl Encoded {
    pub(super) fn bytes(&self) -> usize {
        self.senders.len() + self.times.len() + self.places.len()
    }
}

/// Two bits hold what the log says of trust.
const TRUST_BITS: u32 = 2;

/// `lines` in order; at least one.
pub(super) fn encode(lines: &[Line]) -> Encoded {
    let first_seq = lines.iter().map(|it| it.seq).min().unwrap_or(0);
    let last_seq = lines.iter().map(|it| it.seq).max().unwrap_or(0);
    let mut before = 0;
    let steps = lines.iter().map(|it| u64::from(it.sender - std::mem::replace(&mut before, it.sender)));
    let senders = pack(&steps.collect::<Vec<_>>());
    let first_ms = lines.iter().map(|it| it.at_ms).min().unwrap_or(0);
    let mut times = first_ms.to_le_bytes().to_vec();
    times.extend(pack(&lines.iter().map(|it| it.at_ms.wrapping_sub(first_ms) as u64).collect::<Vec<_>>()));
    let place = |it: &Line| Place::new(it.seq - first_seq, it.trust).0;
    let places = pack(&lines.iter().map(place).collect::<Vec<_>>());
    Encoded { first_seq, last_seq, rows: lines.len(), senders, times, places }
}

pub(super) fn senders(bytes: &[u8]) -> Option<Vec<Sender>> {
    let mut sender: u64 = 0;
    let numbers = unpack(bytes)?.into_iter().map(|step| {
        sender = sender.wrapping_add(step);
        sender as Sender
    });
    Some(numbers.collect())
}

pub(super) fn times_ms(bytes: &[u8]) -> Option<Vec<i64>> {
    let (first_ms, rest) = bytes.split_first_chunk()?;
    let first_ms = i64::from_le_bytes(*first_ms);
    Some(unpack(rest)?.into_iter().map(|it| first_ms.wrapping_add(it as i64)).collect())
}

pub(super) fn places(bytes: &[u8], first_seq: i64) -> Option<Vec<Place>> {
    Some(unpack(bytes)?.into_iter().map(|it| Place(it.wrapping_add((first_seq as u64) << TRUST_BITS))).collect())
}

/// Where a message is in the log, and its trust, in one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(u64);

impl Place {
    pub(super) fn new(seq: i64, trust: u8) -> Self {
        Self((seq as u64) << TRUST_BITS | u64::from(trust))
    }

    pub(super) fn seq(self) -> i64 {
        (self.0 >> TRUST_BITS) as i64
    }

    pub(super) fn trust(self) -> u8 {
        (self.0 & 3) as u8
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn lines_come_out_as_they_went_in(
            lines in prop::collection::vec((any::<u32>(), any::<i32>(), 1..i64::MAX >> 3, 0..4_u8), 1..300),
        ) {
            let line = |(sender, at, seq, trust)| Line { sender, at_ms: i64::from(at) * 1_000, seq, trust };
            let mut lines: Vec<Line> = lines.into_iter().map(line).collect();
            lines.sort();
            let encoded = encode(&lines);
            let senders = senders(&encoded.senders).expect("senders");
            let times_ms = times_ms(&encoded.times).expect("times");
            let places = places(&encoded.places, encoded.first_seq).expect("places");
            let found = senders.into_iter().zip(times_ms).zip(places);
            let found = found.map(|((sender, at_ms), it)| Line { sender, at_ms, seq: it.seq(), trust: it.trust() });
            prop_assert_eq!(found.collect::<Vec<_>>(), lines);
        }
    }

    #[test]
    fn bytes_of_something_else_are_no_segment() {
        assert_eq!(times_ms(b"short"), None);
        assert_eq!(senders(b""), None);
    }
}
