// The bars W1 to W8 for prompts, each by script in real Chromium; `docs/reference/prompt.md` says which is which.
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type axe from "axe-core";
import { contrast, randomColors } from "./support/colors.ts";
import { type Api, expect, LINKS, PromptPage, type Step, test, WORDS } from "./support/prompt_page.ts";

const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
const STEPS: Step[] = ["hint", "question", "confused", "thanks"];

/** A phone as it is zoomed or held: nothing narrower has to be served (1.4.10). */
const NARROW = { width: 320, height: 568 };

interface Variant {
  name: string;
  media?: Parameters<Page["emulateMedia"]>[0];
  size?: { width: number; height: number };
  path?: string;
}

const VARIANTS: Variant[] = [
  { name: "light", media: { colorScheme: "light" } },
  { name: "dark", media: { colorScheme: "dark" } },
  { name: "forced colors", media: { forcedColors: "active" } },
  { name: "dark forced colors", media: { forcedColors: "active", colorScheme: "dark" } },
  { name: "reduced motion", media: { reducedMotion: "reduce" } },
  { name: "320 px", size: NARROW },
  { name: "tablet", size: { width: 768, height: 1024 } },
  { name: "right to left", path: "/?dir=rtl" },
];

for (const { name, media, size, path } of VARIANTS) {
  test(`W1: axe finds nothing in any step, ${name}`, async ({ prompt, page }) => {
    await page.emulateMedia(media ?? {});
    if (size) await page.setViewportSize(size);
    for (const step of STEPS) {
      await prompt.open(path ? { path } : {});
      await prompt.drawAt(step);
      await page.evaluate(await readFile(AXE, "utf8"));
      const { violations, incomplete, looked } = await page.evaluate(async (tags) => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        const found = await axe.run(document, { runOnly: tags });
        const say = (all: axe.Result[]): string[] =>
          all.flatMap(({ id, nodes }) => nodes.map((it) => `${id}: ${it.target.join(" ")}: ${it.failureSummary}`));
        // Proof that axe looked inside.
        const looked = found.passes.some(({ nodes }) => nodes.some((it) => JSON.stringify(it.target).includes("close")));
        return { violations: say(found.violations), incomplete: say(found.incomplete), looked };
      }, TAGS);
      expect(violations, step).toEqual([]);
      // With forced colors axe reads what the text would be filled with otherwise (`-webkit-text-fill-color`), and says
      // itself that it cannot tell; what the browser computes is looked at instead.
      const isForced = media?.forcedColors === "active";
      expect(incomplete.filter((it) => !isForced || !it.startsWith("color-contrast")), step).toEqual([]);
      if (isForced) await expectForcedContrast(prompt);
      expect(looked, step).toBe(true);
    }
  });
}

test("W3: it is a named dialog that is not modal, and the page's other half is there", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  const dialog = page.getByRole("dialog", { name: "Is something confusing you?" });
  await expect(dialog).toBeVisible();
  expect(await dialog.getAttribute("aria-modal")).toBeNull();
  await prompt.settled();
  await expect(dialog).toMatchAriaSnapshot(`
    - dialog "Is something confusing you?":
      - paragraph: Is something confusing you?
      - button "No, I'm fine"
      - button "Yes"
      - paragraph: Help for this page
      - link "How invoices work":
        - /url: /help/invoices
      - link "Talk to us":
        - /url: https://support.example/contact
      - button "Don't ask again"
      - status: Question in the corner of the page. Press F6 to go to it.
      - button "Close"
  `);
  await expect(page.getByRole("button", { name: "Save" })).toBeEnabled();
});

test("W3: it takes no focus, in any state, and what is typed goes where it went", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["focusLog"] = []);
    for (const type of ["focus", "blur", "focusin", "focusout"]) {
      addEventListener(type, ({ target }) => log.push(`${type} ${(target as Element).id}`), true);
    }
  });
  await page.locator("#customer").focus();
  await page.keyboard.type("Ac");
  await page.evaluate("focusLog.length = 0");
  await prompt.draw(false);
  await page.keyboard.type("m");
  await prompt.draw(true);
  await page.keyboard.type("e");
  await prompt.settled();
  await prompt.retract();
  expect(await page.evaluate("focusLog")).toEqual([]);
  await expect(page.locator("#customer")).toHaveValue("Acme");
});

