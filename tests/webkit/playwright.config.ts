// Tests in WebKitGTK, run by `cargo xtask webkit`. Playwright only runs them: its own WebKit is a download from elsewhere.
import { defineConfig } from "@playwright/test";

export default defineConfig({ testDir: ".", outputDir: "../../test-results/webkit", reporter: "list", workers: 1, retries: 0, timeout: 60_000 });
