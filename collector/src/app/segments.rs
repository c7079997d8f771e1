//! Segments by name: those of `milepost.toml`, which surveys can be meant for, and those that operators keep.

mod fresh;
mod known;
mod members;
mod narrowed;

pub(super) use fresh::Fresh;
pub use members::Members;
pub(super) use narrowed::Narrowed;

use super::App;
use crate::segment::{self, Expression, NotASegment, Undefined};
use crate::storage::{KeptSegment, StorageError};

/// Characters of a segment's name.
pub const NAME_CHARS_MAX: usize = 80;

/// Operators keep at most so many.
pub const KEPT_MAX: usize = 500;

/// One segment.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    pub id: String,
    pub name: String,
    pub expression: Expression,
    /// `None`: it stands in `milepost.toml`.
    pub kept: Option<Kept>,
}

/// Who changed it last, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub by: String,
    pub changed_ms: i64,
}

/// Why a segment was not kept, or not found.
#[derive(Debug, thiserror::Error)]
pub enum SegmentRefusal {
    #[error("the name is empty: say whom it is about")]
    EmptyName,
    #[error("the name is too long: use at most {NAME_CHARS_MAX} characters")]
    LongName,
    #[error("the name has no letter or digit that an address could carry: add one")]
    NoId,
    #[error("there is a segment “{0}” already: choose another name")]
    NameTaken(String),
    #[error("there are {KEPT_MAX} segments already: remove some first")]
    TooMany,
    #[error("there is no segment “{0}” any more")]
    NoSuch(String),
    #[error("“{0}” stands in milepost.toml: change it there")]
    Defined(String),
    #[error("this is no segment: {0}")]
    Text(#[from] NotASegment),
    #[error(transparent)]
    Undefined(#[from] Undefined),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl App {
    /// All of them, by name.
    pub async fn segments(&self) -> Result<Vec<Segment>, StorageError> {
        let project = self.project();
        let defined = project.segments.iter().map(|it| Segment {
            id: it.id.clone(),
            name: it.name.clone(),
            expression: it.expression.clone(),
            kept: None,
        });
        let mut all: Vec<Segment> = defined.collect();
        for it in self.desk.segments().await? {
            // One that was added to the file later under the same id is the one that counts.
            if project.segment(&it.id).is_none() {
                all.extend(read(it));
            }
        }
        all.sort_by_cached_key(|it| (it.name.to_lowercase(), it.id.clone()));
        Ok(all)
    }

    pub async fn segment(&self, id: &str) -> Result<Option<Segment>, StorageError> {
        Ok(self.segments().await?.into_iter().find(|it| it.id == id))
    }

    /// Reads a segment and holds it against what is defined.
    pub fn read_segment(&self, text: &str) -> Result<Expression, SegmentRefusal> {
        let expression = segment::parse(text)?;
        self.check_segment(&expression)?;
        Ok(expression)
    }

    pub fn check_segment(&self, expression: &Expression) -> Result<(), Undefined> {
        let project = self.project();
        expression.check(&project.definitions, project.touch.is_some())
    }

    /// Keeps a segment under a new name; its id.
    pub async fn add_segment(&self, by: &str, name: &str, text: &str) -> Result<String, SegmentRefusal> {
        let name = fitting_name(name)?;
        let expression = self.read_segment(text)?;
        let id = id_of(name).ok_or(SegmentRefusal::NoId)?;
        let all = self.segments().await?;
        if all.iter().any(|it| it.id == id) {
            return Err(SegmentRefusal::NameTaken(name.to_owned()));
        }
        if all.len() >= KEPT_MAX {
            return Err(SegmentRefusal::TooMany);
        }
        self.keep(by, &id, name, &expression).await?;
        self.note(by, "kept the segment", format!("{id}: {expression}")).await?;
        Ok(id)
    }

    /// Changes a segment that operators keep; addresses that name it go on.
    pub async fn change_segment(&self, by: &str, id: &str, name: &str, text: &str) -> Result<(), SegmentRefusal> {
        let name = fitting_name(name)?;
        let expression = self.read_segment(text)?;
        self.kept_segment(id).await?;
        self.keep(by, id, name, &expression).await?;
        self.note(by, "changed the segment", format!("{id}: {expression}")).await?;
        Ok(())
    }

    pub async fn remove_segment(&self, by: &str, id: &str) -> Result<(), SegmentRefusal> {
        let segment = self.kept_segment(id).await?;
        if !self.desk.forget_segment(id.to_owned()).await? {
            return Err(SegmentRefusal::NoSuch(id.to_owned()));
        }
        self.note(by, "removed the segment", format!("{id}: {}", segment.expression)).await?;
        Ok(())
    }

    async fn kept_segment(&self, id: &str) -> Result<Segment, SegmentRefusal> {
        match self.segment(id).await? {
            None => Err(SegmentRefusal::NoSuch(id.to_owned())),
            Some(segment) if segment.kept.is_none() => Err(SegmentRefusal::Defined(segment.name)),
            Some(segment) => Ok(segment),
        }
    }

    async fn keep(&self, by: &str, id: &str, name: &str, expression: &Expression) -> Result<(), StorageError> {
        let (id, name, text) = (id.to_owned(), name.to_owned(), expression.to_string());
        self.desk.keep_segment(KeptSegment { id, name, text, by: by.to_owned(), changed_ms: self.now_ms() }).await
    }
}

/// `None` for a text that a later version wrote.
fn read(kept: KeptSegment) -> Option<Segment> {
    let KeptSegment { id, name, text, by, changed_ms } = kept;
    let expression = segment::parse(&text).ok()?;
    Some(Segment { id, name, expression, kept: Some(Kept { by, changed_ms }) })
}

fn fitting_name(name: &str) -> Result<&str, SegmentRefusal> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(SegmentRefusal::EmptyName),
        1..=NAME_CHARS_MAX => Ok(name),
        _ => Err(SegmentRefusal::LongName),
    }
}

/// `Stuck on Pro!` → `stuck-on-pro`
fn id_of(name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    let id = words.collect::<Vec<_>>().join("-");
    (!id.is_empty()).then_some(id)
}

#[cfg(test)]
mod tests;
