//! Accepting messages: each ends in exactly one [`Outcome`], and the answer says which.

use super::message::{Message, Refusal};
use super::timestamp::{corrected_ms, parse_ms};
use super::trust::{Vouched, vouch};
use super::{App, prompts};
use crate::project::IdentityMode;
use crate::storage::{Appended, Row, StorageError, Trust};
use crate::telemetry;
use domain::{AccountId, AnonymousId, Kind, MessageId, Outcome, RejectCode, UserId, limits};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Does not say which of the ids.
const ERASED: &str = "the data of a person whom this message names was erased; it is not stored again for 30 days";

/// What the sender of some messages is known to be.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    pub from_server: bool,
    /// The token that came with the messages.
    pub identity_token: Option<String>,
    /// The sender's clock when it sent, ISO 8601.
    pub sent_at: Option<String>,
    /// The type the door stands for, when a message names none.
    pub implied: Option<Kind>,
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub message_id: Option<String>,
    pub outcome: Outcome,
    /// Words for the sender of a rejected message.
    pub reason: Option<String>,
}

impl App {
    /// Takes messages as JSON texts, answers in their order. What is answered `Accepted` is on
    /// stable storage.
    pub async fn accept(&self, messages: &[&str], sender: &Sender) -> Vec<Answer> {
        let project = self.project();
        let received_ms = self.now_ms();
        let arrival = Arrival {
            received_ms,
            sent_at_ms: sender.sent_at.as_deref().and_then(parse_ms),
            vouched: vouch(&project, sender.identity_token.as_deref(), received_ms),
            identity_mode: project.identity.mode,
            kept_from_ms: project.retention.messages_before_ms(received_ms),
            from_server: sender.from_server,
            times_are_final: false,
        };
        self.store(messages, sender.implied, &arrival).await
    }

    /// Takes messages that already happened and were received elsewhere: their times are final,
    /// their senders trusted.
    pub async fn import(&self, lines: Vec<String>) -> Result<Vec<Answer>, StorageError> {
        self.events.ready().await?;
        let received_ms = self.now_ms();
        let arrival = Arrival {
            received_ms,
            kept_from_ms: self.project().retention.messages_before_ms(received_ms),
            sent_at_ms: None,
            vouched: None,
            identity_mode: IdentityMode::Off,
            from_server: true,
            times_are_final: true,
        };
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        Ok(self.store(&lines, None, &arrival).await)
    }

    async fn store(&self, messages: &[&str], implied: Option<Kind>, arrival: &Arrival) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::with_capacity(messages.len());
        let mut rows = Vec::with_capacity(messages.len());
        let mut row_positions = Vec::with_capacity(messages.len());
        for (position, text) in messages.iter().enumerate() {
            match arrival.row(position, text, implied) {
                Ok(row) => {
                    answers.push(Answer {
                        message_id: Some(row.message_id.as_str().to_owned()),
                        outcome: Outcome::Shed,
                        reason: None,
                    });
                    row_positions.push(position);
                    rows.push(row);
                }
                Err(Refusal { code, reason, message_id }) => {
                    answers.push(Answer { message_id, outcome: Outcome::Rejected(code), reason: Some(reason) });
                }
            }
        }
        if !rows.is_empty() {
            let mut told = prompts::told(&rows);
            match self.events.append(rows).await {
                Ok(appended) => {
                    told.retain(|(row, _)| appended.get(*row) == Some(&Appended::Stored));
                    self.tell(told.into_iter().map(|(_, told)| told).collect()).await;
                    for (position, appended) in row_positions.into_iter().zip(appended) {
                        answers[position].outcome = match appended {
                            Appended::Stored => Outcome::Accepted,
                            Appended::Duplicate => Outcome::Duplicate,
                            Appended::Erased => Outcome::Rejected(RejectCode::Erased),
                        };
                        if appended == Appended::Erased {
                            answers[position].reason = Some(ERASED.to_owned());
                        }
                    }
                }
                // Every row keeps its `Shed`: nothing was stored, the sender may try again.
                Err(error) if error.is_passing() => {}
                Err(error) => tracing::error!(%error, "messages were shed because storage failed"),
            }
        }
        telemetry::count_outcomes(answers.iter().map(|it| it.outcome));
        answers
    }
}

