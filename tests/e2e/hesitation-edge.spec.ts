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
