//! Who says that it is no person's browser.
//!
//! Only what is honest enough to say so is found: crawlers, monitors, previews, browsers that a program drives. Their
//! messages are stored and counted apart; whoever lies about it is a matter for `origins` and rates, not for this.

use axum::http::{HeaderMap, header};
use isbot::Bots;
use std::sync::LazyLock;

/// Of crates' lists of names the one that is kept up to date: <https://crates.io/crates/isbot>.
static BOTS: LazyLock<Bots> = LazyLock::new(Bots::default);

/// What the user agent says; nothing said is no bot, as privacy tools take it out.
pub(super) fn is_bot(headers: &HeaderMap) -> bool {
    let agent = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok());
    agent.is_some_and(|it| !it.is_empty() && BOTS.is_bot(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(agent: &'static str, expected: bool) {
        let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]);
        assert_eq!(is_bot(&headers), expected, "{agent}");
    }

    #[test]
    fn crawlers_and_driven_browsers_are_bots_and_people_are_not() {
        check("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true);
        check(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0 Safari/537.36",
            true,
        );
        check("curl/8.5.0", true);
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
            false,
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
            false,
        );
        check("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", false);
        check("", false);
        assert!(!is_bot(&HeaderMap::new()));
    }
}
