// What few surveys need is fetched when one does: nothing is half drawn meanwhile, no answer goes astray, and where it
// cannot be had the survey is withdrawn.
import { expect, type Global, STEPS, type SurveyPage, survey, test, viewOf } from "./support/survey_page.ts";

type Fetching = Global & { arrive: () => void; fail: () => void; asked: number };

/** From now on it comes when the test says so, or not. */
async function slowly(surveys: SurveyPage): Promise<void> {
  await surveys.page.evaluate(() => {
    const global = globalThis as Fetching;
    const waiting: [(more: object) => void, (() => void)?][] = [];
    global.asked = 0;
    global.fetchMore = (use, failed) => {
      global.asked++;
      waiting.push([use, failed]);
    };
    global.arrive = () => waiting.splice(0).forEach(([use]) => use(global.milepostMore));
    global.fail = () => waiting.splice(0).forEach(([, failed]) => failed?.());
  });
}

const arrive = (surveys: SurveyPage) => surveys.page.evaluate(() => (globalThis as Fetching).arrive());
const fail = (surveys: SurveyPage) => surveys.page.evaluate(() => (globalThis as Fetching).fail());
const asked = (surveys: SurveyPage) => surveys.page.evaluate(() => (globalThis as Fetching).asked);

test("a question, its reason, what is between and plain thanks need nothing more", async ({ surveys }) => {
  await surveys.open();
  await slowly(surveys);
  for (const name of ["nps", "ces", "why", "short", "information", "thanks"]) {
    await surveys.draw(viewOf(name));
    await expect(surveys.title, name).toHaveText(STEPS[name]?.title ?? "");
  }
  expect(await asked(surveys)).toBe(0);
});

test("what needs more is drawn when that is here, and is then whole", async ({ surveys, page }) => {
  for (const name of ["csat", "stars", "single", "multiple", "link", "contact"]) {
    await surveys.open();
    await slowly(surveys);
    await surveys.draw(viewOf(name));
    await expect(surveys.host, name).toHaveCount(0);
    await arrive(surveys);
    await expect(surveys.title).toHaveText(STEPS[name]?.title ?? "");
    expect(await page.evaluate("saidLog"), name).toEqual([[0]]);
  }
});

test("while the next screen is on its way the last one stays, keeps the focus, and takes no answer", async ({ surveys, page }) => {
  await surveys.open();
  await slowly(surveys);
  await surveys.walk(survey(["nps", "single", "thanks"]));
  await surveys.radio("9 of 10").click();
  await expect(surveys.title).toHaveText(STEPS["nps"]?.title ?? "");
  for (const press of [() => surveys.radio("3 of 10").click(), () => surveys.button("Next").click(), () => surveys.button("Skip").click()]) await press();
  expect(await surveys.said()).toEqual(["shown", "answered: 9"]);
  expect(await surveys.focused()).toBe("survey: Skip");
  await arrive(surveys);
  expect(await surveys.focused()).toBe("survey: title");
  await surveys.radio("Sending an invoice").check();
  await surveys.button("Send").click();
  expect(await surveys.said()).toEqual(["shown", "answered: 9", "answered: 0"]);
  expect(await page.evaluate("asked")).toBe(1);
});

test("where it cannot be had the survey is withdrawn, at the first screen or later, and may be drawn another time", async ({ surveys }) => {
  await surveys.open();
  await slowly(surveys);
  await surveys.draw(viewOf("single"));
  await fail(surveys);
  expect(await surveys.said()).toEqual(["gone"]);
  await surveys.walk(survey(["nps", "single", "thanks"]));
  await surveys.radio("9 of 10").click();
  await fail(surveys);
  await expect(surveys.host).toHaveCount(0);
  expect(await surveys.said()).toEqual(["gone", "shown", "answered: 9", "gone"]);
  await surveys.draw(viewOf("single"));
  await arrive(surveys);
  await expect(surveys.title).toHaveText(STEPS["single"]?.title ?? "");
});

test("what was taken away, or overtaken, before it could be drawn is not drawn", async ({ surveys }) => {
  await surveys.open();
  await slowly(surveys);
  await surveys.draw(viewOf("single"));
  await surveys.retract("nps");
  await arrive(surveys);
  await expect(surveys.host).toHaveCount(0);
  await surveys.open();
  await slowly(surveys);
  await surveys.draw(viewOf("single"));
  await surveys.draw(viewOf("why"));
  await arrive(surveys);
  await expect(surveys.title).toHaveText(STEPS["why"]?.title ?? "");
  expect(await surveys.said()).toEqual(["shown"]);
});

test("a script that is no module may fetch it under the strictest policy: the page's elements, the tab, and choices", async ({ surveys, page }) => {
  await surveys.open({ path: "/importing", body: `<main><h1>Invoices</h1><milepost-survey survey="here"></milepost-survey></main>` });
  await surveys.attend();
  await expect.poll(() => surveys.said()).toEqual(["there: here"]);
  await surveys.draw(viewOf("nps", { surface: "inline", survey: "here" }));
  await surveys.draw(viewOf("single", { surface: "tab", tab: "Feedback" }));
  await expect(page.getByRole("button", { name: "Feedback" })).toHaveAttribute("aria-expanded", "true");
  await expect(surveys.title).toHaveCount(2);
});
