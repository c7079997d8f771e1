//! What one observation costs: `cargo bench -p sdk-core --bench hesitation`.
//!
//! Promised: 99 in 100 within 50 µs, 64 KB of state. The first lines say so of an hour of busy use, one by one;
//! criterion then measures the same hour as a whole, and single kinds.

#![allow(clippy::disallowed_macros, clippy::disallowed_methods, clippy::print_stdout)]

#[allow(dead_code)]
#[path = "../tests/watched/mod.rs"]
mod watched;

use criterion::{BatchSize, Criterion, Throughput};
use domain::hesitation::{Baseline, Device, Model};
use sdk_core::hesitation::{Detector, Observation, Surface};
use std::hint::black_box;
use std::time::{Duration, Instant};
use watched::{site, usual};

const MOST_P99: Duration = Duration::from_micros(50);
const MOST_BYTES: usize = 64 * 1024;

/// As many pages as a config may hold.
fn large_model() -> Model {
    let mut model = usual();
    for page in 0..domain::limits::BASELINES - 1 {
        let mut steps = Vec::new();
        steps.extend((0..16).map(|it| (it * 7, 500)));
        model.baselines.push(Baseline { page: format!("/page/{page}"), is_own: true, steps, ..site() });
    }
    model
}

/// An hour: ten moves a second, a tick a second, clicks, fields, scrolling, progress, another page every minute.
fn hour() -> Vec<(i64, Observation<'static>)> {
    const PAGES: [&str; 3] = ["/page/0", "/page/150", "/elsewhere"];
    let mut seen = vec![
        (0, Observation::Started { user: "u", session: "s", device: Device::Desktop, memory: "" }),
        (0, Observation::Page { page: PAGES[0], context: "" }),
        (0, Observation::Shown(true)),
    ];
    for step in 1..36_000_i64 {
        let (at_ms, id) = (step * 100, (step / 10 % 97) as u32);
        seen.push((at_ms, Observation::Moved { x: (step * 37 % 900) as i32, y: (step * 91 % 700) as i32 }));
        match step % 10 {
            0 => seen.push((at_ms, Observation::Tick)),
            1 if step % 30 == 1 => {
                let on = [Surface::Control, Surface::Plain, Surface::Opaque][id as usize % 3];
                seen.push((at_ms, Observation::Clicked { target: id, on, is_alive: id % 4 == 0 }));
            }
            2 if step % 20 == 2 => {
                seen.push((at_ms, Observation::Scrolled { y: (step * 53 % 4_000) as i32, height: 800 }))
            }
            3 if step % 50 == 3 => seen.push((at_ms, Observation::Focused { field: id })),
            4 => seen.push((at_ms, Observation::Typed { field: id, by: 1 })),
            5 if step % 50 == 5 => seen.push((at_ms, Observation::Blurred { field: id, is_changed: true })),
            6 if step % 70 == 6 => seen.push((at_ms, Observation::Invalid { field: id })),
            7 if step % 40 == 7 => seen.push((at_ms, Observation::Progress { state: id })),
            8 if step % 600 == 8 => {
                seen.push((at_ms, Observation::Page { page: PAGES[(step / 600 % 3) as usize], context: "" }));
            }
            _ => {}
        }
    }
    seen
}

fn detector() -> Detector {
    let mut detector = Detector::default();
    detector.configure(Some(large_model()));
    detector
}

fn one_by_one() {
    let mut detector = detector();
    let mut findings = Vec::new();
    let mut took = Vec::new();
    let mut most_bytes = 0;
    for (at_ms, observation) in hour() {
        let began = Instant::now();
        detector.observe(at_ms, black_box(observation), &mut findings);
        took.push(began.elapsed());
        most_bytes = most_bytes.max(detector.size_bytes());
        findings.clear();
    }
    took.sort();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
    println!("observations {}", took.len());
    println!("median {:?}, p99 {:?}, p99.9 {:?}, longest {:?}", at(0.5), at(0.99), at(0.999), at(1.0));
    println!("state at most {most_bytes} bytes, memory {} bytes", detector.memory().len());
    assert!(at(0.99) <= MOST_P99, "an observation may take 50 µs");
    assert!(most_bytes <= MOST_BYTES, "state may take 64 KB");
}

fn main() {
    one_by_one();
    let mut criterion = Criterion::default().configure_from_args().sample_size(10);
    let hour = hour();
    let mut group = criterion.benchmark_group("hesitation");
    group.throughput(Throughput::Elements(hour.len() as u64));
    group.bench_function("an hour of busy use", |bencher| {
        bencher.iter_batched(
            detector,
            |mut detector| {
                let mut findings = Vec::new();
                for (at_ms, observation) in &hour {
                    detector.observe(*at_ms, *observation, &mut findings);
                    findings.clear();
                }
                detector
            },
            BatchSize::LargeInput,
        );
    });
    group.throughput(Throughput::Elements(1));
    for (name, observation) in [("a tick", Observation::Tick), ("a move", Observation::Moved { x: 4, y: 9 })] {
        let mut watched = detector();
        let mut findings = Vec::new();
        for (at_ms, observation) in hour.iter().take(5_000) {
            watched.observe(*at_ms, *observation, &mut findings);
        }
        // Nothing passes, so that it stays what it is: neither away nor elsewhere.
        let now_ms = hour[4_999].0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                findings.clear();
                watched.observe(now_ms, black_box(observation), &mut findings);
            });
        });
    }
    group.finish();
    criterion.final_summary();
}
