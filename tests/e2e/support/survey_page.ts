// A page of a customer with the strictest policy there is, and the real module of surveys in it, in Chromium and in Firefox.
// Stands in for the core: walks through the views of a survey as the core would. Any console or page error fails the test.
import { type Browser, expect, type Locator, type Page, test as base } from "@playwright/test";
import { build } from "esbuild";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Media, media, usable } from "./firefox.ts";

const LOADER = join(import.meta.dirname, "../../../sdk/loader");

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** In the order of `SurveyWording`. */
export const WORDS = [
  "Next",
  "Back",
  "Skip",
  "Send",
  "Not now",
  "Don't ask again",
  "Close",
  "Why am I asked?",
  "Please answer this first.",
  "{at} of {of}",
  "Question in the corner of the page. Press F6 to go to it.",
  "Saved.",
];

/** The order of `SurveySaid::ALL`. */
const SAID = [
  "shown",
  "answered",
  "skipped",
  "back",
  "closed",
  "notNow",
  "never",
  "held",
  "released",
  "followed",
  "gone",
  "opened",
  "there",
  "receipt",
];

export interface Step {
  id: string;
  kind: string;
  title: string;
  text: string;
  isRequired: boolean;
  [more: string]: unknown;
}

export interface View {
  surface: string;
  survey: string;
  lang: string;
  dir: string;
  accent: string;
  words: string[];
  at: number;
  of: number;
  canBack: boolean;
  canSkip: boolean;
  isLast: boolean;
  step: Step | null;
  isResumed: boolean;
  tab: string;
}

const step = (id: string, kind: string, title: string, more: object = {}): Step => ({
  id,
  kind,
  title,
  text: "",
  isRequired: false,
  answer: null,
  ...more,
});

const scale = (id: string, kind: string, title: string, shape: string, from: number, to: number, low: string, high: string): Step =>
  step(id, kind, title, { shape, from, to, low, high });

/** Every kind of step there is. */
export const STEPS: Record<string, Step> = {
  nps: scale("nps", "nps", "How likely are you to recommend Ledgerly to a colleague?", "numbers", 0, 10, "Not likely", "Very likely"),
  why: step("why", "long", "What is the main reason for your score?", { placeholder: "Anything that comes to mind", maxLength: 4000 }),
  csat: scale("csat", "csat", "How satisfied are you with sending invoices?", "emoji", 1, 5, "Very unsatisfied", "Very satisfied"),
  ces: scale("ces", "ces", "Ledgerly made it easy to get paid.", "numbers", 1, 7, "Strongly disagree", "Strongly agree"),
  stars: scale("stars", "rating", "How do you like the new reports?", "stars", 1, 5, "", ""),
  single: step("single", "single", "What brought you here today?", {
    choices: ["Sending an invoice", "Chasing a late payment", "Looking something up"],
    order: [2, 0, 1],
    other: "Something else",
    isRequired: true,
  }),
  multiple: step("multiple", "multiple", "Which of these do you use?", {
    text: "Choose as many as you like.",
    choices: ["Reminders", "Recurring invoices", "Reports"],
    order: [0, 1, 2],
    other: "",
    isRequired: true,
  }),
  short: step("short", "short", "What is your role?", { placeholder: "", maxLength: 120, isRequired: true }),
  information: step("information", "information", "Two more questions, half a minute.", { text: "Your answers go to the people who build Ledgerly." }),
  link: step("link", "link", "Would you tell others?", { text: "A review helps us a lot.", label: "Write a review", url: "https://reviews.example/ledgerly" }),
  thanks: step("thanks", "thanks", "Thank you!", { text: "We read every answer.", label: "", url: "", contact: "" }),
  contact: step("contact", "thanks", "Thank you, this helps.", {
    text: "May we ask you more about it?",
    label: "Get help now",
    url: "https://help.example/",
    contact: "You may contact me about my answers",
  }),
};

