//! Links: `https:`, or a path of the page's own origin.

use super::findings::Findings;
use super::table::Text;

pub(super) const HELP: &str = "add `url = \"https://help.example.com/invoices\"`, or a path such as \"/help\"";

/// `https:` or a path of the page's own origin: nothing that runs, nothing that can be listened to on the way.
pub(super) fn url<'t>(found: Text<'t>, findings: &mut Findings<'_>) -> Option<Text<'t>> {
    let url = found.text;
    let host = url.strip_prefix("https://");
    let is_own = url.starts_with('/') && !url.starts_with("//") && !url.starts_with("/\\");
    if url.chars().any(|it| it.is_whitespace() || it.is_control()) {
        let help = format!("write \"{}\"", url.split_whitespace().collect::<Vec<_>>().join("%20"));
        findings.error(found.span, "a URL holds no spaces", help);
        return None;
    }
    if is_own || url.starts_with('#') || host.is_some_and(|it| !it.is_empty() && !it.starts_with('/')) {
        return Some(found);
    }
    let help = match url.strip_prefix("http://").or(url.strip_prefix("//")) {
        Some(rest) => format!("write \"https://{rest}\""),
        None if url.contains("://") || url.contains(':') => {
            "write a URL with https, or a path such as \"/help\"".into()
        }
        None if url.split('/').next().is_some_and(|it| it.contains('.')) => format!("write \"https://{url}\""),
        None => format!("write \"/{url}\""),
    };
    findings.error(found.span, format!("`{url}` is neither https nor a path"), help);
    None
}
