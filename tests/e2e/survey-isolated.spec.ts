// The page cannot disfigure, cover, read or break a survey by what it does for itself, nor a survey the page (L1, L3).
import { createRequire } from "node:module";
import { expect, STEPS, type SurveyPage, test, viewOf } from "./support/survey_page.ts";

const { PNG } = createRequire(import.meta.url)("playwright-core/lib/utilsBundle") as {
  PNG: { sync: { read: (file: Buffer) => { width: number; height: number; data: Uint8Array } } };
};

/** What pages, frameworks and resets do to everything in them, on purpose or not. */
const HOSTILE: [name: string, css: string][] = [
  ["a reset with importance", "*{all:unset!important}"],
  ["a revert of everything", "*,*::before,*::after{all:revert!important}"],
  ["Tailwind's preflight", "*,::after,::before{box-sizing:border-box;border-width:0;border-style:solid;border-color:#e5e7eb}html{line-height:1.5;-webkit-text-size-adjust:100%;tab-size:4;font-family:ui-sans-serif}h1,h2,h3{font-size:inherit;font-weight:inherit}button,input,textarea{font-family:inherit;font-size:100%;font-weight:inherit;line-height:inherit;color:inherit;margin:0;padding:0}button{background-color:transparent;background-image:none}svg,img{display:block;vertical-align:middle}[hidden]{display:none}"],
  ["Bootstrap's reboot and forms", "*,::after,::before{box-sizing:border-box}body{margin:0;font-family:system-ui;font-size:1rem;line-height:1.5;color:#212529}h2{font-size:2rem;margin-top:0;margin-bottom:.5rem}p{margin-top:0;margin-bottom:1rem}label{display:inline-block;margin-bottom:.5rem}.row{display:flex;margin:0 -15px}.text{color:red}.title{font-size:3rem}.btn,button{border-radius:0;padding:.375rem .75rem;border:1px solid blue}input[type=radio]{width:1em;height:1em;margin-top:.25em;appearance:auto}"],
  ["normalize", "html{line-height:1.15}h2{font-size:1.5em;margin:.83em 0}button,input,textarea{font-family:sans-serif;font-size:100%;line-height:1.15;margin:0}button,[type=button]{-webkit-appearance:button}[type=checkbox],[type=radio]{box-sizing:border-box;padding:0}"],
  ["Bulma's generic", "html{overflow-x:hidden;overflow-y:scroll;text-rendering:optimizeLegibility}button,input,textarea{margin:0}.title{color:#363636;font-size:2rem;line-height:1.125}.panel{box-shadow:0 0 9px red;border-radius:6px}.field{margin-bottom:.75rem}.footer{background:red;padding:3rem}"],
  ["Foundation's forms", "[type=text],textarea{display:block;box-sizing:border-box;width:100%;height:2.4375rem;margin:0 0 1rem;padding:.5rem;border:1px solid #cacaca;box-shadow:inset 0 1px 2px red}label{display:block;font-size:.875rem;line-height:1.8}.cell{flex:0 0 auto;min-width:0;width:100%}"],
  ["Material's", "*{-webkit-tap-highlight-color:transparent}button{text-transform:uppercase;letter-spacing:.09em;min-width:64px}label{transform:translateY(-50%) scale(.75);transform-origin:0 0}input{opacity:0}"],
  ["everything hidden", "body *{display:none!important;visibility:hidden!important;opacity:0!important;content-visibility:hidden!important}"],
  ["all divisions gone", "div{display:none!important}"],
  ["undefined elements hidden", ":not(:defined){display:none!important}"],
  ["empty elements hidden", ":empty{display:none!important}"],
  ["by its name", "milepost-prompt{display:none!important;position:static!important;inset:0!important;z-index:-1!important;transform:scale(0)!important;clip-path:inset(50%)!important;filter:blur(9px)!important}"],
  ["huge text", "html{font-size:80px!important;line-height:4!important}*{font-size:80px!important;letter-spacing:1em!important;word-spacing:2em!important;text-transform:uppercase!important;text-indent:9em!important}"],
  ["tiny text", "html{font-size:62.5%}body{font-size:1px;line-height:0;font-weight:900;font-style:italic}"],
  ["elements by their names", "div,p,button,a,label,textarea,input,h2,span,svg{position:absolute!important;inline-size:1px!important;color:red!important;background:red!important;border:9px solid red!important;margin:99px!important;float:left!important}"],
  ["classes that are also ours", ".panel,.over,.title,.text,.scale,.cell,.choice,.nav,.footer,.primary,.close,.unseen{display:none!important;color:red!important}"],
  ["roles and attributes", "[role=dialog],[role=radiogroup],[role=status],[popover],[type=radio]{display:none!important;transform:rotate(45deg)!important}"],
  ["a transformed body", "body{transform:translateX(50px) scale(.5);filter:blur(4px);opacity:.1;perspective:10px;contain:paint;will-change:transform}"],
  ["a zoomed body", "body{zoom:2}"],
  ["a filtered root", "body{filter:invert(1) hue-rotate(180deg)}"],
  ["blend and backdrop", "*{mix-blend-mode:difference!important;backdrop-filter:blur(8px)!important;isolation:auto!important}"],
  ["a grid for a body", "body{display:grid!important;grid-template-columns:repeat(9,1fr);gap:40px}body>*{grid-area:1/1;inline-size:9px!important;block-size:9px!important;overflow:hidden!important}"],
  ["motion", "*,*::before,*::after{animation:shake 9s infinite!important;transition:all 9s!important}@keyframes shake{to{transform:translateX(99px)}}@keyframes in{to{opacity:0}}"],
  ["our inner colors", ":root,milepost-prompt{--mp-p:red;--mp-i:red;--mp-r:red;--mp-n:red}*{--mp-p:red!important;--mp-a:red!important;-webkit-text-fill-color:red!important}"],
  ["nothing to press", "*{pointer-events:none!important;user-select:none!important;cursor:none!important;touch-action:none!important}"],
  ["no rings", ":focus,:focus-visible,:focus-within{outline:none!important;box-shadow:none!important}"],
  ["writing upright", "*{writing-mode:vertical-rl!important;text-orientation:upright!important;column-count:3!important;direction:rtl!important}"],
  ["generated content", "*::before,*::after{content:'AD'!important;display:block!important;position:fixed!important;inset:0!important;background:red!important}"],
  ["accent and scheme", ":root{accent-color:red;caret-color:red;scrollbar-color:red red;scrollbar-width:none;color:red;background:#fff}"],
];

