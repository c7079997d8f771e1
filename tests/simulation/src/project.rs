//! What the vendor in this simulation wrote in `milepost.toml`.
//!
//! `truth.rs` says once more, in its own words, what each milestone means.

/// When every simulation begins: 2027-01-15T08:00:00Z.
pub(crate) const START_MS: i64 = 1_800_000_000_000;

pub(crate) const BROWSER_KEY: &str = "wk_simulated";
pub(crate) const SERVER_KEY: &str = "sk_simulated";

pub(crate) const TOML: &str = r##"
[project]
name = "Simulated"

[[key]]
id = "wk_simulated"
kind = "browser"
origins = ["https://app.test"]

[[key]]
id = "sk_simulated"
kind = "server"

[[journey]]
id = "onboarding"
name = "Onboarding"
window = "14d"

[[journey.milestone]]
id = "signed-up"
name = "Signed up"
rule = { event = "Signed Up" }

[[journey.milestone]]
id = "customer"
name = "Looked at a customer"
rule = { page = "/customers/:id" }

[[journey.milestone]]
id = "drafted"
name = "Drafted an invoice"
rule = { click = "#new-invoice" }

[[journey.milestone]]
id = "sent"
name = "Sent an invoice"
value = true
rule = { event = "Invoice Sent", where = { total = { gte = 1 } } }

[[journey.milestone]]
id = "insight"
name = "Saw the report"
rule = { seen = ".report" }

[[journey]]
id = "team"
name = "Team"
window = "30d"

[[journey.milestone]]
id = "pro"
name = "Is on a paid plan"
rule = { trait = { plan = "pro" } }

[[journey.milestone]]
id = "invited"
name = "Somebody invited a colleague"
scope = "account"
rule = { event = "Colleague Invited" }

[[journey.milestone]]
id = "regular"
name = "Sent three invoices within a week"
value = true
rule = { count = 3, of = { event = "Invoice Sent" }, within = "7d" }

[[journey.milestone]]
id = "paid"
name = "Was paid"
rule = { event = "Invoice Paid", source = "server" }
"##;
