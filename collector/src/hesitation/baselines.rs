//! Every page pulled towards its type, the site and what is shipped; then cut down to what a browser is sent.

use super::cell::Cell;
use super::distribution::Distribution;
use super::page_type::page_type;
use super::prior::Rates;
use super::shipped::{distribution_of, shipped};
use domain::hesitation::{Baseline, Device, Measure, PRIOR_AT_MS};
use domain::limits;
use domain::{Definitions, compact};
use std::collections::BTreeMap;

/// Visits of this many users weigh as much as what contains their page.
/// Between 5 and 50 it made a difference of at most .002 in the AUC on public data.
pub(super) const KAPPA: f64 = 20.0;

/// Nothing is published of fewer users: it could tell of one of them.
pub(super) const USERS: usize = 20;

/// Of them, so many must have gone on and have ended what a curve measures: with fewer it would be that of the page's
/// type, and not worth its bytes.
const CURVE_USERS: usize = 5;

/// All rows of one page together, in the compact form.
const PAGE_BYTES: usize = 1_024;

/// A curve of one context or device is worth its bytes from this difference of shares on …
const LEAST_DISTANCE: f64 = 0.1;
/// … and only if chance would not make it: Kolmogorov and Smirnov's 5 %, over the root of the number of users.
const CHANCE: f64 = 1.36;

/// What the visits of one page measured.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) page: String,
    pub(super) steps: Vec<(u32, u16)>,
    /// Progress as one per state, to be compared with other pages.
    pub(super) plain: Cell,
    /// … per [`Device`].
    pub(super) devices: [Cell; 2],
    /// Progress in the page's steps.
    pub(super) own: Cell,
    /// … of contexts (empty: any) and devices.
    pub(super) parts: BTreeMap<(String, Option<Device>), Cell>,
}

/// One distribution per [`Measure`].
type Distributions = Vec<Option<Distribution>>;

/// The site's row first, then pages by name; where there are more than may be shipped, those with the most users.
pub(super) fn baselines(mut pages: Vec<Page>, kappa: f64) -> Vec<Baseline> {
    let (mut site, mut types, mut devices) =
        (Cell::default(), BTreeMap::<String, Cell>::new(), [(); 2].map(|()| Cell::default()));
    for page in &pages {
        site.merge(&page.plain);
        types.entry(page_type(&page.page)).or_default().merge(&page.plain);
        for (into, from) in devices.iter_mut().zip(&page.devices) {
            into.merge(from);
        }
    }
    let shipped_row = shipped().baselines.swap_remove(0);
    if site.users < USERS {
        return vec![shipped_row];
    }
    let everywhere: Distributions = measures().map(distribution_of).collect();
    let usual = shrunk(&site, &everywhere, kappa);
    let rates = Rates::of_site(&site, kappa);
    let mut rows = vec![row("*", &site, &usual, shipped_row.prior)];
    let nowhere = [0; PRIOR_AT_MS.len()];
    for (device, cell) in [Device::Desktop, Device::Touch].into_iter().zip(&devices) {
        rows.extend(part_row(&rows[0], &usual, "", Some(device), cell, nowhere, site.users, PAGE_BYTES));
    }
    pages.sort_by(|one, other| other.plain.users.cmp(&one.plain.users).then(one.page.cmp(&other.page)));
    let mut of_pages = Vec::new();
    for page in &pages {
        if page.own.users < USERS || rows.len() + of_pages.len() >= limits::BASELINES {
            break;
        }
        let rest_of_site = site.without(&page.plain);
        let rest_of_type = types[&page_type(&page.page)].without(&page.plain);
        let of_page = page_rows(page, &rest_of_type, &rest_of_site, &everywhere, &rates);
        if rows.len() + of_pages.len() + of_page.len() <= limits::BASELINES {
            of_pages.extend(of_page);
        }
    }
    of_pages.sort_by(|one, other| one.page.cmp(&other.page));
    rows.extend(of_pages);
    rows
}

fn page_rows(page: &Page, of_type: &Cell, of_site: &Cell, everywhere: &Distributions, site: &Rates) -> Vec<Baseline> {
    let kappa = site.kappa;
    let mut wider = shrunk(of_type, &shrunk(of_site, everywhere, kappa), kappa);
    if !page.steps.is_empty() {
        in_own_units(&mut wider, &page.own);
    }
    let usual = shrunk(&page.own, &wider, kappa);
    let rates = site.of_rest(of_site).of(of_type).of(&page.own);
    let mut own = row(&page.page, &page.own, &usual, rates.over(site));
    own.is_own = true;
    own.steps.clone_from(&page.steps);
    let by_worth = |it: &Measure| distance(&usual, &wider, *it);
    if !cut_to(&mut own, PAGE_BYTES, by_worth) {
        return Vec::new();
    }
    let mut left = PAGE_BYTES - bytes(&own);
    let mut rows = vec![own];
    // Those of most users first, and wider ones first.
    let mut parts: Vec<_> = page.parts.iter().collect();
    parts.sort_by_key(|((context, device), cell)| {
        (std::cmp::Reverse(cell.users), !context.is_empty() && device.is_some(), context.clone(), *device)
    });
    for ((context, device), cell) in parts {
        let prior = rates.of(cell).over(site);
        let part = part_row(&rows[0], &usual, context, *device, cell, prior, page.own.users, left);
        left -= part.as_ref().map_or(0, bytes);
        rows.extend(part);
    }
    rows
}

