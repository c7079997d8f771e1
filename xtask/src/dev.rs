//! The whole product on this machine: collector, dashboard and demo site, with a cohort of simulated users.
//! The cohort comes in through the same door as any customer's; nothing is written around it.

use crate::Failure;
use crate::files::{read_text, write};
use crate::run::{cargo, from_root, run};
use crate::service::{Service, check_port_is_free};
use crate::{places, setup, steps, wasm};
use signal_hook::consts::{SIGINT, SIGTERM};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const COLLECTOR_PORT: u16 = 4600;
const DEMO_PORT: u16 = 4610;
const DATA: &str = ".milepost";
const CONFIG: &str = "demo-site/milepost.toml";

/// The simulated cohort: enough for every step of the funnel to have people in it, little enough to be sent in seconds.
const COHORT: &[&str] = &["--config", CONFIG, "--key", "wk_demo", "--users", "400", "--days", "60", "--seed", "1"];

/// How often we look whether a service has ended.
const WATCHING_INTERVAL: Duration = Duration::from_millis(200);

struct Options {
    port: u16,
    demo_port: u16,
    data: PathBuf,
}

/// Builds and runs everything until Ctrl-C.
pub(crate) fn dev(arguments: &[String]) -> Result<(), Failure> {
    let options = parse(arguments)?;
    check_port_is_free(options.port, "--port")?;
    check_port_is_free(options.demo_port, "--demo-port")?;
    let started = Instant::now();
    setup::setup()?;
    wasm::wasm()?;
    build_collector()?;

    let interrupted = interruptible()?;
    let is_interrupted = || interrupted.load(Ordering::Relaxed);
    let collector_url = format!("http://localhost:{}", options.port);
    let mut collector = start_collector(&options, &collector_url)?;
    collector.wait_until_ready(options.port, "/readyz", is_interrupted)?;
    let mut demo_site = start_demo_site(&options, &collector_url)?;
    demo_site.wait_until_ready(options.demo_port, "/", is_interrupted)?;
    if !is_interrupted() {
        seed(&options.data, &collector_url)?;
    }
    if !is_interrupted() {
        print_summary(&options, &collector_url, &collector, started.elapsed());
    }

    // The demo site goes first: it talks to the collector.
    let mut services = [demo_site, collector];
    let starter = current_starter();
    while !is_interrupted() && starter == current_starter() {
        for service in &mut services {
            if let Some(status) = service.ended() {
                return Err(format!("the {} ended by itself ({status})", service.name()));
            }
        }
        thread::sleep(WATCHING_INTERVAL);
    }
    println!("\nstopping …");
    for service in services {
        drop(service);
    }
    println!("stopped; the facts are kept in {}", places::shown(&options.data));
    Ok(())
}

/// Builds the collector with the features that the tests use too, so that nothing is compiled twice.
pub(crate) fn build_collector() -> Result<(), Failure> {
    run(cargo().args(["build", "--workspace", "--exclude", "sdk", "--bin", "milepost"]))
}

fn parse(arguments: &[String]) -> Result<Options, Failure> {
    let mut options = Options { port: COLLECTOR_PORT, demo_port: DEMO_PORT, data: places::root().join(DATA) };
    let mut left = arguments.iter();
    while let Some(name) = left.next() {
        let mut value = || left.next().ok_or_else(|| format!("`{name}` needs a value"));
        match name.as_str() {
            "--port" => options.port = port(value()?)?,
            "--demo-port" => options.demo_port = port(value()?)?,
            "--data" => options.data = places::root().join(value()?),
            unknown => return Err(format!("unknown option `{unknown}`: expected --port, --demo-port or --data")),
        }
    }
    if options.port == options.demo_port {
        return Err(format!("--port and --demo-port are both {}: they must differ", options.port));
    }
    Ok(options)
}

fn port(text: &str) -> Result<u16, Failure> {
    match text.parse() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(format!("`{text}` is not a port: expected a number from 1 to 65535")),
    }
}

/// Set by the first Ctrl-C; a second one ends us at once.
fn interruptible() -> Result<Arc<AtomicBool>, Failure> {
    const EXIT_CODE_OF_INTERRUPTION: i32 = 130;
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register_conditional_shutdown(signal, EXIT_CODE_OF_INTERRUPTION, Arc::clone(&interrupted))
            .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&interrupted)))
            .map_err(|error| format!("cannot listen for Ctrl-C: {error}"))?;
    }
    Ok(interrupted)
}

/// The process that started us, if that is npm: it dies of a signal without passing it on, and then we are not wanted.
#[cfg(unix)]
fn current_starter() -> Option<u32> {
    std::env::var_os("npm_lifecycle_event").map(|_| std::os::unix::process::parent_id())
}

#[cfg(not(unix))]
fn current_starter() -> Option<u32> {
    None
}

fn start_collector(options: &Options, collector_url: &str) -> Result<Service, Failure> {
    let mut command = from_root(places::milepost());
    command.arg("serve").arg("--config").arg(config(options)?).arg("--data").arg(&options.data);
    command.args(["--listen", &format!("127.0.0.1:{}", options.port), "--public-url", collector_url]);
    Service::start("collector", &mut command)
}

/// The demo site's definitions. They name the origins that may send, so another port needs a copy that names it.
fn config(options: &Options) -> Result<PathBuf, Failure> {
    let usual = places::root().join(CONFIG);
    if options.demo_port == DEMO_PORT {
        return Ok(usual);
    }
    let port = |port| format!(":{port}\"");
    let text = read_text(&usual)?.replace(&port(DEMO_PORT), &port(options.demo_port));
    let copy = options.data.join("milepost.toml");
    write(&copy, text.as_bytes())?;
    Ok(copy)
}

fn start_demo_site(options: &Options, collector_url: &str) -> Result<Service, Failure> {
    let mut command = from_root("node");
    command.args(["demo-site/server.mjs", "--port", &options.demo_port.to_string(), "--collector", collector_url]);
    Service::start("demo site", &mut command)
}

/// Sends the cohort once per data folder.
fn seed(data: &Path, collector_url: &str) -> Result<(), Failure> {
    let stamp = data.join("seeded");
    if stamp.exists() {
        return Ok(());
    }
    println!("sending a cohort of simulated users (once) …");
    run(from_root(places::milepost()).args(["simulate", "--url", collector_url]).args(COHORT))?;
    write(&stamp, COHORT.join(" ").as_bytes())
}

fn print_summary(options: &Options, collector_url: &str, collector: &Service, took: Duration) {
    println!("\nMilepost is up after {}\n", steps::shown(took));
    println!("  demo site   http://localhost:{}", options.demo_port);
    println!("  dashboard   {collector_url}");
    if let Some(link) = collector.line(|it| it.contains("/setup")).and_then(|it| link_in(&it)) {
        println!("  first, set a password at\n              {link}");
    }
    println!("  facts       {}", places::shown(&options.data));
    println!("\nCtrl-C stops it.\n");
}

fn link_in(line: &str) -> Option<String> {
    let start = line.find("http")?;
    let link: String = line[start..].chars().take_while(|it| !it.is_whitespace() && !"\"'<>`)".contains(*it)).collect();
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_is_found_within_a_line() {
        let line = r#"first run: open "http://localhost:4600/setup?token=abc" to set a password"#;
        assert_eq!(link_in(line).as_deref(), Some("http://localhost:4600/setup?token=abc"));
    }

    #[test]
    fn one_port_cannot_serve_two() {
        let arguments = ["--port".to_owned(), "4610".to_owned()];
        assert!(parse(&arguments).is_err());
    }
}
