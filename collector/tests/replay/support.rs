//! Logs made on the spot, and a folder in which the program runs.

use domain::hesitation::{Ask, Feature, Model};
use domain::{Definitions, compact};
use milepost::hesitation::shipped;
use milepost::replay::{Line, Log, Notice, Play, Played, Player, Session, Told, Unknown};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Reads one line; what is odd about it is lost.
pub(crate) fn read(text: &str) -> Line<'_> {
    Line::read(text, 1, &mut Unknown::default(), &mut Vec::new()).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

/// All sessions of one file called `log`, and what was odd about it.
pub(crate) fn sessions(text: &str) -> (Vec<Session>, Vec<Notice>) {
    let mut log = Log::default();
    let mut over = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        log.push("log", number, line, &mut over);
    }
    log.finish(&mut over);
    (over, log.notices)
}

/// A model in which looking for help is enough to be asked, and a long silence is not.
pub(crate) fn eager() -> Model {
    let mut model = shipped();
    model.weights = [0; Feature::COUNT];
    model.weights[Feature::Help as usize] = 5_000;
    let ask = Ask { words: vec![String::new(); 11], links: Vec::new(), accent: String::new() };
    // As a browser gets it: the compact form rounds.
    let model = Model { version: 7, bias: -2_500, ask_at: 500, hint_at: 400, ask: Some(ask), ..model };
    let config = compact::read(&compact::write(&Definitions::default(), Some(&model)));
    config.and_then(|it| it.hesitation).expect("a model")
}

/// Half a minute of reading, then help is looked for, then silence until the end.
pub(crate) fn stuck(session: &str, page: &str) -> String {
    let mut text = String::new();
    for (t, kind) in [(0, "page"), (4_000, "key"), (30_000, "help"), (31_000, "help"), (70_000, "leave")] {
        text.push_str(&format!(r#"{{"t":{t},"kind":"{kind}","session":"{session}","page":"{page}"}}"#));
        text.push('\n');
    }
    text
}

/// One who acts every few seconds and leaves.
pub(crate) fn fluent(session: &str, page: &str) -> String {
    let mut text = String::new();
    for step in 0..12 {
        let t = step * 3_000;
        text.push_str(&format!(
            r#"{{"t":{t},"kind":"progress","state":"s{step}","session":"{session}","page":"{page}"}}"#
        ));
        text.push('\n');
    }
    text.push_str(&format!(r#"{{"t":36000,"kind":"leave","session":"{session}"}}"#));
    text.push('\n');
    text
}

/// Plays every session of a log; decisions and scores as the program writes them.
pub(crate) fn play(model: Option<Model>, play: Play, log: &str) -> (Vec<String>, Vec<Played>) {
    let mut player = Player::new(model, play);
    let (mut told, mut played) = (Vec::new(), Vec::new());
    for session in sessions(log).0 {
        played.push(player.play(&session, &mut |it| {
            told.push(match it {
                Told::Decision { session, user, decision } => {
                    milepost::replay::decision_line(session, user, decision, "en")
                }
                Told::Score(at) => milepost::replay::score_line(&at, None),
            });
        }));
    }
    (told, played)
}

pub(crate) struct Place {
    folder: TempDir,
}

pub(crate) struct Ran {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
        command.arg("replay").args(arguments).current_dir(self.folder.path());
        for name in ["CONFIG", "DATA", "LOG"] {
            command.env_remove(format!("MILEPOST_{name}"));
        }
        let output = command.env("COLUMNS", "100").stdin(Stdio::null()).output().expect("the program runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap_or(-1) }
    }
}

impl Ran {
    /// Every line of stdout as JSON.
    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        let read = |it| serde_json::from_str(it).unwrap_or_else(|_| panic!("no JSON: {it}\n{}", self.stderr));
        self.stdout.lines().map(read).collect()
    }

    pub(crate) fn summary(&self) -> serde_json::Value {
        let last = self.lines().pop().unwrap_or_else(|| panic!("no summary: {}", self.stderr));
        assert_eq!(last["type"], "summary");
        last
    }
}
