//! What a client does about hesitation: prompts, messages, memory and recordings.

// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

mod support;

use domain::hesitation::{Ask, Baseline, Curve, Feature, HelpLink, Measure, Model};
use domain::{Definitions, UrlPattern, compact};
use expect_test::expect;
use support::{Story, check};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Two validation errors of a field hint, three ask.
fn watching(record_share: u32) -> Story {
    story(&model(record_share))
}

fn story(model: &Model) -> Story {
    Story { config: compact::write(&Definitions::default(), Some(model)), ..Story::default() }
}

fn model(record_share: u32) -> Model {
    let mut weights = [0; Feature::COUNT];
    weights[Feature::Invalid as usize] = 1_000;
    let words = ["Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never"];
    Model {
        version: 3,
        bias: 0,
        weights,
        // A page without a baseline of its own adds 500.
        ask_at: 1_500,
        hint_at: 900,
        salt: 1,
        record_share,
        pages: vec![],
        excluded: vec![],
        baselines: vec![],
        ask: Some(Ask {
            words: words.map(str::to_owned).into(),
            links: vec![HelpLink { on: UrlPattern::new("/edit/*"), label: "How to".into(), url: "/help".into() }],
            accent: "#0b5fff".into(),
        }),
    }
}

#[test]
fn without_a_model_nothing_is_observed() {
    let config = compact::write(&Definitions::default(), None);
    check(
        Story { config, ..Story::default() },
        "0ms start
         1ms config
         2ms see 9 7
         3s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1000 send 1: 1 page at / from https://search.test/
            3000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":3000}
        "#]],
    );
}

#[test]
fn somebody_who_gets_the_same_error_again_and_again_is_asked_once() {
    check(
        watching(0),
        "0ms start
         1ms config
         2ms route /edit/4711
         200ms see 0 1
         2s answer 1 200
         12s see 9 7
         12500ms see 9 7
         13s see 9 7
         19s answer 2 200
         20s prompt asked
         21s prompt confused the VAT field
         30s see 9 7
         31s see 9 7
         50s hide",
        expect![[r##"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/, 2 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/","progressed":0,"prompted":0,"samples":"a!#-e!#-m!!-l!!-j!!+k!!+f!#+g!#+","states":"","visibleMs":2,"visit":1,"visitMs":1}, 3 page at /edit/4711 from https://app.test/
            14000 hint ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never", "How to", "/help"]
            19000 ask ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never", "How to", "/help"]
            19000 send 2: 4 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/edit/:id","parts":[9,2463,2463,3,-1],"score":2463,"t":14000,"threshold":1400,"verdict":"hint","visit":2}, 5 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/edit/:id","parts":[9,2324,2324,3,-1],"score":2324,"t":19000,"threshold":2000,"verdict":"ask","visit":2}
            25000 send 3: 6 track Hesitation Answered {"context":"","lease":"l-2","page":"/edit/:id","said":"asked","visit":2,"waitMs":1000}, 7 track Hesitation Answered {"context":"","detail":"the VAT field","lease":"l-2","page":"/edit/:id","said":"confused","visit":2,"waitMs":2000}
            50000 send 4: 8 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/edit/:id","progressed":0,"prompted":1,"samples":"i!!+}!!+|!!+a,,-e,,-m!!-l!!-j!!-k!!-f,,-g,,-","states":"","topScore":2463,"visibleMs":49998,"visit":2,"visitMs":19998}
        "##]],
    );
}

#[test]
fn a_hint_that_is_left_alone_becomes_the_question() {
    let mut model = model(0);
    model.weights[Feature::Idle as usize] = 1_000;
    let mut everywhere = Baseline { page: "*".into(), ..Baseline::default() };
    let values = [500, 800, 1_500, 2_000, 3_000, 4_500, 6_500, 10_000, 15_000, 40_000];
    everywhere.curves[Measure::IdleAfterClick.index()] = Some(Curve { values });
    model.baselines.push(everywhere);
    check(
        story(&model),
        "0ms start
         1ms config
         200ms see 0 1
         900ms see 2 7 0 1
         2s answer 1 200
         14s prompt hinted
         40s answer 2 200",
        expect![[r##"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/
            11000 hint ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never"]
            16000 send 2: 2 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/","parts":[1,1705,1705,10100,6464],"score":1705,"t":11000,"threshold":1400,"verdict":"hint","visit":1}, 3 track Hesitation Answered {"context":"","lease":"l-1","page":"/","said":"hinted","visit":1,"waitMs":3000}
            17000 ask ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never"]
            40000 send 3: 4 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/","parts":[1,2045,2045,16100,6464],"score":2045,"t":17000,"threshold":2000,"verdict":"ask","visit":1}
        "##]],
    );
}

#[test]
fn what_was_answered_is_remembered_on_the_next_page() {
    let shows_stored = true;
    check(
        Story { shows_stored, ..watching(0) },
        "0ms start
         1ms config
         200ms see 0 1
         12s see 9 7
         12500ms see 9 7
         13s see 9 7
         20s prompt asked
         21s prompt never",
        expect![[r##"
            0 ready
            0 session
            0 fetch the config
            0 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n0\n\n1\n\n\n\n"
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/
            14000 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n14000\n119a95bc412d01123b7e81000036af0119a95bc4010000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\n1\n\n\n\n"
            14000 hint ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never"]
            19000 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n19000\n119a95bc412d01123b7e8100004a370119a95bc41100000000000000000004a3800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\n1\n\n\n\n"
            19000 ask ["#0b5fff", "Question?", "Fine", "Yes", "Detail", "Send", "Thanks", "Close", "Links", "Hint", "F6", "Never"]
            20000 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n20000\n119a95bc412d01123b7e8100004e1f0119a95bc41100000000000000000004a3800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\n1\n\n\n\n"
            21000 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n21000\n119a95bc412d01123b7e81000052070119a95bc41110000000000000000004a3800000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\n1\n\n\n\n"
        "##]],
    );
}

#[test]
fn a_recorded_session_leaves_as_lines() {
    check(
        watching(1_000),
        "0ms start
         1ms config
         200ms see 0 1
         1500ms see 2 7 0 1
         2s context trial
         2500ms hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/
            2500 send 2: 2 track Inputs Recorded {"lines":"[1,20,3]\n[1,18,\"00000000-0000-710a-bade-caa6d757732f\",\"00000000-0000-7824-a1e8-885b7ba4a3a0\",0,\"\"]\n[1,19,\"/\",\"\"]\n[1,0,1,0,0]\n[200,0,1,0,0]\n[1000,13,0,0,0]\n[1500,2,7,0,1]\n[2000,13,0,0,0]\n[2000,19,\"/\",\"trial\"]\n[2500,0,0,0,0]\n"}, 3 track Page Left {"actions":0,"activeMs":0,"context":"trial","device":"desktop","model":3,"page":"/","progressed":0,"prompted":0,"samples":"a&7-e&7-m!!-l!!-j!!-k!!-f&7-g&7-","states":"","visibleMs":2500,"visit":2000,"visitMs":500}
        "#]],
    );
}

#[test]
fn denied_consent_ends_the_watching() {
    check(
        watching(0),
        "0ms start
         1ms config
         2s consent denied
         3s see 9 7",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/
            2000 watch clicks on [], sightings of []
            2000 retract
            2000 remove what is stored
            2000 no longer observe
        "#]],
    );
}
