// What the edge of the detector sees of a page, and what it does not.
import { expect, test } from "./support/edge_page.ts";

test("a click is dead only where nothing at all follows", async ({ edge }) => {
  await edge.open(
    `<button id=dead>Dead</button>
     <button id=class onclick="this.classList.toggle('on')">Class</button>
     <button id=early onmousedown="this.title = 'now'">Early</button>
     <button id=aria onclick="this.setAttribute('aria-pressed', true)">Aria</button>
     <button id=text onclick="setTimeout(() => out.firstChild.data = 'late', 30)">Text</button>
     <button id=fetch onclick="fetch('/data')">Fetch</button>
     <button id=hash onclick="location.hash = 'there'">Hash</button>
     <button id=push onclick="history.pushState(null, '', '/next')">Push</button>
     <button id=focus onclick="field.focus()">Focus</button>
     <button id=open onclick="dialog.showModal()">Open</button>
     <button id=copy onclick="navigator.clipboard.writeText('x').catch(() => {})">Link</button>
     <button id=exec onclick="getSelection().selectAllChildren(out); document.execCommand('copy')">Exec</button>
     <button id=blob onclick="Object.assign(document.createElement('a'), { href: 'data:,', download: 'a.txt' }).click()">Blob</button>
     <button id=alert onclick="for (const end = Date.now() + 400; Date.now() < end;);">Alert</button>
     <a id=report href="/report.pdf">Report</a>
     <a id=elsewhere href="mailto:a@b.example" onclick="event.preventDefault()">Mail</a>
     <a id=blank href="/" target=_blank onclick="event.preventDefault()">New</a>
     <details><summary id=details>More</summary>text</details>
     <label id=check><input type=checkbox id=box>Check</label>
     <label id=pick>File<input type=file hidden></label>
     <div id=pointer style="cursor: pointer">Card</div>
     <input id=field><canvas id=canvas></canvas><p id=out>Some text</p>
     <dialog id=dialog><button id=close onclick="dialog.close()">Close</button></dialog>
     <button id=off disabled>Off</button>
     <button id=scroll onclick="window.scrollTo(0, 300)">Scroll</button>
     <div style="height: 3000px"></div>`,
  );
  const expected: [string, string][] = [
    ["#dead", "control"],
    ["#class", "control, reacted"],
    ["#early", "control alive"],
    ["#aria", "control, reacted"],
    ["#text", "control, reacted"],
    ["#fetch", "control, reacted"],
    ["#hash", "control, reacted"],
    ["#push", "control, reacted"],
    ["#focus", "control, reacted"],
    ["#open", "control, reacted"],
    ["#close", "control, reacted"],
    ["#copy", "opaque"],
    ["#exec", "control, reacted"],
    ["#blob", "control, reacted"],
    ["#alert", "control, reacted"],
    ["#elsewhere", "opaque"],
    ["#blank", "opaque"],
    ["#details", "control, reacted"],
    ["#check", "control, reacted"],
    ["#box", "control, reacted"],
    ["#pointer", "control"],
    ["#out", "plain"],
    ["#canvas", "opaque"],
    ["#dead", "control"],
    ["#scroll", "control, reacted"],
  ];
  const clicked: [string, string][] = [];
  for (const [selector] of expected) clicked.push([selector, await edge.clicked(selector, 120)]);
  expect(clicked).toEqual(expected);
  await edge.page.click("#off", { force: true });
  expect((await edge.seen("CLICKED", "REACTED")).map(([kind, , ...of]) => [kind, ...of])).toEqual([["CLICKED", 0, 0]]);
});

test("what changes by itself is no reaction to a click", async ({ edge, page }) => {
  await page.clock.install({ time: 0 });
  await page.clock.pauseAt(1_000);
  await edge.open(
    `<p id=ticker>0</p><button id=dead>Dead</button><button id=alive onclick="this.title += 1">Alive</button>`,
    `setInterval(() => ticker.textContent++, 100);`,
  );
  const clicked = async (selector: string) => {
    await page.click(selector);
    await page.clock.runFor(300);
    return (await edge.seen("CLICKED", "REACTED")).map(([kind]) => kind);
  };
  // Nobody knows it yet: better no dead click than a wrong one.
  expect(await clicked("#dead")).toEqual(["CLICKED", "REACTED"]);
  await page.clock.runFor(6_000);
  expect(await clicked("#dead")).toEqual(["CLICKED"]);
  expect(await clicked("#alive")).toEqual(["CLICKED", "REACTED"]);
});

