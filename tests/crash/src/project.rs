//! The definitions that the collector under test runs with.

use base64::Engine;

pub(crate) const SERVER_KEY: &str = "sk_crash";
pub(crate) const BROWSER_KEY: &str = "wk_crash";

/// Only [`SIGNED_UP`] counts in the journey, so that a probe is seen at once, however much else there is.
pub(crate) const SIGNED_UP: &str = "Signed Up";
pub(crate) const JOURNEY: &str = "onboarding";

pub(crate) const TOML: &str = r#"
[project]
name = "Crash"

[[key]]
id = "wk_crash"
kind = "browser"
origins = ["*"]

[[key]]
id = "sk_crash"
kind = "server"

[retention]
messages = "30d"

[[journey]]
id = "onboarding"
window = "14d"

[[journey.milestone]]
id = "signed-up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "paid"
value = true
rule = { event = "Paid" }

[[survey]]
id = "nps"
name = "NPS"
when = [{ event = "Invoice Opened" }]

[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend us?"
"#;

/// Basic authentication as the vendor's server.
pub(crate) fn authorization() -> String {
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{SERVER_KEY}:")))
}
