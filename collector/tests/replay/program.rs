//! The program as a person or a script meets it.

use super::sessions::recording;
use super::support::{Place, eager, fluent, stuck};
use domain::{Definitions, compact};
use serde_json::{Value, json};

fn with_config() -> Place {
    let place = Place::new();
    place.write("live.config", &compact::write(&Definitions::default(), Some(&eager())));
    place
}

#[test]
fn decisions_say_when_who_where_how_sure_and_why() {
    let place = with_config();
    place.write("log.jsonl", &stuck("a", "/x"));
    let ran = place.run(&["log.jsonl", "--config", "live.config", "--json", "--scores-at", "20s,60s"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines = ran.lines();
    let decision = lines.iter().find(|it| it["verdict"] == "ask").expect("a question");
    for (key, value) in [
        ("type", json!("decision")),
        ("session", json!("a")),
        ("user", json!("a")),
        ("page", json!("/x")),
        ("context", json!("")),
        ("visit", json!(0)),
        ("model", json!(7)),
    ] {
        assert_eq!(decision[key], value, "{key}");
    }
    assert_eq!(decision["why"][0]["feature"], "help");
    assert_eq!(decision["sentences"][0], "looked for help: 2×");
    let sum: i64 = decision["contributions"].as_object().expect("numbers").values().filter_map(Value::as_i64).sum();
    assert_eq!(decision["score"], json!(sum + decision["bias"].as_i64().expect("a number")));
    assert!(decision["score"].as_i64() >= decision["threshold"].as_i64());
    let scores: Vec<&Value> = lines.iter().filter(|it| it["type"] == "score").collect();
    assert_eq!(scores.iter().map(|it| &it["age"]).collect::<Vec<_>>(), [20_000, 60_000]);
    assert!(scores.iter().all(|it| it["probability"].as_f64().is_some_and(|it| it > 0.0 && it < 1.0)));
    let summary = ran.summary();
    assert_eq!((&summary["lines"], &summary["sessions"], &summary["visits"]), (&json!(5), &json!(1), &json!(1)));
    assert_eq!(summary["asks"], json!(1));
    let hours = summary["activeHours"].as_f64().expect("hours");
    assert!((hours - 70.0 / 3_600.0).abs() < 1e-9, "{hours}");
}

#[test]
fn people_get_tables_and_reasons_in_their_language() {
    let place = with_config();
    place.write("log.jsonl", &stuck("a", "/x"));
    let ran = place.run(&["log.jsonl", "--config", "live.config", "--language", "de"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("when "), "{}", ran.stdout);
    assert!(ran.stdout.contains("Hilfe gesucht: 2×"), "{}", ran.stdout);
    assert!(ran.stdout.contains("5 lines, 1 sessions, 1 visits, 0.02 active hours"), "{}", ran.stdout);
}

#[test]
fn a_milepost_toml_says_where_not_to_ask_and_in_which_language() {
    let place = Place::new();
    let project = "[project]\nname = \"Ledgerly\"\n\n[[key]]\nid = \"sk\"\nkind = \"server\"\n";
    place.write("milepost.toml", &format!("{project}\n[hesitation]\nlanguage = \"de\"\nexclude = [\"/form\"]\n"));
    // Help and errors speak for themselves, whatever is normal here.
    let mut log = String::new();
    for (t, kind) in [(0, "key"), (30_000, "help"), (30_500, "help"), (31_000, "invalid"), (32_000, "invalid")] {
        log.push_str(&format!("{{\"t\":{t},\"kind\":\"{kind}\",\"page\":\"/form\"}}\n"));
    }
    for (t, kind) in [(33_000, "invalid"), (34_000, "invalid"), (60_000, "leave")] {
        log.push_str(&format!("{{\"t\":{t},\"kind\":\"{kind}\"}}\n"));
    }
    place.write("log.jsonl", &log);
    let ran = place.run(&["log.jsonl", "--config", "milepost.toml"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("withheld: excluded"), "{}", ran.stdout);
    assert!(ran.stdout.contains("derselbe Fehler erneut: 3×"), "{}", ran.stdout);

    place.write("milepost.toml", project);
    let ran = place.run(&["log.jsonl", "--config", "milepost.toml"]);
    assert!(ran.code == 65 && ran.stderr.contains("add [hesitation] to it"), "{}", ran.stderr);
    place.write("milepost.toml", "[project]\nname = 7\n");
    assert_eq!(place.run(&["log.jsonl", "--config", "milepost.toml"]).code, 65);
}

#[test]
fn a_log_needs_no_config() {
    let place = Place::new();
    place.write("log.jsonl", &fluent("a", "/x"));
    let ran = place.run(&["log.jsonl", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.summary()["asks"], json!(0));
}

#[test]
fn broken_lines_are_named_and_end_with_65() {
    let place = Place::new();
    place.write("log.jsonl", "{\"t\":1,\"kind\":\"key\"}\n{\"t\":2,\"kind\"}\n{\"t\":3,\"kind\":\"wink\"}\n");
    let ran = place.run(&["log.jsonl"]);
    assert_eq!(ran.code, 65);
    assert!(ran.stderr.starts_with("log.jsonl:2:14: expected `:`\n"), "{}", ran.stderr);
    assert!(ran.stderr.contains("the kind `wink` is unknown"), "{}", ran.stderr);
    assert!(ran.stdout.contains("3 lines, 1 sessions"), "{}", ran.stdout);

    let ran = place.run(&["log.jsonl", "--json"]);
    let said: Vec<Value> = ran.stderr.lines().map(|it| serde_json::from_str(it).expect("JSON")).collect();
    assert_eq!((&said[0]["line"], &said[0]["column"], &said[0]["code"]), (&json!(2), &json!(14), &json!("broken")));
    assert_eq!(ran.summary()["unknown"]["kinds"], json!({ "wink": 1 }));

    let ran = place.run(&["log.jsonl", "--strict"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (65, ""));
    assert_eq!(ran.stderr, "milepost: log.jsonl:2:14: expected `:`\n");
}

#[test]
fn a_check_passes_or_names_the_first_line_that_differs() {
    let place = with_config();
    place.write("good.jsonl", &recording());
    let ran = place.run(&["good.jsonl", "--config", "live.config", "--check", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.summary()["checked"].as_u64() > Some(0));

    place.write("bad.jsonl", &recording().replacen(r#""score":"#, r#""score":9"#, 1));
    let ran = place.run(&["bad.jsonl", "--config", "live.config", "--check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.starts_with("milepost: not decided as recorded: line "), "{}", ran.stderr);

    let ran = place.run(&["good.jsonl", "--check"]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("it was recorded with model 7: name its config with --config"), "{}", ran.stderr);
}

#[test]
fn a_dry_run_keeps_to_its_budget_and_says_where_it_would_ask() {
    let place = with_config();
    let mut log: String = (0..97).map(|it| fluent(&format!("fluent {it}"), "/list")).collect();
    log.extend((0..3).map(|it| stuck(&format!("stuck {it}"), "/form")));
    place.write("log.jsonl", &log);
    let ran = place.run(&["log.jsonl", "--config", "live.config", "--budget", "3%", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let lines = ran.lines();
    let pages: Vec<&Value> = lines.iter().filter(|it| it["type"] == "page").collect();
    assert_eq!(pages.iter().map(|it| &it["page"]).collect::<Vec<_>>(), ["/form", "/list"]);
    assert_eq!((&pages[0]["sessions"], &pages[0]["wouldAsk"]), (&json!(3), &json!(3)));
    assert_eq!((&pages[1]["sessions"], &pages[1]["wouldAsk"]), (&json!(97), &json!(0)));
    assert_eq!(pages[0]["reasons"]["help"], json!(3));
    let summary = ran.summary();
    assert_eq!((&summary["askingSessions"], &summary["askingShare"]), (&json!(3), &json!(0.03)));

    let ran = place.run(&["log.jsonl", "--config", "live.config", "--budget", "1%", "--json"]);
    assert!(ran.summary()["askingSessions"].as_u64() <= Some(1));

    let ran = place.run(&["log.jsonl", "--config", "live.config", "--budget", "3%"]);
    assert!(ran.stdout.contains("3 of 100 sessions would have been asked (3.0%, budget 3.0%)"), "{}", ran.stdout);
    assert_eq!(place.run(&["-", "--budget", "3%"]).code, 2);
}

#[test]
fn learning_writes_a_config_for_the_next_replay() {
    let place = Place::new();
    let log: String = (0..60).map(|it| fluent(&format!("s{it}"), "/list")).collect();
    place.write("log.jsonl", &log);
    let ran = place.run(&["log.jsonl", "--learn", "warm.config"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.starts_with("learned from 60 visits of 60 sessions: 1 pages of their own"), "{}", ran.stdout);
    let text = std::fs::read_to_string(place.path("warm.config")).expect("a config");
    let model = compact::read(&text).and_then(|it| it.hesitation).expect("a model");
    assert!(model.baselines.iter().any(|it| it.page == "/list" && it.is_own));
    let ran = place.run(&["log.jsonl", "--config", "warm.config", "--json"]);
    assert_eq!((ran.code, &ran.summary()["model"]), (0, &json!(model.version)));

    place.write("empty.jsonl", "");
    assert_eq!(place.run(&["empty.jsonl", "--learn", "none.config"]).code, 65);
    assert!(!place.path("none.config").exists());
}

#[test]
fn recordings_of_a_data_folder_are_played() {
    let place = with_config();
    // In pieces, as they arrive: the second goes on where the first ended.
    let text = recording();
    let lines: Vec<&str> = text.lines().collect();
    let (first, second) = lines.split_at(20);
    let message = |id: &str, lines: &[&str]| {
        json!({ "type": "track", "messageId": id, "anonymousId": "browser", "event": "Inputs Recorded",
                "timestamp": "2026-01-01T10:00:00Z", "properties": { "lines": format!("{}\n", lines.join("\n")) } })
        .to_string()
    };
    place.write("history.jsonl", &format!("{}\n{}\n", message("1", first), message("2", second)));
    place.write("milepost.toml", "[project]\nname = \"Ledgerly\"\n\n[[key]]\nid = \"sk\"\nkind = \"server\"\n");
    let imported = std::process::Command::new(env!("CARGO_BIN_EXE_milepost"))
        .args(["import", "history.jsonl", "--data", "data"])
        .current_dir(place.path("."))
        .output()
        .expect("the program runs");
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let ran = place.run(&["--data", "data", "--config", "live.config", "--check", "--json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert_eq!(ran.summary()["sessions"], json!(1));
    assert!(ran.summary()["checked"].as_u64() > Some(0));
}

#[test]
fn what_cannot_be_read_is_said() {
    let place = Place::new();
    let ran = place.run(&["nothing.jsonl"]);
    assert_eq!(ran.code, 74);
    assert!(ran.stderr.starts_with("milepost: cannot read nothing.jsonl: "), "{}", ran.stderr);
    assert_eq!(place.run(&["--data", "nowhere"]).code, 74);
    place.write("log.jsonl", "");
    place.write("odd.config", "milepost\t1\nnonsense\n");
    assert_eq!(place.run(&["log.jsonl", "--config", "odd.config"]).code, 65);
    place.write("plain.config", "milepost\t1\n");
    let ran = place.run(&["log.jsonl", "--config", "plain.config"]);
    assert!(ran.code == 65 && ran.stderr.contains("says nothing of hesitation"), "{}", ran.stderr);
    assert_eq!(place.run(&["log.jsonl", "--budget", "3"]).code, 2);
}
