//! The `milepost` program as a person or a script meets it: arguments in, stdout, stderr and exit code out.

use expect_test::{Expect, expect, expect_file};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

const DEFINITIONS: &str = r#"
[project]
name = "Ledgerly"

[[key]]
id = "wk"
kind = "browser"
origins = ["*"]

[[key]]
id = "sk_secret"
kind = "server"

[[journey]]
id = "onboarding"

[[journey.milestone]]
id = "signed-up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "invoice-sent"
rule = { event = "Invoice Sent" }
"#;

/// A folder with definitions, in which the program runs.
struct Place {
    folder: TempDir,
}

struct Ran {
    stdout: String,
    stderr: String,
    code: i32,
}

impl Place {
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        place.write("milepost.toml", DEFINITIONS);
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file");
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_milepost"));
        command.args(arguments).current_dir(self.folder.path());
        for name in ["CONFIG", "DATA", "LISTEN", "TOKEN", "KEY", "LOG", "PUBLIC_URL"] {
            command.env_remove(format!("MILEPOST_{name}"));
        }
        command.env("COLUMNS", "100").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().expect("the program runs"))
    }

    fn run_with_input(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the program runs");
        child.stdin.take().expect("stdin").write_all(input.as_bytes()).expect("written");
        Ran::of(child.wait_with_output().expect("the program ends"))
    }

    /// Three users sign up, two of them send an invoice; one name is a formula.
    fn import_history(&self) -> Ran {
        let line = |id: &str, user: &str, event: &str, at: &str| {
            json!({ "type": "track", "messageId": id, "userId": user, "event": event, "timestamp": at }).to_string()
        };
        let plan = |id: &str, user: &str, plan: &str| {
            json!({ "type": "identify", "messageId": id, "userId": user, "timestamp": "2026-01-01T00:00:00Z",
                    "traits": { "plan": plan, "name": format!("=name of {user}") } })
            .to_string()
        };
        let lines = [
            line("1", "ada", "Signed Up", "2026-01-01T10:00:00Z"),
            line("2", "ada", "Invoice Sent", "2026-01-01T12:00:00Z"),
            line("3", "ben", "Signed Up", "2026-01-02T10:00:00Z"),
            line("4", "ben", "Invoice Sent", "2026-01-02T14:00:00Z"),
            line("5", "cyd", "Signed Up", "2026-01-03T10:00:00Z"),
            plan("6", "ada", "=pro"),
            plan("7", "ben", "free"),
        ];
        self.write("history.jsonl", &format!("{}\n", lines.join("\n")));
        self.run(&["import", "history.jsonl"])
    }
}

/// A running server on a port of its own; ends with the test.
struct Server {
    child: Child,
    log: BufReader<ChildStderr>,
    url: String,
}

impl Server {
    fn start(place: &Place) -> Self {
        let mut child = place.command(&["serve", "--listen", "127.0.0.1:0", "--json"]).spawn().expect("a server");
        let log = BufReader::new(child.stderr.take().expect("stderr"));
        let mut server = Self { child, log, url: String::new() };
        let line = server.wait_for("\"listening\"");
        let entry: Value = serde_json::from_str(&line).expect("a log line in JSON");
        server.url = format!("http://{}", entry["fields"]["address"].as_str().expect("an address"));
        server
    }

