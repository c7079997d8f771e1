//! What comes after each step: `next`, `branch` and `band`, as one list of branches for each.

use super::bands;
use super::ifs::{Ifs, nearest_step};
use super::steps::{Draft, Kind};
use crate::project::parse::findings::Findings;
use crate::project::parse::suggestions;
use crate::project::parse::table::{Item, RawTable, Table, wrong_type};
use domain::limits;
use domain::survey::{Branch, Goal, Metric, Test};
use std::ops::Range;
use toml::de::DeValue;

/// A band puts one more test around it.
const DEPTH: usize = limits::RULE_DEPTH - 1;

/// The way on from one step.
#[derive(Default)]
pub(super) struct Route {
    pub(super) branches: Vec<Branch>,
    /// For each of them, which `branch` of the file it comes from; `None`: from `band`, or from what follows.
    pub(super) origins: Vec<Option<usize>>,
    /// Where each `branch` of the file stands.
    pub(super) written: Vec<Range<usize>>,
    pub(super) otherwise: Option<Goal>,
}

impl Route {
    pub(super) fn otherwise(&self) -> Goal {
        self.otherwise.unwrap_or(Goal::End)
    }

    fn goals(&self) -> impl Iterator<Item = usize> {
        let goals = self.branches.iter().map(|it| it.to).chain([self.otherwise()]);
        goals.filter_map(|it| match it {
            Goal::Step(step) => Some(step),
            Goal::End => None,
        })
    }
}

pub(super) struct Routes {
    pub(super) list: Vec<Route>,
    /// `reach[a][b]`: from `a` there is a way to `b`.
    reach: Vec<Vec<bool>>,
}

