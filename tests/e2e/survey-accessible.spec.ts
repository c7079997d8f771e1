// The bars W1 and W4 to W8 for surveys, each by script, in Chromium and in Firefox; `docs/reference/prompt.md` says which is which.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type axe from "axe-core";
import { contrast, randomColors } from "./support/colors.ts";
import { type Media, usable } from "./support/firefox.ts";
import { expect, type Global, STEPS, type SurveyPage, test, type View, viewOf, WORDS } from "./support/survey_page.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

// The longest file of all: spread over what workers there are.
test.describe.configure({ mode: "parallel" });

const NARROW = { width: 320, height: 568 };
const DESK = { width: 1280, height: 720 };

interface Variant {
  name: string;
  look?: Media;
  size?: { width: number; height: number };
  dir?: string;
}

const VARIANTS: Variant[] = [
  { name: "light, in motion", look: { still: false } },
  { name: "dark", look: { dark: true } },
  { name: "forced colors", look: { forced: true } },
  { name: "dark forced colors", look: { forced: true, dark: true } },
  { name: "reduced motion" },
  { name: "320 px", size: NARROW },
  { name: "tablet", size: { width: 768, height: 1024 } },
  { name: "right to left", dir: "rtl" },
];

/** Every step as it comes, as it is after nothing was answered, and where one has gone back to an answer. */
const SCREENS: [name: string, view: View, isSent?: boolean][] = [
  ...Object.keys(STEPS).map((name): [string, View] => [name, viewOf(name, { at: 2, canBack: true, canSkip: !STEPS[name]?.isRequired })]),
  ...["single", "multiple", "short"].map((name): [string, View, boolean] => [`${name}, nothing sent`, viewOf(name), true]),
  ["nps, gone back to", viewOf({ ...STEPS["nps"]!, answer: { score: 9 } })],
  ["stars, gone back to", viewOf({ ...STEPS["stars"]!, answer: { score: 4 } })],
  ["csat, gone back to", viewOf({ ...STEPS["csat"]!, answer: { score: 2 } })],
  ["single, gone back to", viewOf({ ...STEPS["single"]!, answer: { choices: [0], other: "Something of my own" } })],
  ["multiple, gone back to", viewOf({ ...STEPS["multiple"]!, answer: { choices: [0, 2] } })],
  ["inline", viewOf("nps", { surface: "inline", survey: "here" })],
  ["tab", viewOf("short", { tab: "Feedback", surface: "tab" })],
];

const INLINE = `<main><h1>Invoices</h1><milepost-survey survey="here"></milepost-survey></main>`;

/** What another engine might compute otherwise, and which share of the screens is asked; sizes are the same question again. */
const IN_FIREFOX: Record<string, (at: number) => boolean> = {
  "light, in motion": () => true,
  dark: (at) => at % 2 === 0,
  "forced colors": (at) => at % 2 === 1,
  "right to left": (at) => at % 3 === 0,
};

for (const { name, look, size, dir = "ltr" } of VARIANTS) {
  test(`W1: axe finds nothing on any screen, ${name}`, async ({ inMedia, browserName }) => {
    test.skip(browserName === "firefox" && !IN_FIREFOX[name], "asked of Chromium");
    const screens = SCREENS.filter((_, at) => browserName !== "firefox" || IN_FIREFOX[name]?.(at));
    const surveys = await inMedia(look ?? {});
    const { page } = surveys;
    await page.setViewportSize(size ?? DESK);
    await surveys.open({ dir, body: INLINE });
    await page.evaluate(await readFile(AXE, "utf8"));
    let looked = 0;
    for (const [screen, view, isSent] of screens) {
      await surveys.attend();
      await surveys.draw({ ...view, dir });
      if (isSent) await surveys.button("Next").click();
      await surveys.settled();
      const found = await page.evaluate(async (tags) => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        const found = await axe.run(document, { runOnly: tags });
        const say = (all: axe.Result[]): string[] =>
          all.flatMap(({ id, nodes }) => nodes.map((it) => `${id}: ${it.target.join(" ")}: ${it.failureSummary}`));
        // Proof that axe looked inside.
        const looked = found.passes.some(({ nodes }) => nodes.some((it) => JSON.stringify(it.target).includes("title")));
        return { violations: say(found.violations), incomplete: say(found.incomplete), looked };
      }, TAGS);
      expect(found.violations, screen).toEqual([]);
      // What axe cannot tell of colors is computed below: it sees our labels under their own controls.
      expect(found.incomplete.filter((it) => !it.startsWith("color-contrast")), screen).toEqual([]);
      expect(found.looked, screen).toBe(true);
      await expectContrast(surveys, screen, look?.forced);
      looked++;
      await surveys.clear();
    }
    expect(looked).toBe(screens.length);
    if (look?.forced) expect(await page.evaluate(() => matchMedia("(forced-colors: active)").matches), browserName).toBe(true);
    if (look?.dark && !look.forced) expect(await page.evaluate(() => matchMedia("(prefers-color-scheme: dark)").matches)).toBe(true);
  });
}

