//! `milepost doctor`: what is set up wrongly, and what to do about it.
//!
//! Looks at one thing after the other: definitions, data folder, server, page, token. Each look is a file of its own
//! under `doctor/`; a look that depends on one that failed is left out, so that one mistake is one finding.

mod definitions;
mod finding;
mod folder;
mod page;
mod policy;
mod server;
mod tags;
mod token;

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use clap::Args;
use finding::{Finding, Findings};
use reqwest::{Client, Url, redirect};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

const EXAMPLES: &str = "\
Examples:
  milepost doctor                                          the definitions and the data folder
  milepost doctor --url https://milepost.example.com       a running server as well
  milepost doctor --url https://milepost.example.com --page https://app.example.com
                                                           and a page that should send to it
  milepost doctor --token-file token                       an identity token, as your server makes it
";

/// A person waits for the answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// Find out what is set up wrongly
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Doctor {
    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// A running server, as pages reach it
    #[arg(long, value_name = "URL", value_parser = http_url)]
    url: Option<Url>,

    /// A page that has the script tag, as its visitors reach it
    #[arg(long, value_name = "URL", value_parser = http_url)]
    page: Option<Url>,

    /// A file that holds an identity token for some user
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
}

impl Doctor {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let findings = self.look().await?;
        let exit = if findings.is_fine() { Exit::Done } else { Exit::Failed };
        if as_json {
            output::json(&json!({ "ok": exit == Exit::Done, "findings": findings.list() }))?;
        } else {
            output::data(shown(findings.list()).as_bytes())?;
        }
        Ok(exit)
    }

    async fn look(&self) -> Result<Findings, Failure> {
        let mut findings = Findings::default();
        // Somebody who looks at a server elsewhere has its definitions and data elsewhere too.
        let is_here = self.url.is_none() || self.config.path.exists();
        let project = if is_here { definitions::look(&self.config.path, &mut findings) } else { None };
        if self.url.is_none() || self.data.path.exists() {
            folder::look(&self.data, &mut findings).await;
        }
        let client = client()?;
        let page = match &self.page {
            Some(url) => page::fetch(&client, url, &mut findings).await,
            None => None,
        };
        // Without a server's address the page's own tag says where it is.
        let base = self.url.clone().or_else(|| page.as_ref().and_then(page::Page::server));
        let has_server = match &base {
            Some(base) => server::look(&client, base, SystemTime::now(), &mut findings).await,
            None => false,
        };
        if let Some(page) = &page {
            page.look(&client, base.as_ref().filter(|_| has_server), project.as_ref(), &mut findings).await;
        }
        if let Some(file) = &self.token_file {
            token::look(file, project.as_ref(), &mut findings)?;
        }
        Ok(findings)
    }
}

fn http_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
    url.ok_or_else(|| "write a whole URL, such as https://app.example.com".to_owned())
}

fn client() -> Result<Client, Failure> {
    Client::builder()
        .timeout(REQUEST_TIMEOUT)
        .redirect(redirect::Policy::limited(5))
        .user_agent(concat!("milepost-doctor/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| Failure::new(Exit::Failed, format!("cannot prepare requests: {error}")))
}

/// One line a finding, and one below it that says what to do.
fn shown(findings: &[Finding]) -> String {
    let mut text = String::new();
    for finding in findings {
        let _ = writeln!(
            text,
            "{:<8}{}: {}",
            finding.verdict.as_str(),
            finding.about,
            super::humane::plain(&finding.message)
        );
        if !finding.help.is_empty() {
            let _ = writeln!(text, "{:<8}{}", "", super::humane::plain(&finding.help));
        }
    }
    text
}