export const viewOf = (name: string | Step, more: Partial<View> = {}): View => ({
  surface: "popover",
  survey: "nps",
  lang: "en",
  dir: "ltr",
  accent: "",
  words: WORDS,
  at: 1,
  of: 3,
  canBack: false,
  canSkip: true,
  isLast: false,
  step: typeof name === "string" ? (STEPS[name] ?? null) : name,
  isResumed: false,
  tab: "",
  ...more,
});

/** The views of a survey in their order, with what the core would say of each place. */
export const survey = (names: string[], more: Partial<View> = {}): View[] => {
  const questions = names.filter((it) => STEPS[it]?.kind !== "thanks").length;
  return names.map((name, at) =>
    viewOf(name, {
      at: Math.min(at + 1, questions),
      of: questions,
      canBack: at > 0 && at < questions,
      canSkip: !STEPS[name]?.isRequired,
      isLast: at === questions - 1,
      ...more,
    }),
  );
};

/** How the module gets what few surveys need: at once here, unless a test says otherwise. */
type FetchMore = (use: (more: object) => void, failed?: () => void) => void;

interface Api {
  draw: (view: View, said: (what: number, value?: string, survey?: string) => void, fetchMore: FetchMore) => void;
  retract: (survey?: string) => void;
  attend: (said: (what: number, value?: string) => void, fetchMore: FetchMore) => void;
  open: (fill: (...all: unknown[]) => unknown) => unknown;
}

export type Global = typeof globalThis & {
  milepostSurvey: Api;
  firstCopy: Api;
  milepostMore: object;
  firstMore: object;
  fetchMore: FetchMore;
  milepostReceipt: { receipt: (open: Api["open"], call: (path: string, more?: { days?: number }) => Promise<unknown>) => Promise<void> };
  milepostDebug: { debug: (inspect: () => void, on: (heard: (told: object) => void) => () => void) => void };
  saidLog: [number, string?][];
  views: View[];
  answers: Record<string, unknown>;
  at: number;
  isAttended?: boolean;
  show: (view: View) => void;
};

const BODY = `<header><a href="#main">Ledger</a></header>
  <main id="main"><h1>Invoices</h1>
  <p>Nothing is sent before you say so.</p>
  <label>Customer <input id="customer"></label> <button id="save">Save</button></main>`;

export class SurveyPage {
  readonly errors: string[];

