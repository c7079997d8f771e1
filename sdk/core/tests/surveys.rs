//! What a client does about surveys, told as stories.

// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

mod support;
mod surveyed;

use domain::survey::{Surface, Survey, Trigger};
use domain::{Condition, JourneyId, MilestoneId, Operator, Rule, Scope, UrlPattern, Value};
use expect_test::expect;
use support::{Story, check};
#[cfg(feature = "hesitation")]
use surveyed::detecting;
use surveyed::{after, content, nps, story};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_message_brings_a_survey_up_and_its_answers_travel_together() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          38s say nps answered 9
          39s say nps closed
          45s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            38000 draw popover "nps" "thanks" "THANKS" 1/1 answer null isLast
            39000 undraw nps
            45000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Survey Answered {"kind":"nps","language":"en","lease":"l-1","score":9,"step":"nps","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 5 track Survey Completed {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 6 track Page Left {"activeMs":0,"visibleMs":45000}
        "#]],
    );
}

#[test]
fn without_surveys_or_a_model_nobody_listens() {
    check(
        story([]),
        "0ms start\n1ms config\n2ms track Sent\n9s hide",
        expect![[r#"
        0 ready
        0 session
        0 fetch the config
        1 watch clicks on [], sightings of []
        1000 send 1: 1 page at / from https://search.test/, 2 track Sent
        9000 send 2: 3 track Page Left {"activeMs":0,"visibleMs":9000}
    "#]],
    );
}

#[test]
fn an_inline_survey_and_a_tab_need_no_listener() {
    let inline = Survey { surface: Surface::Inline, triggers: vec![], ..nps() };
    let tab = Survey {
        id: domain::SurveyId::new("tab"),
        surface: Surface::Tab,
        triggers: vec![],
        labels: vec![("en".into(), "Feedback".into()), ("de".into(), "Rückmeldung".into())],
        ..nps()
    };
    check(
        story([inline, tab]),
        r"0ms start
          1ms config
          2s say nps there
          3s grant
          3100ms say nps shown
          4s say nps gone
          5s say nps there
          6s say nps answered 3
          7s say tab opened
          9s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 attend to elements
            1 draw tab "tab" tab "Feedback"
            1000 send 1: 1 page at / from https://search.test/
            2000 lease prompt "nps" kind "inline" trigger "inline" page "/" sessions 1
            3000 draw inline "nps" "nps" "NPS" 1/3 answer null
            5000 draw inline "nps" "nps" "NPS" 1/3 answer null
            6000 draw inline "nps" "why" "WHY" 2/3 answer null canBack canSkip
            7000 lease prompt "tab" kind "tab" trigger "tab" page "/" sessions 1
            9000 send 2: 2 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-0bb8-757b-bd72-f9ac7991b849","surface":"inline","survey":"nps","trigger":"inline"}, 3 track Survey Answered {"kind":"nps","language":"en","lease":"l-1","score":3,"step":"nps","submission":"00000000-0bb8-757b-bd72-f9ac7991b849","surface":"inline","survey":"nps","trigger":"inline"}, 4 track Page Left {"activeMs":0,"visibleMs":9000}
        "#]],
    );
}

#[test]
fn while_somebody_types_nothing_comes_up() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s see 12 7 1
          32s track Sent
          50s see 12 7 0
          51s see 12 2 1
          55s see 12 2 0
          70s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            50000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            70000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":4,"trigger":"message"}, 4 track Page Left {"activeMs":0,"visibleMs":70000}
        "#]],
    );
}

#[test]
fn a_grant_waits_for_its_moment_and_is_given_back_when_there_is_none() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s see 12 2 1
          36100ms grant
          95s see 12 2 1
          97s see 12 2 0
          160s grant
          161s say nps shown
          172s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            97000 release "l-1"
            157000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            160000 draw popover "nps" "nps" "NPS" 1/3 answer null
            172000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-2","submission":"00000002-7100-752f-b25c-51bb47e3a4d4","surface":"popover","survey":"nps","trigger":"message"}, 4 track Page Left {"activeMs":0,"visibleMs":172000}
        "#]],
    );
}

