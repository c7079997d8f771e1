// The whole road on real parts: a click in a product becomes a number that a CS person reads.
import type { Page } from "@playwright/test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as ledgerly from "./support/ledgerly.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import {
  type Funnel,
  reachedOf,
  readBars,
  readFunnelByApi,
  readFunnelByCli,
  readTable,
  waitForFunnel,
} from "./support/read_funnel.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "straight line" });

const ROOT = join(import.meta.dirname, "../..");

const ADA = { name: "Ada Lindqvist", email: "ada@lindqvist.example", password: "canary-password-1", plan: "pro" } as const;
const BEN = { name: "Ben Okafor", email: "ben@okafor.example", password: "canary-password-2", plan: "free" } as const;
const EVA = { name: "Eva Rossi", email: "eva@rossi.example", password: "canary-password-3", plan: "free" } as const;

/** Tracks an event and waits until the SDK's module has read it: silence from then on is its choice. */
async function untilTaken(page: Page, event: string): Promise<void> {
  await page.evaluate((event) => {
    return new Promise((done) => milepost("track", event, { toJSON: () => done(event) }));
  }, event);
}

const percent = (share: number | null): string =>
  share === null ? "–" : share === 0 || share === 1 ? `${share * 100}%` : `${(share * 100).toFixed(1)}%`;

