//! What the fuzzer found worth keeping, tried again.

use std::path::Path;

fn corpus(name: &str, try_one: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(name);
    let mut count = 0;
    for file in std::fs::read_dir(&folder).expect("a corpus") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("its bytes");
        let tried = std::panic::catch_unwind(|| try_one(&bytes));
        assert!(tried.is_ok(), "{}", path.display());
        count += 1;
    }
    assert!(count >= 5, "{} has only {count} files", folder.display());
}

#[test]
fn messages_of_the_corpus_have_one_outcome_each() {
    corpus("message", fuzz::message);
}

#[test]
fn definitions_of_the_corpus_are_accepted_or_refused_in_words() {
    corpus("config", fuzz::config);
}

#[test]
fn logs_of_the_corpus_play_to_their_end() {
    corpus("replay", fuzz::replay);
}

#[test]
fn addresses_of_the_corpus_match_or_not() {
    corpus("url_template", fuzz::url_template);
}

#[test]
fn compact_forms_of_the_corpus_are_read_or_refused() {
    corpus("compact", fuzz::compact);
}

#[test]
fn segments_of_the_corpus_are_read_as_they_are_written() {
    corpus("segment", fuzz::segment);
}
