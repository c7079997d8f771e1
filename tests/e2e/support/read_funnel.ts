// The same funnel through every door: API, command line, page.
import { expect, type Page } from "@playwright/test";
import type { RunningStack } from "./running_stack.ts";

export interface Step {
  milestone: string;
  reached: number;
  from_start: number | null;
  from_previous: number | null;
  median_ms: number | null;
  p75_ms: number | null;
  p90_ms: number | null;
}

export interface Funnel {
  journey: string;
  window_ms: number;
  steps: Step[];
  by?: string;
  groups?: { value: string; steps: Step[] }[];
}

/** One row of the page's table, or one of its bars. */
export interface Row {
  milestone: string;
  reached: number;
  fromStart: string;
}

/** How many reached each milestone, first to last. */
export const reachedOf = (steps: { reached: number }[]): number[] => steps.map((it) => it.reached);

export async function readFunnelByApi(stack: RunningStack, journey: string, query = "window=14d"): Promise<Funnel> {
  return (await stack.getJson(`/v1/journeys/${journey}/funnel?${query}`)) as Funnel;
}

export async function readFunnelByCli(
  stack: RunningStack,
  journey: string,
  door: "data" | "url",
  args = ["--window", "14d"],
): Promise<Funnel> {
  return JSON.parse(await stack.milepost("funnel", [journey, ...args, "--format", "json"], door)) as Funnel;
}

/** Waits until the API counts so many at each milestone. */
export async function waitForFunnel(stack: RunningStack, journey: string, reached: number[]): Promise<void> {
  const counted = async () => reachedOf((await readFunnelByApi(stack, journey)).steps);
  await expect.poll(counted, { message: `reached in ${journey}`, timeout: 15_000 }).toEqual(reached);
}

/** The bars of the open funnel page. */
export async function readBars(page: Page): Promise<Row[]> {
  return page.locator("ol.bars a.bar").evaluateAll((bars) =>
    bars.map((bar) => ({
      milestone: new URL((bar as HTMLAnchorElement).href).searchParams.get("milestone") ?? "",
      reached: Number(bar.querySelector(".bar-count")?.textContent?.replaceAll(",", "")),
      fromStart: bar.querySelector(".bar-reached, .bar-value")?.getAttribute("width") ?? "",
    })),
  );
}

/** The table beneath them. */
export async function readTable(page: Page): Promise<Row[]> {
  const rows = page.getByRole("table", { name: "The same numbers as a table" }).locator("tbody tr");
  return rows.evaluateAll((rows) =>
    rows.map((row) => {
      const [reached, fromStart] = row.querySelectorAll("td");
      return {
        milestone: new URL(reached?.querySelector("a")?.href ?? "").searchParams.get("milestone") ?? "",
        reached: Number(reached?.textContent?.replaceAll(",", "")),
        fromStart: fromStart?.firstChild?.textContent?.trim() ?? "",
      };
    }),
  );
}
