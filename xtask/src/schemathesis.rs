//! Holds a running collector against its own OpenAPI document, by <https://schemathesis.readthedocs.io>.

use crate::Failure;
use crate::files::read_text;
use crate::places;
use crate::run::{from_root, run};
use crate::service::Service;
use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::Command;

/// Pinned: another version checks other things.
const REQUIREMENTS: &str = "tests/openapi/requirements.txt";

/// `[--max-examples N] [--seed N]`, and whatever else Schemathesis takes.
pub(crate) fn schemathesis(arguments: &[String]) -> Result<(), Failure> {
    crate::dev::build_collector()?;
    check(arguments)
}

fn check(arguments: &[String]) -> Result<(), Failure> {
    let program = have_schemathesis()?;
    let folder = tempfile()?;
    let port = free_port()?;
    let data = folder.join("data");
    let config = places::root().join("tests/openapi/milepost.toml");
    let mut collector = Service::start(
        "collector",
        from_root(places::milepost())
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .arg("--config")
            .arg(config)
            .arg("--data")
            .arg(&data)
            .env("MILEPOST_LOG", "error"),
    )?;
    collector.wait_until_ready(port, "/readyz", || false)?;
    let token = read_text(&data.join("api-token"))?;
    let url = format!("http://127.0.0.1:{port}");
    let checked = run(from_root(program)
        .args(["--config-file", "tests/openapi/schemathesis.toml", "run", &format!("{url}/v1/openapi.json")])
        .args(["--url", &url, "--checks", "all", "--workers", "2"])
        .args(["--header", &format!("Authorization: Bearer {}", token.trim())])
        .args(arguments));
    let ended = collector.ended();
    drop(collector);
    drop(std::fs::remove_dir_all(&folder));
    match ended {
        Some(status) => Err(format!("the collector ended while it was checked ({status})")),
        None => checked,
    }
}

fn have_schemathesis() -> Result<PathBuf, Failure> {
    let folder = places::target().join("schemathesis");
    let program = folder.join("bin/schemathesis");
    let wanted = read_text(&places::root().join(REQUIREMENTS))?;
    let stamp = folder.join("requirements.txt");
    if read_text(&stamp).is_ok_and(|it| it == wanted) && program.is_file() {
        return Ok(program);
    }
    println!("installing Schemathesis …");
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    run(from_root(folder.join("bin/pip")).args(["install", "--quiet", "--requirement", REQUIREMENTS]))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))?;
    Ok(program)
}

fn tempfile() -> Result<PathBuf, Failure> {
    let folder = places::target().join(format!("schemathesis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|it| it.local_addr())
        .map(|it| it.port())
        .map_err(|error| format!("no port is free: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_pinned() {
        let text = read_text(&places::root().join(REQUIREMENTS)).expect("requirements");
        assert!(text.lines().all(|it| it.contains("==")), "{text}");
    }
}