#[test]
fn a_hidden_page_gives_its_grant_back() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s see 12 2 1
          36100ms grant
          37s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            37000 release "l-1"
            37000 send 2: 2 track Sent, 3 track Page Left {"activeMs":0,"visibleMs":37000}
        "#]],
    );
}

#[test]
fn who_was_denied_is_not_asked_for_again_before_the_time_given() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s deny 120000 gap reserved
          37s track Sent
          100s reload
          101s config
          200s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            100000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":1077936128,"trigger":"message"}, 4 track Sent, 5 track Page Left {"activeMs":0,"visibleMs":100000}
            100000 ready
            100000 session
            100000 fetch the config
            101000 send 1: 1 page at / from https://search.test/
            101000 watch clicks on [], sightings of []
            101000 observe the scene
            156000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            200000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":100000}
        "#]],
    );
}

#[test]
fn another_tab_and_a_silent_collector_are_reasons_too() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s other-tab
          68s unreachable
          100s offline
          140s online
          150s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            66000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            140000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            150000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":65536,"trigger":"message"}, 4 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":34359738368,"trigger":"message"}, 5 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":4096,"trigger":"message"}, 6 track Page Left {"activeMs":0,"visibleMs":150000}
        "#]],
    );
}

#[test]
fn a_delay_goes_on_counting_on_the_next_page() {
    check(
        story([Survey { delay_ms: 60_000, ..nps() }]),
        r"0ms start
          1ms config
          31s track Sent
          40s reload
          41s config
          92s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            40000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":16384,"trigger":"message"}, 4 track Page Left {"activeMs":0,"visibleMs":40000}
            40000 ready
            40000 session
            40000 fetch the config
            41000 send 1: 1 page at / from https://search.test/
            41000 watch clicks on [], sightings of []
            41000 observe the scene
            91000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            92000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":52000}
        "#]],
    );
}

#[test]
fn the_most_important_goes_first_and_the_other_says_why_it_waits() {
    let late = Survey { id: domain::SurveyId::new("csat"), priority: 90, ..nps() };
    check(
        story([nps(), late]),
        r"0ms start
          1ms config
          31s track Sent
          36s deny 600000 notDue
          37s grant
          38s say nps shown
          40s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "csat" kind "popover" trigger "message" page "/" sessions 1
            36000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            37000 draw popover "nps" "nps" "NPS" 1/3 answer null
            40000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"csat","reasons":268435456,"trigger":"message"}, 4 track Survey Shown {"language":"en","lease":"l-2","submission":"00000000-9088-752f-b25c-51bb47e3a4d4","surface":"popover","survey":"nps","trigger":"message"}, 5 track Page Left {"activeMs":0,"visibleMs":40000}
        "#]],
    );
}

