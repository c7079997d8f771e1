//! Where a request came from, when proxies stand in between.
//!
//! Only proxies that `[limits] trusted_proxies` names are believed, and only in the one header it names. Each proxy
//! appends the address it was called from, so the list is read from its end: the first address there that is no trusted
//! proxy is the client. What stands left of it was written by the client and means nothing.
//! The address is used for limits and forgotten.

use crate::project::{ForwardedHeader, Limits};
use axum::http::{HeaderMap, HeaderName};
use std::net::{IpAddr, SocketAddr};

/// Longer chains are no chains of trusted proxies.
const HOPS_MAX: usize = 16;

/// Headers by which a proxy gives itself away, whether it is trusted or not.
const MARKS: [HeaderName; 4] = [
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("via"),
];

/// The client's address: the peer's own, or what trusted proxies say.
pub(super) fn client(peer: IpAddr, headers: &HeaderMap, limits: &Limits) -> IpAddr {
    let mut nearest = peer.to_canonical();
    if !limits.trusts(nearest) {
        return nearest;
    }
    let lines = headers.get_all(limits.forwarded_header.as_str()).iter().rev();
    let hops = lines.flat_map(|it| it.to_str().unwrap_or("?").rsplit(',')).take(HOPS_MAX);
    for hop in hops {
        // An address that cannot be read was hidden on purpose or never came from a trusted proxy.
        let Some(address) = address(hop, limits.forwarded_header) else { return nearest };
        nearest = address;
        if !limits.trusts(nearest) {
            break;
        }
    }
    nearest
}

/// Whether a proxy passed the request on.
pub(super) fn was_forwarded(headers: &HeaderMap) -> bool {
    MARKS.iter().any(|it| headers.contains_key(it))
}

fn address(hop: &str, header: ForwardedHeader) -> Option<IpAddr> {
    let text = match header {
        ForwardedHeader::XForwardedFor => hop.trim(),
        ForwardedHeader::Forwarded => hop
            .split(';')
            .filter_map(|it| it.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("for"))
            .map(|(_, value)| value.trim().trim_matches('"'))?,
    };
    let address = text
        .parse::<IpAddr>()
        .or_else(|_| text.parse::<SocketAddr>().map(|it| it.ip()))
        .ok()
        .or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok())?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    /// `lines` of the header, through a peer, with 10.0.0.0/8 trusted.
    fn found(header: ForwardedHeader, peer: &str, lines: &[&str]) -> String {
        let limits = Limits {
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
            forwarded_header: header,
            ..Limits::default()
        };
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header.as_str(), HeaderValue::from_str(line).expect("a header"));
        }
        client(peer.parse().expect("an address"), &headers, &limits).to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_is_believed() {
        let x = |peer, lines: &[&str]| found(ForwardedHeader::XForwardedFor, peer, lines);
        assert_eq!(x("198.51.100.1", &["203.0.113.7"]), "198.51.100.1");
        assert_eq!(x("127.0.0.1", &["203.0.113.7"]), "127.0.0.1");
        assert_eq!(x("10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(x("::ffff:10.0.0.1", &["203.0.113.7"]), "203.0.113.7");
        assert_eq!(x("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn what_the_client_wrote_itself_means_nothing() {
        let x = |lines: &[&str]| found(ForwardedHeader::XForwardedFor, "10.0.0.1", lines);
        assert_eq!(x(&["1.1.1.1, 10.9.9.9, 203.0.113.7"]), "203.0.113.7");
        assert_eq!(x(&["1.1.1.1", "203.0.113.7, 10.0.0.2"]), "203.0.113.7");
        assert_eq!(x(&["1.1.1.1, nonsense, 10.0.0.2"]), "10.0.0.2");
        assert_eq!(x(&["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(x(&[""]), "10.0.0.1");
        let chain = vec!["10.0.0.2"; 1_000].join(", ");
        assert_eq!(x(&[&format!("1.1.1.1, {chain}")]), "10.0.0.2");
    }

    #[test]
    fn addresses_come_in_several_clothes() {
        let x = |line| found(ForwardedHeader::XForwardedFor, "10.0.0.1", &[line]);
        assert_eq!(x("203.0.113.7:4711"), "203.0.113.7");
        assert_eq!(x("[2001:db8::7]:4711"), "2001:db8::7");
        assert_eq!(x("::ffff:203.0.113.7"), "203.0.113.7");
        let f = |line| found(ForwardedHeader::Forwarded, "10.0.0.1", &[line]);
        assert_eq!(f("for=192.0.2.60;proto=http;by=203.0.113.43"), "192.0.2.60");
        assert_eq!(f("For=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
        assert_eq!(f("for=1.1.1.1, for=203.0.113.7, proto=https;for=\"10.0.0.2\""), "203.0.113.7");
        assert_eq!(f("for=_hidden, for=unknown"), "10.0.0.1");
    }
}
