//! One line of a log, read: generous to logs from elsewhere, exact about our own.
//!
//! Does not know the lines before: what is left out is `None`.

use super::mark::{self, Mark};
use super::notice::{Notice, Unknown, count};
use super::value::{ReadText, ReadValue, Value};
use domain::hesitation::Device;
use sdk_core::hesitation::{Observation, Surface};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Height of a viewport that nobody gave, in CSS pixels.
const HEIGHT: i32 = 800;

/// The kinds of the short form that have texts; the others are [`Observation::from_numbers`]'s.
const STARTED: u32 = 18;
const PAGE: u32 = 19;
const MODEL: u32 = 20;
const DECISION: u32 = 21;

/// A line, with what it says itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<'a> {
    pub t_ms: i64,
    pub session: Option<Cow<'a, str>>,
    pub user: Option<Cow<'a, str>>,
    pub page: Option<Cow<'a, str>>,
    pub context: Option<Cow<'a, str>>,
    pub device: Option<Device>,
    pub mark: Mark<'a>,
}

/// Why a line is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// From 1, in bytes.
    pub column: usize,
    pub reason: String,
}

impl<'a> Line<'a> {
    /// Reads one line. What it does not understand it counts; what is new among that goes to the notices.
    pub fn read(
        text: &'a str,
        number: u64,
        unknown: &mut Unknown,
        notices: &mut Vec<Notice>,
    ) -> Result<Line<'a>, Broken> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let reader = ReadLine { number, unknown, notices };
        let read = reader.deserialize(&mut deserializer);
        read.and_then(|line| deserializer.end().map(|()| line)).map_err(|error| {
            let full = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            let reason = full.strip_suffix(&place).unwrap_or(&full).to_owned();
            Broken { column: error.column().max(1), reason }
        })
    }

    /// What the detector would be told; `None` for lines that are no observation, or one that lines before complete.
    pub fn observation(&self) -> Option<Observation<'_>> {
        Some(match &self.mark {
            Mark::Start { memory } => Observation::Started {
                user: self.user.as_deref().unwrap_or_default(),
                session: self.session.as_deref().unwrap_or_default(),
                device: self.device.unwrap_or_default(),
                memory,
            },
            Mark::Page => Observation::Page {
                page: self.page.as_deref().unwrap_or_default(),
                context: self.context.as_deref().unwrap_or_default(),
            },
            Mark::Seen(observation) => *observation,
            Mark::Outcome { is_stuck } => Observation::Outcome { is_stuck: *is_stuck },
            Mark::Model { .. } | Mark::Step | Mark::Blurred { .. } | Mark::Decision(_) | Mark::Unknown => return None,
        })
    }
}

struct ReadLine<'s> {
    number: u64,
    unknown: &'s mut Unknown,
    notices: &'s mut Vec<Notice>,
}

/// Every field there is, before the kind is known to say which of them count.
#[derive(Default)]
struct Fields<'a> {
    t: Option<i64>,
    kind: Option<Cow<'a, str>>,
    session: Option<Cow<'a, str>>,
    user: Option<Cow<'a, str>>,
    page: Option<Cow<'a, str>>,
    context: Option<Cow<'a, str>>,
    device: Option<Cow<'a, str>>,
    memory: Option<Cow<'a, str>>,
    on: Option<Cow<'a, str>>,
    what: Option<Cow<'a, str>>,
    said: Option<Cow<'a, str>>,
    value: Option<Value<'a>>,
    target: Option<u32>,
    state: Option<u32>,
    x: Option<i32>,
    y: Option<i32>,
    height: Option<i32>,
    by: Option<i32>,
    alive: Option<bool>,
    changed: Option<bool>,
    stuck: Option<bool>,
    version: Option<i64>,
    decision: Option<&'a str>,
}

impl<'de> DeserializeSeed<'de> for ReadLine<'_> {
    type Value = Line<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Line<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReadLine<'_> {
    type Value = Line<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object with `t` and `kind`, or a list that begins with both")
    }

    /// The short form, as Milepost's own recorder writes it.
    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Line<'de>, A::Error> {
        self.short(list)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Line<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key_seed(ReadText)? {
            if key == "decision" {
                fields.decision = Some(map.next_value::<&RawValue>()?.get());
                continue;
            }
            let value = map.next_value_seed(ReadValue)?;
            // Nothing said is as good as left out.
            if !value.is_null() && !fields.take::<A::Error>(&key, value)? {
                self.unknown_field(&key);
            }
        }
        self.line(fields)
    }
}

