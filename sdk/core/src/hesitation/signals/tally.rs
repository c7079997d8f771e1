//! How often each of a few things was there. Those not met for longest are forgotten first.

/// Things of one page that are told apart: honest pages stay below, hostile ones cost no more.
const MOST: usize = 256;
/// Spreads kinds over the hashes; Knuth's.
const KIND: u32 = 0x9e37_79b1;

#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Hash and count; the latest last.
    counts: Vec<(u32, u16)>,
}

impl Tally {
    /// Counts one more and says how many there were before.
    pub(super) fn count(&mut self, kind: u32, hash: u32) -> u16 {
        let key = hash ^ kind.wrapping_mul(KIND);
        let mut before = 0;
        self.counts.retain(|it| {
            let is_it = it.0 == key;
            if is_it {
                before = it.1;
            }
            !is_it
        });
        if self.counts.len() >= MOST {
            self.counts.rotate_left(1);
            self.counts.pop();
        }
        self.counts.push((key, before.saturating_add(1)));
        before
    }

    #[cfg(not(target_family = "wasm"))]
    pub(super) fn size_bytes(&self) -> usize {
        self.counts.capacity() * size_of::<(u32, u16)>()
    }
}
