//! The JavaScript that wasm2js writes, made into a function of its imports: `instantiate(imports)` answers with the exports.
//! As it is written it imports the glue, which would import it; and it would be there once and for all.

use crate::Failure;

/// Where the imports are taken into use.
const BEGINS: &str = "\nvar retasmFunc = asmFunc({";
/// What it is before.
const FUNCTION: &str = "function asmFunc(imports) {";
const IMPORT: &str = "import * as ";

/// What wasm2js wrote, with one export.
pub(crate) fn with_instantiate(written: &str) -> Result<String, Failure> {
    let strange = |what: &str| format!("wasm2js wrote no `{what}`, or several: adapt xtask/src/translation.rs");
    if written.matches(FUNCTION).count() != 1 {
        return Err(strange(FUNCTION));
    }
    let (code, _) = written.split_once(BEGINS).ok_or_else(|| strange(BEGINS.trim()))?;
    let lines: Vec<&str> = code.lines().filter(|line| !line.starts_with(IMPORT)).collect();
    if lines.len() + 1 != code.lines().count() {
        return Err(strange(IMPORT));
    }
    Ok(format!("{}\nexport const instantiate = asmFunc;\n", lines.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRITTEN: &str = "import * as a from 'a';\n\nfunction asmFunc(imports) {\n var a = imports.a;\n}\n\nvar retasmFunc = asmFunc({\n  \"a\": a,\n});\nexport var b = retasmFunc.b;\n";

    #[test]
    fn what_is_written_becomes_a_function_of_its_imports() {
        let translation = with_instantiate(WRITTEN).expect("as wasm2js writes it");
        assert_eq!(
            translation,
            "\nfunction asmFunc(imports) {\n var a = imports.a;\n}\nexport const instantiate = asmFunc;\n"
        );
    }

    #[test]
    fn what_looks_otherwise_is_refused() {
        for strange in [WRITTEN.replace("import *", "import"), WRITTEN.replace("retasm", "other"), WRITTEN.repeat(2)] {
            assert!(with_instantiate(&strange).is_err(), "{strange}");
        }
    }
}
