//! Looks at an identity token as the vendor's server makes it.

use super::finding::Findings;
use crate::app::trust::{Doubt, examine};
use crate::cli::definitions::read_secret_file;
use crate::cli::failure::{Exit, Failure};
use crate::project::Project;
use std::path::Path;

const ABOUT: &str = "identity token";

pub(super) fn look(file: &Path, project: Option<&Project>, findings: &mut Findings) -> Result<(), Failure> {
    let token = read_secret_file(file)
        .map_err(|error| Failure::new(Exit::Io, format!("cannot read the token file {}: {error}", file.display())))?;
    let Some(project) = project else {
        let help = "name the definitions with --config: they say which secrets count";
        findings.wrong(ABOUT, "token_unchecked", "without definitions it cannot be checked", help);
        return Ok(());
    };
    let now_ms = jiff::Timestamp::now().as_millisecond();
    match examine(&project.identity.secrets, &token, now_ms) {
        Ok(vouched) => findings.ok(ABOUT, format!("vouches for the user {}", vouched.user_id)),
        Err(doubt) => {
            let (code, message, help) = words(doubt);
            findings.wrong(ABOUT, code, message, help);
        }
    }
    Ok(())
}

fn words(doubt: Doubt) -> (&'static str, &'static str, &'static str) {
    match doubt {
        Doubt::NoSecrets => (
            "token_unchecked",
            "there are no secrets in [identity] to check it with",
            "add `mode = \"report\"` and `secrets` to [identity]",
        ),
        Doubt::Malformed => (
            "token_malformed",
            "it is no JWT of HS256 with `sub` (text) and `exp` (seconds)",
            "make it as docs/reference/http-api.md says",
        ),
        Doubt::Signature => (
            "token_signature",
            "none of the live secrets has signed it",
            "does the server that makes it have one of the secrets of [identity]?",
        ),
        Doubt::Expired => {
            ("token_expired", "it has expired", "make one for each page load, and check that server's clock")
        }
        Doubt::LivesTooLong => (
            "token_too_long",
            "it lives for more than 24 hours: it is refused",
            "set `exp` at most 24 hours ahead, in seconds since 1970",
        ),
    }
}
