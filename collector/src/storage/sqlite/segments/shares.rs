//! Work for all cores at once.

use rayon::prelude::*;

/// Items with their sizes, in as many shares as there are cores, of about the same size.
pub(super) fn shares<T>(items: impl IntoIterator<Item = (usize, T)>) -> Vec<Vec<T>> {
    let items: Vec<(usize, T)> = items.into_iter().collect();
    let size: usize = items.iter().map(|(size, _)| size).sum();
    let of_each = size / rayon::current_num_threads() + 1;
    let mut shares: Vec<Vec<T>> = Vec::new();
    let mut left = 0;
    for (size, item) in items {
        match shares.last_mut() {
            Some(share) if left > 0 => share.push(item),
            _ => {
                shares.push(vec![item]);
                left = of_each;
            }
        }
        left = left.saturating_sub(size);
    }
    shares
}

/// What each core makes of its share of the segments, given with their sizes, one value a user, as one.
pub(super) fn merged<'s, S: Sync + 's, T: Copy + Send>(
    segments: impl IntoIterator<Item = (usize, &'s S)>,
    of_share: impl Fn(&mut dyn Iterator<Item = &'s S>) -> Vec<T> + Sync,
    merge: impl Fn(T, T) -> T,
) -> Vec<T> {
    let shares = shares(segments);
    let mut answers = shares.into_par_iter().map(|it| of_share(&mut it.into_iter())).collect::<Vec<_>>().into_iter();
    let Some(mut all) = answers.next() else { return of_share(&mut std::iter::empty()) };
    for other in answers {
        all.iter_mut().zip(other).for_each(|(one, other)| *one = merge(*one, other));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_out_and_no_core_has_all() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let found = pool.install(|| shares((0..10).map(|it| (100, it))));
        assert_eq!(found, [vec![0, 1, 2, 3, 4, 5], vec![6, 7, 8, 9]]);
        assert!(shares::<()>([]).is_empty());
    }
}
