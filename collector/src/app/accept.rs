//! Accepting messages: each ends in exactly one [`Outcome`], and the answer says which.

use super::body::{Body, Piece, Plain};
use super::message::{Message, Refusal, Said};
use super::timestamp::{corrected_ms, parse_ms};
use super::trust::{Vouched, vouch};
use super::{App, prompts};
use crate::project::{IdentityMode, Project};
use crate::storage::{Appended, Batch, Entry, Road, Row, StorageError, Trust};
use crate::telemetry::{self, Tally};
use domain::{AccountId, AnonymousId, Kind, MessageId, Outcome, RejectCode, UserId, limits};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Does not say which of the ids.
const ERASED: &str = "the data of a person whom this message names was erased; it is not stored again for 30 days";

/// What the sender of some messages is known to be.
#[derive(Clone, Debug, Default)]
pub struct Sender {
    pub from_server: bool,
    /// It calls itself a program, or a browser without a person.
    pub is_bot: bool,
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

/// What became of the messages of one request, in their order.
#[derive(Debug)]
pub struct Answers {
    /// Those that were to be stored.
    batch: Arc<Batch>,
    ended: Vec<Ended>,
    tally: Tally,
}

#[derive(Debug)]
enum Ended {
    /// At its place in the batch.
    Row(usize, Outcome),
    Refused(Box<Refusal>),
}

/// One of [`Answers`]; the fields are those of [`Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerRef<'a> {
    pub message_id: Option<&'a str>,
    pub outcome: Outcome,
    pub reason: Option<&'a str>,
}

impl Answers {
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = AnswerRef<'_>> {
        self.ended.iter().map(|it| match it {
            Ended::Row(row, outcome) => AnswerRef {
                message_id: self.batch.message_id(*row),
                outcome: *outcome,
                reason: (*outcome == Outcome::Rejected(RejectCode::Erased)).then_some(ERASED),
            },
            Ended::Refused(refusal) => AnswerRef {
                message_id: refusal.message_id.as_deref(),
                outcome: Outcome::Rejected(refusal.code),
                reason: Some(&refusal.reason),
            },
        })
    }

    fn to_vec(&self) -> Vec<Answer> {
        let owned = |it: AnswerRef<'_>| Answer {
            message_id: it.message_id.map(str::to_owned),
            outcome: it.outcome,
            reason: it.reason.map(str::to_owned),
        };
        self.iter().map(owned).collect()
    }
}

impl App {
    /// Takes the messages of a request. What is answered `Accepted` is on stable storage.
    pub async fn accept_body(&self, body: Body, sender: &Sender, project: &Project) -> Answers {
        let arrival = self.arrival(project, sender, body.identity_token.as_deref(), body.sent_at.as_deref());
        self.store(body, sender.implied, &arrival).await
    }

    /// The same, of messages as JSON texts.
    pub async fn accept(&self, messages: &[&str], sender: &Sender) -> Vec<Answer> {
        let arrival =
            self.arrival(&self.project(), sender, sender.identity_token.as_deref(), sender.sent_at.as_deref());
        self.store(Body::of_texts(messages, sender.implied), sender.implied, &arrival).await.to_vec()
    }

    fn arrival(&self, project: &Project, sender: &Sender, token: Option<&str>, sent_at: Option<&str>) -> Arrival {
        let received_ms = self.now_ms();
        Arrival {
            received_ms,
            sent_at_ms: sent_at.and_then(parse_ms),
            vouched: vouch(project, token, received_ms),
            identity_mode: project.identity.mode,
            kept_from_ms: project.retention.messages_before_ms(received_ms),
            from_server: sender.from_server,
            road: if sender.is_bot { Road::SentByBot } else { Road::Sent },
        }
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
            road: Road::Imported,
        };
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        Ok(self.store(Body::of_texts(&lines, None), None, &arrival).await.to_vec())
    }

    async fn store(&self, body: Body, implied: Option<Kind>, arrival: &Arrival) -> Answers {
        let (batch, mut ended) = arrival.read(body, implied);
        let batch = Arc::new(batch);
        if !batch.is_empty() {
            let mut told = prompts::told(&batch);
            match self.events.store(Arc::clone(&batch)).await {
                Ok(appended) => {
                    told.retain(|(row, _)| appended.get(*row) == Some(&Appended::Stored));
                    self.tell(told.into_iter().map(|(_, told)| told).collect()).await;
                    self.news.arrived();
                    let rows = ended.iter_mut().filter_map(|it| match it {
                        Ended::Row(_, outcome) => Some(outcome),
                        Ended::Refused(_) => None,
                    });
                    for (outcome, appended) in rows.zip(appended) {
                        *outcome = match appended {
                            Appended::Stored => Outcome::Accepted,
                            Appended::Duplicate => Outcome::Duplicate,
                            Appended::Erased => Outcome::Rejected(RejectCode::Erased),
                        };
                    }
                }
                // Every row keeps its `Shed`: nothing was stored, the sender may try again.
                Err(error) if error.is_passing() => {}
                Err(error) => tracing::error!(%error, "messages were shed because storage failed"),
            }
        }
        let mut tally = Tally::default();
        for ended in &ended {
            tally.add(match ended {
                Ended::Row(_, outcome) => *outcome,
                Ended::Refused(refusal) => Outcome::Rejected(refusal.code),
            });
        }
        telemetry::count(&tally);
        Answers { batch, ended, tally }
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
    road: Road,
}

