// Where neither the module nor its translation can be had, messages are recorded and delivered all the same; where nothing at all
// can be had, a later page delivers what was told.
import { NEITHER, NOTHING, without } from "./support/missing_files.ts";
import { expect, STRICT_POLICY, type SdkPage, test } from "./support/sdk_page.ts";

const call = (name: string, ...args: unknown[]) =>
  `milepost(${[name, ...args].map((it) => JSON.stringify(it)).join(",")});`;

const withEverything = (sdk: SdkPage) => {
  sdk.tamper = () => ({});
};

const gone = async (sdk: SdkPage, pattern: RegExp) =>
  expect.poll(() => sdk.requests.some((it) => pattern.test(it))).toBe(true);

const said = (sdk: SdkPage) => sdk.messages.map((it) => it.event ?? it.type);

const CALLS =
  call("identify", "user-1", { plan: "pro" }, { token: "jwt" }) +
  call("group", 42, { seats: 5 }) +
  call("track", "Invoice Sent", { total: 5, lines: [{ name: 'a "quoted" ☕' }] }) +
  call("milestone", "first-invoice") +
  call("alias", "user-2");

test("what the rescue writes is what the module writes", async ({ sdk, page, context }) => {
  await sdk.open({ before: CALLS, path: "/invoices?tab=new#top" });
  await sdk.expectSent((it) => it.type === "alias");
  await sdk.leave();
  const byModule = sdk.messages.filter((it) => it.event !== "Page Left");
  const browser = await context.newCDPSession(page);
  await browser.send("Storage.clearDataForOrigin", { origin: sdk.origin, storageTypes: "all" });
  const before = sdk.batches.length;
  without(sdk, NEITHER);
  await sdk.open({ before: CALLS, path: "/invoices?tab=new#top" });
  await sdk.expectSent((it) => it.type === "alias", 2);
  expect(sdk.batches[before]).toMatchObject({ writeKey: "key-1", identityToken: "jwt" });
  const byRescue = sdk.batches.slice(before).flatMap((it) => it.batch);
  expect(byRescue.length).toBe(6);
  /** Ids and times differ; where an id is the same within one run it is so in the other. */
  const alike = (messages: typeof byModule) => {
    const names = new Map<string, string>();
    const named = (id: string) => names.set(id, names.get(id) ?? `id ${names.size}`).get(id);
    return JSON.parse(
      JSON.stringify(messages)
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g, (it) => String(named(it)))
        .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "a time"),
    ) as unknown;
  };
  expect(alike(byRescue)).toEqual(alike(byModule));
});

