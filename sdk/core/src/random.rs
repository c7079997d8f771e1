//! Random bits from a seed: for ids and for jitter, not for secrets.

use crate::json::push_hex;

/// xoroshiro128++ (<https://prng.di.unimi.it>): small, and good enough that two clients do not meet.
#[derive(Debug)]
pub(crate) struct Random {
    state: (u64, u64),
}

impl Random {
    pub(crate) fn new(seed: u128) -> Self {
        // An all-zero state would stay zero for ever.
        Self { state: (seed as u64 | 1, (seed >> 64) as u64) }
    }

    pub(crate) fn next(&mut self) -> u64 {
        let (first, mut second) = self.state;
        let result = first.wrapping_add(second).rotate_left(17).wrapping_add(first);
        second ^= first;
        self.state = (first.rotate_left(49) ^ second ^ (second << 21), second.rotate_left(28));
        result
    }

    /// Evenly from 0 to `most`, both included (the bias of the remainder is far below what jitter needs).
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        self.next() % (most + 1)
    }

    /// A UUIDv7: sorts by time, so that the collector's index only ever grows at its end.
    pub(crate) fn uuid(&mut self, now_ms: i64) -> String {
        let high = self.next();
        self.uuid_of(now_ms, high)
    }

    /// One that also sorts by `order` within its millisecond, up to 4,096 of them.
    pub(crate) fn uuid_in_order(&mut self, now_ms: i64, order: u64) -> String {
        let high = self.next() & !0xfff | order & 0xfff;
        self.uuid_of(now_ms, high)
    }

    #[inline(never)]
    fn uuid_of(&mut self, now_ms: i64, high: u64) -> String {
        let low = self.next();
        let time = now_ms.max(0) as u64;
        let mut text = String::new();
        for (bits, digits) in
            [(time >> 16, 8), (time, 4), (0x7000 | (high & 0xfff), 4), (0x8000 | (high >> 12 & 0x3fff), 4), (low, 12)]
        {
            if digits != 8 {
                text.push('-');
            }
            push_hex(&mut text, bits, digits);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn ids_sort_by_time_and_have_the_bits_of_version_7() {
        let mut random = Random::new(7);
        let ids: Vec<String> = [1, 2, 0xffff, 0x1_0000, 1_800_000_000_000].map(|it| random.uuid(it)).into();
        assert!(ids.is_sorted());
        for id in &ids {
            let parts: Vec<&str> = id.split('-').collect();
            assert_eq!(parts.iter().map(|it| it.len()).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
            assert!(parts[2].starts_with('7') && parts[3].starts_with(['8', '9', 'a', 'b']), "{id}");
        }
    }

    #[test]
    fn a_seed_of_zero_is_as_good_as_any() {
        let mut random = Random::new(0);
        assert_ne!(random.next(), random.next());
    }
}
