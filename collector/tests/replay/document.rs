//! `docs/reference/replay.md` is true: its examples are read, its kinds are all there are.

use super::support::{play, sessions};
use milepost::hesitation::shipped;
use milepost::replay::{Mark, Play};

const DOCUMENT: &str = include_str!("../../../docs/reference/replay.md");

/// The contents of all blocks in this language.
fn blocks(language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let rest = DOCUMENT.split(&fence).skip(1);
    rest.map(|it| it.split("```").next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn every_example_is_understood_to_the_last_field() {
    let examples = blocks("jsonl");
    assert!(examples.len() >= 5, "{}", examples.len());
    for example in examples {
        let (found, notices) = sessions(&example);
        assert_eq!(notices, [], "{example}");
        assert!(!found.is_empty());
        assert!(found.iter().all(|it| it.entries.iter().all(|it| it.mark != Mark::Unknown)), "{example}");
        let (_, played) = play(Some(shipped()), Play::default(), &example);
        assert_eq!(played.len(), found.len());
    }
}

#[test]
fn every_kind_has_an_example() {
    let examples = blocks("jsonl").join("\n");
    for kind in [
        "start", "model", "page", "leave", "show", "hide", "tick", "move", "click", "react", "scroll", "focus",
        "input", "blur", "key", "invalid", "error", "help", "busy", "free", "progress", "outcome", "prompt",
        "decision", "action",
    ] {
        assert!(examples.contains(&format!(r#""kind":"{kind}""#)), "no example of `{kind}`");
        assert!(DOCUMENT.contains(&format!("| `{kind}` |")), "no row for `{kind}`");
    }
}
