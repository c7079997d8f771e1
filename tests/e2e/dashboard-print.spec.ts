// On paper: every page fits the width of A4, says what it says on the screen, and has nothing on it to press.
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-print" });

/** A4 without its margins, in CSS pixels. */
const PAPER = { width: 703, height: 1009 };

const PAGES = [
  "/overview",
  "/journeys",
  "/journeys/onboarding?by=plan",
  "/journeys/onboarding/people?milestone=company-created&standing=reached",
  "/journeys/onboarding/waiting",
  "/journeys/onboarding/cohorts",
  "/journeys/onboarding/next",
  "/retention",
  "/retention/people",
  "/hesitation",
  "/hesitation/people?who=hesitated",
  "/surveys",
  "/responses",
  "/accounts",
  "/users",
  "/segments?where=plan%20%3D%20pro",
  "/segments/at-risk",
  "/views",
  "/account",
  "/operators",
  "/operators/log",
  "/docs/api",
];

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "60", "--days", "30", "--seed", "3"], "url");
});

test("every page fits on paper", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: PAPER, colorScheme: "dark" });
  await logIn(page, stack);
  const { rows: users } = (await stack.getJson("/v1/users?who=identified&limit=1")) as { rows: { user: string; account: string }[] };
  const { surveys } = (await stack.getJson("/v1/surveys")) as { surveys: { id: string }[] };
  const person = users[0];
  const more = [`/users/${person?.user}`, `/accounts/${person?.account}`, ...surveys.map((it) => `/surveys/${it.id}`)];
  for (const path of [...PAGES, ...more]) {
    await page.emulateMedia({ media: "screen" });
    await page.goto(stack.collectorUrl + path);
    await page.emulateMedia({ media: "print" });
    const paper = await page.evaluate(() => {
      const shown = (selector: string) => [...document.querySelectorAll(selector)].filter((it) => it.checkVisibility());
      const right = document.documentElement.clientWidth;
      const out = shown("main *").filter((it) => !it.closest("svg, .unseen") && it.getBoundingClientRect().right > right + 1);
      return {
        out: out.map((it) => `${it.tagName} ${it.className} ${it.textContent?.slice(0, 40)}`),
        pressed: shown("nav, button, input:not(.unseen), select, textarea").filter((it) => !it.closest(".on-paper")).map((it) => it.outerHTML.slice(0, 80)),
        ground: getComputedStyle(document.body).backgroundColor,
        heading: shown("h1").length,
      };
    });
    expect(paper.out, path).toEqual([]);
    expect(paper.ground, path).toBe("rgb(255, 255, 255)");
    expect(paper.heading, path).toBe(1);
    expect(paper.pressed, path).toEqual([]);
  }
});

test("patterns and shades are printed, also where a browser saves ink", async ({ stack, page }) => {
  await logIn(page, stack);
  await page.emulateMedia({ media: "print" });
  for (const [path, selector] of [["/journeys/onboarding", ".bar-drawing"], ["/retention", ".cohort a"]] as const) {
    await page.goto(stack.collectorUrl + path);
    const adjusted = await page.locator(selector).first().evaluate((it) => getComputedStyle(it).printColorAdjust);
    expect(adjusted, path).toBe("exact");
  }
});
