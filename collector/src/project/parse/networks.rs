//! Networks as people write them: `10.0.0.0/8`, `2001:db8::/32`, or one address.

use super::findings::Findings;
use super::table::{Table, text, wrong_type};
use ipnet::IpNet;
use std::net::IpAddr;
use toml::de::DeValue;

/// More would make every request wait for a long list.
const NETWORKS_MAX: usize = 100;

/// `None` where the key is missing.
pub(super) fn read(table: &Table<'_>, key: &str, findings: &mut Findings<'_>) -> Option<Vec<IpNet>> {
    let item = table.get(key)?;
    let help = format!("write `{key} = [\"10.0.0.0/8\", \"2001:db8::/32\"]`");
    let DeValue::Array(items) = item.get_ref() else {
        wrong_type(item, key, "a list of networks", item.get_ref(), &help, findings);
        return None;
    };
    if items.len() > NETWORKS_MAX {
        let message = format!("`{key}` lists {} networks", items.len());
        findings.error(
            item.span(),
            message,
            format!("write at most {NETWORKS_MAX}; larger networks hold smaller ones"),
        );
        return None;
    }
    let mut networks = Vec::new();
    for item in items.iter() {
        let Some(written) = text(item, key, &help, findings) else { continue };
        match parse(written.text) {
            Ok(network) => networks.push(network),
            Err(help) => findings.error(written.span, format!("`{}` is not a network", written.text), help),
        }
    }
    Some(networks)
}

fn parse(text: &str) -> Result<IpNet, String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(IpNet::from(address.to_canonical()));
    }
    match text.parse::<IpNet>() {
        Ok(network) if network.trunc() == network => Ok(network),
        Ok(network) => Err(format!("write \"{}\": the part behind the prefix is zero", network.trunc())),
        Err(_) => Err("write an address, or an address and how many of its bits count, such as \"10.0.0.0/8\"".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_network_is_an_address_with_or_without_a_prefix() {
        for (written, network) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("203.0.113.7", "203.0.113.7/32"),
            ("::1", "::1/128"),
            ("fc00::/7", "fc00::/7"),
        ] {
            assert_eq!(parse(written).map(|it| it.to_string()), Ok(network.to_owned()));
        }
        assert_eq!(
            parse("10.1.2.3/8").expect_err("bits behind the prefix"),
            "write \"10.0.0.0/8\": the part behind the prefix is zero"
        );
        for written in ["10.0.0.300", "10.0.0.0/33", "example.com", "10.0.0.0/8/8", ""] {
            assert!(parse(written).is_err(), "{written}");
        }
    }
}
