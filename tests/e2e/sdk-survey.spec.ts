// A survey in a real browser: what brings it up, the lease, what is drawn, and what arrives of its answers.
// The collector is a stub: what it grants is written here.
import { expect, type SdkPage, test } from "./support/sdk_page.ts";
import { lease, NPS, survey } from "./support/survey_config.ts";

/** Opens the page with surveys and waits until nobody has touched it for a while. */
async function opened(sdk: SdkPage, config: string, body = ""): Promise<void> {
  sdk.config = config;
  await sdk.page.clock.install();
  const answered = sdk.page.waitForResponse(/config/);
  await sdk.open({ body });
  await (await answered).finished();
  // The config may be there before what reads it.
  await sdk.page.evaluate(() => new Promise((done) => void milepost("on", "ready", done)));
  await sdk.page.clock.runFor(5_000);
}

const panel = (sdk: SdkPage) => sdk.page.locator("milepost-prompt");

test("a message brings a survey up, and its answers arrive under one submission", async ({ sdk, page }) => {
  await opened(sdk, NPS);
  sdk.leases.push(lease("l-7"));
  await page.evaluate(() => milepost("track", "Sent"));
  await expect.poll(() => sdk.asked.length).toBe(1);
  expect(sdk.asked[0]).toMatchObject({
    writeKey: "key-1",
    prompt: "nps",
    kind: "popover",
    trigger: "message",
    page: "/",
    sessions: 1,
  });
  await expect(panel(sdk)).toHaveCount(1);
  await page.keyboard.press("F6");
  await page.keyboard.press("Tab");
  const heard = page.evaluate(() => new Promise((done) => milepost("on", "survey", done)));
  await page.keyboard.press("Escape");
  expect(await heard).toMatchObject({ what: "dismissed", survey: "nps", how: "closed" });
  await page.evaluate(() => milepost("track", "Sent"));
  await page.clock.runFor(10_000);
  await expect.poll(() => sdk.events("Survey Dismissed").length).toBe(1);
  const [shown, dismissed] = [sdk.events("Survey Shown"), sdk.events("Survey Dismissed")].map((it) => it[0]?.properties);
  expect(shown).toMatchObject({ survey: "nps", lease: "l-7", surface: "popover", trigger: "message", language: "en" });
  expect(dismissed).toMatchObject({ lease: "l-7", submission: shown?.submission, how: "closed", step: "nps" });
  expect(sdk.asked.length, "it is not asked for again in this session").toBe(1);
});

test("in another tab nothing comes up beside it, and afterwards it may", async ({ sdk, page, context }) => {
  const other = await context.newPage();
  await other.goto(sdk.origin);
  await other.evaluate(
    () =>
      new Promise<void>((has) => {
        void navigator.locks.request("milepost:key-1:prompt", () => {
          has();
          return new Promise((done) => Object.assign(globalThis, { done }));
        });
      }),
  );
  await opened(sdk, NPS);
  await page.evaluate(() => milepost("track", "Sent"));
  /** The browser answers for its locks in its own time; the page's goes on meanwhile. */
  const goesOn = (count: () => number) => expect.poll(() => page.clock.runFor(1_000).then(count)).toBe(1);
  await goesOn(() => sdk.events("Prompt Withheld").length);
  expect(sdk.events("Prompt Withheld")[0]?.properties).toMatchObject({ prompt: "nps", reasons: 2 ** 16 });
  expect(sdk.asked).toEqual([]);
  await other.close();
  await page.clock.runFor(30_000);
  await goesOn(() => sdk.asked.length);
});

test("a grant that meets a dialog waits, and is given back with the page", async ({ sdk, page }) => {
  await opened(sdk, NPS, "<dialog id=dialog>Wait</dialog>");
  sdk.leases.push(lease("l-8"));
  // Opened as the page does it: without an event that anybody could hear.
  await page.evaluate(() => {
    milepost("track", "Sent");
    document.querySelector("dialog")?.showModal();
  });
  await expect.poll(() => sdk.asked.length).toBe(1);
  await page.clock.runFor(5_000);
  await expect(panel(sdk)).toHaveCount(0);
  await sdk.leave();
  await expect.poll(() => sdk.released.length).toBe(1);
  expect(sdk.released[0]).toMatchObject({ lease: "l-8", writeKey: "key-1" });
});

test("without surveys and without a model nobody listens to the page", async ({ sdk, page }) => {
  const before = `window.heard = []; const add = window.addEventListener;
    window.addEventListener = function (type, ...rest) { heard.push(type); return add.call(this, type, ...rest); };`;
  await sdk.open({ before });
  await sdk.live();
  const heard = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  for (const type of ["focusin", "input", "submit", "compositionstart", "error"]) expect(heard).not.toContain(type);
  sdk.config = survey("inline", "inline");
  await page.reload();
  await sdk.live();
  const again = await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard);
  expect(again, "what stands in the page interrupts nobody").not.toContain("focusin");
});