/** Every text against what is under it, every control's rim against the paper: from what the browser computed. */
async function expectContrast(surveys: SurveyPage, screen: string, isForced = false): Promise<void> {
  const seen = await surveys.panel.evaluate((panel) => {
    const isClear = (color: string): boolean => /^rgba.*, 0\)$/.test(color);
    const paper = getComputedStyle(panel).backgroundColor;
    /** Of the control that lies under a label's text, or of whoever is around it. */
    const under = (it: Element): string => {
      const control = it.parentElement?.localName === "label" ? it.parentElement.querySelector("input") : null;
      for (let at: Element | null = control ?? it; at; at = at === control ? panel : at.parentElement) {
        const { backgroundColor } = getComputedStyle(at);
        if (!isClear(backgroundColor)) return backgroundColor;
        if (at === panel) break;
      }
      return paper;
    };
    const texts = [...panel.querySelectorAll("*")].filter(
      (it) => (it as HTMLElement).innerText?.trim() && [...it.childNodes].some((child) => child.nodeType === 3 && child.textContent?.trim()) && !it.classList.contains("unseen"),
    );
    const rims = [...panel.querySelectorAll("input:not([hidden]), textarea, .primary")].filter((it) => !it.parentElement?.matches(".stars, .emoji"));
    const pictures = [...panel.querySelectorAll("svg")];
    return {
      texts: texts.map((it) => [it.textContent ?? "", getComputedStyle(it).color, under(it)] as const),
      rims: rims.map((it) => [it.outerHTML.slice(0, 60), getComputedStyle(it).borderTopColor, paper] as const),
      pictures: pictures.map((it) => ["picture", getComputedStyle(it).stroke, under(it.parentElement as Element)] as const),
    };
  });
  expect(seen.texts.length, screen).toBeGreaterThan(0);
  for (const [text, ink, paper] of seen.texts) expect(contrast(ink, paper), `${screen}: ${text}: ${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
  if (isForced) return;
  for (const [what, rim, paper] of [...seen.rims, ...seen.pictures]) {
    expect(contrast(rim, paper), `${screen}: ${what}: ${rim} on ${paper}`).toBeGreaterThanOrEqual(3);
  }
}

for (const isCoarse of [false, true]) {
  test(`W4: everything one can press measures ${isCoarse ? "44 px on a touch screen" : "24 px with a mouse"}, or more, both ways`, async ({ surveys, inMedia, browser, browserName }) => {
    let it = surveys;
    let end = async (): Promise<void> => {};
    if (isCoarse && browserName === "chromium") {
      const page = await browser.newPage({ hasTouch: true, isMobile: true, viewport: NARROW });
      it = surveys.in(page);
      end = () => page.close();
    } else if (isCoarse) {
      it = await inMedia({ coarse: true });
    }
    await it.page.setViewportSize(NARROW);
    const least = isCoarse ? 44 : 24;
    await it.open();
    expect(await it.page.evaluate(() => matchMedia("(pointer: coarse)").matches)).toBe(isCoarse);
    for (const [screen, view] of SCREENS.filter(([name]) => name !== "inline")) {
      // The shortest words are the smallest targets.
      await it.draw({ ...view, words: WORDS.map((word) => (word.includes("{") ? word : word.slice(0, 1))) });
      await it.settled();
      const sizes = await it.page.locator(".panel, .tabbed").locator("button, a, textarea, input:not([hidden])").evaluateAll((all) =>
        all.map((it) => {
          const { width, height, x } = it.getBoundingClientRect();
          return [it.outerHTML.slice(0, 80), width, height, x, innerWidth - x - width] as const;
        }),
      );
      expect(sizes.length).toBeGreaterThan(1);
      for (const [name, width, height, before, after] of sizes) {
        expect(Math.min(width, height), `${screen}: ${name}`).toBeGreaterThanOrEqual(least);
        expect(Math.min(before, after), `${screen}: ${name}`).toBeGreaterThanOrEqual(-0.5);
      }
      if (screen === "nps") {
        const tops = await it.panel.locator(".cell").evaluateAll((all) => all.map((cell) => Math.round(cell.getBoundingClientRect().top)));
        // Six and five where fingers press.
        expect(tops.filter((top) => top === tops[0]), tops.join(" ")).toHaveLength(isCoarse ? 6 : 11);
      }
      await it.clear();
    }
    await end();
  });
}

test("W4: what has the focus is ringed by 2 px that contrast 3:1 with what is around", async ({ inMedia, browserName }) => {
  for (const dark of browserName === "firefox" ? [true] : [false, true]) {
    const surveys = await inMedia({ dark });
    await surveys.open();
    for (const name of ["nps", "single", "short", "contact"]) {
      await surveys.draw(viewOf(name, { canBack: true }));
      await surveys.page.keyboard.press("F6");
      for (let stop = 0; stop < 5; stop++) {
        const [width, offset, ring, paper] = await surveys.panel.evaluate((panel) => {
          const { outlineWidth, outlineOffset, outlineStyle, outlineColor } = getComputedStyle((panel.getRootNode() as ShadowRoot).activeElement as Element);
          const isDrawn = outlineStyle === "solid";
          return [isDrawn ? parseFloat(outlineWidth) : 0, parseFloat(outlineOffset), outlineColor, getComputedStyle(panel).backgroundColor] as const;
        });
        expect(width, await surveys.focused()).toBeGreaterThanOrEqual(2);
        expect(offset).toBeGreaterThanOrEqual(2);
        expect(contrast(ring, paper)).toBeGreaterThanOrEqual(3);
        if ((await surveys.focused()) === "survey: Close") break;
        await surveys.page.keyboard.press("Tab");
      }
      await surveys.clear();
    }
  }
});

test("W4: 200 random themes are legible, and what can be pressed stands out", async ({ surveys, page }) => {
  await surveys.open();
  const odd = ["oklch(0.7 0.2 30)", "color(display-p3 1 0 0)", "hsl(120 100% 50% / 0.5)", "rebeccapurple", "not a color", "transparent", "#777", "#767676", "white", "black"];
  const colors = randomColors(200 * 6);
  const names = ["paper", "ink", "soft-ink", "accent", "edge", "error"];
  const themes = Array.from({ length: 200 }, (_, at) => names.map((_, which) => (at < 40 && which === at % 6 ? odd[at % odd.length] : colors[at * 6 + which])));
  const view = viewOf({ ...STEPS["nps"]!, answer: { score: 9 }, text: "Soft" }, { canBack: true });
  const seen = await page.evaluate(
    ([view, themes, names]) => {
      const { milepostSurvey, fetchMore } = globalThis as Global;
      const sheet = new CSSStyleSheet();
      document.adoptedStyleSheets = [sheet];
      return themes.map((theme, at) => {
        const scheme = ["auto", "light", "dark"][at % 3];
        sheet.replaceSync(`:root{--milepost-scheme:${scheme};${theme.map((color, which) => `--milepost-${names[which]}:${color}`).join(";")}}`);
        milepostSurvey.draw(view, () => {}, fetchMore);
        const panel = document.querySelector("milepost-prompt")?.shadowRoot?.querySelector(".panel") as Element;
        const style = (selector: string): CSSStyleDeclaration => getComputedStyle(selector ? (panel.querySelector(selector) as Element) : panel);
        const paper = style("").backgroundColor;
        const chosen = style("input:checked");
        const other = style("input:not(:checked)");
        const primary = style(".primary");
        const texts = [
          [style(".title").color, paper],
          [style(".text").color, paper],
          [style(".footer button").color, paper],
          [style("input:checked + span").color, chosen.backgroundColor],
          [style("input:not(:checked) + span").color, other.backgroundColor],
          [primary.color, primary.backgroundColor],
        ] as const;
        const shapes = [
          [chosen.backgroundColor, paper],
          [chosen.backgroundColor, other.backgroundColor],
          [other.borderTopColor, paper],
          [primary.borderTopColor, paper],
        ] as const;
        milepostSurvey.retract("nps");
        return { theme: theme.join(" "), texts, shapes };
      });
    },
    [view, themes, names] as const,
  );
  expect(seen).toHaveLength(200);
  for (const { theme, texts, shapes } of seen) {
    for (const [ink, paper] of texts) expect(contrast(ink, paper), `${theme}: text ${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
    for (const [shape, paper] of shapes) expect(contrast(shape, paper), `${theme}: shape ${shape} on ${paper}`).toBeGreaterThanOrEqual(3);
  }
  // What is legible stays what it is.
  const kept = seen.filter(({ theme, texts }) => /^#/.test(theme) && texts.length).length;
  expect(kept).toBeGreaterThan(150);
});

