// WCAG 2.2 AA, as far as a program can tell: axe-core on the open page, in light and in dark.
import { expect, type Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type axe from "axe-core";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export async function expectAccessible(page: Page): Promise<void> {
  // Evaluated, not inserted: the page's policy allows no script of ours.
  await page.evaluate(await readFile(AXE, "utf8"));
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const violations = await page.evaluate(async (tags) => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      const { violations } = await axe.run(document, { runOnly: tags });
      return violations.flatMap(({ id, nodes }: axe.Result) =>
        nodes.map((it) => `${id}: ${it.target.join(" ")}: ${it.failureSummary}`),
      );
    }, TAGS);
    expect(violations, `${page.url()} in ${colorScheme}`).toEqual([]);
  }
}
