// The page a CS team opens in the morning: each of its numbers opens the people it counts.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-overview" });

const OVERVIEW = "/overview?journey=onboarding";
const NARROW = { width: 320, height: 640 };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "400", "--days", "60", "--seed", "2"], "url");
});

test("it comes first, over the last thirty days, and reads as a whole", async ({ stack, page }) => {
  await logIn(page, stack);
  await expect(page).toHaveURL(/\/overview\?since=\d{4}-\d\d-\d\d&until=/);
  await expect(page.getByRole("navigation", { name: "Range" }).locator("[aria-current]")).toHaveText("30 days");
  await expectAccessible(page);
  for (const name of ["Who is stuck", "Time to first value, week by week", "What people say", "Where they hesitate"]) {
    await expect(page.getByRole("heading", { name })).toBeVisible();
  }
});

test("every number opens as many people as it counts", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + OVERVIEW);
  const links = await page
    .locator('a[href*="/people?"], a[href*="/waiting"], .tile a[href^="/users"], .tile a[href^="/accounts"]')
    .evaluateAll((all) => all.map((it) => ({ href: (it as HTMLAnchorElement).href, text: it.textContent ?? "" })));
  expect(links.length).toBeGreaterThan(15);
  for (const { href, text } of links.filter(({ href }) => !href.includes("/hesitation/"))) {
    await page.goto(href);
    await expect(page.locator("[data-total]"), `${text} at ${href}`).toHaveText(/[\d,]+/.exec(text)?.[0] ?? "a number");
  }
});

test("the numbers are those of the journey's own page", async ({ stack, page }) => {
  await logIn(page, stack);
  const tiles = async (path: string) => {
    await page.goto(stack.collectorUrl + path);
    return page.locator(".journey-tiles .tile").evaluateAll((all) => all.map((it) => (it.textContent ?? "").replace(/\s+/g, " ")));
  };
  expect(await tiles(OVERVIEW)).toEqual(await tiles("/journeys/onboarding"));
});

test("on a narrow phone, without scripts and by keyboard it is whole", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW, javaScriptEnabled: false });
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + OVERVIEW);
  await expect(page.getByRole("heading", { name: "Who is stuck" })).toBeVisible();
  const { page: withScripts } = await newVisitor({ viewport: NARROW });
  await logIn(withScripts, stack);
  await withScripts.goto(stack.collectorUrl + OVERVIEW);
  expect(await withScripts.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
  await expectAccessible(withScripts);
  await withScripts.keyboard.press("Tab");
  await expect(withScripts.getByRole("link", { name: "Skip to content" })).toBeFocused();
});
