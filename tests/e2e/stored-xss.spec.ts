// Harmful texts in every field that is stored, on every page that shows one: nothing runs, and every page is built of
// the same elements and attributes as with harmless texts in their places.
import { type Browser, expect, type Page, test } from "@playwright/test";
import { Filling, send } from "./support/answers.ts";
import { fillIn, OPERATOR } from "./support/log_in.ts";
import { harmless, PAYLOADS } from "./support/payloads.ts";
import { RunningStack } from "./support/running_stack.ts";

type Json = Record<string, unknown>;
type Write = (payload: string) => string;

const MINUTE_MS = 60_000;

/** Payloads in definitions: names and titles take no braces (they fill answers in) and no control characters. */
const DEFINED = PAYLOADS.filter((it) => /^[^{}\p{C}]+$/u.test(it) && it.length < 150).filter((_, at) => at % 12 === 0);

/** A page that shows one payload at a time is looked at with one of each kind. */
const SAMPLE = PAYLOADS.filter((_, at) => at % 60 === 0 || at >= PAYLOADS.length - 4);

/** Ids of users and accounts end at 512 bytes. */
const id = (text: string): string => (text.length > 120 ? text.slice(0, 120) : text);

/** Halves of a surrogate pair are stored, and go into addresses, as U+FFFD. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** What an id looks like once it is stored. */
const stored = (text: string): string => wellFormed(id(text).replaceAll("\0", ""));

function definitions(write: Write): string {
  return DEFINED.map((payload, at) => {
    const text = JSON.stringify(write(payload));
    return `
[[survey]]
id = "defined-${at}"
name = ${text}
[[survey.step]]
id = "score"
kind = "nps"
title = ${text}
low = ${text}
[[survey.step]]
id = "choice"
kind = "single"
title = ${text}
choices = { one = ${text}, two = "Two" }
other = ${text}
`;
  }).join("");
}

/** One user for each payload, with it in everything that is theirs. */
function everybody(write: Write, now: number): Json[] {
  return PAYLOADS.flatMap((payload, at) => {
    const text = write(payload);
    const user = id(text);
    const when = (minutes: number): string => new Date(now - (at + 40 - minutes) * MINUTE_MS).toISOString();
    let sent = 0;
    const base = (type: string, more: Json): Json => ({ type, userId: user, messageId: `${at}-${sent++}`, timestamp: when(0), ...more });
    const track = (event: string, properties: Json): Json => base("track", { event, properties, context: { sessionId: text, page: { path: text, url: text, title: text, referrer: text } } });
    // Digits in an address make an id of it, and payloads that differ by them one page.
    const page = { page: id(text).replaceAll(/\d/g, (it) => "abcdefghij"[Number(it)] ?? it), visit: now - at * MINUTE_MS };
    const left = { ...page, device: text, context: text, visitMs: MINUTE_MS, prompted: 1, progressed: 0, samples: "", states: "", actions: 3, model: 1 };
    const verdict = { ...page, t: now, verdict: "ask", assignment: "treated", score: 900, threshold: 500, bias: -2000, parts: [1, 2310, 3312, 38_000, 22_000] };
    const filling = new Filling("defined-0", user, `submission-${at}`, now - (at + 40) * MINUTE_MS, { language: text, trigger: text, surface: text, page: text, visit: now })
      .answer("score", "nps", { score: at % 11 })
      .answer("choice", "single", { choices: [text], other: text })
      .answer("gone", "long", { text });
    return [
      base("identify", { traits: { name: text, firstName: text, email: text, plan: text, [text.slice(0, 60)]: text } }),
      base("group", { groupId: user, traits: { name: text, plan: text } }),
      base("page", { name: text, properties: { url: text, title: text, referrer: text, path: text } }),
      track(text.slice(0, 100), { [text]: text }),
      track("Signed Up", { plan: text }),
      track("Company Created", { name: text }),
      track("Page Left", left),
      track("Hesitation Detected", verdict),
      track("Hesitation Answered", { ...page, said: "asked", waitMs: 1 }),
      track("Hesitation Answered", { ...page, said: "confused", waitMs: 1, detail: text }),
      track("Prompt Withheld", { prompt: "defined-0", kind: text, trigger: text, reasons: 5, page: text }),
      ...filling.messages,
      ...new Filling(`other-${at % 3}`, user, `other-${at}`, now - (at + 40) * MINUTE_MS).answer("free", "short", { text }).messages,
    ];
  });
}

