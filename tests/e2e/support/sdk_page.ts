// A page of a customer that loads the SDK, and a collector that only writes down what it is sent.
// Two origins, as in real life. Any console or page error fails the test that uses it.
import { expect, type Page, test as base } from "@playwright/test";
import { readFile, readdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ELSEWHERE } from "./elsewhere.ts";

const DIST = join(import.meta.dirname, "../../../sdk/dist");
const PATIENCE_MS = 10_000;

/** As strict as policies get: no wasm, no styles of our own, Trusted Types. */
export const STRICT_POLICY = "script-src 'nonce-n' 'strict-dynamic'; style-src 'none'; require-trusted-types-for 'script'";

export const SNIPPET =
  "window.milepost=window.milepost||function(){(milepost.q=milepost.q||[]).push(arguments)};";

export interface Message {
  type: string;
  messageId: string;
  anonymousId: string;
  userId?: string;
  groupId?: string;
  previousId?: string;
  event?: string;
  name?: string;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  context: {
    page: Record<string, string>;
    locale: string;
    sessionId: string;
    clientId: string;
    groupId?: string;
    seq: number;
    end?: boolean;
  };
  originalTimestamp: string;
}

export interface Batch {
  writeKey: string;
  sentAt: string;
  identityToken?: string;
  batch: Message[];
}

/** What becomes of a file that the page asks for. */
export interface Served {
  status?: number;
  type?: string;
  body?: Uint8Array;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** What was sent is there, but its sender hears of it only then. */
  after?: Promise<void>;
}

/** How the page differs from an ordinary one. */
export interface Setup {
  /** Attributes of the script tag besides `data-key` and `src`. */
  attributes?: string;
  /** Script of the page, before and after the SDK's tag. */
  before?: string;
  after?: string;
  body?: string;
  headers?: Record<string, string>;
  path?: string;
}

export class SdkPage {
  readonly batches: Batch[] = [];
  /** Every request that reached the collector's origin: method and path. */
  readonly requests: string[] = [];
  /** Answers to batches, first come; then 200. */
  readonly answers: Answer[] = [];
  /** Answers to requests for a lease, first come; then the detector's prompts are granted, and surveys denied for a day. */
  readonly leases: string[] = [];
  /** Bodies of the requests for a lease, and of those that gave one back. */
  readonly asked: Record<string, unknown>[] = [];
  readonly released: Record<string, unknown>[] = [];
  /** Batches are neither taken nor answered. */
  isDeaf = false;
  /** The definitions in the compact form. */
  config = "milepost\t1\n";
  /** MIME type of the module. */
  wasmType = "application/wasm";
  /** Changes what is served; `false`: the connection is cut. */
  tamper: (file: string, body: Uint8Array) => Served | false = () => ({});
  /** Where the files of the SDK are. */
  dist = DIST;
  /** What pages run the SDK with, where they do not say otherwise by a policy of their own. */
  engine: Engine = "wasm";
  readonly errors: string[] = [];
  /** Console and page errors that this test is about. */
  readonly expectedErrors: RegExp[] = [];

  private html = "";
  private headers: Record<string, string> = {};

  private constructor(
    readonly page: Page,
    private readonly host: Server,
    private readonly collector: Server,
  ) {}

