// Pages that forbid wasm run the same module translated into JavaScript; what else may go wrong with the module ends there, too.
// That it does the same is shown by `sdk.spec.ts` and `sdk-survey.spec.ts`, which run on it as a project of their own.
import type { Page } from "@playwright/test";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, STRICT_POLICY, test, type Served } from "./support/sdk_page.ts";

const call = (name: string, ...args: unknown[]) =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

const isModule = (file: string) => file.endsWith(".wasm");
const filesAsked = (requests: string[]) => requests.filter((it) => /GET \/sdk-/.test(it)).map((it) => it.replace(/-\w+\./, "."));

/** What the page's policy had to say. */
const VIOLATIONS = `window.violations = [];
  document.addEventListener('securitypolicyviolation', (it) => violations.push(it.violatedDirective + ' ' + it.blockedURI));`;
const violations = (page: Page) => page.evaluate(() => (globalThis as unknown as { violations: string[] }).violations);

const POLICIES: [string, string, boolean][] = [
  ["by nonce, passed on by strict-dynamic", STRICT_POLICY, false],
  ["by nonce alone", "script-src 'nonce-n'; require-trusted-types-for 'script'", false],
  ["by host", "script-src 'nonce-n' COLLECTOR; connect-src COLLECTOR; require-trusted-types-for 'script'", false],
  ["with wasm allowed", "script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; require-trusted-types-for 'script'", true],
];

for (const [how, policy, hasWasm] of POLICIES) {
  test(`scripts allowed ${how}: ${hasWasm ? "the module" : "its translation"} runs`, async ({ sdk, page }) => {
    await sdk.open({
      headers: { "content-security-policy": policy.replaceAll("COLLECTOR", sdk.collectorOrigin) },
      before: VIOLATIONS + call("track", "Early"),
    });
    await sdk.expectSent((it) => it.event === "Early");
    expect(filesAsked(sdk.requests)).toEqual([hasWasm ? "GET /sdk.wasm" : "GET /sdk-translated.js"]);
    // The browser reports what is refused, and nothing else of ours is.
    expect(await violations(page)).toEqual(hasWasm ? [] : ["script-src wasm-eval"]);
  });
}

const MISHAPS: [string, (body: Uint8Array) => Served | false][] = [
  ["missing", () => ({ status: 404, body: Buffer.of() })],
  ["cut short", (body) => ({ body: body.subarray(0, body.length / 2) })],
  ["tampered with", (body) => ({ body: body.map((it, at) => (at > 400 && at % 7 === 0 ? it ^ 255 : it)) })],
  ["something else", () => ({ type: "text/html", body: Buffer.from("<h1>Please log in</h1>") })],
  ["not to be had", () => false],
];

for (const [what, mishap] of MISHAPS) {
  test(`where the module is ${what}, the translation takes its place`, async ({ sdk }) => {
    // The browser's own words about the request.
    sdk.expectedErrors.push(/Failed to load resource/);
    sdk.tamper = (file, body) => (isModule(file) ? mishap(body) : {});
    await sdk.open({ before: call("track", "Early") });
    await sdk.expectSent((it) => it.event === "Early");
    expect(sdk.messages.map((it) => [it.type, it.context.seq])).toEqual([["page", 1], ["track", 2]]);
    expect(filesAsked(sdk.requests).at(-1)).toBe("GET /sdk-translated.js");
  });
}

test("a browser without wasm runs the translation", async ({ sdk }) => {
  await sdk.open({ before: "delete window.WebAssembly;" + call("track", "Early") });
  await sdk.expectSent((it) => it.event === "Early");
  expect(filesAsked(sdk.requests)).toEqual(["GET /sdk-translated.js"]);
});

test("memory that grows keeps what is in it", async ({ sdk, page, engine: _ }) => {
  sdk.engine = "translated";
  await sdk.open();
  await sdk.live();
  // A hundred messages of 30 KB each are more than the module begins with.
  await page.evaluate(() => {
    for (let index = 0; index < 100; index++) milepost("track", "Large", { index, text: "é".repeat(7_000) });
  });
  const sent = await sdk.expectSent((it) => it.event === "Large", 100).catch(() => sdk.events("Large"));
  for (const it of sent) expect(it.properties?.["text"]).toBe("é".repeat(7_000));
  expect(sent.length).toBeGreaterThan(30);
});