test("W6: whatever has the focus in the page is never wholly below it", async ({ surveys, page, browserName }) => {
  const rows = Array.from({ length: 40 }, (_, row) => `<p><a id="row-${row}" href="#${row}">Row ${row}</a>
    <button id="button-${row}">Pay</button></p>`).join("");
  for (const size of browserName === "firefox" ? [NARROW] : [NARROW, { width: 320, height: 256 }, DESK]) {
    await page.setViewportSize(size);
    await surveys.open({ body: `<main><h1>Rows</h1>${rows}</main>` });
    // Drawn over what already has the focus.
    await page.locator("#row-20").focus();
    await page.evaluate(() => document.activeElement?.scrollIntoView({ block: "end" }));
    await surveys.draw(viewOf("nps"));
    for (let stop = 0; stop < 24; stop++) {
      await surveys.frames();
      const isCovered = await surveys.panel.evaluate((panel) => {
        const ours = panel.getBoundingClientRect();
        const theirs = (document.activeElement as Element).getBoundingClientRect();
        return theirs.top >= ours.top && theirs.bottom <= ours.bottom && theirs.left >= ours.left && theirs.right <= ours.right;
      });
      expect(isCovered, `${size.width}x${size.height}, ${await surveys.focused()}`).toBe(false);
      await page.keyboard.press(stop < 12 ? "Tab" : "Shift+Tab");
    }
    await surveys.retract("nps");
  }
});

