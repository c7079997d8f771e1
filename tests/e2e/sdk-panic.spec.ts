// A module that stops is never entered again, its page hears nothing of it, and everything told before and after arrives.
// Panics are real ones, of a module built to panic on demand (`cargo xtask chaos`), and traps at each of its exports.
import { join } from "node:path";
import { expect, type SdkPage, STRICT_POLICY, test } from "./support/sdk_page.ts";

const CHAOS = join(import.meta.dirname, "../../target/chaos-dist");

const call = (name: string, ...args: unknown[]) =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

/** Signals as `sdk/loader/signal.js` numbers them, and how a page comes to them. */
const WAKE = 0;
const ACTIVE = 1;
const CLICKED = 2;
const OFFLINE = 17;
const PAGE = 5;
const CONFIGURED = 8;
const ANSWERED = 10;
const CALLED = 18;

const CONFIG = "milepost\t1\njourney\tj\tJ\t1209600000\t1\nmilestone\tpay\tPaid\tuser\tstep\nclick\t#pay\n";

const HEARD = `window.warned = []; window.surfaced = [];
  addEventListener('error', (it) => surfaced.push(it.message));
  addEventListener('unhandledrejection', (it) => surfaced.push(String(it.reason)));
  milepost('on', 'warning', (it) => warned.push(it.code));`;

/** Opens a page, stirs it until the module has stopped, and goes on. */
async function stopped(sdk: SdkPage, before: string): Promise<void> {
  sdk.config = CONFIG;
  const { page } = sdk;
  await sdk.open({ before: before + HEARD + call("track", "Before", { index: 1 }), body: `<button id="pay">Pay</button>` });
  await expect.poll(() => sdk.requests.some((it) => it.includes("/v1/"))).toBe(true);
  await page.evaluate(call("track", "Before", { index: 2 }));
  await page.mouse.move(20, 20);
  await page.mouse.move(40, 40);
  await page.click("#pay");
  await page.evaluate(() => history.pushState(null, "", "/next"));
  await page.evaluate(() => dispatchEvent(new Event("offline")));
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await page.evaluate(call("identify", "user-1"));
  await page.evaluate(call("track", "Before", { index: 3 }));
  // Stirred further: the module may not have been there yet.
  let x = 40;
  const warned = async () => {
    await page.mouse.move((x += 1), 40);
    return page.evaluate("warned");
  };
  await expect.poll(warned, { timeout: 15_000 }).toEqual(["sdk_stopped"]);
  for (let index = 1; index <= 3; index++) await page.evaluate(call("track", "After", { index }));
  await sdk.expectSent((it) => it.event === "After", 3);
}

/** Everything arrived, once each, and the page noticed nothing. */
async function expectAll(sdk: SdkPage): Promise<void> {
  const indexes = (name: string) => {
    const ids = new Map(sdk.events(name).map((it) => [it.messageId, it.properties?.["index"]]));
    return [...ids.values()].sort();
  };
  await expect.poll(() => indexes("Before")).toEqual([1, 2, 3]);
  expect(indexes("After")).toEqual([1, 2, 3]);
  const stops = sdk.events("SDK Stopped");
  expect(new Set(stops.map((it) => it.messageId)).size).toBe(1);
  expect(Object.keys(stops[0]?.properties ?? {})).toEqual(["signal"]);
  expect(await sdk.page.evaluate("surfaced")).toEqual([]);
  expect(await sdk.page.evaluate("entered"), "the module is not entered again").toBe(0);
  expect(sdk.errors).toEqual([]);
}

/** `entered`: how often the module was asked for anything after it had panicked. */
const panicAt = (point: string, number: number | undefined, nth = 1) => `
  window.entered = 0;
  let left = ${nth}; let isDead = false;
  window.milepostChaos = (point, number) => {
    if (isDead) { entered += 1; return false; }
    if (point !== ${JSON.stringify(point)} || (${JSON.stringify(number ?? null)} ?? number) !== number) return false;
    isDead = --left === 0;
    return isDead;
  };`;

const PANICS: [string, number | undefined][] = [
  ["start", 0],
  ["started", 0],
  ...[WAKE, ACTIVE, CLICKED, PAGE, CONFIGURED, ANSWERED, OFFLINE, CALLED].flatMap((signal): [string, number][] => [
    ["arrived", signal],
    ["handled", signal],
  ]),
  ...["emit", "save", "post", "wake", "config", "watch"].map((effect): [string, number] => [effect, 0]),
];

