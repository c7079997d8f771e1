/**
 * Takes the place of the browser's `WebAssembly` in the translated edition: as much of it as wasm-bindgen's glue asks for, and
 * the one module that there is.
 */
import { instantiate } from 'milepost-translation';

// `milepost-translation` is what wasm2js makes of the module; `cargo xtask wasm` names it.
class Module {}

class Instance {
  constructor(module, imports) {
    this.exports = instantiate(imports);
  }
}

export const WebAssembly = { Module, Instance };
