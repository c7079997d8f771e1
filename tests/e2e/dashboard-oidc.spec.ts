// Operators sign in with an identity provider: a real one on this machine, through a real browser.
import type { APIRequestContext, Page } from "@playwright/test";
import { expectAccessible } from "./support/expect_accessible.ts";
import { freePorts } from "./support/free_ports.ts";
import { CLIENT, IdentityProvider } from "./support/identity_provider.ts";
import { fillIn, logIn, OPERATOR } from "./support/log_in.ts";
import type { RunningStack } from "./support/running_stack.ts";
import { expect, test } from "./support/stack.ts";
import type { Visitor } from "./support/visitor.ts";

test.use({ stackName: "dashboard-oidc" });
// What one test does to the operators, the next one finds.
test.describe.configure({ mode: "serial" });

const BUTTON = "Sign in with Testpass";
const WAY_BACK = "/login/oidc/back";

let provider: IdentityProvider;
const visitors: Visitor[] = [];

test.beforeAll(async ({ stack }) => {
  const [port] = (await freePorts(1)) as [number];
  provider = IdentityProvider.at(port, stack.collectorUrl + WAY_BACK);
  await stack.define(`[sign_in.oidc]
name = "Testpass"
issuer = "${provider.issuer}"
client_id = "${CLIENT.id}"
client_secret = "${CLIENT.secret}"
domains = ["welcome.example"]
role = "viewer"`);
  provider.people.set("owner", { email: OPERATOR.email, email_verified: true });
  provider.people.set("bo", { email: "Bo@ledgerly.example", email_verified: true });
  provider.people.set("stranger", { email: "eve@elsewhere.example", email_verified: true });
  provider.people.set("unconfirmed", { email: "una@welcome.example", email_verified: false });
  provider.people.set("wendy", { email: "wendy@welcome.example", email_verified: true });
});

test.afterEach(() => {
  // Where the provider is, pages have business.
  for (const visitor of visitors.splice(0)) visitor.origins.delete(provider.issuer);
});

test.afterAll(async () => provider.stop());

