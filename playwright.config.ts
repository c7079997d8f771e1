// Browser tests run in the machine's own Chromium, which `cargo xtask e2e` finds and names.
// Each worker starts its own collector and demo site (tests/e2e/support), so there is no `webServer` here.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: "tests/e2e",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  reporter: "list",
  // As many as the smallest machine this runs on has cores.
  workers: 2,
  // A test that passes on the second try has failed.
  retries: 0,
  forbidOnly: Boolean(process.env["CI"]),
  timeout: 60_000,
  use: {
    browserName: "chromium",
    headless: true,
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["MILEPOST_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        // Chromium refuses its sandbox to root, which is who runs tests in containers.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        // Nothing but the pages under test may use the network.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
      ],
    },
  },
});
