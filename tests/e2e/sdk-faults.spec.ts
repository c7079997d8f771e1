// Whatever happens between a call and the collector: each message is stored, and stored once.
// `cargo xtask faults` runs this with many more messages.
import { expect, type Page, test } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { Dice } from "./support/dice.ts";
import { FaultProxy } from "./support/fault_proxy.ts";
import { freePorts } from "./support/free_ports.ts";
import { MortalBrowser } from "./support/mortal_browser.ts";
import { KEY, MortalCollector } from "./support/mortal_collector.ts";
import { SNIPPET } from "./support/sdk_page.ts";

const DIST = join(import.meta.dirname, "../../sdk/dist");

const SEED = Number(process.env["MILEPOST_FAULTS_SEED"] ?? 5);
const MESSAGES = Number(process.env["MILEPOST_FAULTS_MESSAGES"] ?? 1_000);

/** What a visit may be hit by, and how often in a hundred rounds. */
const EVENTS = {
  navigation: 30,
  "tab closed": 14,
  "tab opened": 8,
  offline: 6,
  "browser killed": 4,
  "collector restarted": 2,
  "collector killed": 3,
} as const;
type Event = keyof typeof EVENTS;

const MOST_TABS = 3;
const WEATHER = [5, 30, 60];
const OFFLINE_MS = 1_200;
const PATIENCE_MS = 120_000;

test(`of ${MESSAGES} messages, through faults of every kind, each is stored once (seed ${SEED})`, async () => {
  test.setTimeout(90_000 + MESSAGES * 200);
  const started = Date.now();
  const dice = new Dice(SEED);
  const [sitePort, proxyPort, collectorPort] = (await freePorts(3)) as [number, number, number];
  const site = `http://127.0.0.1:${sitePort}`;
  const collectorUrl = `http://127.0.0.1:${proxyPort}`;
  const host = await serve(sitePort, collectorUrl);
  const proxy = await FaultProxy.start(proxyPort, new Dice(SEED + 1));
  proxy.collectorPort = collectorPort;
  const collector = await MortalCollector.start(collectorPort, collectorUrl, site);
  let browser = await MortalBrowser.start();

  /** Numbers whose message the collector says it has. */
  const acknowledged = new Set<number>();
  proxy.heard = (sent, answer) => {
    const { batch } = JSON.parse(sent) as { batch: { properties?: { n?: number } }[] };
    const { outcomes } = JSON.parse(answer) as { outcomes?: { index: number; outcome: string }[] };
    for (const { index, outcome } of outcomes ?? []) {
      const number = batch[index]?.properties?.n;
      if (number !== undefined && /accepted|duplicate/.test(outcome)) acknowledged.add(number);
    }
  };

  try {
    const events = new Map<Event, number>();
    let made = 0;
    const open = async (): Promise<Page> => {
      const page = await browser.context.newPage();
      await go(page);
      return page;
    };
    /** A page that cannot be had just now is tried again, as people do. */
    const go = async (page: Page): Promise<void> => {
      await expect(async () => {
        await page.goto(`${site}/${dice.between(1, 9)}`, { timeout: 10_000 });
        await page.waitForFunction("window.isReady", undefined, { timeout: 10_000 });
      }).toPass({ timeout: PATIENCE_MS });
    };
    let tabs = [await open()];
    while (made < MESSAGES) {
      proxy.share = dice.pick(WEATHER);
      const page = dice.pick(tabs);
      const count = Math.min(dice.between(1, 50), MESSAGES - made);
      const event = eventOf(dice);
      const leaves = event === "navigation";
      await page.bringToFront();
      await page.evaluate(
        ([from, count, leaves]) => {
          for (let n = from; n < from + count; n++) milepost("track", "Numbered", { n });
          if (leaves) location.href = "/left";
        },
        [made, count, leaves] as [number, number, boolean],
      );
      made += count;
      if (!event) continue;
      events.set(event, (events.get(event) ?? 0) + 1);
      switch (event) {
        case "navigation":
          await page.waitForURL("**/left");
          await go(page);
          break;
        case "tab closed":
          await page.close();
          tabs = tabs.filter((it) => it !== page);
          if (tabs.length === 0) tabs.push(await open());
          break;
        case "tab opened":
          if (tabs.length < MOST_TABS) tabs.push(await open());
          break;
        case "offline":
          await browser.context.setOffline(true);
          await page.waitForTimeout(OFFLINE_MS);
          await browser.context.setOffline(false);
          break;
        case "browser killed":
          await untilKept(page);
          browser = await browser.crash();
          tabs = [await open()];
          break;
        case "collector restarted":
        case "collector killed":
          await collector.restart(event === "collector restarted");
          break;
      }
    }
    proxy.share = 0;
    const calm = Date.now();
    await expect
      .poll(
        async () => {
          // Somebody looks at the page again.
          await tabs[0]?.evaluate(() => window.dispatchEvent(new Event("online")));
          return acknowledged.size;
        },
        { timeout: PATIENCE_MS, intervals: [250] },
      )
      .toBe(MESSAGES);
    const settled = Date.now() - calm;

    await collector.stop();
    const stored = await collector.stored();
    const numbers = stored.filter((it) => it.event === "Numbered").map((it) => Number(it.properties?.["n"]));
    expect(new Set(numbers).size, "distinct messages stored").toBe(MESSAGES);
    expect(numbers.length, "messages stored").toBe(MESSAGES);
    expect(new Set(stored.map((it) => it.messageId)).size, "ids stored").toBe(stored.length);
    expect(stored.filter((it) => it.event === "Messages Dropped")).toEqual([]);

    const list = (map: Map<string, number>): string => [...map].map(([name, count]) => `${name} ${count}`).join(", ");
    console.log(`seed ${SEED}: ${numbers.length} of ${MESSAGES} stored once, ${stored.length} with all pages and visits`);
    console.log(`  ${list(events)}`);
    console.log(`  ${proxy.requests} batches: ${list(proxy.counts)}`);
    console.log(`  ${Math.round((Date.now() - started) / 1000)} s, the last ${settled} ms in calm weather`);
  } finally {
    await browser.stop();
    await proxy.stop();
    await collector.remove();
    host.closeAllConnections();
    await new Promise((done) => host.close(done));
  }
});

