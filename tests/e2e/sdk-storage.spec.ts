// Where messages wait: kept by the browser as long as it can, sent by one tab for all, in nobody's way.
import { expect, type Page } from "@playwright/test";
import { NEITHER, without } from "./support/missing_files.ts";
import { MortalBrowser } from "./support/mortal_browser.ts";
import { SdkPage, SNIPPET, test } from "./support/sdk_page.ts";

const BUSY = { status: 503, headers: { "retry-after": "3600" } };

const call = (name: string, ...args: unknown[]): string =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

const THROWS = "{ get() { throw new DOMException('no', 'SecurityError'); }, configurable: true }";

/** What a browser, or a page, makes of storage. */
const STUBS = {
  indexedDB: {
    fine: "",
    throws: `Object.defineProperty(window, 'indexedDB', ${THROWS});`,
    hangs: "IDBFactory.prototype.open = () => ({});",
    full: "IDBObjectStore.prototype.put = function () { this.transaction.abort(); };",
  },
  localStorage: {
    fine: "",
    throws: `for (const it of ['localStorage', 'sessionStorage']) Object.defineProperty(window, it, ${THROWS});`,
    full: "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };",
    pretends: "Storage.prototype.setItem = () => {};",
  },
  locks: {
    fine: "",
    missing: "Object.defineProperty(navigator, 'locks', { value: undefined });",
    throws: "LockManager.prototype.request = () => Promise.reject(new DOMException('no', 'SecurityError'));",
    hangs: "LockManager.prototype.request = () => new Promise(() => {});",
  },
} as const;

test("whatever storage is like, messages leave and the page hears nothing", async ({ sdk, page }) => {
  test.setTimeout(120_000);
  const names: string[] = [];
  const frames: [string, string][] = [];
  for (const [database, first] of Object.entries(STUBS.indexedDB)) {
    for (const [local, second] of Object.entries(STUBS.localStorage)) {
      for (const [locks, third] of Object.entries(STUBS.locks)) {
        names.push(`indexedDB ${database}, localStorage ${local}, locks ${locks}`);
        frames.push(["allow-scripts allow-same-origin", first + second + third]);
      }
    }
  }
  names.push("sandboxed");
  frames.push(["allow-scripts", ""]);
  await sdk.open();
  await page.evaluate(
    ([frames, names, snippet, origin]) => {
      frames.forEach(([sandbox, stubs], at) => {
        const frame = document.createElement("iframe");
        frame.setAttribute("sandbox", sandbox);
        const report = "for (const it of ['error', 'unhandledrejection']) addEventListener(it, (event) => console.error(String(event.reason || event.message)));";
        frame.srcdoc = `<script>${report}${stubs}${snippet}; milepost("track", "Framed", { name: ${JSON.stringify(names[at])} });</script>
          <script src="${origin}/sdk-lite.js" data-key="key-1"></script>`;
        document.body.append(frame);
      });
    },
    [frames, names, SNIPPET, sdk.collectorOrigin] as [[string, string][], string[], string, string],
  );
  const arrived = (): Set<unknown> => new Set(sdk.events("Framed").map((it) => it.properties?.["name"]));
  await expect.poll(() => names.filter((it) => !arrived().has(it)), { timeout: 90_000 }).toEqual([]);
});

for (const [database, local] of [
  ["fine", "fine"],
  ["fine", "throws"],
  ["throws", "fine"],
  ["hangs", "fine"],
  ["full", "fine"],
] as const) {
  test(`what a busy collector did not take waits for the next page (indexedDB ${database}, localStorage ${local})`, async ({ sdk }) => {
    sdk.expectedErrors.push(/503/);
    const stubs = STUBS.indexedDB[database] + STUBS.localStorage[local];
    sdk.answers.push(BUSY, BUSY, BUSY, BUSY, BUSY, BUSY);
    await sdk.open({ before: stubs + call("track", "Kept", { n: 1 }) });
    await expect.poll(() => sdk.requests.filter((it) => it.startsWith("POST")).length).toBeGreaterThan(0);
    await sdk.leave();
    sdk.answers.length = 0;
    await sdk.open({ before: stubs });
    const [kept] = await sdk.expectSent((it) => it.event === "Kept");
    const [left] = sdk.events("Page Left");
    expect(left?.context).toMatchObject({ clientId: kept?.context.clientId, end: true });
    await sdk.leave();
    await sdk.open({ before: stubs });
    await sdk.expectSent((it) => it.type === "page" && it.context.seq === 1, 3);
    expect(sdk.events("Kept").length).toBe(1);
  });
}

test("the last message of a page that goes says so, and none is missing before it", async ({ sdk }) => {
  await sdk.open({ before: call("track", "One") });
  await sdk.live();
  await sdk.leave();
  await sdk.expectSent((it) => it.event === "Page Left");
  const ours = sdk.messages.map((it) => it.context).sort((a, b) => a.seq - b.seq);
  expect(ours.map((it) => it.seq)).toEqual(ours.map((_, at) => at + 1));
  expect(ours.map((it) => it.end)).toEqual([...ours.slice(1).map(() => undefined), true]);
});

test("answers leave before page views where there is no room for both", async ({ sdk, page }) => {
  await sdk.open({ attributes: `data-page-views="manual"` });
  await sdk.live();
  const text = "x".repeat(20_000);
  await page.evaluate((text) => {
    // The page is left in the same task.
    for (let n = 0; n < 4; n++) milepost("page", "Seen", { n, text });
    milepost("track", "Survey Answered", { text });
    location.href = "about:blank";
  }, text);
  await expect.poll(() => sdk.events("Survey Answered").length, { timeout: 15_000 }).toBeGreaterThan(0);
  const [first] = sdk.batches.filter((it) => it.batch.some((it) => it.event === "Survey Answered"));
  expect(JSON.stringify(first).length).toBeLessThan(64 * 1024);
});

