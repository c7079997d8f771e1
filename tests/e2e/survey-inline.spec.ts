// Surveys in the page's own element and behind a tab at its edge (L6): put in late, moved, taken out, in shadow roots,
// in what scrolls, turns or is small; and the tab that leads in and back.
import { expect, type Global, test, viewOf } from "./support/survey_page.ts";

const here = (more = {}) => viewOf("nps", { surface: "inline", survey: "here", ...more });
const ELEMENT = '<milepost-survey survey="here"></milepost-survey>';

test("L6: an element of the page holds a survey in its own place, in the page's flow", async ({ surveys, page }) => {
  await surveys.open({ body: `<main><h1>Invoices</h1><p id="above">Above</p>${ELEMENT}<p id="below">Below</p></main>` });
  await surveys.attend();
  expect(await surveys.said()).toEqual(["there: here"]);
  await surveys.draw(here());
  const [above, ours, below] = await Promise.all([page.locator("#above"), surveys.panel, page.locator("#below")].map((it) => it.boundingBox()));
  expect(ours!.y).toBeGreaterThanOrEqual(above!.y + above!.height);
  expect(below!.y).toBeGreaterThanOrEqual(ours!.y + ours!.height);
  await expect(surveys.panel).toHaveAttribute("role", "region");
  await expect(surveys.button("Close")).toHaveCount(0);
  // Escape stays the page's.
  await surveys.radio("0 of 10").focus();
  await page.keyboard.press("Escape");
  expect(await surveys.focused()).toBe("survey: 0 of 10");
  await surveys.radio("9 of 10").click();
  await surveys.button("Not now").click();
  await expect(surveys.panel).toHaveCount(0);
  await expect(page.locator("milepost-survey")).toHaveCount(1);
  expect(await surveys.said()).toEqual(["there: here", "shown", "answered: 9", "notNow"]);
});

test("L6: it is found when a framework puts it in late, moves it, takes it out and renders it again", async ({ surveys, page }) => {
  await surveys.open();
  await surveys.attend();
  const put = () => page.evaluate(() => {
    const it = document.createElement("milepost-survey");
    it.setAttribute("survey", "here");
    document.querySelector("main")?.prepend(it);
  });
  await put();
  await surveys.draw(here());
  await surveys.radio("4 of 10").focus();
  await page.keyboard.press("Space");
  // Moved within the page, it is not gone, and keeps what was chosen.
  await page.evaluate(() => document.querySelector("main")?.append(document.querySelector("milepost-survey")!));
  await expect(surveys.radio("4 of 10")).toBeChecked();
  expect(await surveys.said()).toEqual(["there: here", "shown"]);
  await page.evaluate(() => document.querySelector("milepost-survey")?.remove());
  await surveys.frames();
  expect(await surveys.said()).toEqual(["there: here", "shown", "gone: here"]);
  // Nothing can be drawn now.
  await surveys.draw(here());
  await put();
  await surveys.draw(here());
  await expect(surveys.radio("4 of 10")).toBeVisible();
  expect(await surveys.said()).toEqual(["there: here", "shown", "gone: here", "gone", "there: here", "shown"]);
});

test("L6: two copies of the SDK share the element's name, and both hear of it", async ({ surveys, page }) => {
  await surveys.open({ body: `<main><h1>Invoices</h1>${ELEMENT}</main>`, path: "/twice" });
  const heard = await page.evaluate(async () => {
    const { firstCopy, firstMore, milepostSurvey, fetchMore } = globalThis as Global;
    const heard: string[] = [];
    firstCopy.attend((what, survey) => heard.push(`first: ${what} ${survey}`), (use) => use(firstMore));
    milepostSurvey.attend((what, survey) => heard.push(`second: ${what} ${survey}`), fetchMore);
    document.querySelector("milepost-survey")?.remove();
    await null;
    return heard;
  });
  expect(heard).toEqual(["first: 12 here", "second: 12 here", "first: 10 here", "second: 10 here"]);
});