test("W3: it is announced once, politely, after it is there", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["announced"] = []);
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target as Element;
          if (element.role === "status" && element.isConnected) log.push(element.textContent ?? "");
        }
      }).observe(root, { childList: true, characterData: true, subtree: true });
      return root;
    };
  });
  await prompt.draw(true);
  await prompt.settled();
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  await page.locator("#save").focus();
  await prompt.frames();
  const status = prompt.host.getByRole("status");
  await expect(status).toHaveText("Question in the corner of the page. Press F6 to go to it.");
  expect(await page.evaluate("announced")).toEqual(["Question in the corner of the page. Press F6 to go to it."]);
  await prompt.button("No, I'm fine").click();
  await expect(status).toHaveText("Thank you.");
});

test("W3: a hint is not announced: nobody is asked anything", async ({ prompt }) => {
  await prompt.open();
  await prompt.draw(false);
  await prompt.settled();
  await expect(prompt.host.getByRole("status")).toHaveText("");
});

test("W3: F6 leads in and back out to where one was", async ({ prompt, page }) => {
  await prompt.open();
  for (const [isOpen, first] of [
    [true, "No, I'm fine"],
    [false, "Need help?"],
  ] as const) {
    await page.locator("#customer").focus();
    await prompt.draw(isOpen);
    await page.keyboard.press("F6");
    expect(await prompt.focused()).toBe(`prompt: ${first}`);
    await page.keyboard.press("Tab");
    await page.keyboard.press("F6");
    expect(await prompt.focused()).toBe("customer");
    await prompt.retract();
  }
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await prompt.draw(true);
  await page.keyboard.press("F6");
  await page.keyboard.press("F6");
  expect(await prompt.focused()).toBe("body");
});

test("W3: F6 stays the page's own where the page uses it, and with other keys held, and afterwards", async ({
  prompt,
  page,
}) => {
  await prompt.open();
  await page.locator("#customer").focus();
  await prompt.draw(true);
  for (const modifier of ["Shift", "Control", "Alt"]) {
    await page.keyboard.press(`${modifier}+F6`);
    expect(await prompt.focused()).toBe("customer");
  }
  await page.evaluate(() => {
    document.addEventListener("keydown", (event) => event.key === "F6" && event.preventDefault(), { once: true });
  });
  await page.keyboard.press("F6");
  expect(await prompt.focused()).toBe("customer");
  await prompt.retract();
  await page.keyboard.press("F6");
  expect(await prompt.focused()).toBe("customer");
});

test("W3: Escape closes it only from inside, and gives the focus back", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["heard"] = []);
    for (const type of ["keydown", "keyup"]) {
      document.addEventListener(type, (event) => log.push(`${type} ${(event as KeyboardEvent).key}`));
    }
  });
  await page.locator("#customer").focus();
  await prompt.draw(true);
  await page.keyboard.press("Escape");
  await expect(prompt.panel).toBeVisible();
  await page.keyboard.press("F6");
  await page.keyboard.press("Escape");
  expect(await page.evaluate("heard")).toEqual(["keydown Escape", "keyup Escape", "keydown F6"]);
  await expect(prompt.host).toHaveCount(0);
  expect(await prompt.focused()).toBe("customer");
  expect(await prompt.said()).toEqual(["asked", "dismissed"]);
});

test("W3: it is the last thing in the page, and Tab goes through it and out of it", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  expect(await page.evaluate(() => document.body.lastElementChild?.localName)).toBe("milepost-prompt");
  await page.locator("#save").focus();
  const stops: string[] = [];
  for (let press = 0; press < 6; press++) {
    await page.keyboard.press("Tab");
    stops.push(await prompt.focused());
  }
  expect(stops).toEqual([
    "prompt: No, I'm fine",
    "prompt: Yes",
    "prompt: How invoices work",
    "prompt: Talk to us",
    "prompt: Don't ask again",
    "prompt: Close",
  ]);
  await page.keyboard.press("Tab");
  expect(await prompt.focused()).not.toContain("prompt");
});

test("W3: an answer takes the keyboard two strokes, and leaves one where one was", async ({ prompt, page }) => {
  await prompt.open();
  await page.locator("#customer").focus();
  await prompt.draw(true);
  await page.keyboard.press("F6");
  await page.keyboard.press("Enter");
  expect(await prompt.said()).toEqual(["asked", "fine"]);
  expect(await prompt.focused()).toBe("customer");
});

