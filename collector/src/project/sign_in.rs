//! `[sign_in]`: how operators prove who they are.

use super::Secret;
use crate::storage::Role;

/// A password of their own, the word of an identity provider, or either.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Whether an e-mail and a password let somebody in. The first operator is set up with one in any case.
    pub password: bool,
    pub oidc: Option<Oidc>,
}

/// An OpenID Connect provider whose word for who somebody is is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oidc {
    /// As the button calls it.
    pub name: String,
    /// `https`, or on this machine; exactly as the provider writes it.
    pub issuer: String,
    pub client_id: String,
    /// `None`: the provider knows this client as a public one.
    pub client_secret: Option<Secret>,
    /// Who becomes an operator without an invitation.
    pub welcome: Option<Welcome>,
}

/// People with a verified e-mail of these domains become operators by themselves, in this role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    /// In lower case.
    pub domains: Vec<String>,
    pub role: Role,
}

impl Default for SignIn {
    fn default() -> Self {
        Self { password: true, oidc: None }
    }
}

impl Welcome {
    /// The role that awaits this e-mail; a subdomain is another domain.
    pub fn role_for(&self, email: &str) -> Option<Role> {
        let (_, domain) = email.rsplit_once('@')?;
        self.domains.iter().any(|it| it == domain).then_some(self.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_is_the_whole_of_what_follows_the_last_at() {
        let welcome = Welcome { domains: vec!["example.com".to_owned()], role: Role::Viewer };
        let role = |email: &str| welcome.role_for(email);
        assert_eq!(role("bo@example.com"), Some(Role::Viewer));
        for email in ["bo@mail.example.com", "bo@example.com.evil.example", "bo@notexample.com", "example.com", ""] {
            assert_eq!(role(email), None, "{email}");
        }
        assert_eq!(role("bo@evil.example@example.com"), Some(Role::Viewer));
    }
}
