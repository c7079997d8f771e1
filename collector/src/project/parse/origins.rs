//! Origins as browsers send them: `scheme://host[:port]`, lower case, default port left out.

/// Whether a browser could send this origin; if not, what to write instead.
pub(super) fn check(text: &str) -> Result<(), String> {
    if text == "*" {
        return Ok(());
    }
    let help = || "write scheme://host or scheme://host:port, such as \"https://app.example.com\"".to_owned();
    let Some((scheme, rest)) = text.split_once("://") else {
        let looks_like_host = text.contains('.') || text.starts_with("localhost");
        let host = text.split('/').next().unwrap_or(text);
        return Err(if looks_like_host && is_authority(host) { format!("write \"https://{host}\"") } else { help() });
    };
    if scheme.is_empty() || !scheme.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '-' | '.')) {
        return Err(help());
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('*') {
        return Err("list each origin, or write \"*\" alone for all".to_owned());
    }
    if !is_authority(authority) {
        return Err(help());
    }
    let scheme_lower = scheme.to_ascii_lowercase();
    let mut wanted = authority.to_ascii_lowercase();
    let default_port = match scheme_lower.as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => "",
    };
    if !default_port.is_empty()
        && let Some(host) = wanted.strip_suffix(default_port)
    {
        wanted = host.to_owned();
    }
    let origin = format!("{scheme_lower}://{wanted}");
    if origin == text { Ok(()) } else { Err(format!("write \"{origin}\": an origin has no path, as browsers send it")) }
}

fn is_authority(text: &str) -> bool {
    // An IPv6 address stands in brackets: [::1]:4600
    let (host, port) = match text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((host, port)) => (host, port),
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port_is_fine = port.is_empty() || port.strip_prefix(':').is_some_and(|it| it.parse::<u16>().is_ok());
    let in_host = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_' | ':');
    !host.is_empty() && host.chars().all(in_host) && port_is_fine
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn origins_are_as_browsers_send_them() {
        for origin in ["*", "https://app.example.com", "http://localhost:4610", "http://[::1]:80800", "app://x"] {
            let wanted = if origin.contains("80800") { None } else { Some(()) };
            assert_eq!(check(origin).ok(), wanted, "{origin}");
        }
    }

    #[test]
    fn a_near_miss_is_answered_with_the_origin() {
        let help = |text: &str| check(text).expect_err("not an origin");
        let no_path = "an origin has no path, as browsers send it";
        assert_eq!(help("https://App.example.com/login"), format!("write \"https://app.example.com\": {no_path}"));
        assert_eq!(help("https://app.example.com:443"), format!("write \"https://app.example.com\": {no_path}"));
        assert_eq!(help("app.example.com"), "write \"https://app.example.com\"");
        assert_eq!(help("https://*.example.com"), "list each origin, or write \"*\" alone for all");
    }
}