  constructor(
    readonly page: Page,
    private readonly origin: string,
    errors: string[] = [],
  ) {
    this.errors = errors;
    // Firefox tells of the style sheet by which Playwright hides the caret from its pictures.
    const isOwn = (text: string): boolean => text.includes("sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT+SmwNZWA=");
    const note = (text: string): void => {
      if (!isOwn(text)) this.errors.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error") note(message.text());
    });
    page.on("pageerror", (error) => note(String(error)));
  }

  /** Opens the page. The shadow root is open for the test's eyes unless `isClosed`. */
  async open(setup: { isClosed?: boolean; path?: string; body?: string; dir?: string } = {}): Promise<void> {
    if (!setup.isClosed) {
      await this.page.addInitScript(() => {
        const attach = Element.prototype.attachShadow;
        Element.prototype.attachShadow = function (init) {
          return attach.call(this, { ...init, mode: "open" });
        };
      });
    }
    const query = new URLSearchParams();
    if (setup.body) query.set("body", setup.body);
    if (setup.dir) query.set("dir", setup.dir);
    await this.page.goto(`${this.origin}${setup.path ?? "/"}?${query}`);
  }

  /** Draws one view, and does nothing with what is said but write it down. */
  async draw(view: View): Promise<void> {
    await this.page.evaluate((view) => {
      const global = globalThis as Global;
      global.saidLog ??= [];
      global.milepostSurvey.draw(view, (what, value) => global.saidLog.push(value === undefined ? [what] : [what, value]), global.fetchMore);
    }, view);
  }

  /** Goes through `views` as the core would: on after an answer, back, and with what was answered before. */
  async walk(views: View[]): Promise<void> {
    await this.page.evaluate((views) => {
      const global = globalThis as Global;
      Object.assign(global, { saidLog: global.saidLog ?? [], views, at: 0, answers: {} });
      const { milepostSurvey } = global;
      const answerOf = (kind: string, value: string): unknown => {
        const [first, other] = value.split("\n");
        if (kind === "single" || kind === "multiple") {
          return { choices: (first ?? "").split(",").filter(Boolean).map(Number), other: other ?? "" };
        }
        return kind === "short" || kind === "long" ? { text: value } : { score: Number(value) };
      };
      global.show = (view) => {
        const { step } = view;
        milepostSurvey.draw(
          { ...view, step: step && { ...step, answer: global.answers[step.id] ?? step["answer"] } },
          (what, value) => {
            global.saidLog.push(value === undefined ? [what] : [what, value]);
            if (step?.kind === "thanks") return;
            if (what === 1 && step) global.answers[step.id] = answerOf(step.kind, value ?? "");
            const by = what === 1 || what === 2 ? 1 : what === 3 ? -1 : 0;
            global.at += by;
            const next = global.views[global.at];
            if (by && next) global.show(next);
          },
          global.fetchMore,
        );
      };
      const [first] = views;
      if (first) global.show(first);
    }, views);
  }

  /** Another page, whose errors count as this one's. */
  in(page: Page): SurveyPage {
    return new SurveyPage(page, this.origin, this.errors);
  }

  /** Hears of elements for surveys, once. */
  async attend(): Promise<void> {
    await this.page.evaluate(() => {
      const global = globalThis as Global;
      global.saidLog ??= [];
      if (global.isAttended) return;
      global.isAttended = true;
      global.milepostSurvey.attend((what, value) => global.saidLog.push(value === undefined ? [what] : [what, value]), global.fetchMore);
    });
  }

  /** Goes away from what is drawn, and has it taken away, tab and all. */
  async clear(): Promise<void> {
    await this.page.mouse.move(1, 1);
    await this.page.evaluate(() => {
      let at = document.activeElement as HTMLElement | null;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement as HTMLElement;
      at?.blur();
      const { milepostSurvey } = globalThis as Global;
      for (const survey of ["nps", "nps", "here"]) milepostSurvey.retract(survey);
    });
    await expect(this.page.locator("milepost-prompt, .panel")).toHaveCount(0);
  }

  async retract(survey?: string): Promise<void> {
    await this.page.evaluate((survey) => (globalThis as Global).milepostSurvey.retract(survey), survey);
  }

  /** What the module told, in order: `answered: 9`. Without who was at it. */
  async said(): Promise<string[]> {
    return (await this.everythingSaid()).filter((it) => it !== "held" && it !== "released");
  }

  async everythingSaid(): Promise<string[]> {
    const log = await this.page.evaluate(() => (globalThis as Global).saidLog);
    return log.map(([what, value]) => (value === undefined ? `${SAID[what]}` : `${SAID[what]}: ${value}`));
  }

  get host(): Locator {
    return this.page.locator("milepost-prompt");
  }

  get panel(): Locator {
    return this.page.locator(".panel");
  }

  button(name: string): Locator {
    return this.panel.getByRole("button", { name, exact: true });
  }

  radio(name: string): Locator {
    return this.panel.getByRole("radio", { name, exact: true });
  }

  get title(): Locator {
    return this.panel.locator(".title");
  }

  async settled(): Promise<void> {
    await this.panel.evaluate(async (it) => {
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      await Promise.all(it.getAnimations({ subtree: true }).map((animation) => animation.finished));
    });
  }

  async frames(): Promise<void> {
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  }

  /** The element that has the focus: of the page, or inside a shadow root of ours. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const name = (it: Element | null | undefined): string =>
        it ? it.id || it.ariaLabel || (it as HTMLInputElement).labels?.[0]?.textContent || (it.textContent ?? "").trim() || it.localName : "";
      let at = document.activeElement;
      let path = "";
      while (at?.shadowRoot?.activeElement) {
        at = at.shadowRoot.activeElement;
        path = "survey: ";
      }
      return at === document.body ? "body" : path + name(at);
    });
  }
}

export async function serve(): Promise<{ server: Server; origin: string }> {
  const scripts = new Map<string, string>();
  for (const [file, globalName] of [
    ["survey.js", "milepostSurvey"],
    ["survey-more.js", "milepostMore"],
    ["receipt.js", "milepostReceipt"],
    ["debug.js", "milepostDebug"],
  ] as const) {
    const { outputFiles } = await build({
      entryPoints: [join(LOADER, file)],
      bundle: true,
      minify: true,
      write: false,
      format: "iife",
      globalName,
      target: "es2022",
    });
    scripts.set(`/${file}`, outputFiles[0]?.text ?? "");
  }
  const { outputFiles } = await build({ entryPoints: [join(LOADER, "survey-more.js")], bundle: true, write: false, format: "esm" });
  scripts.set("/survey-more.mjs", outputFiles[0]?.text ?? "");
  scripts.set("/keep.js", "firstCopy = milepostSurvey; firstMore = milepostMore");
  scripts.set("/import.js", "fetchMore = (use, failed) => void import('/survey-more.mjs').then(use, failed)");
  scripts.set("/fetch.js", "fetchMore = (use) => use(milepostMore)");
  const load = (all: string[]): string => all.map((it) => `<script src="/${it}"></script>`).join("");
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://host");
    const script = scripts.get(pathname);
    if (script !== undefined) {
      response.writeHead(200, { "content-type": "text/javascript; charset=utf-8" }).end(script);
      return;
    }
    if (pathname === "/favicon.ico") {
      response.writeHead(204).end();
      return;
    }
    const own = pathname === "/twice" ? ["keep.js", "survey.js", "survey-more.js"] : ["receipt.js", "debug.js"];
    const more = pathname === "/importing" ? ["import.js"] : ["survey-more.js", "fetch.js"];
    const tags = load(["survey.js", ...more, ...own]);
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": POLICY });
    response.end(`<!doctype html><html lang="en" dir="${searchParams.get("dir") ?? "ltr"}"><head><title>Ledger</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">${tags}</head>
      <body>${searchParams.get("body") ?? BODY}</body></html>`);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A page in a browser of its own, or in the test's where that can be told what to look like. */