test("fields tell when they are entered and left, and by how much they grew", async ({ edge, page }) => {
  await edge.open(
    `<form><input id=name value=ab><input id=secret type=password><textarea id=text></textarea>
     <select id=plan><option>free<option>pro</select><input id=agree type=checkbox></form>
     <input id=search type=search><div id=rich contenteditable></div>`,
  );
  await page.focus("#name");
  await page.keyboard.type("xyz");
  await page.keyboard.press("Backspace");
  await page.evaluate("document.execCommand('insertText', false, 'pasted')");
  await page.focus("#secret");
  await page.keyboard.type("s3");
  await page.keyboard.press("Backspace");
  await page.focus("#text");
  await page.focus("#plan");
  await page.keyboard.press("ArrowDown");
  await page.focus("#agree");
  await page.focus("#search");
  await page.focus("#rich");
  await page.keyboard.type("h");
  const seen = (await edge.seen()).filter(([kind, which]) => kind !== "BUSY" || Number(which) < 6);
  const names = new Map<number | undefined, string>();
  const fields = ["name", "secret", "text", "plan", "search", "rich"];
  for (const [kind, field] of seen) if (kind === "FOCUSED") names.set(field, fields.shift() ?? "?");
  const told = seen.map(([kind, field, ...of]) => [kind, names.get(field) ?? field, ...of].join(" ").trim());
  expect(told).toEqual([
    "FOCUSED name",
    "BUSY 3 1",
    ...["1", "1", "1", "-1", "6"].map((by) => `TYPED name ${by}`),
    "BLURRED name 1",
    "FOCUSED secret",
    ...["1", "1", "-1"].map((by) => `TYPED secret ${by}`),
    "BLURRED secret 1",
    "FOCUSED text",
    "BLURRED text 0",
    "FOCUSED plan",
    "KEYED",
    "TYPED plan 1",
    "BLURRED plan 1",
    "FOCUSED search",
    "HELP",
    "BLURRED search 0",
    "FOCUSED rich",
    "TYPED rich 1",
  ]);
  // Numbers only: nothing that was typed is among them.
  expect(seen.flatMap(([, ...of]) => of).filter((it) => typeof it !== "number")).toEqual([]);
});

test("errors are told once for each attempt, however the page shows them", async ({ edge, page }) => {
  await page.clock.install();
  await edge.open(
    `<form id=own><input id=mail type=email required><button id=send>Send</button></form>
     <form id=aria novalidate><input id=vat><button id=check>Check</button></form>
     <form id=said novalidate><input><button id=say>Say</button><p role=alert></p></form>
     <div role=alert id=toast></div>`,
    `aria.onsubmit = (event) => { event.preventDefault(); vat.setAttribute("aria-invalid", "true"); };
     said.onsubmit = (event) => { event.preventDefault(); toast.textContent = "Saved";
       setTimeout(() => said.querySelector("p").textContent = "No such thing", 1500); };`,
  );
  const invalid = async (then: () => Promise<void>) => {
    await then();
    await page.clock.runFor(4_000);
    return (await edge.seen("INVALID")).map(([, field]) => field);
  };
  const own = await invalid(() => page.click("#send"));
  expect(own).toHaveLength(1);
  await page.fill("#mail", "x");
  expect(await invalid(() => page.click("#send"))).toEqual(own);
  // Leaving it, nothing was tried anew.
  expect(await invalid(() => page.focus("#vat"))).toEqual([]);
  await page.fill("#mail", "a@b.example");
  await page.evaluate("own.remove()");
  expect(await invalid(() => page.click("#check"))).toHaveLength(1);
  await page.evaluate("aria.remove()");
  expect(await invalid(() => page.click("#say"))).toHaveLength(1);
  // While typing, pages check at every key: that is their own zeal.
  await page.evaluate("document.body.innerHTML = '<form><input id=zeal type=email oninput=checkValidity()></form>'");
  await page.focus("#zeal");
  expect(await invalid(() => page.keyboard.type("abc"))).toEqual([]);
});

test("what must not be interrupted is told when it begins and when it ends", async ({ edge, page }) => {
  await edge.open(
    `<button id=open onclick="dialog.showModal()">Open</button><dialog id=dialog><button id=close onclick="dialog.close()">Close</button></dialog>
     <div role=dialog hidden>Later</div>
     <form id=form onsubmit="event.preventDefault()"><input id=field><button id=send>Send</button></form>
     <p id=words>Words to select by dragging over them</p>`,
  );
  const busy = async () => {
    await edge.settle(50);
    await edge.page.evaluate("lookAgain()");
    // The pointer and the focus have a test of their own.
    return (await edge.seen("BUSY")).filter(([, which]) => Number(which) < 6).map(([, ...of]) => of.join(" "));
  };
  expect(await busy()).toEqual([]);
  await page.click("#open");
  expect(await busy()).toEqual(["2 1"]);
  await page.click("#close");
  expect(await busy()).toEqual(["2 0"]);
  await page.fill("#field", "x");
  expect(await busy()).toEqual(["3 1"]);
  await page.click("#send");
  expect(await busy()).toEqual(["3 0"]);
  await page.fill("#field", "y");
  await page.evaluate("form.remove()");
  expect(await busy()).toEqual(["3 1", "3 0"]);
  await page.hover("#words");
  await page.mouse.down();
  await edge.settle(450);
  await page.mouse.move(50, 50);
  expect(await busy()).toEqual(["0 1"]);
  await page.mouse.up();
  expect(await busy()).toEqual(["0 0"]);
});

