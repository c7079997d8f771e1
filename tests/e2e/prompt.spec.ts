// What somebody can do with the question, and what is told of it. One answer each, and the page's own keys and clicks stay its own.
import { contrast } from "./support/colors.ts";
import { expect, LINKS, test, WORDS } from "./support/prompt_page.ts";

test("a person who is fine says so with one click, is thanked, and is left alone", async ({ prompt, page }) => {
  await page.clock.install();
  await prompt.open();
  await prompt.draw(true);
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await prompt.button("No, I'm fine").click();
  expect(await prompt.said()).toEqual(["asked", "fine"]);
  await expect(prompt.panel).toContainText("Thank you.");
  await page.mouse.move(5, 5);
  await page.clock.runFor(3_999);
  await expect(prompt.host).toHaveCount(1);
  await page.clock.runFor(1);
  await expect(prompt.host).toHaveCount(0);
  expect(await prompt.said()).toEqual(["asked", "fine"]);
});

test("a person who is confused may say what is unclear", async ({ prompt }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.button("Yes").click();
  expect(await prompt.focused()).toBe("prompt: textarea");
  await prompt.host.getByLabel("What is unclear? (optional)").fill("Where are the drafts? 🤔");
  await prompt.button("Send").click();
  expect(await prompt.said()).toEqual(["asked", "confused: Where are the drafts? 🤔"]);
});

test("a person who is confused need not say why", async ({ prompt }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.button("Yes").click();
  await prompt.button("Send").click();
  expect(await prompt.said()).toEqual(["asked", "confused"]);
});

test("no more can be written than is kept", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.button("Yes").click();
  await page.keyboard.insertText("x".repeat(1_500));
  await prompt.button("Send").click();
  expect(await prompt.said()).toEqual(["asked", `confused: ${"x".repeat(1_000)}`]);
});

test("who says yes and goes away has said yes, and not what was not sent", async ({ prompt, page }) => {
  await prompt.open();
  for (const goAway of [
    () => prompt.button("Close").click(),
    () => page.keyboard.press("Escape"),
    () => prompt.host.evaluate((it) => it.remove()),
    () => page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide"))),
    async () => {
      await page.locator("#customer").focus();
      await page.mouse.move(5, 5);
      await prompt.retract();
    },
  ]) {
    await page.evaluate("saidLog = []");
    await prompt.draw(true);
    await prompt.button("Yes").click();
    await page.keyboard.type("half a th");
    await goAway();
    await expect(prompt.host).toHaveCount(0);
    await expect.poll(() => prompt.said()).toEqual(["asked", "confused"]);
  }
});

test("closing it is told as such, and so is never wanting to be asked again", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.button("Close").click();
  expect(await prompt.said()).toEqual(["asked", "dismissed"]);
  await page.evaluate("saidLog = []");
  await prompt.draw(true);
  await prompt.button("Don't ask again").click();
  expect(await prompt.said()).toEqual(["asked", "never"]);
  await expect(prompt.host).toHaveCount(0);
});

test("a hint is a small button that opens the question", async ({ prompt }) => {
  await prompt.open();
  await prompt.draw(false);
  await expect(prompt.host.getByRole("dialog")).toHaveCount(0);
  await prompt.button("Need help?").click();
  await expect(prompt.host.getByRole("dialog", { name: "Is something confusing you?" })).toBeVisible();
  expect(await prompt.focused()).toBe("prompt: No, I'm fine");
  await prompt.button("Yes").click();
  await prompt.button("Send").click();
  expect(await prompt.said()).toEqual(["hinted", "opened", "confused"]);
});

test("a question takes the place of a hint, and of nothing else", async ({ prompt }) => {
  await prompt.open();
  await prompt.draw(false);
  await prompt.draw(false);
  await prompt.draw(true);
  await prompt.draw(true);
  await prompt.draw(false);
  await expect(prompt.host).toHaveCount(1);
  expect(await prompt.said()).toEqual(["hinted", "asked"]);
});

