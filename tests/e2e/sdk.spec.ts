// The SDK in a real browser: what it sends, and what it does not.
import { expect, test } from "./support/sdk_page.ts";

const CONFIG = [
  "milepost\t1",
  "journey\tonboarding\tOnboarding\t1209600000\t3",
  "milestone\tpay\tPaid\tuser\tstep",
  "click\t#pay",
  "milestone\tdone\tSaw it done\tuser\tstep",
  "seen\t.done",
  "milestone\tsent\tSent an invoice\tuser\tvalue",
  "event\tInvoice Sent\tany\t1",
  "where\tgte\t1\ttotal\t1\tn4014000000000000", // 5
  "",
].join("\n");

const call = (name: string, ...args: unknown[]) =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

test("calls made before the SDK came arrive in order, after the page", async ({ sdk }) => {
  await sdk.open({
    before:
      call("identify", "user-1", { plan: "pro" }, { token: "jwt" }) +
      call("group", 42, { seats: 5 }) +
      call("track", "Invoice Sent", { total: 5, lines: [{ name: 'a "quoted" ☕' }] }),
    path: "/invoices?tab=new#top",
  });
  await sdk.expectSent((it) => it.event === "Invoice Sent");
  expect(sdk.messages.map((it) => [it.type, it.context.seq])).toEqual([
    ["page", 1],
    ["identify", 2],
    ["group", 3],
    ["track", 4],
  ]);
  const [page, identify, group, track] = sdk.messages;
  expect(page?.properties).toEqual({
    path: "/invoices",
    url: `${sdk.origin}/invoices?tab=new#top`,
    title: "Ledger",
    referrer: "",
    search: "?tab=new",
  });
  expect(page?.userId).toBeUndefined();
  expect(identify).toMatchObject({ userId: "user-1", traits: { plan: "pro" } });
  expect(group).toMatchObject({ userId: "user-1", groupId: "42", traits: { seats: 5 } });
  expect(track?.properties).toEqual({ total: 5, lines: [{ name: 'a "quoted" ☕' }] });
  expect(track?.context).toMatchObject({ groupId: "42", page: page?.properties, locale: "en-US" });
  expect(new Set(sdk.messages.map((it) => it.anonymousId)).size).toBe(1);
  expect(track?.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Math.abs(Date.parse(track?.originalTimestamp ?? "") - Date.now())).toBeLessThan(60_000);
  expect(sdk.batches[0]).toMatchObject({ writeKey: "key-1", identityToken: "jwt" });
});

test("a change of route is a page, with the time spent on the one before", async ({ sdk, page }) => {
  await sdk.open();
  await sdk.live();
  await page.evaluate(() => new Promise((done) => milepost("on", "ready", done)));
  await page.mouse.move(10, 10);
  await page.mouse.move(50, 50);
  await page.waitForTimeout(300);
  await page.evaluate(() => {
    history.pushState(null, "", "/customers");
    document.title = "Customers";
    history.replaceState({ scroll: 1 }, "", "/customers#row-5");
  });
  const [second] = await sdk.expectSent((it) => it.type === "page" && it.properties?.["path"] === "/customers");
  expect(second?.properties).toMatchObject({ title: "Customers", referrer: `${sdk.origin}/` });
  expect(sdk.messages.filter((it) => it.type === "page").length).toBe(2);
  const [left] = sdk.events("Page Left");
  expect(left?.context.page["path"]).toBe("/");
  expect(left?.properties?.["visibleMs"]).toBeGreaterThanOrEqual(300);
  expect(left?.properties?.["activeMs"]).toBeGreaterThan(100);
});

test("where the Navigation API is missing, routes are noticed all the same", async ({ sdk, page }) => {
  await sdk.open({ before: "Object.defineProperty(window, 'navigation', { value: undefined });" });
  await sdk.live();
  await page.evaluate(() => history.pushState(null, "", "/customers"));
  await sdk.expectSent((it) => it.type === "page" && it.properties?.["path"] === "/customers");
});

