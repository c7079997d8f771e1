//! `[limits]`: what the collector lets strangers take. The defaults are those of `docs/reference/milepost-toml.md`.

use ipnet::IpNet;
use std::net::IpAddr;
use std::time::Duration;

/// How many, how often and how long; taken up while the server runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time.
    pub connections: u32,
    /// Connections at a time from one IPv4 address or one IPv6 /64: a browser opens six, an office shares an address.
    pub connections_per_address: u32,
    /// Requests that are worked on at a time; each holds its messages in memory until they are synced.
    pub requests_at_once: u32,
    /// Requests a second with one browser key, from everywhere.
    pub requests_per_key: u32,
    /// Requests a second with one browser key from one network (IPv4 /24, IPv6 /64).
    pub requests_per_network: u32,
    pub patience: Patience,
    /// Proxies whose word for where a request came from is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The one header in which they say it. Believing a second one would let clients say it themselves.
    pub forwarded_header: ForwardedHeader,
    /// Networks that are not counted one by one; this machine is most likely a proxy, and everybody.
    pub exempt: Vec<IpNet>,
    /// Networks that may read `/metrics` without a token.
    pub metrics: Vec<IpNet>,
}

/// How long a client may take for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// To the first byte of a connection: browsers open some in advance.
    pub silent: Duration,
    /// From the first to the last byte of a request's head.
    pub head: Duration,
    /// From the head to the last byte of the body, however it comes.
    pub body: Duration,
    /// From the head to the answer.
    pub request: Duration,
    /// From one request to the next. Longer than what proxies allow themselves, so that they end it, not we.
    pub idle: Duration,
    /// Without taking a single byte of an answer.
    pub stalled: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For: 203.0.113.7, 10.0.0.1`
    XForwardedFor,
    /// RFC 7239, `Forwarded: for=203.0.113.7, for="[2001:db8::7]:4711"`
    Forwarded,
}

impl ForwardedHeader {
    pub const ALL: [Self; 2] = [Self::XForwardedFor, Self::Forwarded];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

impl Limits {
    pub fn trusts(&self, address: IpAddr) -> bool {
        contains(&self.trusted_proxies, address)
    }

    pub fn exempts(&self, address: IpAddr) -> bool {
        contains(&self.exempt, address)
    }
}

/// Whether one of the networks holds the address; an IPv4 address in IPv6 clothes is an IPv4 address.
pub fn contains(networks: &[IpNet], address: IpAddr) -> bool {
    !networks.is_empty() && networks.iter().any(|it| it.contains(&address.to_canonical()))
}

/// The networks of this machine alone.
fn loopback() -> Vec<IpNet> {
    ["127.0.0.0/8", "::1/128"].into_iter().filter_map(|it| it.parse().ok()).collect()
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 20_000,
            connections_per_address: 256,
            requests_at_once: 1_024,
            requests_per_key: 5_000,
            requests_per_network: 500,
            patience: Patience::default(),
            trusted_proxies: Vec::new(),
            forwarded_header: ForwardedHeader::XForwardedFor,
            exempt: loopback(),
            metrics: loopback(),
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            silent: Duration::from_secs(20),
            head: Duration::from_secs(5),
            body: Duration::from_secs(12),
            request: Duration::from_secs(15),
            idle: Duration::from_secs(75),
            stalled: Duration::from_secs(15),
        }
    }
}
