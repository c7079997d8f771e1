use super::*;
use crate::class::{AUTOMATIC, DEAR, ORDINARY};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn record(number: usize, class: u8, text: impl Into<String>) -> Record {
    Record { key: format!("00000000-{number:04x}-7000"), class, text: text.into(), token: None }
}

fn fields(records: &[Record]) -> String {
    let mut fields = String::new();
    records.iter().for_each(|it| it.push_fields(&mut fields));
    fields
}

fn filled(messages: usize, bytes: usize) -> Outbox {
    let mut outbox = Outbox::new();
    for number in 0..messages {
        outbox.push(number as i64, record(number, ORDINARY, "x".repeat(bytes)));
    }
    outbox
}

#[test]
fn a_batch_keeps_one_proof_of_identity() {
    let mut outbox = Outbox::new();
    for (text, token) in [("1", None), ("2", Some("a")), ("3", None), ("4", Some("b")), ("5", Some("b"))] {
        outbox.push(0, Record { token: token.map(String::from), ..record(0, ORDINARY, text) });
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
        outbox.split(0, batch.id);
    }
    assert_eq!(sizes, [504, 201, 100, 100, 100, 100, 100]);
    assert_eq!(outbox.counters, Counters { queued: 5, refused: 5, ..Counters::default() });
    assert_eq!(outbox.losses.take(0, true), Some((Loss::Refused, 5)));
}

#[test]
fn the_oldest_that_waits_goes_first() {
    let mut outbox = filled(1, 10);
    let first = outbox.take(false).expect("a batch");
    for at_ms in 1..=limits::QUEUE_MESSAGES {
        let dropped = outbox.push(at_ms as i64, record(at_ms, ORDINARY, "y"));
        assert_eq!(dropped, at_ms == limits::QUEUE_MESSAGES);
    }
    assert_eq!(outbox.load().oldest_ms, 2);
    outbox.release(first.id);
    assert_eq!(outbox.load().oldest_ms, 0);
}

#[test]
fn what_the_sdk_says_by_itself_is_dropped_first_and_answers_last() {
    let mut outbox = Outbox::new();
    for number in 0..limits::QUEUE_MESSAGES {
        outbox.push(0, record(number, [DEAR, ORDINARY, AUTOMATIC][number % 3], number.to_string()));
    }
    let count = |outbox: &Outbox, class| outbox.entries.iter().filter(|it| it.record.class == class).count();
    let (dear, ordinary, automatic) = (count(&outbox, DEAR), count(&outbox, ORDINARY), count(&outbox, AUTOMATIC));
    for number in 0..automatic {
        outbox.push(1, record(10_000 + number, DEAR, "y"));
        assert_eq!(outbox.forgotten.last(), Some(&record(2 + 3 * number, 0, "").key), "the oldest of them first");
    }
    assert_eq!((count(&outbox, ORDINARY), count(&outbox, AUTOMATIC)), (ordinary, 0));
    for number in 0..ordinary {
        outbox.push(2, record(20_000 + number, DEAR, "y"));
    }
    assert_eq!(count(&outbox, DEAR), limits::QUEUE_MESSAGES);
    assert_eq!(outbox.losses.take(2, true), Some((Loss::Full, (automatic + ordinary) as i64)));
    assert!(outbox.push(3, record(30_000, ORDINARY, "z")), "now a plain message finds no room");
    assert_eq!(outbox.forgotten.last(), Some(&record(30_000, 0, "").key));
    assert!(dear > 0);
}

#[test]
fn a_leaving_page_sends_answers_first() {
    let mut outbox = Outbox::new();
    for (number, class) in [AUTOMATIC, ORDINARY, DEAR, AUTOMATIC, DEAR].into_iter().enumerate() {
        outbox.push(0, record(number, class, number.to_string().repeat(25_000)));
    }
    let firsts = |it: &Batch| it.messages.split(',').map(|it| it[..1].to_owned()).collect::<Vec<_>>().concat();
    let batches: Vec<Batch> = std::iter::from_fn(|| outbox.take(true)).collect();
    let seen: Vec<_> = batches.iter().map(|it| (it.keepalive, firsts(it))).collect();
    assert_eq!(seen, [(true, String::from("24")), (false, String::from("013"))]);
}

#[test]
fn only_what_was_shed_is_sent_again() {
    let mut outbox = filled(4, 10);
    let batch = outbox.take(false).expect("a batch");
    outbox.release_some(batch.id, "0110");
    assert_eq!(outbox.forgotten, [record(0, 0, "").key, record(3, 0, "").key]);
    assert_eq!((outbox.counters.delivered, outbox.load().waiting), (2, 2));
}