#[test]
fn after_a_reload_it_goes_on_at_the_same_step() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          38s say nps answered 3
          39s say nps answered slow & ugly
          40s say nps back
          41s reload
          42s config
          50s say nps shown
          51s say nps answered
          52s say nps answered 0,1
          53s say nps answered 1
          54s say nps closed
          55s reload
          56s config
          60s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            38000 draw popover "nps" "why" "WHY" 2/3 answer null canBack canSkip
            39000 draw popover "nps" "what" "WHAT" 3/3 answer null canBack canSkip isLast
            40000 draw popover "nps" "why" "WHY" 2/3 answer {"text":"slow & ugly"} canBack canSkip
            41000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Survey Answered {"kind":"nps","language":"en","lease":"l-1","score":3,"step":"nps","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 5 track Survey Answered {"kind":"long","language":"en","lease":"l-1","step":"why","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","text":"slow & ugly","trigger":"message"}, 6 track Page Left {"activeMs":0,"visibleMs":41000}
            41000 ready
            41000 session
            41000 fetch the config
            42000 send 1: 1 page at / from https://search.test/
            42000 watch clicks on [], sightings of []
            42000 take the place
            42000 observe the scene
            42000 draw popover "nps" "why" "WHY" 2/3 answer {"text":"slow & ugly"} canBack canSkip isResumed
            51000 draw popover "nps" "what" "WHAT" 3/3 answer null canBack canSkip isLast isResumed
            52000 draw popover "nps" "sorry" "SORRY" 3/3 answer null isLast isResumed
            54000 undraw nps
            55000 send 2: 2 track Survey Answered {"kind":"long","language":"en","lease":"l-1","passed":true,"step":"why","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 3 track Survey Answered {"choices":["price","speed"],"kind":"multiple","language":"en","lease":"l-1","step":"what","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Survey Completed {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 5 track Survey Answered {"agreed":true,"kind":"thanks","language":"en","lease":"l-1","step":"sorry","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 6 track Page Left {"activeMs":0,"visibleMs":14000}
            55000 ready
            55000 session
            55000 fetch the config
            56000 send 1: 1 page at / from https://search.test/
            56000 watch clicks on [], sightings of []
            56000 observe the scene
            60000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":5000}
        "#]],
    );
}

#[test]
fn another_route_takes_it_along_unless_it_may_not_be_there() {
    let survey = Survey { excluded: vec![UrlPattern::new("/pay/*")], ..nps() };
    check(
        story([survey]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          38s route /invoices/4711
          40s route /pay/now
          45s route /invoices/4712
          60s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            40000 undraw nps
            46100 draw popover "nps" "nps" "NPS" 1/3 answer null isResumed
            60000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Page Left {"activeMs":0,"visibleMs":38000}, 5 page at /invoices/4711 from https://app.test/, 6 track Page Left {"activeMs":0,"visibleMs":2000}, 7 page at /pay/now from https://app.test/invoices/4711, 8 track Page Left {"activeMs":0,"visibleMs":5000}, 9 page at /invoices/4712 from https://app.test/pay/now, 10 track Page Left {"activeMs":0,"visibleMs":15000}
        "#]],
    );
}

#[test]
fn nobody_touches_it_and_it_goes_but_not_while_it_is_held() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          60s say nps held
          200s say nps released
          270s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            260000 undraw nps
            270000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Survey Dismissed {"how":"timedOut","language":"en","lease":"l-1","step":"nps","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 5 track Page Left {"activeMs":0,"visibleMs":270000}
        "#]],
    );
}

#[test]
fn dismissed_once_it_is_not_drawn_again_in_this_session() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          38s say nps notnow
          39s track Sent
          40s ask nps
          50s reload
          51s config
          52s track Sent
          100s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            38000 undraw nps
            50000 send 2: 2 track Sent, 3 track Survey Shown {"language":"en","lease":"l-1","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 4 track Survey Dismissed {"how":"notNow","language":"en","lease":"l-1","step":"nps","submission":"00000000-8ca0-77c5-9b4c-198714d0fd57","surface":"popover","survey":"nps","trigger":"message"}, 5 track Sent, 6 track Page Left {"activeMs":0,"visibleMs":50000}
            50000 ready
            50000 session
            50000 fetch the config
            51000 send 1: 1 page at / from https://search.test/
            51000 watch clicks on [], sightings of []
            51000 observe the scene
            100000 send 2: 2 track Sent, 3 track Page Left {"activeMs":0,"visibleMs":50000}
        "#]],
    );
}

#[test]
fn the_audience_is_held_against_what_was_told() {
    let plan = Rule::Trait {
        of: Scope::User,
        conditions: vec![Condition {
            path: vec!["plan".into()],
            operator: Operator::Eq,
            values: vec![Value::Text("pro".into())],
        }],
    };
    check(
        story([Survey { audience: Some(plan), ..nps() }]),
        r#"0ms start
           1ms config
           31s track Sent
           40s identify u1 {"plan":"free","name":"Ada"}
           50s identify u1 {"plan":"pro"}
           60s reload
           61s config
           70s hide"#,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            50000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1 userId "u1"
            60000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":262144,"trigger":"message"}, 4 identify u1 {"name":"Ada","plan":"free"}, 5 identify u1 {"plan":"pro"}, 6 track Page Left u1 {"activeMs":0,"visibleMs":60000}
            60000 ready
            60000 session
            60000 fetch the config
            61000 send 1: 1 page u1 at / from https://search.test/
            61000 watch clicks on [], sightings of []
            61000 observe the scene
            70000 send 2: 2 track Prompt Withheld u1 {"kind":"popover","page":"/","prompt":"nps","reasons":1024,"trigger":"message"}, 3 track Page Left u1 {"activeMs":0,"visibleMs":10000}
        "#]],
    );
}

#[test]
fn outside_the_sample_nothing_is_asked() {
    check(
        story([Survey { sample: 0, ..nps() }]),
        "0ms start\n1ms config\n31s track Sent\n50s track Sent\n60s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            60000 send 2: 2 track Sent, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":524288,"trigger":"message"}, 4 track Sent, 5 track Page Left {"activeMs":0,"visibleMs":60000}
        "#]],
    );
}

