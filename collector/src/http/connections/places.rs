//! How many connections there are, in all and from each address; who comes when there is no place left is sent away.

use crate::project::Limits;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Why there is no place; the labels of a counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// For nobody.
    All,
    /// For this address.
    Address,
}

impl Full {
    pub(super) const ALL: [Self; 2] = [Self::All, Self::Address];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Address => "address",
        }
    }
}

#[derive(Clone, Default)]
pub(crate) struct Places(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    all: u32,
    by_address: HashMap<IpAddr, u32>,
}

/// Given back when dropped.
pub(super) struct Place {
    places: Places,
    address: Option<IpAddr>,
}

impl Places {
    /// `most` is what the process can have, whatever the limits say.
    pub(super) fn take(&self, from: IpAddr, most: u32, limits: &Limits) -> Result<Place, Full> {
        let from = from.to_canonical();
        // Proxies bring everybody.
        let is_counted = !limits.exempts(from) && !limits.trusts(from);
        let address = is_counted.then(|| one_of_its_kind(from));
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= limits.connections.min(most) {
            return Err(Full::All);
        }
        if let Some(address) = address {
            let count = taken.by_address.entry(address).or_default();
            if *count >= limits.connections_per_address {
                return Err(Full::Address);
            }
            *count += 1;
        }
        taken.all += 1;
        Ok(Place { places: self.clone(), address })
    }

    /// Connections there are.
    pub(crate) fn taken(&self) -> u32 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).all
    }
}

/// An IPv6 network counts as one address: its owner has 2⁶⁴ of them.
fn one_of_its_kind(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(it) => IpAddr::from((it.to_bits() >> 64 << 64).to_be_bytes()),
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        let Some(address) = self.address else { return };
        if let Some(count) = taken.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                taken.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(places: &Places, from: &str, limits: &Limits) -> Result<Place, Full> {
        places.take(from.parse().expect("an address"), 3, limits)
    }

    #[test]
    fn an_address_has_its_share_and_gets_it_back() {
        let limits = Limits { connections_per_address: 1, ..Limits::default() };
        let places = Places::default();
        let first = take(&places, "203.0.113.7", &limits);
        assert_eq!(take(&places, "203.0.113.7", &limits).err(), Some(Full::Address));
        assert_eq!(take(&places, "::ffff:203.0.113.7", &limits).err(), Some(Full::Address));
        assert!(take(&places, "203.0.113.8", &limits).is_ok());
        drop(first);
        assert!(take(&places, "203.0.113.7", &limits).is_ok());
        let _network = take(&places, "2001:db8::1", &limits);
        assert_eq!(take(&places, "2001:db8::2", &limits).err(), Some(Full::Address));
        assert_eq!(places.taken(), 1);
        assert_eq!(places.0.lock().expect("no panic").by_address.len(), 1, "nobody is remembered who is gone");
    }

    #[test]
    fn proxies_and_this_machine_are_not_counted_but_there_is_an_end_for_all() {
        let limits = Limits {
            connections_per_address: 1,
            trusted_proxies: vec!["10.0.0.0/8".parse().expect("a network")],
            ..Limits::default()
        };
        let places = Places::default();
        let _taken = ["10.0.0.1", "10.0.0.1", "127.0.0.1"].map(|it| take(&places, it, &limits).ok());
        assert_eq!(take(&places, "127.0.0.1", &limits).err(), Some(Full::All));
        let none_exempt = Limits { exempt: Vec::new(), connections_per_address: 1, ..Limits::default() };
        let places = Places::default();
        let _one = take(&places, "127.0.0.1", &none_exempt);
        assert_eq!(take(&places, "127.0.0.1", &none_exempt).err(), Some(Full::Address));
    }
}