/** A collector full of such texts, and somebody who reads its dashboard. */
class Side {
  private readonly harm: string[] = [];

  private constructor(
    readonly stack: RunningStack,
    readonly page: Page,
    readonly write: Write,
  ) {}

  static async open(browser: Browser, write: Write, now: number): Promise<Side> {
    const stack = await RunningStack.start("10%");
    await stack.define(definitions(write));
    await expect.poll(async () => JSON.stringify(await stack.getJson("/v1/surveys")), { timeout: 30_000 }).toContain("defined-1");
    await send(stack, everybody(write, now));
    const side = new Side(stack, await (await browser.newContext()).newPage(), write);
    await side.listen();
    await side.logIn();
    return side;
  }

  private async listen(): Promise<void> {
    const { page, harm } = this;
    await page.exposeFunction("__x", (it: unknown) => harm.push(`ran ${String(it)}`));
    await page.exposeFunction("__violated", (it: string) => harm.push(`policy: ${it}`));
    await page.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (it) => {
        (window as unknown as { __violated(it: string): void }).__violated(`${it.violatedDirective} ${it.blockedURI}`);
      });
    });
    page.on("dialog", (it) => (harm.push(`dialog ${it.message()}`), void it.dismiss()));
    page.on("request", (it) => {
      if (!it.url().startsWith(this.stack.collectorUrl)) harm.push(`asked ${it.url()}`);
    });
    page.on("pageerror", (it) => harm.push(`error ${String(it)}`));
  }

  /** The operator's own e-mail is a payload, too. */
  private async logIn(): Promise<void> {
    await this.page.goto(this.stack.setupLink);
    // The browser would refuse it; others who send the form would not.
    await this.page.getByLabel("E-mail").evaluate((it) => it.setAttribute("type", "text"));
    const [payload = ""] = PAYLOADS;
    await fillIn(this.page, { ...OPERATOR, email: `${this.write(payload).replaceAll(" ", "/")}@example.com` });
    await this.page.getByRole("button", { name: "Create operator and log in" }).click();
    await expect(this.page.getByRole("button", { name: "Log out" })).toBeVisible();
  }

  /** The elements of a page and their attributes' names, a line each; of a list every kind of entry once. */
  async shape(path: string): Promise<string> {
    await this.page.goto(this.stack.collectorUrl + path);
    return this.page.evaluate(() => {
      const shapeOf = (element: Element): string => {
        const names = element.getAttributeNames().filter((it) => it !== "selected").sort();
        const shapes = [...element.children].map(shapeOf);
        const isList = ["TBODY", "OL", "UL", "DL", "SELECT", "DATALIST"].includes(element.tagName);
        const inner = isList ? [...new Set(shapes)].sort() : shapes;
        return [`${element.tagName.toLowerCase()} ${names.join(" ")}`, ...inner.join("\n").split("\n").filter(Boolean).map((it) => ` ${it}`)].join("\n");
      };
      return shapeOf(document.documentElement);
    });
  }

  /** Assigns, tags and notes as the forms do; what is refused is shown again, which is a page as well. */
  async act(at: number, form: Record<string, string>): Promise<void> {
    const path = `/responses/one?survey=defined-0&submission=submission-${at}`;
    const response = await this.page.request.post(this.stack.collectorUrl + path, { form, headers: { origin: this.stack.collectorUrl }, maxRedirects: 0 });
    expect([303, 422], `${path} ${JSON.stringify(form)}`).toContain(response.status());
  }

  expectNoHarm(where: string): void {
    expect(this.harm, where).toEqual([]);
  }

  async close(): Promise<void> {
    await this.page.context().close();
    await this.stack.stop();
  }
}