/** Between them they hold every part there is. */
const SCREENS = [
  viewOf({ ...STEPS["nps"]!, text: "One question.", answer: { score: 9 } }, { canBack: true }),
  viewOf({ ...STEPS["single"]!, answer: { choices: [0], other: "" } }),
  viewOf("why"),
];

/** The share of the panel's pixels that differ by more than a shade. */
async function difference(surveys: SurveyPage, before: Buffer): Promise<number> {
  const [one, other] = [PNG.sync.read(before), PNG.sync.read(await picture(surveys))];
  if (one.width !== other.width || one.height !== other.height) return 1;
  let count = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    if ([0, 1, 2].some((channel) => Math.abs((one.data[at + channel] ?? 0) - (other.data[at + channel] ?? 0)) > 8)) count++;
  }
  return count / (one.width * one.height);
}

/** The panel alone: what shows through the shadow around it is the page's. */
async function picture(surveys: SurveyPage): Promise<Buffer> {
  const { x, y, width, height } = (await surveys.panel.boundingBox()) ?? { x: 0, y: 0, width: 1, height: 1 };
  // Round corners let the page through.
  return surveys.page.screenshot({ clip: { x: x + 6, y: y + 6, width: width - 12, height: height - 12 }, style: "" });
}

test("L1: looks the same whatever the page's style sheets say, to a thousandth of its pixels", async ({ surveys, page, browserName }) => {
  // Large enough that a scrollbar of the page's does not matter.
  await page.setViewportSize({ width: 1280, height: 1000 });
  await surveys.open();
  for (const [at, view] of SCREENS.entries()) {
    await surveys.draw(view);
    await surveys.settled();
    const undisturbed = await picture(surveys);
    for (const [name, css] of HOSTILE) {
      // The more elaborate screens, and another engine, see each third of them.
      if ((at > 0 || browserName === "firefox") && HOSTILE.findIndex(([it]) => it === name) % 3 !== at) continue;
      // Each by itself: one that moves slowly would start from what the last one left.
      await page.evaluate(() => (document.adoptedStyleSheets = []));
      await surveys.frames();
      await page.evaluate((css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
        // As pages do that change their looks: by a word at the root.
        document.documentElement.className = css.slice(0, 9);
      }, css);
      await surveys.frames();
      expect(await difference(surveys, undisturbed), name).toBeLessThanOrEqual(0.001);
    }
    await page.evaluate(() => (document.adoptedStyleSheets = []));
    await surveys.clear();
  }
  // And works, also when it is drawn only then.
  await page.evaluate((all) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(all.join(""));
    document.adoptedStyleSheets = [sheet];
  }, HOSTILE.filter(([name]) => !name.includes("pressed")).map(([, css]) => css));
  await page.evaluate("saidLog.length = 0");
  await surveys.draw(viewOf("nps"));
  await surveys.radio("9 of 10").click();
  expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
});

