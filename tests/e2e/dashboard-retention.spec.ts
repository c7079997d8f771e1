// Who comes back, as people in customer success look at it: cell, list, file and API, by keyboard, on a phone, in the
// dark, without scripts.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-retention" });

const GRID = "/retention?start=Signed%20Up";
const PATHS = [GRID, "/retention?period=day&counted=unbounded&return=Invoice%20Sent", "/retention/people?after=1&standing=away&start=Signed%20Up"];
const NARROW = { width: 320, height: 640 };

interface Share {
  after: number;
  users: number;
  exact: number;
  is_over: boolean;
}

interface Retention {
  users: number;
  all: Share[];
  cohorts: { from: string; users: number; came: Share[] }[];
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "300", "--days", "60", "--seed", "3"], "url");
});

test("a cell, its list, its file and the API count the same people", async ({ stack, page }) => {
  await logIn(page, stack);
  const answer = (await stack.getJson("/v1/retention?start=Signed%20Up")) as Retention;
  const cohort = answer.cohorts.at(-4);
  expect(answer.users, "enough people").toBeGreaterThan(100);
  if (!cohort) throw new Error("no cohort");
  for (const { after, exact } of cohort.came) {
    await page.goto(stack.collectorUrl + GRID);
    const cell = page.locator(`table.cohorts a[href*="cohort=${cohort.from}&after=${after}&"]`);
    await expect(cell).toHaveAttribute("data-count", String(exact));
    await cell.click();
    await expect(page.locator("[data-total]")).toHaveText(String(exact));
    const file = await readCsv(page, "Download CSV");
    expect(new Set(file.map((it) => it["user"])).size).toBe(exact);
    const people = `/v1/retention/people?start=Signed%20Up&cohort=${cohort.from}&after=${after}`;
    const api = (await stack.getJson(people)) as { total: number; rows: { user: string }[] };
    expect(api.total).toBe(exact);
    expect(api.rows.map((it) => it.user)).toEqual(file.slice(0, 100).map((it) => it["user"]));
  }
});

test("periods that still run are marked, and left out of the row of all", async ({ stack, page }) => {
  await logIn(page, stack);
  const answer = (await stack.getJson("/v1/retention?start=Signed%20Up")) as Retention;
  await page.goto(stack.collectorUrl + GRID);
  const running = answer.cohorts.flatMap((it) => it.came).filter((it) => !it.is_over);
  await expect(page.locator("table.cohorts td.so-far")).toHaveCount(running.length);
  for (const { after, users, exact } of answer.all.filter((it) => it.users > 0)) {
    const over = answer.cohorts.flatMap((it) => it.came).filter((it) => it.after === after && it.is_over);
    expect(over.reduce((sum, it) => sum + it.users, 0)).toBe(users);
    await expect(page.locator("tr.cohorts-all td").nth(after + 1)).toContainText(`${exact} of ${users}`);
  }
});

test("who came and who did not are the two parts of a column", async ({ stack, page }) => {
  await logIn(page, stack);
  const { all } = (await stack.getJson("/v1/retention?start=Signed%20Up")) as Retention;
  const second = all[1];
  if (!second) throw new Error("no second week");
  await page.goto(stack.collectorUrl + PATHS[2]);
  await expect(page.locator("[data-total]")).toHaveText(String(second.users - second.exact));
  await page.getByRole("link", { name: "Came", exact: true }).click();
  await expect(page.locator("[data-total]")).toHaveText(String(second.exact));
});

test("the people of a day, a week and a month are those the table counts", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/retention`);
  const days = page.locator("details.twin");
  await days.locator("summary").click();
  const { days: counted } = (await stack.getJson("/v1/stickiness")) as { days: { day: string; dau: number; wau: number; mau: number }[] };
  const latest = counted.at(-2);
  if (!latest) throw new Error("no day is over");
  for (const [nth, count] of [latest.dau, latest.wau, latest.mau].entries()) {
    await page.goto(`${stack.collectorUrl}/retention`);
    await days.locator("summary").click();
    const row = days.getByRole("row").filter({ hasText: latest.day });
    await row.getByRole("link").nth(nth).click();
    await expect(page.locator("[data-total]")).toHaveText(String(count));
    expect(await readCsv(page, "Download CSV")).toHaveLength(count);
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

test("the way from the grid to its people needs no mouse", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + GRID);
  const cell = page.locator("tr.cohorts-all td.cohort a").first();
  const isThere = () => cell.evaluate((it) => it === document.activeElement);
  for (let presses = 0; !(await isThere()); presses++) {
    expect(presses, "tab stops before the grid").toBeLessThan(40);
    await page.keyboard.press("Tab");
  }
  expect(await cell.evaluate((it) => getComputedStyle(it).outlineStyle), "focus is seen").not.toBe("none");
  const count = await cell.getAttribute("data-count");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/retention\/people\?after=0/);
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
  await page.getByRole("link", { name: "Retention" }).click();
  await page.getByLabel("Cohorts by").selectOption("Months");
  await page.getByLabel("Began with").fill("milestone:onboarding/signed-up");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/period=month&start=milestone%3Aonboarding%2Fsigned-up$/);
  await page.getByRole("link", { name: "That month or later" }).click();
  const began = page.locator("tr.cohorts-all td a").first();
  const count = await began.getAttribute("data-count");
  await began.click();
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
});