for (const [point, number] of PANICS) {
  test(`a panic at ${point} ${number ?? ""} loses nothing`, async ({ sdk }) => {
    sdk.dist = CHAOS;
    await stopped(sdk, panicAt(point, number));
    await expectAll(sdk);
  });
}

/** Makes the nth call of one export trap, as memory that cannot be had would. */
const trapAt = (name: string, nth: number) => `
  window.entered = 0;
  const { Instance } = WebAssembly;
  WebAssembly.Instance = function (...how) {
    const { exports } = new Instance(...how);
    let left = ${nth}; let isDead = false;
    const trapping = Object.entries(exports).map(([name, it]) => [name, typeof it !== 'function' ? it : (...args) => {
      if (isDead) entered += 1;
      if (name === ${JSON.stringify(name)} && --left === 0) { isDead = true; throw new WebAssembly.RuntimeError('unreachable'); }
      return it(...args);
    }]);
    return { exports: Object.fromEntries(trapping) };
  };`;

/** What the shipped module exports, by its short names. */
async function exportsOf(sdk: SdkPage): Promise<string[]> {
  await sdk.open();
  await sdk.live();
  // The browser notes what it has loaded a little later.
  await sdk.page.waitForFunction(() => performance.getEntriesByType("resource").some((it) => it.name.endsWith(".wasm")));
  return sdk.page.evaluate(async () => {
    const [entry] = performance.getEntriesByType("resource").filter((it) => it.name.endsWith(".wasm"));
    const module = await WebAssembly.compileStreaming(fetch(entry?.name ?? ""));
    return WebAssembly.Module.exports(module).filter((it) => it.kind === "function").map((it) => it.name);
  });
}

test("a trap in any export, at its first call or a later one, loses nothing", async ({ sdk, page, context }) => {
  test.setTimeout(240_000);
  const names = await exportsOf(sdk);
  expect(names.length).toBeGreaterThan(5);
  let stops = 0;
  for (const [at, name] of names.entries()) {
    await test.step(`${name}`, async () => {
      await sdk.leave();
      sdk.batches.length = sdk.requests.length = 0;
      await context.clearCookies();
      await sdk.open({ before: trapAt(name, 1 + (at % 3) * 4) + HEARD + call("track", "Before", { index: 1 }) });
      await sdk.expectSent((it) => it.event === "Before");
      for (let index = 1; index <= 12; index++) await page.evaluate(call("track", "After", { index }));
      await sdk.expectSent((it) => it.event === "After", 12);
      expect(await page.evaluate("[surfaced, entered]")).toEqual([[], 0]);
      stops += (await page.evaluate("warned.length")) as number;
    });
  }
  expect(stops, "most exports are called on an ordinary page").toBeGreaterThan(3);
});

test("what the module had shown goes with it", async ({ sdk, page }) => {
  sdk.dist = CHAOS;
  await sdk.open({ before: panicAt("arrived", PAGE) + HEARD });
  await sdk.live();
  await page.evaluate(() => history.pushState(null, "", "/next"));
  await expect.poll(() => page.evaluate("warned"), { timeout: 15_000 }).toEqual(["sdk_stopped"]);
  await expect(page.locator("milepost-prompt")).toHaveCount(0);
});

test("after a stop, consent still holds", async ({ sdk, page }) => {
  sdk.dist = CHAOS;
  await sdk.open({ attributes: `data-consent="pending"`, before: panicAt("handled", CALLED, 2) + HEARD + call("track", "Early") });
  await page.evaluate(call("track", "Second"));
  await expect.poll(() => page.evaluate("warned"), { timeout: 15_000 }).toEqual(["sdk_stopped"]);
  await page.evaluate(call("track", "Held"));
  await page.waitForTimeout(1_500);
  expect(sdk.requests.some((it) => it.includes("/v1/"))).toBe(false);
  await page.evaluate(call("consent", "granted"));
  await sdk.expectSent((it) => it.event === "Held");
});

test("a module that stops on every page still delivers on every page, under a strict policy as well", async ({ sdk }) => {
  sdk.dist = CHAOS;
  const policy = STRICT_POLICY.replace("'strict-dynamic'", "'strict-dynamic' 'wasm-unsafe-eval'");
  const policies: Record<string, string>[] = [{}, { "content-security-policy": policy }];
  for (const [at, headers] of policies.entries()) {
    await sdk.leave();
    await sdk.open({ headers, before: panicAt("start", 0) + HEARD + call("track", "Told", { at }) });
    await sdk.expectSent((it) => it.event === "Told", at + 1);
  }
});