test("what users do in the product is what page, command line and API count", async ({ stack, traffic, visitor, newVisitor }) => {
  const { page } = visitor;

  await test.step("before consent nothing is sent and nothing is stored", async () => {
    await page.goto(stack.demoUrl);
    await untilTaken(page, "Looked Around");
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Pricing" }).click();
    await expect(page).toHaveURL(/\/pricing$/);
    await page.goto(`${stack.demoUrl}/signup`);
    await expect(page.getByRole("button", { name: "Allow" })).toBeVisible();
    traffic.expectOnlyLoading();
    expect(await visitor.stored()).toEqual({ local: [], session: [], databases: [], cookies: [] });
    expect((await stack.outcomes()).received).toBe(0);
  });

  await test.step("after it, this page is sent and the ones before are not", async () => {
    await ledgerly.allowMeasuring(page);
    const [first] = await traffic.expectSent((it) => it.type === "page");
    expect(first?.properties?.["path"]).toBe("/signup");
    traffic.expectNotSent((it) => JSON.stringify(it).includes("/pricing") || it.event === "Looked Around");
  });

  const payLink = await test.step("Ada goes the whole way", async () => {
    await ledgerly.signUp(page, ADA);
    await ledgerly.createCompany(page, "Lindqvist Design", 3);
    await ledgerly.addCustomer(page, "Canary Bakery", "canary@bakery.example");
    const payLink = await ledgerly.sendInvoice(page, "canary cake", "480.00");
    // The product hears of the milestone from the SDK at once, and congratulates.
    await expect(page.getByText("Your first invoice is out.")).toBeVisible();
    await ledgerly.inviteColleague(page, "colleague@lindqvist.example");
    await waitForFunnel(stack, "onboarding", [1, 1, 1, 1, 1]);
    return payLink;
  });

  await test.step("Ben leaves after creating a company", async () => {
    const ben = await newVisitor();
    await ben.page.goto(`${stack.demoUrl}/signup`);
    await ledgerly.allowMeasuring(ben.page);
    await ledgerly.signUp(ben.page, BEN);
    await ledgerly.createCompany(ben.page, "Okafor Photos", 1);
    await waitForFunnel(stack, "onboarding", [2, 2, 1, 1, 1]);
  });

  await test.step("what is typed stays in the product", () => {
    expect(JSON.stringify(traffic.asked)).not.toContain("canary");
    expect(payLink).toContain("/pay/");
    expect(JSON.stringify(traffic.asked)).not.toContain("/pay/");
  });

  const funnel = await test.step("the command line says what the API says", async () => {
    const funnel = await readFunnelByApi(stack, "onboarding");
    expect(funnel.steps.map((it) => it.milestone)).toEqual([
      "signed-up",
      "company-created",
      "customer-added",
      "first-invoice-sent",
      "colleague-invited",
    ]);
    expect(reachedOf(funnel.steps)).toEqual([2, 2, 1, 1, 1]);
    expect(await readFunnelByCli(stack, "onboarding", "data"), "beside the running server").toEqual(funnel);
    expect(await readFunnelByCli(stack, "onboarding", "url")).toEqual(funnel);
    return funnel;
  });

  const cs = await newVisitor();
  await logIn(cs.page, stack);

  await test.step("so does the page, in bars and in a table", async () => {
    await cs.page.goto(`${stack.collectorUrl}/journeys/onboarding?window=14d`);
    expect(await readTable(cs.page)).toEqual(
      funnel.steps.map((it) => ({ milestone: it.milestone, reached: it.reached, fromStart: percent(it.from_start) })),
    );
    expect(await readBars(cs.page)).toEqual(
      funnel.steps.map((it) => ({
        milestone: it.milestone,
        reached: it.reached,
        fromStart: `${((it.from_start ?? 0) * 100).toFixed(2)}%`,
      })),
    );
    const time = cs.page.locator(".tile").filter({ hasText: "Time to first value" });
    await expect(time).toContainText(/\d+ (ms|s|min)\b.*half of all/);
    await expect(time).toContainText("1 of 2 who started");
  });

  await test.step("a bar opens the people it counts", async () => {
    await cs.page.locator("ol.bars a.bar").filter({ hasText: "Created a company" }).click();
    await expect(cs.page.getByRole("heading", { level: 1 })).toHaveText("2 people reached “Created a company”");
    await expect(cs.page.locator("[data-total]")).toHaveText("2");
    const rows = cs.page.locator("table.people tbody tr");
    await expect(rows).toHaveCount(2);
    await expect(rows.filter({ hasText: ADA.email })).toContainText("Lindqvist Design");
    await expect(rows.filter({ hasText: BEN.email })).toContainText("Okafor Photos");
    // The product's server signed who they are.
    await expect(rows.filter({ hasText: "verified" })).toHaveCount(2);

    const people = await readCsv(cs.page, "Download CSV");
    expect(people.map((it) => it["email"]).sort()).toEqual([ADA.email, BEN.email]);
    const answer = (await stack.getJson("/v1/journeys/onboarding/people?milestone=company-created")) as {
      total: number;
      rows: { user: string }[];
    };
    expect(answer.total).toBe(2);
    expect(answer.rows.map((it) => it.user).sort()).toEqual(people.map((it) => it["user"]).sort());
  });

  await test.step("who is stuck is a name", async () => {
    await cs.page.goBack();
    await cs.page.getByRole("link", { name: "1 went no further" }).click();
    const rows = cs.page.locator("table.people tbody tr");
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText(BEN.email);
  });

  await test.step("the plans add up to everyone", async () => {
    await cs.page.goto(`${stack.collectorUrl}/journeys/onboarding`);
    await cs.page.getByLabel("Break down by").fill("plan");
    await cs.page.getByRole("button", { name: "Show" }).click();
    const table = cs.page.getByRole("table", { name: /by plan$/ });
    const shown = await table.locator("tbody tr").evaluateAll((rows) =>
      rows.map((row) => ({
        value: row.querySelector("th")?.textContent?.trim(),
        reached: [...row.querySelectorAll("td a")].map((it) => Number(it.textContent)),
      })),
    );
    const byPlan = [
      { value: "free", reached: [1, 1, 0, 0, 0] },
      { value: "pro", reached: [1, 1, 1, 1, 1] },
    ];
    expect(shown.toSorted((a, b) => (a.value ?? "").localeCompare(b.value ?? ""))).toEqual(byPlan);

    const groups = ({ groups }: Funnel) =>
      (groups ?? [])
        .map((it) => ({ value: it.value, reached: reachedOf(it.steps) }))
        .toSorted((a, b) => a.value.localeCompare(b.value));
    expect(groups(await readFunnelByApi(stack, "onboarding", "by=plan"))).toEqual(byPlan);
    expect(groups(await readFunnelByCli(stack, "onboarding", "data", ["--by", "plan"]))).toEqual(byPlan);

    await table.getByRole("row", { name: /^pro/ }).getByRole("link").first().click();
    await expect(cs.page.locator("table.people tbody tr")).toHaveCount(1);
    await expect(cs.page.locator("table.people tbody tr")).toContainText(ADA.email);
  });

  await test.step("a payment that only the server sees is counted for the sender", async () => {
    const payer = await newVisitor();
    await ledgerly.payInvoice(payer.page, payLink);
    expect([...payer.origins], "whoever pays is no user and is not measured").toEqual([stack.demoUrl]);
    await waitForFunnel(stack, "getting-paid", [1, 1, 0, 0, 0]);

    await page.goto(`${stack.demoUrl}/app/invoices/${payLink.split("/").pop()}`);
    await expect(page.getByRole("heading", { name: "Paid", exact: true })).toBeVisible();
    await waitForFunnel(stack, "getting-paid", [1, 1, 1, 0, 0]);
  });

  await test.step("every message that was sent has ended in one outcome, and is stored once", async () => {
    await expect.poll(async () => (await stack.outcomes()).received).toBe(traffic.deliveries.length);
    const { received, accepted, duplicate, rejected, shed } = await stack.outcomes();
    expect(accepted).toBe(traffic.sent.length);
    expect([duplicate, rejected, shed]).toEqual([received - accepted, 0, 0]);
  });
});

