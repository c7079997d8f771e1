// Pages as hostile as hosts get: nothing of ours surfaces in them, nothing of theirs is changed, and messages arrive.
//
// Each page of the tables in `hostile/` gets the same visit: a call before the SDK is there, the message it becomes, a
// question asked for and answered by keys where one can be drawn, and a last call that leaves with the page.
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";
import { BROWSER } from "./hostile/browser.ts";
import { CHANGES } from "./hostile/changes.ts";
import { DOCUMENTS } from "./hostile/documents.ts";
import { INTRINSICS } from "./hostile/intrinsics.ts";
import type { HostilePage } from "./hostile/page.ts";
import { POLICIES } from "./hostile/policies.ts";
import { TAGS } from "./hostile/tags.ts";
import { Visit } from "./hostile/visit.ts";
import { observerScript, World } from "./hostile/world.ts";
import { usable } from "./support/firefox.ts";

/** Longer than a first batch waits, on a busy machine. */
const PATIENCE_MS = 30_000;
/** Where nothing may come, this long is waited for it: a second and a half beyond the wait for the first batch. */
const SILENCE_MS = 1_500;

const ALL: HostilePage[] = [...INTRINSICS, ...BROWSER, ...DOCUMENTS, ...TAGS, ...POLICIES, ...CHANGES];

/** `cargo xtask hostile` visits all of them, the other browser too; else those are left out that have a near relative here. */
const PAGES = process.env["MILEPOST_HOSTILE"] === "all" ? ALL : ALL.filter((it) => !it.isRelated);

/** Each page in a browser profile of its own. */
const test = base.extend<{ open: () => Promise<Page> }, { world: World }>({
  world: [
    async ({}, use) => {
      const world = await World.start();
      await use(world);
      // Nobody is taken for another, whatever a page has made of chance and time.
      const ids = world.all.flatMap(([, it]) => [...new Set(it.messages.map((message) => message.messageId))]);
      expect(ids.length, "a message id was used on two pages").toBe(new Set(ids).size);
      await world.stop();
    },
    { scope: "worker" },
  ],
  open: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await usable(browser).newContext();
      contexts.push(context);
      await context.addInitScript(observerScript);
      return context.newPage();
    });
    await Promise.all(contexts.map((it) => it.close()));
  },
});

// As slow as the slowest of its pages, on a busy machine.
test.describe.configure({ mode: "parallel", timeout: 120_000 });

test("there are forty pages, and no two of one name", () => {
  expect(PAGES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(PAGES.map(({ name }) => name)).size).toBe(PAGES.length);
});

/** Pages that are visited at once: a visit is mostly waiting for the first batch. */
const AT_ONCE = 4;

const pages = PAGES.map((hostile, at) => ({ hostile, key: `key-${at}` }));

for (let at = 0; at < pages.length; at += AT_ONCE) {
  const some = pages.slice(at, at + AT_ONCE);
  test(some.map(({ hostile }) => hostile.name).join(" · "), async ({ world, open, browserName }) => {
    const visit = async ({ hostile, key }: (typeof pages)[number]): Promise<string> => {
      const page = await open();
      return check(world, page, hostile, key).then(
        () => "",
        (error: Error) => `${hostile.name}: ${error.message}`,
      );
    };
    const broken: string[] = [];
    // Firefox gives one page the focus, and nobody else is asked anything.
    if (browserName === "firefox") for (const it of some) broken.push(await visit(it));
    else broken.push(...(await Promise.all(some.map(visit))));
    expect(broken.filter(Boolean).join("\n\n")).toBe("");
  });
}

async function check(world: World, page: Page, hostile: HostilePage, key: string): Promise<void> {
  const { url, elsewhere, received } = world.expect(hostile, key);
  const visit = await Visit.begin(page, hostile, received);
  await page.goto(url, { waitUntil: "commit" });

  // The call before the SDK was there.
  const isPrompt = hostile.delivers === undefined || hostile.delivers === "by itself";
  if (isPrompt) expect(await received.until("Early", PATIENCE_MS), "the first message").toBe(true);
  else await page.waitForTimeout(SILENCE_MS);
  await hostile.act?.(visit);

  if (hostile.asks !== false) {
    await visit.run(`milepost("ask", "nps")`);
    await visit.frame.locator("milepost-prompt").waitFor({ state: "attached", timeout: PATIENCE_MS });
    // Into the question, to a nine, chosen, and on.
    for (const key of ["F6", "9", "Enter", "Enter"]) await page.keyboard.press(key);
  }
  if (hostile.delivers !== false) await visit.run(`milepost("track", "Late")`);
  if (hostile.delivers === "by itself") expect(await received.until("Late", PATIENCE_MS), "the last message").toBe(true);

  expect(await visit.run("observer().changes()"), "what has changed of the page's globals").toBe("");
  expect(await visit.run(`typeof holds === "function" ? holds() : ""`), "what is broken of the page's own").toBe("");
  const unexpected = visit.heard.filter((it) => !hostile.expected?.some((expected) => expected.test(it)));
  expect(unexpected, "errors and warnings").toEqual([]);
  await page.goto(elsewhere);
  if (hostile.delivers === false) {
    expect(received.messages).toEqual([]);
    return;
  }
  expect(await received.until("Late", PATIENCE_MS), "the last message").toBe(true);
  expect(received.events("Early").length, "the first message").toBe(1);
  if (hostile.asks !== false) {
    expect(await received.until("Survey Answered", PATIENCE_MS), "the answer").toBe(true);
    expect(received.events("Survey Answered")[0]?.properties?.["score"]).toBe(9);
  }
}