test("clicks, sightings and events reach milestones at once, each once", async ({ sdk, page }) => {
  sdk.config = CONFIG;
  await sdk.open({
    before:
      "window.heard = []; window.off = null; milepost('on', 'milestone', (it) => heard.push(it));" +
      call("track", "Invoice Sent", { total: 5 }),
    body: `<button id="pay"><b>Pay</b></button><button id="other">Other</button>`,
  });
  await sdk.live();
  await page.click("#other");
  await page.click("#pay b");
  await page.click("#pay b");
  await page.evaluate(() => {
    const done = document.createElement("p");
    done.textContent = "Done";
    document.body.append(done);
    setTimeout(() => (done.className = "done"), 50);
  });
  await sdk.expectSent((it) => it.event === "Element Seen");
  expect(sdk.events("Element Clicked").map((it) => it.properties)).toEqual([{ selector: "#pay" }, { selector: "#pay" }]);
  expect(sdk.events("Element Seen").map((it) => it.properties)).toEqual([{ selector: ".done" }]);
  expect(await page.evaluate("heard")).toEqual([
    { journey: "onboarding", milestone: "sent", name: "Sent an invoice", isValue: true },
    { journey: "onboarding", milestone: "pay", name: "Paid", isValue: false },
    { journey: "onboarding", milestone: "done", name: "Saw it done", isValue: false },
  ]);

  // Another page of the same visitor: reached stays reached.
  await sdk.open({ before: "window.heard = []; milepost('on', 'milestone', (it) => heard.push(it));", body: `<button id="pay">Pay</button>` });
  await expect.poll(() => sdk.requests.filter((it) => it.includes("/v1/config/")).length).toBe(2);
  await page.waitForTimeout(100);
  await page.click("#pay");
  await sdk.expectSent((it) => it.event === "Element Clicked", 3);
  expect(await page.evaluate("heard")).toEqual([]);
  expect(new Set(sdk.messages.map((it) => it.context.sessionId)).size).toBe(1);
});

test("pending consent stores nothing and sends nothing; granted sends what waited", async ({ sdk, page, context, engine }) => {
  await sdk.open({ attributes: `data-consent="pending"`, before: call("track", "Early") });
  await page.waitForTimeout(1_500);
  await page.evaluate(() => history.pushState(null, "", "/next"));
  await page.waitForTimeout(500);
  expect(sdk.requests).toEqual(["GET /sdk.js", expect.stringMatching(engine === "wasm" ? /^GET \/sdk-\w+\.wasm$/ : /^GET \/sdk-translated-\w+\.js$/)]);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  expect(await context.cookies()).toEqual([]);
  await page.evaluate(call("consent", "granted"));
  await sdk.expectSent((it) => it.event === "Early");
  expect(sdk.messages.map((it) => it.event ?? it.properties?.["path"])).toEqual(["/", "Early", "Page Left", "/next"]);

  await page.evaluate(call("consent", "denied") + call("track", "Late"));
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  const before = sdk.requests.length;
  await page.evaluate(() => history.pushState(null, "", "/after"));
  await page.waitForTimeout(1_500);
  await sdk.leave();
  expect(sdk.requests.length).toBe(before);
});

test("a privacy signal is a no until the page asks and hears a yes", async ({ sdk, page }) => {
  await sdk.open({
    before: "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });" + call("track", "Early"),
  });
  await page.waitForTimeout(1_500);
  expect(sdk.requests.some((it) => it.includes("/v1/"))).toBe(false);
  await page.evaluate(call("consent", "granted") + call("track", "Asked"));
  await sdk.expectSent((it) => it.event === "Asked");
  expect(sdk.events("Early")).toEqual([]);
});

test("a page that goes away sends what it has, within the keepalive quota", async ({ sdk, page }) => {
  await sdk.open();
  await page.waitForFunction(() => typeof milepost === "function");
  await page.evaluate(() => new Promise((done) => milepost("on", "ready", done)));
  await page.evaluate(() => {
    for (let index = 0; index < 15; index++) milepost("track", "Edited", { index });
  });
  await sdk.leave();
  await sdk.expectSent((it) => it.event === "Edited", 15);
  expect(sdk.events("Page Left").length).toBe(1);
});

test("a busy collector is left alone for as long as it asks, and gets the same messages", async ({ sdk, page }) => {
  sdk.answers.push({ status: 503, headers: { "retry-after": "2" } });
  await sdk.open({ before: call("track", "Patient") });
  await expect.poll(() => sdk.requests.filter((it) => it.startsWith("POST")).length).toBe(1);
  const refused = Date.now();
  sdk.expectedErrors.push(/503/);
  await page.evaluate(call("track", "Second"));
  await sdk.expectSent((it) => it.event === "Second");
  expect(Date.now() - refused).toBeGreaterThan(1_800);
  expect(sdk.messages.map((it) => it.event ?? it.type)).toEqual(["page", "Patient", "Second"]);
  expect(sdk.requests.filter((it) => it.startsWith("POST")).length).toBe(2);
});

test("what was recorded offline is sent when the network is back", async ({ sdk, page, context }) => {
  sdk.expectedErrors.push(/ERR_INTERNET_DISCONNECTED/);
  await sdk.open();
  await sdk.expectSent((it) => it.type === "page");
  await context.setOffline(true);
  for (let index = 0; index < 25; index++) await page.evaluate(call("track", "Offline", { index }));
  await page.waitForTimeout(500);
  expect(sdk.events("Offline")).toEqual([]);
  await context.setOffline(false);
  const sent = await sdk.expectSent((it) => it.event === "Offline", 25);
  expect(sent.map((it) => it.properties?.["index"])).toEqual(Array.from({ length: 25 }, (_, index) => index));
});

