//! A WebAssembly module as far as we need it: sections, names of imports and exports, sizes of functions.
//! It does not know instructions, and it does not check the module: browsers do.
//! Source: <https://webassembly.github.io/spec/core/binary/>.

use crate::Failure;
use crate::function_name::only_panics;
use std::collections::BTreeMap;

const HEADER: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
const DATA: u8 = 11;
const KIND_FUNCTION: u8 = 0;
/// A function body without locals: `unreachable`, `end`.
const TRAP: &[u8] = &[0, 0x00, 0x0b];
/// Subsection of the name section that holds the names of functions.
const FUNCTION_NAMES: u8 = 1;

/// Old name to new name.
pub(crate) type Renamed = BTreeMap<String, String>;

/// How names have to change: modules of imports, imports, exports.
#[derive(Default)]
pub(crate) struct Renaming {
    pub(crate) modules: Renamed,
    pub(crate) imports: Renamed,
    pub(crate) exports: Renamed,
}

/// How many bytes of a module are what.
pub(crate) struct Weights {
    /// Each function with its name and the bytes of its body.
    pub(crate) functions: Vec<(String, usize)>,
    pub(crate) data: usize,
    pub(crate) rest: usize,
}

/// Gives every import and export a name of one or two letters.
pub(crate) fn short_names(module: &[u8]) -> Result<Renaming, Failure> {
    let mut renaming = Renaming::default();
    for (id, body) in sections(module)? {
        let mut reader = Reader::new(body);
        if id == IMPORT {
            for _ in 0..reader.count()? {
                let (from, name) = (reader.name()?, reader.name()?);
                reader.function_import(&name)?;
                shorten(&mut renaming.modules, from);
                if renaming.imports.contains_key(&name) {
                    return Err(format!("the module imports `{name}` twice: shortening would mix them up"));
                }
                shorten(&mut renaming.imports, name);
            }
        } else if id == EXPORT {
            for _ in 0..reader.count()? {
                shorten(&mut renaming.exports, reader.name()?);
                reader.byte()?;
                reader.count()?;
            }
        }
    }
    Ok(renaming)
}

/// The same module with other names and without custom sections: names of functions, producers, target features.
pub(crate) fn renamed_and_stripped(module: &[u8], renaming: &Renaming) -> Result<Vec<u8>, Failure> {
    let mut out = HEADER.to_vec();
    for (id, body) in sections(module)? {
        let mut reader = Reader::new(body);
        let mut new_body = Vec::new();
        match id {
            CUSTOM => continue,
            IMPORT => {
                let count = reader.count()?;
                put_number(&mut new_body, count);
                for _ in 0..count {
                    put_name(&mut new_body, new_name(&renaming.modules, &reader.name()?)?);
                    let name = reader.name()?;
                    put_name(&mut new_body, new_name(&renaming.imports, &name)?);
                    let type_index = reader.function_import(&name)?;
                    new_body.push(KIND_FUNCTION);
                    put_number(&mut new_body, type_index);
                }
            }
            EXPORT => {
                let count = reader.count()?;
                put_number(&mut new_body, count);
                for _ in 0..count {
                    put_name(&mut new_body, new_name(&renaming.exports, &reader.name()?)?);
                    new_body.push(reader.byte()?);
                    put_number(&mut new_body, reader.count()?);
                }
            }
            _ => new_body.extend_from_slice(body),
        }
        put_section(&mut out, id, &new_body);
    }
    Ok(out)
}

