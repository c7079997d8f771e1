//! What pages are told: definitions, and what was learned, composed with what the vendor wants.

use super::{BaselineCurve, Muted, Share, curve};
use crate::app::App;
use crate::hesitation::shipped;
use crate::project::{Hesitation, Language, Project};
use crate::storage::{KeptModel, StorageError};
use domain::hesitation::{Ask, Baseline, Measure, Model, PRIOR_AT_MS};
use domain::{Definitions, UrlPattern, compact, limits};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

/// Published versions kept, so that what was decided with them can be replayed: two days of hourly changes.
const VERSIONS_KEPT: usize = 50;

/// Salts travel as decimal numbers of up to eighteen digits.
const SALTS: u64 = 1_000_000_000_000_000_000;

/// The config in force.
#[derive(Debug, Default)]
pub struct Published {
    /// In the compact form.
    pub text: String,
    /// Differs where the text differs.
    pub tag: String,
    /// `None`: hesitation is not looked for.
    pub(in crate::app) model: Option<Arc<Model>>,
    pub(in crate::app) notes: Notes,
    /// Found when asked for: a page's never change while this is in force.
    curves: Mutex<HashMap<String, Vec<BaselineCurve>>>,
}

/// What a model was learned from, as far as the next one needs it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::app) struct Notes {
    /// Version from which on scores are made with the weights in force.
    pub(in crate::app) weights_since: u64,
    /// When the weights were last learned.
    pub(in crate::app) weighed_ms: i64,
    pub(in crate::app) muted: BTreeMap<String, MutedNote>,
    /// Distinct visitors of each page.
    pub(in crate::app) visitors: BTreeMap<String, u64>,
    /// Patterns of pages found in their names.
    pub(in crate::app) templates: Vec<String>,
}

/// Why a page asks nobody any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::app) struct MutedNote {
    pub(in crate::app) since_ms: i64,
    pub(in crate::app) right: u64,
    pub(in crate::app) labelled: u64,
}

/// What was learned, before the vendor's wishes are put over it.
#[derive(Clone, Debug)]
pub(in crate::app) struct Base {
    pub(in crate::app) model: Model,
    pub(in crate::app) notes: Notes,
    /// The text it was published as; empty: never.
    text: String,
}

impl Published {
    /// How long visitors of a page stay idle; the site's where the page has none of its own.
    pub(in crate::app) fn curves(&self, page: &str) -> Vec<BaselineCurve> {
        let Some(model) = &self.model else { return Vec::new() };
        // Pages without a baseline share the site's, so no more are kept than there are baselines.
        let page = if model.baselines.iter().any(|it| it.page == page) { page } else { "*" };
        let mut curves = self.curves.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        curves.entry(page.to_owned()).or_insert_with(|| curve::curves(model, page)).clone()
    }
}

impl App {
    /// The config in force now.
    pub fn published(&self) -> Arc<Published> {
        Arc::clone(&self.published.read().unwrap_or_else(|poisoned| poisoned.into_inner()))
    }

    /// The latest model, or the one that comes along.
    pub(in crate::app) async fn learned(&self) -> Result<Base, StorageError> {
        let kept = self.desk.model(None).await?;
        let read = |it: KeptModel| {
            let model = compact::read(&it.text)?.hesitation?;
            let notes = serde_json::from_str(&it.notes).ok()?;
            Some(Base { model, notes, text: it.text })
        };
        let never = || Base { model: Model { version: 0, ..shipped() }, notes: Notes::default(), text: String::new() };
        Ok(kept.and_then(read).unwrap_or_else(never))
    }

