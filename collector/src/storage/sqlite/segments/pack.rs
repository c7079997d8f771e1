//! Whole numbers in few bytes: blocks of 128, each as its smallest value and what is above it in as many bits as the
//! block needs (frame of reference). Pure.
//!
//! A packed column is its length, then blocks; numbers in headers are LEB128.
//! <https://lemire.me/en/publication/arxiv1209/> describes the family.

/// Numbers that share a width: more would let one outlier widen more of them, fewer would cost headers.
const BLOCK: usize = 128;

/// So that sixteen bytes can be read from anywhere in the bits.
const PADDING: usize = 16;

pub(super) fn pack(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(numbers.len() * 2 + PADDING + 8);
    put_varint(&mut bytes, numbers.len() as u64);
    for block in numbers.chunks(BLOCK) {
        let least = block.iter().copied().min().unwrap_or(0);
        let most = block.iter().copied().max().unwrap_or(0);
        let width = u64::BITS - (most - least).leading_zeros();
        put_varint(&mut bytes, least);
        bytes.push(width as u8);
        let (mut gathered, mut bits) = (0_u128, 0);
        for number in block {
            gathered |= u128::from(number - least) << bits;
            bits += width;
            while bits >= 8 {
                bytes.push(gathered as u8);
                gathered >>= 8;
                bits -= 8;
            }
        }
        if bits > 0 {
            bytes.push(gathered as u8);
        }
    }
    bytes.extend([0; PADDING]);
    bytes
}

/// `None` where the bytes were not packed by [`pack`].
pub(super) fn unpack(bytes: &[u8]) -> Option<Vec<u64>> {
    let mut at = 0;
    let length = usize::try_from(get_varint(bytes, &mut at)?).ok()?;
    // A block of equal numbers takes two bytes: what claims more than that lies, and is not given memory.
    if length / BLOCK > bytes.len() {
        return None;
    }
    let mut numbers = Vec::with_capacity(length);
    while numbers.len() < length {
        let least = get_varint(bytes, &mut at)?;
        let width = u32::from(*bytes.get(at)?);
        at += 1;
        if width > u64::BITS {
            return None;
        }
        let count = BLOCK.min(length - numbers.len());
        let end = at + (count * width as usize).div_ceil(8);
        let block = bytes.get(at..end + PADDING)?;
        let mask = (1_u128 << width) - 1;
        let mut bit = 0;
        for _ in 0..count {
            let (byte, shift) = (bit / 8, bit % 8);
            let window: [u8; 16] = block.get(byte..byte + 16)?.try_into().ok()?;
            numbers.push(least.wrapping_add((u128::from_le_bytes(window) >> shift & mask) as u64));
            bit += width as usize;
        }
        at = end;
    }
    Some(numbers)
}

pub(super) fn put_varint(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

pub(super) fn get_varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_was_packed_comes_out_again(
            numbers in prop::collection::vec(prop_oneof![Just(0), Just(u64::MAX), any::<u64>(), 0..9_u64], 0..400),
        ) {
            prop_assert_eq!(unpack(&pack(&numbers)), Some(numbers));
        }

        #[test]
        fn other_bytes_are_refused_or_read_and_nothing_else(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&bytes);
        }
    }

    #[test]
    fn numbers_take_as_many_bits_as_their_block_needs() {
        let numbers: Vec<u64> = (0..1_280).map(|it| 1_000_000 + it % 8).collect();
        // Ten blocks of three bytes for the least, one for the width, and 128 times three bits.
        assert_eq!(pack(&numbers).len(), 2 + 10 * (3 + 1 + 48) + PADDING);
        assert_eq!(unpack(&pack(&numbers)[..100]), None);
    }
}
