// Surveys as people in customer success read them, and the inbox in which they close the loop.
import type { Page } from "@playwright/test";
import { Filling, send } from "./support/answers.ts";
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn, OPERATOR } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import type { RunningStack } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-surveys" });

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

const DAY_MS = 24 * 3_600_000;

const SURVEYS = `
[[survey]]
id = "recommend"
name = "Recommending us"
every = "90d"

[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend Ledgerly to a friend or colleague?"
low = "Not at all likely"
high = "Extremely likely"

[[survey.step]]
id = "topics"
kind = "multiple"
title = "What decided your score?"
choices = { price = "The price", speed = "How fast it is", support = "Your support" }
other = "Something else"

[[survey.step]]
id = "why"
kind = "long"
title = "What is the main reason for your score?"

[[survey.step]]
id = "thanks"
kind = "thanks"
title = "Thank you!"

[[survey]]
id = "export"
name = "Effort of exporting"

[[survey.step]]
id = "ease"
kind = "ces"
title = "Exporting was easy."
`;

const TEXTS = [
  "The export is slow when I have more than a few hundred invoices.",
  "Sehr schön gemacht, besonders die Mahnungen. Größere Schrift wäre gut.",
  "Reminders save me an hour every week.",
  "Je ne trouve pas la facture d’un client que j’ai supprimé.",
  "Price went up twice this year; we are looking at others.",
  "It just works.",
];

const PAGES = ["/surveys", "/surveys/recommend?by=plan", "/responses", "/surveys/recommend/people", "/users/person-3"];

/** The same numbers every time: a small generator (mulberry32). */
function dice(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let drawn = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    drawn = (drawn + Math.imul(drawn ^ (drawn >>> 7), 61 | drawn)) ^ drawn;
    return ((drawn ^ (drawn >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Two hundred people over half a year, happier towards its end. */
function everybody(now: number): Record<string, unknown>[] {
  const draw = dice(7);
  const pick = (from: number, to: number): number => from + Math.floor(draw() * (to - from + 1));
  const messages: Record<string, unknown>[] = [];
  for (let nth = 0; nth < 220; nth++) {
    const user = `person-${nth}`;
    const days = nth % 180;
    const traits = { name: `Person ${nth}`, email: `person-${nth}@example.com`, plan: nth % 3 === 0 ? "pro" : "starter" };
    messages.push({ type: "identify", userId: user, messageId: `identify-${nth}`, traits });
    messages.push({ type: "group", userId: user, groupId: `account-${nth % 40}`, messageId: `group-${nth}`, traits: { name: `Company ${nth % 40}` } });
    const language = ["en", "de-CH", "fr"][nth % 3];
    const filling = new Filling("recommend", user, `submission-${nth}`, now - days * DAY_MS - 3_600_000, { language });
    const ends = pick(0, 9);
    if (ends === 0) filling.say("Survey Dismissed", { how: "notNow", step: "score" });
    if (ends >= 2) {
      const mood = pick(0, 10) + (days < 90 ? 2 : 0) + (nth % 3 === 0 ? 1 : 0);
      filling.answer("score", "nps", { score: Math.min(10, Math.max(0, mood)) });
    }
    if (ends >= 4) {
      const other = nth % 11 === 0 ? "Your mascot" : "";
      filling.answer("topics", "multiple", { choices: [["price", "speed", "support"][nth % 3]], ...(other ? { other } : {}) });
      if (nth % 2) filling.answer("why", "long", { text: TEXTS[nth % TEXTS.length] });
      else filling.answer("why", "long", { passed: true });
    }
    if (ends >= 6) filling.say("Survey Completed", {});
    messages.push(...filling.messages);
    if (nth % 5 === 0) {
      const properties = { prompt: "recommend", kind: "popover", trigger: "message", reasons: 4 + 1024, page: "/app/invoices" };
      const timestamp = new Date(now - days * DAY_MS - 7_200_000).toISOString();
      messages.push({ type: "track", event: "Prompt Withheld", userId: `withheld-${nth}`, messageId: `withheld-${nth}`, timestamp, properties });
    }
  }
  return messages;
}

test.beforeAll(async ({ stack }) => {
  await stack.define(SURVEYS);
  await expect
    .poll(async () => JSON.stringify(await stack.getJson("/v1/surveys")), { timeout: 30_000 })
    .toContain("Recommending us");
  await send(stack, everybody(Date.now()));
});

/** Links of the open page whose text is a number, each once. */
async function numbers(page: Page): Promise<[href: string, count: number][]> {
  const links = await page.locator('main a[href^="/responses?"], main a[href*="/people?"]').evaluateAll((links) =>
    links.map((it) => [it.getAttribute("href") ?? "", Number(it.textContent?.replaceAll(",", ""))] as [string, number]),
  );
  return [...new Map(links.filter(([, count]) => Number.isInteger(count)))];
}

/** Opens a list; it, its file and the API must have as many rows. */
async function expectAsMany(stack: RunningStack, page: Page, href: string, count: number): Promise<void> {
  await page.goto(stack.collectorUrl + href);
  await expect(page.locator("[data-total]"), href).toHaveText(count.toLocaleString("en"));
  expect(await page.locator("table.people tbody tr").count(), href).toBe(Math.min(count, 50));
  expect(await readCsv(page, "Download CSV"), `${href} as a file`).toHaveLength(count);
  const { total } = (await stack.getJson(`/v1${href}`)) as { total: number };
  expect(total, `${href} by the API`).toBe(count);
}

test("every kind of number opens as many responses as it counts", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/surveys/recommend?by=plan`);
  const found = await numbers(page);
  expect(found.length, "numbers on the page").toBeGreaterThan(60);
  // The Rust tests follow all of them; here every seventh goes through a real browser.
  for (const [href, count] of found.filter((_, at) => at % 7 === 0)) await expectAsMany(stack, page, href, count);
});

test("score, trend and segments say how sure they are", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/surveys/recommend?by=plan`);
  const tile = page.locator(".tile").filter({ hasText: "NPS" }).first();
  await expect(tile).toContainText(/[+−]?\d+/);
  await expect(tile).toContainText(/95% interval [+−]?\d+ to [+−]?\d+/);
  await expect(page.getByRole("table", { name: "The same points as a table" }).locator("tbody tr")).not.toHaveCount(0);
  await expect(page.getByText("too few to tell").first()).toBeVisible();
  await expect(page.getByText(/“(pro|starter)” less “(pro|starter)”: .* 95% interval/)).toBeVisible();
  await page.getByRole("link", { name: "By week" }).click();
  await expect(page).toHaveURL(/by=plan&per=week/);
  const weeks = await page.getByRole("table", { name: "The same points as a table" }).locator("tbody tr").count();
  expect(weeks).toBeGreaterThan(20);
});

test("what people wrote is found by any of their words, whatever accents and case", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/surveys/recommend`);
  await page.getByRole("search").getByLabel("Words they wrote").fill("GROSSERE schr");
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page).toHaveURL(/\/responses\?survey=recommend&q=/);
  await expect(page.locator("[data-total]")).not.toHaveText("0");
  for (const text of await page.locator("table.inbox .said").allTextContents()) expect(text).toContain("Größere Schrift");
});

test("the loop is closed with the keyboard alone", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/responses?answer=detractors&who=wrote`);
  const open = page.getByRole("link", { name: /^Open the response of/ }).first();
  await open.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Close the loop" })).toBeVisible();

  /** Goes to what has this role and name by Tab alone. */
  const tabTo = async (role: "button" | "combobox" | "textbox", name: string): Promise<void> => {
    const target = page.getByRole(role, { name, exact: true });
    for (let presses = 0; !(await target.evaluate((it) => it === document.activeElement)); presses++) {
      expect(presses, `tab stops before ${name}`).toBeLessThan(40);
      await page.keyboard.press("Tab");
    }
  };
  await tabTo("combobox", "Assigned to");
  await page.keyboard.press("ArrowDown");
  await tabTo("button", "Assign");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
  await tabTo("textbox", "New tag");
  await page.keyboard.type("churn risk");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);
  await tabTo("button", "Resolve");
  await Promise.all([page.waitForEvent("domcontentloaded"), page.keyboard.press("Enter")]);

  const history = page.getByRole("table", { name: "Everything that was done about this response, the latest first" });
  for (const act of ["resolved it", "added the tag “churn risk”", `gave it to ${OPERATOR.email}`]) {
    await expect(history.getByRole("row").filter({ hasText: act })).toContainText(OPERATOR.email);
  }
  await expectAccessible(page);
  await page.goto(`${stack.collectorUrl}/responses?state=resolved&tag=churn%20risk`);
  await expect(page.locator("[data-total]")).toHaveText("1");
});