#[test]
fn milestones_time_and_the_vendor_bring_surveys_up_too() {
    let on = |trigger| Survey { triggers: vec![trigger], ..nps() };
    let milestone = || (JourneyId::new("onboarding"), MilestoneId::new("done"));
    let (journey, done) = milestone();
    check(
        after(story([on(Trigger::Reached { journey: journey.clone(), milestone: done.clone() })])),
        "0ms start\n1ms config\n31s track Done\n36s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 milestone {"isValue":true,"journey":"onboarding","milestone":"done","name":"Done"}
            31000 lease alone prompt "nps" kind "popover" trigger "reached" page "/" sessions 1
            36000 send 2: 2 track Done, 3 track Page Left {"activeMs":0,"visibleMs":36000}
        "#]],
    );
    check(
        after(story([on(Trigger::Overdue { journey, milestone: done, after_ms: 100_000 })])),
        "0ms start\n1ms config\n31s track Begun\n60s reload\n61s config\n140s active\n150s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 milestone {"isValue":false,"journey":"onboarding","milestone":"begun","name":"Begun"}
            60000 send 2: 2 track Begun, 3 track Page Left {"activeMs":0,"visibleMs":60000}
            60000 ready
            60000 session
            60000 fetch the config
            61000 send 1: 1 page at / from https://search.test/
            61000 watch clicks on [], sightings of []
            61000 observe the scene
            144000 lease alone prompt "nps" kind "popover" trigger "overdue" page "/" sessions 1
            150000 send 2: 2 track Page Left {"activeMs":5000,"visibleMs":90000}
        "#]],
    );
    check(
        story([on(Trigger::TimeOnPage { after_ms: 40_000 })]),
        "0ms start\n1ms config\n20s hide\n60s show\n60100ms see 0 1\n90s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            20000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":20000}
            90000 send 3: 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":2,"trigger":"timeOnPage"}, 4 track Page Left {"activeMs":0,"visibleMs":30000}
        "#]],
    );
    check(
        story([Survey { triggers: vec![], ..nps() }]),
        "0ms start\n1ms ask nps\n2ms config\n40s grant\n41s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            2 watch clicks on [], sightings of []
            2 lease alone prompt "nps" kind "popover" trigger "code" page "/" sessions 1
            2 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            40000 draw popover "nps" "nps" "NPS" 1/3 answer null
            41000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":41000}
        "#]],
    );
}

#[test]
fn what_code_asks_for_waits_for_no_pause() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          5s active
          5100ms ask nps
          5150ms grant
          9s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            5100 lease alone prompt "nps" kind "popover" trigger "code" page "/" sessions 1
            5150 draw popover "nps" "nps" "NPS" 1/3 answer null
            9000 send 2: 2 track Page Left {"activeMs":4000,"visibleMs":9000}
        "#]],
    );
}

#[test]
fn what_code_asks_for_stays_away_from_a_field_and_then_waits_like_any_other() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s see 12 7 1
          32s ask nps
          39900ms active
          40s see 12 7 0
          60s grant
          61s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            44000 lease alone prompt "nps" kind "popover" trigger "code" page "/" sessions 1
            60000 draw popover "nps" "nps" "NPS" 1/3 answer null
            61000 send 2: 2 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":4,"trigger":"code"}, 3 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":516,"trigger":"code"}, 4 track Page Left {"activeMs":5000,"visibleMs":61000}
        "#]],
    );
}

#[test]
fn what_code_asks_for_is_not_drawn_over_a_dialog_that_came_with_the_grant() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s ask nps
          31100ms see 12 2 1
          31200ms grant
          32900ms active
          33s see 12 2 0
          45s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "code" page "/" sessions 1
            37000 draw popover "nps" "nps" "NPS" 1/3 answer null
            45000 send 2: 2 track Page Left {"activeMs":5000,"visibleMs":45000}
        "#]],
    );
}

