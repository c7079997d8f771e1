//! `milepost serve`: collect, answer, show the dashboard; take up changed definitions.

use super::definitions::{self, ConfigFile};
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use super::size::Size;
use crate::app::App;
use crate::http::{self, Ended, ServeOptions};
use crate::storage::sqlite::DiskLimits;
use clap::Args;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tracing_subscriber::EnvFilter;

const EXAMPLES: &str = "\
Examples:
  milepost serve                                      on 127.0.0.1:4600, data in ./milepost-data
  milepost serve --listen 0.0.0.0:4600 --public-url https://milepost.example.com
  MILEPOST_LOG=debug milepost serve --json            detailed logs, one JSON object a line
";

/// Polling costs a system call and needs no support by the file system.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Collect messages and show the dashboard
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Serve {
    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// Where to listen
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4600", env = "MILEPOST_LISTEN")]
    #[arg(hide_env_values = true)]
    listen: SocketAddr,

    /// The URL under which people reach the dashboard [default: http:// and the address]
    #[arg(long, value_name = "URL", env = "MILEPOST_PUBLIC_URL", hide_env_values = true)]
    public_url: Option<String>,

    /// Room on the disk that is left alone: with less, messages are shed [default: 256MiB, or 5% of a small disk]
    #[arg(long, value_name = "SIZE", env = "MILEPOST_DISK_RESERVE", hide_env_values = true)]
    disk_reserve: Option<Size>,

    /// The file that is deleted where a full disk must be worked on [default: 16MiB, or 5% of a small disk]
    #[arg(long, value_name = "SIZE", env = "MILEPOST_DISK_BALLAST", hide_env_values = true)]
    disk_ballast: Option<Size>,
}

impl Serve {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        start_logging(as_json);
        // Before the file is read: a change in between is found as one.
        let watch = Watch::new(&self.config.path);
        let project = self.config.load()?;
        let limits = DiskLimits {
            reserve_bytes: self.disk_reserve.map(|it| it.0),
            ballast_bytes: self.disk_ballast.map(|it| it.0),
        };
        let app = Arc::new(self.data.open_with_reserve(project, limits).await?);
        app.note_definitions().await?;
        app.provide_api_token(&self.data.path).await?;
        let public_url = match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        };
        app.be_reached_at(&public_url);
        if self.public_url.is_none() && app.project().sign_in.oidc.is_some() {
            tracing::warn!(
                "without --public-url people come back from the provider to {public_url}, here and nowhere else"
            );
        }
        if let Some(token) = app.setup_token().await? {
            output::say(&format!(
                "\nNobody can log in yet. To be the first, open\n  {public_url}/setup?token={}\n",
                token.as_str()
            ));
        }
        let reload = tokio::spawn(watch.follow(Arc::clone(&app)));
        let learning = tokio::spawn(Arc::clone(&app).keep_learning());
        let keeping = tokio::spawn(Arc::clone(&app).keep_prompts());
        let expiring = tokio::spawn(Arc::clone(&app).keep_retention());
        let served = http::serve(app, ServeOptions { listen: self.listen, public_url }).await;
        reload.abort();
        learning.abort();
        keeping.abort();
        expiring.abort();
        let ended = served.map_err(|error| {
            let exit = match error.kind() {
                std::io::ErrorKind::AddrInUse
                | std::io::ErrorKind::AddrNotAvailable
                | std::io::ErrorKind::PermissionDenied => Exit::Unavailable,
                _ => Exit::Failed,
            };
            Failure::new(exit, format!("cannot listen on {}: {error}; choose another with --listen", self.listen))
        })?;
        match ended {
            Ended::InOrder => Ok(Exit::Done),
            // Asked twice, there is nothing left to put in order: what was acknowledged is on the disk.
            Ended::AtOnce => std::process::exit(Exit::Failed as i32),
        }
    }
}

/// Logs on stderr; `MILEPOST_LOG` says how much, in the words of `RUST_LOG`.
fn start_logging(as_json: bool) {
    let filter = EnvFilter::try_from_env("MILEPOST_LOG").unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second start in one process keeps the first one's logs.
    let started =
        if as_json { builder.json().try_init() } else { builder.with_ansi(output::colours_on_stderr()).try_init() };
    drop(started);
}

/// Notices that a file was changed.
struct Watch {
    path: PathBuf,
    seen: Option<Stamp>,
}

/// A file looks changed when one of these differs; editors that write anew may keep the time.
type Stamp = (SystemTime, u64);

impl Watch {
    fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), seen: stamp(path) }
    }

    /// Whether the file looks different since the last look. A file that is gone is on its way back.
    fn has_changed(&mut self) -> bool {
        let found = stamp(&self.path);
        let changed = found.is_some() && found != self.seen;
        if changed {
            self.seen = found;
        }
        changed
    }

    async fn follow(mut self, app: Arc<App>) {
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if self.has_changed() {
                reload(&self.path, &app).await;
            }
        }
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// Puts a changed file in force; a broken one leaves the old definitions as they are.
async fn reload(path: &Path, app: &App) {
    let shown = path.display();
    match definitions::read(path) {
        Err(Failure::Plain { message, .. }) => tracing::error!("{message}; the old definitions stay in force"),
        Err(_) => {}
        Ok(parsed) => match parsed.project {
            None => {
                let rendered = parsed.diagnostics.render(false);
                tracing::error!("{shown} has mistakes; the old definitions stay in force\n{}", rendered.trim_end());
            }
            Some(project) => {
                if !parsed.diagnostics.is_empty() {
                    tracing::warn!("{}", parsed.diagnostics.render(false).trim_end());
                }
                let journeys = project.definitions.journeys.len();
                match app.publish(project).await {
                    Ok(()) => tracing::info!(journeys, "{shown} has changed: its definitions are in force"),
                    Err(error) => tracing::error!(%error, "{shown} has changed but cannot be put in force"),
                }
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::Watch;

    #[test]
    fn a_changed_file_is_noticed_once_and_a_missing_one_is_not_a_change() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("milepost.toml");
        std::fs::write(&path, "a").expect("written");
        let mut watch = Watch::new(&path);
        assert!(!watch.has_changed());
        std::fs::write(&path, "ab").expect("written");
        assert!(watch.has_changed());
        assert!(!watch.has_changed());
        std::fs::remove_file(&path).expect("removed");
        assert!(!watch.has_changed());
        std::fs::write(&path, "abc").expect("written");
        assert!(watch.has_changed());
    }
}