test("help opens in a tab of its own, and the question stays", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  const link = prompt.host.getByRole("link", { name: "How invoices work" });
  await expect(link).toHaveAttribute("rel", "noopener");
  const opened = page.context().waitForEvent("page");
  await link.click();
  expect(new URL((await opened).url()).pathname).toBe("/help/invoices");
  await prompt.button("Close").click();
  // Who found help has not refused to be asked.
  expect(await prompt.said()).toEqual(["asked", "help: /help/invoices"]);
});

test("links are pages, or they are not there", async ({ prompt }) => {
  await prompt.open();
  const refused = ["javascript:alert(1)", " java\tscript:alert(1)", "data:text/html,x", "blob:x", "mailto:a@b.example", "http://"];
  await prompt.draw(true, [...WORDS, ...refused.flatMap((it) => ["bad", it]), ...LINKS]);
  await expect(prompt.host.getByRole("link")).toHaveText(["How invoices work", "Talk to us"]);
  await prompt.button("Close").click();
  await prompt.draw(true, [...WORDS, "bad", "javascript:alert(1)"]);
  await expect(prompt.panel).not.toContainText("Help for this page");
});

test("words are words, whatever they look like", async ({ prompt }) => {
  await prompt.open();
  const markup = '<img src=x onerror="alert(1)">';
  await prompt.draw(true, WORDS.map((it) => (it ? markup + it : it)));
  await expect(prompt.panel).toContainText(`${markup}Is something confusing you?`);
  await expect(prompt.host.locator("img")).toHaveCount(0);
});

test("it is not taken away while somebody is at it", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.button("Yes").hover();
  await prompt.retract();
  await expect(prompt.host).toHaveCount(1);
  await page.mouse.move(5, 5);
  await expect(prompt.host).toHaveCount(0);
  expect(await prompt.everythingSaid()).toEqual(["asked", "held", "released"]);

  await page.evaluate("saidLog = []");
  await prompt.draw(true);
  await page.keyboard.press("F6");
  await prompt.retract();
  await expect(prompt.host).toHaveCount(1);
  await page.keyboard.press("F6");
  await expect(prompt.host).toHaveCount(0);
  expect(await prompt.everythingSaid()).toEqual(["asked", "held", "released"]);
});

test("what somebody is about to send is sent, also when it should have gone by now", async ({ prompt, page }) => {
  await prompt.open();
  await page.locator("#customer").focus();
  await prompt.draw(true);
  await page.keyboard.press("F6");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.type("the totals");
  await prompt.retract();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await prompt.said()).toEqual(["asked", "confused: the totals"]);
  await expect(prompt.panel).toContainText("Thank you.");
  expect(await prompt.focused()).toBe("customer");
});

test("taking it away says nothing, because nobody said anything", async ({ prompt }) => {
  await prompt.open();
  await prompt.retract();
  for (const isOpen of [true, false]) {
    await prompt.draw(isOpen);
    await prompt.retract();
    await expect(prompt.host).toHaveCount(0);
  }
  expect(await prompt.said()).toEqual(["asked", "hinted"]);
});

test("thanks stay while they are pointed at", async ({ prompt, page }) => {
  await page.clock.install();
  await prompt.open();
  await prompt.drawAt("thanks");
  await prompt.panel.hover();
  await page.clock.runFor(10_000);
  await expect(prompt.host).toHaveCount(1);
  await page.mouse.move(5, 5);
  await expect(prompt.host).toHaveCount(0);
});

test("a page that takes it away, alone or with its body, has closed it", async ({ prompt, page }) => {
  await prompt.open();
  await prompt.draw(true);
  await prompt.settled();
  await prompt.host.evaluate((it) => it.remove());
  await expect.poll(() => prompt.said()).toEqual(["asked", "dismissed"]);
  await prompt.draw(true);
  await prompt.settled();
  await page.evaluate(() => document.body.replaceWith(document.createElement("body")));
  await expect.poll(() => prompt.said()).toEqual(["asked", "dismissed", "asked", "dismissed"]);
});

