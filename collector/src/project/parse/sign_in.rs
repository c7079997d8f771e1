//! `[sign_in]` and `[sign_in.oidc]`: how operators prove who they are.

use super::findings::Findings;
use super::table::{RawTable, Table, Text, text, wrong_type};
use super::{origins, secrets, suggestions};
use crate::project::{Oidc, Secret, SignIn, Welcome};
use crate::storage::Role;
use toml::de::DeValue;

const KEYS: [&str; 6] = ["name", "issuer", "client_id", "client_secret", "domains", "role"];

/// What the button says where nobody gave the provider a name.
const USUAL_NAME: &str = "single sign-on";

/// A button has one line.
const NAME_CHARS_MAX: usize = 40;

/// A company has some; more would be somebody else's.
const DOMAINS_MAX: usize = 50;

/// Where anybody gets an address.
const FOR_ANYBODY: [&str; 9] = [
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "proton.me",
    "gmx.net",
];

pub(super) fn read(table: RawTable<'_>, findings: &mut Findings<'_>) -> SignIn {
    let table = Table::new(table.entries, table.span, "sign-in table", &["password", "oidc"], findings);
    let oidc = table.table("oidc", findings).map(|it| read_oidc(it, findings));
    let password = table.truth("password", findings).unwrap_or(true);
    if let Some(item) = table.get("password")
        && !password
        && oidc.is_none()
    {
        let help = "add a table `[sign_in.oidc]`, or write `password = true`";
        findings.error(item.span(), "without passwords and without a provider nobody could sign in", help);
    }
    SignIn { password, oidc: oidc.flatten() }
}

fn read_oidc(table: RawTable<'_>, findings: &mut Findings<'_>) -> Option<Oidc> {
    let table = Table::new(table.entries, table.span, "identity provider", &KEYS, findings);
    let name = table.text("name", "add `name = \"Okta\"`, as the button is to say it", findings);
    if let Some(found) = &name
        && (found.text.chars().count() > NAME_CHARS_MAX || found.text.chars().any(char::is_control))
    {
        let help = format!("write at most {NAME_CHARS_MAX} characters");
        findings.error(found.span.clone(), "`name` does not fit on a button", help);
    }
    let issuer = table
        .required_text(
            "issuer",
            "add `issuer = \"https://id.example.com\"`, exactly as the provider writes it",
            findings,
        )
        .and_then(|it| issuer(it, findings));
    let client_id = table.required_text("client_id", "add the `client_id` that the provider gave you", findings);
    let client_secret =
        table.get("client_secret").and_then(|it| secrets::read(it, "client_secret", findings)).map(Secret::new);
    let welcome = welcome(&table, findings);
    Some(Oidc {
        name: name.map_or(USUAL_NAME, |it| it.text.trim()).to_owned(),
        issuer: issuer?,
        client_id: client_id?.text.to_owned(),
        client_secret,
        welcome,
    })
}

/// https, so that nobody on the way can be the provider; on this machine there is no way.
fn issuer(found: Text<'_>, findings: &mut Findings<'_>) -> Option<String> {
    let url = found.text;
    let (origin, _) = url.match_indices('/').nth(2).map_or((url, ""), |(at, _)| url.split_at(at));
    if url.contains(['?', '#', '@']) || url.chars().any(|it| it.is_whitespace() || it.is_control()) {
        findings.error(
            found.span,
            "an issuer has no query, no fragment, no name and no spaces",
            "write it as its discovery document does",
        );
        return None;
    }
    if let Some(rest) = origin.strip_prefix("http://")
        && !crate::oidc::is_this_machine(rest)
    {
        let help = format!("write \"https://{}\"", &url["http://".len()..]);
        findings.error(found.span, "an issuer that is reached over plain http can be anybody", help);
        return None;
    }
    let is_url = origin.starts_with("https://") || origin.starts_with("http://");
    if !is_url || origins::check(origin).is_err() {
        let help = "write \"https://id.example.com\", exactly as the provider writes it";
        findings.error(found.span, format!("`{url}` is no issuer"), help);
        return None;
    }
    Some(url.to_owned())
}

fn welcome(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Welcome> {
    let domains = domains(table, findings);
    let role = role(table, findings);
    if let Some(item) = table.get("role")
        && table.get("domains").is_none()
    {
        let help = "add `domains = [\"example.com\"]`; who was invited has the role of the invitation";
        findings.error(item.span(), "`role` is for people of some `domains`, and there are none", help);
    }
    Some(Welcome { domains: domains?, role: role.unwrap_or(Role::Viewer) })
}

fn domains(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Vec<String>> {
    let item = table.get("domains")?;
    let help = "write `domains = [\"example.com\"]`: what stands behind the @";
    let DeValue::Array(items) = item.get_ref() else {
        wrong_type(item, "domains", "a list", item.get_ref(), help, findings);
        return None;
    };
    if items.is_empty() || items.len() > DOMAINS_MAX {
        let message = format!("`domains` lists {} domains: it has between 1 and {DOMAINS_MAX}", items.len());
        findings.error(item.span(), message, "leave it out where everybody is to be invited");
    }
    let mut found = Vec::new();
    for item in items.iter() {
        let Some(written) = text(item, "domains", help, findings) else { continue };
        let domain = written.text.to_lowercase();
        let is_plain = |it: char| it.is_alphanumeric() || matches!(it, '.' | '-');
        if !domain.contains('.') || domain.starts_with('.') || !domain.chars().all(is_plain) {
            findings.error(written.span, format!("`{}` is no domain", written.text), help);
            continue;
        }
        if FOR_ANYBODY.contains(&domain.as_str()) {
            let message = format!("anybody can have an address at `{domain}`, and would become an operator");
            findings.error(written.span, message, "name domains of your own, and invite the others");
            continue;
        }
        found.push(domain);
    }
    Some(found)
}

fn role(table: &Table<'_>, findings: &mut Findings<'_>) -> Option<Role> {
    let known: Vec<&str> = Role::ALL.into_iter().filter(|it| *it != Role::Owner).map(Role::as_str).collect();
    let help = format!("write `role = \"viewer\"`; there are {}", suggestions::list(&known));
    let found = table.text("role", &help, findings)?;
    match Role::parse(found.text) {
        Some(Role::Owner) => {
            findings.error(found.span, "nobody becomes an owner by themselves", "invite owners one by one");
            None
        }
        None => {
            findings.error(found.span, format!("unknown role `{}`", found.text), suggestions::help(found.text, &known));
            None
        }
        role => role,
    }
}
