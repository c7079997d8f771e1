//! `wasm-bindgen-test-runner`, the program: runs compiled test modules under Node.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