/** The addresses of all pages; `write` says what stands in them. */
function pages(write: Write): string[] {
  const numbered = (path: string, name: string, upTo: number): string[] =>
    Array.from({ length: upTo }, (_, at) => (at ? `${path}${path.includes("?") ? "&" : "?"}${name}=${at + 1}` : path));
  const lists = Math.ceil(PAYLOADS.length / 50);
  const inUrl = (payload: string): string => encodeURIComponent(wellFormed(write(payload)));
  const ones = SAMPLE.flatMap((payload) => {
    const text = inUrl(payload);
    const at = PAYLOADS.indexOf(payload);
    return [
      `/users/${encodeURIComponent(stored(write(payload)))}`,
      `/responses/one?survey=defined-0&submission=submission-${at}`,
      `/responses?tag=${text}&language=${text}`,
      `/hesitation/people?who=sessions&user=${encodeURIComponent(stored(write(payload)))}`,
    ];
  });
  const [first = "", second = ""] = SAMPLE;
  const asked = [first, second].flatMap((payload) => {
    const text = inUrl(payload);
    return [
      ...[`/journeys/${text}`, `/surveys/${text}`, `/nowhere/${text}`, `/users/nobody${text}`, `/login?next=${text}`],
      ...[`/journeys/onboarding?by=${text}&window=${text}&since=${text}`, `/surveys/defined-0?by=x${text}&since=${text}`],
      ...[`/responses?q=${text}&assignee=${text}&by=plan&group=${text}`, `/responses?who=${text}`, `/hesitation?since=${text}`],
      ...[`/hesitation/page?page=${text}`, `/hesitation/people?who=${text}`, `/surveys/defined-0/people?who=${text}`],
      `/responses/one?survey=${text}&submission=${text}`,
    ];
  });
  return [
    ...["/journeys", "/journeys/onboarding?by=plan", "/journeys/onboarding?by=account.name", "/hesitation", "/surveys"],
    ...["/surveys/defined-0?by=plan", "/surveys/defined-0?by=account.plan&per=week", "/surveys/defined-1", "/surveys/other-1"],
    ...numbered("/journeys/onboarding/people?milestone=signed-up&standing=reached", "page", lists),
    ...numbered("/hesitation/people?who=sessions", "number", lists),
    ...numbered("/responses?survey=defined-0", "number", lists),
    ...numbered("/surveys/defined-0/people?who=eligible", "number", lists),
    ...ones,
    ...asked,
  ];
}

test("no stored text runs, and none adds to or takes from a page", async ({ browser }) => {
  test.setTimeout(400_000);
  expect(new Set(PAYLOADS).size).toBeGreaterThanOrEqual(300);
  const now = Date.now();
  const harmful = await Side.open(browser, (it) => it, now);
  const calm = await Side.open(browser, harmless, now);
  try {
    for (const payload of SAMPLE) {
      const at = PAYLOADS.indexOf(payload);
      for (const side of [harmful, calm]) {
        const text = wellFormed(side.write(payload));
        await side.act(at, { act: "note", note: `note ${text}` });
        await side.act(at, { act: "tag", tag: `t ${text}`.slice(0, 40) });
      }
    }
    const [harmfulPages, calmPages] = [pages(harmful.write), pages(calm.write)];
    for (const [nth, path] of harmfulPages.entries()) {
      const [shape, wanted] = await Promise.all([harmful.shape(path), calm.shape(calmPages[nth] ?? "")]);
      harmful.expectNoHarm(path);
      expect(shape, path).toBe(wanted);
    }
  } finally {
    await Promise.all([harmful.close(), calm.close()]);
  }
});
