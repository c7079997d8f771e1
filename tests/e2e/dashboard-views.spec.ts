// Saved views: a page kept under a name, opened, shared, renamed and deleted; with scripts and without.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-views" });

const PAGE = "/users?who=identified&sort=first-seen&order=asc";
const NARROW = { width: 320, height: 640 };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "30", "--days", "20", "--seed", "3"], "url");
});

for (const javaScriptEnabled of [true, false]) {
  test(`a page is kept, opened, renamed and deleted with scripts ${javaScriptEnabled ? "on" : "off"}`, async ({ stack, newVisitor }) => {
    const { page } = await newVisitor({ javaScriptEnabled });
    await logIn(page, stack);
    await page.goto(stack.collectorUrl + PAGE);
    const menu = page.locator("details.menu");
    await menu.locator("summary").click();
    await menu.getByLabel("Save this page as").fill("Known, oldest first");
    await menu.getByRole("button", { name: "Save view" }).click();
    await expect(page).toHaveURL(stack.collectorUrl + PAGE);
    await page.goto(`${stack.collectorUrl}/retention`);
    await menu.locator("summary").click();
    await menu.getByRole("link", { name: "Known, oldest first" }).click();
    await expect(page).toHaveURL(stack.collectorUrl + PAGE);
    await menu.locator("summary").click();
    await menu.getByRole("link", { name: "All saved views" }).click();
    await page.getByLabel("Name of Known, oldest first").fill("Known");
    await page.getByLabel("team sees Known, oldest first").check();
    await page.getByRole("button", { name: "Save Known, oldest first" }).click();
    const row = page.getByRole("row").filter({ hasText: "Known" });
    await expect(row).toContainText("the team");
    await row.getByRole("button", { name: "Delete Known" }).click();
    await expect(page.getByText("None so far.")).toBeVisible();
  });
}

test("the menu is closed by Escape and by a press elsewhere, and the keyboard is where it was", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + PAGE);
  const summary = page.locator("details.menu summary");
  await summary.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "All saved views" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(summary).toBeFocused();
  await expect(page.getByLabel("Save this page as")).toBeHidden();
  await summary.click();
  await expect(page.getByLabel("Save this page as")).toBeVisible();
  await page.locator("h1").click();
  await expect(page.getByLabel("Save this page as")).toBeHidden();
});

test("menu and list are accessible, and nothing stands out to the side on a narrow phone", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  await page.goto(stack.collectorUrl + PAGE);
  await page.locator("details.menu summary").click();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
  await page.getByLabel("Save this page as").fill("Everybody known");
  await page.getByRole("button", { name: "Save view" }).click();
  await page.goto(`${stack.collectorUrl}/views`);
  await expect(page.getByRole("link", { name: "Everybody known" })).toBeVisible();
  await expectAccessible(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
});
