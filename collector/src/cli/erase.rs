//! `milepost erase`: everything that is stored of a person, gone.

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::humane::plain;
use super::output;
use super::remote::{self, Remote};
use crate::app::erase::Erasure;
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  milepost erase u-17                                in the data folder of a stopped server
  milepost erase u-17 --url http://127.0.0.1:4600    while the server runs
";

/// Erase all that is stored of a person
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct Erase {
    /// The user's id, or the anonymous id of somebody who never said who it is
    user: String,

    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// A running server to ask, instead of a data folder
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// A file that holds a token for --url [or the environment variable MILEPOST_TOKEN, or api-token in --data]
    #[arg(long, value_name = "FILE", requires = "url")]
    token_file: Option<PathBuf>,
}

impl Erase {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let erasure = match &self.url {
            Some(url) => {
                let token = remote::token(self.token_file.as_deref(), &self.data)?;
                Remote::new(url)?.delete(&["v1", "users", &self.user], &token).await?
            }
            None => {
                self.data.open_read_only()?;
                let app = self.data.open(self.config.load()?).await?;
                app.erase(&self.user)
                    .await?
                    .ok_or_else(|| Failure::new(Exit::Usage, format!("nobody is known as `{}`", plain(&self.user))))?
            }
        };
        if as_json {
            output::json(&erasure)?;
        } else {
            output::data(shown(&erasure).as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

fn shown(erasure: &Erasure) -> String {
    let Erasure { user, ids, messages, leases, denials, mutes } = erasure;
    format!(
        "erased {}: {ids} ids, {messages} messages, {leases} leases, {denials} denials, {mutes} mutes\n",
        plain(user)
    )
}
