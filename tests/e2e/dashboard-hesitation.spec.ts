// The pages about hesitation as people in customer success use them, on customers that hesitate.
import type { Page } from "@playwright/test";
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY, type RunningStack } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-hesitation" });

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

/** Where simulated people look around without being stuck. */
const MUTED = "/";

interface Share {
  part: number;
  whole: number;
}

interface Answer {
  pages: {
    page: string;
    tally: { hesitated: Share; asked: number };
    curves: { fires_at_ms: number | null; fires_troubled: object | null }[];
    muted: object | null;
  }[];
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "400", "--days", "27", "--seed", "1"], "url");
  await stack.learn();
});

const readAnswer = async (stack: RunningStack): Promise<Answer> => (await stack.getJson("/v1/hesitation")) as Answer;

/** The path of one page's page. */
const pageOf = (page: string): string => `/hesitation/page?page=${encodeURIComponent(page)}`;

/** Opens a link with a number; the list, its rows, its file and the API must have as many. */
async function expectAsMany(stack: RunningStack, page: Page, href: string, count: number): Promise<void> {
  await page.goto(stack.collectorUrl + href);
  await expect(page.locator("[data-total]"), href).toHaveText(count.toLocaleString("en"));
  const rows = page.locator("table.people tbody tr");
  let listed = await rows.count();
  const next = page.getByRole("link", { name: "Next" });
  // Every page of a long list would take minutes: the second says that there are more.
  if (await next.isVisible()) {
    await Promise.all([page.waitForEvent("domcontentloaded"), next.click()]);
    listed += await rows.count();
  }
  expect(listed, href).toBe(Math.min(count, 100));
  expect(await readCsv(page, "Download CSV"), `${href} as a file`).toHaveLength(count);
  const { total } = (await stack.getJson(`/v1${href}`)) as { total: number };
  expect(total, `${href} by the API`).toBe(count);
}

/** Links of the open page whose text is a number, each once. */
async function numbers(page: Page): Promise<[href: string, count: number][]> {
  const links = await page.locator('main a[href*="/hesitation/people?"]').evaluateAll((links) =>
    links.map((it) => [it.getAttribute("href") ?? "", Number(it.textContent?.replaceAll(",", ""))] as [string, number]),
  );
  return [...new Map(links.filter(([, count]) => Number.isInteger(count)))];
}

test("bar, table, list, CSV and API count the same sessions for each page", async ({ stack, page }) => {
  test.setTimeout(180_000);
  await logIn(page, stack);
  const { pages } = await readAnswer(stack);
  expect(pages.length, "pages of the demo product").toBeGreaterThan(5);
  for (const { page: name, tally } of pages) {
    await page.goto(`${stack.collectorUrl}/hesitation`);
    const row = page.locator("ol.bars li").filter({ has: page.locator(`[data-hesitated="${name}"]`) });
    await expect(row.locator("[data-hesitated]")).toHaveText(String(tally.hesitated.part));
    const cells = page.locator("table.pages-table tbody tr").filter({ has: page.getByRole("link", { name, exact: true }) });
    await expect(cells.locator("td").nth(1).locator("a")).toHaveText(String(tally.hesitated.part));
    await expect(cells.locator("td").nth(2).locator("a")).toHaveText(String(tally.asked));
    const href = (await row.locator("[data-hesitated]").getAttribute("href")) ?? "";
    await expectAsMany(stack, page, href, tally.hesitated.part);
  }
});

test("every number of a page opens as many sessions as it counts", async ({ stack, page }) => {
  test.setTimeout(180_000);
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + pageOf("/app/customers"));
  const found = await numbers(page);
  expect(found.length, "numbers on the page").toBeGreaterThan(12);
  for (const [href, count] of found) await expectAsMany(stack, page, href, count);
});

