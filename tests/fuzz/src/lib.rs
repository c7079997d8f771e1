//! Bytes at everything that reads what strangers wrote: each function takes any bytes, and panics where a promise breaks.
//!
//! `cargo xtask fuzz` looks for such bytes with a fuzzer; what it found worth keeping lies in `corpus/` and is tried by
//! `cargo test` as well.

mod message;

pub use message::message;

use domain::UrlPattern;
use domain::hesitation::page_template;
use milepost::project::{SecretSource, parse_with};
use milepost::replay::{Log, Play, Player};

/// `milepost.toml`: mistakes are named, and what is accepted can be written for pages and read by them.
pub fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fetch = |source: &SecretSource| match source {
        SecretSource::Environment(name) if name.len() > 3 => Ok("a-secret-of-thirty-two-bytes-or-more".to_owned()),
        _ => Err("it is not set".to_owned()),
    };
    let parsed = parse_with("milepost.toml", text, &fetch);
    let rendered = parsed.diagnostics.render(false);
    match parsed.project {
        None => assert!(!rendered.is_empty(), "refused without a word"),
        Some(project) => {
            let written = domain::compact::write(&project.definitions, None);
            let read = domain::compact::read(&written).expect("pages read what the collector writes");
            assert_eq!(read.definitions.journeys.len(), project.definitions.journeys.len());
        }
    }
}

/// Logs from elsewhere: what is no line is said to be none, and playing a session ends.
pub fn replay(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut log = Log::default();
    let mut over = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        log.push("", number, line, &mut over);
    }
    log.finish(&mut over);
    let mut player = Player::new(None, Play::default());
    for session in over {
        player.play(&session, &mut |_| {});
    }
}

/// A pattern, a line break, an address: matching ends and is repeatable, and so is a page's template.
pub fn url_template(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (pattern, url) = text.split_once('\n').unwrap_or((&text, ""));
    let pattern = UrlPattern::new(pattern);
    let matched = pattern.matches(url);
    let template = page_template(url, std::slice::from_ref(&pattern));
    assert_eq!(pattern.matches(url), matched);
    assert_eq!(page_template(url, &[pattern]), template);
}

/// A segment, as an address or a form has it: refused with a place and a word, or read, and written so that it is read
/// as the same.
pub fn segment(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match milepost::segment::parse(text) {
        Err(refused) => {
            assert!(refused.at <= text.chars().count(), "{} is beyond the end", refused.at);
            assert!(!refused.message.is_empty(), "refused without a word");
        }
        Ok(read) => {
            let written = read.to_string();
            if written.len() <= milepost::segment::TEXT_BYTES_MAX {
                assert_eq!(milepost::segment::parse(&written).as_ref(), Ok(&read), "{written}");
            }
        }
    }
}

/// The compact form, as a page reads it from whoever answers.
pub fn compact(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    drop(domain::compact::read(text));
    drop(domain::compact::read_without_hesitation(text));
    drop(domain::compact::read_lease(text));
}