/// What all messages of one request have in common.
struct Arrival {
    received_ms: i64,
    sent_at_ms: Option<i64>,
    vouched: Option<Vouched>,
    identity_mode: IdentityMode,
    /// What happened before is kept no longer; nor does what was deleted come back.
    kept_from_ms: Option<i64>,
    from_server: bool,
    times_are_final: bool,
}

impl Arrival {
    /// The steps a message goes through; the first that refuses it ends its road.
    fn row(&self, position: usize, text: &str, implied: Option<Kind>) -> Result<Row, Refusal> {
        if position >= limits::BATCH_MESSAGES {
            let reason = format!("the request holds more than {} messages", limits::BATCH_MESSAGES);
            return Err(Refusal { code: RejectCode::TooManyMessages, reason, message_id: None });
        }
        let message = Message::read(text, implied)?;
        let at_ms = self.at_ms(&message)?;
        if self.kept_from_ms.is_some_and(|it| at_ms < it) {
            let reason = "it happened before what [retention] in milepost.toml keeps".to_owned();
            return Err(Refusal { code: RejectCode::TooOld, reason, message_id: message.message_id });
        }
        let trust = self.trust(&message)?;
        let user_is_refused = trust == Trust::Anonymous && message.user_id.is_some();
        let body = if user_is_refused { without_user(&message.text) } else { message.text.into_owned() };
        let user_id = if user_is_refused { None } else { message.user_id };
        Ok(Row {
            message_id: MessageId::new(message.message_id.unwrap_or_else(|| uuid::Uuid::now_v7().to_string())),
            kind: message.kind,
            name: if message.kind == Kind::Track { message.event.unwrap_or_default() } else { String::new() },
            at_ms,
            received_ms: self.received_ms,
            user_id: user_id.map(UserId::new),
            anonymous_id: message.anonymous_id.map(AnonymousId::new),
            account_id: message.group_id.filter(|_| message.kind == Kind::Group).map(AccountId::new),
            previous_id: message.previous_id.filter(|_| message.kind == Kind::Alias),
            trust,
            body,
        })
    }

    fn at_ms(&self, message: &Message<'_>) -> Result<i64, Refusal> {
        let read = |name: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => match parse_ms(text) {
                Some(at_ms) => Ok(Some(at_ms)),
                None => Err(Refusal {
                    code: RejectCode::InvalidTime,
                    reason: format!("`{name}` is {text:?}; expected ISO 8601 such as 2026-01-31T12:00:00.000Z"),
                    message_id: message.message_id.clone(),
                }),
            },
        };
        let timestamp_ms = read("timestamp", &message.timestamp)?;
        let original_ms = read("originalTimestamp", &message.original_timestamp)?;
        if self.times_are_final {
            let received_ms = read("receivedAt", &message.received_at)?;
            let at_ms = timestamp_ms.or(original_ms).or(received_ms).unwrap_or(self.received_ms);
            return Ok(at_ms.min(self.received_ms));
        }
        Ok(match original_ms.or(timestamp_ms) {
            Some(original_ms) => corrected_ms(original_ms, self.sent_at_ms, self.received_ms),
            None => self.received_ms,
        })
    }

    fn trust(&self, message: &Message<'_>) -> Result<Trust, Refusal> {
        let Some(user_id) = &message.user_id else { return Ok(Trust::Anonymous) };
        if self.from_server {
            return Ok(Trust::Server);
        }
        if self.vouched.as_ref().is_some_and(|it| it.user_id == *user_id) {
            return Ok(Trust::Verified);
        }
        if self.identity_mode != IdentityMode::Enforce {
            return Ok(Trust::Claimed);
        }
        if message.kind != Kind::Alias && message.anonymous_id.is_some() {
            return Ok(Trust::Anonymous);
        }
        Err(Refusal {
            code: RejectCode::Unverified,
            reason: "`userId` is not vouched for; pass a valid token to `identify`, or send with a server key"
                .to_owned(),
            message_id: message.message_id.clone(),
        })
    }
}

/// The message without the user id it was not allowed to carry; all else to the letter.
fn without_user(text: &str) -> String {
    let Ok(mut fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else { return text.to_owned() };
    fields.remove("userId");
    serde_json::to_string(&fields).unwrap_or_else(|_| text.to_owned())
}
