// A survey by keyboard: one Tab stop for a scale, arrows that do not choose, and nothing that goes on by itself.
import { expect, survey, test } from "./support/survey_page.ts";

test("from a score to a reason to thanks, by keyboard alone", async ({ surveys, page }) => {
  await surveys.open();
  await page.locator("#customer").focus();
  await surveys.walk(survey(["nps", "why", "thanks"]));
  await page.keyboard.press("F6");
  expect(await surveys.focused()).toBe("survey: 0 of 10");
  for (let press = 0; press < 9; press++) await page.keyboard.press("ArrowRight");
  expect(await surveys.focused()).toBe("survey: 9 of 10");
  await expect(surveys.panel.getByRole("radio", { checked: true })).toHaveCount(0);
  await page.keyboard.press("Space");
  await expect(surveys.radio("9 of 10")).toBeChecked();
  expect(await surveys.said()).toEqual(["shown"]);
  await page.keyboard.press("Tab");
  expect(await surveys.focused()).toBe("survey: Skip");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  expect(await surveys.focused()).toBe("survey: title");
  await page.keyboard.press("Tab");
  await page.keyboard.type("It is fast.");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  expect(await surveys.focused()).toBe("survey: Send");
  await page.keyboard.press("Enter");
  expect(await surveys.said()).toEqual(["shown", "answered: 9", "answered: It is fast."]);
  await expect(surveys.title).toHaveText("Thank you!");
  expect(await surveys.focused()).toBe("customer");
});
