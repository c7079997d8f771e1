//! How often visits of an age fail on a page, over how often they do on the site.

use super::cell::Cell;
use domain::hesitation::PRIOR_AT_MS;

/// Thousandths of a logit: more would drown everything else.
const MOST: f64 = 4_000.0;

/// Empirical-Bayes failure rates of visits that lasted as long as each of [`PRIOR_AT_MS`], as logits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rates {
    logits: [f64; PRIOR_AT_MS.len()],
    pub(super) kappa: f64,
}

impl Rates {
    /// Those of the whole site, pulled towards its rate at all ages.
    pub(super) fn of_site(site: &Cell, kappa: f64) -> Self {
        let (open, failed): (f64, f64) = (site.open.iter().sum(), site.failed.iter().sum());
        let everywhere = logit((failed + 0.5) / (open + 1.0));
        Self { logits: [everywhere; PRIOR_AT_MS.len()], kappa }.pulled(site)
    }

    /// The same without one page.
    pub(super) fn of_rest(&self, rest: &Cell) -> Self {
        if rest.open[0] > 0.0 { Self::of_site(rest, self.kappa) } else { *self }
    }

    /// Those of a part of this. `(failed + κ · rate) / (open + κ)`, where the rate expected at an age is the wider
    /// one, moved by as much as the part differed at the age before: a hard page stays hard.
    pub(super) fn of(&self, part: &Cell) -> Self {
        let (mut own, mut moved) = (*self, 0.0);
        for (index, rate) in own.logits.iter_mut().enumerate() {
            let expected = chance(*rate + moved);
            let here = logit((part.failed[index] + self.kappa * expected) / (part.open[index] + self.kappa));
            moved = here - *rate;
            *rate = here;
        }
        own
    }

    fn pulled(&self, cell: &Cell) -> Self {
        let mut own = *self;
        for (index, rate) in own.logits.iter_mut().enumerate() {
            *rate = logit((cell.failed[index] + self.kappa * chance(*rate)) / (cell.open[index] + self.kappa));
        }
        own
    }

    /// Thousandths of a logit over the site's.
    pub(super) fn over(&self, site: &Self) -> [i32; PRIOR_AT_MS.len()] {
        let mut over = [0; PRIOR_AT_MS.len()];
        for ((over, own), site) in over.iter_mut().zip(self.logits).zip(site.logits) {
            *over = (1_000.0 * (own - site)).clamp(-MOST, MOST).round() as i32;
        }
        over
    }
}

fn logit(chance: f64) -> f64 {
    let chance = chance.max(0.0).clamp(1e-6, 1.0 - 1e-6);
    (chance / (1.0 - chance)).ln()
}

fn chance(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