  static async start(page: Page): Promise<SdkPage> {
    let self: SdkPage;
    const host = createServer((request, response) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...self.headers });
      response.end(request.url === "/elsewhere" ? ELSEWHERE : self.html);
    });
    const collector = createServer((request, response) => void self.answer(request, response));
    self = new SdkPage(page, host, collector);
    await Promise.all([listening(host), listening(collector)]);
    page.on("console", (message) => {
      if (message.type() === "error") self.errors.push(message.text());
    });
    page.on("pageerror", (error) => self.errors.push(String(error)));
    return self;
  }

  async stop(): Promise<void> {
    for (const server of [this.host, this.collector]) {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    }
  }

  get origin(): string {
    return originOf(this.host);
  }

  get collectorOrigin(): string {
    return originOf(this.collector);
  }

  async open(setup: Setup = {}): Promise<void> {
    const policy = this.engine === "translated" && { "content-security-policy": STRICT_POLICY };
    this.headers = setup.headers ?? { ...policy };
    this.html = `<!doctype html><title>Ledger</title>
      <script nonce="n">${SNIPPET}${setup.before ?? ""}</script>
      <script nonce="n" async src="${this.collectorOrigin}/sdk.js" data-key="key-1" ${setup.attributes ?? ""}></script>
      <body>${setup.body ?? ""}</body><script nonce="n">${setup.after ?? ""}</script>`;
    await this.page.goto(this.origin + (setup.path ?? "/"));
  }

  /** Leaves for a page of the same host. */
  async leave(tab = this.page): Promise<void> {
    await tab.goto(`${this.origin}/elsewhere`);
  }

  /** Waits until an engine has taken over, with what the config says; where nobody has to be asked for consent. */
  async live(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => milepost("on", "ready", done)));
    // It is fetched beside the engine, whichever is there first.
    // The browser notes a load when its last byte is there; the page's own promises come before the next task.
    await this.page.waitForFunction(() =>
      performance.getEntriesByType("resource").some((it) => it.name.includes("/v1/config/")),
    );
    await this.page.evaluate(() => undefined);
  }

  get messages(): Message[] {
    return this.batches.flatMap((it) => it.batch);
  }

  events(name: string): Message[] {
    return this.messages.filter((it) => it.event === name);
  }

  async expectSent(what: (it: Message) => boolean, count = 1): Promise<Message[]> {
    const distinct = () => {
      const byId = new Map(this.messages.map((it) => [it.messageId, it]));
      return [...byId.values()].filter(what);
    };
    await expect.poll(() => distinct().length, { timeout: PATIENCE_MS }).toBe(count);
    return distinct();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://collector");
    this.requests.push(`${request.method} ${url.pathname}`);
    const cors = { "access-control-allow-origin": "*", "access-control-expose-headers": "retry-after" };
    if (request.method === "POST") {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (url.pathname.startsWith("/v1/lease")) {
        const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
        if (url.pathname.endsWith("/release")) {
          this.released.push(body);
          response.writeHead(204, cors).end();
          return;
        }
        this.asked.push(body);
        const usual = body.prompt === "hesitation" ? `granted\tl-${this.asked.length}\t60000\t0` : "denied\t0\t86400000";
        response.writeHead(200, { ...cors, "content-type": "text/plain" });
        response.end(this.leases.shift() ?? `lease\t${usual}\n`);
        return;
      }
      // Its sender learns nothing.
      if (this.isDeaf) return;
      const answer = this.answers.shift() ?? { status: 200 };
      if (answer.status === 200) this.batches.push(JSON.parse(Buffer.concat(chunks).toString()) as Batch);
      await answer.after;
      response.writeHead(answer.status, { ...cors, ...answer.headers }).end("{}");
    } else if (url.pathname.startsWith("/v1/config/")) {
      response.writeHead(200, { ...cors, "content-type": "text/plain" }).end(this.config);
    } else {
      const file = url.pathname.slice(1);
      const known = (await readdir(this.dist)).includes(file);
      const type = file.endsWith(".wasm") ? this.wasmType : "text/javascript";
      const body = known ? await readFile(join(this.dist, file)) : Buffer.of();
      const served = this.tamper(file, body);
      if (served === false) {
        request.socket.destroy();
        return;
      }
      response.writeHead(served.status ?? (known ? 200 : 404), { ...cors, "content-type": served.type ?? type });
      response.end(served.body ?? body);
    }
  }
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What of `sdk/loader/engine.js` runs. */
export type Engine = "wasm" | "translated";

export const test = base.extend<{ engine: Engine; sdk: SdkPage }>({
  // Chosen by the project in `playwright.config.ts`.
  engine: ["wasm", { option: true }],

  sdk: async ({ page, engine }, use) => {
    const sdk = await SdkPage.start(page);
    sdk.engine = engine;
    await use(sdk);
    await sdk.stop();
    const unexpected = sdk.errors.filter((it) => !sdk.expectedErrors.some((expected) => expected.test(it)));
    expect(unexpected, "errors in the console").toEqual([]);
  },
});

export { expect };
