// One person with one browser: what their pages ask of whom, and what goes wrong in them.
import { type Browser, type BrowserContext, type BrowserContextOptions, expect, type Page } from "@playwright/test";

/** The SDK waits for a batch to fill; a debug collector on a busy machine takes its time. */
const PATIENCE_MS = 15_000;

/** One Segment-spec message, as far as tests look into it. */
export interface Sent {
  type: string;
  messageId: string;
  anonymousId?: string;
  userId?: string;
  event?: string;
  properties?: Record<string, unknown>;
}

/** A request to the collector. */
export interface Asked {
  method: string;
  path: string;
  body: string | null;
}

export class Visitor {
  /** Console and page errors that the test is about. */
  readonly expectedErrors: RegExp[] = [];
  /** Everything asked of the collector, in order. */
  readonly asked: Asked[] = [];
  /** What all requests went to, by origin. */
  readonly origins = new Set<string>();
  private readonly errors: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly collectorUrl: string,
    private readonly ownOrigins: string[],
  ) {}

  /** `ownOrigins` are all that this person's pages may talk to. */
  static async arrive(
    browser: Browser,
    collectorUrl: string,
    ownOrigins: string[],
    options?: BrowserContextOptions,
  ): Promise<Visitor> {
    const context = await browser.newContext(options);
    // A violation is also an error in the console, with a reason that is easier to read here.
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (it) => {
        console.error(`policy violation: ${it.violatedDirective} by ${it.blockedURI} at ${it.sourceFile}:${it.lineNumber}`);
      });
    });
    const visitor = new Visitor(context, await context.newPage(), collectorUrl, ownOrigins);
    visitor.watch();
    return visitor;
  }

  /** The batches and single messages of all pages, opened. */
  get sent(): Sent[] {
    return this.asked
      .filter((it) => it.method === "POST" && it.path.startsWith("/v1/"))
      .flatMap(({ body, path }) => {
        if (body === null) throw new Error(`the browser does not show what it sent to ${path}`);
        const parsed = JSON.parse(body) as { batch?: Sent[] } & Sent;
        return parsed.batch ?? [parsed];
      });
  }

  /** Waits until as many such messages were sent, no more. */
  async expectSent(what: (it: Sent) => boolean, count = 1): Promise<Sent[]> {
    await expect.poll(() => this.sent.filter(what).length, { timeout: PATIENCE_MS }).toBe(count);
    return this.sent.filter(what);
  }

  expectNotSent(what: (it: Sent) => boolean = () => true): void {
    expect(this.sent.filter(what)).toEqual([]);
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
    const foreign = [...this.origins].filter((it) => !this.ownOrigins.includes(it));
    expect(foreign, "origins that pages have no business with").toEqual([]);
  }

  private watch(): void {
    this.context.on("console", (message) => {
      if (message.type() === "error") this.errors.push(`${message.text()} (${message.location().url})`);
    });
    this.context.on("weberror", (it) => this.errors.push(String(it.error())));
    this.context.on("request", (request) => {
      const url = new URL(request.url());
      if (!url.protocol.startsWith("http")) return;
      this.origins.add(url.origin);
      if (url.origin !== this.collectorUrl) return;
      this.asked.push({ method: request.method(), path: url.pathname, body: request.postData() });
    });
  }
}
