//! The words of hesitation: curves, samples on their way, pages as templates, baselines that complete each other.

use domain::UrlPattern;
use domain::hesitation::{
    Baseline, Curve, Device, Feature, Measure, Model, REACHED, Reached, SIGNED_SURPRISES, SURPRISES, Sample, Tail,
    page_template, read_reached, read_samples, write_reached, write_sample,
};

const TIMES: Curve = Curve { values: [100, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 60_000, 120_000] };
const FEW: Curve = Curve { values: [9_000, 7_000, 5_000, 4_000, 3_000, 2_000, 1_000, 0, 0, 0] };
const BOTH: Curve = Curve { values: [0, 0, 0, 500, 1_000, 2_000, 3_000, 5_000, 8_000, 13_000] };
const FLAT: Curve = Curve { values: [7; 10] };
const ZERO: Curve = Curve { values: [0; 10] };

fn some_values() -> impl Iterator<Item = i64> {
    let near = (0..300_000).step_by(37);
    [i64::MIN, -1]
        .into_iter()
        .chain(near)
        .chain((0..62).map(|it| 300_000_i64.saturating_mul(1 << it)))
        .chain([i64::MAX])
}

#[test]
fn surprise_is_the_knots_at_the_knots() {
    for (value, surprise) in TIMES.values.into_iter().zip(SURPRISES) {
        assert_eq!(TIMES.surprise(Tail::High, value), surprise);
    }
    for (value, surprise) in BOTH.values.into_iter().zip(SIGNED_SURPRISES).skip(2) {
        assert_eq!(BOTH.surprise(Tail::Both, value), surprise);
    }
    for (value, surprise) in FEW.values.into_iter().zip(SURPRISES).take(8) {
        assert_eq!(FEW.surprise(Tail::Low, value), surprise);
    }
}

#[test]
fn surprise_never_turns_back() {
    for curve in [TIMES, FEW, BOTH, FLAT, ZERO] {
        for tail in [Tail::High, Tail::Low, Tail::Both] {
            if (tail == Tail::Low) != (curve == FEW) && curve != FLAT && curve != ZERO {
                continue;
            }
            let mut values: Vec<i64> = some_values().collect();
            values.sort_unstable();
            let surprises: Vec<i32> = values.iter().map(|it| curve.surprise(tail, *it)).collect();
            let rises = surprises.windows(2).all(|it| if tail == Tail::Low { it[0] >= it[1] } else { it[0] <= it[1] });
            assert!(rises, "{curve:?} {tail:?}");
            let least = if tail == Tail::Both { SIGNED_SURPRISES[0] } else { 0 };
            assert!(surprises.iter().all(|it| (least..=Feature::MOST).contains(it)), "{curve:?} {tail:?}");
        }
    }
}

#[test]
fn of_several_knots_at_one_value_the_least_surprising_counts() {
    assert_eq!(FEW.surprise(Tail::Low, 0), 1_699, "two in a hundred, not one in a thousand");
    assert_eq!(BOTH.surprise(Tail::Both, 0), -954);
    assert_eq!(ZERO.surprise(Tail::High, 0), 0);
    assert_eq!(ZERO.surprise(Tail::Low, 0), 0);
}

#[test]
fn beyond_the_last_knot_every_doubling_halves_the_share() {
    assert_eq!(TIMES.surprise(Tail::High, 240_000), 3_301);
    assert_eq!(TIMES.surprise(Tail::High, 480_000), 3_602);
    assert_eq!(BOTH.surprise(Tail::Both, 26_000), 1_991);
}

#[test]
fn what_is_usual_is_what_one_in_twenty_is_beyond() {
    assert_eq!(TIMES.usual(Tail::High), 20_000);
    assert_eq!(FEW.usual(Tail::Low), 1_000);
    assert_eq!(BOTH.usual(Tail::Both), 8_000);
}

#[test]
fn samples_arrive_within_a_sixty_fourth() {
    for value in some_values() {
        for is_censored in [true, false] {
            let mut text = String::new();
            write_sample(&mut text, Sample { measure: Measure::Stall, value, is_censored });
            let read = read_samples(&text);
            assert_eq!(text.len(), 4);
            assert_eq!((read[0].measure, read[0].is_censored), (Measure::Stall, is_censored));
            let lost = value.max(0) - read[0].value;
            // Rounded down, up to what two digits hold: that is millions of years.
            assert!(lost >= 0 && (lost <= value.max(0) / 64 || value > 1 << 57), "{value} became {}", read[0].value);
        }
    }
}

#[test]
fn every_measure_arrives_as_itself_and_needs_no_escape() {
    let mut text = String::new();
    let mut samples = Vec::new();
    for index in 0..Measure::COUNT {
        let measure = Measure::from_index(index).expect("below the count");
        assert_eq!(measure.index(), index);
        samples.push(Sample { measure, value: index as i64, is_censored: index % 2 == 0 });
        write_sample(&mut text, samples[index]);
    }
    assert_eq!(Measure::from_index(Measure::COUNT), None);
    assert_eq!(read_samples(&text), samples);
    assert!(text.bytes().all(|it| it.is_ascii_graphic() && it != b'"' && it != b'\\'), "{text}");
}

