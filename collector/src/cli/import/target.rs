//! Where messages go: a data folder, or a running server.

use super::lines::{Chunk, ChunkLimits};
use crate::app::App;
use crate::app::accept::Answer;
use crate::cli::failure::{Exit, Failure};
use crate::cli::remote::{BatchOutcome, Remote};
use domain::{Outcome, limits};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::time::Duration;

pub(super) enum Target {
    Folder(Box<App>),
    Server { remote: Remote, key: String },
}

/// How one line ended.
#[derive(Clone, Debug)]
pub(super) enum Ended {
    Accepted { has_id: bool },
    Duplicate,
    Rejected { code: String, reason: String, message_id: Option<String> },
    Shed,
}

/// Memory for one chunk on its way into a data folder.
const FOLDER_BYTES: usize = 8 * 1024 * 1024;

/// What a request holds besides its messages.
const ENVELOPE_BYTES: usize = 1024;

/// Attempts at a chunk that storage has no room for just now.
const ATTEMPTS: u32 = 10;

const WAIT: Duration = Duration::from_millis(100);

impl Target {
    pub(super) fn limits(&self) -> ChunkLimits {
        let bytes = match self {
            Self::Folder(_) => FOLDER_BYTES,
            Self::Server { .. } => limits::BATCH_BYTES - ENVELOPE_BYTES,
        };
        ChunkLimits { lines: limits::BATCH_MESSAGES, bytes }
    }

    /// Makes what was stored quick to ask about; a server does so by itself.
    pub(super) async fn settle(&self) -> Result<(), Failure> {
        match self {
            Self::Folder(app) => Ok(app.settle().await?),
            Self::Server { .. } => Ok(()),
        }
    }

    /// Stores a chunk; answers in the order of its lines.
    pub(super) async fn take(&self, chunk: &Chunk) -> Result<Vec<Ended>, Failure> {
        let mut ended: Vec<Ended> = Vec::with_capacity(chunk.lines.len());
        let mut sent: Vec<(usize, &str)> = Vec::new();
        for (position, line) in chunk.lines.iter().enumerate() {
            let refused = match &line.text {
                Err((code, reason)) => Some((*code, reason.clone())),
                Ok(text) => match self {
                    Self::Folder(_) => None,
                    Self::Server { .. } => unfit_for_a_batch(text),
                },
            };
            match refused {
                Some((code, reason)) => {
                    ended.push(Ended::Rejected { code: code.to_owned(), reason, message_id: None });
                }
                None => {
                    ended.push(Ended::Shed);
                    sent.push((position, line.text.as_deref().unwrap_or_default()));
                }
            }
        }
        if sent.is_empty() {
            return Ok(ended);
        }
        let answers = match self {
            Self::Folder(app) => import(app, &sent).await?,
            Self::Server { remote, key } => post(remote, key, &sent).await?,
        };
        for ((position, _), answer) in sent.iter().zip(answers) {
            if let Some(slot) = ended.get_mut(*position) {
                *slot = answer;
            }
        }
        Ok(ended)
    }
}

async fn import(app: &App, sent: &[(usize, &str)]) -> Result<Vec<Ended>, Failure> {
    let mut attempt = 1;
    loop {
        let lines: Vec<String> = sent.iter().map(|(_, text)| (*text).to_owned()).collect();
        let answers = app.import(lines).await?;
        // Storage takes all or nothing, so a second try counts nothing twice.
        if attempt < ATTEMPTS && answers.iter().any(|it| it.outcome == Outcome::Shed) {
            tokio::time::sleep(WAIT * attempt).await;
            attempt += 1;
            continue;
        }
        return Ok(answers.into_iter().zip(sent).map(|(answer, (_, text))| of_answer(answer, text)).collect());
    }
}

fn of_answer(answer: Answer, text: &str) -> Ended {
    match answer.outcome {
        Outcome::Accepted => Ended::Accepted { has_id: has_id(text) },
        Outcome::Duplicate => Ended::Duplicate,
        Outcome::Shed => Ended::Shed,
        Outcome::Rejected(code) => Ended::Rejected {
            code: code.as_str().to_owned(),
            reason: answer.reason.unwrap_or_default(),
            message_id: answer.message_id,
        },
    }
}

async fn post(remote: &Remote, key: &str, sent: &[(usize, &str)]) -> Result<Vec<Ended>, Failure> {
    let texts: Vec<&str> = sent.iter().map(|(_, text)| *text).collect();
    let answer = remote.post_batch(format!("{{\"batch\":[{}]}}", texts.join(",")), Some(key)).await?;
    if answer.outcomes.len() != sent.len() {
        let message = format!("the server answered {} of {} messages", answer.outcomes.len(), sent.len());
        return Err(Failure::new(Exit::Unavailable, message));
    }
    Ok(answer.outcomes.into_iter().zip(&texts).map(|(outcome, text)| of_outcome(outcome, text)).collect())
}

fn of_outcome(outcome: BatchOutcome, text: &str) -> Ended {
    match outcome.outcome.as_str() {
        "accepted" => Ended::Accepted { has_id: has_id(text) },
        "duplicate" => Ended::Duplicate,
        "shed" => Ended::Shed,
        _ => Ended::Rejected {
            code: outcome.code.unwrap_or_default(),
            reason: outcome.reason.unwrap_or_default(),
            message_id: outcome.message_id,
        },
    }
}

/// What would blur the borders between messages is refused before it is sent.
fn unfit_for_a_batch(text: &str) -> Option<(&'static str, String)> {
    if text.len() > limits::MESSAGE_BYTES {
        let reason = format!("the message is {} bytes long, at most {} are taken", text.len(), limits::MESSAGE_BYTES);
        return Some(("too_large", reason));
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(value) if value.get().starts_with('{') => None,
        Ok(_) => Some(("invalid_json", "the line is not a JSON object".to_owned())),
        Err(error) => Some(("invalid_json", format!("the line is not one JSON object: {error}"))),
    }
}

fn has_id(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Id {
        #[serde(rename = "messageId")]
        message_id: Option<IgnoredAny>,
    }
    serde_json::from_str::<Id>(text).is_ok_and(|it| it.message_id.is_some())
}
