// A page that is watched by the edge of the detector alone: what it would tell the module, in words.
// Knows nothing of the module, nor of what follows from any of it.
import { expect, type Page, test as base } from "@playwright/test";
import { build } from "esbuild";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const LOADER = join(import.meta.dirname, "../../../sdk/loader");

const ENTRY = `
  import { listen } from "./listen.js";
  import { lookAgain, observe } from "./watching.js";
  const names = "SHOWN MOVED CLICKED REACTED SCROLLED FOCUSED TYPED BLURRED KEYED INVALID FAILED HELP BUSY".split(" ");
  window.seen = [];
  window.observe = (level) => observe(level, (kind, ...of) => seen.push([names[kind], ...of]), "https://ours.example/");
  window.lookAgain = lookAgain;
  listen(() => {}, () => [], "");
  window.observe(2);
`;

export type Seen = [kind: string, ...of: number[]];

export class EdgePage {
  readonly errors: string[] = [];
  private html = "";

  private constructor(
    readonly page: Page,
    private readonly host: Server,
    private readonly script: string,
  ) {}

  static async start(page: Page): Promise<EdgePage> {
    let self: EdgePage;
    const bundle = await build({
      stdin: { contents: ENTRY, resolveDir: LOADER },
      bundle: true,
      define: { __HESITATION__: "true" },
      minify: true,
      format: "iife",
      target: "es2022",
      write: false,
    });
    const host = createServer((request, response) => {
      const isPage = request.url === "/";
      response.writeHead(200, {
        "content-type": isPage ? "text/html; charset=utf-8" : "text/plain",
        ...(request.url?.startsWith("/report") ? { "content-disposition": "attachment" } : {}),
      });
      response.end(isPage ? self.html : "fine");
    });
    self = new EdgePage(page, host, bundle.outputFiles[0]?.text ?? "");
    await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
    page.on("console", (message) => {
      if (message.type() === "error") self.errors.push(message.text());
    });
    page.on("pageerror", (error) => self.errors.push(String(error)));
    return self;
  }

  async stop(): Promise<void> {
    this.host.closeAllConnections();
    await new Promise((done) => this.host.close(done));
  }

  /** `script` is the page's own, and runs before ours. */
  async open(body: string, script = ""): Promise<void> {
    this.html = `<!doctype html><title>Ledger</title><link rel="icon" href="data:,">
      <body>${body}<script>${script}</script><script>${this.script}</script>`;
    await this.page.goto(`http://127.0.0.1:${(this.host.address() as AddressInfo).port}/`);
  }

  /** What was seen since the last time, without what is as usual. */
  async seen(...kinds: string[]): Promise<Seen[]> {
    const all = (await this.page.evaluate("seen.splice(0)")) as Seen[];
    return all.filter(([kind]) => (kinds.length ? kinds.includes(kind) : !["MOVED", "SHOWN"].includes(kind)));
  }

  /** Waits for a moment of the page's own, so that what follows from the last act has happened. */
  async settle(ms = 50): Promise<void> {
    await this.page.evaluate((ms) => new Promise((done) => setTimeout(() => requestAnimationFrame(done), ms)), ms);
  }

  /** Whether a click on it was answered: before it was told, after, or not at all. */
  async clicked(selector: string, ms = 50): Promise<string> {
    await this.seen();
    await this.page.click(selector);
    await this.settle(ms);
    const seen = await this.seen("CLICKED", "REACTED");
    const on = ["control", "plain", "opaque"];
    return seen.map(([kind, , surface, isAlive]) => (kind === "REACTED" ? "reacted" : `${on[surface ?? 9]}${isAlive ? " alive" : ""}`)).join(", ");
  }
}

export const test = base.extend<{ edge: EdgePage }>({
  edge: async ({ page }, use) => {
    const edge = await EdgePage.start(page);
    await use(edge);
    await edge.stop();
    expect(edge.errors, "errors in the console").toEqual([]);
  },
});

export { expect };
