// A page of a customer with a model of hesitation: what the detector decides there, and what it was told before.
import type { Page as BrowserPage } from "@playwright/test";
import { configOf, FEATURES, type Page } from "./hesitation_model.ts";
import { expect, type Message, type SdkPage, test as base } from "./sdk_page.ts";
import { QUICK, WEIGHTS } from "./usual_page.ts";

/** In the order of `sdk/loader/observation.js`. */
const KINDS = "show move click react scroll focus input blur key invalid error help busy".split(" ");

/** One that no experiment keeps from being asked. */
const USER = "user-2";

export interface Verdict {
  verdict: string;
  blocker?: string;
  reason: string | undefined;
  score: number;
}

/** So long may a lease be on its way, for a person in a hurry. */
const STEP_MS = 1_000;

export class WatchedPage {
  /** The answers to what was asked for so far. */
  private readonly leases: Promise<unknown>[] = [];

  constructor(
    readonly sdk: SdkPage,
    readonly page: BrowserPage,
  ) {}

  /** `curves` are those of the page `path`. */
  async open(body: string, { path = "/form", curves = {}, script = "" }: { path?: string; curves?: Page["curves"]; script?: string } = {}) {
    this.sdk.config = configOf({
      bias: -4_000,
      askAt: -500,
      hintAt: -500,
      weights: WEIGHTS,
      pages: [
        { page: "*", curves: QUICK },
        { page: path, curves: { ...QUICK, ...curves } },
      ],
      isRecorded: true,
    });
    await this.page.clock.install();
    this.page.on("request", (it) => {
      if (/\/v1\/lease$/.test(it.url())) this.leases.push(it.response());
    });
    const configured = this.page.waitForResponse(/\/v1\/config\//).then((it) => it.finished());
    await this.sdk.open({
      path,
      body,
      before: `window.heard = []; window.isReady = false; milepost("on", "ready", () => (isReady = true)); milepost("on", "message", (it) => heard.push(it)); milepost("on", "warning", (it) => console.error(it.code)); milepost("identify", "${USER}");`,
      after: script,
    });
    await configured;
    // The definitions may be there before the module is.
    await expect.poll(async () => (await this.page.mouse.move(1, 1), this.page.evaluate("isReady"))).toBe(true);
  }

  /** Time passes, with all that happens in it; what was just done is on screen before. */
  async pass(ms: number): Promise<void> {
    // An observer tells of the next frame, whatever the clock says.
    await this.page.evaluate(() => new Promise((done) => new IntersectionObserver(done).observe(document.documentElement)));
    // A lease is asked for and answered in the network's time: the page's may not run ahead of it by much.
    for (let left = ms; left > 0; left -= STEP_MS) {
      await this.page.clock.runFor(Math.min(left, STEP_MS));
      await Promise.all(this.leases);
    }
  }

  /** All messages so far, sent or not. */
  messages(): Promise<Message[]> {
    return this.page.evaluate("heard");
  }

  async verdicts(): Promise<Verdict[]> {
    const all = await this.messages();
    return all
      .filter((it) => it.event === "Hesitation Detected")
      .map(({ properties = {} }) => ({
        verdict: String(properties["verdict"]),
        ...(properties["blocker"] ? { blocker: String(properties["blocker"]) } : {}),
        reason: topReason(properties["parts"] as number[]),
        score: Number(properties["score"]),
      }));
  }

  /** What the edge told, by name. Ends the visit: recordings go out when the page is hidden. */
  async kindsSeen(): Promise<string[]> {
    await this.hide(true);
    const recorded = (await this.messages()).filter((it) => it.event === "Inputs Recorded");
    const lines = recorded.flatMap((it) => String(it.properties?.["lines"]).trimEnd().split("\n"));
    return lines.map((it) => KINDS[(JSON.parse(it) as number[])[1] ?? -1] ?? "other");
  }

  async hide(isHidden: boolean): Promise<void> {
    await this.page.evaluate((isHidden) => {
      Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, isHidden);
  }
}

/** The parts come as feature, value, contribution, measured, usual. */
function topReason(parts: number[]): string | undefined {
  let best: [number, string | undefined] = [0, undefined];
  for (let at = 0; at < parts.length; at += 5) {
    const contribution = parts[at + 2] ?? 0;
    if (contribution > best[0]) best = [contribution, FEATURES[parts[at] ?? -1]];
  }
  return best[1];
}

export const test = base.extend<{ watched: WatchedPage }>({
  watched: async ({ sdk, page }, use) => {
    await use(new WatchedPage(sdk, page));
  },
});

export { expect };
