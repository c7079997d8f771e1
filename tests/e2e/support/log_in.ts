// Opens the dashboard as its operator: through the setup link the first time, by password from then on.
import { expect, type Page } from "@playwright/test";
import type { RunningStack } from "./running_stack.ts";

export const OPERATOR = { email: "cs@ledgerly.example", password: "a few words in a row" };

/** Ends at the overview. */
export async function logIn(page: Page, stack: RunningStack): Promise<void> {
  await page.goto(stack.isSetUp ? `${stack.collectorUrl}/login` : stack.setupLink);
  await fillIn(page, OPERATOR);
  await page.getByRole("button", { name: stack.isSetUp ? "Log in" : "Create operator and log in" }).click();
  await expect(page.getByRole("button", { name: "Log out" })).toBeVisible();
  stack.isSetUp = true;
}

/** For tests about logging in: there is an operator, and nobody is logged in. */
export async function setUp(page: Page, stack: RunningStack): Promise<void> {
  if (!stack.isSetUp) await logIn(page, stack);
  await page.context().clearCookies();
}

export async function fillIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
}
