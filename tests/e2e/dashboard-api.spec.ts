// The reference of the API: served by the product itself, readable everywhere, each door with an address of its own.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-api" });

const NARROW = { width: 320, height: 640 };

test("it is accessible, also on a narrow phone, and its links lead to doors", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: NARROW });
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/docs/api`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
  // What is laid out only when it comes near is looked at, too.
  await page.evaluate(() => {
    for (const it of document.querySelectorAll<HTMLElement>(".operation")) it.style.setProperty("content-visibility", "visible");
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(NARROW.width);
  await expectAccessible(page);
  await page.getByRole("link", { name: "GET /v1/users", exact: true }).first().click();
  await expect(page).toHaveURL(/#users$/);
  await expect(page.locator("#users")).toBeInViewport();
  await page.goto(`${stack.collectorUrl}/docs/api#schema-Receipt`);
  await expect(page.locator("#schema-Receipt")).toBeInViewport();
});

test("its examples are right: the server answers them", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/operators`);
  await page.getByLabel("What it is for").fill("examples");
  await page.getByRole("button", { name: "Make a token" }).click();
  const token = await page.locator("#made-secret").innerText();
  await page.goto(`${stack.collectorUrl}/docs/api`);
  for (const id of ["users", "retention", "accounts", "surveys", "responses", "stickiness", "delivery", "hesitation"]) {
    const example = (await page.locator(`#${id}-curl`).textContent()) ?? "";
    const url = /"(http[^"]*)"$/.exec(example)?.[1];
    expect(url, id).toBeTruthy();
    const answer = await fetch(url ?? "", { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status, id).toBe(200);
  }
});
