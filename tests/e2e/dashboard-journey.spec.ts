// A journey beside itself: with the range before, group by group, and week by week.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-journey" });

const DAY_MS = 86_400_000;
const NARROW = { width: 320, height: 640 };

/** The last thirty days before today, and the thirty before those. */
const day = (ago: number) => new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - ago * DAY_MS).toISOString().slice(0, 10);
const RANGE = `since=${day(30)}&until=${day(0)}`;
const BEFORE = `/journeys/onboarding?${RANGE}&compare=before`;
const GROUPS = "/journeys/onboarding?by=plan&compare=pro";
const WEEKS = "/journeys/onboarding/cohorts";
const PATHS = [BEFORE, GROUPS, WEEKS, `${WEEKS}?show=milestones`, `${WEEKS}/people?milestone=first-invoice-sent&within=14d&standing=away`];

interface Comparison {
  compared: {
    reached: number[];
    parts: { group: string | null; changes: { from_start: { share: number; interval: [number, number] } | null }[] }[];
  };
}

interface Cohorts {
  columns: { milestone: string; within_ms: number }[];
  weeks: { from: string; started: number; cells: { reached: number; is_complete: boolean }[] }[];
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "300", "--days", "60", "--seed", "4"], "url");
});

test("what changed since the range before is said as the API says it, and both ranges open their people", async ({ stack, page }) => {
  await logIn(page, stack);
  const { compared } = (await stack.getJson(`/v1/journeys/onboarding/funnel?${RANGE}&compare=before`)) as Comparison;
  const rows = page.locator("#compared tbody tr");
  for (const [nth, reached] of compared.reached.entries()) {
    await page.goto(stack.collectorUrl + BEFORE);
    const change = compared.parts[0]?.changes[nth]?.from_start;
    if (change) {
      const points = Math.abs(change.share * 100).toFixed(1);
      const direction = points === "0.0" ? "as many as" : change.share > 0 ? "more than" : "less than";
      await expect(rows.nth(nth).locator("td").nth(2)).toContainText(`${direction} before (`);
      if (points !== "0.0") await expect(rows.nth(nth).locator("td").nth(2)).toContainText(points);
      const mayBeChance = change.interval[0] <= 0 && change.interval[1] >= 0;
      await expect(rows.nth(nth).locator("td").nth(2).getByText("may be chance")).toHaveCount(mayBeChance ? 1 : 0);
    } else {
      await expect(rows.nth(nth).locator("td").nth(2)).toHaveText("–");
    }
    await rows.nth(nth).getByRole("link").nth(1).click();
    await expect(page.locator("[data-total]")).toHaveText(String(reached));
  }
});

test("a cell of a week, its list, its file and the API count the same people", async ({ stack, page }) => {
  await logIn(page, stack);
  const { columns, weeks } = (await stack.getJson("/v1/journeys/onboarding/cohorts")) as Cohorts;
  expect(weeks.length, "enough weeks").toBeGreaterThan(6);
  const week = weeks.at(-5);
  if (!week) throw new Error("no week");
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await page.getByRole("link", { name: "Week by week" }).click();
  await expect(page.locator("table.cohorts td.so-far")).toHaveCount(weeks.flatMap((it) => it.cells).filter((it) => !it.is_complete).length);
  for (const [nth, { reached }] of week.cells.entries()) {
    await page.goto(stack.collectorUrl + WEEKS);
    const cell = page.getByRole("row").filter({ hasText: week.from }).locator("td.cohort a").nth(nth);
    await expect(cell).toHaveAttribute("data-count", String(reached));
    await cell.click();
    await expect(page.locator("[data-total]")).toHaveText(String(reached));
    const file = await readCsv(page, "Download CSV");
    expect(new Set(file.map((it) => it["user"])).size).toBe(reached);
    const days = (columns[nth]?.within_ms ?? 0) / DAY_MS;
    const asked = `week=${week.from}&milestone=${columns[nth]?.milestone}&within=${days}d`;
    const api = (await stack.getJson(`/v1/journeys/onboarding/cohorts/people?${asked}`)) as { total: number; rows: { user: string }[] };
    expect(api.rows.map((it) => it.user)).toEqual(file.slice(0, 100).map((it) => it["user"]));
    expect(api.total).toBe(reached);
  }
});

test("nothing stands in the way of people who see, read or point differently", async ({ stack, page }) => {
  await logIn(page, stack);
  for (const path of PATHS) {
    await page.goto(stack.collectorUrl + path);
    for (const summary of await page.locator("summary").all()) await summary.click();
    await expectAccessible(page);
  }
});

test("the way from a week to its people needs no mouse", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + WEEKS);
  const cell = page.locator("table.cohorts td.cohort a").first();
  const isThere = () => cell.evaluate((it) => it === document.activeElement);
  for (let presses = 0; !(await isThere()); presses++) {
    expect(presses, "tab stops before the grid").toBeLessThan(40);
    await page.keyboard.press("Tab");
  }
  expect(await cell.evaluate((it) => getComputedStyle(it).outlineStyle), "focus is seen").not.toBe("none");
  const count = await cell.getAttribute("data-count");
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  for (const path of PATHS) {
    await page.goto(stack.collectorUrl + path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
});

test("without scripts everything works", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await page.getByLabel("From UTC").fill(day(30));
  await page.getByLabel("Up to").fill(day(0));
  await page.getByLabel("Compare with").selectOption("The range before");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/compare=before$/);
  await expect(page.getByRole("heading", { name: "Compared with the range before" })).toBeVisible();
  await page.getByRole("link", { name: "Week by week" }).click();
  await page.getByRole("link", { name: "Each milestone" }).click();
  const cell = page.locator("table.cohorts td.cohort a").last();
  const count = await cell.getAttribute("data-count");
  await cell.click();
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
});