test("strict CSP and Trusted Types are no obstacle once wasm is allowed", async ({ sdk }) => {
  await sdk.open({
    headers: {
      "content-security-policy": `default-src 'none'; script-src 'nonce-n' 'strict-dynamic' 'wasm-unsafe-eval'; connect-src ${sdk.collectorOrigin}; require-trusted-types-for 'script'`,
    },
  });
  await sdk.expectSent((it) => it.type === "page");
});

test("a module under the wrong MIME type still runs", async ({ sdk }) => {
  sdk.wasmType = "application/octet-stream";
  await sdk.open();
  await sdk.expectSent((it) => it.type === "page");
});

test("a hostile page keeps its peace", async ({ sdk, page }) => {
  await sdk.open({
    before: `
      Array.prototype.junk = Object.prototype.junk = function () {};
      const nativeFetch = window.fetch;
      window.fetch = function (...args) { milepost('track', 'Fetched'); return nativeFetch.apply(this, args); };
      Object.defineProperty(window, 'localStorage', { get() { throw new Error('SecurityError'); } });
      Object.freeze(History.prototype); Object.freeze(history);
      const cycle = {}; cycle.self = cycle;
      milepost('on', 'message', () => { throw new Error('the page, not us'); });
      milepost('track', 'Cycle', cycle);
      milepost('track', 'BigInt', { n: 10n });
      milepost('track', 'Thrower', { toJSON() { throw new Error('no'); } });
      milepost('track', 'Text', 'not an object');
      milepost('track');
      milepost('unheard of', 1);
      milepost();
      milepost('track', 'Good', { fine: true });`,
  });
  sdk.expectedErrors.push(/the page, not us/);
  await sdk.expectSent((it) => it.event === "Good");
  expect(sdk.events("Good")[0]?.properties).toEqual({ fine: true });
  for (const name of ["Cycle", "BigInt", "Thrower", "Text"]) {
    expect(sdk.events(name).map((it) => it.properties)).toEqual([{}]);
  }
  expect(sdk.errors.length).toBeGreaterThan(0);
  expect(await page.evaluate(() => Object.keys(window).filter((it) => /milepost|wasm|__/.test(it)))).toEqual(["milepost"]);
});

test("a second tag changes nothing, and a kept stub still works", async ({ sdk, page }) => {
  await sdk.open({ before: "window.kept = milepost; milepost.mine = 1;" });
  await sdk.expectSent((it) => it.type === "page");
  await page.evaluate((source) => {
    const script = document.createElement("script");
    // Where the page demands it, as its own code would.
    const { trustedTypes } = window as unknown as { trustedTypes?: { createPolicy: (name: string, rules: object) => { createScriptURL: (url: string) => string } } };
    script.src = trustedTypes ? trustedTypes.createPolicy("second-tag", { createScriptURL: (url: string) => url }).createScriptURL(source) : source;
    script.dataset["key"] = "key-1";
    document.head.append(script);
    return new Promise((done) => (script.onload = done));
  }, `${sdk.collectorOrigin}/sdk.js`);
  await page.evaluate(call("track", "Once") + "kept('track', 'Kept');");
  await sdk.expectSent((it) => it.event === "Kept");
  expect(sdk.events("Once").length).toBe(1);
  expect(sdk.messages.filter((it) => it.type === "page").length).toBe(1);
  expect(await page.evaluate(() => (milepost as unknown as { mine: number }).mine)).toBe(1);
});

test("listeners can be let go, and ready is told to latecomers", async ({ sdk, page }) => {
  await sdk.open();
  await sdk.live();
  const heard = await page.evaluate(() => {
    const heard: unknown[] = [];
    milepost("on", "ready", (it) => heard.push(typeof it.anonymousId));
    const off = milepost("on", "message", (it) => heard.push(it.event));
    milepost("track", "One");
    off?.();
    milepost("track", "Two");
    return heard;
  });
  expect(heard).toEqual(["string", "One"]);
});

test("what is typed is never read", async ({ sdk, page }) => {
  sdk.config = CONFIG;
  await sdk.open({ body: `<input id="pay" value="canary-value"><p contenteditable id="text">canary-text</p>` });
  await sdk.live();
  await page.fill("#pay", "canary-typed");
  await page.click("#pay");
  await page.click("#text");
  await page.keyboard.type("canary-keys");
  // A browser that is in a hurry may end a page before its last batch is out: the next page sends what is kept of it.
  await sdk.open();
  await sdk.expectSent((it) => it.event === "Page Left");
  // Once, whether or not a page was gone before it heard that the click had arrived.
  await sdk.expectSent((it) => it.event === "Element Clicked");
  expect(JSON.stringify(sdk.batches)).not.toContain("canary");
});
