//! The interruption budget under way: a crowd with several devices and tabs, campaigns that all want something of it,
//! the real application with its real ledger, and a checker that knows only what was truly shown to whom.
//!
//! Time is virtual, one seed decides everything. `campaigns.rs` is what the vendor wrote, `crowd.rs` who comes when,
//! `visit.rs` what happens then, `checker.rs` what must hold, in words of its own.

mod campaigns;
mod checker;
mod crowd;
mod report;
mod visit;

pub use report::BudgetReport;

use crate::agenda::Agenda;
use crate::collector::data_folder;
use crate::dice::Dice;
use crate::project::START_MS;
use campaigns::Campaigns;
use checker::Checker;
use crowd::Person;
use milepost::app::App;
use milepost::app::accept::Sender;
use milepost::{Clock, storage};
use std::sync::Arc;

const DAY_MS: i64 = 86_400_000;

/// How large a run is.
#[derive(Clone, Copy, Debug)]
pub struct BudgetRun {
    pub seed: u64,
    pub people: usize,
    pub days: i64,
}

enum Happening {
    Visit {
        person: usize,
    },
    /// Messages reach the collector, at last.
    Delivery {
        messages: Vec<String>,
        heard: Vec<checker::Heard>,
    },
}

struct World {
    now_ms: i64,
    end_ms: i64,
    clock: Clock,
    app: Arc<App>,
    agenda: Agenda<Happening>,
    campaigns: Campaigns,
    people: Vec<Person>,
    checker: Checker,
    dice: Dice,
    report: BudgetReport,
    /// Numbers that make ids.
    ids: u64,
}

/// Runs one whole simulation; panics, with the seed, at the first prompt that should not have been shown.
pub fn run_budget(run: BudgetRun) -> BudgetReport {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(play(run))
}

async fn play(run: BudgetRun) -> BudgetReport {
    let folder = data_folder();
    let (events, desk) = storage::sqlite::open(folder.path()).expect("an engine");
    let campaigns = Campaigns::write(START_MS);
    let clock = Clock::by_hand(START_MS);
    let app = App::open(campaigns.project.clone(), events, desk, clock.clone()).await.expect("an application");
    let mut dice = Dice::of(run.seed, "crowd");
    let people = crowd::people(&mut dice, run.people, run.days);
    let mut agenda = Agenda::new();
    for (person, who) in people.iter().enumerate() {
        agenda.plan(START_MS + who.first_visit_ms, Happening::Visit { person });
    }
    let mut world = World {
        now_ms: START_MS,
        end_ms: START_MS + run.days * DAY_MS,
        clock,
        app: Arc::new(app),
        agenda,
        checker: Checker::new(&campaigns, run.seed),
        campaigns,
        people,
        dice: Dice::of(run.seed, "visits"),
        report: BudgetReport::new(run),
        ids: 0,
    };
    while let Some((at_ms, happening)) = world.agenda.next() {
        if at_ms >= world.end_ms {
            break;
        }
        world.now_ms = at_ms;
        world.clock.set(at_ms);
        match happening {
            Happening::Visit { person } => world.visit(person).await,
            Happening::Delivery { messages, heard } => world.deliver(messages, heard).await,
        }
    }
    world.checker.finish(&mut world.report);
    world.report
}

impl World {
    async fn deliver(&mut self, messages: Vec<String>, heard: Vec<checker::Heard>) {
        let texts: Vec<&str> = messages.iter().map(String::as_str).collect();
        // What came late was sent now: the time it is about stands in each message.
        let sent_at = jiff::Timestamp::from_millisecond(self.now_ms).map(|it| it.to_string()).ok();
        let answers = self.app.accept(&texts, &Sender { sent_at, ..Sender::default() }).await;
        for answer in answers {
            assert_eq!(answer.outcome, domain::Outcome::Accepted, "{:?}", answer.reason);
        }
        self.report.messages += messages.len() as u64;
        for heard in heard {
            self.checker.hear(self.now_ms, heard);
        }
    }

    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }
}
