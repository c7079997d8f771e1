// The whole road of a survey on real parts: a message in a page brings it up, the collector lends it once, the visitor
// answers, and the API, the pages, the why-log and the visitor's own receipt tell the same story.
import type { Page } from "@playwright/test";
import { logIn } from "./support/log_in.ts";
import { BROWSER_KEY } from "./support/running_stack.ts";
import { serveSite } from "./support/serve_site.ts";
import { expect, test } from "./support/stack.ts";
import type { Visitor } from "./support/visitor.ts";

test.use({
  stackName: "survey road",
  stackDefinitions: `
[budget]
first_session = true
after_load = "0s"

[[survey]]
id = "road-nps"
name = "After a report"
when = { event = "Report Saved" }
sample = "100%"
every = "90d"
priority = 90

[[survey.step]]
id = "score"
kind = "nps"
title = "How likely are you to recommend us, {user.name|friend}?"
low = "Not likely"
high = "Very likely"

[[survey.step]]
id = "why"
kind = "long"
title = "You gave us {score}. What is the main reason?"

[[survey.step]]
id = "promoted"
kind = "thanks"
title = "Thank you!"
band = "promoter"
link = { label = "Write a review", url = "https://reviews.example.com/us" }

[[survey.step]]
id = "thanks"
kind = "thanks"
title = "Thank you, we read every word."
contact = "You may write to me about it"
`,
});

/** A page of the customer's, with Milepost in it and somebody logged in. */
const pageOf = (collector: string, user: string, name: string): string => `<!doctype html><html lang="en"><title>Reports</title>
<link rel="icon" href="data:,"><h1>Reports</h1><button id="save">Save report</button>
<script>window.milepost=function(){(milepost.q=milepost.q||[]).push(arguments)};
milepost("identify","${user}",{name:"${name}"});milepost("group","road-acme",{plan:"pro"});
save.onclick=()=>milepost("track","Report Saved")</script>
<script async src="${collector}/sdk.js" data-key="${BROWSER_KEY}"></script></html>`;

/** Opens the shadow roots for this test, which has no eyes. */
async function seeThrough(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      return attach.call(this, { ...init, mode: "open" });
    };
  });
}

async function saveReport({ page }: Visitor, url: string): Promise<void> {
  await seeThrough(page);
  const configured = page.waitForResponse(/\/v1\/config\//).then((it) => it.finished());
  await page.goto(url);
  await configured;
  await page.click("#save");
}

test("somebody is asked once, answers, and everybody can see what came of it", async ({ stack, visitor, newVisitor, traffic }) => {
  const stop = await serveSite(stack.customerUrl, (path) => ({
    type: "text/html; charset=utf-8",
    body: path.includes("grace") ? pageOf(stack.collectorUrl, "road-grace", "Grace") : pageOf(stack.collectorUrl, "road-ada", "Ada"),
  }));
  const { page } = visitor;

  await test.step("the question comes once the moment fits", async () => {
    await saveReport(visitor, `${stack.customerUrl}/reports/ada`);
    await expect(page.getByText("How likely are you to recommend us, Ada?")).toBeVisible({ timeout: 20_000 });
    await page.screenshot({ path: "test-results/survey-road-nps.png" });
  });

  await test.step("answers are saved step by step, and a reload goes on where it was", async () => {
    // By pointer one tap is the whole answer.
    await page.getByRole("radio", { name: /^6/ }).click();
    await expect(page.getByText("You gave us 6. What is the main reason?")).toBeVisible();
    await page.reload();
    await expect(page.getByText("You gave us 6. What is the main reason?")).toBeVisible();
    await page.getByRole("textbox").fill("=HYPERLINK(\"x\") exports are slow");
    await page.getByRole("button", { name: /Send|Next/ }).click();
    await expect(page.getByText("Thank you, we read every word.")).toBeVisible();
    const [completed] = await traffic.expectSent((it) => it.event === "Survey Completed");
    const answered = await traffic.expectSent((it) => it.event === "Survey Answered" && it.properties?.["step"] === "why");
    expect(answered[0]?.properties?.["submission"]).toBe(completed?.properties?.["submission"]);
  });

  await test.step("the same person is not asked again, on another device", async () => {
    const other = await newVisitor();
    await saveReport(other, `${stack.customerUrl}/reports/ada`);
    await other.page.waitForResponse(/\/v1\/lease/);
    await expect(other.page.getByText("How likely are you to recommend us, Ada?")).toHaveCount(0);
  });

  await test.step("API, CSV and pages have the answer", async () => {
    await expect
      .poll(async () => {
        const answer = (await stack.getJson("/v1/surveys/road-nps/responses")) as { total: number; rows: { outcome: string }[] };
        return [answer.total, answer.rows[0]?.outcome];
      })
      .toEqual([1, "completed"]);
    const operator = await newVisitor();
    await logIn(operator.page, stack);
    await operator.page.goto(`${stack.collectorUrl}/surveys/road-nps`);
    await expect(operator.page.getByText("exports are slow").first()).toBeVisible();
    await operator.page.goto(`${stack.collectorUrl}/responses`);
    await expect(operator.page.getByText("exports are slow").first()).toBeVisible();
    await operator.page.goto(`${stack.collectorUrl}/users/road-ada`);
    await expect(operator.page.getByText("exports are slow").first()).toBeVisible();
  });

  await test.step("the why-log says why she was asked, and why not again", async () => {
    const why = await stack.milepost("why", ["road-ada"], "url");
    expect(why).toContain("road-nps");
    expect(why).toMatch(/asked|shown/);
    expect(why).toMatch(/not asked|not shown/);
  });

  await test.step("she sees what is stored about her, and deletes it", async () => {
    await page.goto(`${stack.customerUrl}/reports/ada`);
    const receipt = await page.evaluate(
      async ([url, key]) => {
        const [, anonymousId] = Object.values(localStorage).join("\n").match(/([0-9a-f]{8}-[0-9a-f-]{27})/) ?? [];
        const ask = async (door: string) =>
          (await fetch(`${url}/v1/receipt${door}`, { method: "POST", body: JSON.stringify({ writeKey: key, anonymousId, userId: "road-ada" }) })).json();
        return [await ask(""), await ask("/erase"), await ask("")];
      },
      [stack.collectorUrl, BROWSER_KEY] as const,
    );
    expect(JSON.stringify(receipt[0])).toContain("exports are slow");
    expect(JSON.stringify(receipt[2])).not.toContain("exports are slow");
    const left = (await stack.getJson("/v1/surveys/road-nps/responses")) as { rows: unknown[] };
    expect(JSON.stringify(left)).not.toContain("exports are slow");
  });
  await stop();
});
