// Eight things that somebody in customer success does in a week, each from the first page on, in at most five clicks.
import type { Locator, Page } from "@playwright/test";
import { logIn, OPERATOR } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-tasks" });

const CLICKS_MAX = 5;

/** Clicks as a person counts them: a choice from a list is one, typing is none. */
class Hand {
  private clicks = 0;

  constructor(readonly page: Page) {}

  async click(what: Locator): Promise<void> {
    this.clicks += 1;
    await what.click();
  }

  async go(name: string): Promise<void> {
    await this.click(this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name, exact: true }));
  }

  async choose(what: Locator, label: string): Promise<void> {
    this.clicks += 1;
    await what.selectOption({ label });
  }

  async download(): Promise<string[]> {
    const download = this.page.waitForEvent("download");
    await this.click(this.page.getByRole("link", { name: "Download CSV" }));
    const stream = await (await download).createReadStream();
    let text = "";
    for await (const piece of stream) {
      text += String(piece);
    }
    return text.trim().split("\r\n");
  }

  done(): void {
    expect(this.clicks).toBeGreaterThan(0);
    expect(this.clicks).toBeLessThanOrEqual(CLICKS_MAX);
  }
}

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "200", "--days", "60", "--seed", "1"], "url");
});

const TASKS: [string, (hand: Hand) => Promise<void>][] = [
  ["who on Pro has not created a company 14 days after coming? export them", async (hand) => {
    await hand.go("Segments");
    await hand.page.locator("textarea[name=where]").fill("plan = pro and not reached onboarding/company-created and not joined within 14d");
    await hand.click(hand.page.getByRole("button", { name: "Try" }));
    await hand.click(hand.page.getByRole("link", { name: "See who they are" }));
    const total = await hand.page.locator("[data-total]").innerText();
    expect((await hand.download()).length - 1).toBe(Number(total));
  }],
  ["where are most people stuck, and who are they? export them", async (hand) => {
    const place = hand.page.locator("a[href*='standing=stuck']").first();
    const count = await place.innerText();
    await hand.click(place);
    await expect(hand.page.locator("[data-total]")).toHaveText(count.match(/[\d,]+/)?.[0] ?? "");
    expect((await hand.download()).length).toBeGreaterThan(1);
  }],
  ["how fast do people reach value, and who waits longest?", async (hand) => {
    await hand.go("Journeys");
    await hand.click(hand.page.getByRole("main").getByRole("link", { name: "Onboarding" }));
    await expect(hand.page.getByText("Time to first value").first()).toBeVisible();
    await hand.click(hand.page.getByRole("link", { name: /still waiting/ }));
    await expect(hand.page.locator("table.people tbody tr").first()).toBeVisible();
  }],
  ["which accounts are at risk, and what do I know of the first?", async (hand) => {
    await hand.go("Accounts");
    await hand.click(hand.page.getByText("Users: Everybody"));
    await hand.click(hand.page.getByRole("link", { name: "At risk" }));
    await hand.click(hand.page.locator("table.people tbody th a").first());
    await expect(hand.page.getByRole("heading", { name: "Milestones" })).toBeVisible();
  }],
  ["take somebody on, and write down why", async (hand) => {
    await hand.go("Users");
    await hand.click(hand.page.locator("table.people tbody th a").first());
    await hand.page.getByLabel("New note").fill("Calls on Friday.");
    await hand.click(hand.page.getByRole("button", { name: "Add note" }));
    await hand.choose(hand.page.getByLabel("Owner"), OPERATOR.email);
    await hand.click(hand.page.getByRole("button", { name: "Save owner" }));
    await expect(hand.page.locator("#care")).toContainText("Calls on Friday.");
  }],
  ["what did detractors say?", async (hand) => {
    await hand.go("Responses");
    await hand.choose(hand.page.locator("select[name=answer]"), "Detractors (0–6)");
    await hand.click(hand.page.getByRole("button", { name: "Show" }));
    await expect(hand.page).toHaveURL(/answer=detractors/);
    await expect(hand.page.locator("[data-total]")).not.toHaveText("0");
  }],
  ["do people of one segment get further than all of us?", async (hand) => {
    await hand.go("Journeys");
    await hand.click(hand.page.getByRole("main").getByRole("link", { name: "Onboarding" }));
    await hand.choose(hand.page.getByLabel("Compare with"), "Segment: At risk");
    await hand.click(hand.page.getByRole("button", { name: "Show" }));
    await expect(hand.page.getByRole("heading", { name: "Compared with “At risk”" })).toBeVisible();
  }],
  ["who came back in their first week? export them", async (hand) => {
    await hand.go("Retention");
    await hand.click(hand.page.locator("a[href*='/retention/people?'][href*='after=1']").first());
    const total = await hand.page.locator("[data-total]").innerText();
    expect((await hand.download()).length - 1).toBe(Number(total.replace(",", "")));
  }],
];

for (const [task, act] of TASKS) {
  test(task, async ({ stack, page }) => {
    await logIn(page, stack);
    await page.goto(`${stack.collectorUrl}/`);
    const hand = new Hand(page);
    await act(hand);
    hand.done();
  });
}