impl Arrival {
    /// What is to be stored, and what became of each message so far: rows are `Shed` until they are stored.
    fn read(&self, body: Body, implied: Option<Kind>) -> (Batch, Vec<Ended>) {
        let Body { text, messages, .. } = body;
        let mut batch = Batch::over(text, messages.len().min(limits::BATCH_MESSAGES));
        batch.road = self.road;
        let mut ended = Vec::with_capacity(messages.len());
        for (position, piece) in messages.into_iter().enumerate() {
            let place = batch.len();
            let refused = if position >= limits::BATCH_MESSAGES {
                let reason = format!("the request holds more than {} messages", limits::BATCH_MESSAGES);
                Some(Refusal { code: RejectCode::TooManyMessages, reason, message_id: None })
            } else {
                let span = match piece {
                    Piece::Plain(plain) if self.push(&mut batch, &plain) => None,
                    Piece::Plain(plain) => Some(plain.text),
                    Piece::Other(span) => Some(span),
                };
                span.and_then(|span| match self.row(span.of(batch.text()), implied) {
                    Ok((row, said)) => {
                        batch.push_row(&row, said.sent());
                        None
                    }
                    Err(refusal) => Some(refusal),
                })
            };
            ended.push(match refused {
                None => Ended::Row(place, Outcome::Shed),
                Some(refusal) => Ended::Refused(Box::new(refusal)),
            });
        }
        (batch, ended)
    }

    /// Puts a message that was read on the way into the batch, where it needs no change for that.
    fn push(&self, batch: &mut Batch, plain: &Plain) -> bool {
        let at_ms = self.happened_ms(plain.timestamp_ms, plain.original_ms, plain.received_ms);
        if self.kept_from_ms.is_some_and(|it| at_ms < it) {
            return false;
        }
        let user_id = if plain.user_id.is_empty() { None } else { Some(plain.user_id.of(batch.text())) };
        let trust = match self.trust(plain.kind, user_id, !plain.anonymous_id.is_empty()) {
            None => return false,
            Some(Trust::Anonymous) if user_id.is_some() => return false,
            Some(trust) => trust,
        };
        let message_id = if plain.message_id.is_empty() { batch.add(&new_id()) } else { plain.message_id };
        let only = |kind, span| if plain.kind == kind { span } else { Default::default() };
        batch.push(Entry {
            kind: plain.kind,
            trust,
            at_ms,
            received_ms: self.received_ms,
            message_id,
            name: only(Kind::Track, plain.event),
            user_id: plain.user_id,
            anonymous_id: plain.anonymous_id,
            account_id: only(Kind::Group, plain.group_id),
            previous_id: only(Kind::Alias, plain.previous_id),
            body: plain.text,
            sent: plain.sent,
        });
        true
    }

    /// The steps a message goes through; the first that refuses it ends its road.
    fn row(&self, text: &str, implied: Option<Kind>) -> Result<(Row, Said), Refusal> {
        let message = Message::read(text, implied)?;
        let at_ms = self.at_ms(&message)?;
        if self.kept_from_ms.is_some_and(|it| at_ms < it) {
            let reason = "it happened before what [retention] in milepost.toml keeps".to_owned();
            return Err(Refusal { code: RejectCode::TooOld, reason, message_id: message.message_id });
        }
        let trust = self.trust(message.kind, message.user_id.as_deref(), message.anonymous_id.is_some());
        let trust = trust.ok_or_else(|| Refusal {
            code: RejectCode::Unverified,
            reason: "`userId` is not vouched for; pass a valid token to `identify`, or send with a server key"
                .to_owned(),
            message_id: message.message_id.clone(),
        })?;
        let said = Said::in_message(&message.text);
        let user_is_refused = trust == Trust::Anonymous && message.user_id.is_some();
        let body = if user_is_refused { without_user(&message.text) } else { message.text.into_owned() };
        let user_id = if user_is_refused { None } else { message.user_id };
        let row = Row {
            message_id: MessageId::new(message.message_id.unwrap_or_else(new_id)),
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
        };
        Ok((row, said))
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
        let received_ms = if self.times_are_final() { read("receivedAt", &message.received_at)? } else { None };
        Ok(self.happened_ms(timestamp_ms, original_ms, received_ms))
    }

    fn times_are_final(&self) -> bool {
        self.road == Road::Imported
    }

    /// When a message happened that says of itself when it was made, sent and received.
    fn happened_ms(&self, timestamp_ms: Option<i64>, original_ms: Option<i64>, received_ms: Option<i64>) -> i64 {
        if self.times_are_final() {
            let at_ms = timestamp_ms.or(original_ms).or(received_ms).unwrap_or(self.received_ms);
            return at_ms.min(self.received_ms);
        }
        match original_ms.or(timestamp_ms) {
            Some(original_ms) => corrected_ms(original_ms, self.sent_at_ms, self.received_ms),
            None => self.received_ms,
        }
    }

    /// How well the sender is known; `None` where the project asks for more.
    fn trust(&self, kind: Kind, user_id: Option<&str>, has_anonymous_id: bool) -> Option<Trust> {
        let Some(user_id) = user_id else { return Some(Trust::Anonymous) };
        if self.from_server {
            return Some(Trust::Server);
        }
        if self.vouched.as_ref().is_some_and(|it| it.user_id == user_id) {
            return Some(Trust::Verified);
        }
        if self.identity_mode != IdentityMode::Enforce {
            return Some(Trust::Claimed);
        }
        (kind != Kind::Alias && has_anonymous_id).then_some(Trust::Anonymous)
    }
}

/// For a message without an id of its own.
fn new_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// The message without the user id it was not allowed to carry; all else to the letter.
fn without_user(text: &str) -> String {
    let Ok(mut fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(text) else { return text.to_owned() };
    fields.remove("userId");
    serde_json::to_string(&fields).unwrap_or_else(|_| text.to_owned())
}
