// Browser tests run in the machine's own Chromium and Firefox, which `cargo xtask e2e` finds and names.
// Each worker starts its own collector and demo site (tests/e2e/support), so there is no `webServer` here.
import { defineConfig } from "@playwright/test";
import type { Engine } from "./tests/e2e/support/sdk_page.ts";

const chromium = {
  browserName: "chromium" as const,
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
};

export default defineConfig<{ engine: Engine }>({
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
  use: { headless: true, screenshot: "only-on-failure" },
  projects: [
    {
      name: "chromium",
      use: chromium,
    },
    {
      // The module in JavaScript, as pages get it that forbid wasm: it does the same.
      name: "translated",
      testMatch: /\/(sdk|sdk-survey)\.spec\.ts$/,
      use: { ...chromium, engine: "translated" },
    },
    {
      // What end users see is drawn alike by another engine; the rest does not depend on one.
      name: "firefox",
      testMatch: ["**/survey-*.spec.ts", ...(process.env["MILEPOST_HOSTILE"] === "all" ? ["**/hostile.spec.ts"] : [])],
      use: {
        browserName: "firefox",
        channel: "moz-firefox",
        // Taking one writes a style into the page, which its policy refuses, and says so.
        screenshot: "off",
        launchOptions: {
          executablePath: process.env["MILEPOST_FIREFOX"] ?? "/usr/bin/firefox-esr",
          firefoxUserPrefs: {
            // It asks for icons that the strictest policy refuses, and says so in the console.
            "browser.chrome.site_icons": false,
            // A device with a mouse, whatever is plugged in.
            "ui.primaryPointerCapabilities": 6,
            "ui.allPointerCapabilities": 6,
            "ui.prefersReducedMotion": 1,
          },
        },
      },
    },
  ],
});
