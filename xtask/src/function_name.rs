//! Names of functions as the module's name section has them, made comparable between compilers.

/// Cuts off `::h0123456789abcdef` and `[0123456789abcdef]`, which change with every compiler.
pub(crate) fn without_hashes(name: &str) -> String {
    const DIGITS: usize = 16;
    let is_hash = |it: &str| it.len() == DIGITS && it.bytes().all(|it| it.is_ascii_hexdigit());
    let name = match name.rsplit_once("::h") {
        Some((path, hash)) if is_hash(hash) => path,
        _ => name,
    };
    let mut pieces = name.split('[');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(']') {
            Some((hash, rest)) if is_hash(hash) => out += rest,
            _ => out += &format!("[{piece}"),
        }
    }
    out
}

/// `<alloc::vec::Vec<T> as core::ops::Drop>::drop` belongs to `alloc`; what has no path belongs to nobody.
pub(crate) fn crate_of(name: &str) -> Option<&str> {
    let start = name.trim_start_matches(['<', '&', '[', '(', '*']);
    let start = start.trim_start_matches("mut ").trim_start_matches("dyn ");
    let (first, _) = start.split_once("::")?;
    let is_identifier = first.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
    is_identifier.then_some(first)
}

/// Whether a function only ever panics: it says why, and does not come back.
pub(crate) fn only_panics(name: &str) -> bool {
    /// Exact names, because a function that may return must never be on this list.
    const NAMES: &[&str] = &[
        "__rustc::__rust_alloc_error_handler",
        "__rustc::rust_begin_unwind",
        "alloc::alloc::handle_alloc_error",
        "alloc::raw_vec::capacity_overflow",
        "alloc::raw_vec::handle_error",
        "core::cell::lazy::panic_poisoned",
        "core::cell::panic_already_borrowed",
        "core::cell::panic_already_mutably_borrowed",
        "core::option::expect_failed",
        "core::option::unwrap_failed",
        "core::panicking::panic",
        "core::panicking::panic_bounds_check",
        "core::panicking::panic_display",
        "core::panicking::panic_fmt",
        "core::panicking::panic_nounwind",
        "core::panicking::panic_nounwind_fmt",
        "core::result::unwrap_failed",
        "core::slice::index::slice_index_fail",
        "core::str::slice_error_fail",
        "std::thread::local::panic_access_error",
        "wasm_bindgen::__rt::borrow_fail",
        "wasm_bindgen::throw_str",
    ];
    NAMES.contains(&without_hashes(name).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_belong_to_the_crate_of_their_type() {
        assert_eq!(crate_of("sdk_core::session::Session::touch"), Some("sdk_core"));
        assert_eq!(crate_of("<alloc::vec::Vec<T> as core::ops::Drop>::drop"), Some("alloc"));
        assert_eq!(crate_of("<&mut sdk::Driver as core::ops::FnMut>::call_mut"), Some("sdk"));
        assert_eq!(crate_of("__wbindgen_malloc"), None);
    }

    #[test]
    fn hashes_are_cut_off() {
        assert_eq!(without_hashes("sdk::start::h0123456789abcdef"), "sdk::start");
        assert_eq!(without_hashes("<sdk[0123456789abcdef]::A<[u8]>>::b"), "<sdk::A<[u8]>>::b");
        assert_eq!(without_hashes("sdk::html::head"), "sdk::html::head");
    }

    #[test]
    fn only_what_never_returns_only_panics() {
        assert!(only_panics("core[c5930c85a12de822]::panicking::panic_fmt"));
        assert!(!only_panics("core::panicking::panic_count::is_zero_slow_path"));
        assert!(!only_panics("sdk::panic_fmt"));
    }
}
