//! `[[survey]]`: what is asked, of whom, when.
//!
//! Path of a survey: `steps.rs` (screens, each by itself) → `routes.rs` (`next`, `branch` with its `ifs.rs`, `band`) →
//! `said.rs` (texts of each language, cut up by `texts.rs`) → `walk.rs` (who comes where) → [`SurveyDefinition`].

mod audience;
mod bands;
mod dates;
mod ifs;
mod languages;
mod routes;
mod said;
mod steps;
#[cfg(test)]
mod tests;
mod texts;
mod walk;
mod when;

pub(super) use dates::moment;

use self::ifs::nearest_step;
use self::routes::Routes;
use self::said::Said;
use self::steps::Draft;
use self::texts::{Answered, Known, Unknown};
use super::budget::time_or_none;
use super::findings::Findings;
use super::ids::{self, Seen};
use super::patterns::{self, Where};
use super::table::{Item, RawTable, Table, in_file_order, wrong_type};
use super::{accent, numbers, rules, shares, suggestions};
use crate::metric::Calendar;
use crate::project::duration;
use crate::project::{Budget, Repeat, SegmentDefinition, SurveyDefinition};
use domain::survey::{Content, Goal, Step, Surface, Survey, Trigger};
use domain::{Journey, Rule, StepId, SurveyId, UrlPattern, limits};
use std::ops::Range;
use toml::de::DeValue;

const KEYS: [&str; 21] = [
    "id",
    "name",
    "surface",
    "when",
    "who",
    "segment",
    "pages",
    "exclude",
    "delay",
    "sample",
    "every",
    "priority",
    "reserve",
    "starts",
    "ends",
    "answers",
    "accent",
    "label",
    "language",
    "words",
    "translations",
];

const USUAL_PRIORITY: u32 = 50;

/// A survey that interrupts asks one in four: nobody is asked by every campaign.
const USUAL_SAMPLE: f64 = 0.25;

/// Samples are dealt out in thousandths.
const SMALLEST_SAMPLE: f64 = 0.001;

/// Longer, and nobody is there any more.
const LONGEST_DELAY_MS: u64 = 3_600_000;

pub(super) fn read(root: &Table<'_>, project: &Around<'_>, findings: &mut Findings<'_>) -> Vec<SurveyDefinition> {
    let tables = root.tables("survey", "survey", findings);
    if let Some(first_beyond) = tables.get(limits::SURVEYS) {
        let message = format!("{} surveys: at most {} fit in one project", tables.len(), limits::SURVEYS);
        findings.error(first_beyond.span.clone(), message, "every page loads them all: keep those in use");
    }
    let mut seen = Seen::new();
    let found: Vec<_> = tables.into_iter().filter_map(|it| survey(it, &mut seen, project, findings)).collect();
    rivals(&found, findings);
    found.into_iter().map(|(definition, _)| definition).collect()
}

/// What of the project a survey stands in.
pub(super) struct Around<'p> {
    pub(super) journeys: &'p [Journey],
    pub(super) segments: &'p [SegmentDefinition],
    /// There is `[hesitation]`.
    pub(super) watches: bool,
    pub(super) budget: &'p Budget,
    pub(super) calendar: &'p Calendar,
}

