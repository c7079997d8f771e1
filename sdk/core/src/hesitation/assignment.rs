//! Who is asked, who is only watched: experiments, stable by user.

/// Without those who are not asked nobody could say whether asking helps, nor who is missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assignment {
    /// Asked when hesitating.
    #[default]
    Treated,
    /// Never prompted: one in ten.
    HoldOut,
    /// Decided about, but not prompted: one in five.
    Shadow,
    /// Asked at a random moment, whatever the score: one in a hundred.
    Exploration,
}

impl Assignment {
    /// A thousand places: the first hundred hold out, the next two hundred are in the shadow, the next ten explore.
    pub fn of(user: &str, salt: u64) -> Self {
        match hash(user, salt) % 1_000 {
            0..100 => Self::HoldOut,
            100..300 => Self::Shadow,
            300..310 => Self::Exploration,
            _ => Self::Treated,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Treated => "treated",
            Self::HoldOut => "holdOut",
            Self::Shadow => "shadow",
            Self::Exploration => "exploration",
        }
    }
}

/// FNV-1a with a finalizer, so that neighbours end up apart. <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) fn hash(text: &str, salt: u64) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ salt;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ hash >> 29
}
