// Ordinary work, on pages that have learned what is normal: nobody is asked, and nobody is given a hint.
import { around, aroundSigned } from "./support/hesitation_model.ts";
import { expect, test, type WatchedPage } from "./support/watched_page.ts";

/** Neither asked nor given a hint, although all of this was seen. */
async function expectLeftAlone(watched: WatchedPage, ...seen: string[]): Promise<void> {
  expect((await watched.verdicts()).filter((it) => it.verdict !== "withheld")).toEqual([]);
  await expect(watched.page.locator("milepost-prompt")).toHaveCount(0);
  const kinds = new Set(await watched.kindsSeen());
  for (const kind of seen) expect(kinds, "what was seen").toContain(kind);
}

test("somebody clicks a stepper many times", async ({ watched, page }) => {
  await watched.open(
    `<button id=less onclick="--count.value">−</button><input id=count value=1 size=3 readonly><button id=more onclick="++count.value; total.textContent = count.value * 12">+</button><p id=total>12</p>`,
  );
  await watched.pass(3_000);
  for (let at = 0; at < 25; at++) {
    await page.click("#more");
    await watched.pass(180);
  }
  for (let at = 0; at < 6; at++) await page.click("#more", { clickCount: 3, delay: 5 });
  await watched.pass(6_000);
  await expectLeftAlone(watched, "click", "react");
});

test("somebody selects paragraphs with three clicks", async ({ watched, page }) => {
  await watched.open(`<p id=first>The quick brown fox jumps over the lazy dog</p><p id=second>and runs away into the wood</p>`);
  await watched.pass(3_000);
  for (let at = 0; at < 4; at++) {
    for (const paragraph of ["#first", "#second"]) {
      await page.click(paragraph, { clickCount: 3 });
      await watched.pass(2_500);
    }
  }
  // And clicks beside it, as one does.
  for (let at = 0; at < 4; at++) {
    await page.mouse.click(500, 400);
    await watched.pass(1_500);
  }
  await expectLeftAlone(watched, "click");
});

test("somebody goes through a carousel, which also turns by itself", async ({ watched, page }) => {
  await watched.open(
    `<div id=slides style="display: flex; overflow: hidden; width: 300px">${[1, 2, 3, 4, 5].map((it) => `<div style="min-width: 300px">Slide ${it}</div>`).join("")}</div>
     <button id=next>›</button>`,
    { script: `next.onclick = () => (slides.scrollLeft = (slides.scrollLeft + 300) % 1200); setInterval(() => slides.scrollBy(1, 0), 250);` },
  );
  await watched.pass(4_000);
  for (let at = 0; at < 15; at++) {
    await page.click("#next");
    await watched.pass(900);
  }
  await watched.pass(6_000);
  await expectLeftAlone(watched, "click", "react");
});

test("somebody copies a key, which nothing on the page shows", async ({ watched, page }) => {
  await watched.open(
    `<code id=key>sk_live_1</code><button id=copy aria-label="Copy key">⧉</button>`,
    { script: `copy.onclick = () => { navigator.clipboard?.writeText(key.textContent).catch(() => {}); };` },
  );
  await watched.pass(3_000);
  for (let at = 0; at < 4; at++) {
    await page.click("#copy");
    await watched.pass(1_500);
  }
  await page.click("#key", { clickCount: 2 });
  await page.keyboard.press("Control+C");
  await watched.pass(8_000);
  await expectLeftAlone(watched, "click");
});

test("somebody downloads reports", async ({ watched, page }) => {
  await watched.open(
    `<a id=link href="data:text/csv,a" download="a.csv">CSV</a><button id=made>PDF</button><button id=blob>XLS</button>`,
    {
      script: `made.onclick = () => Object.assign(document.createElement("a"), { href: "data:application/pdf,a", download: "a.pdf" }).click();
        blob.onclick = () => { const link = document.createElement("a"); link.href = URL.createObjectURL(new Blob(["a"])); link.download = "a.xls"; link.click(); };`,
    },
  );
  await watched.pass(3_000);
  for (const button of ["#link", "#made", "#blob", "#link", "#made"]) {
    await page.click(button);
    await watched.pass(2_500);
  }
  await watched.pass(8_000);
  await expectLeftAlone(watched, "click");
});

test("somebody draws on a canvas", async ({ watched, page }) => {
  await watched.open(
    `<canvas id=canvas width=600 height=400></canvas>`,
    { script: `canvas.onclick = (event) => canvas.getContext("2d").fillRect(event.offsetX, event.offsetY, 9, 9);` },
  );
  await watched.pass(3_000);
  for (let at = 0; at < 40; at++) {
    await page.mouse.click(100 + (at % 5) * 3, 100 + (at % 3) * 3);
    await watched.pass(200);
  }
  await page.mouse.move(100, 100);
  await page.mouse.down();
  for (let at = 0; at < 30; at++) {
    await page.mouse.move(100 + 10 * (at % 7), 100 + 9 * (at % 11));
    await watched.pass(50);
  }
  await page.mouse.up();
  await watched.pass(5_000);
  await expectLeftAlone(watched, "click", "move");
});