fn survey(
    table: RawTable<'_>,
    seen: &mut Seen,
    project: &Around<'_>,
    findings: &mut Findings<'_>,
) -> Option<(SurveyDefinition, Range<usize>)> {
    let known: Vec<&str> = KEYS.iter().copied().chain(["step"]).collect();
    let table = Table::new(table.entries, table.span, "survey", &known, findings);
    let id = ids::read(&table, "survey", "relationship", seen, findings);
    let id = id.filter(|it| {
        let is_free = it != domain::HESITATION;
        if !is_free && let Some(item) = table.get("id") {
            let message = format!("a survey cannot be called `{it}`: the detector's own question is");
            findings.error(item.span(), message, "write `id = \"stuck\"`, or another word");
        }
        is_free
    });
    let name = table.text("name", "write `name = \"Relationship NPS\"`", findings).map(|it| it.text.to_owned());
    let surface = surface(&table, findings);
    let usual_sample = if surface == Surface::Popover { USUAL_SAMPLE } else { 1.0 };
    let triggers = triggers(&table, surface, project, findings);
    let audience = table.get("who").and_then(|it| rules::audience(it, findings));
    if let (Some(item), Some(rule)) = (table.get("who"), &audience)
        && audience::is_empty(rule)
    {
        findings.error(
            item.span(),
            "nobody can be all of this",
            "look for two conditions on one trait that exclude each other, or write `any`",
        );
    }
    let segment = segment(&table, project.segments, findings);
    let pages = url_patterns(&table, "pages", "/app/*", findings);
    let excluded = url_patterns(&table, "exclude", "/checkout/*", findings);
    everywhere_excluded(&table, &pages, &excluded, findings);
    let sample = shares::read(&table, "sample", SMALLEST_SAMPLE..=1.0, "25%", findings).unwrap_or(usual_sample);
    let repeat = repeat(&table, surface, findings);
    let (starts_ms, ends_ms) = dates::read(&table, project.calendar, findings);
    let is_reserved = table.truth("reserve", findings).unwrap_or(false);
    let drafts = steps::read(&table, findings);
    let accent = table.get("accent").and_then(|it| accent::read(it, findings)).unwrap_or_default();
    let (contents, labels) = contents(&table, id.as_deref(), surface, &accent, &drafts, findings);
    let definition = SurveyDefinition {
        name: name.or_else(|| id.clone()).unwrap_or_default(),
        survey: Survey {
            id: SurveyId::new(id?),
            surface,
            triggers,
            audience,
            pages,
            excluded,
            delay_ms: delay(&table, findings),
            sample: (sample * 1_000.0).round() as u32,
            priority: numbers::read(&table, "priority", 0..=100, findings).unwrap_or(USUAL_PRIORITY),
            labels,
        },
        segment,
        repeat,
        starts_ms,
        ends_ms,
        wanted: numbers::read(&table, "answers", 1..=10_000_000, findings).map(u64::from),
        is_reserved,
        contents,
    };
    against_budget(&table, &definition, project.budget, findings);
    let place = table.get("id").map_or(table.span, Item::span);
    (!definition.contents.is_empty()).then_some((definition, place))
}

/// The id of a segment that this file defines: one that operators keep could change without anybody looking.
fn segment(table: &Table<'_>, segments: &[SegmentDefinition], findings: &mut Findings<'_>) -> Option<String> {
    let found = table.text("segment", "write `segment = \"stuck-on-pro\"`: the id of a [[segment]]", findings)?;
    if !segments.iter().any(|it| it.id == found.text) {
        let known: Vec<&str> = segments.iter().map(|it| it.id.as_str()).collect();
        let help = if known.is_empty() {
            "add a table `[[segment]]` with this id, a name and a `where`".to_owned()
        } else {
            suggestions::help(found.text, &known)
        };
        findings.error(found.span, format!("there is no segment `{}` in this file", found.text), help);
        return None;
    }
    Some(found.text.to_owned())
}

fn surface(table: &Table<'_>, findings: &mut Findings<'_>) -> Surface {
    let known = Surface::ALL.map(Surface::as_str);
    let help = format!("write `surface = \"popover\"`; there are {}", suggestions::list(&known));
    let Some(found) = table.text("surface", &help, findings) else { return Surface::Popover };
    Surface::parse(found.text).unwrap_or_else(|| {
        findings.error(found.span, format!("unknown surface `{}`", found.text), suggestions::help(found.text, &known));
        Surface::Popover
    })
}

fn triggers(table: &Table<'_>, surface: Surface, project: &Around<'_>, findings: &mut Findings<'_>) -> Vec<Trigger> {
    let found = when::read(table, project.journeys, findings);
    if let (Some((_, item)), false) = (found.first(), surface == Surface::Popover) {
        let message = match surface {
            Surface::Tab => "a tab is opened by the visitor: nothing else brings it up",
            _ => "an inline survey is where the page puts it: nothing else brings it up",
        };
        findings.warning(item.span(), message, "leave `when` out, or write `surface = \"popover\"`");
    }
    for (position, (trigger, item)) in found.iter().enumerate() {
        if found.iter().take(position).any(|(earlier, _)| earlier == trigger) {
            findings.warning(item.span(), "this trigger stands here twice", "remove one of the two");
        }
        if *trigger == Trigger::Hesitation && !project.watches {
            let help = "add a table `[hesitation]`; `ask = false` in it keeps the detector's own question away";
            findings.error(item.span(), "hesitation is not looked for in this project", help);
        }
    }
    found.into_iter().map(|(trigger, _)| trigger).collect()
}

fn url_patterns(table: &Table<'_>, key: &str, example: &str, findings: &mut Findings<'_>) -> Vec<UrlPattern> {
    patterns::list(table, key, example, findings, &|item, findings| {
        patterns::read(item, key, &Where::List, example, findings)
    })
}

