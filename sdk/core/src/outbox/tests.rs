use super::*;
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn filled(messages: usize, bytes: usize) -> Outbox {
    let mut outbox = Outbox::new();
    for at_ms in 0..messages {
        outbox.push(at_ms as i64, "x".repeat(bytes), None);
    }
    outbox
}

#[test]
fn a_batch_keeps_one_proof_of_identity() {
    let mut outbox = Outbox::new();
    for (text, token) in [("1", None), ("2", Some("a")), ("3", None), ("4", Some("b")), ("5", Some("b"))] {
        outbox.push(0, text.into(), token.map(String::from));
    }
    let batches: Vec<Batch> = std::iter::from_fn(|| outbox.take(true)).collect();
    let seen: Vec<_> = batches.iter().map(|it| (it.messages.as_str(), it.token.as_deref())).collect();
    assert_eq!(seen, [("1,2,3", Some("a")), ("4,5", Some("b"))]);
}

#[test]
fn a_leaving_page_sends_what_may_outlive_it_first_and_the_rest_whole() {
    let mut outbox = filled(100, 1_500);
    let batches: Vec<Batch> = std::iter::from_fn(|| outbox.take(true)).collect();
    let seen: Vec<_> = batches.iter().map(|it| (it.keepalive, it.messages.len())).collect();
    assert_eq!(seen, [(true, 60_039), (false, 90_059)]);
}

#[test]
fn too_large_a_batch_goes_in_halves_and_too_large_a_message_is_refused() {
    let mut outbox = filled(5, 100);
    let mut sizes = Vec::new();
    while let Some(batch) = outbox.take(false) {
        sizes.push(batch.messages.len());
        outbox.split(batch.id);
    }
    assert_eq!(sizes, [504, 201, 100, 100, 100, 100, 100]);
    assert_eq!(outbox.counters, Counters { queued: 5, delivered: 0, refused: 5, dropped: 0 });
}

#[test]
fn the_oldest_that_waits_goes_first() {
    let mut outbox = filled(1, 10);
    let first = outbox.take(false).expect("a batch");
    for at_ms in 1..=limits::QUEUE_MESSAGES {
        let dropped = outbox.push(at_ms as i64, "y".into(), None);
        assert_eq!(dropped, at_ms == limits::QUEUE_MESSAGES);
    }
    assert_eq!(outbox.load().oldest_ms, 2);
    outbox.release(first.id);
    assert_eq!(outbox.load().oldest_ms, 0);
}

#[cfg(not(target_family = "wasm"))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    #[derive(Clone, Debug)]
    enum Step {
        Push { bytes: usize, token: u8 },
        Take { leaving: bool },
        Deliver(usize),
        Refuse(usize),
        Release(usize),
        Split(usize),
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (1_usize..32_000, 0_u8..3).prop_map(|(bytes, token)| Step::Push { bytes, token }),
            3 => any::<bool>().prop_map(|leaving| Step::Take { leaving }),
            1 => (0_usize..4).prop_map(Step::Deliver),
            1 => (0_usize..4).prop_map(Step::Refuse),
            1 => (0_usize..4).prop_map(Step::Release),
            1 => (0_usize..4).prop_map(Step::Split),
        ]
    }

    fn numbers(messages: &str) -> Vec<u64> {
        messages.split(',').map(|it| it.trim_end_matches('x').parse().expect("a number")).collect()
    }

    proptest! {
        // Each case is up to 200 steps with messages of up to 32 KB.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_message_is_in_exactly_one_place_and_in_order(steps in prop::collection::vec(step(), 1..200)) {
            let mut outbox = Outbox::new();
            let mut next = 0_u64;
            let mut in_flight: Vec<(u32, Vec<u64>)> = Vec::new();
            let mut gone = BTreeSet::new();
            for step in steps {
                match step {
                    Step::Push { bytes, token } => {
                        let token = (token > 0).then(|| token.to_string());
                        outbox.push(0, format!("{next}{}", "x".repeat(bytes)), token);
                        next += 1;
                    }
                    Step::Take { leaving } => {
                        if let Some(batch) = outbox.take(leaving) {
                            prop_assert!(batch.messages.len() <= limits::BATCH_BYTES);
                            let taken = numbers(&batch.messages);
                            prop_assert!(taken.is_sorted());
                            for number in &taken {
                                prop_assert!(!gone.contains(number), "{number} was settled before");
                                prop_assert!(!in_flight.iter().any(|(_, it)| it.contains(number)), "{number} is doubled");
                            }
                            in_flight.push((batch.id, taken));
                        }
                    }
                    Step::Deliver(at) | Step::Refuse(at) | Step::Release(at) | Step::Split(at) if at < in_flight.len() => {
                        let (id, messages) = in_flight.remove(at);
                        match step {
                            Step::Deliver(_) => outbox.delivered(id),
                            Step::Refuse(_) => outbox.refused(id),
                            Step::Release(_) => outbox.release(id),
                            _ => outbox.split(id),
                        }
                        let settled = matches!(step, Step::Deliver(_) | Step::Refuse(_))
                            || matches!(step, Step::Split(_)) && messages.len() == 1;
                        if settled {
                            gone.extend(messages);
                        }
                    }
                    _ => {}
                }
                let counters = outbox.counters;
                let kept = outbox.entries.len() as u64;
                prop_assert_eq!(counters.queued, kept + counters.delivered + counters.refused + counters.dropped);
                prop_assert_eq!(outbox.bytes, outbox.entries.iter().map(|it| it.text.len()).sum::<usize>());
                prop_assert!(outbox.entries.len() <= limits::QUEUE_MESSAGES && outbox.bytes <= limits::QUEUE_BYTES);
                let outliving: usize = outbox.entries.iter().filter(|it| it.keepalive).map(|it| it.text.len()).sum();
                prop_assert!(outliving <= limits::KEEPALIVE_BYTES);
                let kept_numbers: Vec<u64> = outbox.entries.iter().flat_map(|it| numbers(&it.text)).collect();
                prop_assert!(kept_numbers.is_sorted());
            }
        }
    }
}
