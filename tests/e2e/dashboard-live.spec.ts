// Pages that show what is so now change while they are open, and nothing changes under somebody's hands.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY, type RunningStack, SERVER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-live" });

/** The server looks every five seconds. */
const SOON = { timeout: 15_000 };

let number = 0;

/** Somebody new does something. */
async function arrive(stack: RunningStack): Promise<string> {
  number += 1;
  const userId = `new-${number}`;
  const messages = [
    { type: "identify", userId, traits: { name: `Newcomer ${number}` } },
    { type: "track", userId, event: "Signed Up" },
  ];
  const batch = messages.map((it, at) => ({ ...it, messageId: `${userId}-${at}` }));
  const answer = await fetch(`${stack.collectorUrl}/v1/batch`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Basic ${btoa(`${SERVER_KEY}:`)}` },
    body: JSON.stringify({ batch }),
  });
  expect(((await answer.json()) as { accepted: number }).accepted).toBe(messages.length);
  return `Newcomer ${number}`;
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "40", "--days", "20", "--seed", "3"], "url");
});

test("the overview counts who comes while it is open, and keeps place and focus", async ({ stack, page }) => {
  await logIn(page, stack);
  const count = page.locator('[data-part="new"] dd').first();
  const before = Number(await count.innerText());
  await page.setViewportSize({ width: 1000, height: 400 });
  const link = page.locator('[data-part="stuck"] a').last();
  await link.focus();
  const scrolled = await page.evaluate(() => scrollY);
  expect(scrolled).toBeGreaterThan(0);
  await arrive(stack);
  await expect(count).toHaveText(String(before + 1), SOON);
  await expect(page.locator("[data-live-state]")).toContainText("Updated at");
  await expect(link).toBeFocused();
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await expectAccessible(page);
});

test("a part that has the focus waits until it has gone", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/users`);
  const list = page.locator('[data-part="list"]');
  const before = Number((await list.locator("[data-total]").innerText()).replace(",", ""));
  await list.locator("tbody a").first().focus();
  const name = await arrive(stack);
  await expect(page.locator("h1")).toHaveText(`${before + 1} users`, SOON);
  await expect(list.locator("[data-total]")).toHaveText(String(before));
  await list.locator("tbody a").first().evaluate((it) => it.blur());
  await expect(list.locator("[data-total]")).toHaveText(String(before + 1));
  await expect(list.getByRole("link", { name, exact: true })).toBeVisible();
});

test("updates are paused, also on the next page, and go on", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/users`);
  const before = Number((await page.locator("[data-total]").innerText()).replace(",", ""));
  await page.getByRole("button", { name: "Pause updates" }).click();
  await expect(page.getByText("Updates are paused.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Updates are paused.")).toBeVisible();
  const listened = page.waitForRequest(/\/live\?/);
  await arrive(stack);
  await expect(page.locator("[data-total]")).toHaveText(String(before));
  await page.getByRole("button", { name: "Resume updates" }).click();
  await listened;
  await expect(page.locator("[data-total]")).toHaveText(String(before + 1), SOON);
});

test("a hidden page listens no more, and catches up when it is seen again", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/users`);
  const before = Number((await page.locator("[data-total]").innerText()).replace(",", ""));
  const setHidden = (hidden: boolean) =>
    page.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await setHidden(true);
  await arrive(stack);
  const listened = page.waitForRequest(/\/live\?/);
  await setHidden(false);
  await listened;
  await expect(page.locator("[data-total]")).toHaveText(String(before + 1), SOON);
});

test("who is logged out elsewhere is told, and asked for nothing", async ({ stack, newVisitor }) => {
  const visitor = await newVisitor();
  const { page } = visitor;
  // The way to the login page is no stream.
  visitor.expectedErrors.push(/is not "text\/event-stream"/);
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/users`);
  await expect(page.getByText("Updates by itself.")).toBeVisible();
  await page.evaluate(() => fetch("/logout", { method: "POST" }));
  await expect(page.getByText("Updates are off: load the page again.")).toBeVisible(SOON);
});

test("without scripts the page is as it was", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ javaScriptEnabled: false });
  await logIn(page, stack);
  await expect(page.locator("[data-live]")).toBeHidden();
});
