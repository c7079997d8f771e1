//! One hash for everything that is dealt out by chance but must stay where it is: experiments, samples.

/// FNV-1a with a finalizer, so that neighbours end up apart. <http://www.isthe.com/chongo/tech/comp/fnv/>
///
/// Never changes: a place outlives versions of ours.
pub fn hash(text: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ salt;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}

/// Whether a user is among `share` thousandths of the people that `what` is for: the same answer every time, on every
/// device, and independent of other things dealt out.
pub fn is_sampled(user: &str, what: &str, share: u32) -> bool {
    hash(user, hash(what, 0)) % 1_000 < u64::from(share)
}
