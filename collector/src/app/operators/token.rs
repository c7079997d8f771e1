//! A random secret that is its own proof: setup links, sessions, API tokens.

use crate::storage::TokenHash;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::io::{self, Write};
use std::path::Path;

/// 256 random bits, in letters that need no quoting in a URL, a header or a cookie.
pub struct Token(String);

impl Token {
    pub(super) fn random() -> Self {
        let mut bytes = [0_u8; 32];
        getrandom::fill(&mut bytes).expect("an operating system without randomness cannot keep secrets");
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn hash(&self) -> TokenHash {
        Self::hash_of(&self.0)
    }

    /// What the desk knows of a token that someone shows.
    pub(super) fn hash_of(text: &str) -> TokenHash {
        TokenHash(Sha256::digest(text.as_bytes()).into())
    }

    /// Puts the token in a file that only its owner can read, whole or not at all.
    pub(super) fn write_to(&self, path: &Path) -> io::Result<()> {
        let unfinished = path.with_extension("new");
        // An unfinished file of an earlier start may have other rights.
        match std::fs::remove_file(&unfinished) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&unfinished)?;
        writeln!(file, "{}", self.0)?;
        file.sync_all()?;
        std::fs::rename(&unfinished, path)
    }
}

/// Secrets are not for logs.
impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(…)")
    }
}
