//! `milepost retention`: delete what was kept long enough, now.

use super::definitions::ConfigFile;
use super::failure::{Exit, Failure};
use super::folder::DataFolder;
use super::output;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  milepost retention --dry-run      how much would go?
  milepost retention                with the server stopped; a running one does it every hour
";

/// Delete messages that were kept as long as [retention] says
#[derive(Args, Debug)]
#[command(help_template = super::HELP, before_help = EXAMPLES)]
pub(super) struct RetentionCommand {
    #[command(flatten)]
    config: ConfigFile,

    #[command(flatten)]
    data: DataFolder,

    /// Only count them, also while a server runs
    #[arg(long)]
    dry_run: bool,
}

impl RetentionCommand {
    pub(super) async fn run(&self, as_json: bool) -> Result<Exit, Failure> {
        let project = self.config.load()?;
        let (json, text) = if self.dry_run {
            let messages = self.data.ask(project).await?.expired().await?.ok_or_else(keeps_all)?;
            (serde_json::json!({ "messages": messages }), format!("{messages} messages would be deleted\n"))
        } else {
            self.data.open_read_only()?;
            let expired = self.data.open(project).await?.expire().await?.ok_or_else(keeps_all)?;
            let text = format!("deleted {} messages, {} ids\n", expired.messages, expired.ids);
            (serde_json::json!(expired), text)
        };
        if as_json {
            output::json(&json)?;
        } else {
            output::data(text.as_bytes())?;
        }
        Ok(Exit::Done)
    }
}

fn keeps_all() -> Failure {
    let help = "write `[retention]` with `messages = \"396d\"` into milepost.toml";
    Failure::new(Exit::Usage, format!("messages are kept for ever: {help}"))
}
