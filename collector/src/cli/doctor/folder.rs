//! Looks at the data folder.

use super::finding::Findings;
use crate::cli::folder::DataFolder;
use std::path::Path;

const ABOUT: &str = "data folder";

pub(super) async fn look(data: &DataFolder, findings: &mut Findings) {
    let shown = data.path.display();
    if !data.path.exists() {
        // The first start makes it, where it may.
        let parent = data.path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
        if let Err(error) = try_to_write(parent) {
            let message = format!("{shown} does not exist and cannot be made: {error}");
            findings.wrong(
                ABOUT,
                "folder_unwritable",
                message,
                "name another with --data, or let this user write there",
            );
        } else {
            findings.ok(ABOUT, format!("{shown} does not exist yet; the first start makes it"));
        }
        return;
    }
    if !data.path.is_dir() {
        let help = "name a folder with --data";
        findings.wrong(ABOUT, "folder_unwritable", format!("{shown} is a file"), help);
        return;
    }
    if let Err(error) = try_to_write(&data.path) {
        let help = "let the user that runs the server write there";
        findings.wrong(ABOUT, "folder_unwritable", format!("{shown} cannot be written to: {error}"), help);
        return;
    }
    if is_open_to_others(&data.path) {
        let message = format!("{shown} can be read by other users of this machine");
        findings.warning(ABOUT, "folder_open", message, format!("chmod 700 {shown}"));
    }
    if !data.path.join("events.sqlite").exists() {
        findings.ok(ABOUT, format!("{shown} is empty"));
        return;
    }
    let counted = match data.open_read_only() {
        Ok(events) => events.count().await.map_err(|error| error.to_string()),
        Err(_) => Err("it cannot be opened".to_owned()),
    };
    match counted {
        Ok(count) => findings.ok(ABOUT, format!("{shown} holds {count} messages")),
        Err(error) => {
            let help = "restore a backup, or take what can be read with `milepost export`";
            findings.wrong(ABOUT, "folder_damaged", format!("{shown} cannot be read: {error}"), help);
        }
    }
}

/// Root may write anywhere, except where nobody may.
fn try_to_write(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(format!(".milepost-doctor-{}", std::process::id()));
    std::fs::write(&probe, b"")?;
    std::fs::remove_file(&probe)
}

#[cfg(unix)]
fn is_open_to_others(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(folder).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}