#[test]
fn what_code_asked_for_on_a_page_that_was_left_is_not_pressing_any_more() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s see 12 7 1
          32s ask nps
          33s reload
          34s config
          80s grant
          90s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            33000 send 2: 2 track Prompt Withheld {"kind":"popover","page":"/","prompt":"nps","reasons":4,"trigger":"code"}, 3 track Page Left {"activeMs":0,"visibleMs":33000}
            33000 ready
            33000 session
            33000 fetch the config
            34000 send 1: 1 page at / from https://search.test/
            34000 watch clicks on [], sightings of []
            34000 observe the scene
            63000 lease alone prompt "nps" kind "popover" trigger "code" page "/" sessions 1
            80000 draw popover "nps" "nps" "NPS" 1/3 answer null
            90000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":57000}
        "#]],
    );
}

#[test]
fn withdrawn_consent_takes_everything_down() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s grant
          37s say nps shown
          38s consent denied
          39s say nps answered 9
          40s track Sent
          41s consent granted
          42s config
          80s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 draw popover "nps" "nps" "NPS" 1/3 answer null
            38000 watch clicks on [], sightings of []
            38000 undraw nps
            38000 remove what is stored
            38000 no longer observe
            41000 ready
            41000 session
            41000 fetch the config
            42000 watch clicks on [], sightings of []
            42000 observe the scene
            46000 send 2: 4 page at / from https://search.test/
            80000 send 3: 5 track Page Left {"activeMs":0,"visibleMs":80000}
        "#]],
    );
}

#[test]
fn somebody_else_is_not_shown_what_was_meant_for_another() {
    check(
        story([nps()]),
        r"0ms start
          1ms config
          31s track Sent
          36s reset
          37s grant
          60s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            36000 session
            37000 release "l-1"
            60000 send 2: 2 track Sent, 3 track Page Left {"activeMs":0,"visibleMs":60000}
        "#]],
    );
}

#[test]
fn the_inspector_says_where_every_survey_stands() {
    check(
        Story { content: Some(content()), ..story([nps(), Survey { id: domain::SurveyId::new("csat"), ..nps() }]) },
        r"0ms start
          1ms config
          31s track Sent
          32s inspect
          36s deny 60000 gap
          37s inspect",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe the scene
            1000 send 1: 1 page at / from https://search.test/
            31000 lease alone prompt "nps" kind "popover" trigger "message" page "/" sessions 1
            32000 inspected {"hesitation":null,"lease":"","milestones":[],"page":"/","prompts":[{"quietUntil":0,"reasons":32768,"state":"waiting","surface":"popover","survey":"nps","trigger":"message"},{"quietUntil":0,"reasons":32768,"state":"waiting","surface":"popover","survey":"csat","trigger":"message"}],"session":"00000000-0000-7824-a1e8-885b7ba4a3a0"}
            36000 lease alone prompt "csat" kind "popover" trigger "message" page "/" sessions 1
            37000 inspected {"hesitation":null,"lease":"","milestones":[],"page":"/","prompts":[{"quietUntil":96000,"reasons":32768,"state":"waiting","surface":"popover","survey":"nps","trigger":"message"},{"quietUntil":0,"reasons":32768,"state":"waiting","surface":"popover","survey":"csat","trigger":"message"}],"session":"00000000-0000-7824-a1e8-885b7ba4a3a0"}
        "#]],
    );
}

