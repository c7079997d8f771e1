//! Work for all cores at once.

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
