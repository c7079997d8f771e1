//! Secrets: written in the file, or `{ env = "NAME" }`, or `{ file = "path" }`.

use super::findings::Findings;
use super::table::{Item, Table, wrong_type};
use crate::project::SecretSource;
use toml::de::DeValue;

/// The secret's value; `None` when it cannot be had, which has then been said.
pub(super) fn read(item: &Item<'_>, key: &str, findings: &mut Findings<'_>) -> Option<String> {
    let help = "write it in quotes, or where it lies: `{ env = \"NAME\" }` or `{ file = \"path\" }`";
    let secret = match item.get_ref() {
        DeValue::String(text) => {
            findings.hide(item.span());
            text.to_string()
        }
        DeValue::Table(entries) => {
            let table = Table::new(entries, item.span(), "secret", &["env", "file"], findings);
            let source = match (table.get("env"), table.get("file")) {
                (Some(_), None) => SecretSource::Environment(table.text("env", help, findings)?.text.to_owned()),
                (None, Some(_)) => SecretSource::File(table.text("file", help, findings)?.text.into()),
                _ => {
                    findings.error(item.span(), format!("`{key}` must say one place where it lies"), help);
                    return None;
                }
            };
            match findings.fetch_secret(&source) {
                Ok(secret) => secret,
                Err(reason) => {
                    let help = match &source {
                        SecretSource::Environment(name) => format!("set the environment variable {name}"),
                        SecretSource::File(_) => {
                            "make the file readable; its path is relative to the folder of this file".to_owned()
                        }
                    };
                    findings.error(item.span(), format!("this secret cannot be read: {reason}"), help);
                    return None;
                }
            }
        }
        other => {
            wrong_type(item, key, "text in quotes or a table", other, help, findings);
            return None;
        }
    };
    if secret.is_empty() {
        findings.error(item.span(), format!("`{key}` is empty"), help);
        return None;
    }
    Some(secret)
}
