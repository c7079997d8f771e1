// Every page in light, in dark and on the narrowest phone: nothing reaches over its edge, and a picture is taken of it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { dashboardPages } from "./support/dashboard_pages.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";
import { takePicture } from "./support/take_picture.ts";

test.use({ stackName: "dashboard-pictures" });
// Ninety pages, one after the other.
test.setTimeout(180_000);

const GALLERY = join(import.meta.dirname, "../../docs/images/pages/README.md");

/** A phone of the narrowest kind that WCAG asks for (1.4.10). */
const LOOKS = {
  light: { viewport: { width: 1120, height: 760 }, colorScheme: "light" },
  dark: { viewport: { width: 1120, height: 760 }, colorScheme: "dark" },
  phone: { viewport: { width: 320, height: 700 }, colorScheme: "light" },
} as const;

test.beforeAll(async ({ stack }) => {
  await stack.milepost("simulate", ["--key", BROWSER_KEY, "--users", "300", "--days", "60", "--seed", "1"], "url");
  await stack.learn();
});

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every page looks like its picture: ${look}`, async ({ stack, newVisitor }) => {
    const { page } = await newVisitor(options);
    await logIn(page, stack);
    for (const { name, path } of await dashboardPages(stack)) {
      const answer = await page.goto(stack.collectorUrl + path);
      expect(answer?.status(), path).toBe(200);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(options.viewport.width);
      await expect(page.locator("h1"), path).toHaveCount(1);
      await takePicture(page, `pages/${name}-${look}`);
    }
  });
}

test("the gallery shows every page", async ({ stack }) => {
  const gallery = await readFile(GALLERY, "utf8");
  const shown = [...gallery.matchAll(/\]\((\S+)-light\.png\)/g)].map((it) => it[1]);
  expect(shown).toEqual((await dashboardPages(stack)).map((it) => it.name));
});