for (const still of [true, false]) {
  test(`W7: ${still ? "with reduced motion nothing moves" : "nothing moves for longer than a blink"}, and nothing goes by itself that asks`, async ({ inMedia }) => {
    const surveys = await inMedia({ still });
    await surveys.open();
    for (const [screen, view] of SCREENS.filter(([name]) => name !== "inline")) {
      await surveys.draw(view);
      const lasts = await surveys.page.evaluate(() => document.getAnimations().map((it) => Number(it.effect?.getComputedTiming().endTime)));
      if (still) expect(lasts, screen).toEqual([]);
      for (const lasts_ms of lasts) expect(lasts_ms).toBeLessThanOrEqual(200);
      await surveys.clear();
    }
  });
}

test("W7: thanks go by themselves, but not while somebody is at them; a question does not", async ({ surveys, page }) => {
  await page.clock.install();
  await surveys.open();
  await surveys.draw(viewOf("nps"));
  await page.clock.runFor(3_600_000);
  await expect(surveys.panel).toBeVisible();
  await surveys.draw(viewOf("thanks"));
  await surveys.panel.hover();
  await page.clock.runFor(60_000);
  await expect(surveys.host).toHaveCount(1);
  await page.mouse.move(5, 5);
  await expect(surveys.host).toHaveCount(0);
  expect(await surveys.said()).toEqual(["shown", "closed"]);
});

/** German is half as long again; the last is one word that has to break. */
const LONG_WORDS = WORDS.map((it) => (it.includes("{") ? it : `${it} ${it.slice(0, 8)} Donaudampfschifffahrtsgesellschaftskapitän`));

for (const [name, size, spacing] of [
  ["400 % zoom", { width: 320, height: 256 }, false],
  ["a phone", NARROW, false],
  ["a phone on its side", { width: 568, height: 320 }, false],
  ["text spacing", NARROW, true],
  ["text spacing on a desk", DESK, true],
] as const) {
  test(`W8: nothing is cut off, nothing scrolls sideways, half the window stays free: ${name}`, async ({ surveys, page, browserName }) => {
    test.skip(browserName === "firefox" && !["400 % zoom", "text spacing"].includes(name), "asked of Chromium");
    await page.setViewportSize(size);
    await surveys.open();
    for (const words of browserName === "chromium" ? [WORDS, LONG_WORDS] : [LONG_WORDS]) {
      for (const [screen, view, isSent] of SCREENS.filter(([name]) => name !== "inline" && name !== "tab")) {
        await surveys.draw({ ...view, words });
        if (spacing) await widen(surveys);
        if (isSent) await surveys.button(words[0] ?? "").click();
        await surveys.settled();
        await expectFits(surveys, `${screen}${words === LONG_WORDS ? ", long words" : ""}`, size.height);
        await surveys.clear();
      }
    }
  });
}

