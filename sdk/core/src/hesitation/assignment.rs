//! Who is asked, who is only watched: experiments, stable by user.

use domain::hash;

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

#[cfg(test)]
mod tests {
    // Tests are not shipped.
    #![allow(clippy::disallowed_macros)]

    use super::*;
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    const USERS: u32 = 100_000;

    /// Users per assignment, in the order treated, hold-out, shadow, exploration.
    fn counts(ids: impl Iterator<Item = String>, salt: u64) -> [u32; 4] {
        let mut counts = [0; 4];
        for id in ids {
            let at = match Assignment::of(&id, salt) {
                Assignment::Treated => 0,
                Assignment::HoldOut => 1,
                Assignment::Shadow => 2,
                Assignment::Exploration => 3,
            };
            counts[at] += 1;
        }
        counts
    }

    /// Within four standard deviations of what 100,000 draws give.
    fn check(counts: [u32; 4]) {
        for (count, share) in counts.into_iter().zip([0.69, 0.1, 0.2, 0.01]) {
            let users = f64::from(counts.iter().sum::<u32>());
            let (wanted, deviation) = (users * share, (users * share * (1.0 - share)).sqrt());
            assert!((f64::from(count) - wanted).abs() < 4.0 * deviation, "{counts:?}: not {wanted}");
        }
    }

    #[test]
    fn one_in_ten_is_held_out_one_in_five_in_the_shadow_and_one_in_a_hundred_explores() {
        for salt in [0, 1, 7, 999_999_999_999_999_999] {
            check(counts((0..USERS).map(|it| it.to_string()), salt));
            check(counts((0..USERS).map(|it| format!("user-{it:08}@example.test")), salt));
            let mut random = crate::random::Random::new(u128::from(salt));
            check(counts((0..USERS).map(|it| random.uuid(1_800_000_000_000 + i64::from(it))), salt));
        }
    }

    #[test]
    fn another_salt_deals_anew() {
        let held_out = (0..USERS).map(|it| it.to_string()).filter(|it| Assignment::of(it, 1) == Assignment::HoldOut);
        check(counts(held_out, 2));
    }

    #[test]
    fn the_same_user_always_has_the_same_place() {
        // Written down, because a place outlives versions of ours: changing the hash deals everybody anew.
        let places = ["", "u1", "u2", "u3", "u4", "u5", "u6", "u7", "é", "018f4e3a-7c00-7000-8000-000000000000"]
            .map(|user| hash(user, 7) % 1_000);
        assert_eq!(places, [692, 650, 237, 892, 649, 134, 49, 39, 640, 722]);
    }
}