/// The same module, in which the functions that only panic stop at once instead of saying why first: nobody hears it,
/// and every caller would pay for the words. What browsers see stays the same, a `RuntimeError` that the guard catches.
/// Needs the name section; wasm-opt then removes what has become unreachable.
pub(crate) fn with_traps_for_panics(module: &[u8]) -> Result<Vec<u8>, Failure> {
    let (imported, names) = function_index(module)?;
    let mut out = HEADER.to_vec();
    for (id, body) in sections(module)? {
        let mut new_body = Vec::new();
        if id == CODE {
            let mut reader = Reader::new(body);
            let count = reader.count()?;
            put_number(&mut new_body, count);
            for nth in 0..count {
                let size = reader.count()?;
                let function = reader.take(size)?;
                let panics = names.get(&(imported + nth)).is_some_and(|name| only_panics(name));
                let function = if panics { TRAP } else { function };
                put_number(&mut new_body, function.len());
                new_body.extend_from_slice(function);
            }
        } else {
            new_body.extend_from_slice(body);
        }
        put_section(&mut out, id, &new_body);
    }
    Ok(out)
}

/// What a module with a name section is made of.
pub(crate) fn weights(module: &[u8]) -> Result<Weights, Failure> {
    let (imported, names) = function_index(module)?;
    let mut weights = Weights { functions: Vec::new(), data: 0, rest: HEADER.len() };
    for (id, body) in sections(module)? {
        match id {
            CUSTOM => {}
            CODE => {
                let mut reader = Reader::new(body);
                for nth in 0..reader.count()? {
                    let size = reader.count()?;
                    reader.take(size)?;
                    let name = names.get(&(imported + nth)).cloned();
                    weights.functions.push((name.unwrap_or_else(|| format!("function {}", imported + nth)), size));
                }
            }
            DATA => weights.data = body.len(),
            _ => weights.rest += body.len(),
        }
    }
    Ok(weights)
}

/// How many functions are imported (they are counted first), and the names of all by their number.
fn function_index(module: &[u8]) -> Result<(usize, BTreeMap<usize, String>), Failure> {
    let mut imported = 0;
    let mut names = BTreeMap::new();
    for (id, body) in sections(module)? {
        let mut reader = Reader::new(body);
        if id == IMPORT {
            imported = reader.count()?;
        } else if id == CUSTOM && reader.name()? == "name" {
            names = function_names(&mut reader)?;
        }
    }
    Ok((imported, names))
}

fn function_names(reader: &mut Reader<'_>) -> Result<BTreeMap<usize, String>, Failure> {
    let mut names = BTreeMap::new();
    while !reader.is_at_end() {
        let subsection = reader.byte()?;
        let length = reader.count()?;
        let body = reader.take(length)?;
        if subsection == FUNCTION_NAMES {
            let mut reader = Reader::new(body);
            for _ in 0..reader.count()? {
                names.insert(reader.count()?, reader.name()?);
            }
        }
    }
    Ok(names)
}

fn sections(module: &[u8]) -> Result<Vec<(u8, &[u8])>, Failure> {
    let body = module.strip_prefix(HEADER).ok_or("not a WebAssembly module of version 1")?;
    let mut reader = Reader::new(body);
    let mut sections = Vec::new();
    while !reader.is_at_end() {
        let id = reader.byte()?;
        let length = reader.count()?;
        sections.push((id, reader.take(length)?));
    }
    Ok(sections)
}

fn new_name<'a>(renamed: &'a Renamed, name: &str) -> Result<&'a str, Failure> {
    renamed.get(name).map(String::as_str).ok_or_else(|| format!("no new name for `{name}`"))
}

/// Adds a name, if it is new, as a, b, … z, aa, ab, …
fn shorten(renamed: &mut Renamed, name: String) {
    let mut nth = renamed.len() + 1;
    let mut letters = Vec::new();
    while nth > 0 {
        nth -= 1;
        letters.insert(0, char::from(b'a' + (nth % 26) as u8));
        nth /= 26;
    }
    renamed.entry(name).or_insert_with(|| letters.into_iter().collect());
}

fn put_number(out: &mut Vec<u8>, number: usize) {
    let mut left = number;
    while left >= 0x80 {
        out.push((left & 0x7f) as u8 | 0x80);
        left >>= 7;
    }
    out.push(left as u8);
}

fn put_section(out: &mut Vec<u8>, id: u8, body: &[u8]) {
    out.push(id);
    put_number(out, body.len());
    out.extend_from_slice(body);
}