test("under a strict policy the rescue delivers, and the next page goes on with the same visitor", async ({ sdk, page }) => {
  without(sdk, NEITHER);
  await sdk.open({ headers: { "content-security-policy": STRICT_POLICY }, before: call("identify", "user-1") + call("track", "Early") });
  await sdk.expectSent((it) => it.event === "Early");
  await page.evaluate(() => history.pushState(null, "", "/customers"));
  await page.evaluate(call("track", "Later"));
  await sdk.expectSent((it) => it.event === "Later");
  await sdk.leave();
  await sdk.expectSent((it) => it.event === "Page Left", 2);
  expect(said(sdk)).toEqual(["page", "identify", "Early", "Page Left", "page", "Later", "Page Left"]);
  expect(sdk.messages.map((it) => it.context.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(new Set(sdk.messages.map((it) => it.context.clientId)).size).toBe(1);
  expect(sdk.messages.at(-1)?.context).toMatchObject({ end: true });
  expect(sdk.messages[4]?.properties).toMatchObject({ path: "/customers", referrer: `${sdk.origin}/` });

  withEverything(sdk);
  await sdk.open({ before: call("track", "Next") });
  const [next] = await sdk.expectSent((it) => it.event === "Next");
  const [early] = sdk.events("Early");
  expect(next).toMatchObject({ userId: "user-1", anonymousId: early?.anonymousId });
  expect(next?.context.sessionId).toBe(early?.context.sessionId);
});

test("the rescue goes on with whom the module knew", async ({ sdk, page }) => {
  await sdk.open({ before: call("identify", "user-1") + call("group", "acme") });
  await sdk.expectSent((it) => it.type === "group");
  await sdk.leave();
  without(sdk, NEITHER);
  await sdk.open({ before: call("track", "Next") });
  const [next] = await sdk.expectSent((it) => it.event === "Next");
  const [identify] = sdk.messages.filter((it) => it.type === "identify");
  expect(next).toMatchObject({ userId: "user-1", anonymousId: identify?.anonymousId, context: { groupId: "acme" } });
  await page.evaluate(call("reset") + call("track", "Somebody"));
  const [somebody] = await sdk.expectSent((it) => it.event === "Somebody");
  expect(somebody?.userId).toBeUndefined();
  expect(somebody?.anonymousId).not.toBe(identify?.anonymousId);
});

test("the rescue, too, waits for consent and honours privacy signals", async ({ sdk, page }) => {
  without(sdk, NEITHER);
  await sdk.open({ attributes: `data-consent="pending"`, before: call("track", "Early") });
  await gone(sdk, /GET \/sdk-rescue-/);
  await page.waitForTimeout(1_500);
  expect(sdk.requests.some((it) => it.includes("/v1/"))).toBe(false);
  const stored = () => page.evaluate(async () => [Object.keys(localStorage), (await indexedDB.databases()).map((it) => it.name)]);
  expect(await stored()).toEqual([[], []]);
  await page.evaluate(call("consent", "granted"));
  await sdk.expectSent((it) => it.event === "Early");
  await page.evaluate(call("consent", "denied") + call("track", "Late"));
  await expect.poll(stored).toEqual([[], []]);
  const before = sdk.requests.length;
  await page.waitForTimeout(1_500);
  await sdk.leave();
  expect(sdk.requests.length).toBe(before);

  await sdk.open({
    before: "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true });" + call("track", "Private"),
  });
  await page.waitForTimeout(1_500);
  await page.evaluate(call("consent", "granted") + call("track", "Asked"));
  await sdk.expectSent((it) => it.event === "Asked");
  expect(sdk.events("Private")).toEqual([]);
});

test("a busy collector is left alone by the rescue for as long as it asks", async ({ sdk, page }) => {
  without(sdk, NEITHER);
  sdk.answers.push({ status: 503, headers: { "retry-after": "2" } });
  await sdk.open({ before: call("track", "Patient") });
  await expect.poll(() => sdk.requests.filter((it) => it.startsWith("POST")).length).toBe(1);
  const refused = Date.now();
  await page.evaluate(call("track", "Second"));
  await sdk.expectSent((it) => it.event === "Second");
  expect(Date.now() - refused).toBeGreaterThan(1_800);
  expect(said(sdk)).toEqual(["page", "Patient", "Second"]);
});

test("what the rescue could not deliver, the next page does", async ({ sdk, page }) => {
  without(sdk, NEITHER);
  sdk.answers.push(...Array.from({ length: 9 }, () => ({ status: 503, headers: { "retry-after": "60" } })));
  await sdk.open({ before: call("track", "Waits") });
  await expect.poll(() => sdk.requests.filter((it) => it.startsWith("POST")).length).toBe(1);
  await sdk.leave();
  sdk.answers.length = 0;
  await sdk.open();
  const [waits] = await sdk.expectSent((it) => it.event === "Waits");
  expect(waits?.context.page["path"]).toBe("/");
});

test("where nothing can be had, a later page delivers what was told, as it was", async ({ sdk, page }) => {
  without(sdk, NOTHING);
  await sdk.open({ before: call("identify", "user-1") + call("track", "Stranded", { total: 5 }), path: "/first" });
  await gone(sdk, /GET \/sdk-rescue-/);
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).length)).toBe(1);
  await page.evaluate(call("track", "Second"));
  const told = Date.now();
  await sdk.leave();
  expect(sdk.batches).toEqual([]);

  withEverything(sdk);
  await sdk.open({ path: "/second" });
  const [stranded] = await sdk.expectSent((it) => it.event === "Stranded");
  const [second] = await sdk.expectSent((it) => it.event === "Second");
  expect(stranded).toMatchObject({ userId: "user-1", properties: { total: 5 }, context: { page: { path: "/first" } } });
  expect(Date.parse(second?.originalTimestamp ?? "")).toBeLessThanOrEqual(told);
  expect(second?.anonymousId).toBe(stranded?.anonymousId);
  await sdk.leave();
  await sdk.open({ path: "/third" });
  await sdk.expectSent((it) => it.type === "page" && it.properties?.["path"] === "/third");
  expect(sdk.events("Stranded").length).toBe(1);
});

test("where nothing can be had it is tried again, and then all of it arrives", async ({ sdk, page }) => {
  without(sdk, NOTHING);
  await page.clock.install();
  await sdk.open({ before: call("track", "Early") });
  await gone(sdk, /GET \/sdk-rescue-/);
  await expect.poll(() => page.evaluate(() => Object.keys(localStorage).length)).toBe(1);
  withEverything(sdk);
  await expect
    .poll(async () => {
      await page.clock.runFor(1_000);
      return sdk.events("Early").length;
    })
    .toBe(1);
  expect(said(sdk)).toEqual(["page", "Early"]);
  expect(await page.evaluate(() => Object.keys(localStorage).filter((it) => it.includes(":left:")))).toEqual([]);
});

test("without consent nothing is left behind, even where nothing can be had", async ({ sdk, page }) => {
  without(sdk, NOTHING);
  await sdk.open({ attributes: `data-consent="pending"`, before: call("track", "Early") });
  await gone(sdk, /GET \/sdk-rescue-/);
  await page.waitForTimeout(300);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  await page.evaluate(call("consent", "granted"));
  expect(await page.evaluate(() => Object.keys(localStorage).length)).toBe(1);
  await page.evaluate(call("consent", "denied"));
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
});

test("a page that is left before anything has loaded loses nothing", async ({ sdk, page }) => {
  let release = () => {};
  await page.route(/sdk-\w+\.wasm$/, (route) => {
    release = () => void route.abort().catch(() => undefined);
  });
  await sdk.open({ before: call("track", "Early") });
  await sdk.leave();
  release();
  await page.unroute(/sdk-\w+\.wasm$/);
  await sdk.open();
  await sdk.expectSent((it) => it.event === "Early");
});