test("nothing stands in the way of people who see, read or point differently", async ({ stack, page }) => {
  test.setTimeout(120_000);
  await logIn(page, stack);
  for (const path of PAGES) {
    await page.goto(stack.collectorUrl + path);
    const how = page.getByText("How this is counted");
    if (await how.isVisible()) await how.click();
    await expectAccessible(page);
  }
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  for (const path of PAGES) {
    await page.goto(stack.collectorUrl + path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
  await page.goto(`${stack.collectorUrl}/responses?who=wrote`);
  await page.getByRole("link", { name: /^Open the response of/ }).first().click();
  await expect(page.getByRole("heading", { name: "Close the loop" })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
});

test("without scripts everything works", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await page.getByRole("link", { name: "Surveys" }).click();
  await page.getByRole("link", { name: "Recommending us" }).click();
  await page.getByLabel("Break down by").fill("plan");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/\/surveys\/recommend\?by=plan$/);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Responses" }).click();
  await page.locator('select[name="answer"]').selectOption("detractors");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/\/responses\?who=answered&answer=detractors$/);
  await page.getByRole("link", { name: /^Open the response of/ }).first().click();
  await page.getByLabel("New note").fill("Called them back.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.locator(".note")).toContainText("Called them back.");
});

test("a survey that nobody has seen, and a range without anybody, say so", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/surveys/export`);
  await expect(page.getByRole("heading", { name: "Nobody has been shown it yet" })).toBeVisible();
  await page.goto(`${stack.collectorUrl}/surveys/recommend?since=2020-01-01&until=2020-02-01`);
  await expect(page.getByRole("heading", { name: "Nobody was shown it in this range" })).toBeVisible();
});