test("a range in the address is kept on the way down, and narrows every number alike", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/hesitation`);
  await page.getByRole("link", { name: "7 days" }).click();
  await expect(page).toHaveURL(/since=.*until=/);
  const { search } = new URL(page.url());
  const all = await readAnswer(stack);
  const week = (await stack.getJson(`/v1/hesitation${search}`)) as Answer;
  const sessions = (of: Answer) => of.pages.reduce((sum, it) => sum + it.tally.hesitated.whole, 0);
  expect(sessions(week)).toBeLessThan(sessions(all));
  await page.locator("a.page-bar").first().click();
  expect(new URL(page.url()).search).toContain(search.slice(1));
  const [first] = await numbers(page);
  await expectAsMany(stack, page, first?.[0] ?? "", first?.[1] ?? 0);
});

test("a page that asked without need is muted, and says since when, why and what to do", async ({ stack, page }) => {
  await logIn(page, stack);
  const { pages } = await readAnswer(stack);
  expect(pages.filter((it) => it.muted).map((it) => it.page)).toContain(MUTED);
  await page.goto(`${stack.collectorUrl}/hesitation`);
  const notice = page.locator(".muted-notice").filter({ has: page.getByRole("link", { name: MUTED, exact: true }) });
  await expect(notice).toContainText("is muted since");
  await expect(notice).toContainText(/Of \d+ labels, \d+ were right .* surely less than 50.0%/);
  await page.goto(stack.collectorUrl + pageOf(MUTED));
  await expect(page.getByRole("region", { name: "Muted" })).toContainText("What to do:");
});

test("a page shows its pauses twice, its reasons, and what people said in their own words", async ({ stack, page }) => {
  await logIn(page, stack);
  // Where people of these weeks had most to say: that depends on which weeks they are.
  const { pages } = await readAnswer(stack);
  const said = page.locator(".saying");
  for (const { page: name } of pages) {
    await page.goto(stack.collectorUrl + pageOf(name));
    if ((await said.count()) > 0) break;
  }
  const panels = page.locator(".panel");
  await expect(panels).toHaveCount(3);
  const table = page.getByRole("table", { name: "The same curves as a table" });
  await expect(table.getByRole("row", { name: /^Half still idle after/ })).toBeVisible();
  await expect(page.getByRole("table", { name: "Reasons, the most frequent first" }).locator("tbody tr")).not.toHaveCount(0);
  await expect(said.first()).toContainText(/Asked because: /);
  const texts = await readCsv(page, "Download as CSV");
  expect(texts.length).toBeGreaterThanOrEqual(await said.count());
  expect(texts[0]?.["text"]).toBe(await said.first().locator("blockquote").textContent());
  await said.first().getByRole("link").first().click();
  await expect(page.locator("[data-total]"), "the person's own sessions").not.toHaveText("0");
});

test("the line from which on somebody would be asked is drawn wherever there is one", async ({ stack, page }) => {
  await logIn(page, stack);
  const { pages } = await readAnswer(stack);
  const lines = pages.map(({ page: name, curves }) => ({
    name,
    count: curves.reduce((sum, it) => sum + Number(it.fires_at_ms !== null) + Number(it.fires_troubled !== null), 0),
  }));
  expect(Math.max(...lines.map((it) => it.count)), "lines of one page").toBeGreaterThan(0);
  for (const { name, count } of lines) {
    await page.goto(stack.collectorUrl + pageOf(name));
    await expect(page.locator("line.curve-firing"), name).toHaveCount(count);
    await expect(page.locator(".curve-label"), name).toHaveCount(count);
  }
});

test("nothing stands in the way of people who see, read or point differently", async ({ stack, page }) => {
  await logIn(page, stack);
  for (const path of ["/hesitation", pageOf("/app/customers"), pageOf(MUTED), "/hesitation/people?who=hesitated"]) {
    await page.goto(stack.collectorUrl + path);
    const how = page.getByText("How this is counted");
    if (await how.isVisible()) await how.click();
    await expectAccessible(page);
  }
});

test("the way from a bar to the people behind it needs no mouse", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/hesitation`);
  const bars = page.locator("ol.bars a.bar");
  const isFocused = () => bars.first().evaluate((it) => it === document.activeElement);
  for (let presses = 0; !(await isFocused()); presses++) {
    expect(presses, "tab stops before the bars").toBeLessThan(44);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("ArrowDown");
  await expect(bars.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Tab");
  const count = (await page.locator(":focus").textContent()) ?? "";
  await page.keyboard.press("Enter");
  await expect(page.locator("[data-total]")).toHaveText(count);
});

test("a definition can be read by keyboard, stays inside the page, and goes away by Escape", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/hesitation`);
  for (const button of await page.locator(".define-button").all()) {
    await button.focus();
    const text = page.locator(`#${await button.getAttribute("aria-describedby")}`);
    await expect(text).toBeVisible();
    const box = await text.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= NARROW.width, JSON.stringify(box)).toBe(true);
    await page.keyboard.press("Escape");
    await expect(text).toBeHidden();
  }
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  for (const path of ["/hesitation", pageOf("/app/customers"), pageOf(MUTED), "/hesitation/people?who=sessions"]) {
    await page.goto(stack.collectorUrl + path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
});

test("without scripts everything works", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await page.getByRole("link", { name: "Hesitation" }).click();
  await page.getByLabel("From").fill("2020-01-01");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/\/hesitation\?since=2020-01-01$/);
  await page.locator("a.page-bar").first().click();
  await expect(page).toHaveURL(/\/hesitation\/page\?page=.*since=2020-01-01/);
  await page.getByLabel("From").fill("2021-01-01");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/\/hesitation\/page\?page=.*since=2021-01-01$/);
  await page.locator(".tile dd a").first().click();
  await expect(page.locator("[data-total]")).not.toHaveText("0");
});

test("a wrong address says what is wrong and where to go", async ({ stack, visitor }) => {
  const { page } = visitor;
  visitor.expectedErrors.push(/status of 400/);
  await logIn(page, stack);
  for (const path of [pageOf("/nowhere"), "/hesitation/people?who=everybody", "/hesitation/people?since=soon"]) {
    await page.goto(stack.collectorUrl + path);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("This address does not lead anywhere");
    await expect(page.locator("main").getByRole("link").last()).toBeVisible();
  }
  await page.goto(`${stack.collectorUrl}/hesitation?since=soon`);
  await expect(page.getByRole("alert")).toHaveText("Correct the marked fields to see the numbers.");
});
