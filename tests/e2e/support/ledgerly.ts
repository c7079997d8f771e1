// What a user of the demo product does, in the user's words.
import { expect, type Page } from "@playwright/test";

export interface Person {
  name: string;
  email: string;
  password: string;
  plan: "free" | "pro" | "team";
}

export async function allowMeasuring(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Allow" }).click();
}

export async function refuseMeasuring(page: Page): Promise<void> {
  await page.getByRole("button", { name: "No thanks" }).click();
}

/** From the sign-up page to the company page. */
export async function signUp(page: Page, person: Person): Promise<void> {
  await page.getByLabel("Your name").fill(person.name);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password").fill(person.password);
  await page.getByLabel("Plan").selectOption(person.plan);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Who sends the invoices?" })).toBeVisible();
}

/** From the company page into the app. */
export async function createCompany(page: Page, name: string, employees: number): Promise<void> {
  await page.getByLabel("Company name").fill(name);
  await page.getByLabel("How many people work there?").fill(String(employees));
  await page.getByRole("button", { name: "Create company" }).click();
  await expect(page.getByTestId("company-name")).toHaveText(name);
  await expect(page.getByRole("heading", { name: /^Good to see you/ })).toBeVisible();
}

export async function addCustomer(page: Page, name: string, email: string): Promise<void> {
  await page.getByTestId("nav-customers").click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Add customer" }).click();
  await expect(page.getByTestId("customer-row").filter({ hasText: name })).toBeVisible();
}

/** To the only customer there is. Answers the link to pay by. */
export async function sendInvoice(page: Page, item: string, amount: string): Promise<string> {
  await page.getByTestId("nav-dashboard").click();
  await page.getByRole("link", { name: "New invoice" }).click();
  await page.getByLabel("What is it for?").fill(item);
  await page.getByLabel("Amount").fill(amount);
  await page.getByRole("button", { name: "Send invoice" }).click();
  await expect(page.getByRole("heading", { name: /^Waiting for/ })).toBeVisible();
  return page.getByLabel("Payment link").inputValue();
}

export async function inviteColleague(page: Page, email: string): Promise<void> {
  await page.getByTestId("nav-team").click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByTestId("invitation-row").filter({ hasText: email })).toBeVisible();
}

/** What the customer of the customer does, who is no user of the product. */
export async function payInvoice(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole("button", { name: /^Pay / }).click();
  await expect(page.getByRole("heading", { name: "Paid, thank you" })).toBeVisible();
}
