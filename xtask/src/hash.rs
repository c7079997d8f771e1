//! FNV-1a, 64 bits: tells contents apart. It resists accidents, not attackers.
//! Source: <http://www.isthe.com/chongo/tech/comp/fnv/>.

const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;

/// A running hash.
pub(crate) struct Hash(u64);

impl Hash {
    pub(crate) fn new() -> Self {
        Self(OFFSET_BASIS)
    }

    /// Adds a piece; its length counts too, so that pieces cannot run into each other.
    pub(crate) fn add(&mut self, piece: &[u8]) {
        let length = (piece.len() as u64).to_le_bytes();
        for byte in length.iter().chain(piece) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(PRIME);
        }
    }

    /// Sixteen hexadecimal digits.
    pub(crate) fn hex(&self) -> String {
        format!("{:016x}", self.0)
    }
}

/// Eight hexadecimal digits, for the name of a file whose content never changes under that name.
pub(crate) fn short_name_of(content: &[u8]) -> String {
    let mut hash = Hash::new();
    hash.add(content);
    hash.hex().split_off(8)
}
