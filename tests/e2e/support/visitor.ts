// One person with one browser: whom their pages ask, what they keep, and what goes wrong in them.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";
import type { RunningStack } from "./running_stack.ts";

export class Visitor {
  /** Console and page errors that the test is about. */
  readonly expectedErrors: RegExp[] = [];
  /** Where all requests went. */
  readonly origins = new Set<string>();
  private readonly errors: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly stack: RunningStack,
  ) {}

  static async arrive(browser: Browser, stack: RunningStack, options?: BrowserContextOptions): Promise<Visitor> {
    const context = await browser.newContext(options);
    // A violation is also an error in the console, with a reason that is easier to read here.
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (it) => {
        console.error(`policy violation: ${it.violatedDirective} by ${it.blockedURI} at ${it.sourceFile}:${it.lineNumber}`);
      });
    });
    const visitor = new Visitor(context, await context.newPage(), stack);
    visitor.watch();
    return visitor;
  }

  /** What the site and everything in it keeps in this browser. */
  async stored(): Promise<{ local: string[]; session: string[]; databases: string[]; cookies: string[] }> {
    const inPage = await this.page.evaluate(async () => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      databases: (await indexedDB.databases()).map((it) => it.name ?? ""),
    }));
    return { ...inPage, cookies: (await this.context.cookies()).map((it) => it.name) };
  }

  /** Leaves, and says whether anything went wrong meanwhile. */
  async leave(): Promise<void> {
    await this.context.close();
    const unexpected = this.errors.filter((it) => !this.expectedErrors.some((expected) => expected.test(it)));
    expect(unexpected, "errors in the console").toEqual([]);
    const { collectorUrl, demoUrl, customerUrl } = this.stack;
    const foreign = [...this.origins].filter((it) => ![collectorUrl, demoUrl, customerUrl].includes(it));
    expect(foreign, "origins that pages have no business with").toEqual([]);
  }

  private watch(): void {
    this.context.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`${message.text()} (${message.location().url})`);
    });
    this.context.on("weberror", (it) => this.errors.push(String(it.error())));
    this.context.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith("http")) this.origins.add(url.origin);
    });
  }
}
