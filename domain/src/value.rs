//! Values: what a definition compares with ([`Value`]) and what a message holds ([`Scalar`]).

use std::borrow::Cow;

/// A constant in a definition.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Bool(bool),
    Number(f64),
    Text(String),
}

/// What a message holds under one key.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    Null,
    Bool(bool),
    Number(f64),
    Text(Cow<'a, str>),
    List(Vec<Scalar<'a>>),
    /// A nested object: present, but equal to nothing.
    Object,
}

/// Read access to a message's properties or traits, whatever holds them
/// (a `JsValue` in the browser, stored JSON on the collector).
pub trait Lookup {
    /// The value under a path of keys; `None` when it is absent.
    fn get(&self, path: &[String]) -> Option<Scalar<'_>>;
}

/// A message without properties.
#[derive(Clone, Copy, Debug)]
pub struct NoProperties;

impl Lookup for NoProperties {
    fn get(&self, _path: &[String]) -> Option<Scalar<'_>> {
        None
    }
}

impl Value {
    /// Equal and of the same type; `"5"` is not `5`.
    pub fn equals(&self, scalar: &Scalar<'_>) -> bool {
        match (self, scalar) {
            (Self::Bool(wanted), Scalar::Bool(found)) => wanted == found,
            (Self::Number(wanted), Scalar::Number(found)) => wanted == found,
            (Self::Text(wanted), Scalar::Text(found)) => wanted.as_bytes() == found.as_bytes(),
            _ => false,
        }
    }
}