/** Clicks the button and says a name at the provider. */
async function signIn(page: Page, stack: RunningStack, name: string): Promise<void> {
  await page.goto(`${stack.collectorUrl}/login`);
  await page.getByRole("link", { name: BUTTON }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Goes to the provider and says a name there, in the browser's cookies but without its pages: the way back, not yet taken. */
async function wayBack(request: APIRequestContext, stack: RunningStack, name: string, bend = (it: URL) => it): Promise<string> {
  const step = async (url: string, form?: Record<string, string>): Promise<string> => {
    const answer = await (form ? request.post(url, { form, maxRedirects: 0 }) : request.get(url, { maxRedirects: 0 }));
    const next = new URL(answer.headers()["location"] ?? url, url).href;
    if (next === url) throw new Error(`${url} answers ${answer.status()}: ${await answer.text()}`);
    return next;
  };
  let url = bend(new URL(await step(`${stack.collectorUrl}/login/oidc`))).href;
  while (!url.startsWith(stack.collectorUrl)) url = await step(url, url.includes("/interaction/") ? { name } : undefined);
  return url;
}

async function expectRefused(visitor: Visitor, status: number, text: string | RegExp): Promise<void> {
  await expect(visitor.page.getByRole("alert")).toContainText(text);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("Log in");
  visitor.expectedErrors.push(new RegExp(`status of ${status}`));
  const { origin } = new URL(visitor.page.url());
  const own = await visitor.context.request.get(`${origin}/account`, { maxRedirects: 0 });
  expect(own.headers()["location"], "nobody is logged in").toContain("/login");
  const names = (await visitor.context.cookies(origin)).map((it) => it.name);
  expect(names, "the sign-in is over").not.toContain("__Host-milepost-sign-in");
}

async function arrive(newVisitor: () => Promise<Visitor>): Promise<Visitor> {
  const visitor = await newVisitor();
  visitors.push(visitor);
  return visitor;
}

async function expectInLog(page: Page, stack: RunningStack, text: string): Promise<void> {
  await page.goto(`${stack.collectorUrl}/operators/log`);
  await expect(page.getByRole("row").filter({ hasText: text }).first()).toBeVisible();
}

test("while the provider is down the page says so, and a password still lets its owner in", async ({ stack, newVisitor }) => {
  const visitor = await arrive(newVisitor);
  const { page } = visitor;
  await logIn(page, stack);
  await page.getByRole("button", { name: "Log out" }).click();
  await expect(async () => {
    await page.goto(`${stack.collectorUrl}/login`);
    await expect(page.getByRole("link", { name: BUTTON })).toBeVisible({ timeout: 100 });
  }).toPass();
  await expectAccessible(page);
  await page.getByRole("link", { name: BUTTON }).click();
  await expectRefused(visitor, 503, "Testpass cannot be reached just now");
  await expectAccessible(page);
  await fillIn(page, OPERATOR);
  await page.getByRole("button", { name: "Log in", exact: true }).click();
  await expect(page.getByRole("button", { name: "Log out" })).toBeVisible();

  await provider.start();
  // What is known to be down is not asked again for some seconds.
  await expect(async () => {
    const answer = await page.request.get(`${stack.collectorUrl}/login/oidc`, { maxRedirects: 0 });
    expect(answer.headers()["location"]).toContain(provider.issuer);
  }).toPass();
});

test("who was invited signs in, in the role of the invitation, and is known from then on", async ({ stack, newVisitor }) => {
  const { page: owner } = await arrive(newVisitor);
  await logIn(owner, stack);
  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByLabel("E-mail").fill("bo@ledgerly.example");
  await owner.locator('form:has([value="invite"])').getByLabel("Role").selectOption("Analyst");
  await owner.getByRole("button", { name: "Make a link" }).click();
  const link = await owner.locator("#made-secret").innerText();

  const visitor = await arrive(newVisitor);
  const { page, context } = visitor;
  await page.goto(link);
  await expectAccessible(page);
  await page.getByRole("link", { name: BUTTON }).click();
  await page.getByLabel("Name").fill("bo");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const cookies = await context.cookies(stack.collectorUrl);
  expect(cookies.filter((it) => it.name === "__Host-milepost-sign-in")).toEqual([]);
  await page.goto(`${stack.collectorUrl}/account`);
  await expect(page.getByText("Analyst", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Log out" }).click();

  // Another time, on the way to another page, and never to another site.
  await page.goto(`${stack.collectorUrl}/surveys`);
  await page.getByRole("link", { name: BUTTON }).click();
  await expect(page).toHaveURL(`${stack.collectorUrl}/surveys`);
  await page.getByRole("button", { name: "Log out" }).click();
  await page.goto(`${stack.collectorUrl}/login/oidc?next=https%3A%2F%2Fevil.example%2F`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  expect(new URL(page.url()).origin).toBe(stack.collectorUrl);

  await expectInLog(owner, stack, "accepted the invitation of cs@ledgerly.example by Testpass");
  await expectInLog(owner, stack, "signed in by Testpass");
});

test("an operator with a password signs in by their verified e-mail", async ({ stack, newVisitor }) => {
  const { page } = await arrive(newVisitor);
  await signIn(page, stack, "owner");
  await expect(page.getByRole("link", { name: "Operators" })).toBeVisible();
  await expectInLog(page, stack, "signed in for the first time by Testpass");
  await page.goto(`${stack.collectorUrl}/operators`);
  await expectAccessible(page);
});

test("a stranger and an unconfirmed address are refused", async ({ stack, newVisitor }) => {
  const stranger = await arrive(newVisitor);
  await signIn(stranger.page, stack, "stranger");
  await expectRefused(stranger, 403, "You are not invited: ask an owner");
  const unconfirmed = await arrive(newVisitor);
  await signIn(unconfirmed.page, stack, "unconfirmed");
  await expectRefused(unconfirmed, 403, "Testpass does not vouch for your e-mail address");
  const declined = await arrive(newVisitor);
  await signIn(declined.page, stack, "");
  await expectRefused(declined, 403, "Testpass did not let you in");
  const { page: owner } = await arrive(newVisitor);
  await logIn(owner, stack);
  await expectInLog(owner, stack, "they are not invited");
  await expectInLog(owner, stack, "the e-mail is not verified");
});

test("people of a welcome domain come as viewers, and once removed only by invitation", async ({ stack, newVisitor }) => {
  const { page: owner } = await arrive(newVisitor);
  await logIn(owner, stack);
  const wendy = await arrive(newVisitor);
  await signIn(wendy.page, stack, "wendy");
  await expect(wendy.page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await wendy.page.goto(`${stack.collectorUrl}/account`);
  await expect(wendy.page.getByText("Viewer", { exact: true })).toBeVisible();

  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByRole("button", { name: "Remove wendy@welcome.example" }).click();
  await expect(owner.getByRole("button", { name: "Remove wendy@welcome.example" })).toHaveCount(0);
  await wendy.page.goto(`${stack.collectorUrl}/account`);
  await expect(wendy.page).toHaveURL(/\/login\?next=/);
  await wendy.page.getByRole("link", { name: BUTTON }).click();
  await expectRefused(wendy, 403, "You are not invited");
});

test("a changed e-mail at the provider takes over nobody", async ({ stack, newVisitor }) => {
  provider.people.set("bo", { email: OPERATOR.email, email_verified: true });
  const bo = await arrive(newVisitor);
  await signIn(bo.page, stack, "bo");
  await bo.page.goto(`${stack.collectorUrl}/account`);
  await expect(bo.page.getByText("Analyst", { exact: true })).toBeVisible();
  await expect(bo.page.getByText("bo@ledgerly.example").first()).toBeVisible();

  provider.people.set("successor", { email: "bo@ledgerly.example", email_verified: true });
  const successor = await arrive(newVisitor);
  await signIn(successor.page, stack, "successor");
  await expectRefused(successor, 403, "is somebody else at Testpass");

  const { page: owner } = await arrive(newVisitor);
  await logIn(owner, stack);
  await owner.goto(`${stack.collectorUrl}/operators`);
  await owner.getByRole("button", { name: "Let go of sign-in of bo@ledgerly.example" }).click();
  // Who they are is known at the provider by now.
  await successor.page.getByRole("link", { name: BUTTON }).click();
  await expect(successor.page.getByRole("button", { name: "Log out" })).toBeVisible();
});

test("a state that was tampered with lets nobody in, and ends the sign-in", async ({ stack, newVisitor }) => {
  const visitor = await arrive(newVisitor);
  const back = new URL(await wayBack(visitor.context.request, stack, "owner"));
  const state = back.searchParams.get("state") ?? "";
  back.searchParams.set("state", state.slice(0, -1) + (state.endsWith("A") ? "B" : "A"));
  await visitor.page.goto(back.href);
  await expectRefused(visitor, 400, "This sign-in did not begin in this browser");
  back.searchParams.set("state", state);
  await visitor.page.goto(back.href);
  await expectRefused(visitor, 400, "This sign-in did not begin in this browser");
});

test("an answer is good in the browser that asked, and once", async ({ stack, newVisitor }) => {
  const asker = await arrive(newVisitor);
  const other = await arrive(newVisitor);
  const back = await wayBack(asker.context.request, stack, "owner");
  await other.page.goto(back);
  await expectRefused(other, 400, "This sign-in did not begin in this browser");

  const before = await asker.context.cookies(stack.collectorUrl);
  await asker.page.goto(back);
  await expect(asker.page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await asker.page.getByRole("button", { name: "Log out" }).click();
  await asker.page.goto(back);
  await expectRefused(asker, 400, "This sign-in did not begin in this browser");
  // Also with everything the browser had.
  await asker.context.clearCookies();
  await asker.context.addCookies(before);
  await asker.page.goto(back);
  await expectRefused(asker, 400, "This sign-in did not begin in this browser");
});

test("a token for another sign-in does not hold", async ({ stack, newVisitor }) => {
  for (const param of ["nonce", "code_challenge"]) {
    const visitor = await arrive(newVisitor);
    const bend = (url: URL): URL => {
      const value = url.searchParams.get(param) ?? "";
      url.searchParams.set(param, value.slice(0, -1) + (value.endsWith("A") ? "E" : "A"));
      return url;
    };
    await visitor.page.goto(await wayBack(visitor.context.request, stack, "owner", bend));
    await expectRefused(visitor, 502, "What Testpass answered does not hold");
  }
  // Another provider's answer, sent to the way back of this one.
  const mixedUp = await arrive(newVisitor);
  const back = new URL(await wayBack(mixedUp.context.request, stack, "owner"));
  expect(back.searchParams.get("iss")).toBe(provider.issuer);
  back.searchParams.set("iss", "https://evil.example");
  await mixedUp.page.goto(back.href);
  await expectRefused(mixedUp, 502, "What Testpass answered does not hold");
});

test("a session that an attacker planted is not the one that is signed in", async ({ stack, newVisitor }) => {
  const { page, context } = await arrive(newVisitor);
  const planted = "a-session-that-somebody-else-knows";
  await context.addCookies([{ name: "__Host-milepost", value: planted, domain: "localhost", path: "/", secure: true }]);
  await signIn(page, stack, "owner");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  const session = (await context.cookies(stack.collectorUrl)).find((it) => it.name === "__Host-milepost");
  expect(session?.value).not.toBe(planted);
  expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: "Lax" });
});

test("a provider that goes down halfway is said to be, and nothing is followed", async ({ stack, newVisitor }) => {
  const visitor = await arrive(newVisitor);
  const back = await wayBack(visitor.context.request, stack, "owner");
  await provider.stop();
  await visitor.page.goto(back);
  await expectRefused(visitor, 503, "Testpass cannot be reached just now");
  await provider.start();
});

test("without passwords the form is gone, and the provider is the way in", async ({ stack, newVisitor }) => {
  await stack.define("[sign_in]\npassword = false");
  const visitor = await arrive(newVisitor);
  const { page } = visitor;
  await expect(async () => {
    await page.goto(`${stack.collectorUrl}/login`);
    await expect(page.getByLabel("Password")).toHaveCount(0, { timeout: 100 });
  }).toPass();
  await expectAccessible(page);
  const form = { email: OPERATOR.email, password: OPERATOR.password };
  const answer = await page.request.post(`${stack.collectorUrl}/login`, { form, headers: { "sec-fetch-site": "same-origin" } });
  expect(answer.status()).toBe(403);
  await signIn(page, stack, "owner");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Overview");
  await page.goto(`${stack.collectorUrl}/account`);
  await expect(page.getByRole("heading", { name: "Change your password" })).toHaveCount(0);
  await page.goto(`${stack.collectorUrl}/operators`);
  await expect(page.getByRole("button", { name: /^New password/ })).toHaveCount(0);
});