for (const isCoarse of [false, true]) {
  test.describe(isCoarse ? "on a touch screen" : "with a mouse", () => {
    if (isCoarse) test.use({ hasTouch: true, isMobile: true });
    const least = isCoarse ? 44 : 24;

    test(`W4: everything one can press measures ${least} px or more both ways`, async ({ prompt, page }) => {
      await page.setViewportSize(NARROW);
      for (const step of STEPS) {
        await prompt.open();
        // The shortest words are the smallest targets.
        await prompt.draw(step !== "hint", ["", "?", "N", "Y", "d", "S", "t", "c", "l", "h", "a", "n", "k", "/k"]);
        if (step === "confused") await prompt.button("Y").click();
        if (step === "thanks") await prompt.button("N").click();
        const sizes = await prompt.panel.locator("button, a, textarea").evaluateAll((all) =>
          all.map((it) => {
            // Layout counts in 64ths of a pixel, and what is measured while the panel moves in is one of them off.
            const { width, height } = it.getBoundingClientRect();
            const whole = (px: number) => Math.round(px * 64) / 64;
            return [it.textContent || it.localName, whole(width), whole(height)] as const;
          }),
        );
        expect(sizes.length).toBeGreaterThan(0);
        for (const [name, width, height] of sizes) {
          expect(Math.min(width, height), `${step}: ${name}`).toBeGreaterThanOrEqual(least);
        }
      }
    });
  });
}

test("W4: what has the focus is ringed by 2 px that contrast 3:1 with what is around", async ({ prompt, page }) => {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await prompt.open();
    await prompt.draw(true);
    await page.keyboard.press("F6");
    for (let stop = 0; stop < 6; stop++) {
      const [width, offset, ring, paper] = await prompt.panel.evaluate((panel) => {
        const { outlineWidth, outlineOffset, outlineStyle, outlineColor } = getComputedStyle(
          (panel.getRootNode() as ShadowRoot).activeElement as Element,
        );
        const isDrawn = outlineStyle === "solid";
        return [isDrawn ? parseFloat(outlineWidth) : 0, parseFloat(outlineOffset), outlineColor, getComputedStyle(panel).backgroundColor] as const;
      });
      expect(width).toBeGreaterThanOrEqual(2);
      expect(offset).toBeGreaterThanOrEqual(2);
      expect(contrast(ring, paper)).toBeGreaterThanOrEqual(3);
      await page.keyboard.press("Tab");
    }
  }
});

test("W4: any accent is legible, and its button stands out, on light and dark paper", async ({ prompt, page }) => {
  await prompt.open();
  const accents = ["", "not a color", "oklch(0.7 0.2 30)", "red;color:red", "#767676", "#777777", "#FFFFFF", "#000000", ...randomColors(200)];
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const drawn = await page.evaluate(
      ([accents, words]) => {
        const { milepostPrompt } = globalThis as unknown as { milepostPrompt: Api };
        return accents.map((accent) => {
          milepostPrompt.prompt(true, [accent, ...words], () => {});
          const panel = document.querySelector("milepost-prompt")?.shadowRoot?.querySelector(".panel") as Element;
          const { color, backgroundColor, borderTopColor } = getComputedStyle(panel.querySelector(".row button") as Element);
          const colors = [accent, color, backgroundColor, borderTopColor, getComputedStyle(panel).backgroundColor] as const;
          milepostPrompt.retract();
          return colors;
        });
      },
      [accents, WORDS.slice(1)] as const,
    );
    expect(drawn).toHaveLength(accents.length);
    for (const [accent, text, fill, rim, paper] of drawn) {
      expect(contrast(text, fill), `${accent}: text`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(rim, paper), `${accent}: rim`).toBeGreaterThanOrEqual(3);
      if (/^#\w{6}$/.test(accent)) expect(fill, accent).toBe(asRgb(accent));
    }
  }
});

