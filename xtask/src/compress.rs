//! Compressed sizes, by Node's own gzip and brotli at their strongest: what a well set-up server sends.

use crate::Failure;
use crate::run::{from_root, output};
use std::path::Path;

/// Bytes of one file, as it is and compressed.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Sizes {
    pub(crate) raw: usize,
    pub(crate) gzip: usize,
    pub(crate) brotli: usize,
}

const SCRIPT: &str = "
const { readFileSync } = require('node:fs');
const { gzipSync, brotliCompressSync } = require('node:zlib');
const bytes = readFileSync(process.argv[1]);
console.log(bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length);
";

/// Measures one file.
pub(crate) fn sizes_of(file: &Path) -> Result<Sizes, Failure> {
    let printed = output(from_root("node").args(["--input-type=commonjs", "-e", SCRIPT]).arg(file))?;
    let numbers: Vec<usize> = printed.split_whitespace().filter_map(|it| it.parse().ok()).collect();
    match numbers[..] {
        [raw, gzip, brotli] => Ok(Sizes { raw, gzip, brotli }),
        _ => Err(format!("expected three sizes, got `{}`", printed.trim())),
    }
}
