// A survey by keyboard and for screen readers (W2, W3, W10): one Tab stop for a scale, arrows that do not choose,
// nothing that goes on by itself, and a page whose own focus and keys stay its own.
import { expect, type Global, STEPS, survey, test, viewOf } from "./support/survey_page.ts";

test("W2: a scale is one Tab stop, arrows go without choosing, Space and Enter choose, nothing goes on by itself", async ({ surveys, page }) => {
  for (const dir of ["ltr", "rtl"]) {
    await surveys.open({ dir });
    await surveys.draw(viewOf("nps", { dir }));
    const checked = surveys.panel.getByRole("radio", { checked: true });
    const [on, back] = dir === "ltr" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
    await page.keyboard.press("F6");
    const visited: string[] = [];
    for (const key of [on, "ArrowDown", back, "ArrowUp", "ArrowUp", on, "End", "Home", "7", "1", "0", "4"]) {
      await page.keyboard.press(key ?? "");
      visited.push((await surveys.focused()).replace(/survey: (\d+) of 10/, "$1"));
    }
    expect(visited, dir).toEqual(["1", "2", "1", "0", "10", "0", "10", "0", "7", "1", "10", "4"]);
    await expect(checked).toHaveCount(0);
    await page.keyboard.press("Space");
    await expect(surveys.radio("4 of 10")).toBeChecked();
    await page.keyboard.press(on ?? "");
    await page.keyboard.press("Enter");
    await expect(surveys.radio("5 of 10")).toBeChecked();
    await page.keyboard.press("Tab");
    expect(await surveys.focused()).toBe("survey: Skip");
    // Back to what was chosen, wherever the arrows have been.
    await page.keyboard.press("Shift+Tab");
    expect(await surveys.focused()).toBe("survey: 5 of 10");
    expect(await surveys.said()).toEqual(["shown"]);
    // A second Enter is as good as Next.
    await page.keyboard.press("Enter");
    expect(await surveys.said()).toEqual(["shown", "answered: 5"]);
  }
});

test("W2: roles and names of every kind of step", async ({ surveys }) => {
  const trees: Record<string, string> = {
    nps: `
    - dialog "How likely are you to recommend Ledgerly to a colleague?":
      - heading "How likely are you to recommend Ledgerly to a colleague?" [level=2]
      - radiogroup "How likely are you to recommend Ledgerly to a colleague?":
        - radio "0 of 10"
        - radio "1 of 10"
        - radio "2 of 10"
        - radio "3 of 10"
        - radio "4 of 10"
        - radio "5 of 10"
        - radio "6 of 10"
        - radio "7 of 10"
        - radio "8 of 10"
        - radio "9 of 10"
        - radio "10 of 10"
      - text: 0 = Not likely 10 = Very likely
      - paragraph: 1 of 3
      - button "Skip"
      - button "Next"
      - button "Not now"
      - button "Don't ask again"
      - button "Why am I asked?"
      - status: Question in the corner of the page. Press F6 to go to it.
      - button "Close"`,
    single: `
    - dialog "What brought you here today?":
      - heading "What brought you here today?" [level=2]
      - radiogroup "What brought you here today?":
        - radio "Looking something up"
        - radio "Sending an invoice"
        - radio "Chasing a late payment"
        - radio "Something else"
      - paragraph: 1 of 3
      - button "Next"
      - button "Not now"
      - button "Don't ask again"
      - button "Why am I asked?"`,
    multiple: `
    - group "Which of these do you use?":
      - checkbox "Reminders"
      - checkbox "Recurring invoices"
      - checkbox "Reports"`,
    long: `
    - textbox "What is the main reason for your score?"`,
    link: `
    - dialog "Would you tell others?":
      - heading "Would you tell others?" [level=2]
      - paragraph: A review helps us a lot.
      - paragraph: 1 of 3
      - link "Write a review"
      - button "Next"`,
    contact: `
    - dialog "Thank you, this helps.":
      - heading "Thank you, this helps." [level=2]
      - paragraph: May we ask you more about it?
      - checkbox "You may contact me about my answers"
      - link "Get help now"
      - status
      - button "Close"`,
  };
  for (const [name, tree] of Object.entries(trees)) {
    const step = name === "long" ? "why" : name;
    await surveys.open();
    await surveys.draw(viewOf(step, { canSkip: !STEPS[step]?.isRequired }));
    await surveys.settled();
    await expect(surveys.panel, name).toMatchAriaSnapshot(tree);
    await expect(surveys.panel).not.toHaveAttribute("aria-modal");
  }
  // What the ends of a scale mean is said with it.
  await surveys.open();
  await surveys.draw(viewOf("nps"));
  await expect(surveys.panel.getByRole("radiogroup")).toHaveAccessibleDescription("0 = Not likely 10 = Very likely");
});

