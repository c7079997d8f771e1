//! Lines in, whole sessions out: remembers what lines leave out, and keeps lines until their session is over.
//!
//! Memory is bounded by the lines of the sessions still open: a session is over when its log is, or when
//! [`APART`] lines of others came after its last.

use super::line::Line;
use super::mark::Mark;
use super::notice::{Notice, Unknown};
use super::session::{Place, Session};
use domain::hesitation::Device;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Lines of others after which a session is over: interleaved visitors are closer together than this, and so many lines
/// fit into the memory of any machine (about 50 MB).
const APART: u64 = 500_000;

/// How often is looked for sessions that are over.
const SWEEP: u64 = 100_000;

/// One log, possibly of several streams: a file has one, a data folder one for every browser.
#[derive(Debug, Default)]
pub struct Log {
    streams: HashMap<String, Stream>,
    open: HashMap<String, Session>,
    over: HashSet<String>,
    /// Lines read, with those that are broken.
    pub lines: u64,
    pub broken: u64,
    /// Lines earlier than the one before of their session.
    pub unsorted: u64,
    pub unknown: Unknown,
    /// What was odd since this was last emptied.
    pub notices: Vec<Notice>,
}

/// What the line before said.
#[derive(Debug)]
struct Stream {
    session: String,
    /// Belongs to the session of the line after it.
    model: Option<(i64, u64, i64)>,
}

impl Log {
    /// Takes one line of a stream; empty ones count for nothing. Sessions that are over by now come out.
    pub fn push(&mut self, stream: &str, number: u64, text: &str, over: &mut Vec<Session>) {
        // Some programs begin a file with a byte order mark.
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return;
        }
        self.lines += 1;
        match Line::read(text, number, &mut self.unknown, &mut self.notices) {
            Ok(line) => self.take(stream, number, line),
            Err(broken) => self.reject(number, broken.column, broken.reason),
        }
        if self.lines.is_multiple_of(SWEEP) {
            self.sweep(over);
        }
    }

    /// Counts a line that could not even be read.
    pub fn reject(&mut self, line: u64, column: usize, reason: String) {
        self.broken += 1;
        self.notices.push(Notice::Broken { line, column, reason });
    }

    /// The log is at its end, and so are all its sessions: in the order of their first lines.
    pub fn finish(&mut self, over: &mut Vec<Session>) {
        let open = std::mem::take(&mut self.open);
        self.streams.clear();
        self.over.clear();
        hand_over(open.into_values().collect(), over);
    }

    fn take(&mut self, stream_name: &str, number: u64, line: Line<'_>) {
        if !self.streams.contains_key(stream_name) {
            let stream = Stream { session: stream_name.to_owned(), model: None };
            self.streams.insert(stream_name.to_owned(), stream);
        }
        let Some(stream) = self.streams.get_mut(stream_name) else { return };
        let Line { t_ms, session, user, page, context, device, mark } = line;
        if let (Mark::Model { version }, None) = (&mark, &session) {
            stream.model = Some((t_ms, number, *version));
            return;
        }
        let mut place = None;
        if let Some(session) = session.filter(|it| stream.session != **it) {
            place = self.open.get(&stream.session).map(|it| it.here().clone());
            stream.session = session.into_owned();
        }
        if !self.open.contains_key(&stream.session) {
            if self.over.contains(&stream.session) {
                self.notices.push(Notice::Resumed { line: number, session: stream.session.clone() });
            }
            let session = Session::new(&stream.session, number, place.unwrap_or_default());
            self.open.insert(stream.session.clone(), session);
        }
        let Some(session) = self.open.get_mut(&stream.session) else { return };

        let names_page = page.is_some();
        let place = moved(session.here(), user, page, context, device);
        let mut is_recorded = session.is_recorded();
        if let Some((t_ms, line, version)) = stream.model.take() {
            session.push(t_ms, line, None, false, Mark::Model { version });
            is_recorded = true;
        }
        session.last_seen = self.lines;
        let was_sorted = session.is_sorted;
        let late_by_ms = session.push(t_ms, number, place, names_page, mark.into_owned());
        if let Some(by_ms) = late_by_ms.filter(|_| !is_recorded) {
            self.unsorted += 1;
            if was_sorted {
                self.notices.push(Notice::Unsorted { line: number, session: session.id.clone(), by_ms });
            }
        }
    }

    fn sweep(&mut self, over: &mut Vec<Session>) {
        let now = self.lines;
        let is_over = |it: &Session| now.saturating_sub(it.last_seen) > APART;
        let ended: Vec<Session> = self.open.extract_if(|_, it| is_over(it)).map(|(_, it)| it).collect();
        if self.over.len() < APART as usize {
            self.over.extend(ended.iter().map(|it| it.id.clone()));
        }
        hand_over(ended, over);
    }
}

fn hand_over(mut sessions: Vec<Session>, over: &mut Vec<Session>) {
    sessions.sort_by_key(|it| it.first_line);
    for session in &mut sessions {
        session.settle();
    }
    over.append(&mut sessions);
}

/// Where a line is; `None`: still there.
fn moved(
    here: &Place,
    user: Option<Cow<'_, str>>,
    page: Option<Cow<'_, str>>,
    context: Option<Cow<'_, str>>,
    device: Option<Device>,
) -> Option<Place> {
    let is_news = user.as_deref().is_some_and(|it| here.user.as_deref() != Some(it))
        || page.as_deref().is_some_and(|it| here.page.as_deref() != Some(it))
        || context.as_deref().is_some_and(|it| *here.context != *it)
        || device.is_some_and(|it| here.device != it);
    is_news.then(|| Place {
        user: user.map(|it| Arc::from(&*it)).or_else(|| here.user.clone()),
        device: device.unwrap_or(here.device),
        page: page.map(|it| Arc::from(&*it)).or_else(|| here.page.clone()),
        context: context.map_or_else(|| here.context.clone(), |it| Arc::from(&*it)),
    })
}
