// One visit to a hostile page: what is run in it, what was heard from it.
import type { CDPSession, Frame, Page } from "@playwright/test";
import type { HostilePage } from "./page.ts";
import type { Received } from "./world.ts";

export class Visit {
  /** Uncaught errors, and what the console calls an error or a warning. */
  readonly heard: string[] = [];

  private constructor(
    readonly page: Page,
    readonly hostile: HostilePage,
    readonly received: Received,
    private readonly session: CDPSession | undefined,
  ) {
    page.on("console", (it) => {
      if (["error", "warning"].includes(it.type())) this.heard.push(`${it.type()}: ${it.text()} (${it.location().url})`);
    });
    page.on("pageerror", (it) => this.heard.push(`uncaught: ${it.stack ?? String(it)}`));
  }

  static async begin(page: Page, hostile: HostilePage, received: Received): Promise<Visit> {
    const isChromium = page.context().browser()?.browserType().name() === "chromium";
    const session = isChromium && !hostile.around ? await page.context().newCDPSession(page) : undefined;
    return new Visit(page, hostile, received, session);
  }

  /** The frame that has the SDK. */
  get frame(): Frame {
    return this.page.frames().at(this.hostile.around ? 1 : 0) ?? this.page.mainFrame();
  }

  /** Runs in the page's own world, without anything that the page could have replaced. */
  async run(expression: string): Promise<unknown> {
    if (!this.session) return this.frame.evaluate(expression);
    const { result, exceptionDetails } = await this.session.send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value as unknown;
  }
}