fn everywhere_excluded(table: &Table<'_>, pages: &[UrlPattern], excluded: &[UrlPattern], findings: &mut Findings<'_>) {
    let Some(item) = table.get("exclude") else { return };
    let is_excluded = |page: &str| excluded.iter().any(|it| matches!(it.as_str(), "*" | "/*") || it.as_str() == page);
    let nowhere = match pages {
        [] => excluded.iter().any(|it| matches!(it.as_str(), "*" | "/*")),
        pages => pages.iter().all(|it| is_excluded(it.as_str())),
    };
    if nowhere {
        findings.error(item.span(), "`exclude` leaves no page to be shown on", "exclude less than `pages` has");
    }
}

fn delay(table: &Table<'_>, findings: &mut Findings<'_>) -> u64 {
    let Some(item) = table.get("delay") else { return 0 };
    let Some(delay_ms) = time_or_none(item, "delay", "5s", findings) else { return 0 };
    if delay_ms > LONGEST_DELAY_MS {
        let message = format!("a delay of {} outlasts every visit to a page", duration::write(delay_ms));
        let help = "write at most \"1h\"; days after a milestone are `when = { overdue = \"…\", after = \"3d\" }`";
        findings.error(item.span(), message, help);
    }
    delay_ms
}

fn repeat(table: &Table<'_>, surface: Surface, findings: &mut Findings<'_>) -> Repeat {
    let usual = match surface {
        Surface::Popover | Surface::Inline => Repeat::Once,
        Surface::Tab => Repeat::EveryMs(0),
    };
    let Some(item) = table.get("every") else { return usual };
    match item.get_ref() {
        DeValue::String(text) if text == "once" => Repeat::Once,
        DeValue::String(text) if text == "always" => Repeat::EveryMs(0),
        DeValue::String(text) if text.trim().is_empty() || text.chars().all(char::is_alphabetic) => {
            let help = suggestions::help(text, &["once", "always"]);
            let message = format!("`{text}` does not say how often");
            findings.error(item.span(), message, format!("{help}, or a time such as \"90d\""));
            usual
        }
        _ => rules::duration_of(item, "every", "90d", findings).map_or(usual, Repeat::EveryMs),
    }
}

/// Until the ways are known, every earlier answer counts as given.
struct Loose<'d, 't>(&'d [Draft<'t>]);

impl Known for Loose<'_, '_> {
    fn answer(&self, step: &str) -> Result<Answered, Unknown> {
        match self.0.iter().position(|it| it.id == step) {
            Some(step) => Ok(Answered { step, is_certain: true }),
            None => Err(Unknown { message: format!("there is no step `{step}`"), help: nearest_step(step, self.0) }),
        }
    }
}

