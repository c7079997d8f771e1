//! A number with the list of sessions behind it, and the four numbers that both pages begin with.

use super::Labels;
use super::range::Range;
use crate::app::hesitation::{Tally, Who};
use crate::http::dashboard::funnel_chart::Share;
use crate::http::dashboard::href::Href;
use crate::http::dashboard::written;

/// So many sessions, and where they are listed.
pub(in crate::http::dashboard) struct Counted {
    pub(in crate::http::dashboard) count: String,
    pub(in crate::http::dashboard) href: Href,
}

impl Counted {
    /// `None` is all pages together.
    pub(super) fn of(count: u64, page: Option<&str>, who: Who, range: &Range) -> Self {
        Self { count: written::count(count), href: list_href("people", page, who, range) }
    }
}

/// The list, or its file, of the sessions behind a number.
pub(super) fn list_href(list: &str, page: Option<&str>, who: Who, range: &Range) -> Href {
    Href::to(&["hesitation", list])
        .with_all(page.map(|it| ("page", it)))
        .with("who", &who.name())
        .with_all(range.view.pairs())
}

/// `1 session`, `1,204 sessions`
pub(super) fn sessions_in_words(count: u64) -> String {
    if count == 1 { "1 session".to_owned() } else { format!("{} sessions", written::count(count)) }
}

/// What a page begins with.
pub(super) struct Tiles {
    pub(super) sessions: Counted,
    pub(super) hesitated: Counted,
    pub(super) share: Option<Share>,
    pub(super) hinted: Counted,
    pub(super) asked: Counted,
    pub(super) answered: Counted,
    pub(super) answers: Vec<Answer>,
    pub(super) one_tap: Option<Labels>,
    pub(super) shadow: Option<Labels>,
}

/// What became of so many questions.
pub(super) struct Answer {
    pub(super) name: &'static str,
    pub(super) sessions: Counted,
}

impl Tiles {
    pub(super) fn of(page: Option<&str>, tally: &Tally, range: &Range) -> Self {
        let counted = |count: u64, who: Who| Counted::of(count, page, who, range);
        let answers = &tally.answers;
        let answer = |(name, count, who): (&'static str, u64, Who)| Answer { name, sessions: counted(count, who) };
        Self {
            sessions: counted(tally.hesitated.whole, Who::Sessions),
            hesitated: counted(tally.hesitated.part, Who::Hesitated),
            share: Share::of(tally.hesitated.part, tally.hesitated.whole),
            hinted: counted(tally.hinted, Who::Hinted),
            asked: counted(tally.asked, Who::Asked),
            answered: counted(answers.answered(), Who::Answered),
            answers: [
                ("Yes, confused", answers.confused, Who::Confused),
                ("Took a help link", answers.help, Who::Help),
                ("No, I’m fine", answers.fine, Who::Fine),
                ("Don’t ask again", answers.never, Who::Never),
                ("Closed it", answers.dismissed, Who::Dismissed),
                ("Did not look at it", answers.timed_out, Who::TimedOut),
                ("Left, or still open", answers.unanswered, Who::Unanswered),
            ]
            .into_iter()
            .map(answer)
            .collect(),
            one_tap: Labels::of(tally.precision.one_tap, page, Who::OneTapRight, range),
            shadow: Labels::of(tally.precision.shadow, page, Who::ShadowStuck, range),
        }
    }
}