test("keys and clicks in it are none of the page's", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const log: string[] = ((globalThis as Record<string, unknown>)["heard"] = []);
    for (const type of ["keydown", "keypress", "keyup", "click", "pointerdown", "mousedown", "mouseup", "touchstart", "input", "paste"]) {
      for (const target of [window, document, document.body]) {
        target.addEventListener(type, (event) => log.push(`${event.type} ${(event as KeyboardEvent).key ?? ""}`));
      }
    }
  });
  await prompt.draw(true);
  await prompt.button("Yes").click();
  await page.keyboard.type("j/k?");
  await page.keyboard.press("Control+a");
  // Both halves of a stroke: many a page searches when Enter is let go in its field.
  await page.keyboard.press("Escape");
  await expect(prompt.host).toHaveCount(0);
  expect(await page.evaluate("heard")).toEqual([]);

  for (const key of ["Enter", "Space", "F6"]) {
    await page.locator("#customer").focus();
    await prompt.draw(true);
    await page.keyboard.press("F6");
    await page.evaluate("heard.length = 0");
    await page.keyboard.press(key);
    expect(await page.evaluate("heard"), key).toEqual([]);
    expect(await prompt.focused()).toBe("customer");
    await prompt.host.evaluateAll((all) => all.forEach((it) => it.remove()));
    await prompt.frames();
  }
});

test("a page without a body, or without anything, is left alone", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => document.body.remove());
  await prompt.draw(true);
  await prompt.button("No, I'm fine").click();
  await prompt.host.evaluate((it) => it.remove());
  expect(await prompt.said()).toEqual(["asked", "fine"]);
  await page.evaluate("saidLog = []");
  await expect(prompt.host).toHaveCount(0);
  await prompt.frames();
  await page.evaluate(() => document.documentElement.remove());
  await prompt.draw(true);
  expect(await prompt.said()).toEqual([]);
});

test("a browser that cannot draw it apart from the page draws nothing", async ({ prompt, page }) => {
  await page.addInitScript(() => {
    delete (Document.prototype as Partial<Document>).adoptedStyleSheets;
  });
  await prompt.open();
  await prompt.draw(true);
  await prompt.retract();
  await expect(prompt.host).toHaveCount(0);
  expect(await prompt.said()).toEqual([]);
});

test("nothing is left behind: no listener, no request, no element", async ({ prompt, page }) => {
  const requests: string[] = [];
  await prompt.open();
  page.on("request", (request) => requests.push(request.url()));
  const cdp = await page.context().newCDPSession(page);
  const listeners = async (): Promise<number> => {
    const { result } = await cdp.send("Runtime.evaluate", { expression: "window" });
    const found = await cdp.send("DOMDebugger.getEventListeners", { objectId: result.objectId ?? "" });
    return found.listeners.length;
  };
  const before = await listeners();
  await prompt.draw(true);
  expect(await listeners()).toBeGreaterThan(before);
  await prompt.button("Don't ask again").click();
  expect(await listeners()).toBe(before);
  expect(requests).toEqual([]);
  expect(await page.evaluate(() => document.body.lastElementChild?.localName)).toBe("main");
});

test("it listens to the page's properties as surveys do, stays legible, and is dark where the page says it is", async ({ prompt, page }) => {
  await prompt.open();
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":root{color-scheme:dark;--milepost-accent:#ffcc00;--milepost-ink:#222226;--milepost-radius:3px;--milepost-position:start}");
    document.adoptedStyleSheets = [sheet];
  });
  for (const isOpen of [true, false]) {
    await prompt.draw(isOpen);
    await expect(prompt.panel).toHaveCSS("background-color", "rgb(27, 27, 31)");
    await expect(prompt.panel).toHaveCSS("border-top-left-radius", "3px");
    expect((await prompt.panel.boundingBox())?.x).toBe(16);
    if (isOpen) await expect(prompt.button("Yes")).toHaveCSS("background-color", "rgb(255, 204, 0)");
    const ink = await prompt.panel.evaluate((it) => getComputedStyle(it).color);
    expect(contrast(ink, "rgb(27, 27, 31)"), ink).toBeGreaterThanOrEqual(4.5);
    await prompt.retract();
  }
});
