// The page cannot disfigure, cover, read or break the question by what it does for itself, nor the question the page.
import { expect, type PromptPage, type Step, test } from "./support/prompt_page.ts";

/** What pages do to everything in them, on purpose or not. */
const HOSTILE: [name: string, css: string][] = [
  ["a reset with importance", "*{all:unset!important}"],
  ["everything hidden", "body *{display:none!important;visibility:hidden!important;opacity:0!important;content-visibility:hidden!important}"],
  ["by its name", "milepost-prompt{display:none!important;position:static!important;inset:0!important;z-index:-1!important;transform:scale(0)!important;clip-path:inset(50%)!important}"],
  ["undefined elements hidden", ":not(:defined){display:none!important}"],
  ["huge text", "html{font-size:80px!important;line-height:4!important}*{font-size:80px!important;letter-spacing:1em!important;word-spacing:2em!important;text-transform:uppercase!important;text-indent:9em!important}"],
  ["elements by their names", "div,p,button,a,label,textarea{position:absolute!important;inline-size:1px!important;color:red!important;background:red!important;border:9px solid red!important;margin:99px!important;float:left!important}"],
  ["classes that are also ours", ".panel,.hint,.title,.row,.soft,.close,.unseen,.top{display:none!important;color:red!important}"],
  ["roles and attributes", "[role=dialog],[role=complementary],[role=status],[popover]{display:none!important;transform:rotate(45deg)!important}"],
  ["a transformed body", "body{transform:translateX(50px) scale(.5);filter:blur(4px);opacity:.1;perspective:10px;overflow:hidden;contain:paint;will-change:transform}"],
  ["a grid for a body", "body{display:grid!important;grid-template-columns:repeat(9,1fr);gap:40px;zoom:1}body>*{grid-area:1/1;inline-size:9px!important;block-size:9px!important;overflow:hidden!important}"],
  ["motion", "*,*::before,*::after{animation:shake 9s infinite!important;transition:all 9s!important}@keyframes shake{to{transform:translateX(99px)}}@keyframes in{to{opacity:0}}"],
  ["other colors", ":root{color-scheme:only dark;accent-color:red;--mp-p:red;--mp-i:red;--mp-r:red;--mp-l:red;--mp-d:red}*{--mp-p:red!important;--mp-a:red!important;forced-color-adjust:none!important;-webkit-text-fill-color:red!important;mix-blend-mode:difference!important}"],
  ["nothing to press", "*{pointer-events:none!important;user-select:none!important;cursor:none!important;touch-action:none!important}"],
  ["no rings", ":focus,:focus-visible,:focus-within{outline:none!important;box-shadow:none!important}"],
  ["print in capitals, upright", "*{writing-mode:vertical-rl!important;text-orientation:upright!important;column-count:3!important}"],
  ["generated content", "*::before,*::after{content:'AD'!important;display:block!important;position:fixed!important;inset:0!important;background:red!important}"],
];

/** Between them they hold everything that is ever drawn. */
const STEPS: Step[] = ["hint", "confused"];

/** Every computed property and the place of every element inside, and of what is drawn before and after them. */
async function look(prompt: PromptPage): Promise<Record<string, string>> {
  return prompt.panel.evaluate((panel) => {
    const seen: Record<string, string> = {};
    for (const [at, it] of [panel, ...panel.querySelectorAll("*")].entries()) {
      const { x, y, width, height } = it.getBoundingClientRect();
      seen[`${at} ${it.localName} box`] = [x, y, width, height].join(" ");
      for (const part of [undefined, "::before", "::after"]) {
        const style = getComputedStyle(it, part);
        for (const name of style) {
          // Properties that the page names itself are inherited, and used by nobody here.
          if (!name.startsWith("--")) seen[`${at} ${it.localName}${part ?? ""} ${name}`] = style.getPropertyValue(name);
        }
      }
    }
    return seen;
  });
}

