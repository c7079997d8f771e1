//! What a client does over time, told as stories.

// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

mod support;

use expect_test::expect;
use sdk_core::{Consent, Options};
use support::{Story, check};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn plain() -> Story {
    Story::default()
}

fn consent(consent: Consent) -> Story {
    Story { options: Options { consent, ..Options::default() }, ..Story::default() }
}

fn with_journey() -> Story {
    let config = [
        "milepost\t1",
        "journey\tonboarding\tOnboarding\t1209600000\t4",
        "milestone\tpay\tPaid\tuser\tstep",
        "click\t#pay",
        "milestone\tdone\tSaw it done\taccount\tstep",
        "seen\t.done",
        "milestone\ttwice\tSent two\tuser\tvalue",
        "count\t2\t-",
        "event\tSent\tany\t0",
        "milestone\tsaid\tSaid so\tuser\tstep",
        "event\tMilestone Reached\tany\t1",
        "where\teq\t1\tmilestone\t1\tssaid",
        "",
    ];
    Story { config: config.join("\n"), ..Story::default() }
}

#[test]
fn the_first_messages_leave_after_a_second_and_later_ones_after_five() {
    check(
        plain(),
        r#"0ms start
           10ms track Opened {"n":1}
           1s answer 1 200
           2s track Edited
           8s answer 2 200
           9s hide"#,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/, 2 track Opened {"n":1}
            7000 send 2: 3 track Edited
            9000 send 3: 4 track Page Left {"activeMs":0,"visibleMs":9000}
        "#]],
    );
}

#[test]
fn twenty_messages_do_not_wait() {
    let mut script = String::from("0ms start\n1100ms answer 1 200\n");
    for at in 0..20 {
        script.push_str(&format!("{}ms track T{at}\n", 2_000 + at));
    }
    check(
        plain(),
        &script,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            2019 send 2: 2 track T0, 3 track T1, 4 track T2, 5 track T3, 6 track T4, 7 track T5, 8 track T6, 9 track T7, 10 track T8, 11 track T9, 12 track T10, 13 track T11, 14 track T12, 15 track T13, 16 track T14, 17 track T15, 18 track T16, 19 track T17, 20 track T18, 21 track T19
        "#]],
    );
}

#[test]
fn a_route_is_announced_once_it_has_settled_or_something_happens_on_it() {
    check(
        plain(),
        "0ms start
         2s active
         4s route /a
         4050ms route /b
         4200ms route /b#top
         6s route /c
         6s track Clicked
         7s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            7000 send 2: 2 track Page Left {"activeMs":2000,"visibleMs":4000}, 3 page at /a from https://app.test/, 4 track Page Left {"activeMs":50,"visibleMs":50}, 5 page at /b from https://app.test/a, 6 track Page Left {"activeMs":1950,"visibleMs":1950}, 7 page at /c from https://app.test/b#top, 8 track Clicked, 9 track Page Left {"activeMs":1000,"visibleMs":1000}
        "#]],
    );
}

#[test]
fn a_hidden_page_sends_at_once_and_sets_no_timers() {
    check(
        plain(),
        "0ms start
         1s hide
         2s answer 1 200
         3s track Background
         4s track Held back
         5s answer 2 200
         9s answer 3 200
         20s show
         30s track Front
         40s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            1000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":1000}
            5000 send 3: 3 track Background, 4 track Held back
            35000 send 4: 5 track Front
            40000 send 5: 6 track Page Left {"activeMs":0,"visibleMs":20000}
        "#]],
    );
}