#[test]
fn what_others_kept_comes_first_and_what_they_saw_to_is_let_go() {
    let mut outbox = filled(3, 10);
    let left = [record(900, DEAR, "a"), record(1, ORDINARY, "again"), record(901, ORDINARY, "b")];
    outbox.recover(5, &fields(&left));
    let texts = |outbox: &Outbox| outbox.entries.iter().map(|it| it.record.text.len()).collect::<Vec<_>>();
    assert_eq!(texts(&outbox), [1, 1, 10, 10, 10]);
    outbox.elsewhere(&format!("{}\0{}\0", record(0, 0, "").key, record(900, 0, "").key));
    assert_eq!(texts(&outbox), [1, 10, 10]);
    assert!(outbox.forgotten.is_empty(), "nobody keeps them any more");
    let counters = Counters { queued: 3, recovered: 2, elsewhere: 2, ..Counters::default() };
    assert_eq!(outbox.counters, counters);
    let batch = outbox.take(true).expect("a batch");
    assert_eq!(batch.messages.len(), 21, "a page that goes sends its own");
}

#[test]
fn what_waited_for_a_week_is_dropped_and_told() {
    let mut outbox = Outbox::new();
    let left = [0, 1, 2].map(|it| record(it, DEAR, "x"));
    outbox.recover(limits::MESSAGE_AGE_MS + 2, &fields(&left));
    assert_eq!(outbox.entries.len(), 1);
    assert_eq!(outbox.losses.take(0, true), Some((Loss::Old, 2)));
}

#[test]
fn a_key_begins_with_its_time() {
    assert_eq!(time_of("0190a3b2-c4d5-7abc-8def-000000000000"), 0x0190_a3b2_c4d5);
    assert_eq!(time_of("?"), 0);
}