/// Everything that is shown, in every language, and the labels of the tab.
fn contents(
    table: &Table<'_>,
    id: Option<&str>,
    surface: Surface,
    accent: &str,
    drafts: &[Draft<'_>],
    findings: &mut Findings<'_>,
) -> (Vec<Content>, Vec<(String, String)>) {
    let language = languages::usual(table, findings);
    let routes = routes::read(drafts, findings);
    let said = |at: usize, of: &mut dyn FnMut(&dyn Known) -> Said| match &routes {
        Some(routes) => of(&(routes, drafts, at)),
        None => of(&Loose(drafts)),
    };
    let usual: Vec<Said> = drafts
        .iter()
        .enumerate()
        .map(|(at, draft)| said(at, &mut |known| said::of_step(draft, known, findings)))
        .collect();
    let (words, lacking) = languages::words(&language, None, table.get("words"), findings);
    if !lacking.is_empty()
        && let Some(item) = table.get("language")
    {
        let message =
            format!("the words around the questions do not come in `{language}`: {}", suggestions::list(&lacking));
        findings.warning(item.span(), message, "add them under `[survey.words]`; until then they are English");
    }
    let label = label(table, surface, findings);
    let mut labels: Vec<_> = label.iter().map(|it| (language.clone(), it.clone())).collect();
    let spoken = |language: &str, words: Vec<String>, own: &[Option<Said>]| {
        let steps = drafts.iter().zip(&usual).enumerate().map(|(at, (draft, usual))| {
            let own = own.get(at).and_then(Option::as_ref);
            let filled = |pick: fn(&Said) -> &Option<domain::survey::Text>| {
                own.and_then(|it| pick(it).clone()).or_else(|| pick(usual).clone()).unwrap_or_default()
            };
            let route = routes.as_ref().and_then(|it| it.list.get(at));
            Step {
                id: StepId::new(draft.id.as_str()),
                kind: draft.spoken(own, usual),
                title: filled(|it| &it.title),
                text: filled(|it| &it.text),
                is_required: draft.is_required && draft.is_question(),
                branches: route.map(|it| it.branches.clone()).unwrap_or_default(),
                otherwise: route.map_or(Goal::End, routes::Route::otherwise),
            }
        });
        Content {
            survey: SurveyId::new(id.unwrap_or_default()),
            language: language.to_owned(),
            accent: accent.to_owned(),
            words,
            steps: steps.collect(),
        }
    };
    let mut contents = vec![spoken(&language, words.clone(), &[])];
    for (tag, item, entries) in translations(table, &language, findings) {
        let known: Vec<&str> = drafts.iter().map(|it| it.id.as_str()).chain(["label", "words"]).collect();
        let translated = Table::new(entries, item.span(), "translation", &known, findings);
        let mut missing: Vec<String> = Vec::new();
        let mut own: Vec<Option<Said>> = Vec::new();
        for (at, (draft, usual)) in drafts.iter().zip(&usual).enumerate() {
            let found = translated.table(&draft.id, findings);
            let found = found.map(|it| {
                let mut table = Some(it);
                said(at, &mut |known| match table.take() {
                    Some(table) => said::of_translation(draft, table, known, findings),
                    None => Said::default(),
                })
            });
            let nothing = Said::default();
            let lacking = usual.beyond(found.as_ref().unwrap_or(&nothing));
            missing.extend(lacking.into_iter().map(|it| format!("{}.{it}", draft.id)));
            own.push(found);
        }
        let (own_words, lacking) = languages::words(tag, Some(&words), translated.get("words"), findings);
        missing.extend(lacking.into_iter().map(|it| format!("words.{it}")));
        match translated.get("label") {
            Some(label) if surface == Surface::Tab => {
                if let Some(found) = texts::plain(label, "label", limits::PROMPT_TEXT, findings) {
                    labels.push((tag.to_owned(), found.to_owned()));
                }
            }
            Some(label) => not_a_tab(label, findings),
            None if surface == Surface::Tab => missing.push("label".to_owned()),
            None => {}
        }
        if !missing.is_empty() {
            let names: Vec<&str> = missing.iter().map(String::as_str).collect();
            let message = format!("`{tag}` lacks {}", suggestions::list(&names));
            findings.warning(
                item.span(),
                message,
                format!("translate them; until then they are shown in `{language}`"),
            );
        }
        contents.push(spoken(tag, own_words, &own));
    }
    if let Some(routes) = &routes {
        ways(drafts, routes, findings);
    }
    if drafts.is_empty() {
        contents.clear();
    }
    (contents, labels)
}

fn label(table: &Table<'_>, surface: Surface, findings: &mut Findings<'_>) -> Option<String> {
    let Some(item) = table.get("label") else {
        if surface == Surface::Tab {
            table.missing("label", "add what the tab says: `label = \"Feedback\"`", findings);
        }
        return None;
    };
    if surface != Surface::Tab {
        not_a_tab(item, findings);
        return None;
    }
    texts::plain(item, "label", limits::PROMPT_TEXT, findings).map(str::to_owned)
}

fn not_a_tab(item: &Item<'_>, findings: &mut Findings<'_>) {
    findings.error(item.span(), "only a tab has a label", "leave `label` out, or write `surface = \"tab\"`");
}

/// The tables of `[survey.translations.LANGUAGE]`, in the order of the file.
fn translations<'t>(
    table: &Table<'t>,
    usual: &str,
    findings: &mut Findings<'_>,
) -> Vec<(&'t str, &'t Item<'t>, &'t toml::de::DeTable<'t>)> {
    let Some(item) = table.get("translations") else { return Vec::new() };
    let help = "write each language under a line `[survey.translations.de]`";
    let DeValue::Table(entries) = item.get_ref() else {
        wrong_type(item, "translations", "a table", item.get_ref(), help, findings);
        return Vec::new();
    };
    let ordered = in_file_order(entries);
    if let Some((key, _)) = ordered.get(limits::LANGUAGES - 1) {
        findings.error(
            key.span(),
            format!("{} languages", ordered.len() + 1),
            format!("at most {} fit", limits::LANGUAGES),
        );
    }
    let mut found = Vec::new();
    for (key, item) in ordered {
        let tag = key.get_ref().as_ref();
        match item.get_ref() {
            _ if !languages::is_tag(tag) => {
                findings.error(key.span(), format!("`{tag}` is no language"), languages::nearest(tag));
            }
            _ if tag.eq_ignore_ascii_case(usual) => {
                let help = "write these texts into the steps, or name the other language in `language`";
                findings.error(key.span(), format!("`{tag}` is the language of the steps themselves"), help);
            }
            _ if found.iter().any(|(other, _, _): &(&str, _, _)| tag.eq_ignore_ascii_case(other)) => {
                findings.error(key.span(), format!("`{tag}` stands here twice"), "put its texts together");
            }
            DeValue::Table(entries) => found.push((tag, item, entries)),
            other => wrong_type(item, tag, "a table", other, help, findings),
        }
    }
    found
}