test("a pointer that is down and a field with the focus are told to those who must not interrupt, and little else", async ({
  edge,
  page,
}) => {
  await edge.open(`<input id=field autofocus><button id=beside>Beside</button><p id=words>Words</p>`);
  await page.evaluate("observe(1)");
  await edge.seen();
  await page.evaluate("lookAgain()");
  expect(await edge.seen()).toEqual([["BUSY", 7, 1]]);
  await page.focus("#beside");
  expect((await edge.seen("BUSY")).at(-1)).toEqual(["BUSY", 7, 0]);
  await page.hover("#words");
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.press("Tab");
  await page.mouse.wheel(0, 100);
  await edge.settle();
  expect(await edge.seen("BUSY", "MOVED", "CLICKED", "SCROLLED", "KEYED", "REACTED")).toEqual([
    ["BUSY", 6, 1],
    ["BUSY", 6, 0],
    ["BUSY", 7, 1],
  ]);
});

test("keys, failures, help and the way through the page are told, not too often", async ({ edge, page }) => {
  await edge.open(
    `<a href="/support" onclick="event.preventDefault()" id=help>?</a><input id=field><div style="height: 5000px"></div>`,
    `window.fail = () => dispatchEvent(new ErrorEvent("error", { message: "x" }));`,
  );
  await page.focus("#field");
  await edge.seen();
  for (const key of ["a", "Tab", "Shift", "ArrowDown", "Enter", "Escape", "5"]) await page.keyboard.press(key);
  expect((await edge.seen("KEYED")).length).toBe(4);
  await page.evaluate("for (let i = 0; i < 1000; i++) fail()");
  expect((await edge.seen("FAILED")).length).toBe(1);
  await page.click("#help");
  expect((await edge.seen("HELP")).length).toBe(1);
  await edge.seen();
  const start = await page.evaluate(() => performance.now());
  for (let at = 0; at < 100; at++) {
    await page.mouse.move(at * 3, 200);
    await page.evaluate((at) => scrollTo(0, at * 20), at);
  }
  await edge.settle();
  const most = ((await page.evaluate(() => performance.now())) - start) / 100 + 1;
  const seen = await edge.seen("MOVED", "SCROLLED");
  for (const kind of ["MOVED", "SCROLLED"]) {
    const count = seen.filter((it) => it[0] === kind).length;
    expect(count).toBeGreaterThan(1);
    expect(count).toBeLessThanOrEqual(most);
  }
});

test("once nobody wants to know, nothing is told", async ({ edge, page }) => {
  await edge.open(`<button id=dead>Dead</button><input id=field>`);
  await page.evaluate("observe(0)");
  await edge.seen();
  await page.click("#dead");
  await page.fill("#field", "x");
  await edge.settle(200);
  expect(await edge.seen("SHOWN", "MOVED", "CLICKED", "REACTED", "FOCUSED", "TYPED", "BUSY")).toEqual([]);
  await page.evaluate("observe(2)");
  await page.click("#dead");
  expect((await edge.seen("CLICKED")).length).toBe(1);
});

test("hostile pages see no error, and keep nothing waiting", async ({ edge, page }) => {
  await edge.open(
    `<form id=trap onclick="0"><input name=id><input name=parentElement id=up><input name=previousElementSibling>
       <input name=localName><input name=matches><input name=getRootNode><input name=origin><input name=control>
       <input name=contains><input name=form><input name=isConnected><input name=nodeType><button id=in type=button>In</button></form>
     <button id=big>Big</button><div id=rows></div><img name=hidden><img name=body><img name=activeElement><form name=scrollingElement></form>`,
    `const megabyte = "x".repeat(1 << 20);
     const big = window.big, rows = window.rows;
     for (const name of ["class", "id", "title", "aria-label", "href", "role"]) big.setAttribute(name, megabyte);
     rows.append(...Array.from({ length: 10000 }, (_, at) => Object.assign(document.createElement("button"), { textContent: at })));
     let back = 1e15; Date.now = () => (back -= 1e9) % 7 ? back : NaN;`,
  );
  for (const id of ["up", "in"]) {
    // Such a form also catches whoever walks up from it: the driver's own click does.
    const { x, y } = (await page.evaluate((id) => document.getElementById(id)?.getBoundingClientRect().toJSON(), id)) as DOMRect;
    await page.mouse.click(x + 3, y + 3);
    await page.keyboard.type("x");
  }
  await page.evaluate(() => {
    for (const button of document.querySelectorAll<HTMLElement>("div button, [title^=xxx], form")) {
      for (const type of ["pointerdown", "pointermove", "click", "focusin", "input", "change", "invalid", "scroll", "keydown", "play"]) {
        button.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
      }
    }
    dispatchEvent(new Event("error"));
    dispatchEvent(new Event("play"));
    document.dispatchEvent(new Event("scroll"));
    document.dispatchEvent(new Event("selectionchange"));
    document.documentElement.remove();
    document.dispatchEvent(new Event("focusin"));
    document.append(document.createComment("nothing left"));
  });
  await edge.settle(100);
  const seen = await edge.seen("CLICKED");
  expect(seen.length).toBeGreaterThan(0);
  for (const [, target] of seen) expect(target).toBeGreaterThan(0);
});
