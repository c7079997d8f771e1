//! `[identity]`: how much a page must prove about who its user is.

use super::findings::Findings;
use super::table::{RawTable, Table, wrong_type};
use super::{secrets, suggestions};
use crate::project::{Identity, IdentityMode, Secret};
use toml::de::DeValue;

/// RFC 7518 §3.2: a key for HS256 is at least as long as the hash.
const SECRET_BYTES: usize = 32;

/// The new one and the one before, during a rotation.
const SECRETS: usize = 2;

const MODES: [(&str, IdentityMode); 3] =
    [("off", IdentityMode::Off), ("report", IdentityMode::Report), ("enforce", IdentityMode::Enforce)];

const SECRETS_HELP: &str = "add `secrets = [{ env = \"MILEPOST_IDENTITY_SECRET\" }]`";

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> Identity {
    let table = Table::new(table.entries, table.span, "identity", &["mode", "secrets"], findings);
    let mode = mode(&table, findings);
    let secrets = read_secrets(&table, findings);
    let needs_secrets = matches!(mode, Some(IdentityMode::Report | IdentityMode::Enforce));
    if needs_secrets && table.get("secrets").is_none() {
        let message = "tokens are to be checked, but there are no `secrets` to check them with";
        findings.missing(table.span, message, SECRETS_HELP);
    }
    Identity { mode: mode.unwrap_or(IdentityMode::Off), secrets }
}

fn mode(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<IdentityMode> {
    let known = MODES.map(|(name, _)| name);
    let help = format!("write `mode = \"report\"`; there are {}", suggestions::list(&known));
    let found = table.required_text("mode", &help, findings)?;
    let mode = MODES.iter().find(|(name, _)| *name == found.text).map(|(_, mode)| *mode);
    if mode.is_none() {
        findings.error(found.span, format!("unknown mode `{}`", found.text), suggestions::help(found.text, &known));
    }
    mode
}

fn read_secrets(table: &Table<'_>, findings: &mut Findings<'_>) -> Vec<Secret> {
    let Some(item) = table.get("secrets") else { return Vec::new() };
    let DeValue::Array(items) = item.get_ref() else {
        if matches!(item.get_ref(), DeValue::String(_)) {
            findings.hide(item.span());
        }
        wrong_type(item, "secrets", "a list", item.get_ref(), "put it in brackets: `secrets = [\"…\"]`", findings);
        return Vec::new();
    };
    if items.is_empty() {
        findings.error(item.span(), "`secrets` is empty", SECRETS_HELP);
    }
    if items.len() > SECRETS {
        let message = format!("{} secrets: at most {SECRETS} are live, the new one and the one before", items.len());
        findings.error(item.span(), message, "remove the oldest");
    }
    let mut found = Vec::new();
    for item in items.iter() {
        let Some(secret) = secrets::read(item, "secrets", findings) else { continue };
        if secret.len() < SECRET_BYTES {
            let message = format!("this secret is {} bytes long: HS256 needs {SECRET_BYTES}", secret.len());
            findings.error(item.span(), message, "make one with `openssl rand -base64 32`");
            continue;
        }
        found.push(Secret::new(secret));
    }
    found
}
