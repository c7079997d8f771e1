// Clients that nobody here wrote: Segment's own send to the collector, and their messages count.
import type { Page } from "@playwright/test";
import { Analytics } from "@segment/analytics-node";
import { readFunnelByApi, reachedOf, waitForFunnel } from "./support/read_funnel.ts";
import { BROWSER_KEY, type RunningStack, SERVER_KEY } from "./support/running_stack.ts";
import { serveSegmentPage } from "./support/segment_page.ts";
import { expect, test } from "./support/stack.ts";
import type { Traffic } from "./support/traffic.ts";

test.use({ stackName: "segment clients" });

/** Whom a list counts, by user id. */
async function people(stack: RunningStack, milestone: string): Promise<string[]> {
  const path = `/v1/journeys/onboarding/people?milestone=${milestone}`;
  const { rows } = (await stack.getJson(path)) as { rows: { user: string }[] };
  return rows.map((it) => it.user).sort();
}

/** How much each outcome grows by while `work` runs. */
async function growth(stack: RunningStack, work: () => Promise<void>): Promise<Record<string, number>> {
  const before = await stack.outcomes();
  await work();
  const after = await stack.outcomes();
  const grown = Object.entries(after).map(([name, count]) => [name, count - before[name as keyof typeof before]]);
  return Object.fromEntries(grown) as Record<string, number>;
}

test("Segment's Node client is a client", async ({ stack }) => {
  /** One person's way; equal message ids every time. */
  const sendAll = async (): Promise<void> => {
    const analytics = new Analytics({
      writeKey: SERVER_KEY,
      host: stack.collectorUrl,
      path: "/v1/batch",
      maxRetries: 0,
    });
    const errors: unknown[] = [];
    analytics.on("error", (error) => errors.push(error));
    const at = (second: number) => new Date(Date.UTC(2026, 0, 5, 9, 0, second));
    const id = (name: string) => ({ messageId: `node-client-${name}` });
    const user = { userId: "node-user" };
    // As a visitor first, who turns out to be the user.
    analytics.track({ anonymousId: "node-visitor", event: "Signed Up", timestamp: at(1), ...id("signed-up") });
    analytics.alias({ ...user, previousId: "node-visitor", timestamp: at(2), ...id("alias") });
    analytics.identify({ ...user, traits: { plan: "team", email: "n@node.example" }, timestamp: at(3), ...id("identify") });
    analytics.group({ ...user, groupId: "node-account", traits: { plan: "team" }, timestamp: at(4), ...id("group") });
    analytics.track({ ...user, event: "Company Created", timestamp: at(5), ...id("company") });
    analytics.track({ ...user, event: "Customer Added", timestamp: at(6), ...id("customer") });
    analytics.track({ ...user, event: "Invoice Sent", properties: { total: 12.5 }, timestamp: at(7), ...id("sent") });
    const page = { path: "/app/invoices/7", url: "https://ledgerly.example/app/invoices/7" };
    analytics.page({ ...user, name: "Invoice", properties: page, timestamp: at(8), ...id("page") });
    await analytics.closeAndFlush();
    expect(errors).toEqual([]);
  };

  expect(await growth(stack, sendAll)).toEqual({ received: 8, accepted: 8, duplicate: 0, rejected: 0, shed: 0 });
  const funnel = await readFunnelByApi(stack, "onboarding");
  expect(reachedOf(funnel.steps)).toEqual([1, 1, 1, 1, 0]);
  expect(funnel.steps.map((it) => it.median_ms)).toEqual([null, 4_000, 1_000, 1_000, null]);
  expect(await people(stack, "first-invoice-sent")).toEqual(["node-user"]);
  expect(reachedOf((await readFunnelByApi(stack, "getting-paid")).steps)).toEqual([1, 0, 0, 0, 0]);
  const byAccountPlan = await readFunnelByApi(stack, "onboarding", "by=account.plan");
  expect(byAccountPlan.groups?.map((it) => it.value)).toEqual(["team"]);

  expect(await growth(stack, sendAll)).toEqual({ received: 8, accepted: 0, duplicate: 8, rejected: 0, shed: 0 });
  expect(await readFunnelByApi(stack, "onboarding")).toEqual(funnel);
});