test("without consent nothing is stored, and a no deletes what was", async ({ sdk, page }) => {
  const databases = (): Promise<string[]> =>
    page.evaluate(async () => (await indexedDB.databases()).map((it) => it.name ?? ""));
  await sdk.open({ attributes: `data-consent="pending"`, before: call("track", "Early") });
  await page.waitForFunction(() => performance.getEntriesByType("resource").some((it) => it.name.endsWith(".wasm")));
  expect(await databases()).toEqual([]);
  await page.evaluate(call("consent", "granted"));
  await sdk.expectSent((it) => it.event === "Early");
  expect(await databases()).toEqual(["milepost:key-1"]);
  await page.evaluate(call("track", "Late") + call("consent", "denied") + call("track", "Never"));
  await expect.poll(databases).toEqual([]);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
});

for (const engine of ["module", "rescue"]) {
  test(`an answer that comes after a no brings nothing back (${engine})`, async ({ sdk, page }) => {
    if (engine === "rescue") without(sdk, NEITHER);
    let answer = (): void => undefined;
    sdk.answers.push({ status: 200, after: new Promise((done) => (answer = done)) });
    await sdk.open({ before: call("track", "Early") });
    await sdk.expectSent((it) => it.event === "Early");
    await page.evaluate(call("consent", "denied"));
    const databases = () => page.evaluate(async () => (await indexedDB.databases()).length);
    await expect.poll(databases).toBe(0);
    const answered = page.waitForEvent("requestfinished", (it) => it.url().endsWith("/v1/batch"));
    answer();
    await answered;
    // What the page does about it is done in the tasks that follow.
    await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
    expect(await databases()).toBe(0);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });
}

test("when the tab that sends dies, another sends what it had", async () => {
  test.setTimeout(120_000);
  const browser = await MortalBrowser.start();
  const tab = await browser.context.newPage();
  const sdk = await SdkPage.start(tab);
  try {
    await sdk.open();
    await sdk.expectSent((it) => it.type === "page");
    const posts = (): number => sdk.requests.filter((it) => it === "POST /v1/batch").length;
    const before = posts();
    // It has the sending place and never gets an answer.
    sdk.isDeaf = true;
    await tab.evaluate(() => {
      for (let n = 0; n < 25; n++) milepost("track", "Of the dead", { n });
    });
    await expect.poll(posts).toBe(before + 1);
    const other = await browser.context.newPage();
    await other.goto(sdk.origin);
    await other.waitForFunction("milepost.live");
    sdk.isDeaf = false;
    await crash(tab);
    await other.evaluate(call("track", "Alive"));
    await sdk.expectSent((it) => it.event === "Of the dead", 25);
    await sdk.expectSent((it) => it.event === "Alive");
    expect(sdk.events("Of the dead").length).toBe(25);
  } finally {
    await browser.stop();
    await sdk.stop();
  }
});

test("several tabs at once lose nothing, and never send a message more than twice", async ({ sdk, context, page }) => {
  await sdk.open();
  const tabs = [page];
  while (tabs.length < 4) {
    const tab = await context.newPage();
    await tab.goto(sdk.origin);
    tabs.push(tab);
  }
  for (const tab of tabs) await tab.waitForFunction("milepost.live");
  await Promise.all(
    tabs.map((tab, at) =>
      tab.evaluate((at) => {
        for (let n = 0; n < 30; n++) milepost("track", "Shared", { at, n });
      }, at),
    ),
  );
  const distinct = () => new Set(sdk.events("Shared").map((it) => it.messageId)).size;
  await expect.poll(distinct, { timeout: 30_000 }).toBe(120);
  for (const tab of tabs) await sdk.leave(tab);
  await sdk.expectSent((it) => it.type === "page", 4);
  expect(sdk.events("Shared")).toHaveLength(120);
});

test("the back-forward cache keeps the page, which goes on sending", async () => {
  test.setTimeout(120_000);
  const browser = await MortalBrowser.start();
  const tab = await browser.context.newPage();
  const sdk = await SdkPage.start(tab);
  try {
    // Playwright does not follow a page that comes back from the cache: so the pages do it all themselves.
    await sdk.open({
      before: `
        addEventListener('pageshow', ({ persisted }) => {
          if (persisted) milepost('track', 'Back', {});
          else if (performance.getEntriesByType('navigation')[0].type === 'back_forward') milepost('track', 'Loaded anew', performance.getEntriesByType('navigation')[0].notRestoredReasons || {});
        });
        if (location.pathname === '/other') setTimeout(() => history.back(), 1500);
        else milepost('on', 'ready', () => {
          // A request is on its way, and the sending place is taken.
          for (let n = 0; n < 25; n++) milepost('track', 'Before', { n });
          setTimeout(() => (location.href = '/other'), 100);
        });`,
    });
    const returns = (): number => sdk.events("Back").length + sdk.events("Loaded anew").length;
    await expect.poll(returns, { timeout: 30_000 }).toBe(1);
    expect(sdk.events("Loaded anew").map((it) => it.properties)).toEqual([]);
    await sdk.expectSent((it) => it.event === "Before", 25);
    const [before] = sdk.events("Before");
    const [back] = sdk.events("Back");
    expect(back?.context.clientId).toBe(before?.context.clientId);
  } finally {
    await browser.stop();
    await sdk.stop();
  }
});

async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  // Nobody is left to answer.
  void session.send("Page.crash").catch(() => undefined);
}