test("L1: the page's layout and scroll stay what they were, and nothing of it can be read", async ({ surveys, page }) => {
  await surveys.open({ isClosed: true });
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement("div"), { id: "long" }));
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("body{display:grid;gap:40px;min-height:3000px}");
    document.adoptedStyleSheets = [sheet];
    scrollTo(0, 500);
  });
  const layout = (): Promise<string> =>
    page.evaluate(() =>
      JSON.stringify([
        scrollX,
        scrollY,
        document.documentElement.scrollHeight,
        document.documentElement.scrollWidth,
        ...[...document.querySelectorAll("body > :not(milepost-prompt), main *")].map((it) => it.getBoundingClientRect()),
      ]),
    );
  const before = await layout();
  await surveys.draw(viewOf("nps", { tab: "Feedback", surface: "tab" }));
  await surveys.frames();
  expect(await layout()).toBe(before);
  expect(await page.evaluate(() => document.querySelector("milepost-prompt")?.shadowRoot)).toBeNull();
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("recommend");
  await surveys.retract("nps");
  await surveys.frames();
  expect(await layout()).toBe(before);
});

/** Ways in which pages insist on something: each opens, and says how it is closed. */
const DIALOGS: [name: string, open: () => void, close: () => void][] = [
  ["a modal dialog", () => { const it = document.createElement("dialog"); it.id = "it"; it.append(document.createElement("button")); document.body.append(it); it.showModal(); }, () => document.querySelector<HTMLDialogElement>("#it")?.close()],
  ["an element that says it is modal", () => { const it = document.createElement("div"); it.id = "it"; it.role = "dialog"; it.ariaModal = "true"; it.textContent = "Pay"; it.tabIndex = -1; document.body.append(it); it.focus(); }, () => document.querySelector("#it")?.remove()],
];

test("L3: what the page insists on comes first, whichever was there first; what it only shows does not hide it", async ({ surveys, page }) => {
  for (const [name, open, close] of DIALOGS) {
    for (const isFirst of [true, false]) {
      await surveys.open();
      if (isFirst) await page.evaluate(open);
      await surveys.draw(viewOf("nps"));
      if (!isFirst) await page.evaluate(open);
      await surveys.frames();
      await expect(surveys.panel, name).toHaveCSS("visibility", "hidden");
      await page.evaluate(close);
      // Nothing tells that an element is gone; the next click or key does.
      await page.locator("h1").click();
      await surveys.frames();
      await expect(surveys.panel, name).toBeVisible();
      await surveys.radio("9 of 10").click();
      expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
    }
  }
  // A dialog that is not modal, a menu that is open, a layer of the highest order: it lies over them, and leaves them open.
  await surveys.open();
  await page.evaluate(() => {
    const dialog = document.createElement("dialog");
    dialog.id = "plain";
    document.body.append(dialog);
    dialog.show();
    const menu = document.createElement("div");
    menu.id = "menu";
    menu.popover = "auto";
    menu.textContent = "Menu";
    document.body.append(menu);
    menu.showPopover();
    const cover = document.createElement("div");
    Object.assign(cover.style, { position: "fixed", inset: "0", zIndex: "2147483647", background: "white" });
    document.body.append(cover);
  });
  await surveys.draw(viewOf("nps"));
  await surveys.frames();
  await expect(page.locator("#plain")).toHaveAttribute("open", "");
  await expect(page.locator("#menu")).toBeVisible();
  await surveys.radio("3 of 10").click();
  expect(await surveys.said()).toEqual(["shown", "answered: 3"]);
});