/// Steps that nobody comes to, and branches that nobody takes.
fn ways(drafts: &[Draft<'_>], routes: &Routes, findings: &mut Findings<'_>) {
    if let (Some(draft), Some(item)) = (drafts.first(), drafts.first().and_then(|it| it.table.get("band"))) {
        findings.error(
            item.span(),
            format!("`{}` comes first: nothing is answered before it", draft.id),
            "leave `band` out",
        );
        return;
    }
    let Some(walked) = walk::walk(drafts, &routes.list) else { return };
    for ((draft, route), (reached, (taken, met))) in
        drafts.iter().zip(&routes.list).zip(walked.reached.iter().zip(walked.taken.iter().zip(&walked.met)))
    {
        if !*reached {
            let span = draft.table.get("id").map_or(draft.table.span.clone(), Item::span);
            let help = "lead a branch or a `next` here, or remove it";
            findings.warning(span, format!("nobody comes to `{}`", draft.id), help);
            continue;
        }
        for (number, span) in route.written.iter().enumerate() {
            let of_this =
                |flags: &[bool]| route.origins.iter().zip(flags).any(|(origin, flag)| *origin == Some(number) && *flag);
            if of_this(taken) {
                continue;
            }
            let (message, help) = if of_this(met) {
                ("this branch is never taken: earlier ones take everybody it is for", "put it first, or remove it")
            } else {
                (
                    "this branch is never taken: its test holds for nobody who comes here",
                    "look for what excludes itself in it, or remove it",
                )
            };
            findings.warning(span.clone(), message, help);
        }
    }
}

/// What the budget makes impossible, or pointless.
fn against_budget(table: &Table<'_>, survey: &SurveyDefinition, budget: &Budget, findings: &mut Findings<'_>) {
    if let (Some(item), true) = (table.get("reserve"), survey.is_reserved)
        && survey.repeat == Repeat::Once
        && survey.starts_ms.is_none()
    {
        let help = "add `every` or `starts`: a place is kept for what is due at a known time";
        findings.warning(item.span(), "nothing can be kept for this survey: nobody knows when it is due", help);
    }
    let (Repeat::EveryMs(every_ms), Surface::Popover) = (survey.repeat, survey.survey.surface) else { return };
    let Some(item) = table.get("every") else { return };
    let gap = if survey.asks_nps() && budget.nps_gap_ms > budget.gap_ms {
        ("`nps_gap`", budget.nps_gap_ms)
    } else {
        ("`gap`", budget.gap_ms)
    };
    if every_ms < gap.1 {
        let (every, least) = (duration::write(every_ms), duration::write(gap.1));
        let message = format!("the budget's {} is {least}: nobody is asked again after {every}", gap.0);
        findings.warning(
            item.span(),
            message,
            format!("write `every = \"{least}\"`, or change {} in `[budget]`", gap.0),
        );
    }
}

/// Surveys that want to come up at the same moment, with the same importance.
fn rivals(found: &[(SurveyDefinition, Range<usize>)], findings: &mut Findings<'_>) {
    for (position, (survey, place)) in found.iter().enumerate() {
        let is_rival = |other: &&(SurveyDefinition, Range<usize>)| {
            let (one, two) = (&survey.survey, &other.0.survey);
            let shares = one.triggers.iter().any(|it| two.triggers.contains(it));
            shares
                && one.priority == two.priority
                && one.surface == two.surface
                && overlap(one.audience.as_ref(), two.audience.as_ref())
        };
        if let Some((other, first)) = found.iter().take(position).find(is_rival) {
            let message =
                format!("`{}` and `{}` come up at the same moment, with the same priority", other.id(), survey.id());
            findings.clash_warning(
                place.clone(),
                message,
                "give the more important one a higher `priority`",
                first.clone(),
                "the first one",
            );
        }
    }
}

/// Somebody may be of both.
fn overlap(one: Option<&Rule>, two: Option<&Rule>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => !audience::is_empty(&Rule::All(vec![one.clone(), two.clone()])),
        _ => true,
    }
}
