// The whole road of hesitation on real parts: somebody is stuck in a browser, is asked, answers; the collector, its API,
// its page and its replay tell the same story.
import { ELSEWHERE } from "./support/elsewhere.ts";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { serveSite } from "./support/serve_site.ts";
import { expect, test } from "./support/stack.ts";

test.use({ stackName: "hesitation road", stackRecords: "100%" });

/** A form that refuses what is typed into it, however often it is sent. */
const FORM = `<!doctype html><html lang="en"><title>Tax details</title><link rel="icon" href="data:,">
<form novalidate><label>VAT id <input id="vat"></label> <button>Save</button></form>
<script>
  document.forms[0].onsubmit = (event) => {
    event.preventDefault();
    setTimeout(() => vat.setAttribute("aria-invalid", "true"), 200);
  };
</script>`;

/** The first user of a name that no experiment keeps from being asked; see `sdk/core/src/hesitation/assignment.rs`. */
function treatedUser(salt: bigint): string {
  const mask = (1n << 64n) - 1n;
  for (let number = 1; ; number++) {
    const user = `user-${number}`;
    let hash = 0xcbf29ce484222325n ^ salt;
    for (const byte of new TextEncoder().encode(user)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & mask;
    hash ^= hash >> 32n;
    hash = (hash * 0x9e3779b97f4a7c15n) & mask;
    hash ^= hash >> 29n;
    if (hash % 1000n >= 310n) return user;
  }
}

test("who is stuck is asked, is heard, and can be replayed to the byte", async ({ stack, visitor, newVisitor, traffic }) => {
  const { page } = visitor;
  const configText = await (await fetch(`${stack.collectorUrl}/v1/config/${BROWSER_KEY}`)).text();
  const [, salt] = /^hesitation\t(?:[^\t]*\t){4}(\d+)/m.exec(configText) ?? [];
  const user = treatedUser(BigInt(salt ?? "0"));

  const snippet = `<script>window.milepost=function(){(milepost.q=milepost.q||[]).push(arguments)};milepost("identify","${user}")</script>
    <script async src="${stack.collectorUrl}/sdk.js" data-key="${BROWSER_KEY}"></script>`;
  const body = FORM.replace("<form", `${snippet}<form`);
  const stop = await serveSite(stack.customerUrl, (path) => ({
    type: "text/html; charset=utf-8",
    body: path === "/elsewhere" ? ELSEWHERE : body,
  }));

  await test.step("three times the same error, and then nothing: a hint, and later the question", async () => {
    await page.clock.install();
    // Closed for pages; open for this test, which has no eyes.
    await page.addInitScript(() => {
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function () {
        return attach.call(this, { mode: "open" });
      };
    });
    const configured = page.waitForResponse(/\/v1\/config\//).then((it) => it.finished());
    await page.goto(`${stack.customerUrl}/settings/tax/4711`);
    await configured;
    await page.clock.runFor(4_000);
    for (const vat of ["DE1", "DE12", "12"]) {
      await page.fill("#vat", vat);
      await page.clock.runFor(2_000);
      await page.click("button");
      await page.clock.runFor(3_000);
    }
    await page.clock.runFor(20_000);
    await expect(page.getByText("Is something confusing you?")).toBeVisible();
  });

  await test.step("the answer arrives in the visitor's own words", async () => {
    await page.getByRole("button", { name: "Yes" }).click();
    await page.getByRole("textbox", { name: /unclear/ }).fill("which format does it want?");
    await page.getByRole("button", { name: "Send" }).click();
    await page.clock.runFor(6_000);
    await traffic.expectSent((it) => it.event === "Hesitation Answered" && it.properties?.["said"] === "confused");
  });

  await test.step("the recording goes out when the page does", async () => {
    await page.goto(`${stack.customerUrl}/elsewhere`);
    const sent = (event: string) => traffic.sent.filter((it) => it.event === event);
    // One piece or two, as long as typing and waiting took.
    await expect.poll(() => sent("Inputs Recorded").length).toBeGreaterThan(0);
    // What was measured goes out once; the mark of the end again, where something was still said after it.
    const measured = () => sent("Page Left").map((it) => it.properties?.["page"]).filter((it) => it !== undefined);
    await expect.poll(measured).toEqual(["/settings/tax/:id"]);
  });

  await test.step("API and page show who hesitated, why, and what they said", async () => {
    await expect
      .poll(async () => {
        const answer = (await stack.getJson("/v1/hesitation")) as { pages: { page: string; tally: { asked: number; answers: { confused: number } } }[] };
        const found = answer.pages.find((it) => it.page === "/settings/tax/:id");
        return [found?.tally.asked, found?.tally.answers.confused];
      })
      .toEqual([1, 1]);
    const operator = await newVisitor();
    await logIn(operator.page, stack);
    await operator.page.goto(`${stack.collectorUrl}/hesitation`);
    await expect(operator.page.getByRole("link", { name: "/settings/tax/:id" }).first()).toBeVisible();
    await operator.page.goto(`${stack.collectorUrl}/hesitation/page?page=${encodeURIComponent("/settings/tax/:id")}`);
    await expect(operator.page.getByText("which format does it want?").first()).toBeVisible();
  });

  await test.step("replay decides natively what the browser's module decided", async () => {
    const lines = (await stack.milepost("replay", ["--check", "--json"], "data")).trim().split("\n").map((it) => JSON.parse(it));
    const asks = lines.filter((it) => it.type === "decision" && it.verdict === "ask");
    expect(asks).toHaveLength(1);
    expect(asks[0].user).toBe(user);
    expect(asks[0].why[0].feature).toBe("invalid");
  });
  await stop();
});
