// One user's page: what they did, all of it as a file, and their erasure.
import { readFile } from "node:fs/promises";
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-user" });

interface Taken {
  userIds: string[];
  messages: unknown[];
  hasAllMessages: boolean;
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "30", "--days", "20", "--seed", "3"], "url");
});

test("what somebody did is on their page, is taken away as a file, and erased without scripts", async ({ stack, newVisitor }) => {
  const visitor = await newVisitor({ javaScriptEnabled: false });
  const { page } = visitor;
  await logIn(page, stack);
  const { rows } = (await stack.getJson("/v1/users?who=identified&limit=2")) as { rows: { user: string }[] };
  const id = rows[0]?.user ?? "";
  const timeline = (await stack.getJson(`/v1/users/${id}/timeline`)) as { rows: unknown[] };
  await page.goto(`${stack.collectorUrl}/users/${id}`);
  const lines = page.locator("table", { hasText: "Did what" }).locator("tbody tr");
  await expect(lines).toHaveCount(timeline.rows.length);

  const downloaded = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download as JSON" }).click();
  const taken = JSON.parse(await readFile(await (await downloaded).path(), "utf8")) as Taken;
  expect(taken.userIds).toEqual([id]);
  expect(taken.messages.length).toBeGreaterThanOrEqual(timeline.rows.length);
  expect(taken.hasAllMessages).toBe(true);

  await page.getByRole("link", { name: "Erase them" }).click();
  await page.getByRole("link", { name: "Keep them" }).click();
  await expect(page.locator("h1")).not.toHaveText("There is no such page");
  await page.getByRole("link", { name: "Erase them" }).click();
  await page.getByRole("checkbox").check();
  await page.getByRole("button", { name: "Erase for good" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Erased");
  await expect(page.getByText("Messages", { exact: true }).locator("..")).toContainText(String(taken.messages.length));
  visitor.expectedErrors.push(/status of 400/);
  await page.goto(`${stack.collectorUrl}/users/${id}`);
  await expect(page.locator("main")).toContainText("was ever heard of");
});

test("the way to an erasure is accessible", async ({ stack, page }) => {
  await logIn(page, stack);
  const { rows } = (await stack.getJson("/v1/users?who=identified&limit=1")) as { rows: { user: string }[] };
  await page.goto(`${stack.collectorUrl}/users/${rows[0]?.user}`);
  await expectAccessible(page);
  await page.goto(`${stack.collectorUrl}/erasure?id=${rows[0]?.user}`);
  await expectAccessible(page);
});
