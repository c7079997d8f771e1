// On real parts, and a page whose policy forbids wasm, styles and everything else that can be forbidden: a milestone is reached,
// an NPS question is asked and answered, and both are in the collector. The browser's one violation is the refusal of wasm.
import { BROWSER_KEY } from "./support/running_stack.ts";
import { STRICT_POLICY } from "./support/sdk_page.ts";
import { serveSite } from "./support/serve_site.ts";
import { expect, test } from "./support/stack.ts";

test.use({
  stackName: "without wasm",
  stackDefinitions: `
[budget]
first_session = true
after_load = "0s"

[[journey]]
id = "reporting"
name = "Reporting"
window = "14d"

[[journey.milestone]]
id = "saved"
name = "Saved a report"
value = true
rule = { click = "#save" }

[[survey]]
id = "strict-nps"
when = { event = "Report Saved" }
sample = "100%"
priority = 90
step = [
  { id = "score", kind = "nps", title = "How likely are you to recommend us?", low = "Not likely", high = "Very likely" },
  { id = "why", kind = "long", title = "What is the main reason for your {score}?" },
  { id = "thanks", kind = "thanks", title = "Thank you, we read every word." },
]
`,
});

const pageOf = (collector: string): string => `<!doctype html><html lang="en"><title>Reports</title>
<link rel="icon" href="data:,"><h1>Reports</h1><button id="save">Save report</button>
<script nonce="n">window.milepost=function(){(milepost.q=milepost.q||[]).push(arguments)};
window.heard=[];milepost("on","milestone",(it)=>heard.push(it.milestone));
milepost("identify","strict-ada",{name:"Ada"});
save.onclick=()=>milepost("track","Report Saved")</script>
<script nonce="n" async src="${collector}/sdk.js" data-key="${BROWSER_KEY}"></script></html>`;

test("a milestone is reached and a question answered where wasm is forbidden", async ({ stack, visitor, traffic }) => {
  visitor.expectedErrors.push(/policy violation: script-src by wasm-eval/);
  const stop = await serveSite(stack.customerUrl, () => ({
    type: "text/html; charset=utf-8",
    body: pageOf(stack.collectorUrl),
    headers: { "content-security-policy": `default-src 'none'; img-src data:; connect-src ${stack.collectorUrl}; ${STRICT_POLICY}` },
  }));
  const { page } = visitor;
  // Opens the shadow roots for this test, which has no eyes.
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: "open" });
    };
  });
  const configured = page.waitForResponse(/\/v1\/config\//).then((it) => it.finished());
  await page.goto(`${stack.customerUrl}/reports`);
  await configured;
  await expect.poll(() => traffic.asked.some((it) => it.path.startsWith("/sdk-translated-"))).toBe(true);
  expect(traffic.asked.filter((it) => it.path.endsWith(".wasm"))).toEqual([]);
  // The selector is watched once the config is in force.
  await expect
    .poll(async () => {
      await page.click("#save");
      return page.evaluate("heard");
    })
    .toEqual(["saved"]);

  await expect(page.getByText("How likely are you to recommend us?")).toBeVisible({ timeout: 20_000 });
  await page.getByRole("radio", { name: /^6/ }).click();
  await expect(page.getByText("What is the main reason for your 6?")).toBeVisible();
  await page.getByRole("textbox").fill("exports are slow");
  await page.getByRole("button", { name: /Send|Next/ }).click();
  await expect(page.getByRole("heading", { name: "Thank you, we read every word." })).toBeVisible();

  await expect
    .poll(async () => {
      const answer = (await stack.getJson("/v1/surveys/strict-nps/responses")) as { total: number; rows: { outcome: string }[] };
      return [answer.total, answer.rows[0]?.outcome];
    }, { timeout: 20_000 })
    .toEqual([1, "completed"]);
  await traffic.expectSent((it) => it.type === "identify" && it.userId === "strict-ada");
  await stop();
});