test("W8: text of twice the size fits", async ({ playwright, browserName, surveys }, { project }) => {
  const { channel, ...options } = { channel: project.use.channel, ...project.use.launchOptions };
  const args = [...(options.args ?? []), ...(browserName === "chromium" ? ["--blink-settings=defaultFontSize=32"] : [])];
  const firefoxUserPrefs = { ...options.firefoxUserPrefs, "font.size.variable.x-western": 32 };
  const browser = usable(await playwright[browserName].launch({ ...options, ...(channel ? { channel } : {}), args, firefoxUserPrefs }));
  for (const size of browserName === "firefox" ? [NARROW] : [NARROW, DESK]) {
    const it = surveys.in(await browser.newPage({ viewport: size }));
    // The page's own text fits at this size.
    await it.open({ body: "<main><h1>Pay</h1></main>" });
    for (const [screen, view] of SCREENS.filter(([name]) => name !== "inline" && name !== "tab")) {
      await it.draw(view);
      await it.settled();
      expect(await it.panel.evaluate((panel) => getComputedStyle(panel).fontSize)).toBe("32px");
      await expectFits(it, screen, size.height);
      await it.clear();
    }
    await it.page.close();
  }
  await browser.close();
});

test("W8: every control can be brought into view at 400 % zoom, by keyboard", async ({ surveys, page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await surveys.open();
  for (const name of ["single", "nps", "contact"]) {
    await surveys.draw(viewOf(name, { canBack: true }));
    await page.keyboard.press("F6");
    for (let stop = 0; stop < 9; stop++) {
      const isInView = await surveys.panel.evaluate((panel) => {
        const ours = panel.getBoundingClientRect();
        const it = (panel.getRootNode() as ShadowRoot).activeElement?.getBoundingClientRect();
        return !it || (it.top >= ours.top - 1 && it.bottom <= ours.bottom + 1);
      });
      expect(isInView, `${name}: ${await surveys.focused()}`).toBe(true);
      await page.keyboard.press("Tab");
    }
    await surveys.clear();
  }
});

/** What WCAG 1.4.12 lets people set. */
async function widen(surveys: SurveyPage): Promise<void> {
  await surveys.host.evaluate((host) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}");
    host.shadowRoot?.adoptedStyleSheets.push(sheet);
  });
}

async function expectFits(surveys: SurveyPage, screen: string, height: number): Promise<void> {
  const seen = await surveys.panel.evaluate((panel) => {
    const box = panel.getBoundingClientRect();
    const all = [panel, ...panel.querySelectorAll("*:not(.unseen, .probe, svg *)")];
    const controls = [...panel.querySelectorAll("button, a, textarea, input:not([hidden])")];
    return {
      sideways: all.filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0 && it.localName !== "input").map((it) => it.outerHTML),
      cut: all.slice(1).filter((it) => getComputedStyle(it).overflow !== "visible" && it.scrollHeight > it.clientHeight + 1 && it.localName !== "svg").map((it) => it.outerHTML),
      overlaps: controls.flatMap((one, at) =>
        controls.slice(at + 1).filter((other) => {
          const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
          return a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
        }).map((other) => `${one.outerHTML} over ${other.outerHTML}`),
      ),
      outside: all.filter((it) => {
        const { left, right, width } = it.getBoundingClientRect();
        return width && (left < box.left - 1 || right > box.right + 1);
      }).map((it) => it.outerHTML),
      box: [box.left, innerWidth - box.right, box.top, innerHeight - box.bottom],
      height: box.height,
      page: [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const,
    };
  });
  expect(seen.sideways, screen).toEqual([]);
  expect(seen.cut, screen).toEqual([]);
  expect(seen.overlaps, screen).toEqual([]);
  expect(seen.outside, screen).toEqual([]);
  for (const gap of seen.box) expect(gap, screen).toBeGreaterThanOrEqual(-0.1);
  expect(seen.height, screen).toBeLessThanOrEqual(height / 2 + 0.1);
  expect(seen.page[0], screen).toBeLessThanOrEqual(seen.page[1]);
}