fn put_name(out: &mut Vec<u8>, name: &str) {
    put_number(out, name.len());
    out.extend_from_slice(name.as_bytes());
}

struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(left: &'a [u8]) -> Self {
        Self { left }
    }

    fn is_at_end(&self) -> bool {
        self.left.is_empty()
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Failure> {
        let (taken, left) = self.left.split_at_checked(length).ok_or("the WebAssembly module ends too early")?;
        self.left = left;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Failure> {
        self.take(1).map(|it| it[0])
    }

    /// An unsigned number of 32 bits in LEB128.
    fn count(&mut self) -> Result<usize, Failure> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err("a number of the WebAssembly module is too long".to_owned())
    }

    fn name(&mut self) -> Result<String, Failure> {
        let length = self.count()?;
        let bytes = self.take(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| "a name of the WebAssembly module is not UTF-8".to_owned())
    }

    /// The type of an imported function; wasm-bindgen imports nothing else.
    fn function_import(&mut self, name: &str) -> Result<usize, Failure> {
        match self.byte()? {
            KIND_FUNCTION => self.count(),
            kind => Err(format!("the import `{name}` is of kind {kind}: only functions were expected")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(module (import "./sdk_bg.js" "__wbg_now" (func)) (func (export "tick") call 0) (@custom "x"))`
    fn module() -> Vec<u8> {
        let mut bytes = HEADER.to_vec();
        bytes.extend([1, 4, 1, 0x60, 0, 0]);
        bytes.extend([IMPORT, 25, 1, 11]);
        bytes.extend(b"./sdk_bg.js");
        bytes.push(9);
        bytes.extend(b"__wbg_now");
        bytes.extend([0, 0]);
        bytes.extend([3, 2, 1, 0]);
        bytes.extend([EXPORT, 8, 1, 4]);
        bytes.extend(b"tick");
        bytes.extend([0, 1]);
        bytes.extend([CODE, 6, 1, 4, 0, 0x10, 0, 0x0b]);
        bytes.extend([CUSTOM, 2, 1, b'x']);
        bytes
    }

    #[test]
    fn names_are_shortened_and_custom_sections_dropped() {
        let renaming = short_names(&module()).expect("a module");
        assert_eq!(renaming.imports["__wbg_now"], "a");
        assert_eq!(renaming.exports["tick"], "a");
        let short = renamed_and_stripped(&module(), &renaming).expect("a module");
        assert_eq!(short.len(), module().len() - 10 - 8 - 3 - 4, "two import names, one export name, one section");
        assert_eq!(short_names(&short).expect("a module").imports["a"], "a");
    }

    #[test]
    fn functions_are_weighed_with_their_bodies() {
        let weights = weights(&module()).expect("a module");
        assert_eq!(weights.functions, [("function 1".to_owned(), 4)]);
    }

    #[test]
    fn functions_that_only_panic_become_traps() {
        let mut named = module();
        named.extend([CUSTOM, 32, 4]);
        named.extend(b"name");
        named.extend([FUNCTION_NAMES, 25, 1, 1, 22]);
        named.extend(b"core::panicking::panic");
        let trapped = with_traps_for_panics(&named).expect("a module");
        assert_eq!(weights(&trapped).expect("a module").functions, [("core::panicking::panic".to_owned(), TRAP.len())]);
        assert_eq!(with_traps_for_panics(&module()), Ok(module()), "no names, no change");
    }

    #[test]
    fn short_names_never_repeat() {
        let mut renamed = Renamed::new();
        for nth in 0..2_000 {
            shorten(&mut renamed, format!("{nth}"));
        }
        let distinct: std::collections::BTreeSet<&String> = renamed.values().collect();
        assert_eq!(distinct.len(), 2_000);
    }

    #[test]
    fn a_cut_module_is_refused() {
        let module = module();
        assert!(weights(&module[..module.len() - 1]).is_err());
    }
}
