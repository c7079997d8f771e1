//! The rules, as sentences.

// Tests are not shipped.
#![allow(clippy::disallowed_macros, clippy::disallowed_methods)]

mod desk;
mod traces;

use super::Policy;
use desk::{DAY_MS, Desk, START_MS};
use expect_test::{Expect, expect};
#[cfg(all(target_family = "wasm", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn check(script: &str, wanted: Expect) {
    wanted.assert_eq(&Desk::new().play(script));
}

#[test]
fn a_calm_user_who_is_stuck_is_hinted_and_then_asked() {
    check(
        "score 600
         wait 15
         score 1200
         wait 60",
        expect![[r#"
            10s hint from 500 on
            17s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_score_that_holds_for_one_tick_is_noise() {
    check(
        "wait 20
         score 1200
         wait 1
         score 0
         wait 1
         score 1200
         wait 1
         score 0
         wait 10",
        expect![[""]],
    );
}

#[test]
fn a_score_that_jumps_is_asked_about_without_a_hint() {
    check(
        "wait 20
         score 1200
         wait 5",
        expect![[r#"
            22s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_score_on_the_edge_does_not_flicker() {
    check(
        "wait 20
         score 600
         wait 3
         score 201
         wait 9
         score 600
         wait 9
         score 199
         wait 1
         score 201
         wait 1
         score 199
         wait 9",
        expect![[r#"
            22s hint from 500 on
            45s calm from 500 on
        "#]],
    );
}

#[test]
fn the_score_is_asked_about_again_in_another_session_only_after_it_was_calm() {
    check(
        "wait 20
         score 1200
         wait 5
         said Confused
         session second
         wait 5
         score 0
         wait 5
         score 1200
         wait 5",
        expect![[r#"
            22s ask from 1000 on
            32s calm from 500 on
            37s ask from 1000 on
        "#]],
    );
}

#[test]
fn pages_without_a_baseline_of_their_own_need_half_a_logit_more() {
    check(
        "own off
         wait 20
         score 999
         wait 9
         score 1499
         wait 9
         score 1500
         wait 9",
        expect![[r#"
            31s hint from 1000 on
            40s ask from 1500 on
        "#]],
    );
}

#[test]
fn nobody_is_asked_in_a_visit_shorter_than_most() {
    check(
        "score 1200
         wait 15
         session second
         early 40
         page /b
         wait 60",
        expect![[r#"
            2s withheld early from 1000 on
            10s ask from 1000 on
            17s withheld early from 1000 on
            55s ask from 1000 on
        "#]],
    );
}

#[test]
fn only_a_pause_as_long_as_is_usual_here_is_a_breakpoint_and_eight_seconds_always_are() {
    check(
        "wait 20
         click
         score 1200
         wait 9
         session second
         usual 6
         page /b
         score 0
         wait 20
         click
         score 1200
         wait 9
         session third
         usual 60
         sleep 7
         score 0
         wait 20
         click
         score 1200
         wait 9",
        expect![[r#"
            22s withheld acting from 1000 on
            23s ask from 1000 on
            51s withheld acting from 1000 on
            55s ask from 1000 on
            day 7 80s withheld acting from 1000 on
            day 7 86s ask from 1000 on
        "#]],
    );
}

#[test]
fn what_was_done_a_moment_ago_stands_against_it_whatever_counts_as_idle() {
    let mut desk = Desk::new();
    let before = desk.play("busy Modal on\nscore 1200\nwait 20\nbusy Modal off\nclick");
    desk.acted_ms = START_MS;
    let after = desk.play("wait 2");
    expect![[r#"
        2s withheld modal from 1000 on
        click
        21s withheld acting from 1000 on
        22s ask from 1000 on
    "#]]
    .assert_eq(&format!("{before}click\n{after}"));
}

#[test]
fn a_moving_pointer_puts_it_off_until_it_settles() {
    check(
        "wait 20
         score 1200
         soon 600 move
         wait 1
         soon 600 move
         wait 1
         soon 600 move
         wait 2",
        expect![[r#"
            22s withheld acting from 1000 on
            24s ask from 1000 on
        "#]],
    );
}

#[test]
fn whoever_types_is_left_alone_for_ten_seconds_in_the_field_and_three_after_it() {
    check(
        "wait 20
         score 1200
         focus
         type
         wait 12
         session second
         page /b
         score 0
         wait 20
         focus
         type
         blur
         score 1200
         wait 5",
        expect![[r#"
            22s withheld typing from 1000 on
            30s ask from 1000 on
            54s withheld typing from 1000 on
            55s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_field_with_the_focus_that_nothing_is_typed_into_is_no_typing() {
    check(
        "wait 20
         focus
         score 1200
         wait 5",
        expect![[r#"
            22s ask from 1000 on
        "#]],
    );
}

#[test]
fn each_thing_not_to_interrupt_stands_against_questions_and_is_told_once() {
    check(
        "wait 20
         score 1200
         busy Dragging on
         wait 2
         busy Composing on
         busy Dragging off
         wait 2
         busy Modal on
         busy Composing off
         wait 2
         busy Media on
         busy Modal off
         wait 2
         busy Fullscreen on
         busy Media off
         wait 2
         busy Modal on
         busy Fullscreen off
         wait 2
         busy Modal off
         wait 2",
        expect![[r#"
            22s withheld dragging from 1000 on
            23s withheld composing from 1000 on
            25s withheld modal from 1000 on
            27s withheld media from 1000 on
            29s withheld fullscreen from 1000 on
            33s ask from 1000 on
        "#]],
    );
}

#[test]
fn on_a_form_with_changes_there_is_a_hint_after_ten_seconds_and_no_question() {
    check(
        "wait 20
         click
         busy Dirty on
         score 1200
         wait 20
         busy Dirty off
         wait 2",
        expect![[r#"
            22s withheld dirty from 1000 on
            30s hint from 500 on
            41s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_dialog_of_the_page_stands_against_hints_too() {
    check(
        "wait 20
         busy Modal on
         score 600
         wait 20
         busy Modal off
         wait 2",
        expect![[r#"
            41s hint from 500 on
        "#]],
    );
}

#[test]
fn whoever_comes_back_to_the_tab_does_two_things_first() {
    check(
        "wait 20
         hide
         show
         score 1200
         wait 9
         click
         wait 9
         click
         wait 9",
        expect![[r#"
            22s withheld returned from 1000 on
            39s withheld acting from 1000 on
            41s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_burst_of_scrolling_is_one_thing_done() {
    check(
        "wait 20
         hide
         show
         score 1200
         wait 2
         scroll
         pass 100
         scroll
         pass 100
         scroll
         wait 9",
        expect![[r#"
            22s withheld returned from 1000 on
        "#]],
    );
}

#[test]
fn whoever_was_away_does_two_things_first() {
    check(
        "wait 20
         score 1200
         away on
         wait 2
         away off
         wait 9
         key
         wait 9
         key
         wait 9",
        expect![[r#"
            22s withheld returned from 1000 on
            41s withheld acting from 1000 on
            43s ask from 1000 on
        "#]],
    );
}

#[test]
fn five_minutes_of_nothing_are_being_away_though_nobody_says_so() {
    check(
        "wait 20
         pass 300000
         move
         score 1200
         wait 5
         click
         wait 5
         click
         wait 5",
        expect![[r#"
            322s withheld returned from 1000 on
            331s withheld acting from 1000 on
            333s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_hidden_page_shows_nothing() {
    check(
        "wait 20
         hide
         score 1200
         wait 5",
        expect![[r#"
            22s withheld hidden from 1000 on
        "#]],
    );
}

#[test]
fn there_is_one_question_per_session_even_after_a_reload() {
    check(
        "wait 20
         score 1200
         wait 2
         said Confused
         page /b
         wait 20
         reload
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            24s withheld session from 1000 on
            32s hint from 500 on
            44s withheld session from 1000 on
            52s hint from 500 on
        "#]],
    );
}

#[test]
fn there_is_one_hint_per_visit_and_three_per_session() {
    check(
        "score 600
         wait 12
         score 0
         wait 5
         score 600
         wait 12
         page /b
         wait 12
         reload
         wait 12
         page /d
         wait 12
         session second
         wait 2",
        expect![[r#"
            10s hint from 500 on
            14s calm from 500 on
            39s hint from 500 on
            51s hint from 500 on
            66s hint from 500 on
        "#]],
    );
}

#[test]
fn after_a_question_there_is_no_hint_on_the_same_visit() {
    check(
        "wait 20
         score 1200
         wait 2
         said Confused
         score 0
         wait 5
         score 600
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            24s calm from 500 on
        "#]],
    );
}

#[test]
fn two_questions_a_week_are_enough_and_hints_go_on() {
    check(
        "wait 20
         score 1200
         wait 2
         said Confused
         session second
         sleep 3
         wait 20
         said Confused
         session third
         sleep 3
         wait 20
         sleep 1
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            day 3 24s withheld early from 1000 on
            day 3 32s ask from 1000 on
            day 6 44s withheld coolDown from 1000 on
            day 6 52s hint from 500 on
            day 7 64s withheld early from 1000 on
            day 7 72s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_dismissal_brings_two_weeks_of_silence_and_the_next_one_four() {
    check(
        "wait 20
         score 1200
         wait 2
         said Dismissed
         session second
         sleep 13
         wait 20
         sleep 1
         wait 20
         said Dismissed
         session third
         sleep 27
         wait 20
         sleep 1
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            day 13 24s withheld coolDown from 1000 on
            day 14 44s withheld early from 1000 on
            day 14 52s ask from 1000 on
            day 41 64s withheld coolDown from 1000 on
            day 42 84s withheld early from 1000 on
            day 42 92s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_question_nobody_looks_at_for_a_minute_goes_and_counts_like_a_dismissal() {
    check(
        "wait 20
         score 1200
         wait 80
         session second
         sleep 13
         wait 20
         sleep 1
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            82s timed out
            day 13 102s withheld coolDown from 1000 on
            day 14 122s withheld early from 1000 on
            day 14 130s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_question_under_the_pointer_stays_and_its_minute_stands_still() {
    check(
        "wait 20
         score 1200
         wait 30
         said Held
         wait 100
         said Released
         wait 40",
        expect![[r#"
            22s ask from 1000 on
            182s timed out
        "#]],
    );
}

#[test]
fn every_question_has_a_minute_of_its_own_and_is_held_by_itself() {
    check(
        "wait 20
         score 1200
         wait 50
         said Held
         said Confused
         session second
         score 0
         wait 5
         score 1200
         wait 70",
        expect![[r#"
            22s ask from 1000 on
            72s calm from 500 on
            77s ask from 1000 on
            137s timed out
        "#]],
    );
}

#[test]
fn a_question_that_goes_with_its_page_was_not_dismissed() {
    check(
        "wait 20
         score 1200
         wait 30
         page /b
         said TimedOut
         session second
         wait 15",
        expect![[r#"
            22s ask from 1000 on
            52s withheld early from 1000 on
            60s ask from 1000 on
        "#]],
    );
}

#[test]
fn a_hint_and_a_question_somebody_opened_stay_for_as_long_as_the_page() {
    check(
        "wait 20
         score 600
         wait 100
         said Opened
         wait 100
         said Dismissed
         session second
         page /b
         wait 15",
        expect![[r#"
            22s hint from 500 on
            230s hint from 500 on
        "#]],
    );
}

#[test]
fn a_hint_under_the_pointer_is_not_replaced() {
    check(
        "wait 20
         score 600
         wait 2
         said Held
         score 1200
         wait 8
         said Released
         wait 8",
        expect![[r#"
            22s hint from 500 on
            27s withheld prompted from 1000 on
            31s ask from 1000 on
        "#]],
    );
}

#[test]
fn whoever_dismisses_a_hint_is_left_alone_too() {
    check(
        "wait 20
         score 600
         wait 2
         said Dismissed
         score 1200
         wait 8
         session second
         page /b
         score 600
         wait 20",
        expect![[r#"
            22s hint from 500 on
            27s withheld coolDown from 1000 on
        "#]],
    );
}

#[test]
fn closing_what_was_answered_is_no_dismissal() {
    check(
        "wait 20
         score 1200
         wait 2
         said Confused
         said Dismissed
         session second
         page /b
         wait 15",
        expect![[r#"
            22s ask from 1000 on
            24s withheld early from 1000 on
            32s ask from 1000 on
        "#]],
    );
}

#[test]
fn never_is_for_ever() {
    check(
        "wait 20
         score 1200
         wait 2
         said Never
         session second
         sleep 3650
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            day 3650 24s withheld declined from 1000 on
        "#]],
    );
}

#[test]
fn i_am_fine_makes_it_harder_on_that_page_for_thirty_days() {
    check(
        "wait 20
         score 1200
         wait 2
         said Fine
         session second
         sleep 29
         wait 20
         page /b
         wait 20
         said Confused
         session third
         sleep 1
         wait 20",
        expect![[r#"
            22s ask from 1000 on
            day 29 32s hint from 1200 on
            day 29 44s withheld early from 1000 on
            day 29 52s ask from 1000 on
            day 30 64s withheld early from 1000 on
            day 30 72s ask from 1000 on
        "#]],
    );
}

#[test]
fn muted_excluded_and_unconfigured_pages_show_nothing_and_say_why() {
    check(
        "wait 20
         muted on
         score 1200
         wait 9
         page /b
         muted off
         excluded on
         wait 20
         page /c
         excluded off
         mute
         wait 20",
        expect![[r#"
            22s withheld muted from 1000 on
            31s withheld excluded from 1000 on
            51s withheld unconfigured from 1000 on
        "#]],
    );
}

#[test]
fn the_shadow_and_the_held_out_are_decided_about_at_the_same_moments_as_the_others() {
    let script = "score 1200
        wait 12
        said Confused
        type
        blur
        wait 9
        page /b
        wait 20
        session second
        sleep 1
        wait 20";
    check(
        script,
        expect![[r#"
            2s withheld early from 1000 on
            10s ask from 1000 on
            23s withheld session from 1000 on
            31s hint from 500 on
            day 1 43s withheld early from 1000 on
            day 1 51s ask from 1000 on
        "#]],
    );
    for assignment in ["shadow", "holdOut"] {
        let watched = Desk::new().play(&format!("is {assignment}\n{script}"));
        let asked = Desk::new().play(script).replace("ask", &format!("withheld {assignment}"));
        let asked: String = asked.split_inclusive('\n').filter(|it| !it.contains("hint")).collect();
        assert_eq!(watched, asked);
    }
}

#[test]
fn those_who_are_only_watched_see_no_hints() {
    for assignment in ["shadow", "holdOut", "exploration"] {
        assert_eq!(Desk::new().play(&format!("is {assignment}\nscore 600\nwait 19")), "", "{assignment}");
    }
}

#[test]
fn exploration_asks_at_one_random_moment_of_the_session_whatever_the_score() {
    check(
        "is exploration
         wait 100
         said Confused
         page /b
         wait 200",
        expect![[r#"
            68s ask from 1000 on
            168s withheld session from 1000 on
        "#]],
    );
}

#[test]
fn exploration_waits_for_the_same_breakpoints() {
    let mut desk = Desk::new();
    let script = "is exploration\nbusy Modal on\nwait 200\nbusy Modal off\nwait 2";
    expect![[r#"
        68s withheld modal from 1000 on
        201s ask from 1000 on
    "#]]
    .assert_eq(&desk.play(script));
}

#[test]
fn moments_of_exploration_are_spread_over_twenty_to_a_hundred_and_eighty_seconds() {
    let mut history = super::history::History::default();
    let mut counts = [0; 16];
    for session in 0..16_000_u32 {
        history.enter(i64::from(session.wrapping_mul(2_654_435_761)));
        let at_ms = history.explore_ms(42);
        assert!((20_000..=180_000).contains(&at_ms));
        counts[((at_ms - 20_000) / 10_001) as usize] += 1;
    }
    assert!(counts.iter().all(|it| (850..1_150).contains(it)), "{counts:?}");
}

#[test]
fn what_is_remembered_survives_the_page() {
    let mut desk = Desk::new();
    desk.play("wait 20\nscore 600\nwait 2\nscore 1200\nwait 2\nsaid Fine\npage /b\nsaid Fine\nsaid Never");
    let memory = desk.policy.memory();
    desk.policy = Policy::default();
    desk.policy.recall("first", &memory);
    assert_eq!(desk.policy.memory(), memory);
    desk.policy.recall("second", &memory);
    assert_ne!(desk.policy.memory(), memory, "another session may ask again");
}

#[test]
fn memory_stays_short_however_much_happened() {
    let mut desk = Desk::new();
    for visit in 0..100 {
        desk.visit(&format!("/page/{visit}"));
        desk.enter(&format!("session {visit}"));
        desk.play("score 1200\nwait 12\nsaid Fine\nsaid Asked\nsaid Dismissed\npass 1000000000");
    }
    let memory = desk.policy.memory();
    assert!(memory.len() <= 300, "{}: {memory}", memory.len());
    desk.reload();
    assert_eq!(desk.policy.memory(), memory);
}

#[test]
fn the_page_whose_fine_is_oldest_is_forgotten_first() {
    let mut desk = Desk::new();
    for page in 0..9 {
        desk.play(&format!("page /{page}\nsaid Fine\npass 1000"));
    }
    let is_fine = |desk: &mut Desk, page: &str| {
        desk.visit(page);
        desk.policy.history.is_fine(desk.now_ms, desk.policy.page)
    };
    assert!(!is_fine(&mut desk, "/0"));
    for page in 1..9 {
        assert!(is_fine(&mut desk, &format!("/{page}")), "{page}");
    }
}

#[test]
fn fine_said_twice_of_a_page_takes_one_place() {
    let mut desk = Desk::new();
    desk.play("page /other\nsaid Fine\npass 1000\npage /again");
    for _ in 0..20 {
        desk.play("said Fine\npass 1000");
    }
    desk.visit("/other");
    assert!(desk.policy.history.is_fine(desk.now_ms, desk.policy.page));
}

#[test]
fn what_cannot_be_read_says_nothing() {
    let mut desk = Desk::new();
    desk.play("wait 20\nscore 1200\nwait 2\nsaid Never");
    let memory = desk.policy.memory();
    let nothing = {
        let mut policy = Policy::default();
        policy.recall("first", "");
        policy.memory()
    };
    let shorter = (0..memory.len()).map(|it| memory[..it].to_owned());
    let others = ["é", "2", "null", "{\"a\":1}", "1zzzzzzzz"].map(str::to_owned);
    let longer = [
        memory.replacen('1', "2", 1),
        format!("{memory}0"),
        format!("{memory}é"),
        memory.replace('1', "x"),
        memory.repeat(1_000),
    ];
    for text in shorter.chain(others).chain(longer) {
        let mut policy = Policy::default();
        policy.recall("first", &text);
        assert_eq!(policy.memory(), nothing, "{text}");
    }
}

#[test]
fn absurd_times_and_scores_neither_panic_nor_lift_a_cap() {
    let mut desk = Desk::new();
    desk.play("wait 20\nscore 1200\nwait 2\nsaid Confused");
    for now_ms in [i64::MIN, -1, 0, START_MS - DAY_MS, i64::MAX - 100_000, START_MS] {
        for (ask_at, score) in [(i32::MAX, i32::MIN), (i32::MIN, i32::MAX), (0, i32::MAX)] {
            desk.model.ask_at = ask_at;
            desk.model.hint_at = ask_at;
            desk.score = score;
            desk.now_ms = now_ms;
            desk.acted_ms = now_ms;
            let told = desk.play("click\nmove\ntype\nblur\nsaid Fine\nwait 12\nsaid Asked\nsaid Dismissed\npage /x");
            assert!(!told.contains("ask"), "{told}");
            desk.reload();
        }
    }
}
