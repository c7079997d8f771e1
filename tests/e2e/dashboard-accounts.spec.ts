// Users and accounts as people in customer success look after them: found, sorted, opened, noted, snoozed.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn, OPERATOR } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-accounts" });

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

type List = { total: number; rows: { user: string; account: string }[] };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "150", "--days", "60", "--seed", "1"], "url");
});

test("lists, files and the API hold the same, and every list is accessible", async ({ stack, page }) => {
  await logIn(page, stack);
  for (const [path, key] of [
    ["/users?sort=name", "user"],
    ["/users?stuck=onboarding%2Fcompany-created&seen=not-within-7", "user"],
    ["/accounts?sort=active-users", "account"],
  ] as const) {
    const api = (await stack.getJson(`/v1${path}&limit=1000`)) as List;
    expect(api.total, path).toBeGreaterThan(2);
    await page.goto(stack.collectorUrl + path);
    await expect(page.locator("[data-total]")).toHaveText(String(api.total));
    await expectAccessible(page);
    const rows = page.locator("table.people tbody tr");
    let listed = await rows.count();
    const next = page.getByRole("link", { name: "Next" });
    while (await next.isVisible()) {
      await Promise.all([page.waitForEvent("domcontentloaded"), next.click()]);
      listed += await rows.count();
    }
    expect(listed, path).toBe(api.total);
    const file = await readCsv(page, "Download CSV");
    expect(file.map((it) => it[key]?.replace(/^'/, "")), path).toEqual(api.rows.map((it) => it[key]));
  }
});

test("a column's head sorts, and says which way", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/users`);
  const head = page.getByRole("columnheader", { name: "First seen" });
  await head.getByRole("link").click();
  await expect(page).toHaveURL(/\/users\?sort=first-seen$/);
  await expect(head).toHaveAttribute("aria-sort", "descending");
  await head.getByRole("link").click();
  await expect(page).toHaveURL(/\/users\?sort=first-seen&order=asc$/);
  await expect(head).toHaveAttribute("aria-sort", "ascending");
  const times = await page.locator("tbody td:nth-child(5) time").evaluateAll((all) => all.map((it) => it.getAttribute("datetime") ?? ""));
  expect(times.length).toBeGreaterThan(10);
  expect(times).toEqual([...times].sort());
});

test("by keyboard: a slash goes to the search field, and the first hit opens", async ({ stack, page }) => {
  await logIn(page, stack);
  const { rows } = (await stack.getJson("/v1/users?who=identified&limit=1")) as List;
  const id = rows[0]?.user ?? "";
  await page.goto(`${stack.collectorUrl}/users`);
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox")).toBeFocused();
  await page.keyboard.type("a/b");
  await expect(page.getByRole("searchbox"), "in the field it is a slash").toHaveValue("a/b");
  await page.getByRole("searchbox").fill(id.toUpperCase());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/users\?q=/);
  const link = page.locator("table.people tbody th a").first();
  await link.focus();
  await page.keyboard.press("Enter");
  await expect(page.locator("main code").first()).toHaveText(id);
  await expectAccessible(page);
});

test("a slash does nothing for who has switched it off", async ({ stack, page }) => {
  await logIn(page, stack);
  const setSlash = async (isOn: boolean) => {
    await page.goto(`${stack.collectorUrl}/account`);
    await page.getByRole("checkbox", { name: "The key /" }).setChecked(isOn);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.goto(`${stack.collectorUrl}/users`);
    await page.keyboard.press("/");
  };
  await setSlash(false);
  await expect(page.getByRole("searchbox")).not.toBeFocused();
  await setSlash(true);
  await expect(page.getByRole("searchbox")).toBeFocused();
});

test("an account leads to its users, and back; every number is its list", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Accounts" }).click();
  await page.getByRole("columnheader", { name: "Active users" }).getByRole("link").click();
  await page.locator("table.people tbody th a").first().click();
  await expect(page.getByRole("heading", { name: "Milestones" })).toBeVisible();
  await expectAccessible(page);
  const address = page.url();
  const links = page.locator('main a[href^="/users?account="]').filter({ hasText: /^[\d,]+$/ });
  const numbers = await links.evaluateAll((all) => all.map((it) => [it.getAttribute("href") ?? "", it.textContent ?? ""] as const));
  expect(numbers.length).toBeGreaterThan(4);
  for (const [href, number] of numbers) {
    await page.goto(stack.collectorUrl + href);
    await expect(page.locator("[data-total]"), href).toHaveText(number);
  }
  await page.goto(`${address}`);
  await page.locator('section[aria-labelledby="timeline-heading"] tbody a').first().click();
  await page.locator('.heading a[href^="/accounts/"]').click();
  await expect(page).toHaveURL(address);
});

test("without scripts a team notes, owns, snoozes and resolves", async ({ stack, newVisitor }) => {
  const visitor = await newVisitor({ javaScriptEnabled: false });
  const { page } = visitor;
  // A day that is past is refused.
  visitor.expectedErrors.push(/status of 422/);
  await logIn(page, stack);
  const { rows } = (await stack.getJson("/v1/users?who=identified&sort=name&limit=2")) as List;
  const [one, other] = rows.map((it) => it.user);
  await page.goto(`${stack.collectorUrl}/users/${encodeURIComponent(one ?? "")}`);
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByLabel("Owner").selectOption(OPERATOR.email);
  await page.getByRole("button", { name: "Save owner" }).click();
  await page.getByLabel("New note").fill("Wants to know how to export.\nCall on Monday.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.locator(".note")).toContainText("Call on Monday.");
  await page.getByText("What was done, by whom").click();
  await expect(page.getByRole("cell", { name: "wrote a note" })).toBeVisible();

  await page.goto(`${stack.collectorUrl}/users/${encodeURIComponent(other ?? "")}`);
  await page.getByLabel("Snooze until").fill("2001-01-01");
  await page.getByRole("button", { name: "Snooze" }).click();
  await expect(page.getByRole("alert")).toContainText("a day that is ahead");
  const soon = new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel("Snooze until").fill(soon);
  await page.getByRole("button", { name: "Snooze" }).click();
  await expect(page.locator("#care .tag")).toHaveText(`snoozed until ${soon}`);

  await page.goto(`${stack.collectorUrl}/users`);
  const presets = page.getByRole("navigation", { name: "What is done about them" });
  for (const [name, user] of [["Mine", one], ["Open", one], ["Snoozed", other]] as const) {
    await presets.getByRole("link", { name }).click();
    await expect(page.locator("[data-total]")).toHaveText("1");
    await expect(page.locator("table.people tbody th code")).toHaveText(user ?? "");
  }
  await page.locator("table.people tbody th a").click();
  await page.getByRole("button", { name: "Resolve" }).click();
  await page.goto(`${stack.collectorUrl}/users?state=resolved`);
  await expect(page.locator("[data-total]")).toHaveText("1");
});

test("on a narrow screen nothing scrolls sideways but tables", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  const { rows } = (await stack.getJson("/v1/accounts?sort=active-users&limit=1")) as List;
  const { rows: users } = (await stack.getJson("/v1/users?who=identified&limit=1")) as List;
  const one = encodeURIComponent(rows[0]?.account ?? "");
  for (const path of ["/users", "/accounts", `/accounts/${one}`, `/users/${encodeURIComponent(users[0]?.user ?? "")}`]) {
    await page.goto(stack.collectorUrl + path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
});