#[cfg(not(target_family = "wasm"))]
mod properties {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug)]
    enum Step {
        Push {
            bytes: usize,
            token: u8,
            class: u8,
        },
        Take {
            leaving: bool,
        },
        Deliver(usize),
        Refuse(usize),
        Release(usize),
        Split(usize),
        Shed(usize, u32),
        /// Another page has left as many behind, and seen to every so-manieth of ours.
        Gather {
            left: usize,
            seen_to: usize,
        },
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (1_usize..32_000, 0_u8..3, 0_u8..4).prop_map(|(bytes, token, class)| Step::Push { bytes, token, class }),
            3 => any::<bool>().prop_map(|leaving| Step::Take { leaving }),
            1 => (0_usize..4).prop_map(Step::Deliver),
            1 => (0_usize..4).prop_map(Step::Refuse),
            1 => (0_usize..4).prop_map(Step::Release),
            1 => (0_usize..4).prop_map(Step::Split),
            1 => (0_usize..4, any::<u32>()).prop_map(|(at, shed)| Step::Shed(at, shed)),
            1 => (0_usize..20, 1_usize..20).prop_map(|(left, seen_to)| Step::Gather { left, seen_to }),
        ]
    }

    /// Where a message is, as somebody believes who only sees what goes in and out.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Place {
        Waiting,
        Flying(u32),
    }

    #[derive(Debug, Default)]
    struct Model {
        /// What the browser keeps: number → where it is, its class, its bytes, whether this page made it.
        kept: BTreeMap<usize, (Place, u8, usize, bool)>,
    }

    impl Model {
        fn flying(&self, id: u32) -> Vec<usize> {
            self.kept.iter().filter(|(_, it)| it.0 == Place::Flying(id)).map(|(number, _)| *number).collect()
        }
    }

    fn numbers(messages: &str) -> Vec<usize> {
        messages.split(',').map(|it| it.trim_end_matches('x').parse().expect("a number")).collect()
    }

    fn number_of(key: &str) -> usize {
        usize::from_str_radix(&key[9..13], 16).expect("a number")
    }

    proptest! {
        // Each case is up to 200 steps with messages of up to 32 KB.
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn nothing_is_lost_doubled_or_forgotten_before_its_time(steps in prop::collection::vec(step(), 1..200)) {
            let mut outbox = Outbox::new();
            let mut model = Model::default();
            let mut next = 0;
            let mut in_flight: Vec<u32> = Vec::new();
            let mut told = 0;
            for step in steps {
                // What may leave the store in this step, besides what is dropped for room.
                let mut settled = Vec::new();
                match step {
                    Step::Push { bytes, token, class } => {
                        let token = (token > 0).then(|| token.to_string());
                        let text = format!("{next}{}", "x".repeat(bytes));
                        model.kept.insert(next, (Place::Waiting, class, text.len(), true));
                        outbox.push(0, Record { token, ..record(next, class, text) });
                        next += 1;
                    }
                    Step::Gather { left, seen_to } => {
                        let ours: Vec<usize> = model.kept.keys().copied().step_by(seen_to).collect();
                        let keys: String = ours.iter().map(|it| format!("{}\0", record(*it, 0, "").key)).collect();
                        outbox.elsewhere(&keys);
                        // Those in flight stay until they are answered.
                        for it in ours {
                            if model.kept[&it].0 == Place::Waiting {
                                model.kept.remove(&it);
                            }
                        }
                        let mut records = Vec::new();
                        for _ in 0..left {
                            let text = format!("{next}x");
                            model.kept.insert(next, (Place::Waiting, 1, text.len(), false));
                            records.push(record(next, 1, text));
                            next += 1;
                        }
                        outbox.recover(0, &fields(&records));
                    }
                    Step::Take { leaving } => {
                        if let Some(batch) = outbox.take(leaving) {
                            prop_assert!(batch.messages.len() <= limits::BATCH_BYTES);
                            let taken = numbers(&batch.messages);
                            let mut dearest_left = None;
                            for (number, it) in &mut model.kept {
                                if taken.contains(number) {
                                    prop_assert_eq!(it.0, Place::Waiting, "{} is doubled", number);
                                    prop_assert!(it.3 || !leaving, "{} is not of this page", number);
                                    it.0 = Place::Flying(batch.id);
                                } else if it.0 == Place::Waiting && it.3 {
                                    dearest_left = dearest_left.max(Some(it.1));
                                }
                            }
                            let least_taken = taken.iter().map(|it| model.kept[it].1).min();
                            prop_assert!(!leaving || dearest_left <= least_taken, "the dearest leave first");
                            in_flight.push(batch.id);
                        }
                    }
                    Step::Deliver(at)
                    | Step::Refuse(at)
                    | Step::Release(at)
                    | Step::Split(at)
                    | Step::Shed(at, _) if at < in_flight.len() => {
                        let id = in_flight.remove(at);
                        let flying = model.flying(id);
                        // In the order of the batch, which is the order of entries.
                        let order: Vec<usize> = outbox
                            .entries
                            .iter()
                            .filter(|it| it.batch_id == id)
                            .map(|it| number_of(&it.record.key))
                            .collect();
                        match step {
                            Step::Deliver(_) => {
                                outbox.delivered(id);
                                settled = flying.clone();
                            }
                            Step::Refuse(_) => {
                                outbox.refused(0, id);
                                settled = flying.clone();
                            }
                            Step::Release(_) => outbox.release(id),
                            Step::Shed(_, bits) => {
                                let is_shed = |at: usize| bits >> (at % 32) & 1 == 1;
                                let shed: String = (0..order.len()).map(|it| if is_shed(it) { '1' } else { '0' }).collect();
                                outbox.release_some(id, &shed);
                                settled = order.iter().enumerate().filter(|it| !is_shed(it.0)).map(|it| *it.1).collect();
                            }
                            _ => {
                                outbox.split(0, id);
                                if flying.len() == 1 {
                                    settled = flying.clone();
                                }
                            }
                        }
                        for it in flying {
                            if let Some(it) = model.kept.get_mut(&it) {
                                it.0 = Place::Waiting;
                            }
                        }
                    }
                    _ => {}
                }
                let before = model.kept.clone();
                let mut dropped = Vec::new();
                for key in std::mem::take(&mut outbox.forgotten) {
                    let number = number_of(&key);
                    prop_assert!(model.kept.remove(&number).is_some(), "{} is forgotten twice", number);
                    if !settled.contains(&number) {
                        dropped.push(number);
                    }
                }
                for it in &settled {
                    prop_assert!(!model.kept.contains_key(it), "{} is settled and still kept", it);
                }
                for it in &dropped {
                    prop_assert_eq!(before[it].0, Place::Waiting, "{} may still arrive", it);
                    let is_least = model.kept.values().all(|other| other.0 != Place::Waiting || other.1 >= before[it].1);
                    prop_assert!(is_least, "{} was dropped before something less dear", it);
                }
                // The browser and the queue know the same messages.
                let mut held: Vec<usize> = outbox.entries.iter().map(|it| number_of(&it.record.key)).collect();
                held.sort_unstable();
                prop_assert_eq!(held, model.kept.keys().copied().collect::<Vec<_>>());
                let counters = outbox.counters;
                let ended = counters.delivered + counters.refused + counters.dropped + counters.elsewhere;
                prop_assert_eq!(counters.queued + counters.recovered, outbox.entries.len() as u64 + ended);
                while let Some((_, count)) = outbox.losses.take(0, true) {
                    told += count as u64;
                }
                // But for reports, whose own loss is told nobody.
                prop_assert!(told <= counters.dropped + counters.refused);
                prop_assert_eq!(outbox.bytes, outbox.entries.iter().map(|it| it.record.text.len()).sum::<usize>());
                prop_assert!(outbox.entries.len() <= limits::QUEUE_MESSAGES && outbox.bytes <= limits::QUEUE_BYTES);
                let outliving: usize =
                    outbox.entries.iter().filter(|it| it.keepalive).map(|it| it.record.text.len()).sum();
                prop_assert!(outliving <= limits::KEEPALIVE_BYTES);
            }
        }
    }
}