for (const [name, css] of HOSTILE) {
  test(`looks the same whatever the page's style sheet says: ${name}`, async ({ prompt, page }) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    for (const step of STEPS) {
      await prompt.open();
      await prompt.drawAt(step);
      const undisturbed = await look(prompt);
      await page.evaluate((css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
      }, css);
      const now = await look(prompt);
      const changed = Object.keys(undisturbed).filter((it) => now[it] !== undisturbed[it]);
      expect(changed.map((it) => `${it}: ${undisturbed[it]} → ${now[it]}`).slice(0, 20), step).toEqual([]);
      // And works, also when it is drawn only now.
      await prompt.button("Close").click();
      await prompt.drawAt("confused");
      await prompt.button("Send").click();
    }
  });
}

test("nothing of the page lies over it, however high", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await page.evaluate(() => {
    const cover = document.createElement("div");
    Object.assign(cover.style, { position: "fixed", inset: "0", zIndex: "2147483647", background: "white" });
    document.body.append(cover);
    const popover = document.createElement("div");
    popover.popover = "auto";
    document.body.append(popover);
    popover.showPopover();
  });
  await prompt.button("No, I'm fine").click();
  expect(await prompt.said()).toEqual(["asked", "fine"]);
});

test("a menu that the page has open stays open", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const menu = document.createElement("div");
    menu.id = "menu";
    menu.popover = "auto";
    menu.textContent = "Menu";
    document.body.append(menu);
    menu.showPopover();
  });
  await prompt.draw(true);
  await prompt.settled();
  await expect(page.locator("#menu")).toBeVisible();
});

test("what the page insists on comes first: a modal dialog lies over it, and it waits behind", async ({ prompt, page }) => {
  const openDialog = (): Promise<void> =>
    page.evaluate(() => {
      const dialog = document.createElement("dialog");
      dialog.id = "modal";
      Object.assign(dialog.style, { position: "fixed", inset: "0", width: "100vw", height: "100vh", maxWidth: "none", maxHeight: "none" });
      dialog.append(document.createElement("button"));
      document.body.append(dialog);
      dialog.showModal();
    });
  const top = (): Promise<string | undefined> =>
    prompt.panel.evaluate((panel) => {
      const { x, y, width, height } = panel.getBoundingClientRect();
      return document.elementFromPoint(x + width / 2, y + 20)?.id;
    });
  // First the dialog, then the question; and the other way round.
  await prompt.open();
  await openDialog();
  await prompt.draw(true);
  expect(await top()).toBe("modal");
  await page.keyboard.press("F6");
  expect(await prompt.focused()).not.toContain("prompt");
  await page.evaluate(() => document.querySelector("dialog")?.remove());
  await prompt.button("No, I'm fine").click();
  expect(await prompt.said()).toEqual(["asked", "fine"]);

  await prompt.open();
  await prompt.draw(true);
  await openDialog();
  expect(await top()).toBe("modal");
});

test("the page's layout and scroll stay what they were", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    document.body.style.display = "grid";
    document.body.style.gap = "40px";
    document.body.style.height = "3000px";
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
  for (const isOpen of [true, false]) {
    await prompt.draw(isOpen);
    await prompt.settled();
    expect(await layout()).toBe(before);
    await page.keyboard.press("F6");
    await page.keyboard.press("F6");
    await prompt.retract();
    expect(await layout()).toBe(before);
  }
});

test("the page can see that there is a question, and nothing of what is in it", async ({ prompt, page }) => {
  await prompt.open({ isClosed: true });
  await page.evaluate(() => {
    const targets: string[] = ((globalThis as Record<string, unknown>)["targets"] = []);
    for (const type of ["keydown", "input", "click"]) {
      addEventListener(type, (event) => targets.push(...event.composedPath().map((it) => (it as Element).localName ?? "")), true);
    }
  });
  await prompt.draw(true);
  expect(await page.evaluate(() => document.querySelector("milepost-prompt")?.shadowRoot)).toBeNull();
  for (const key of ["F6", "Tab", "Enter", "s", "e", "c"]) await page.keyboard.press(key);
  expect(await page.evaluate(() => [...new Set((globalThis as Record<string, unknown>)["targets"] as string[])])).not.toContain("textarea");
  expect(await page.evaluate(() => document.body.innerText)).not.toContain("confusing");
  for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
  expect(await prompt.said()).toEqual(["asked", "confused: sec"]);
});

test("printed pages are the page's alone", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await page.emulateMedia({ media: "print" });
  await expect(prompt.panel).toBeHidden();
});