test("L6: it works in what scrolls, turns, is small, or is a shadow root of the page", async ({ surveys, page }) => {
  const places: [name: string, body: string][] = [
    ["a scrolling box", `<div id="box">${ELEMENT}</div>`],
    ["a transformed box", `<div id="turned">${ELEMENT}</div>`],
    ["a narrow column", `<div id="narrow">${ELEMENT}</div>`],
    ["a cell of a grid", `<div id="grid"><p>A</p>${ELEMENT}</div>`],
    ["a table", `<table><tr><td>${ELEMENT}</td><td>B</td></tr></table>`],
    ["a shadow root", `<div id="outer"></div>`],
  ];
  for (const [name, body] of places) {
    await surveys.open({ body: `<main><h1>Invoices</h1>${body}</main>` });
    await page.evaluate((element) => {
      void element;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync("#box{height:150px;overflow:auto}#turned{transform:scale(.9) rotate(1deg)}#narrow{inline-size:150px}#grid{display:grid;grid-template-columns:1fr 2fr}");
      document.adoptedStyleSheets = [sheet];
      const inner = document.createElement("milepost-survey");
      inner.setAttribute("survey", "here");
      document.querySelector("#outer")?.attachShadow({ mode: "open" }).append(inner);
    }, ELEMENT);
    await surveys.attend();
    await surveys.draw(here());
    await surveys.draw(here());
    await surveys.radio("10 of 10").click();
    expect(await surveys.said(), name).toEqual(["there: here", "shown", "answered: 10"]);
    const cells = await surveys.panel.locator(".cell").evaluateAll((all) => all.map((it) => it.clientWidth));
    expect(Math.min(...cells), name).toBeGreaterThanOrEqual(24);
    expect(await surveys.panel.evaluate((it) => it.scrollWidth <= it.clientWidth + 1), name).toBe(true);
  }
});

test("L6: the page may place and size the element, and that alone", async ({ surveys, page }) => {
  await surveys.open({ body: `<main><h1>Invoices</h1>${ELEMENT}</main>` });
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("milepost-survey{max-inline-size:20em;margin-block:40px;color:red;font-size:40px;text-transform:uppercase}");
    document.adoptedStyleSheets = [sheet];
  });
  await surveys.attend();
  await surveys.draw(here());
  await expect(page.locator("milepost-survey")).toHaveCSS("margin-top", "40px");
  await expect(surveys.panel).toHaveCSS("font-size", "16px");
  await expect(surveys.title).toHaveCSS("text-transform", "none");
});

test("the tab leads in, and back when it is closed, and says whether it is open", async ({ surveys, page }) => {
  await surveys.open();
  const tab = page.getByRole("button", { name: "Feedback" });
  const view = { surface: "tab", tab: "Feedback" };
  await surveys.draw(viewOf("nps", { ...view, step: null }));
  await expect(tab).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Tab");
  for (const close of [() => page.keyboard.press("Escape"), () => surveys.button("Not now").press("Enter")]) {
    await tab.focus();
    await page.keyboard.press("Enter");
    await surveys.draw(viewOf("short", { ...view, canSkip: false }));
    await expect(tab).toHaveAttribute("aria-expanded", "true");
    expect(await surveys.focused()).toBe("survey: input");
    await close();
    await expect(surveys.panel).toHaveCount(0);
    await expect(tab).toHaveAttribute("aria-expanded", "false");
    expect(await surveys.focused()).toBe("survey: Feedback");
  }
  // Pressed again, it closes what it opened.
  await tab.click();
  await surveys.draw(viewOf("short", view));
  await tab.click();
  await expect(surveys.panel).toHaveCount(0);
  expect(await surveys.said()).toEqual(["opened", "shown", "closed", "opened", "shown", "notNow", "opened", "shown", "closed"]);
});

test("a tab's survey that comes by itself, after a reload, takes no focus; nor does one whose visitor has gone on", async ({ surveys, page }) => {
  await surveys.open();
  const view = { surface: "tab", tab: "Feedback" };
  await page.locator("#customer").focus();
  await surveys.draw(viewOf("short", { ...view, isResumed: true }));
  expect(await surveys.focused()).toBe("customer");
  await surveys.button("Close").click();
  await page.getByRole("button", { name: "Feedback" }).click();
  await page.locator("#customer").focus();
  await surveys.draw(viewOf("short", view));
  expect(await surveys.focused()).toBe("customer");
});

test("taking away a tab's survey leaves the tab; taking it away again takes the tab; another tab takes its place", async ({ surveys, page }) => {
  await surveys.open();
  const view = { surface: "tab", tab: "Feedback" };
  await surveys.draw(viewOf("short", view));
  await surveys.retract("nps");
  await expect(surveys.panel).toHaveCount(0);
  await expect(page.locator(".tab")).toHaveText("Feedback");
  await surveys.draw(viewOf("short", { ...view, survey: "ideas", tab: "Ideas", step: null }));
  await expect(page.locator(".tab")).toHaveText("Ideas");
  await surveys.retract("nps");
  await expect(page.locator(".tab")).toHaveCount(1);
  await surveys.retract("ideas");
  await expect(surveys.host).toHaveCount(0);
});
