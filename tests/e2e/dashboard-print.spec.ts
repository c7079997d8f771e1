// On paper: every page fits the width of A4, says what it says on the screen, and has nothing on it to press.
import { dashboardPages } from "./support/dashboard_pages.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "dashboard-print" });

/** A4 without its margins, in CSS pixels. */
const PAPER = { width: 703, height: 1009 };

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "60", "--days", "30", "--seed", "3"], "url");
});

test("every page fits on paper", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ viewport: PAPER, colorScheme: "dark" });
  await logIn(page, stack);
  for (const { path } of await dashboardPages(stack)) {
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