test("W2: the browser's own tree has the names too", async ({ surveys, page, browserName }) => {
  test.skip(browserName !== "chromium", "only Chromium hands out its accessibility tree");
  await surveys.open({ isClosed: true });
  await surveys.draw(viewOf("nps"));
  const cdp = await page.context().newCDPSession(page);
  const { nodes } = await cdp.send("Accessibility.getFullAXTree");
  const named = (role: string) => nodes.filter((it) => it.role?.value === role).map((it) => String(it.name?.value));
  expect(named("radio")).toEqual(Array.from({ length: 11 }, (_, at) => `${at} of 10`));
  expect(named("radiogroup")).toEqual([STEPS["nps"]?.title]);
  expect(named("dialog")).toEqual([STEPS["nps"]?.title]);
});

test("W2: a pointer goes on by choosing, where there is nothing else to do; a screen reader's click does not", async ({ surveys }) => {
  await surveys.open();
  await surveys.walk(survey(["nps", "single", "thanks"]));
  // A click without a press before it, as assistive technology makes it.
  await surveys.radio("3 of 10").evaluate((it: HTMLElement) => it.click());
  await expect(surveys.radio("3 of 10")).toBeChecked();
  expect(await surveys.said()).toEqual(["shown"]);
  await surveys.radio("9 of 10").click();
  expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
  // A list waits: others may be chosen by mistake.
  await surveys.radio("Sending an invoice").check();
  expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
  await surveys.button("Send").click();
  expect(await surveys.said()).toEqual(["shown", "answered: 9", "answered: 0"]);
});

test("W3: it takes no focus, screen after screen, and what is typed goes where it went", async ({ surveys, page }) => {
  await surveys.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["focusLog"] = []);
    for (const type of ["focus", "blur", "focusin", "focusout"]) {
      addEventListener(type, ({ target }) => log.push(`${type} ${(target as Element).id}`), true);
    }
  });
  await page.locator("#customer").focus();
  await page.keyboard.type("Ac");
  await page.evaluate("focusLog.length = 0");
  await surveys.walk(survey(["nps", "why", "single", "thanks"]));
  await page.keyboard.type("m");
  // As if it had been answered in another tab.
  for (const at of [1, 2, 3]) await page.evaluate((at) => (globalThis as Global).show((globalThis as Global).views[at]!), at);
  await page.keyboard.type("e");
  await surveys.settled();
  await surveys.retract("nps");
  await expect(surveys.host).toHaveCount(0);
  expect(await page.evaluate("focusLog")).toEqual([]);
  await expect(page.locator("#customer")).toHaveValue("Acme");
});

test("W3: announced once and politely; then every next screen, by its heading or by words, not by both", async ({ surveys, page }) => {
  await surveys.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["announced"] = []);
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      new MutationObserver((changes) => {
        for (const { target } of changes) {
          const element = target as Element;
          if (element.nodeType === 1 && element.getAttribute("role") === "status" && element.isConnected) log.push(element.textContent ?? "");
        }
      }).observe(root, { childList: true, characterData: true, subtree: true });
      return root;
    };
  });
  await page.locator("#customer").focus();
  await surveys.walk(survey(["nps", "why", "thanks"]));
  await surveys.settled();
  const announced = () => page.evaluate("announced.splice(0)");
  expect(await announced()).toEqual(["Question in the corner of the page. Press F6 to go to it."]);
  await page.locator("#save").focus();
  await surveys.frames();
  expect(await announced()).toEqual([]);
  await page.evaluate(() => {
    const global = globalThis as Global;
    global.at = 1;
    global.show(global.views[1]!);
  });
  await surveys.frames();
  expect(await announced()).toEqual(["Saved. 2 of 2 What is the main reason for your score?"]);
  expect(await surveys.focused()).toBe("save");
  await page.keyboard.press("F6");
  await page.keyboard.type("fast");
  await page.keyboard.press("Control+Enter");
  await surveys.frames();
  expect(await announced()).toEqual(["Saved. Thank you!"]);
  expect(await surveys.focused()).toBe("save");
});