function eventOf(dice: Dice): Event | undefined {
  let at = dice.next() * 100;
  for (const [event, chance] of Object.entries(EVENTS)) {
    at -= chance;
    if (at < 0) return event as Event;
  }
  return undefined;
}

/** Until the browser says that what was kept before is on its disk: reads come after the writes that were begun before. */
async function untilKept(page: Page): Promise<void> {
  await page.evaluate(
    (name) =>
      new Promise<void>((done) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => {
          const transaction = request.result.transaction("outbox");
          transaction.objectStore("outbox").count();
          transaction.oncomplete = () => {
            request.result.close();
            done();
          };
        };
      }),
    `milepost:${KEY}`,
  );
}

/** The customer's pages, which serve the SDK themselves: it must load whatever the collector does. */
async function serve(port: number, collectorUrl: string): Promise<Server> {
  const html = `<!doctype html><title>Ledger</title>
    <script>${SNIPPET}; milepost("on", "ready", () => (window.isReady = true));</script>
    <script async src="/sdk/sdk-lite.js" data-key="${KEY}" data-host="${collectorUrl}"></script>`;
  const server = createServer((request, response) => {
    const [, file] = /^\/sdk\/([\w.-]+)$/.exec(request.url ?? "") ?? [];
    if (!file) {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(request.url === "/left" ? "<!doctype html><title>Elsewhere</title>" : html);
      return;
    }
    readFile(join(DIST, file)).then(
      (it) => {
        response.writeHead(200, { "content-type": file.endsWith(".wasm") ? "application/wasm" : "text/javascript" });
        response.end(it);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return server;
}