/// Pulls what was measured towards what contains it; users count once each.
fn shrunk(cell: &Cell, wider: &Distributions, kappa: f64) -> Distributions {
    measures()
        .zip(wider)
        .map(|(measure, wider)| {
            let people = cell.people(measure);
            let own = Distribution::of(cell.sketch(measure), measure.is_count(), wider.as_ref());
            match (own, wider) {
                (Some(own), Some(wider)) => Some(own.shrunk(people, wider, kappa)),
                (Some(own), None) => Some(own.humble(people)),
                (None, wider) => wider.clone(),
            }
        })
        .collect()
}

/// Progress counted in a page's steps is another quantity than that of other pages; its shape may still be like theirs.
fn in_own_units(wider: &mut Distributions, own: &Cell) {
    for (measure, wider) in measures().zip(wider) {
        if matches!(measure, Measure::States(_) | Measure::StatesAfter(_)) {
            let middle = Distribution::of(own.sketch(measure), true, None).map_or(0.0, |it| it.median());
            let of_wider = wider.as_ref().map_or(0.0, Distribution::median);
            *wider = wider.as_ref().filter(|_| middle > 0.0 && of_wider > 0.0).map(|it| it.scaled(middle / of_wider));
        }
    }
}

fn row(page: &str, cell: &Cell, usual: &Distributions, prior: [i32; PRIOR_AT_MS.len()]) -> Baseline {
    let mut row = Baseline {
        page: page.to_owned(),
        context: String::new(),
        device: None,
        is_own: false,
        is_muted: false,
        curves: [None; Measure::COUNT],
        steps: Vec::new(),
        prior,
    };
    for (measure, usual) in measures().zip(usual) {
        // The site's row answers for all others, so it holds whatever is known.
        if page == "*" || cell.count(measure) >= CURVE_USERS {
            row.curves[measure.index()] = usual.as_ref().map(|it| it.curve(measure));
        }
    }
    row
}

/// The row of one context or device: only what differs from the page, as far as it fits.
#[allow(clippy::too_many_arguments)]
fn part_row(
    page: &Baseline,
    usual: &Distributions,
    context: &str,
    device: Option<Device>,
    cell: &Cell,
    prior: [i32; PRIOR_AT_MS.len()],
    users: usize,
    most_bytes: usize,
) -> Option<Baseline> {
    // All visitors of a page are no part of it.
    if cell.users < USERS || cell.users >= users {
        return None;
    }
    let own = shrunk(cell, usual, KAPPA);
    let chance = CHANCE / (cell.users as f64).sqrt();
    let mut part = row(&page.page, cell, &own, prior);
    part.context = context.to_owned();
    part.device = device;
    part.is_own = page.is_own;
    for measure in measures() {
        if distance(&own, usual, measure) < LEAST_DISTANCE.max(chance) {
            part.curves[measure.index()] = None;
        }
    }
    let fits = cut_to(&mut part, most_bytes, |it| distance(&own, usual, *it));
    (fits && part.curves.iter().any(Option::is_some)).then_some(part)
}

/// Leaves out the curves that say least until the rest fits; says whether it does.
fn cut_to(row: &mut Baseline, most_bytes: usize, worth: impl Fn(&Measure) -> f64) -> bool {
    while bytes(row) > most_bytes {
        let kept = measures().filter(|it| row.curves[it.index()].is_some());
        let Some(least) = kept.min_by(|one, other| worth(one).total_cmp(&worth(other))) else { return false };
        row.curves[least.index()] = None;
    }
    true
}

/// What a row costs in the compact form.
pub(super) fn bytes(row: &Baseline) -> usize {
    let mut model = shipped();
    model.baselines.clear();
    let without = compact::write(&Definitions::default(), Some(&model)).len();
    model.baselines.push(row.clone());
    compact::write(&Definitions::default(), Some(&model)).len() - without
}

fn distance(one: &Distributions, other: &Distributions, measure: Measure) -> f64 {
    match (&one[measure.index()], &other[measure.index()]) {
        (Some(one), Some(other)) => one.distance(other),
        // Nobody else knows.
        (Some(_), None) => 1.0,
        _ => 0.0,
    }
}

fn measures() -> impl Iterator<Item = Measure> {
    (0..Measure::COUNT).filter_map(Measure::from_index)
}