type In = (look: Media) => Promise<SurveyPage>;

export const test = base.extend<{ surveys: SurveyPage; inMedia: In }, { origin: string }>({
  browser: [async ({ browser }, use) => use(usable(browser) as Browser), { scope: "worker" }],
  origin: [
    async ({}, use) => {
      const { server, origin } = await serve();
      await use(origin);
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
    { scope: "worker" },
  ],
  surveys: async ({ page, origin, browserName }, use) => {
    // Nothing to wait for, where that is not what a test looks at; in Firefox by its preferences.
    if (browserName === "chromium") await page.emulateMedia({ reducedMotion: "reduce" });
    const surveys = new SurveyPage(page, origin);
    await use(surveys);
    expect(surveys.errors, "errors in the console").toEqual([]);
  },
  inMedia: async ({ surveys, playwright, browserName }, use, { project }) => {
    const ends: (() => Promise<void>)[] = [];
    await use(async (look) => {
      if (browserName !== "firefox") {
        await surveys.page.emulateMedia(media(look));
        return surveys;
      }
      const { channel, launchOptions } = project.use;
      const firefoxUserPrefs = { ...launchOptions?.firefoxUserPrefs, ...preferences(look) };
      const browser = usable(await playwright.firefox.launch({ ...launchOptions, channel, firefoxUserPrefs }));
      ends.push(() => browser.close());
      return surveys.in(await browser.newPage());
    });
    for (const end of ends) await end();
  },
});

const preferences = (look: Media): Record<string, number> => ({
  "layout.css.prefers-color-scheme.content-override": look.dark ? 0 : 1,
  "ui.prefersReducedMotion": look.still === false ? 0 : 1,
  "browser.display.document_color_use": look.forced ? 2 : 1,
  ...(look.coarse ? { "ui.primaryPointerCapabilities": 1, "ui.allPointerCapabilities": 1 } : {}),
});

export { expect };
