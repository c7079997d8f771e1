// Segments as people in customer success use them: put together, kept, and every page about one of them alone.
import { expectAccessible } from "./support/expect_accessible.ts";
import { logIn } from "./support/log_in.ts";
import { readCsv } from "./support/read_csv.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-segments" });

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const NARROW = { width: 320, height: 640 };

type List = { total: number; rows: { user: string }[] };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "200", "--days", "60", "--seed", "1"], "url");
});

test("a segment is put together from fields, kept under a name, and its list is its number", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/segments`);
  const row = (name: string) => page.getByRole("form", { name });
  await row("By a trait").getByLabel("Trait").fill("plan");
  await row("By a trait").getByLabel("Value").fill("pro");
  await row("By a trait").getByRole("button").click();
  await expect(page.locator("textarea[name=where]")).toHaveValue("plan = pro");
  await row("By a milestone").getByLabel("Has").selectOption("not reached");
  await row("By a milestone").getByLabel("Milestone").selectOption({ label: "Onboarding: Sent the first invoice" });
  await row("By a milestone").getByRole("button").click();
  await expect(page.locator("textarea[name=where]")).toHaveValue("plan = pro and not reached onboarding/first-invoice-sent");
  await expectAccessible(page);
  await page.locator("section[aria-labelledby=draft-heading] input[name=name]").fill("Pro without an invoice");
  await page.getByRole("button", { name: "Keep this segment" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Pro without an invoice");
  await expectAccessible(page);
  const count = await page.locator("[data-count]").innerText();
  await page.getByRole("main").getByRole("link", { name: "Users" }).click();
  const total = await page.locator("[data-total]").innerText();
  expect(count.startsWith(`${total} of `), `${count}, ${total} listed`).toBe(true);
  const api = (await stack.getJson("/v1/users?segment=pro-without-an-invoice&limit=1000")) as List;
  expect(String(api.total)).toBe(total);
  const file = await readCsv(page, "Download CSV");
  expect(file.map((it) => it["user"])).toEqual(api.rows.map((it) => it.user));
});

test("what is wrong is said beside its field, and keeps what was written", async ({ stack, visitor }) => {
  const { page } = visitor;
  visitor.expectedErrors.push(/status of 422/);
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/segments`);
  await page.locator("textarea[name=where]").fill("plan = ");
  await page.getByRole("button", { name: "Try" }).click();
  await expect(page.locator("#draft-problem")).toContainText("at character 7");
  await expect(page.locator("textarea[name=where]")).toHaveValue("plan =");
  await expectAccessible(page);
});

test("the line above a page says whom it is about, and forms keep it", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.goto(`${stack.collectorUrl}/journeys/onboarding`);
  await page.getByText("Users: Everybody").click();
  await page.getByRole("link", { name: "At risk" }).click();
  await expect(page).toHaveURL(/segment=at-risk/);
  await expect(page.getByRole("region", { name: "Users shown" })).toContainText("reached onboarding/first-invoice-sent");
  await page.getByLabel("Window").selectOption({ index: 1 });
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(/segment=at-risk/);
  await page.getByRole("link", { name: "Accounts", exact: true }).last().click();
  await expect(page).toHaveURL(/level=account/);
  await expectAccessible(page);
  const first = page.locator(".bar-count").first();
  const count = await first.innerText();
  await first.click();
  await expect(page.locator("[data-total]")).toHaveText(count);
  await page.locator("table.people tbody th a").first().click();
  await expect(page).toHaveURL(/\/accounts\//);
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { colorScheme: "light", viewport: NARROW }],
] as const) {
  test(`as it looks: ${name}`, async ({ stack, newVisitor }) => {
    const { page } = await newVisitor(options);
    await logIn(page, stack);
    for (const [path, picture] of [
      ["/segments?where=plan%20%3D%20pro%20and%20seen%20within%2030d", "segments"],
      ["/journeys/onboarding?segment=stuck-on-pro&compare=others", "segment-funnel"],
      ["/accounts?segment=at-risk", "accounts"],
      ["/users?stuck=onboarding%2Fcustomer-added", "users"],
    ] as const) {
      await page.goto(stack.collectorUrl + path);
      await expectAccessible(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
    }
  });
}
