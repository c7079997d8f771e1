// The dashboard as people use it: with a password, a keyboard, a phone, in the dark, without scripts.
import { expectAccessible } from "./support/expect_accessible.ts";
import * as ledgerly from "./support/ledgerly.ts";
import { fillIn, logIn, OPERATOR, setUp } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { readBars, readFunnelByApi, readTable } from "./support/read_funnel.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";
import { takePicture } from "./support/take_picture.ts";

test.use({ stackName: "dashboard" });

const FUNNEL = "/journeys/onboarding?window=14d&by=plan";
const PEOPLE = "/journeys/onboarding/people?milestone=company-created&standing=stuck";

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "400", "--days", "60", "--seed", "1"], "url");
});

test("the first operator comes in by the setup link, once", async ({ stack, visitor }) => {
  const { page } = visitor;
  await page.goto(stack.setupLink);
  await expectAccessible(page);
  await fillIn(page, { ...OPERATOR, password: "too short" });
  const create = page.getByRole("button", { name: "Create operator and log in" });
  await create.click();
  await expect(create, "the browser knows the least length").toBeVisible();
  await logIn(page, stack);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");

  await page.context().clearCookies();
  await page.goto(stack.setupLink);
  await expect(page).toHaveURL(`${stack.collectorUrl}/login`);
});

test("a link to a page leads through the login to that page", async ({ stack, page }) => {
  await setUp(page, stack);
  await page.goto(stack.collectorUrl + PEOPLE);
  await expect(page).toHaveURL(/\/login\?next=/);
  await expectAccessible(page);
  await fillIn(page, OPERATOR);
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page).toHaveURL(stack.collectorUrl + PEOPLE);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Created a company");
});

test("a wrong password opens nothing and says so", async ({ stack, visitor }) => {
  const { page } = visitor;
  await setUp(page, stack);
  visitor.expectedErrors.push(/status of 401/);
  await page.goto(`${stack.collectorUrl}/login`);
  await fillIn(page, { ...OPERATOR, password: "some other words in a row" });
  await page.getByRole("button", { name: "Log in" }).click();
  await expect(page.getByRole("alert")).toHaveText("This e-mail and password do not belong together.");
  await expect(page.getByLabel("E-mail")).toHaveValue(OPERATOR.email);
  await expect(page.getByLabel("Password")).toHaveValue("");
  expect(await page.context().cookies()).toEqual([]);
  await expectAccessible(page);
});

test("after logging out the session is over, also for whoever kept its cookie", async ({ stack, page }) => {
  await logIn(page, stack);
  const cookies = await page.context().cookies();
  expect(cookies).toMatchObject([{ name: "__Host-milepost", httpOnly: true, secure: true, sameSite: "Lax", path: "/" }]);
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page).toHaveURL(`${stack.collectorUrl}/login`);
  expect(await page.context().cookies()).toEqual([]);
  await page.context().addCookies(cookies);
  await page.goto(stack.collectorUrl + FUNNEL);
  await expect(page).toHaveURL(/\/login\?next=/);
});

test("bar, table, list, CSV and API count the same people", async ({ stack, page }) => {
  await logIn(page, stack);
  const { steps } = await readFunnelByApi(stack, "onboarding");
  expect(steps[0]?.reached, "enough people for a list of several pages").toBeGreaterThan(100);
  for (const { milestone, reached } of steps) {
    await page.goto(`${stack.collectorUrl}/journeys/onboarding?window=14d`);
    expect((await readBars(page)).find((it) => it.milestone === milestone)?.reached).toBe(reached);
    expect((await readTable(page)).find((it) => it.milestone === milestone)?.reached).toBe(reached);
    await page.locator(`ol.bars a.bar[href*="milestone=${milestone}&"]`).click();
    await expect(page.locator("[data-total]")).toHaveText(String(reached));
    const rows = page.locator("table.people tbody tr");
    let listed = await rows.count();
    const next = page.getByRole("link", { name: "Next" });
    while (await next.isVisible()) {
      await Promise.all([page.waitForEvent("domcontentloaded"), next.click()]);
      listed += await rows.count();
    }
    expect(listed, `${milestone} on the pages`).toBe(reached);
    const people = await readCsv(page, "Download CSV");
    expect(new Set(people.map((it) => it["user"])).size, `${milestone} in the file`).toBe(reached);
    expect(people).toHaveLength(reached);
  }
});

test("who still waits for value is as many in the tile, the list, the file and the API", async ({ stack, page }) => {
  await logIn(page, stack);
  const time = (await stack.getJson("/v1/journeys/onboarding/value-time")) as { started: number; reached: number };
  const waiting = time.started - time.reached;
  expect(waiting, "enough people for a list of several pages").toBeGreaterThan(50);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await expect(page.getByRole("heading", { name: "Time to first value" })).toBeVisible();
  await page.getByRole("link", { name: `${waiting} still waiting` }).click();
  await expect(page.locator("[data-total]")).toHaveText(String(waiting));
  await expectAccessible(page);
  const since = await page.locator("table.people time").evaluateAll((all) => all.map((it) => it.getAttribute("datetime") ?? ""));
  expect(since, "the longest wait first").toEqual([...since].sort());
  const people = await readCsv(page, "Download CSV");
  expect(new Set(people.map((it) => it["user"])).size).toBe(waiting);
  const api = (await stack.getJson("/v1/journeys/onboarding/waiting?limit=1")) as { total: number; rows: { user: string }[] };
  expect(api.total).toBe(waiting);
  expect(api.rows[0]?.user).toBe(people[0]?.["user"]);
});

