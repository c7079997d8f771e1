//! What no compiler checks: which way knowledge points, what the SDK must not contain, and that the documents are true.

// A test that cannot read the repository should say so and stop.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Crate, edges of which platform, and what must not be reachable over them.
const FORBIDDEN_DEPENDENCIES: &[(&str, Platform, &[&str])] = &[
    ("sdk-core", Platform::All, &["wasm-bindgen", "web-sys", "js-sys", "tokio", "rand", "milepost", "sdk"]),
    ("sdk", Platform::All, &["tokio", "axum", "rusqlite", "milepost"]),
    // Some crates of the ecosystem bring wasm-bindgen along, for wasm only: the machine we run on decides.
    ("milepost", Platform::Host, &["wasm-bindgen", "web-sys", "js-sys", "sdk"]),
];

/// `domain` knows words only.
const DOMAIN_MAY_USE: &[&str] = &["domain"];

/// Folder, words its code must not contain, and why.
const FORBIDDEN_WORDS: &[(&str, &[&str], &str)] = &[
    (
        "collector/src/app",
        &["StatusCode", "axum", "rusqlite", "askama"],
        "the application does not know HTTP, SQL or pages",
    ),
    ("collector/src/http", &["rusqlite", "transaction"], "the doors ask the application; they never touch storage"),
    (
        "domain/src",
        &["SystemTime", "Instant::now", "rand", "std::fs", "std::net"],
        "words have no clock and no outside world",
    ),
    (
        "sdk/core/src",
        &["SystemTime", "Instant::now", "rand", "web_sys", "js_sys", "wasm_bindgen"],
        "time and chance are arguments of the core",
    ),
    (
        "sdk",
        &["innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "new Function", "<style", "setAttribute(\"style\""],
        "strict content security policies refuse it",
    ),
    (
        "sdk/browser/src",
        &["set_inner_html", "set_outer_html", "insert_adjacent_html", "set_attribute(\"style\""],
        "strict content security policies refuse it",
    ),
];

/// Folders of generated or foreign files, which are not ours to keep tidy.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", ".milepost", "test-results", "playwright-report", "dist"];

enum Platform {
    All,
    Host,
}

#[test]
fn dependencies_point_inward() {
    for (krate, platform, forbidden) in FORBIDDEN_DEPENDENCIES {
        let names = dependencies_of(krate, platform);
        for name in *forbidden {
            assert!(!names.contains(*name), "`{krate}` must not depend on `{name}`: see ARCHITECTURE.md");
        }
    }
}

#[test]
fn the_domain_depends_on_nothing() {
    let names = dependencies_of("domain", &Platform::All);
    let strangers: Vec<&String> = names.iter().filter(|it| !DOMAIN_MAY_USE.contains(&it.as_str())).collect();
    assert!(strangers.is_empty(), "`domain` must not depend on {strangers:?}: it knows words only");
}

#[test]
fn the_core_depends_on_the_domain_only() {
    let tree = cargo_tree("sdk-core", &["--depth", "1", "--target", "all"]);
    let names: Vec<&str> = tree.lines().skip(1).filter_map(|it| it.split(' ').next()).collect();
    assert!(names.iter().all(|it| *it == "domain"), "`sdk-core` must depend on `domain` only, not on {names:?}");
}

#[test]
fn the_sdk_is_a_cdylib_and_never_stripped_by_rustc() {
    let manifest = without_hash_comments(&read("sdk/browser/Cargo.toml"));
    assert!(
        manifest.contains(r#"crate-type = ["cdylib"]"#),
        "any other crate type beside cdylib silently disables LTO"
    );
    let root = without_hash_comments(&read("Cargo.toml"));
    let has_strip = |text: &str| text.lines().any(|line| line.trim_start().starts_with("strip"));
    assert!(!has_strip(&manifest) && !has_strip(&root), "`strip` removes the section that wasm-bindgen needs");
}

#[test]
fn layers_do_not_name_what_they_must_not_know() {
    let mut complaints = Vec::new();
    for (folder, words, why) in FORBIDDEN_WORDS {
        for file in our_files().into_iter().filter(|it| it.starts_with(folder) && is_code(it) && !is_test(it)) {
            for (number, line) in read(&file).lines().enumerate() {
                let line = without_comment(line);
                for word in words.iter().filter(|word| has_word(line, word)) {
                    complaints.push(format!("{}:{}: `{word}`: {why}", file.display(), number + 1));
                }
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn no_file_names_a_path_of_one_machine() {
    // Spelled in halves, so that this file passes its own test.
    let machine_paths = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
    let mut complaints = Vec::new();
    for file in our_files() {
        // What is not text has no paths in it.
        let Ok(text) = fs::read_to_string(root().join(&file)) else { continue };
        for (number, line) in text.lines().enumerate() {
            for path in machine_paths.iter().filter(|it| names_machine_path(line, it)) {
                complaints.push(format!("{}:{}: `{path}`", file.display(), number + 1));
            }
        }
    }
    assert!(complaints.is_empty(), "paths that exist on one machine only:\n{}", complaints.join("\n"));
}

#[test]
fn lock_files_name_no_registry_host() {
    let lock = read("package-lock.json");
    assert!(!lock.contains("\"resolved\""), "package-lock.json must not say where packages came from: see .npmrc");
}

#[test]
fn documents_name_paths_that_exist() {
    let files = our_files();
    let mut complaints = Vec::new();
    for document in files.iter().filter(|it| is_document(it)) {
        for (number, named) in paths_named_in(&read(document)) {
            if !exists(&named, document, &files) {
                complaints.push(format!("{}:{number}: `{named}` does not exist", document.display()));
            }
        }
    }
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn there_is_a_changelog() {
    assert!(read("CHANGELOG.md").starts_with("# "), "CHANGELOG.md must begin with a heading");
}

// --- Dependencies

fn dependencies_of(krate: &str, platform: &Platform) -> BTreeSet<String> {
    let target: &[&str] = match platform {
        Platform::All => &["--target", "all"],
        Platform::Host => &[],
    };
    let tree = cargo_tree(krate, target);
    let names: BTreeSet<String> = tree.lines().filter_map(|it| it.split(' ').next()).map(str::to_owned).collect();
    assert!(names.contains(krate), "no crate in {tree:?}");
    names
}

fn cargo_tree(krate: &str, more: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", krate, "--edges", "normal", "--prefix", "none", "--all-features"])
        .args(more)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A manifest without its comments.
fn without_hash_comments(manifest: &str) -> String {
    manifest.lines().filter(|line| !line.trim_start().starts_with('#')).collect::<Vec<_>>().join("\n")
}

// --- Words

/// Whether a line contains a word that is not a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let begins = !word.starts_with(is_letter) || !before.is_some_and(is_letter);
        let ends = !word.ends_with(is_letter) || !after.is_some_and(is_letter);
        begins && ends
    })
}

/// A path of one machine begins where it is named; behind a host or a folder it is something else.
fn names_machine_path(line: &str, path: &str) -> bool {
    line.match_indices(path)
        .any(|(at, _)| !line[..at].ends_with(|it: char| it.is_ascii_alphanumeric() || "._-}".contains(it)))
}

fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('*') || line.trim_start().starts_with("/*") {
        return "";
    }
    // `://` is no comment.
    let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'));
    comment.map_or(line, |(at, _)| &line[..at])
}

fn is_code(file: &Path) -> bool {
    matches!(extension(file), "rs" | "js" | "mjs" | "ts")
}

fn is_test(file: &Path) -> bool {
    file.components().any(|it| it.as_os_str() == "tests") || file.file_stem().is_some_and(|it| it == "tests")
}

#[test]
fn words_are_whole_and_outside_comments() {
    assert!(has_word("use axum::Router;", "axum"));
    assert!(!has_word("use axum_server::bind;", "axum"));
    assert!(has_word("eval(text)", "eval("));
    assert!(!has_word("retrieval(text)", "eval("));
    assert_eq!(without_comment("let a = 1; // axum"), "let a = 1; ");
    assert_eq!(without_comment("\"http://localhost\""), "\"http://localhost\"");
    assert!(names_machine_path("cd /somewhere/x", "/somewhere/"));
    assert!(!names_machine_path("https://example.org/somewhere/x", "/somewhere/"));
}

// --- Documents

fn is_document(file: &Path) -> bool {
    let at_root = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"].iter().any(|it| file == Path::new(it));
    at_root || (file.starts_with("docs") && extension(file) == "md")
}

/// Paths in backticks and in links, with their line numbers; code blocks are somebody else's text.
fn paths_named_in(document: &str) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let mut in_block = false;
    for (number, line) in document.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            continue;
        }
        let in_backticks = line.split('`').skip(1).step_by(2).filter(|it| looks_like_a_path(it)).map(str::to_owned);
        let in_links = line.split("](").skip(1).filter_map(|it| it.split([')', '#', ' ']).next());
        let in_links = in_links.filter(|it| !it.is_empty() && !it.contains(':')).map(str::to_owned);
        named.extend(in_backticks.chain(in_links).map(|it| (number + 1, it)));
    }
    named
}

/// `sdk/core/src/outbox.rs` does; `/v1/batch`, `application/json`, `@scope/package`, `a/{b,c}` and `npm test` do not.
fn looks_like_a_path(text: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "_-./".contains(it);
    let media_types = ["application/", "text/", "image/", "font/", "multipart/", "audio/", "video/"];
    if text.is_empty() || text.starts_with('/') || !text.chars().all(is_plain) || text.contains("..") {
        return false;
    }
    if media_types.iter().any(|it| text.starts_with(it)) {
        return false;
    }
    text.contains('/') || matches!(extension(Path::new(text)), "rs" | "sql" | "mjs")
}

fn exists(named: &str, document: &Path, files: &[PathBuf]) -> bool {
    let is_built = NOT_OURS.iter().any(|it| Path::new(named).components().any(|part| part.as_os_str() == *it));
    let from_document = document.parent().unwrap().join(named);
    let anywhere = !named.contains('/') && files.iter().any(|it| it.file_name().is_some_and(|it| it == named));
    is_built || anywhere || root().join(named).exists() || root().join(from_document).exists()
}

#[test]
fn paths_are_told_from_other_words() {
    for path in ["sdk/core/src/outbox.rs", "docs/", "tests/e2e", "tidy.rs", ".ci/run"] {
        assert!(looks_like_a_path(path), "{path}");
    }
    for other in ["/v1/batch", "application/json", "@playwright/test", "npm test", "a/{b,c}", "domain", "sdk.js", "1.5"]
    {
        assert!(!looks_like_a_path(other), "{other}");
    }
    let document = "See `a/b` and [c](d.md#e).\n```\n`f/g`\n```\nAlso [h](https://example.org).";
    assert_eq!(paths_named_in(document), [(1, "a/b".to_owned()), (1, "d.md".to_owned())]);
}

// --- Files

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(file: impl AsRef<Path>) -> String {
    let path = root().join(file.as_ref());
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.as_ref().display()))
}

fn extension(file: &Path) -> &str {
    file.extension().and_then(|it| it.to_str()).unwrap_or_default()
}

/// The files of the repository, from its root: those that git knows, or all of ours where there is no git.
fn our_files() -> Vec<PathBuf> {
    let git = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output();
    match git {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            let names = String::from_utf8(output.stdout).unwrap();
            let files = names.split('\0').filter(|it| !it.is_empty()).map(PathBuf::from);
            files.filter(|it| root().join(it).is_file()).collect()
        }
        _ => walked(Path::new("")),
    }
}

fn walked(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join(folder)).unwrap().map(Result::unwrap) {
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if !NOT_OURS.iter().any(|it| entry.file_name() == *it) {
                files.extend(walked(&path));
            }
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
