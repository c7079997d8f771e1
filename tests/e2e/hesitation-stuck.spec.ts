// People who are stuck, on a page that has learned what is normal: each is asked once, for the right reason.
import { around } from "./support/hesitation_model.ts";
import { expect, test, type WatchedPage } from "./support/watched_page.ts";

/** Asked exactly once; `reason` is what weighed most then. */
async function expectAsked(watched: WatchedPage, reason: string): Promise<void> {
  const verdicts = await watched.verdicts();
  const asked = verdicts.filter((it) => it.verdict === "ask");
  expect(asked.map((it) => it.reason), JSON.stringify(verdicts)).toEqual([reason]);
  await expect(watched.page.locator("milepost-prompt")).toHaveCount(1);
}

test("somebody stops in the middle of a form that others fill in quickly", async ({ watched, page }) => {
  await watched.open(`<button id=add onclick="rows.append('row ')">Add a line</button><p id=rows></p><input id=amount>`);
  await watched.pass(4_000);
  await page.click("#add");
  await watched.pass(2_000);
  await page.click("#add");
  await watched.pass(50_000);
  await expectAsked(watched, "idle");
});

test("somebody never begins", async ({ watched, page }) => {
  await watched.open(`<h1>Connect your bank</h1><input id=iban>`);
  await page.mouse.move(200, 200);
  await watched.pass(58_000);
  await expectAsked(watched, "firstAction");
});

test("somebody clicks a button that does nothing, again and again", async ({ watched, page }) => {
  await watched.open(`<button id=save>Save</button><p>Text</p>`);
  await watched.pass(12_000);
  for (let at = 0; at < 4; at++) {
    await page.click("#save");
    await watched.pass(1_200);
  }
  await watched.pass(15_000);
  await expectAsked(watched, "deadClicks");
});

test("somebody sends a form three times, and three times the same field is refused", async ({ watched, page }) => {
  await watched.open(
    `<form id=form novalidate><label>VAT id <input id=vat></label><button id=send>Send</button></form>`,
    { script: `form.onsubmit = (event) => { event.preventDefault(); setTimeout(() => vat.setAttribute("aria-invalid", "true"), 200); };` },
  );
  await watched.pass(3_000);
  for (const vat of ["DE1", "DE12", "12"]) {
    await page.fill("#vat", vat);
    await watched.pass(2_000);
    await page.click("#send");
    await watched.pass(3_000);
  }
  await watched.pass(12_000);
  await expectAsked(watched, "invalid");
});

test("somebody comes back to the same field, again and again", async ({ watched, page }) => {
  await watched.open(`<label>Terms <input id=terms></label> <label>Note <input id=note></label>`);
  await watched.pass(3_000);
  for (const terms of ["14 days", "30 days", "2 weeks", "14", "month", "30"]) {
    await page.focus("#terms");
    await watched.pass(600);
    await page.keyboard.press("Control+A");
    await page.keyboard.type(terms);
    await watched.pass(1_500);
    await page.focus("#note");
    await watched.pass(1_500);
  }
  await page.evaluate("document.activeElement.blur()");
  await watched.pass(12_000);
  await expectAsked(watched, "reEdits");
});

test("somebody goes back and forth between two pages, where that has been a bad sign", async ({ watched, page }) => {
  await watched.open(
    `<a id=plans href="/plans">Plans</a> <a id=form href="/form">Form</a><p id=out></p>`,
    {
      curves: { Visit: around(6_000) },
      script: `for (const link of document.links) link.onclick = (event) => {
        event.preventDefault(); history.pushState(null, "", link.href); out.textContent = link.href;
      };`,
    },
  );
  await watched.pass(4_000);
  for (let at = 0; at < 4; at++) {
    for (const link of ["#plans", "#form"]) {
      await page.click(link);
      await watched.pass(5_000);
      await page.mouse.wheel(0, 10);
      await page.click("#out");
      await watched.pass(2_000);
    }
  }
  await watched.pass(14_000);
  await expectAsked(watched, "returns");
});

test("somebody clicks, and a script fails", async ({ watched, page, sdk }) => {
  sdk.expectedErrors.push(/no such customer/);
  await watched.open(`<button id=export onclick="throw new Error('no such customer')">Export</button>`);
  await watched.pass(8_000);
  await page.click("#export");
  await watched.pass(3_000);
  await page.click("#export");
  await watched.pass(14_000);
  await expectAsked(watched, "deadClicks");
});

test("somebody does not get on from one step of a wizard to the next", async ({ watched, page }) => {
  await watched.open(
    `<div role=tablist><button id=one onclick="out.textContent = 1">One</button><button id=two onclick="out.textContent = 2">Two</button></div><p id=out></p>`,
    { curves: { Stall: around(9_000), IdleAfterClick: around(4_000), TimeHere: around(200_000), Visit: around(40_000) } },
  );
  await watched.pass(3_000);
  // Not idle, and nothing fails: it just leads nowhere.
  for (let at = 0; at < 14; at++) {
    await page.click(at % 2 ? "#one" : "#two");
    await watched.pass(7_000);
  }
  await watched.pass(8_000);
  await expectAsked(watched, "stall");
});