#[cfg(feature = "hesitation")]
#[test]
fn a_hint_that_is_denied_is_not_drawn_and_a_survey_goes_in_the_place_of_the_question() {
    let survey = Survey { triggers: vec![Trigger::Hesitation], ..nps() };
    check(
        detecting([survey]),
        r"0ms start
          1ms config
          2ms route /edit/4711
          200ms see 0 1
          12s see 9 7
          12500ms see 9 7
          13s see 9 7
          15s deny 60000 session
          75s grant
          76s say nps shown
          78s say nps closed
          79s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/, 2 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/","progressed":0,"prompted":0,"samples":"a!#-e!#-m!!-l!!-j!!+k!!+f!#+g!#+","states":"","visibleMs":2,"visit":1,"visitMs":1}, 3 page at /edit/4711 from https://app.test/
            14000 lease alone prompt "hesitation" kind "hint" trigger "hesitation" page "/edit/:id" sessions 1
            73000 lease alone prompt "nps" kind "popover" trigger "hesitation" page "/edit/:id" sessions 1
            75000 draw popover "nps" "nps" "NPS" 1/3 answer null
            78000 undraw nps
            79000 send 2: 4 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/edit/:id","parts":[9,2463,2463,3,-1],"score":2463,"t":14000,"threshold":1400,"verdict":"hint","visit":2}, 5 track Prompt Withheld {"kind":"hint","page":"/edit/:id","prompt":"hesitation","reasons":1048576,"trigger":"hesitation"}, 6 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/edit/:id","parts":[9,2324,2324,3,-1],"score":2324,"t":19000,"threshold":2000,"verdict":"ask","visit":2}, 7 track Prompt Withheld {"kind":"popover","page":"/edit/:id","prompt":"nps","reasons":2048,"trigger":"hesitation"}, 8 track Survey Shown {"language":"en","lease":"l-2","page":"/edit/:id","submission":"00000001-24f8-76ab-a500-01c0853ee4cf","surface":"popover","survey":"nps","trigger":"hesitation","visit":2}, 9 track Survey Dismissed {"how":"closed","language":"en","lease":"l-2","page":"/edit/:id","step":"nps","submission":"00000001-24f8-76ab-a500-01c0853ee4cf","surface":"popover","survey":"nps","trigger":"hesitation","visit":2}, 10 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/edit/:id","progressed":0,"prompted":1,"samples":"i!!+}!!+|!!+i!!+}!!+|!!+i!!+}!!+|!!+a.3-e.3-m!!-l!!-j!!-k!!-f.3-g.3-","states":"","topScore":2463,"visibleMs":78998,"visit":2,"visitMs":74998}
        "#]],
    );
}

#[cfg(feature = "hesitation")]
#[test]
fn a_question_is_drawn_under_its_lease() {
    check(
        detecting([]),
        r"0ms start
          1ms config
          2ms route /edit/4711
          200ms see 0 1
          12s see 9 7
          12500ms see 9 7
          13s see 9 7
          14500ms grant
          15s prompt hinted
          16s prompt opened
          17s prompt fine
          18s track Sent
          79s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on [], sightings of []
            1 observe
            1000 send 1: 1 page at / from https://search.test/, 2 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/","progressed":0,"prompted":0,"samples":"a!#-e!#-m!!-l!!-j!!+k!!+f!#+g!#+","states":"","visibleMs":2,"visit":1,"visitMs":1}, 3 page at /edit/4711 from https://app.test/
            14000 lease alone prompt "hesitation" kind "hint" trigger "hesitation" page "/edit/:id" sessions 1
            14500 hint ["", "Question?", "", "", "", "", "", "", "", "", "", ""]
            79000 send 2: 4 track Hesitation Detected {"assignment":"treated","bias":0,"context":"","device":"desktop","model":3,"own":0,"page":"/edit/:id","parts":[9,2463,2463,3,-1],"score":2463,"t":14000,"threshold":1400,"verdict":"hint","visit":2}, 5 track Hesitation Answered {"context":"","lease":"l-1","page":"/edit/:id","said":"hinted","visit":2,"waitMs":1000}, 6 track Hesitation Answered {"context":"","lease":"l-1","page":"/edit/:id","said":"opened","visit":2,"waitMs":2000}, 7 track Hesitation Answered {"context":"","lease":"l-1","page":"/edit/:id","said":"fine","visit":2,"waitMs":3000}, 8 track Sent, 9 track Page Left {"actions":0,"activeMs":0,"context":"","device":"desktop","model":3,"page":"/edit/:id","progressed":1,"prompted":1,"samples":"a+M-e+M-m!!-l!!-j!!-k!!-f+M-g+M-","states":"","topScore":2463,"visibleMs":78998,"visit":2,"visitMs":14998}
        "#]],
    );
}