#[test]
fn pending_consent_holds_everything_and_granted_tells_it_in_order() {
    check(
        consent(Consent::Pending),
        "0ms start
         1s track Early
         2s identify u1
         9s track Later
         20s consent granted
         30s track Last
         40s hide",
        expect![[r#"
             20000 ready
             20000 session
             20000 fetch the config
             20000 send 1: 1 page at / from https://search.test/, 2 track Early, 3 identify u1, 4 track Later u1
             40000 send 2: 5 track Last u1, 6 track Page Left u1 {"activeMs":0,"visibleMs":40000}
        "#]],
    );
}

#[test]
fn denied_forgets_what_waits_and_what_is_stored() {
    check(
        consent(Consent::Pending),
        "0ms start
         1s track Early
         2s consent denied
         3s track Never
         4s consent granted
         5s track Yes
         6s answer 1 200
         11s track No longer
         11s consent denied
         12s track No
         13s hide",
        expect![[r#"
            2000 watch clicks on [], sightings of []
            2000 remove what is stored
            4000 ready
            4000 session
            4000 fetch the config
            5000 send 1: 1 page at / from https://search.test/
            10000 send 2: 2 track Yes
            11000 watch clicks on [], sightings of []
            11000 remove what is stored
        "#]],
    );
}

#[test]
fn a_privacy_signal_holds_until_the_page_says_granted() {
    let options = Options { privacy_signal: true, ..Options::default() };
    check(
        Story { options, ..plain() },
        "0ms start
         1s track Never
         2s consent pending
         3s track Not either
         4s consent granted
         5s track Yes
         6s hide",
        expect![[r#"
            0 remove what is stored
            4000 ready
            4000 session
            4000 fetch the config
            5000 send 1: 1 page at / from https://search.test/
            6000 send 2: 2 track Yes, 3 track Page Left {"activeMs":0,"visibleMs":6000}
        "#]],
    );
}

#[test]
fn another_user_starts_anew_and_a_reset_does_so_too() {
    check(
        Story { shows_stored: true, ..plain() },
        r#"0ms start
           1ms identify u1 {"plan":"pro"}
           2ms group acme
           3ms identify u1
           4ms alias u1-new
           5ms identify u2
           6ms reset
           7ms track After
           2s hide"#,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            0 store "3\n00000000-0000-710a-bade-caa6d757732f\n\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n0\n\n1\n\n\n\n"
            1 store "3\n00000000-0000-710a-bade-caa6d757732f\nu1\n\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n1\n\n1\n\n\n\n"
            2 store "3\n00000000-0000-710a-bade-caa6d757732f\nu1\nacme\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n2\n\n1\n\n\n\n"
            3 store "3\n00000000-0000-710a-bade-caa6d757732f\nu1\nacme\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n3\n\n1\n\n\n\n"
            4 store "3\n00000000-0000-710a-bade-caa6d757732f\nu1-new\nacme\n00000000-0000-7824-a1e8-885b7ba4a3a0\n0\n4\n\n1\n\n\n\n"
            5 session
            5 store "3\n00000000-0005-7a30-a4e1-4ff1b08eb16b\nu2\n\n00000000-0005-77a2-a722-e8ec2962a119\n5\n5\n\n1\n\n\n\n"
            6 session
            6 store "3\n00000000-0006-7b33-96b5-b2dbfc684f1c\n\n\n00000000-0006-77d8-a9b0-0b73bb10209f\n6\n6\n\n1\n\n\n\n"
            1000 send 1: 1 page at / from https://search.test/, 2 identify u1 {"plan":"pro"}, 3 group acme u1, 4 identify u1, 5 alias u1 u1-new, 6 identify u2, 7 track After
            2000 send 2: 8 track Page Left {"activeMs":0,"visibleMs":2000}
            2000 store "3\n00000000-0006-7b33-96b5-b2dbfc684f1c\n\n\n00000000-0006-77d8-a9b0-0b73bb10209f\n6\n7\n\n1\n\n\n\n"
        "#]],
    );
}

#[test]
fn a_session_ends_after_half_an_hour_of_silence_or_a_day() {
    let mut script = String::from("0ms start\n29m active\n60m active\n");
    for at in 0..60 {
        script.push_str(&format!("{}m active\n", 61 + at * 25));
    }
    // A page that is closed after a silent night does not begin a visit.
    script.push_str("50h hide\n");
    check(
        plain(),
        &script,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            3600000 session
            90660000 session
            180000000 send 2: 2 track Page Left {"activeMs":310000,"visibleMs":180000000}
        "#]],
    );
}

#[test]
fn the_next_page_continues_the_session_it_finds() {
    let stored = "1\na\nu1\nacme\ns\n1\n2\nonboarding/pay\n";
    check(
        Story { stored: Some(stored.into()), shows_stored: true, ..with_journey() },
        "1ms start
         2ms config
         3ms click #pay
         2m active
         3m hide",
        expect![[r##"
            1 ready
            1 session
            1 fetch the config
            1 store "3\na\nu1\nacme\ns\n1\n2\n\n1\n\n\n\n0\nonboarding/pay\n"
            2 watch clicks on ["#pay"], sightings of [".done"]
            1001 send 1: 1 page u1 at / from https://search.test/, 2 track Element Clicked u1 {"selector":"#pay"}
            120000 store "3\na\nu1\nacme\ns\n1\n120000\n\n1\n\n\n\n0\nonboarding/pay\n"
            180000 send 2: 3 track Page Left u1 {"activeMs":5000,"visibleMs":179999}
        "##]],
    );
}

#[test]
fn milestones_are_told_once_also_those_reached_before_the_config_came() {
    check(
        with_journey(),
        "0ms start
         1ms track Sent
         2ms track Sent
         3ms config
         4ms click #pay
         5ms click #pay
         6ms milestone said
         7ms milestone unknown
         8ms identify u1
         9ms click #pay
         10ms identify u2
         11ms click #pay
         2s hide",
        expect![[r##"
            0 ready
            0 session
            0 fetch the config
            3 watch clicks on ["#pay"], sightings of [".done"]
            3 milestone {"isValue":true,"journey":"onboarding","milestone":"twice","name":"Sent two"}
            4 milestone {"isValue":false,"journey":"onboarding","milestone":"pay","name":"Paid"}
            6 milestone {"isValue":false,"journey":"onboarding","milestone":"said","name":"Said so"}
            10 session
            11 milestone {"isValue":false,"journey":"onboarding","milestone":"pay","name":"Paid"}
            1000 send 1: 1 page at / from https://search.test/, 2 track Sent, 3 track Sent, 4 track Element Clicked {"selector":"#pay"}, 5 track Element Clicked {"selector":"#pay"}, 6 track Milestone Reached {"milestone":"said"}, 7 track Milestone Reached {"milestone":"unknown"}, 8 identify u1, 9 track Element Clicked u1 {"selector":"#pay"}, 10 identify u2, 11 track Element Clicked u2 {"selector":"#pay"}
            2000 send 2: 12 track Page Left u2 {"activeMs":0,"visibleMs":2000}
        "##]],
    );
}

#[test]
fn an_element_is_seen_after_a_second_without_a_break() {
    check(
        with_journey(),
        "0ms start
         1ms config
         100ms in .done
         900ms out .done
         2s in .done
         2500ms hide
         3s show
         3900ms track Not yet
         9s track Seen by now
         10s out .done
         11s in .done
         20s hide",
        expect![[r##"
            0 ready
            0 session
            0 fetch the config
            1 watch clicks on ["#pay"], sightings of [".done"]
            1000 send 1: 1 page at / from https://search.test/
            2500 send 2: 2 track Page Left {"activeMs":0,"visibleMs":2500}
            4000 milestone {"isValue":false,"journey":"onboarding","milestone":"done","name":"Saw it done"}
            20000 send 3: 3 track Not yet, 4 track Element Seen {"selector":".done"}, 5 track Seen by now, 6 track Element Seen {"selector":".done"}, 7 track Page Left {"activeMs":0,"visibleMs":17000}
        "##]],
    );
}

#[test]
fn a_busy_collector_is_left_alone_and_gets_the_same_messages_in_order() {
    check(
        plain(),
        "0ms start
         1s answer 1 503 60000
         2s track Second
         30s hide
         31s show
         62s answer 2 200
         80s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            61000 send 2: 1 page at / from https://search.test/, 2 track Second, 3 track Page Left {"activeMs":0,"visibleMs":30000}
            80000 send 3: 4 track Page Left {"activeMs":0,"visibleMs":49000}
        "#]],
    );
}

#[test]
fn three_silences_wait_for_a_sign_of_life() {
    check(
        plain(),
        "0ms start
         1s answer 1 0
         6s answer 2 0
         20s answer 3 0
         10m track Waits too
         11m online
         12m answer 4 200
         13m hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            5000 send 2: 1 page at / from https://search.test/
            6734 send 3: 1 page at / from https://search.test/
            660000 send 4: 1 page at / from https://search.test/, 2 track Waits too
            780000 send 5: 3 track Page Left {"activeMs":0,"visibleMs":780000}
        "#]],
    );
}

#[test]
fn refused_messages_are_let_go_and_large_batches_go_in_halves() {
    check(
        plain(),
        "0ms start
         1ms track A
         2ms track B
         3ms track C
         1s answer 1 413
         6s answer 2 413
         7s answer 3 200
         8s answer 4 403
         9s hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/, 2 track A, 3 track B, 4 track C
            5000 send 2: 1 page at / from https://search.test/
            6000 send 3: 2 track A, 3 track B
            7000 send 4: 4 track C
            8000 warning {"code":"refused_by_collector"}
            9000 send 5: 5 track Messages Dropped {"count":2,"reason":"refused"}
            9000 send 6: 6 track Page Left {"activeMs":0,"visibleMs":9000}
        "#]],
    );
}

#[test]
fn a_config_that_cannot_be_had_is_asked_for_a_few_times() {
    check(
        plain(),
        "0ms start
         1ms no config
         1s answer 1 200
         1m no config
         2m no config
         3m no config
         10m no config
         20m no config
         9h hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            304 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            60734 fetch the config
            122649 fetch the config
            186115 fetch the config
            32400000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":32400000}
        "#]],
    );
}

#[test]
fn what_cannot_be_a_message_is_a_warning() {
    let script = format!(
        "0ms start
         1ms track {}
         2ms track Large {{\"text\":\"{}\"}}
         3ms track Fine
         2s hide",
        "n".repeat(600),
        "x".repeat(40_000),
    );
    check(
        plain(),
        &script,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1 warning {"code":"name_missing_or_too_long"}
            2 warning {"code":"message_too_large"}
            1000 send 1: 1 page at / from https://search.test/, 2 track Fine
            2000 send 2: 3 track Page Left {"activeMs":0,"visibleMs":2000}
        "#]],
    );
}

#[test]
fn manual_pages_are_announced_by_the_vendor_alone() {
    let options = Options { automatic_pages: false, ..Options::default() };
    check(
        Story { options, ..plain() },
        r#"0ms start
           1s route /a
           2s page Second {"title":"Own"}
           3s hide"#,
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            3000 send 1: 1 page Second at /a from https://app.test/
        "#]],
    );
}

#[test]
fn a_page_from_the_back_forward_cache_is_a_page_again() {
    check(
        plain(),
        "0ms start
         2s hide
         3s answer 1 200
         5m restore
         6m hide",
        expect![[r#"
            0 ready
            0 session
            0 fetch the config
            1000 send 1: 1 page at / from https://search.test/
            2000 send 2: 2 track Page Left {"activeMs":0,"visibleMs":2000}
            360000 send 3: 3 page at / from https://search.test/, 4 track Page Left {"activeMs":0,"visibleMs":60000}
        "#]],
    );
}
