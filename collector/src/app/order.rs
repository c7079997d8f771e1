//! The beginning of a long list in order, without ordering what comes after it.

use std::cmp::Reverse;

/// What is sorted by, either way; equals stay in their order.
pub(super) fn first<K: Ord>(keyed: Vec<(K, u32)>, is_descending: bool, until: usize) -> Vec<u32> {
    if is_descending {
        first_ascending(keyed.into_iter().map(|(key, it)| (Reverse(key), it)).collect(), until)
    } else {
        first_ascending(keyed, until)
    }
}

fn first_ascending<K: Ord>(mut keyed: Vec<(K, u32)>, until: usize) -> Vec<u32> {
    if until > 0 && until < keyed.len() {
        keyed.select_nth_unstable(until - 1);
    }
    keyed.truncate(until);
    keyed.sort_unstable();
    keyed.into_iter().map(|(_, it)| it).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_beginning_is_that_of_the_whole_order(keys in prop::collection::vec(0..6_u8, 0..40), until in 0..50_usize) {
            let keyed: Vec<(u8, u32)> = keys.iter().copied().zip(0..).collect();
            for is_descending in [false, true] {
                let mut whole = keyed.clone();
                // Stable: equals stay in their order.
                if is_descending { whole.sort_by_key(|it| Reverse(it.0)) } else { whole.sort_by_key(|it| it.0) }
                let wanted: Vec<u32> = whole.into_iter().take(until).map(|it| it.1).collect();
                prop_assert_eq!(first(keyed.clone(), is_descending, until), wanted);
            }
        }
    }
}