    /// Reads the log up to a line that holds this.
    fn wait_for(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        while self.log.read_line(&mut line).expect("a log") > 0 {
            if line.contains(wanted) {
                return line;
            }
            line.clear();
        }
        panic!("the log ended without {wanted}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Ran {
    fn of(output: std::process::Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Self { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap_or(-1) }
    }

    #[track_caller]
    fn check(&self, wanted: Expect) {
        wanted.assert_eq(&format!("{}--- stderr\n{}--- exit {}\n", self.stdout, self.stderr, self.code));
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("no JSON: {} {}", self.stdout, self.stderr))
    }
}

#[test]
fn help_is_golden() {
    let place = Place::new();
    let commands = ["serve", "check", "import", "funnel", "replay", "why", "erase", "simulate", "export", "backup"];
    for command in [""].into_iter().chain(commands).chain(["restore", "check-data", "retention", "seal", "doctor"]) {
        let arguments: Vec<&str> = [command, "--help"].into_iter().filter(|it| !it.is_empty()).collect();
        let ran = place.run(&arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{command}");
        let name = if command.is_empty() { "milepost" } else { command };
        expect_file![format!("{}/tests/golden/help/{name}.txt", env!("CARGO_MANIFEST_DIR"))].assert_eq(&ran.stdout);
    }
}

#[test]
fn version_is_on_stdout() {
    let ran = Place::new().run(&["--version"]);
    assert_eq!((ran.stdout.as_str(), ran.code), (concat!("milepost ", env!("CARGO_PKG_VERSION"), "\n"), 0));
}

#[test]
fn wrong_usage_exits_with_2() {
    let place = Place::new();
    assert_eq!(place.run(&["funel"]).code, 2);
    assert_eq!(place.run(&[]).code, 2);
    let ran = place.run(&["funnel", "onboarding", "--window", "14 days"]);
    assert!(ran.stderr.contains("write \"14d\""), "{}", ran.stderr);
    assert_eq!(ran.code, 2);
    assert_eq!(place.run(&["funnel", "onboarding", "--since", "yesterday"]).code, 2);
}

#[test]
fn check_counts_what_it_found() {
    Place::new().run(&["check"]).check(expect![[r#"
        ok: 1 journey, 2 milestones
        --- stderr
        --- exit 0
    "#]]);
}

#[test]
fn check_warns_of_a_survey_and_counts_it() {
    let place = Place::new();
    let survey = "[[survey]]\nid = \"s\"\n[[survey.step]]\nid = \"a\"\nkind = \"rating\"\ntitle = \"How was it, {user.name}?\"\n";
    place.write("milepost.toml", &format!("{DEFINITIONS}{survey}"));
    place.run(&["check"]).check(expect![[r#"
        ok: 1 journey, 2 milestones, 1 survey
        --- stderr
        warning: where `user.name` is not known, nothing stands here
          --> milepost.toml:29:22
           |
        29 | title = "How was it, {user.name}?"
           |                      ^^^^^^^^^^^
           |
           = help: write `{user.name|…}` with what to say instead
        --- exit 0
    "#]]);
    assert_eq!(place.run(&["check", "--json"]).json()["surveys"], json!(1));
}

#[test]
fn check_shows_mistakes_on_stderr_and_exits_with_65() {
    let place = Place::new();
    place.write("bad.toml", "[project]\nname = 7\n\n[[journey]]\nid = \"A\"\n");
    place.run(&["check", "bad.toml"]).check(expect![[r#"
        --- stderr
        warning: there is no key: nobody can send messages
         --> bad.toml:1:1
          |
        1 | [project]
          | ^
          |
          = help: add `[[key]]` with `id`, `kind` and `origins`

        error: `name` must be text in quotes, found a whole number
         --> bad.toml:2:8
          |
        2 | name = 7
          |        ^
          |
          = help: add `name = "Your product"`

        error: a journey without milestones
         --> bad.toml:4:1
          |
        4 | [[journey]]
          | ^^^^^^^^^^^
          |
          = help: add `[[journey.milestone]]` with an `id` and a `rule`

        error: `A` is not an id: lower-case letters, digits and hyphens only
         --> bad.toml:5:6
          |
        5 | id = "A"
          |      ^^^
          |
          = help: write `id = "a"`

        milepost: 3 mistakes in bad.toml
        --- exit 65
    "#]]);
}

#[test]
fn check_as_json_lists_mistakes_on_stdout() {
    let place = Place::new();
    let ran = place.run_with_input(&["check", "-", "--json"], "[project]\nname = 7\n");
    assert_eq!((ran.code, ran.stderr.as_str()), (65, ""));
    let found = ran.json();
    assert_eq!(found["ok"], json!(false));
    let error = found["diagnostics"].as_array().expect("a list").iter().find(|it| it["severity"] == "error");
    let error = error.expect("an error");
    assert_eq!((&error["line"], &error["column"]), (&json!(2), &json!(8)));
    assert_eq!(error["message"], "`name` must be text in quotes, found a whole number");
}

#[test]
fn a_missing_file_says_how_to_name_another() {
    let place = Place::new();
    place.run(&["check", "nowhere.toml"]).check(expect![[r#"
        --- stderr
        milepost: cannot read the definitions in nowhere.toml: No such file or directory (os error 2); name another file, or set MILEPOST_CONFIG
        --- exit 74
    "#]]);
    let ran = place.run(&["--json", "check", "nowhere.toml"]);
    let error: Value = serde_json::from_str(&ran.stderr).expect("JSON");
    assert_eq!(error["exit"], json!(74));
}

#[test]
fn a_broken_config_stops_a_command_that_needs_it() {
    let place = Place::new();
    place.write("milepost.toml", "[project\n");
    assert_eq!(place.run(&["import", "milepost.toml"]).code, 65);
    assert_eq!(place.run(&["serve"]).code, 65);
}

#[test]
fn importing_twice_stores_once() {
    let place = Place::new();
    place.import_history().check(expect![[r#"
        7 received: 7 accepted, 0 duplicate, 0 rejected, 0 shed
        --- stderr
        --- exit 0
    "#]]);
    place.run(&["import", "history.jsonl"]).check(expect![[r#"
        7 received: 0 accepted, 7 duplicate, 0 rejected, 0 shed
        --- stderr
        --- exit 0
    "#]]);
}

#[test]
fn bad_lines_are_named_and_good_ones_kept() {
    let place = Place::new();
    let input = "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\",\"messageId\":\"a\"}\n\nnot json\n[1]\n\
                 {\"type\":\"track\",\"userId\":\"u\"}\n{\"type\":\"track\",\"event\":\"B\",\"userId\":\"u\"}\n";
    place.run_with_input(&["import", "-"], input).check(expect![[r#"
        5 received: 2 accepted, 0 duplicate, 3 rejected, 0 shed
        --- stderr
        line 3: invalid_json: expected ident at line 1 column 2
        line 4: invalid_json: invalid type: sequence, expected a message, which is a JSON object at line 1 column 0
        line 5: missing_field: `event` is missing or empty; the track message needs it
        without a `messageId`: 1 of them; importing those again would store them again
        --- exit 65
    "#]]);
    let ran = place.run_with_input(&["import", "-", "--json"], input);
    assert_eq!(ran.code, 65);
    assert_eq!(ran.stderr.lines().count(), 3);
    let line: Value = serde_json::from_str(ran.stderr.lines().next().expect("a line")).expect("JSON");
    assert_eq!((&line["line"], &line["code"]), (&json!(3), &json!("invalid_json")));
    assert_eq!(
        ran.json(),
        json!({ "received": 5, "accepted": 1, "duplicate": 1, "rejected": 3, "shed": 0, "without_id": 1 })
    );
}

#[test]
fn only_the_first_bad_lines_are_shown_in_full() {
    let place = Place::new();
    let ran = place.run_with_input(&["import", "-"], &"x\n".repeat(50));
    assert_eq!(ran.stderr.lines().count(), 21);
    assert!(ran.stderr.ends_with("… and 30 more; --json lists them all\n"), "{}", ran.stderr);
}

#[test]
fn a_funnel_is_a_table_for_people() {
    let place = Place::new();
    place.import_history();
    place.run(&["funnel", "onboarding", "--window", "14d"]).check(expect![[r#"
        onboarding, within 14d

        milestone     reached  from start  from previous  median     p75     p90  stuck
        signed-up           3      100.0%         100.0%       –       –       –      1
        invoice-sent        2       66.7%          66.7%      3h  3h 30m  3h 48m      2
        --- stderr
        --- exit 0
    "#]]);
    place.run(&["funnel", "onboarding", "--stuck", "signed-up"]).check(expect![[r#"
        onboarding: 1 user reached signed-up and no further

        user  account  name  email  reached at
        cyd                         2026-01-03T10:00:00.000Z
        --- stderr
        --- exit 0
    "#]]);
}

#[test]
fn json_and_csv_say_the_same() {
    let place = Place::new();
    place.import_history();
    let json = place.run(&["funnel", "onboarding", "--by", "plan", "--json"]).json();
    let csv = place.run(&["funnel", "onboarding", "--by", "plan", "--format", "csv"]).stdout;
    assert!(csv.contains("'=pro") && !csv.contains(",=pro"), "{csv}");
    assert!(csv.lines().count() > 2 && csv.matches("\r\n").count() == csv.lines().count());
    let mut rows = csv.lines().skip(1).map(|it| it.split(',').map(str::to_owned).collect::<Vec<_>>());
    let groups = json["groups"].as_array().expect("groups").iter().map(|it| &it["steps"]);
    for step in std::iter::once(&json["steps"]).chain(groups).flat_map(|it| it.as_array().expect("steps")) {
        let row = rows.next().expect("a row for each step");
        let shown = |key: &str| match &step[key] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            // 1.0 in JSON is 1 in CSV.
            number => number.as_f64().expect("a number").to_string(),
        };
        let keys = ["milestone", "reached", "from_start", "from_previous", "median_ms", "p75_ms", "p90_ms"];
        assert_eq!(row[4..11], keys.map(shown));
    }
    assert_eq!(rows.next(), None);
    assert_eq!(json["steps"][1]["median_ms"], json!(3 * 3_600_000));
}

#[test]
fn since_and_until_bound_the_funnel() {
    let place = Place::new();
    place.import_history();
    let ran = place.run(&["funnel", "onboarding", "--since", "2026-01-02", "--until", "2026-01-03", "--json"]);
    assert_eq!(ran.json()["steps"][0]["reached"], json!(1));
}

#[test]
fn an_unknown_journey_is_answered_with_those_there_are() {
    let place = Place::new();
    place.import_history();
    place.run(&["funnel", "onbording"]).check(expect![[r#"
        --- stderr
        milepost: there is no journey `onbording`; there are `onboarding`
        --- exit 2
    "#]]);
    place.run(&["funnel", "onboarding", "--stuck", "nowhere"]).check(expect![[r#"
        --- stderr
        milepost: `onboarding` has no milestone `nowhere`; it has `signed-up`, `invoice-sent`
        --- exit 2
    "#]]);
}

#[test]
fn a_missing_data_folder_says_how_to_name_one() {
    let place = Place::new();
    place.run(&["export", "--data", "nowhere"]).check(expect![[r#"
        --- stderr
        milepost: there is no data folder nowhere: name it with --data DIR, or ask a running server with --url URL
        --- exit 74
    "#]]);
    assert!(!place.path("nowhere").exists(), "asking creates nothing");
}

#[test]
fn what_is_exported_can_be_imported() {
    let place = Place::new();
    place.import_history();
    assert_eq!(place.run(&["export", "-o", "all.jsonl"]).code, 0);
    let ran = place.run(&["import", "all.jsonl", "--data", "other", "--json"]);
    assert_eq!(ran.json()["accepted"], json!(7));
    let ask = |data: &str| place.run(&["funnel", "onboarding", "--data", data, "--json"]).json();
    assert_eq!(ask("other"), ask("milepost-data"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let place = Place::new();
    let lines: String = (0..2_000)
        .map(|it| {
            json!({ "type": "track", "event": "E", "userId": "u", "messageId": it.to_string() }).to_string() + "\n"
        })
        .collect();
    place.run_with_input(&["import", "-"], &lines);
    let mut child = place.command(&["export"]).spawn().expect("the program runs");
    let mut first = [0; 16];
    child.stdout.take().expect("stdout").read_exact(&mut first).expect("a beginning");
    // The pipe is closed here, long before everything is written.
    let mut stderr = String::new();
    child.stderr.take().expect("stderr").read_to_string(&mut stderr).expect("UTF-8");
    assert_eq!((child.wait().expect("ended").code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_server_that_is_not_there_exits_with_69() {
    let place = Place::new();
    // Port 9 of this machine: nothing listens there.
    let ran = place.command(&["funnel", "x", "--url", "http://127.0.0.1:9"]).env("MILEPOST_TOKEN", "t").output();
    let ran = Ran::of(ran.expect("the program runs"));
    assert!(ran.stderr.starts_with("milepost: cannot reach http://127.0.0.1:9/: "), "{}", ran.stderr);
    assert_eq!(ran.code, 69);
    assert_eq!(place.run(&["funnel", "x", "--url", "http://127.0.0.1:9"]).code, 2, "without a token");
}

#[test]
fn secrets_are_no_flags() {
    for file in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/help")).expect("help") {
        let text = std::fs::read_to_string(file.expect("a file").path()).expect("text");
        assert!(!text.contains("--token ") && !text.contains("--secret") && !text.contains("--password"), "{text}");
    }
}

#[test]
fn a_running_server_answers_as_its_data_folder_does() {
    let place = Place::new();
    let server = Server::start(&place);
    place.write("key", "sk_secret\n");
    let history = "{\"type\":\"track\",\"event\":\"Signed Up\",\"userId\":\"u\",\"messageId\":\"a\"}\nnot json\n";
    place.write("history.jsonl", history);
    let import = ["import", "history.jsonl", "--url", &server.url, "--key-file", "key", "--json"];
    let first = place.run(&import);
    assert_eq!((first.code, &first.json()["accepted"], &first.json()["rejected"]), (65, &json!(1), &json!(1)));
    assert_eq!(place.run(&import).json()["duplicate"], json!(1));
    for flags in [&["--json"][..], &["--format", "csv"], &["--stuck", "signed-up", "--json"], &["--window", "1d 12h"]] {
        let ask = |more: &[&str]| place.run(&[&["funnel", "onboarding"], flags, more].concat()).stdout;
        let answer = ask(&["--url", &server.url]);
        assert!(!answer.is_empty(), "{flags:?}");
        assert_eq!(answer, ask(&[]), "{flags:?}");
    }
    let ran = place.run(&["import", "history.jsonl"]);
    assert!(ran.stderr.contains("in use by another milepost process"), "{}", ran.stderr);
    assert_eq!(ran.code, 74);
}

#[test]
fn why_tells_what_pages_said_from_a_folder_and_from_a_server() {
    let place = Place::new();
    let withheld = json!({ "type": "track", "event": "Prompt Withheld", "userId": "ada", "messageId": "w",
                           "timestamp": "2026-11-24T10:03:00Z",
                           "properties": { "prompt": "nps", "kind": "popover", "trigger": "message",
                                           "reasons": 1 << 4, "page": "/invoices/\u{1b}[31m" } });
    let ran = place.run_with_input(&["import", "-"], &format!("{withheld}\n"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    place.run(&["why", "ada", "--at", "2026-11-24"]).check(expect![[r#"
        Tue 2026-11-24 10:03  nps on /invoices/�[31m: not asked, because they were composing a character

        --- stderr
        --- exit 0
    "#]]);
    place.run(&["why", "nobody"]).check(expect![[r#"
        --- stderr
        milepost: nobody is known as `nobody`
        --- exit 2
    "#]]);
    let server = Server::start(&place);
    for flags in [&["--json"][..], &["--survey", "nps"], &["--survey", "csat", "--at", "2026-11-24T10:00:00Z"]] {
        let ask = |more: &[&str]| place.run(&[&["why", "ada"], flags, more].concat()).stdout;
        assert_eq!(ask(&["--url", &server.url]), ask(&[]), "{flags:?}");
    }
}

#[test]
fn an_erased_user_is_gone_from_a_folder_and_from_a_running_server() {
    let place = Place::new();
    place.import_history();
    place.run(&["erase", "ada"]).check(expect![[r#"
        erased ada: 1 ids, 3 messages, 0 leases, 0 denials, 0 mutes
        --- stderr
        --- exit 0
    "#]]);
    let reached = || place.run(&["funnel", "onboarding", "--json"]).json()["steps"][0]["reached"].clone();
    assert_eq!(reached(), json!(2));
    let again = place.run(&["import", "history.jsonl", "--json"]).json();
    assert_eq!((&again["rejected"], &again["duplicate"]), (&json!(3), &json!(4)), "her history stays out");
    let server = Server::start(&place);
    assert_eq!(place.run(&["erase", "ben"]).code, 74, "a server holds the folder");
    let ran = place.run(&["erase", "ben", "--url", &server.url, "--json"]);
    assert_eq!(ran.json()["messages"], json!(3), "{}", ran.stderr);
    assert_eq!(reached(), json!(1));
    assert_eq!(place.run(&["erase", "nobody", "--url", &server.url]).code, 2);
    assert_eq!(place.run(&["erase", "ada", "--data", "nowhere"]).code, 74);
    assert!(!place.path("nowhere").exists(), "erasing creates nothing");
}

#[test]
fn a_simulation_run_twice_stores_nothing_twice() {
    let place = Place::new();
    let server = Server::start(&place);
    let simulate = |seed: &str| {
        let flags = ["--users", "12", "--days", "20", "--until", "2026-06-01", "--seed", seed, "--json"];
        let ran = place.run(&[&["simulate", "--url", &server.url, "--key", "wk"][..], &flags].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.json()
    };
    let first = simulate("7");
    assert!(first["sent"].as_u64() > Some(50), "{first}");
    assert_eq!(first["accepted"], first["sent"]);
    let second = simulate("7");
    assert_eq!((&second["sent"], &second["duplicate"]), (&first["sent"], &first["sent"]));
    assert_eq!(simulate("8")["duplicate"], json!(0), "another seed, other people");
    let late = place.run(&["funnel", "onboarding", "--since", "2026-06-01", "--json"]).json();
    assert_eq!(late["steps"][0]["reached"], json!(0), "nothing happens after the end");
}

/// The messages about surveys in a data folder, by submission and in the order of time.
fn submissions(place: &Place) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in place.run(&["export"]).stdout.lines() {
        let message: Value = serde_json::from_str(line).expect("a message");
        if let Some(id) = message["properties"]["submission"].as_str() {
            found.entry(id.to_owned()).or_default().push(message);
        }
    }
    found.values_mut().for_each(|it| it.sort_by_key(|it| it["timestamp"].as_str().map(str::to_owned)));
    found
}

#[test]
fn simulated_customers_answer_the_demos_surveys_as_people_do() {
    let place = Place::new();
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../demo-site/milepost.toml");
    place.write("milepost.toml", &std::fs::read_to_string(demo).expect("the demo's definitions"));
    let server = Server::start(&place);
    let simulate = || {
        let flags = ["--config", "milepost.toml", "--users", "150", "--days", "60", "--until", "2026-06-01", "--json"];
        let ran = place.run(&[&["simulate", "--url", &server.url, "--key", "wk_demo"][..], &flags].concat());
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        ran.json()
    };
    let first = simulate();
    assert_eq!(first["accepted"], first["sent"]);
    assert_eq!(simulate()["duplicate"], first["sent"], "all of it by the seed");
    drop(server);

    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut scores, mut texts, mut languages) = (Vec::new(), 0, BTreeSet::new());
    let mut interrupted: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for messages in submissions(&place).into_values() {
        let names: Vec<&str> = messages.iter().filter_map(|it| it["event"].as_str()).collect();
        assert_eq!(names.iter().filter(|it| **it == "Survey Shown").count(), 1, "{names:?}");
        assert_eq!(names.first(), Some(&"Survey Shown"));
        let common = |it: &Value| {
            ["survey", "lease", "submission", "surface", "trigger", "language"].map(|key| it["properties"][key].clone())
        };
        for message in &messages {
            let properties = &message["properties"];
            assert_eq!(common(message), common(&messages[0]), "one filling-in is one survey");
            assert!(common(message).iter().all(Value::is_string), "{properties}");
            languages.insert(properties["language"].to_string());
            if message["event"] == "Survey Shown" && properties["surface"] == "popover" {
                let person = message["userId"].as_str().or(message["anonymousId"].as_str()).expect("somebody");
                let at =
                    message["timestamp"].as_str().and_then(|it| it.parse::<jiff::Timestamp>().ok()).expect("a time");
                interrupted.entry(person.to_owned()).or_default().push(at.as_millisecond());
            }
            if message["event"] == "Survey Answered" {
                assert!(properties["step"].is_string() && properties["kind"].is_string(), "{properties}");
                let answers =
                    ["score", "choices", "text", "agreed", "passed"].iter().filter(|it| !properties[*it].is_null());
                assert_eq!(answers.count(), 1, "{properties}");
                texts += usize::from(properties["text"].is_string());
                if properties["kind"] == "nps" {
                    scores.extend(properties["score"].as_u64());
                }
            }
        }
        let survey = messages[0]["properties"]["survey"].as_str().expect("a survey").to_owned();
        let outcome =
            ["Survey Completed", "Survey Dismissed", "Survey Answered"].into_iter().find(|it| names.contains(it));
        *outcomes.entry(format!("{survey}: {}", outcome.unwrap_or("ignored"))).or_default() += 1;
    }
    for (person, mut times) in interrupted {
        times.sort_unstable();
        let is_kept = times.windows(2).all(|it| it[1] - it[0] >= 7 * 86_400_000) && times.len() <= 4;
        assert!(is_kept, "{person} is asked too often: {times:?}");
    }
    for survey in ["relationship", "invoice-sent", "help", "feedback", "no-invoice-yet"] {
        assert!(outcomes.contains_key(&format!("{survey}: Survey Completed")), "{outcomes:?}");
    }
    for outcome in ["Survey Dismissed", "Survey Answered", "ignored"] {
        assert!(outcomes.keys().any(|it| it.ends_with(outcome)), "{outcomes:?}");
    }
    assert!(scores.iter().all(|it| *it <= 10) && texts > 20, "{scores:?} {texts}");
    assert!(scores.iter().any(|it| *it >= 9) && scores.iter().any(|it| *it <= 6), "{scores:?}");
    assert_eq!(languages.into_iter().collect::<Vec<_>>(), ["\"de\"", "\"en\""]);
}

#[test]
fn a_changed_file_is_taken_up_and_a_broken_one_is_not() {
    let place = Place::new();
    let mut server = Server::start(&place);
    place.write("milepost.toml", &DEFINITIONS.replace("invoice-sent", "invoice sent"));
    assert!(server.wait_for("the old definitions stay in force").contains("invoice-sent"));
    place.write("milepost.toml", &DEFINITIONS.replace("onboarding", "start"));
    server.wait_for("its definitions are in force");
    let ran = place.run(&["funnel", "start", "--url", &server.url, "--json"]);
    assert_eq!(ran.json()["steps"].as_array().map(Vec::len), Some(2), "{}", ran.stderr);
}