/// `None` where something is wrong.
pub(super) fn read(drafts: &[Draft<'_>], findings: &mut Findings<'_>) -> Option<Routes> {
    let mut ifs = Ifs { drafts, seen: Vec::new() };
    let mut is_sound = true;
    let bands: Vec<Option<Test>> = (0..drafts.len()).map(|it| band(drafts, it, findings, &mut is_sound)).collect();
    let mut list = Vec::new();
    let mut looks = Vec::new();
    for (position, draft) in drafts.iter().enumerate() {
        let mut route = Route::default();
        let tables = draft.table.tables("branch", "survey.step.branch", findings);
        if let Some(first_beyond) = tables.get(limits::RULE_WIDTH / 2) {
            let message = format!("{} branches: a step has at most {}", tables.len(), limits::RULE_WIDTH / 2);
            findings.error(first_beyond.span.clone(), message, "ask simpler questions");
            is_sound = false;
        }
        for (number, table) in tables.into_iter().enumerate() {
            route.written.push(table.span.clone());
            match branch(table, &mut ifs, drafts, findings) {
                Some(Branch { test, to }) => arrive(Some(test), to, Some(number), &bands, &mut route),
                None => is_sound = false,
            }
        }
        let usual = match draft.kind {
            Kind::Thanks { .. } => Goal::End,
            _ if position + 1 < drafts.len() => Goal::Step(position + 1),
            _ => Goal::End,
        };
        let next = match draft.table.get("next") {
            Some(item) => goal(item, drafts, findings),
            None => Some(usual),
        };
        is_sound &= next.is_some();
        arrive(None, next.unwrap_or(usual), None, &bands, &mut route);
        if route.branches.len() > limits::RULE_WIDTH {
            let message = format!("{} ways lead on from `{}`", route.branches.len(), draft.id);
            let help =
                format!("write fewer branches, or fewer steps with a `band` in a row: {} ways fit", limits::RULE_WIDTH);
            findings.error(draft.table.span.clone(), message, help);
            is_sound = false;
        }
        list.push(route);
        looks.extend(ifs.seen.drain(..).map(|(step, span)| (position, step, span)));
    }
    let reach = reach(&list, None);
    let routes = Routes { list, reach };
    if !is_sound || routes.has_cycle(drafts, findings) {
        return None;
    }
    for (at, step, span) in looks {
        if at != step && !routes.can_precede(step, at) {
            let (message, help) = later(drafts, step, at);
            findings.error(span, message, help);
            is_sound = false;
        }
    }
    is_sound.then_some(routes)
}

fn later(drafts: &[Draft<'_>], step: usize, at: usize) -> (String, String) {
    let id = |it: usize| drafts.get(it).map_or("", |it| it.id.as_str());
    let (step, at) = (id(step), id(at));
    (format!("`{step}` is never asked before `{at}`"), "name a step on the way here".to_owned())
}

/// A step with a band is for those whose score lies in it; whoever arrives with another one goes on to what follows.
fn arrive(test: Option<Test>, to: Goal, origin: Option<usize>, bands: &[Option<Test>], route: &mut Route) {
    let mut goal = to;
    let mut push = |test: Test, to: Goal| {
        route.branches.push(Branch { test, to });
        route.origins.push(origin);
    };
    while let Goal::Step(step) = goal
        && let Some(Some(band)) = bands.get(step)
    {
        let met = match &test {
            Some(test) => Test::All(vec![test.clone(), band.clone()]),
            None => band.clone(),
        };
        push(met, goal);
        goal = if step + 1 < bands.len() { Goal::Step(step + 1) } else { Goal::End };
    }
    match test {
        Some(test) => push(test, goal),
        None => route.otherwise = Some(goal),
    }
}

/// The test that `band = "promoter"` stands for: of the first such question before it.
fn band(drafts: &[Draft<'_>], position: usize, findings: &mut Findings<'_>, is_sound: &mut bool) -> Option<Test> {
    let draft = drafts.get(position)?;
    draft.table.get("band")?;
    *is_sound = false;
    let known = bands::all();
    let help = format!("write `band = \"promoter\"`; there are {}", suggestions::list(&known));
    let found = draft.table.text("band", &help, findings)?;
    if !known.contains(&found.text) {
        let help = suggestions::help(found.text, &known);
        findings.error(found.span, format!("unknown band `{}`", found.text), help);
        return None;
    }
    let metric_of = |it: &Draft<'_>| match it.kind {
        Kind::Scale { metric, .. } => Some(metric),
        _ => None,
    };
    let before = drafts.iter().take(position).enumerate();
    let mut scored = before.filter_map(|(step, it)| Some((step, bands::scores(metric_of(it)?, found.text)?)));
    let Some((step, (from, to))) = scored.next() else {
        let metrics = [Metric::Nps, Metric::Csat, Metric::Ces];
        let kinds: Vec<&str> =
            metrics.into_iter().filter(|it| bands::scores(*it, found.text).is_some()).map(Metric::as_str).collect();
        let message = format!("`{}` is a band of {}, and none is asked before", found.text, suggestions::list(&kinds));
        findings.error(found.span, message, "put it behind that question, or leave `band` out");
        return None;
    };
    *is_sound = true;
    Some(Test::Score { step, from, to })
}

fn branch(
    table: RawTable<'_>,
    ifs: &mut Ifs<'_, '_>,
    drafts: &[Draft<'_>],
    findings: &mut Findings<'_>,
) -> Option<Branch> {
    let table = Table::new(table.entries, table.span, "branch", &["if", "next"], findings);
    let test = match table.get("if") {
        Some(item) => ifs.read(item, 0, findings).filter(|it| {
            let is_flat = depth(it) <= DEPTH;
            if !is_flat {
                let message = format!("this test nests deeper than {DEPTH}");
                findings.error(item.span(), message, "split it over several branches");
            }
            is_flat
        }),
        None => {
            table.missing("if", "add `if = { answer = { score = \"promoter\" } }`", findings);
            None
        }
    };
    let to = match table.get("next") {
        Some(item) => goal(item, drafts, findings),
        None => {
            table.missing("next", "add where it leads: `next = \"step-id\"`, or `next = \"end\"`", findings);
            None
        }
    };
    Some(Branch { test: test?, to: to? })
}

/// How far tests stand inside each other, as they travel.
fn depth(test: &Test) -> usize {
    match test {
        Test::All(tests) | Test::Any(tests) => 1 + tests.iter().map(depth).max().unwrap_or(0),
        Test::Not(test) => 1 + depth(test),
        _ => 0,
    }
}

fn goal(item: &Item<'_>, drafts: &[Draft<'_>], findings: &mut Findings<'_>) -> Option<Goal> {
    let DeValue::String(id) = item.get_ref() else {
        let help = "write `next = \"step-id\"`, or `next = \"end\"`";
        wrong_type(item, "next", "text in quotes", item.get_ref(), help, findings);
        return None;
    };
    if id == "end" {
        return Some(Goal::End);
    }
    let found = drafts.iter().position(|it| it.id == *id);
    if found.is_none() {
        findings.error(item.span(), format!("there is no step `{id}`"), nearest_step(id, drafts));
    }
    found.map(Goal::Step)
}

/// Which steps can follow which, at whatever distance; `without` one of them.
fn reach(list: &[Route], without: Option<usize>) -> Vec<Vec<bool>> {
    (0..list.len())
        .map(|start| {
            let mut seen = vec![false; list.len()];
            let mut waiting = if Some(start) == without { Vec::new() } else { vec![start] };
            while let Some(step) = waiting.pop() {
                for next in list.get(step).into_iter().flat_map(Route::goals) {
                    if Some(next) != without
                        && let Some(slot) = seen.get_mut(next)
                        && !*slot
                    {
                        *slot = true;
                        waiting.push(next);
                    }
                }
            }
            seen
        })
        .collect()
}

impl Routes {
    /// Somebody may come from `step` to `at`.
    pub(super) fn can_precede(&self, step: usize, at: usize) -> bool {
        self.reach.get(step).and_then(|it| it.get(at)).copied().unwrap_or(false)
    }

    /// Nobody comes to `at` but by `step`.
    pub(super) fn always_precedes(&self, step: usize, at: usize) -> bool {
        step == 0 || !reach(&self.list, Some(step)).first().and_then(|it| it.get(at)).copied().unwrap_or(false)
    }

    /// Names a circle, if there is one.
    fn has_cycle(&self, drafts: &[Draft<'_>], findings: &mut Findings<'_>) -> bool {
        let Some(start) = (0..self.list.len()).find(|it| self.can_precede(*it, *it)) else { return false };
        let mut circle = vec![start];
        let mut at = start;
        // The nearest way back; each step of it comes nearer, so it ends.
        while let Some(next) = self.nearer(at, start) {
            circle.push(next);
            at = next;
            if next == start {
                break;
            }
        }
        let id = |it: &usize| drafts.get(*it).map_or("", |it| it.id.as_str());
        let shown = circle.iter().map(id).collect::<Vec<_>>().join(" → ");
        let span = drafts.get(start).map_or(0..0, |it| {
            it.table.get("next").or(it.table.get("id")).map_or(it.table.span.clone(), |it| it.span())
        });
        let help = "lead one of them on to a later step, or to `end`";
        findings.error(span, format!("these steps lead in a circle: {shown}"), help);
        true
    }

    /// The step after `at` on a shortest way to `goal`.
    fn nearer(&self, at: usize, goal: usize) -> Option<usize> {
        let mut distances = vec![usize::MAX; self.list.len()];
        *distances.get_mut(goal)? = 0;
        for distance in 0..self.list.len() {
            for (step, route) in self.list.iter().enumerate() {
                let is_next = route.goals().any(|it| distances.get(it) == Some(&distance));
                if let Some(slot) = distances.get_mut(step).filter(|it| is_next && **it == usize::MAX) {
                    *slot = distance + 1;
                }
            }
        }
        let next = self.list.get(at)?.goals().min_by_key(|it| distances.get(*it).copied())?;
        distances.get(next).filter(|it| **it < usize::MAX).map(|_| next)
    }
}

impl super::texts::Known for (&Routes, &[Draft<'_>], usize) {
    fn answer(&self, step: &str) -> Result<super::texts::Answered, super::texts::Unknown> {
        let (routes, drafts, at) = *self;
        let unknown = |message: String, help: String| Err(super::texts::Unknown { message, help });
        let Some((position, draft)) = drafts.iter().enumerate().find(|(_, it)| it.id == step) else {
            return unknown(format!("there is no step `{step}`"), nearest_step(step, drafts));
        };
        if !draft.is_question() {
            let message = format!("nothing is answered at `{step}`, a step of kind `{}`", draft.kind_word());
            return unknown(message, "name a step that asks something".to_owned());
        }
        if position == at || !routes.can_precede(position, at) {
            let (message, help) = later(drafts, position, at);
            return unknown(message, help);
        }
        let is_certain = draft.is_required && routes.always_precedes(position, at);
        Ok(super::texts::Answered { step: position, is_certain })
    }
}