test("W6: whatever has the focus is never wholly below it", async ({ prompt, page }) => {
  const rows = Array.from({ length: 40 }, (_, row) => `<p><a id="row-${row}" href="#${row}">Row ${row}</a>
    <button id="button-${row}">Pay</button></p>`).join("");
  for (const size of [NARROW, { width: 320, height: 256 }, { width: 1280, height: 720 }]) {
    await page.setViewportSize(size);
    await prompt.open({ path: `/?body=${encodeURIComponent(`<main><h1>Rows</h1>${rows}</main>`)}` });
    // Drawn over what already has the focus.
    await page.locator("#row-20").focus();
    await page.evaluate(() => document.activeElement?.scrollIntoView({ block: "end" }));
    await prompt.draw(true);
    for (let stop = 0; stop < 30; stop++) {
      await prompt.frames();
      const isCovered = await prompt.panel.evaluate((panel) => {
        const ours = panel.getBoundingClientRect();
        const theirs = (document.activeElement as Element).getBoundingClientRect();
        return theirs.top >= ours.top && theirs.bottom <= ours.bottom && theirs.left >= ours.left && theirs.right <= ours.right;
      });
      expect(isCovered, `${size.width}x${size.height}, ${await prompt.focused()}`).toBe(false);
      await page.keyboard.press(stop < 15 ? "Tab" : "Shift+Tab");
    }
    await prompt.retract();
  }
});

test("W7: with reduced motion nothing moves, and without it nothing for longer than a blink", async ({ prompt, page }) => {
  for (const reducedMotion of ["reduce", "no-preference"] as const) {
    await page.emulateMedia({ reducedMotion });
    for (const step of STEPS) {
      await prompt.open();
      await prompt.draw(step !== "hint");
      if (step === "confused") await prompt.button("Yes").click();
      if (step === "thanks") await prompt.button("No, I'm fine").click();
      const lasts = await page.evaluate(() =>
        document.getAnimations().map((it) => Number(it.effect?.getComputedTiming().endTime)),
      );
      if (reducedMotion === "reduce") expect(lasts, step).toEqual([]);
      for (const lasts_ms of lasts) expect(lasts_ms).toBeLessThanOrEqual(200);
    }
  }
});

test("W7: an unanswered question goes by no clock of its own", async ({ prompt, page }) => {
  await page.clock.install();
  await prompt.open();
  await prompt.draw(true);
  await page.clock.runFor(3_600_000);
  await expect(prompt.panel).toBeVisible();
});

/** German is half as long again; the last is one word that has to break. */
const LONG_WORDS = WORDS.map((it) => (it ? `${it} ${it.slice(0, 12)} Donaudampfschifffahrtsgesellschaftskapitän` : it));

for (const [name, size, spacing] of [
  ["400 % zoom", { width: 320, height: 256 }, false],
  ["a phone", NARROW, false],
  ["a phone on its side", { width: 568, height: 320 }, false],
  ["text spacing", NARROW, true],
  ["text spacing on a desk", { width: 1280, height: 720 }, true],
] as const) {
  test(`W8: nothing is cut off, nothing scrolls sideways, half the window stays free: ${name}`, async ({ prompt, page }) => {
    await page.setViewportSize(size);
    for (const words of [WORDS, LONG_WORDS]) {
      for (const step of STEPS) {
        await prompt.open();
        await prompt.draw(step !== "hint", [...words, ...LINKS]);
        if (spacing) await widen(prompt);
        if (step === "confused") await prompt.button(words[3] ?? "").click();
        if (step === "thanks") await prompt.button(words[2] ?? "").click();
        await expectFits(prompt, step, size.height);
      }
    }
  });
}

test("W8: text of twice the size fits", async ({ playwright, origin }, { project }) => {
  const { launchOptions } = project.use;
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), "--blink-settings=defaultFontSize=32"],
  });
  for (const size of [NARROW, { width: 1280, height: 720 }]) {
    const page = await browser.newPage({ viewport: size });
    const prompt = new PromptPage(page, origin);
    for (const step of STEPS) {
      // The page's own text fits at this size.
      await prompt.open({ path: "/?body=<main><h1>Pay</h1></main>" });
      await prompt.drawAt(step);
      expect(await prompt.panel.evaluate((it) => getComputedStyle(it).fontSize)).toBe("32px");
      await expectFits(prompt, step, size.height);
    }
    expect(prompt.errors).toEqual([]);
    await page.close();
  }
  await browser.close();
});

