// A page of a customer with the strictest policy there is, and the real module of the question in it.
// Any console or page error fails the test that uses it.
import { expect, type Locator, type Page, test as base } from "@playwright/test";
import { build } from "esbuild";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

const MODULE = join(import.meta.dirname, "../../../sdk/loader/prompt.js");

/** Nothing but scripts of the page's own origin; no style at all, and no markup from text. */
const POLICY = "default-src 'none'; script-src 'self'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** As the module takes them: accent, words in the order of `Wording`, then label and URL of each link. */
export const WORDS = [
  "",
  "Is something confusing you?",
  "No, I'm fine",
  "Yes",
  "What is unclear? (optional)",
  "Send",
  "Thank you.",
  "Close",
  "Help for this page",
  "Need help?",
  "Question in the corner of the page. Press F6 to go to it.",
  "Don't ask again",
];

export const LINKS = ["How invoices work", "/help/invoices", "Talk to us", "https://support.example/contact"];

/** The order of `PromptSaid::ALL`. */
const SAID = [
  "asked",
  "hinted",
  "opened",
  "fine",
  "confused",
  "help",
  "dismissed",
  "timedOut",
  "never",
  "held",
  "released",
];

export type Step = "hint" | "question" | "confused" | "thanks";

export interface Api {
  prompt: (isOpen: boolean, texts: string[], said: (what: number, text?: string) => void) => void;
  retract: () => void;
}

type Global = typeof globalThis & { milepostPrompt: Api; saidLog: [number, string?][] };

const BODY = `<header><a href="#main">Ledger</a></header>
  <main id="main"><h1>Invoices</h1>
  <p>Nothing is sent before you say so.</p>
  <label>Customer <input id="customer"></label> <button id="save">Save</button></main>`;

export class PromptPage {
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    private readonly origin: string,
  ) {
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("pageerror", (error) => this.errors.push(String(error)));
  }

  /** Opens the page. The shadow root is open for the test's eyes unless `isClosed`. */
  async open(setup: { isClosed?: boolean; path?: string } = {}): Promise<void> {
    if (!setup.isClosed) {
      await this.page.addInitScript(() => {
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (init) {
          return attach.call(this, { ...init, mode: "open" });
        };
      });
    }
    await this.page.goto(this.origin + (setup.path ?? "/"));
  }

  async draw(isOpen: boolean, texts: string[] = [...WORDS, ...LINKS]): Promise<void> {
    await this.page.evaluate(
      ([isOpen, texts]) => {
        const global = globalThis as Global;
        global.saidLog ??= [];
        global.milepostPrompt.prompt(isOpen, texts, (...said) => global.saidLog.push(said));
      },
      [isOpen, texts] as const,
    );
  }

  /** Draws it and goes on to one of its steps, by mouse. */
  async drawAt(step: Step, texts?: string[]): Promise<void> {
    await this.draw(step !== "hint", texts);
    if (step === "confused") await this.button("Yes").click();
    if (step === "thanks") await this.button("No, I'm fine").click();
    await this.settled();
  }

  async retract(): Promise<void> {
    await this.page.evaluate(() => (globalThis as Global).milepostPrompt.retract());
  }

  /** What the module told, in order: `fine`, or `help: /help/invoices`. Without who was at it. */
  async said(): Promise<string[]> {
    return (await this.everythingSaid()).filter((it) => it !== "held" && it !== "released");
  }

  async everythingSaid(): Promise<string[]> {
    const log = await this.page.evaluate(() => (globalThis as Global).saidLog);
    return log.map(([what, text]) => (text ? `${SAID[what]}: ${text}` : `${SAID[what]}`));
  }

  get host(): Locator {
    return this.page.locator("milepost-prompt");
  }

  get panel(): Locator {
    return this.host.locator(".panel");
  }

  button(name: string): Locator {
    return this.host.getByRole("button", { name, exact: true });
  }

  /** Waits until it is drawn and nothing moves. */
  async settled(): Promise<void> {
    await this.panel.evaluate(async (it) => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.all(it.getAnimations({ subtree: true }).map((animation) => animation.finished));
    });
  }

  /** Two frames: what waits for the next one has been done. */
  async frames(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** The element that has the focus: of the page, or inside the prompt. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const name = (it: Element | null | undefined): string =>
        it ? it.id || it.ariaLabel || (it.textContent ?? "").trim() || it.localName : "";
      const { activeElement } = document;
      return activeElement?.shadowRoot?.activeElement
        ? `prompt: ${name(activeElement.shadowRoot.activeElement)}`
        : activeElement === document.body
          ? "body"
          : name(activeElement);
    });
  }
}

async function serve(): Promise<{ server: Server; origin: string }> {
  const { outputFiles } = await build({
    entryPoints: [MODULE],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    globalName: "milepostPrompt",
    target: "es2022",
  });
  const script = outputFiles[0]?.text ?? "";
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    if (pathname === "/prompt.js") {
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(script);
      return;
    }
    if (pathname === "/favicon.ico") {
      response.writeHead(204).end();
      return;
    }
    const body = searchParams.get("body") ?? BODY;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY });
    response.end(`<!doctype html><html lang="en" dir="${searchParams.get("dir") ?? "ltr"}"><head><title>Ledger</title>
      <meta name="viewport" content="width=device-width, initial-scale=1"><script src="/prompt.js"></script></head>
      <body>${body}</body></html>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

export const test = base.extend<{ prompt: PromptPage }, { origin: string }>({
  origin: [
    async ({}, use) => {
      const { server, origin } = await serve();
      await use(origin);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    { scope: "worker" },
  ],
  prompt: async ({ page, origin }, use) => {
    const prompt = new PromptPage(page, origin);
    await use(prompt);
    expect(prompt.errors, "errors in the console").toEqual([]);
  },
});

export { expect };