test("the page says how complete it is, and does not hide what is missing", async ({ stack, page }) => {
  const client = "0190a3a2-7c1e-7000-8abc-0123456789af";
  const message = (seq: number) => ({
    type: "track",
    event: "Looked",
    anonymousId: "gap",
    messageId: `gap-${seq}`,
    context: { clientId: client, seq, end: true, library: { name: "gappy-js" } },
  });
  const body = JSON.stringify({ writeKey: BROWSER_KEY, batch: [message(1), message(4)] });
  await fetch(`${stack.collectorUrl}/v1/batch`, { method: "POST", body, headers: { origin: stack.customerUrl } });
  const { sources } = (await stack.getJson("/v1/delivery")) as { sources: { source: string; expected: number; missing: number }[] };
  expect(sources.find((it) => it.source === "gappy-js")).toMatchObject({ expected: 4, missing: 2 });
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  const quality = page.locator("details").filter({ hasText: "How complete this is" });
  if (!(await quality.evaluate((it: HTMLDetailsElement) => it.open))) await quality.locator("summary").click();
  const row = quality.getByRole("row").filter({ hasText: "gappy-js" });
  await expect(row.getByRole("cell").nth(1)).toHaveText("2");
  await expect(row.getByRole("cell").nth(2)).toContainText("50.0%");
  await expectAccessible(page);
});

test("nothing stands in the way of people who see, read or point differently", async ({ stack, page }) => {
  await logIn(page, stack);
  for (const path of [FUNNEL, PEOPLE, "/journeys"]) {
    await page.goto(stack.collectorUrl + path);
    await expectAccessible(page);
  }
  await page.goto(stack.collectorUrl + FUNNEL);
  await page.getByText("How this is counted").click();
  await expectAccessible(page);
});

test("the way from a bar to its people needs no mouse", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + FUNNEL);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  const bars = page.locator("ol.bars a.bar");
  const onFirstBar = () => bars.first().evaluate((it) => it === document.activeElement);
  for (let presses = 0; !(await onFirstBar()); presses++) {
    expect(presses, "tab stops before the bars").toBeLessThan(40);
    await page.keyboard.press("Tab");
  }
  expect(await bars.first().evaluate((it) => getComputedStyle(it).outlineStyle), "focus is seen").not.toBe("none");
  await page.keyboard.press("ArrowDown");
  await expect(bars.nth(1)).toBeFocused();
  const count = await bars.nth(1).locator(".bar-count").textContent();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/people\?milestone=company-created/);
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  const widest = () => page.evaluate(() => document.documentElement.scrollWidth);
  await page.goto(`${stack.collectorUrl}/login`);
  expect(await widest()).toBe(NARROW.width);
  await logIn(page, stack);
  for (const path of [FUNNEL, PEOPLE, "/journeys"]) {
    await page.goto(stack.collectorUrl + path);
    expect(await widest(), path).toBe(NARROW.width);
  }
});

test("without scripts everything works", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await page.getByLabel("Window").selectOption("7d");
  await page.getByLabel("Break down by").fill("plan");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/window=7d.*by=plan/);
  await expect(page.getByRole("table", { name: /by plan$/ })).toBeVisible();
  const bar = page.locator("ol.bars a.bar").nth(2);
  const count = await bar.locator(".bar-count").textContent();
  await bar.click();
  await expect(page.locator("[data-total]")).toHaveText(count ?? "");
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(page.getByRole("button", { name: "Log in" })).toBeVisible();
});

test("pages ask nobody else for anything, and keep nothing but the session", async ({ stack, visitor }) => {
  const { page } = visitor;
  await logIn(page, stack);
  for (const path of [FUNNEL, PEOPLE]) await page.goto(stack.collectorUrl + path);
  expect([...visitor.origins]).toEqual([stack.collectorUrl]);
  expect(await visitor.stored()).toEqual({ local: [], session: [], databases: [], cookies: ["__Host-milepost"] });
});

test("the funnel looks like a funnel", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  const widths = await page
    .locator("ol.bars .bar-reached, ol.bars .bar-value")
    .evaluateAll((bars) => bars.map((it) => it.getBoundingClientRect().width));
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
  expect(Math.min(...widths)).toBeGreaterThan(1);
});

test("the demo product looks like a product", async ({ stack, page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(`${stack.demoUrl}/signup`);
  await ledgerly.refuseMeasuring(page);
  await ledgerly.signUp(page, { name: "Mira Holm", email: "mira@holm.example", password: "two words more", plan: "pro" });
  await ledgerly.createCompany(page, "Studio Holm", 4);
  await ledgerly.addCustomer(page, "Café Linden", "hello@linden.example");
  await ledgerly.sendInvoice(page, "Logo and menu", "480.00");
  await page.getByTestId("nav-dashboard").click();
  await expect(page.getByTestId("checklist-progress")).toHaveText("3 of 4 done");
  await expect(page.locator("#toasts > *"), "messages go away by themselves").toHaveCount(0, { timeout: 15_000 });
  await takePicture(page, "demo-site");
});
