// Colleagues come in by a link, in a role, and see where they are logged in.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-operators" });

const NARROW = { width: 320, height: 640 };

test("an owner invites a colleague, who comes in and may what the role says", async ({ stack, newVisitor }) => {
  const { page: owner } = await newVisitor();
  await logIn(owner, stack);
  await owner.getByRole("link", { name: "Operators" }).click();
  await expectAccessible(owner);
  await owner.getByLabel("E-mail").fill("bo@ledgerly.example");
  await owner.locator('form:has([value="invite"])').getByLabel("Role").selectOption("Viewer");
  await owner.getByRole("button", { name: "Make a link" }).click();
  await expect(owner.getByRole("heading", { name: "Send this link to bo@ledgerly.example" })).toBeVisible();
  await expectAccessible(owner);
  const link = await owner.locator("#made-secret").innerText();

  const visitor = await newVisitor();
  const { page: colleague } = visitor;
  await colleague.goto(link);
  await expectAccessible(colleague);
  await colleague.getByLabel("Password").fill("words nobody else has");
  await colleague.getByRole("button", { name: "Log in" }).click();
  await expect(colleague.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await expect(colleague.getByRole("link", { name: "Operators" })).toHaveCount(0);
  visitor.expectedErrors.push(/status of 403/);
  await colleague.goto(`${stack.collectorUrl}/operators`);
  await expect(colleague.getByRole("heading", { level: 1 })).toHaveText("This is not for your role");
  await expectAccessible(colleague);
  await colleague.goto(`${stack.collectorUrl}/account`);
  await expect(colleague.getByText("this one")).toBeVisible();
  await expectAccessible(colleague);

  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByLabel("Role of bo@ledgerly.example").selectOption("Analyst");
  await owner.getByRole("button", { name: "Change the role of bo@ledgerly.example" }).click();
  await expect(owner.getByLabel("Role of bo@ledgerly.example")).toHaveValue("analyst");
  await owner.getByRole("link", { name: "What operators did" }).click();
  await expect(owner.getByText("changed the role of bo@ledgerly.example to Analyst")).toBeVisible();
  await expectAccessible(owner);
  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByRole("button", { name: "End sessions of bo@ledgerly.example" }).click();
  await colleague.goto(`${stack.collectorUrl}/journeys`);
  await expect(colleague).toHaveURL(/\/login\?next=/);
});

test("a token asks through the API until it is revoked", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/operators`);
  await page.getByLabel("What it is for").fill("weekly sheet");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.locator("#made-secret").innerText();
  const ask = async (method: string) =>
    (await fetch(`${stack.collectorUrl}/v1/${method === "DELETE" ? "users/nobody" : "surveys"}`, { method, headers: { authorization: `Bearer ${token}` } })).status;
  expect(await ask("GET")).toBe(200);
  expect(await ask("DELETE"), "it only reads").toBe(403);
  await page.goto(`${stack.collectorUrl}/operators`);
  await page.getByRole("button", { name: "Revoke weekly sheet" }).click();
  await expect(page.getByRole("button", { name: "Revoke weekly sheet" })).toHaveCount(0);
  expect(await ask("GET")).toBe(401);
});

test("on a narrow phone nothing stands out to the side", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  for (const path of ["/operators", "/operators/log", "/account"]) {
    await page.goto(stack.collectorUrl + path);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBe(NARROW.width);
  }
});
