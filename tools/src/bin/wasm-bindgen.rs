//! `wasm-bindgen`, the program: writes the JavaScript glue of a compiled module.
//! wasm-pack looks for it on the path and asks for its version.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
