// What the file hides from a role is hidden from it, which the pages say.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { SERVER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-hiding", stackDefinitions: `[[hide]]\nfrom = ["viewer"]\nfields = ["name", "email"]\ntraits = ["phone"]` });

const NARROW = { width: 320, height: 640 };

test("a viewer is told what is hidden, finds people by their ids only, and an owner sees it", async ({ stack, newVisitor }) => {
  const traits = { name: "Zaphodia Quux", email: "zaphodia@quux.example", phone: "+49 555 0199" };
  const sent = await fetch(`${stack.collectorUrl}/v1/identify`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${SERVER_KEY}:`)}`, "content-type": "application/json" },
    body: JSON.stringify({ userId: "u-1", messageId: "m-1", traits }),
  });
  expect(sent.status).toBe(200);

  const { page: owner } = await newVisitor();
  await logIn(owner, stack);
  await owner.goto(`${stack.collectorUrl}/users?q=zaphodia`);
  await expect(owner.getByText("zaphodia@quux.example")).toBeVisible();
  await expect(owner.getByText("Hidden from your role")).toHaveCount(0);
  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByLabel("E-mail").fill("vi@ledgerly.example");
  await owner.locator('form:has([value="invite"])').getByLabel("Role").selectOption("Viewer");
  await owner.getByRole("button", { name: "Make a link" }).click();

  const { page: viewer } = await newVisitor();
  await viewer.goto(await owner.locator("#made-secret").innerText());
  await viewer.getByLabel("Password").fill("words nobody else has");
  await viewer.getByRole("button", { name: "Log in" }).click();
  await viewer.goto(`${stack.collectorUrl}/users?q=u-1`);
  await expect(viewer.getByRole("note")).toContainText("Hidden from your role: names, e-mail addresses and the trait phone.");
  await expect(viewer.getByRole("row", { name: "u-1" }).getByText("hidden", { exact: true })).toBeVisible();
  await expectAccessible(viewer);
  await viewer.goto(`${stack.collectorUrl}/users/u-1`);
  await expect(viewer.getByRole("heading", { level: 1 })).not.toContainText("Zaphodia");
  expect(await viewer.content()).not.toMatch(/Zaphodia|quux|0199/);
  await expectAccessible(viewer);
  await viewer.goto(`${stack.collectorUrl}/users?q=zaphodia`);
  await expect(viewer.getByText("u-1")).toHaveCount(0);
  await viewer.setViewportSize(NARROW);
  await viewer.goto(`${stack.collectorUrl}/users`);
  expect(await viewer.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
});