impl<'a> Fields<'a> {
    /// `false`: there is no such field.
    fn take<E: Error>(&mut self, key: &str, value: Value<'a>) -> Result<bool, E> {
        match key {
            "t" => self.t = Some(whole(key, &value)?),
            "kind" => self.kind = Some(text(key, value)?),
            "session" => self.session = Some(text(key, value)?),
            "user" => self.user = Some(text(key, value)?),
            "page" => self.page = Some(text(key, value)?),
            "context" => self.context = Some(text(key, value)?),
            "device" => self.device = Some(text(key, value)?),
            "memory" => self.memory = Some(text(key, value)?),
            "on" => self.on = Some(text(key, value)?),
            "what" => self.what = Some(text(key, value)?),
            "said" => self.said = Some(text(key, value)?),
            "value" => self.value = Some(value),
            "target" => self.target = Some(hash(key, value)?),
            "state" => self.state = Some(hash(key, value)?),
            "x" => self.x = Some(small(key, &value)?),
            "y" => self.y = Some(small(key, &value)?),
            "height" => self.height = Some(small(key, &value)?),
            "by" => self.by = Some(small(key, &value)?),
            "alive" => self.alive = Some(truth(key, &value)?),
            "changed" => self.changed = Some(truth(key, &value)?),
            "stuck" => self.stuck = Some(truth(key, &value)?),
            "version" => self.version = Some(whole(key, &value)?),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl ReadLine<'_> {
    fn line<'a, E: Error>(&mut self, mut fields: Fields<'a>) -> Result<Line<'a>, E> {
        let t_ms = fields.t.ok_or_else(|| E::custom("`t` is missing: every line says when, in milliseconds"))?;
        let kind = fields.kind.take().ok_or_else(|| E::custom("`kind` is missing: every line says what was seen"))?;
        let device = match fields.device.take().as_deref() {
            None => None,
            Some("desktop") => Some(Device::Desktop),
            Some("touch" | "mobile" | "phone" | "tablet") => Some(Device::Touch),
            Some(other) => {
                self.unknown_value("device", other);
                None
            }
        };
        let mark = self.mark(&kind, &mut fields)?;
        let Fields { session, user, page, context, .. } = fields;
        Ok(Line { t_ms, session, user, page, context, device, mark })
    }

