// What people did next after a milestone: those who went no further, beside those who went on.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-next" });

const NARROW = { width: 320, height: 640 };
const NEXT = "/journeys/onboarding/next";
const NOTHING = `${NEXT}/people?did=nothing`;

interface Next {
  stopped: number;
  went_on: number;
  rows: { did: string; stopped: { people: number }; went_on: { people: number } }[];
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "300", "--days", "60", "--seed", "4"], "url");
});

test("each row is the API's, and opens its people, on the page and as a file", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await page.getByRole("link", { name: /^what next/ }).first().click();
  await expect(page).toHaveURL(/\/next\?milestone=/);
  const query = new URL(page.url()).search;
  const { stopped, went_on: wentOn, rows } = (await stack.getJson(`/v1/journeys/onboarding/next${query}`)) as Next;
  expect(stopped).toBeGreaterThan(0);
  expect(rows.reduce((sum, it) => sum + it.stopped.people, 0)).toBe(stopped);
  expect(rows.reduce((sum, it) => sum + it.went_on.people, 0)).toBe(wentOn);
  await expect(page.locator("table.compared tbody tr")).toHaveCount(rows.length);
  const shown = page.locator("table.compared tbody tr");
  for (const [nth, row] of rows.slice(0, 3).entries()) {
    await expect(shown.nth(nth).getByRole("link")).toHaveText([String(row.stopped.people), String(row.went_on.people)]);
  }
  await shown.first().getByRole("link").first().click();
  await expect(page.locator("[data-total]")).toHaveText(String(rows[0]?.stopped.people));
  expect(await readCsv(page, "Download CSV")).toHaveLength(rows[0]?.stopped.people ?? 0);
});

test("its pages pass axe, with everything opened", async ({ stack, page }) => {
  await logIn(page, stack);
  for (const path of [NEXT, NOTHING]) {
    await page.goto(stack.collectorUrl + path);
    for (const summary of await page.locator("summary").all()) await summary.click();
    await expectAccessible(page);
  }
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  for (const path of [NEXT, NOTHING]) {
    await page.goto(stack.collectorUrl + path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
});

test("without scripts everything works", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + NEXT);
  await page.getByLabel("Window").selectOption("7d");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/milestone=[a-z-]+&window=7d$/);
  const bar = page.locator(".next-bars .bar").first();
  const count = await bar.locator(".bar-count").textContent();
  await bar.click();
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
  await page.getByRole("link", { name: "Went on" }).click();
  await expect(page).toHaveURL(/standing=went-on/);
});