#[test]
fn states_arrive_with_their_hash_and_as_many_as_count() {
    let mut text = String::new();
    let mut all = Vec::new();
    for state in [0, 1, 57, 58, u32::MAX, 0x9e37_79b9] {
        all.push(Reached { state, age_ms: 64 * i64::from(state % 64), actions: i64::from(state % 60) });
    }
    all.iter().for_each(|it| write_reached(&mut text, *it));
    assert_eq!(text.len(), 10 * all.len());
    assert_eq!(read_reached(&text), all);
    assert_eq!(read_reached(&text.repeat(9)).len(), REACHED);
}

#[test]
fn what_is_damaged_is_left_out() {
    assert_eq!(read_samples("e!"), []);
    assert_eq!(read_samples("~!!+é!!+e\"!+").len(), 0);
    assert_eq!(read_samples("e#!é").len(), 1, "anything but a minus is measured in full");
    assert_eq!(read_reached("!!!!!!!!!"), []);
    assert_eq!(read_reached("!!!!!!\"!!!"), []);
}

#[track_caller]
fn check_template(path: &str, wanted: &str) {
    assert_eq!(
        page_template(path, &[UrlPattern::new("/teams/*"), UrlPattern::new("/teams/:team/x")]),
        wanted,
        "{path}"
    );
}

#[test]
fn what_looks_like_an_id_becomes_one() {
    check_template("/", "/");
    check_template("", "/");
    check_template("/invoices", "/invoices");
    check_template("/invoices/4711", "/invoices/:id");
    check_template("/invoices/4711/edit/", "/invoices/:id/edit");
    check_template("//invoices///4711", "/invoices/:id");
    check_template("/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/u/:id");
    check_template("/i/inv-2024-0017", "/i/:id");
    check_template("/v2/orders", "/v2/orders");
    check_template("/2024", "/:id");
    check_template(&format!("/s/{}", "a".repeat(41)), "/s/:id");
    check_template(&format!("/s/{}", "a".repeat(40)), &format!("/s/{}", "a".repeat(40)));
    check_template("/größe/1", "/größe/:id");
}

#[test]
fn the_vendors_patterns_come_before_any_guess_and_the_first_that_fits_counts() {
    check_template("/teams/7/x", "/teams/*");
    check_template("/teams", "/teams");
}

fn row(page: &str, context: &str, device: Option<Device>, curves: &[(Measure, Curve)]) -> Baseline {
    let mut row = Baseline { page: page.into(), context: context.into(), device, ..Baseline::default() };
    for (measure, curve) in curves {
        row.curves[measure.index()] = Some(*curve);
    }
    row
}

#[test]
fn the_most_specific_baseline_is_completed_by_wider_ones() {
    let stall = Measure::Stall;
    let model = Model {
        version: 1,
        bias: 0,
        weights: [0; Feature::COUNT],
        ask_at: 0,
        hint_at: 0,
        salt: 0,
        record_share: 0,
        pages: vec![],
        excluded: vec![],
        baselines: vec![
            row(
                "*",
                "",
                None,
                &[(stall, FLAT), (Measure::Visit, FLAT), (Measure::States(0), FLAT), (Measure::Hovers, FLAT)],
            ),
            row("/a", "", None, &[(stall, TIMES), (Measure::Visit, TIMES)]),
            Baseline { steps: vec![(5, 700)], ..row("/a", "new", None, &[(Measure::States(1), FEW)]) },
            row("/a", "new", Some(Device::Touch), &[(stall, ZERO)]),
        ],
        ask: None,
    };
    let of = |page: &str, context: &str, device, measure: Measure| {
        let mut baseline = Baseline::default();
        model.fill(&mut baseline, page, context, device);
        baseline.curves[measure.index()]
    };
    assert_eq!(of("/a", "new", Device::Touch, stall), Some(ZERO));
    assert_eq!(of("/a", "new", Device::Desktop, stall), Some(TIMES));
    assert_eq!(of("/a", "new", Device::Touch, Measure::Visit), Some(TIMES));
    assert_eq!(of("/a", "new", Device::Touch, Measure::Hovers), Some(FLAT));
    assert_eq!(of("/b", "new", Device::Touch, stall), Some(FLAT));
    assert_eq!(of("/a", "new", Device::Touch, Measure::States(1)), Some(FEW));
    assert_eq!(of("/a", "new", Device::Touch, Measure::States(0)), None, "steps of this page, not the site's count");
    assert_eq!(of("/a", "", Device::Touch, Measure::States(0)), Some(FLAT));
}

#[test]
fn a_state_is_worth_its_share_where_the_page_has_steps() {
    let mut baseline = Baseline::default();
    assert_eq!(baseline.worth_of(5), 1_000);
    baseline.steps = vec![(5, 700)];
    assert_eq!((baseline.worth_of(5), baseline.worth_of(6)), (700, 0));
}
