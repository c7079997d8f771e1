//! The two editions of the SDK: what a page loads depends on what its project asks for.

use crate::places;
use std::path::PathBuf;

/// One script and one module, made of the same sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Edition {
    /// All there is.
    Full,
    /// Without the detector of hesitation: for projects that have no `[hesitation]`.
    Lite,
}

impl Edition {
    pub(crate) const ALL: [Self; 2] = [Self::Full, Self::Lite];

    /// The script's name in `sdk/dist`, without its ending.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Full => "sdk",
            Self::Lite => "sdk-lite",
        }
    }

    /// Whether the detector is in it; the loader knows it as `__HESITATION__`.
    pub(crate) fn has_detector(self) -> bool {
        self == Self::Full
    }

    pub(crate) fn script(self) -> PathBuf {
        places::sdk_dist().join(format!("{}.js", self.name()))
    }

    /// wasm-pack's output for it.
    pub(crate) fn package(self) -> PathBuf {
        places::root().join(format!("target/{}-pkg", self.name()))
    }

    /// The module after wasm-opt, with the names of its functions still in it.
    pub(crate) fn optimised(self) -> PathBuf {
        self.package().join("sdk_named.wasm")
    }
}
