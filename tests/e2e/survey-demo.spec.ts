// The demo product's own surveys, as its users meet them: on the help page, behind the tab, after an invoice, in both languages.
import type { Page } from "@playwright/test";
import * as ledgerly from "./support/ledgerly.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "survey demo", stackDefinitions: '[budget]\nfirst_session = true\nafter_load = "0s"\n' });

const ADA = { name: "Ada Lindqvist", email: "ada@lindqvist.example", password: "canary-password-1", plan: "pro" } as const;

/** Opens the shadow roots for this test, which has no eyes. */
async function seeThrough(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: "open" });
    };
  });
}

test("the help page asks in the page, and asks on whoever found it difficult", async ({ stack, visitor, traffic }) => {
  const { page } = visitor;
  await seeThrough(page);
  await page.goto(`${stack.demoUrl}/help`);
  await ledgerly.allowMeasuring(page);
  const survey = page.locator("milepost-survey");
  await expect(survey.getByText("It was easy to find what I was looking for.")).toBeVisible();
  await survey.getByRole("radio", { name: /^2/ }).click();
  await expect(survey.getByText("What were you looking for?")).toBeVisible();
  await survey.getByRole("textbox").fill("credit notes");
  await survey.getByRole("button", { name: /Send|Next/ }).click();
  await expect(survey.getByRole("heading", { name: "Thank you, that helps us to write better answers." })).toBeVisible();
  const sent = await traffic.expectSent((it) => it.event === "Survey Answered", 2);
  expect(sent.map((it) => it.properties)).toMatchObject([
    { survey: "help", surface: "inline", step: "effort", kind: "ces", score: 2 },
    { survey: "help", surface: "inline", step: "sought", kind: "short", text: "credit notes" },
  ]);
});

test("German visitors are asked in German", async ({ stack, newVisitor }) => {
  const { page } = await newVisitor({ locale: "de-AT" });
  await seeThrough(page);
  await page.goto(`${stack.demoUrl}/help`);
  await ledgerly.allowMeasuring(page);
  const survey = page.locator("milepost-survey");
  await expect(survey.getByText("Was ich gesucht habe, war leicht zu finden.")).toBeVisible();
  await survey.getByRole("radio", { name: /^7/ }).click();
  await expect(survey.getByRole("heading", { name: "Vielen Dank, das hilft uns, bessere Antworten zu schreiben." })).toBeVisible();
});

test("a sent invoice brings up one question, and the tab waits for those who have something to say", async ({
  stack,
  visitor,
  traffic,
}) => {
  const { page } = visitor;
  await seeThrough(page);
  await page.goto(`${stack.demoUrl}/signup`);
  await ledgerly.allowMeasuring(page);
  await ledgerly.signUp(page, ADA);
  await ledgerly.createCompany(page, "Lindqvist Design", 3);
  await expect(page.getByRole("button", { name: "Feedback" })).toBeVisible();
  await ledgerly.addCustomer(page, "Bakery", "bakery@example.com");
  await ledgerly.sendInvoice(page, "cake", "480.00");

  await expect(page.getByText("How did sending this invoice go?")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("radio", { name: /^2/ }).click();
  await expect(page.getByText("Choose what fits for you and your 3 people.")).toBeVisible();
  await page.getByRole("checkbox", { name: "Taxes and totals" }).click();
  await page.getByRole("button", { name: /Send|Next/ }).click();
  await expect(page.getByRole("heading", { name: "Thank you!" })).toBeVisible();
  const [completed] = await traffic.expectSent((it) => it.event === "Survey Completed");
  expect(completed?.properties).toMatchObject({ survey: "invoice-sent", trigger: "message", language: "en" });
});
