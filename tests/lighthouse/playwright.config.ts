// Lighthouse over the dashboard, run by `cargo xtask lighthouse`. Playwright starts the parts and logs in; one page at a
// time, because what else the machine does is measured along.
import { defineConfig } from "@playwright/test";

export default defineConfig({ testDir: ".", outputDir: "../../test-results/lighthouse", reporter: "list", workers: 1, retries: 0, timeout: 1_800_000 });