/** Somebody's way in the customer's page; equal message ids every time. */
async function sendFromPage(page: Page, traffic: Traffic, who: string, settings: object, options: object): Promise<void> {
  const before = traffic.deliveries.length;
  await page.evaluate(
    async ([who, settings, options]) => {
      const analytics = connect(settings as never, options as never);
      const id = (name: string) => ({ messageId: `${who}-${name}` });
      await analytics.track("Signed Up", {}, id("signed-up"));
      await analytics.alias(who, undefined, id("alias"));
      await analytics.identify(who, { plan: "pro", email: `${who}@page.example` }, id("identify"));
      await analytics.group(`${who}-account`, { plan: "pro" }, id("group"));
      await analytics.track("Company Created", {}, id("company"));
      await analytics.track("Customer Added", {}, id("customer"));
      await analytics.page("Invoice", { path: "/app/invoices/9" }, id("page"));
      await analytics.track("Invoice Sent", { total: 40 }, id("sent"));
    },
    [who, settings, options] as const,
  );
  await expect.poll(() => traffic.deliveries.length).toBe(before + 8);
}

/** The ways a product points the client at a collector of its own. */
const WAYS: [string, (host: string) => { settings: object; options: object; asksForSettings: boolean }][] = [
  [
    "told the host",
    (host) => ({
      settings: { writeKey: BROWSER_KEY, cdnSettings: { integrations: { "Segment.io": { apiKey: BROWSER_KEY } }, metrics: { sampleRate: 0 } } },
      options: { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
      asksForSettings: false,
    }),
  ],
  [
    "told the host, in batches",
    (host) => ({
      settings: { writeKey: BROWSER_KEY, cdnSettings: { integrations: { "Segment.io": { apiKey: BROWSER_KEY } }, metrics: { sampleRate: 0 } } },
      options: {
        integrations: {
          "Segment.io": {
            apiHost: `${host}/v1`,
            protocol: "http",
            deliveryStrategy: { strategy: "batching", config: { size: 4, timeout: 500 } },
          },
        },
      },
      asksForSettings: false,
    }),
  ],
  [
    "pointed at our settings",
    (host) => ({
      settings: { writeKey: BROWSER_KEY, cdnURL: `http://${host}` },
      options: {},
      asksForSettings: true,
    }),
  ],
];

for (const [index, [way, configure]] of WAYS.entries()) {
  test(`Segment's browser client is a client when ${way}`, async ({ stack, traffic, page }) => {
    const { settings, options, asksForSettings } = configure(new URL(stack.collectorUrl).host);
    const who = `browser-user-${index}`;
    const before = reachedOf((await readFunnelByApi(stack, "onboarding")).steps);
    const stop = await serveSegmentPage(stack.customerUrl);
    try {
      await page.goto(stack.customerUrl);
      await sendFromPage(page, traffic, who, settings, options);
      const isSettings = (it: { path: string }) => it.path === `/v1/projects/${BROWSER_KEY}/settings`;
      expect(traffic.asked.filter(isSettings)).toHaveLength(asksForSettings ? 1 : 0);

      const after = before.map((count, step) => (step < 4 ? count + 1 : count));
      await waitForFunnel(stack, "onboarding", after);
      expect(await people(stack, "first-invoice-sent")).toContain(who);
      const funnel = await readFunnelByApi(stack, "onboarding");

      // The same once more, in a fresh page that remembers nothing.
      await page.evaluate(() => localStorage.clear());
      await page.context().clearCookies();
      await page.reload();
      const accepted = (await stack.outcomes()).accepted;
      const duplicates = (await stack.outcomes()).duplicate;
      await sendFromPage(page, traffic, who, settings, options);
      await expect.poll(async () => (await stack.outcomes()).duplicate).toBe(duplicates + 8);
      expect((await stack.outcomes()).accepted).toBe(accepted);
      expect(await readFunnelByApi(stack, "onboarding")).toEqual(funnel);
    } finally {
      await stop();
    }
  });
}