    /// Puts a project and what was learned in force. The version grows, and is kept, only where the content differs.
    /// `true`: it did.
    pub(in crate::app) async fn put_in_force(&self, project: &Project, base: Base) -> Result<bool, StorageError> {
        let mut is_new = false;
        let mut published = Published::default();
        if let Some(settings) = &project.hesitation {
            let mut model = compose(&base, &project.name, settings);
            if text_of(&model) != base.text {
                model.version += 1;
                is_new = true;
            }
            let mut notes = base.notes;
            if is_new && notes.weights_since == 0 {
                notes.weights_since = model.version;
            }
            // What follows from settings alone is not learned: commands that only ask store nothing.
            let kept = KeptModel {
                version: model.version,
                learned_ms: self.now_ms(),
                text: text_of(&model),
                notes: serde_json::to_string(&notes).unwrap_or_default(),
            };
            if let Err(error) = self.desk.keep_model(kept, VERSIONS_KEPT).await {
                tracing::debug!(%error, "the model is in force, but not kept");
            }
            published.model = Some(Arc::new(model));
            published.notes = notes;
        }
        let surveys: Vec<_> = project.surveys.iter().map(|it| it.survey.clone()).collect();
        // Also where there are no surveys: the detector's prompts keep to it too.
        let after_load_ms = project.budget.after_load_ms;
        published.text =
            compact::write_config(&project.definitions, &surveys, after_load_ms, published.model.as_deref());
        let digest = Sha256::digest(published.text.as_bytes());
        published.tag = digest.iter().take(8).map(|it| format!("{it:02x}")).collect();
        *self.published.write().unwrap_or_else(|poisoned| poisoned.into_inner()) = Arc::new(published);
        Ok(is_new)
    }
}

/// The form in which versions are kept and compared.
fn text_of(model: &Model) -> String {
    compact::write(&Definitions::default(), Some(model))
}

/// What was learned, as the vendor wants it.
fn compose(base: &Base, project: &str, settings: &Hesitation) -> Model {
    let Base { model, notes, .. } = base;
    let mut pages = settings.pages.clone();
    for template in &notes.templates {
        if !pages.iter().any(|it| it.as_str() == template) {
            pages.push(UrlPattern::new(template.as_str()));
        }
    }
    pages.truncate(limits::PAGE_PATTERNS);
    let mut baselines = model.baselines.clone();
    baselines
        .retain(|it| it.page == "*" || it.curves.iter().any(Option::is_some) || notes.muted.contains_key(&it.page));
    for row in &mut baselines {
        row.is_muted = notes.muted.contains_key(&row.page);
    }
    for page in notes.muted.keys() {
        if !baselines.iter().any(|it| it.page == *page) {
            // The site's comes first.
            baselines.insert(baselines.len().min(1), muted_row(page));
        }
    }
    baselines.truncate(limits::BASELINES);
    Model {
        pages,
        baselines,
        excluded: settings.excluded.clone(),
        salt: salt(project),
        record_share: (settings.record_share * 1_000.0).round() as u32,
        ask: settings.is_asking.then(|| Ask {
            words: settings.words.clone(),
            links: settings.links.clone(),
            accent: settings.accent.clone(),
        }),
        ..model.clone()
    }
}

/// A page of which nothing else is known.
fn muted_row(page: &str) -> Baseline {
    Baseline {
        page: page.to_owned(),
        context: String::new(),
        device: None,
        is_own: false,
        is_muted: true,
        curves: [None; Measure::COUNT],
        steps: Vec::new(),
        prior: [0; PRIOR_AT_MS.len()],
    }
}

/// The same for one product for ever, so that users stay in their part of the experiment.
fn salt(project: &str) -> u64 {
    let digest = Sha256::digest(project.as_bytes());
    digest.iter().take(8).fold(0_u64, |sum, it| sum << 8 | u64::from(*it)) % SALTS
}

impl MutedNote {
    pub(in crate::app) fn shown(&self, language: Language) -> Muted {
        let precision = Share { part: self.right, whole: self.labelled };
        let (right, labelled) = (self.right, self.labelled);
        let reason = match language {
            Language::English => format!("right for {right} of {labelled} who looked stuck: nobody is asked here"),
            Language::German => {
                format!("bei {right} von {labelled}, die zu stocken schienen, richtig: hier wird niemand gefragt")
            }
            Language::French => {
                format!("juste pour {right} sur {labelled} qui semblaient bloqués : personne n’est interrogé ici")
            }
            Language::Spanish => {
                format!("acertado en {right} de {labelled} que parecían atascados: aquí no se pregunta a nadie")
            }
        };
        Muted { since_ms: self.since_ms, precision, reason }
    }
}