    fn mark<'a, E: Error>(&mut self, kind: &str, fields: &mut Fields<'a>) -> Result<Mark<'a>, E> {
        let needs = |names: &str| E::custom(format_args!("a `{kind}` line needs {names}"));
        let field = || fields.target.unwrap_or(0);
        let seen = match kind {
            "start" => return Ok(Mark::Start { memory: fields.memory.take().unwrap_or_default() }),
            "model" => return Ok(Mark::Model { version: fields.version.unwrap_or(0) }),
            "page" => return Ok(Mark::Page),
            "leave" => Observation::Left,
            "show" => Observation::Shown(true),
            "hide" => Observation::Shown(false),
            "tick" => Observation::Tick,
            "move" => match (fields.x, fields.y) {
                (Some(x), Some(y)) => Observation::Moved { x, y },
                _ => return Err(needs("`x` and `y`")),
            },
            "click" => {
                let on = fields.on.take().unwrap_or(Cow::Borrowed("opaque"));
                let on = mark::surface(&on).unwrap_or_else(|| {
                    self.unknown_value("on", &on);
                    Surface::Opaque
                });
                Observation::Clicked { target: field(), on, is_alive: fields.alive.unwrap_or(false) }
            }
            "action" => Observation::Clicked { target: field(), on: Surface::Opaque, is_alive: false },
            "react" => Observation::Reacted,
            "scroll" => match fields.y {
                Some(y) => Observation::Scrolled { y, height: fields.height.unwrap_or(HEIGHT) },
                None => return Err(needs("`y`")),
            },
            "focus" => Observation::Focused { field: field() },
            "input" => Observation::Typed { field: field(), by: fields.by.unwrap_or(1) },
            "blur" => match fields.changed {
                Some(is_changed) => Observation::Blurred { field: field(), is_changed },
                None => return Ok(Mark::Blurred { field: field() }),
            },
            "key" => Observation::Keyed,
            "invalid" => Observation::Invalid { field: field() },
            "error" => Observation::Failed,
            "help" => Observation::SoughtHelp,
            "busy" | "free" => {
                let what = fields.what.take().ok_or_else(|| needs("`what`"))?;
                match mark::busy(&what) {
                    Some(busy) => Observation::Busy(busy, kind == "busy"),
                    None => return Ok(self.unknown_value("what", &what)),
                }
            }
            "progress" => match fields.state {
                Some(state) => Observation::Progress { state },
                None => return Ok(Mark::Step),
            },
            "outcome" => return self.outcome(fields),
            "prompt" => {
                let said = fields.said.take().ok_or_else(|| needs("`said`"))?;
                match mark::said(&said) {
                    Some(said) => Observation::Prompt(said),
                    None => return Ok(self.unknown_value("said", &said)),
                }
            }
            "decision" => {
                let json = fields.decision.ok_or_else(|| needs("`decision`"))?;
                return Ok(Mark::Decision(Cow::Borrowed(json)));
            }
            _ => return Ok(self.unknown_kind(kind)),
        };
        Ok(Mark::Seen(seen))
    }

    fn short<'de, A: SeqAccess<'de>>(mut self, mut list: A) -> Result<Line<'de>, A::Error> {
        let missing = || A::Error::custom("the list is too short for its kind");
        let t_ms = list.next_element()?.ok_or_else(missing)?;
        let kind: u32 = list.next_element()?.ok_or_else(missing)?;
        let mut line =
            Line { t_ms, session: None, user: None, page: None, context: None, device: None, mark: Mark::Page };
        match kind {
            STARTED => {
                line.user = Some(list.next_element_seed(ReadText)?.ok_or_else(missing)?);
                line.session = Some(list.next_element_seed(ReadText)?.ok_or_else(missing)?);
                let is_touch = list.next_element::<u8>()?.ok_or_else(missing)? != 0;
                line.device = Some(if is_touch { Device::Touch } else { Device::Desktop });
                line.mark = Mark::Start { memory: list.next_element_seed(ReadText)?.ok_or_else(missing)? };
            }
            PAGE => {
                line.page = Some(list.next_element_seed(ReadText)?.ok_or_else(missing)?);
                line.context = Some(list.next_element_seed(ReadText)?.ok_or_else(missing)?);
            }
            MODEL => line.mark = Mark::Model { version: list.next_element()?.ok_or_else(missing)? },
            DECISION => {
                let json: &RawValue = list.next_element()?.ok_or_else(missing)?;
                line.mark = Mark::Decision(Cow::Borrowed(json.get()));
            }
            _ => {
                let mut numbers = [0; 3];
                for number in &mut numbers {
                    *number = list.next_element()?.unwrap_or(0);
                }
                line.mark = match Observation::from_numbers(kind, numbers) {
                    Some(Observation::Outcome { is_stuck }) => Mark::Outcome { is_stuck },
                    Some(observation) => Mark::Seen(observation),
                    None => self.unknown_kind(&kind.to_string()),
                };
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(line)
    }

    fn unknown_kind(&mut self, kind: &str) -> Mark<'static> {
        if count(&mut self.unknown.kinds, kind) {
            self.notices.push(Notice::UnknownKind { line: self.number, kind: kind.to_owned() });
        }
        Mark::Unknown
    }

    fn outcome<'a, E: Error>(&mut self, fields: &mut Fields<'a>) -> Result<Mark<'a>, E> {
        if let Some(is_stuck) = fields.stuck {
            return Ok(Mark::Outcome { is_stuck });
        }
        let value = fields.value.take().and_then(Value::text);
        let value = value.ok_or_else(|| E::custom("an `outcome` line needs `stuck` or `value`"))?;
        Ok(match mark::stuck(&value) {
            Some(is_stuck) => Mark::Outcome { is_stuck },
            None => self.unknown_value("value", &value),
        })
    }

    fn unknown_field(&mut self, field: &str) {
        if count(&mut self.unknown.fields, field) {
            self.notices.push(Notice::UnknownField { line: self.number, field: field.to_owned() });
        }
    }

    fn unknown_value(&mut self, field: &'static str, value: &str) -> Mark<'static> {
        if count(&mut self.unknown.values, &format!("{field}={value}")) {
            self.notices.push(Notice::UnknownValue { line: self.number, field, value: value.to_owned() });
        }
        Mark::Unknown
    }
}

fn wrong<E: Error>(key: &str, wanted: &str, found: &str) -> E {
    E::custom(format_args!("`{key}` is {found}, expected {wanted}"))
}

fn whole<E: Error>(key: &str, value: &Value<'_>) -> Result<i64, E> {
    value.whole().ok_or_else(|| wrong(key, "a number", value.kind()))
}

/// Pixels and lengths; absurd ones are cut to what fits.
fn small<E: Error>(key: &str, value: &Value<'_>) -> Result<i32, E> {
    whole(key, value).map(|it| it.clamp(i64::from(i32::MIN), i64::from(i32::MAX)) as i32)
}

fn truth<E: Error>(key: &str, value: &Value<'_>) -> Result<bool, E> {
    value.truth().ok_or_else(|| wrong(key, "true or false", value.kind()))
}

fn text<'a, E: Error>(key: &str, value: Value<'a>) -> Result<Cow<'a, str>, E> {
    let found = value.kind();
    value.text().ok_or_else(|| wrong(key, "text or a number", found))
}

fn hash<E: Error>(key: &str, value: Value<'_>) -> Result<u32, E> {
    let found = value.kind();
    value.hash().ok_or_else(|| wrong(key, "text or a number", found))
}