test("L3: nothing lies over what fills the screen, whichever was there first; afterwards it is there again", async ({ surveys, page }) => {
  const fill = async (): Promise<void> => {
    // Only who presses something may fill the screen.
    await page.evaluate(() => {
      const film = document.createElement("div");
      film.id = "film";
      document.body.append(film);
      document.querySelector("#save")?.addEventListener("click", () => void film.requestFullscreen(), { once: true });
    });
    await page.locator("#save").click();
    await page.waitForFunction(() => document.fullscreenElement?.id === "film");
  };
  for (const isFirst of [true, false]) {
    await surveys.open();
    if (isFirst) await fill();
    await surveys.draw(viewOf("nps"));
    if (!isFirst) await fill();
    await expect(surveys.panel).toHaveCSS("visibility", "hidden");
    await page.evaluate(() => document.exitFullscreen());
    await expect(surveys.panel).toHaveCSS("visibility", "visible");
    await surveys.radio("9 of 10").click();
    expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
  }
});

test("printed pages are the page's alone", async ({ surveys, page, browserName }) => {
  test.skip(browserName === "firefox", "stock Firefox cannot be told to show the print");
  await surveys.open();
  await surveys.draw(viewOf("nps", { tab: "Feedback", surface: "tab" }));
  await page.emulateMedia({ media: "print" });
  await expect(surveys.panel).toBeHidden();
  await expect(page.locator(".tab")).toBeHidden();
});

test("one at a time: another survey is told that it could not be drawn", async ({ surveys }) => {
  await surveys.open();
  await surveys.draw(viewOf("nps"));
  await surveys.draw(viewOf("short", { survey: "other" }));
  await expect(surveys.panel).toHaveCount(1);
  expect(await surveys.said()).toEqual(["shown", "gone"]);
});

test("it is taken away when nobody is at it, and keeps what is being typed till then", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.draw(viewOf("why"));
  await page.keyboard.press("F6");
  await page.keyboard.type("half a th");
  // The same screen again, as after a new config.
  await surveys.draw(viewOf("why"));
  expect(await surveys.focused()).toBe("survey: textarea");
  await page.keyboard.type("ought");
  await expect(surveys.panel.getByRole("textbox")).toHaveValue("half a thought");
  // In other words: what was typed is in the new field.
  await surveys.draw(viewOf({ ...STEPS["why"]!, title: "Warum?" }));
  await expect(surveys.panel.getByRole("textbox")).toHaveValue("half a thought");
  await surveys.retract("nps");
  await expect(surveys.host).toHaveCount(1);
  await page.keyboard.press("F6");
  await expect(surveys.host).toHaveCount(0);
  expect((await surveys.everythingSaid()).filter((it, at, all) => it !== all[at - 1])).toEqual(["shown", "held", "released"]);
});

test("a page that takes it away is told of; one without a body, or without sheets, is left alone", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.draw(viewOf("nps"));
  await surveys.settled();
  await surveys.host.evaluate((it) => it.remove());
  await expect.poll(() => surveys.said()).toEqual(["shown", "gone"]);
  await page.evaluate(() => {
    delete (Document.prototype as Partial<Document>).adoptedStyleSheets;
  });
  await surveys.draw(viewOf("nps"));
  await expect(surveys.host).toHaveCount(0);
  expect(await surveys.said()).toEqual(["shown", "gone", "gone"]);
});

test("words are words, and links are pages, whatever they look like", async ({ surveys, page }) => {
  await surveys.open();
  const markup = '<img src=x onerror="alert(1)">';
  await surveys.draw(viewOf({ ...STEPS["single"]!, title: markup, text: markup, choices: [markup], order: [0], other: markup }));
  await expect(surveys.title).toHaveText(markup);
  await expect(page.locator("img")).toHaveCount(0);
  for (const url of ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "blob:x"]) {
    await surveys.draw(viewOf({ ...STEPS["link"]!, id: url, url }));
    await expect(surveys.panel.getByRole("link")).toHaveCount(0);
  }
  await surveys.draw(viewOf("link"));
  await expect(surveys.panel.getByRole("link")).toHaveAttribute("rel", "noopener");
  await expect(surveys.panel.getByRole("link")).toHaveAttribute("target", "_blank");
});
