//! Bodies of `/v1/batch`, up to stable storage.

use domain::Outcome;
use milepost::Clock;
use milepost::app::App;
use milepost::app::accept::Sender;
use milepost::app::body::Body;
use std::cell::RefCell;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

/// A folder is begun anew after so many bodies, so that it stays small.
const BODIES_PER_FOLDER: u32 = 20_000;

struct Collector {
    app: Arc<App>,
    runtime: Runtime,
    bodies: u32,
    _folder: TempDir,
}

thread_local! {
    static COLLECTOR: RefCell<Option<Collector>> = const { RefCell::new(None) };
}

impl Collector {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let project = milepost::project::parse("milepost.toml", "[project]\nname = \"Fuzz\"\n");
        let project = project.unwrap_or_else(|_| panic!("these definitions have no mistakes"));
        let (events, desk) = milepost::storage::sqlite::open(folder.path()).expect("an empty folder opens");
        let app = App::open(project, events, desk, Clock::System);
        let app = Arc::new(runtime.block_on(app).expect("an application"));
        Self { app, runtime, bodies: 0, _folder: folder }
    }
}

/// Every message has exactly one outcome, none is shed, and what was stored is a duplicate when it comes again.
pub fn message(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if Body::of_batch(text.to_owned()).is_err() {
        return;
    }
    COLLECTOR.with_borrow_mut(|slot| {
        drop(slot.take_if(|it| it.bodies >= BODIES_PER_FOLDER));
        let collector = slot.get_or_insert_with(Collector::start);
        collector.bodies += 1;
        let project = collector.app.project();
        let accept = || {
            let body = Body::of_batch(text.to_owned()).expect("it was one a moment ago");
            collector.runtime.block_on(collector.app.accept_body(body, &Sender::default(), &project))
        };
        let (first, second) = (accept(), accept());
        assert_eq!(first.iter().len(), second.iter().len());
        for (first, second) in first.iter().zip(second.iter()) {
            assert_ne!(first.outcome, Outcome::Shed, "{first:?}");
            let is_rejected = matches!(first.outcome, Outcome::Rejected(_));
            assert_eq!(first.reason.is_some(), is_rejected, "{first:?}");
            if is_rejected {
                assert_eq!(first.outcome, second.outcome);
            }
        }
    });
}
