//! The JavaScript that wasm-bindgen writes around the module, changed in three ways before it is bundled:
//! every export goes through one guard, the clock is the loader's, and long names become short ones. A fourth is for the
//! translated module: its memory is looked at.
//! It does not know what the guard does (`sdk/loader/guard.js`), nor the clock (`sdk/loader/clock.js`).

use crate::Failure;
use crate::module::Renaming;

/// The clock that the glue imports into the module, and ours, which goes on where a page has broken `Date`.
const CLOCK: &str = "Date.now()";
const OUR_CLOCK: &str = "now()";

/// Has the module read the loader's clock.
pub(crate) fn with_clock(glue: &str, clock_path: &str) -> Result<String, Failure> {
    Ok(format!("import {{ now }} from \"{clock_path}\";\n{}", replace_once(glue, CLOCK, OUR_CLOCK)?))
}

/// The place where the glue takes the module's exports into use.
const EXPORTS: &str = "wasm = instance.exports;";
const GUARDED: &str = "wasm = guard(instance.exports);";

/// Puts the guard around the exports. The guard is the one choke point that keeps a panic of ours out of the host page,
/// so a glue that looks otherwise than expected must not pass.
pub(crate) fn with_guard(glue: &str, guard_path: &str) -> Result<String, Failure> {
    match glue.matches(EXPORTS).count() {
        1 => Ok(format!("import {{ guard }} from \"{guard_path}\";\n{}", glue.replace(EXPORTS, GUARDED))),
        count => Err(format!(
            "the glue contains `{EXPORTS}` {count} times instead of once: wasm-bindgen writes it otherwise now; adapt xtask/src/glue.rs"
        )),
    }
}

/// Where the glue makes up for browsers without `TextEncoder.encodeInto`.
const ENCODE_INTO: &str = "if (!('encodeInto' in cachedTextEncoder)) {";

/// Cuts that off: whoever runs what esbuild writes for ES2022 has it (Safari since 14.1, all others longer).
pub(crate) fn without_encode_into(glue: &str) -> Result<String, Failure> {
    let cut = || {
        let (before, from) = glue.split_once(ENCODE_INTO)?;
        let (_, after) = from.split_once("\n}\n")?;
        Some(format!("{before}{after}"))
    };
    cut().ok_or_else(|| format!("the glue does not contain `{ENCODE_INTO}`: adapt xtask/src/glue.rs"))
}

/// How the glue tells that memory has grown: the old one is no longer there. With the views it keeps of it.
const DETACHED: [(&str, &str); 2] = [
    (
        "cachedDataViewMemory0",
        "cachedDataViewMemory0.buffer.detached === true || (cachedDataViewMemory0.buffer.detached === undefined && \
         cachedDataViewMemory0.buffer !== wasm.memory.buffer)",
    ),
    ("cachedUint8ArrayMemory0", "cachedUint8ArrayMemory0.byteLength === 0"),
];

/// For the translated module, whose old memory stays there when it grows: writing to that would be lost.
pub(crate) fn with_memory_looked_at(glue: &str) -> Result<String, Failure> {
    DETACHED.into_iter().try_fold(glue.to_owned(), |glue, (view, condition)| {
        replace_once(&glue, condition, &format!("{view}.buffer !== wasm.memory.buffer"))
    })
}

/// Uses the module's new names.
pub(crate) fn with_names(glue: &str, renaming: &Renaming) -> Result<String, Failure> {
    let mut glue = glue.to_owned();
    for (old, new) in &renaming.modules {
        glue = replace_once(&glue, &format!("\"{old}\": "), &format!("\"{new}\": "))?;
    }
    for (old, new) in &renaming.imports {
        glue = replace_once(&glue, &format!(" {old}: function("), &format!(" {new}: function("))?;
    }
    // Exports change in one pass, so that no new name is taken for an old one.
    Ok(with_new_exports(&glue, renaming))
}