test("W3: the page hears no key and no click of it, in neither half; Escape closes from inside only", async ({ surveys, page }) => {
  await surveys.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["heard"] = []);
    for (const type of ["keydown", "keypress", "keyup", "click", "pointerdown", "mousedown", "mouseup", "input", "paste"]) {
      for (const target of [window, document, document.body]) {
        target.addEventListener(type, (event) => log.push(`${event.type} ${(event as KeyboardEvent).key ?? ""}`));
      }
    }
  });
  await page.locator("#customer").focus();
  await surveys.walk(survey(["nps", "why", "thanks"]));
  await page.keyboard.press("Escape");
  await expect(surveys.panel).toBeVisible();
  await page.evaluate("heard.length = 0");
  await page.keyboard.press("F6");
  await page.evaluate("heard.length = 0");
  for (const key of ["8", "Enter", "Enter", "Tab", "j", "/", "?", "Escape"]) await page.keyboard.press(key);
  await expect(surveys.host).toHaveCount(0);
  expect(await page.evaluate("heard")).toEqual([]);
  expect(await surveys.focused()).toBe("customer");
  expect(await surveys.said()).toEqual(["shown", "answered: 8", "closed"]);
});

test("W3: F6 leads in and back, Tab goes through it in order and out of it", async ({ surveys, page }) => {
  await surveys.open();
  await page.locator("#customer").focus();
  await surveys.draw(viewOf("nps", { canBack: true }));
  await page.keyboard.press("F6");
  expect(await surveys.focused()).toBe("survey: 0 of 10");
  await page.keyboard.press("F6");
  expect(await surveys.focused()).toBe("customer");
  await page.locator("#save").focus();
  const stops: string[] = [];
  for (let press = 0; press < 8; press++) {
    await page.keyboard.press("Tab");
    stops.push((await surveys.focused()).replace("survey: ", ""));
  }
  expect(stops).toEqual(["0 of 10", "Back", "Skip", "Next", "Not now", "Don't ask again", "Why am I asked?", "Close"]);
  await page.keyboard.press("Tab");
  expect(await surveys.focused()).not.toContain("survey");
});

test("W6: what is missing is said in text, marked, and has the focus; nothing is asked twice", async ({ surveys, page }) => {
  for (const name of ["single", "multiple", "short"]) {
    await surveys.open();
    await surveys.walk(survey([name, "nps", "thanks"]));
    await page.evaluate("saidLog.length = 0");
    await surveys.button("Next").click();
    await expect(surveys.panel.locator(".error")).toHaveText("Please answer this first.");
    const marked = surveys.panel.locator("[aria-invalid=true]");
    await expect(marked).toHaveCount(1);
    await expect(marked).toHaveAccessibleDescription(/Please answer this first\./);
    const first = { single: "Looking something up", multiple: "Reminders", short: "input" }[name];
    expect(await surveys.focused(), name).toBe(`survey: ${first}`);
    expect(await surveys.said()).toEqual([]);
  }
  // What was given is there again, and can be kept by going on.
  await page.keyboard.type("Bookkeeper");
  await page.keyboard.press("Enter");
  await surveys.button("Back").click();
  await expect(surveys.panel.getByRole("textbox")).toHaveValue("Bookkeeper");
  await surveys.button("Next").click();
  expect(await surveys.said()).toEqual(["answered: Bookkeeper", "back", "answered: Bookkeeper"]);
});

test("W10: by keyboard it takes three strokes more than by pointer, at most", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.walk(survey(["nps", "why", "thanks"]));
  const pointer = [surveys.radio("9 of 10"), surveys.panel.getByRole("textbox"), surveys.button("Send")];
  for (const it of pointer) await it.click();
  expect(await surveys.said()).toEqual(["shown", "answered: 9", "skipped"]);
  await surveys.button("Close").click();
  await page.evaluate("saidLog.length = 0");

  await surveys.walk(survey(["nps", "why", "thanks"]));
  const keys = ["F6", "9", "Enter", "Enter", "Tab", "Control+Enter"];
  for (const key of keys) await page.keyboard.press(key);
  expect(await surveys.said()).toEqual(["shown", "answered: 9", "skipped"]);
  expect(keys.length).toBeLessThanOrEqual(pointer.length + 3);
});