test("W8: every control can be brought into view at 400 % zoom, by keyboard and by script", async ({ prompt, page }) => {
  await page.setViewportSize({ width: 320, height: 256 });
  await prompt.open();
  await prompt.draw(true);
  await page.keyboard.press("F6");
  for (let stop = 0; stop < 6; stop++) {
    const isInView = await prompt.panel.evaluate((panel) => {
      const ours = panel.getBoundingClientRect();
      const it = ((panel.getRootNode() as ShadowRoot).activeElement as Element).getBoundingClientRect();
      return it.top >= ours.top - 1 && it.bottom <= ours.bottom + 1;
    });
    expect(isInView, await prompt.focused()).toBe(true);
    await page.keyboard.press("Tab");
  }
});

test("text is never so small that a phone zooms in, and right-to-left pages have it on their side", async ({ prompt, page }) => {
  await prompt.open({ path: "/?dir=rtl" });
  await prompt.drawAt("confused");
  expect(await prompt.host.locator("textarea").evaluate((it) => parseFloat(getComputedStyle(it).fontSize))).toBeGreaterThanOrEqual(16);
  const { x, width } = (await prompt.panel.boundingBox()) ?? { x: NaN, width: NaN };
  expect(x).toBe(16);
  const close = (await prompt.button("Close").boundingBox()) ?? { x: NaN };
  expect(close.x).toBeLessThan(x + width / 2);
});

async function expectForcedContrast(prompt: PromptPage): Promise<void> {
  const colors = await prompt.panel.evaluate((panel) =>
    [panel, ...panel.querySelectorAll("p, button, a, label, textarea")].map((it) => {
      const { color, backgroundColor } = getComputedStyle(it);
      const isClear = backgroundColor.endsWith(", 0)");
      return [color, isClear ? getComputedStyle(panel).backgroundColor : backgroundColor] as const;
    }),
  );
  for (const [text, fill] of colors) expect(contrast(text, fill)).toBeGreaterThanOrEqual(4.5);
}

/** What WCAG 1.4.12 lets people set. */
async function widen(prompt: PromptPage): Promise<void> {
  await prompt.host.evaluate((host) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      "*{line-height:1.5!important;letter-spacing:.12em!important;word-spacing:.16em!important}p{margin-bottom:2em!important}",
    );
    host.shadowRoot?.adoptedStyleSheets.push(sheet);
  });
}

async function expectFits(prompt: PromptPage, step: string, height: number): Promise<void> {
  await prompt.settled();
  const seen = await prompt.panel.evaluate((panel) => {
    const box = panel.getBoundingClientRect();
    const all = [panel, ...panel.querySelectorAll("*:not(.unseen)")];
    const controls = [...panel.querySelectorAll("button, a, textarea")];
    return {
      sideways: all.filter((it) => it.scrollWidth > it.clientWidth + 1 && it.clientWidth > 0).map((it) => it.outerHTML),
      // Only the panel scrolls, and the field by what is written.
      cut: all.slice(1).filter((it) => getComputedStyle(it).overflow !== "visible" && it.scrollHeight > it.clientHeight + 1).map((it) => it.outerHTML),
      overlaps: controls.flatMap((one, at) => controls.slice(at + 1).filter((other) => {
        const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()];
        return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
      }).map((other) => `${one.outerHTML} over ${other.outerHTML}`)),
      outside: all.filter((it) => {
        const { left, right } = it.getBoundingClientRect();
        return left < box.left - 1 || right > box.right + 1;
      }).map((it) => it.outerHTML),
      box: [box.left, innerWidth - box.right, box.top, innerHeight - box.bottom],
      height: box.height,
      page: [document.documentElement.scrollWidth, document.documentElement.clientWidth] as const,
    };
  });
  expect(seen.sideways, step).toEqual([]);
  expect(seen.cut, step).toEqual([]);
  expect(seen.overlaps, step).toEqual([]);
  expect(seen.outside, step).toEqual([]);
  for (const gap of seen.box) expect(gap, step).toBeGreaterThanOrEqual(0);
  expect(seen.height, step).toBeLessThanOrEqual(height / 2);
  expect(seen.page[0], step).toBeLessThanOrEqual(seen.page[1]);
}

function asRgb(hex: string): string {
  return `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(", ")})`;
}