test("whoever refuses is not measured, whatever they do", async ({ stack, traffic, visitor }) => {
  const { page } = visitor;
  const before = await stack.outcomes();
  await page.goto(stack.demoUrl);
  await ledgerly.refuseMeasuring(page);
  await page.goto(`${stack.demoUrl}/signup`);
  await ledgerly.signUp(page, EVA);
  await ledgerly.createCompany(page, "Rossi Studio", 1);
  await ledgerly.addCustomer(page, "Trattoria", "ciao@trattoria.example");
  await ledgerly.sendInvoice(page, "menu design", "90.00");
  await page.goto(`${stack.demoUrl}/app`);
  await untilTaken(page, "Looked Around");
  traffic.expectOnlyLoading();
  expect(await visitor.stored()).toEqual({
    local: ["ledgerly-consent"],
    session: [],
    databases: [],
    cookies: ["ledgerly_session"],
  });
  expect(await stack.outcomes()).toEqual(before);
});

test("the demo site installs what the README says", async () => {
  const readme = await readFile(join(ROOT, "README.md"), "utf8");
  const [, snippet] = /```html\n(<script>window\.milepost[\s\S]*?)\n```/.exec(readme) ?? [];
  const lines = (snippet ?? "")
    .replace("https://YOUR-COLLECTOR", "{{collector}}")
    .replace("YOUR-WRITE-KEY", "wk_demo")
    .split("\n");
  expect(lines).toHaveLength(2);
  const [queue = "", tag = ""] = lines;

  const folder = join(ROOT, "demo-site/pages");
  const installing = [];
  for (const name of await readdir(folder)) {
    const html = await readFile(join(folder, name), "utf8");
    if (!html.includes("sdk.js")) continue;
    installing.push(name);
    expect(html, name).toContain(queue);
    // One option more than the README's tag: the demo asks for consent first.
    expect(html.replace(` data-consent="pending"`, ""), name).toContain(tag);
  }
  expect(installing).toEqual(expect.arrayContaining(["index.html", "signup.html", "company.html", "app.html"]));
  expect(installing).not.toContain("pay.html");
});