fn replace_once(glue: &str, old: &str, new: &str) -> Result<String, Failure> {
    match glue.matches(old).count() {
        1 => Ok(glue.replace(old, new)),
        count => Err(format!("the glue contains `{old}` {count} times instead of once; adapt xtask/src/glue.rs")),
    }
}

fn with_new_exports(glue: &str, renaming: &Renaming) -> String {
    const ACCESS: &str = "wasm.";
    let mut out = String::with_capacity(glue.len());
    let mut left = glue;
    while let Some(at) = left.find(ACCESS) {
        let (before, from) = left.split_at(at);
        let after = &from[ACCESS.len()..];
        let name_length = after.find(|it: char| !is_word(it)).unwrap_or(after.len());
        let (name, rest) = after.split_at(name_length);
        out.push_str(before);
        out.push_str(ACCESS);
        let stands_alone = !before.ends_with(is_word) && !before.ends_with('.');
        out.push_str(renaming.exports.get(name).map_or(name, |new| if stands_alone { new } else { name }));
        left = rest;
    }
    out.push_str(left);
    out
}

fn is_word(it: char) -> bool {
    it.is_ascii_alphanumeric() || it == '_' || it == '$'
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = r#"
export function a() { wasm.tick(); }
const import0 = {
        __wbg_now_12ab: function() { return wasm.memory.buffer; },
};
return { "./sdk_bg.js": import0 };
    wasm = instance.exports;
    wasm.a();
    fetch("a.wasm"); my_wasm.tick();
"#;

    fn renaming() -> Renaming {
        let pairs =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
        Renaming {
            modules: pairs(&[("./sdk_bg.js", "a")]),
            imports: pairs(&[("__wbg_now_12ab", "a")]),
            exports: pairs(&[("tick", "a"), ("memory", "b"), ("a", "c")]),
        }
    }

    #[test]
    fn every_name_changes_exactly_once() {
        let expected = r#"
export function a() { wasm.a(); }
const import0 = {
        a: function() { return wasm.b.buffer; },
};
return { "a": import0 };
    wasm = instance.exports;
    wasm.c();
    fetch("a.wasm"); my_wasm.tick();
"#;
        assert_eq!(with_names(GLUE, &renaming()), Ok(expected.to_owned()));
    }

    #[test]
    fn views_of_memory_are_compared_with_what_it_is_now() {
        let glue = DETACHED.map(|(_, condition)| format!("if ({condition}) {{}}")).join("\n");
        let looked_at = with_memory_looked_at(&glue).expect("both conditions");
        assert_eq!(looked_at.matches(".buffer !== wasm.memory.buffer").count(), 2);
        assert!(!looked_at.contains("detached") && !looked_at.contains("byteLength"), "{looked_at}");
        assert!(with_memory_looked_at(&looked_at).is_err());
    }

    #[test]
    fn an_import_the_glue_does_not_give_is_refused() {
        let complaint =
            with_names(&GLUE.replace("__wbg_now", "__wbg_later"), &renaming()).expect_err("a missing import");
        assert!(complaint.contains("__wbg_now_12ab"), "{complaint}");
    }

    #[test]
    fn the_clock_is_ours_once_or_not_at_all() {
        let timed = with_clock("const ret = Date.now();", "./clock.js").expect("one place");
        assert_eq!(timed, "import { now } from \"./clock.js\";\nconst ret = now();");
        assert!(with_clock("Date.now() - Date.now()", "./clock.js").is_err());
    }

    #[test]
    fn the_guard_is_put_in_once_or_not_at_all() {
        let guarded = with_guard(GLUE, "./guard.js").expect("one place");
        assert!(guarded.starts_with("import { guard } from \"./guard.js\";\n"));
        assert!(guarded.contains(GUARDED));
        assert!(with_guard(&GLUE.repeat(2), "./guard.js").is_err());
        assert!(with_guard("", "./guard.js").is_err());
    }
}