test("somebody watches a video", async ({ watched, page }) => {
  await watched.open(
    `<video id=video controls width=300 height=200></video>`,
    {
      // A sound without end, made by the page.
      script: `const context = new AudioContext(), out = context.createMediaStreamDestination(), tone = context.createOscillator();
        tone.connect(out); tone.start(); video.srcObject = out.stream; video.onclick = () => video.paused ? video.play() : video.pause();`,
    },
  );
  await watched.pass(3_000);
  await page.mouse.click(100, 100);
  await expect.poll(() => page.evaluate("video.paused")).toBe(false);
  // Minutes without a move.
  await watched.pass(150_000);
  await page.mouse.click(100, 100);
  await watched.pass(4_000);
  await expectLeftAlone(watched, "click", "busy");
});

test("somebody reads a long page", async ({ watched, page }) => {
  await watched.open(
    `${"<p>A paragraph that wants to be read with care.</p>".repeat(400)}`,
    { curves: { FirstAction: aroundSigned(12_000), IdleAfterScrolling: around(14_000), IdleAfterClick: around(10_000), Visit: around(90_000) } },
  );
  await watched.pass(20_000);
  for (let at = 0; at < 10; at++) {
    await page.mouse.wheel(0, 350);
    await watched.pass(12_000 + 4_000 * (at % 3));
  }
  // Looking something up again.
  await page.mouse.wheel(0, -900);
  await watched.pass(15_000);
  await expectLeftAlone(watched, "scroll");
});

test("somebody leaves the tab for an hour and comes back", async ({ watched, page }) => {
  await watched.open(`<button id=add onclick="rows.append('row ')">Add</button><p id=rows></p><input id=amount>`);
  await watched.pass(3_000);
  await page.click("#add");
  await watched.pass(2_000);
  await watched.hide(true);
  await watched.pass(3_600_000);
  await watched.hide(false);
  // Where was I?
  await watched.pass(9_000);
  await page.click("#add");
  await watched.pass(4_000);
  await page.fill("#amount", "12");
  await watched.pass(3_000);
  await expectLeftAlone(watched, "show", "click", "input");
});

test("somebody uses the keyboard only", async ({ watched, page }) => {
  await watched.open(
    `<a href="#a">Skip</a><form id=form><input id=name><select id=plan><option>free<option>pro<option>team</select><input id=agree type=checkbox><button id=send>Send</button></form><p id=out></p>`,
    {
      // One entry after the other: that is what this page is for.
      curves: { ReEdits: [0, 0, 2_000, 4_000, 6_000, 8_000, 10_000, 14_000, 18_000, 30_000], Returns: [0, 0, 0, 1_000, 2_000, 6_000, 8_000, 12_000, 16_000, 24_000] },
      script: `form.onsubmit = (event) => { event.preventDefault(); out.textContent += "Saved. "; };`,
    },
  );
  await watched.pass(3_000);
  for (let round = 0; round < 3; round++) {
    for (const key of ["Tab", "Tab", "a", "b", "c", "Tab", "ArrowDown", "Tab", "Space", "Tab", "Enter"]) {
      await page.keyboard.press(key);
      await watched.pass(700);
    }
    for (let at = 0; at < 5; at++) await page.keyboard.press("Shift+Tab");
    await watched.pass(1_500);
  }
  await watched.pass(5_000);
  await expectLeftAlone(watched, "key", "input", "click");
});

test("somebody picks dates", async ({ watched, page }) => {
  await watched.open(
    `<input id=native type=date><input id=own readonly><div id=days hidden>${Array.from({ length: 28 }, (_, at) => `<button>${at + 1}</button>`).join("")}</div><button id=month aria-label="Next month">›</button>`,
    {
      script: `own.onclick = () => (days.hidden = false);
        days.onclick = (event) => { own.value = event.target.textContent; days.hidden = true; };
        month.onclick = () => days.append(" ");`,
    },
  );
  await watched.pass(3_000);
  await page.click("#native");
  for (const key of ["1", "2", "0", "3", "2", "0", "2", "7"]) {
    await page.keyboard.press(key);
    await watched.pass(300);
  }
  for (let at = 0; at < 4; at++) {
    await page.click("#own");
    await watched.pass(1_200);
    for (let month = 0; month < 6; month++) {
      await page.click("#month");
      await watched.pass(250);
    }
    await page.click(`#days button:nth-child(${at + 3})`);
    await watched.pass(1_500);
  }
  await watched.pass(5_000);
  await expectLeftAlone(watched, "click", "react");
});

test("somebody types slowly", async ({ watched, page }) => {
  await watched.open(`<label>What happened? <textarea id=text></textarea></label><button>Send</button>`);
  await watched.pass(4_000);
  await page.click("#text");
  await watched.pass(2_500);
  for (const letter of "the invoice went to the wrong customer") {
    await page.keyboard.type(letter);
    await watched.pass(letter === " " ? 4_500 : 1_100);
    if (letter === "w") await page.keyboard.press("Backspace");
  }
  await watched.pass(7_000);
  await expectLeftAlone(watched, "focus", "input");
});
