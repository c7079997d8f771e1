// Pages that change under the SDK: storms, swaps, translators, documents written anew.
import { expect } from "@playwright/test";
import type { HostilePage } from "./page.ts";

const ask = `milepost("ask", "nps")`;

export const CHANGES: HostilePage[] = [
  {
    name: "a storm of changes",
    after: `{ const box = document.createElement("div"); document.body.append(box);
      const storm = () => { for (let at = 0; at < 200; at++) { const it = document.createElement("i"); it.textContent = at; it.className = "c" + at; box.append(it); } while (box.childNodes.length > 400) box.firstChild.remove(); box.setAttribute("data-at", performance.now()); frame = requestAnimationFrame(storm); };
      let frame = requestAnimationFrame(storm); setTimeout(() => cancelAnimationFrame(frame), 3000); }`,
  },
  {
    name: "five thousand nodes that come and go",
    after: `{ const churn = () => { const list = document.createElement("ul"); for (let at = 0; at < 5000; at++) { const it = document.createElement("li"); it.append("row " + at); list.append(it); } document.getElementById("list")?.remove(); list.id = "list"; document.body.append(list); };
      churn(); const timer = setInterval(churn, 300); setTimeout(() => clearInterval(timer), 1500); }`,
  },
  {
    name: "a storm of mutation observers that answer each other", isRelated: true,
    after: `for (let at = 0; at < 20; at++) new MutationObserver(() => { if (count++ < 2000) document.documentElement.dataset["n" + at] = count; }).observe(document.documentElement, { attributes: true, subtree: true, childList: true }); let count = 0;
      document.documentElement.dataset.begin = 1; setTimeout(() => { observer().note(); }, 900);`,
  },
  { name: "everything important", body: "<style>body *{all:unset!important;position:static!important;display:none!important;visibility:hidden!important;animation:none!important}</style>" },
  {
    name: "a document written anew",
    asks: false,
    delivers: "by itself",
    act: async (visit) => {
      await visit.run(`document.open(); document.write("<!doctype html><title>Anew</title><h1 id='anew'>Anew</h1>"); document.close(); observer().note();`);
      await visit.page.locator("#anew").waitFor();
    },
  },
  {
    name: "our element taken away",
    asks: false,
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`document.querySelector("milepost-prompt").remove()`);
      await visit.page.mouse.click(5, 5);
    },
  },
  {
    name: "our element moved about",
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`document.body.prepend(document.querySelector("milepost-prompt")); document.documentElement.append(document.querySelector("milepost-prompt"));`);
      await visit.page.mouse.click(5, 5);
    },
  },
  {
    name: "our element copied and written in", isRelated: true,
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`{ const it = document.querySelector("milepost-prompt"); const copy = it.cloneNode(true); copy.id = "copy"; document.body.append(copy); it.innerHTML = "<b>theirs</b>"; it.className = "theirs"; it.style.display = "none"; it.hidden = true; }`);
      await visit.run(`document.getElementById("copy").remove()`);
    },
  },
  {
    name: "a body swapped as Turbo does",
    asks: false,
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`{ const body = document.createElement("body"); body.innerHTML = "<h1 id='next'>Next</h1>"; history.pushState(null, "", location.pathname + "?next"); document.body.replaceWith(body); document.dispatchEvent(new CustomEvent("turbo:load")); }`);
      await visit.page.mouse.click(5, 5);
      expect(await visit.page.locator("milepost-prompt").count()).toBe(0);
    },
  },
  {
    name: "a body filled anew as htmx does", isRelated: true,
    asks: false,
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`document.body.innerHTML = "<main>Next</main>"`);
      await visit.page.mouse.click(5, 5);
    },
  },
  {
    name: "texts replaced as Google Translate does",
    act: async (visit) => {
      await visit.run(`{ const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT); const all = []; while (walk.nextNode()) all.push(walk.currentNode);
        for (const it of all) if (!/script|style/i.test(it.parentNode.nodeName)) { const font = document.createElement("font"); font.append(it.data.toUpperCase()); it.replaceWith(font); }
        document.documentElement.className = "translated-ltr"; document.documentElement.lang = "de"; observer().note(); }`);
    },
  },
  {
    name: "a page that is printed",
    act: async (visit) => {
      await visit.run(ask);
      await visit.page.locator("milepost-prompt").waitFor({ state: "attached" });
      await visit.run(`dispatchEvent(new Event("beforeprint"))`);
      await visit.page.emulateMedia({ media: "print" });
      await visit.run(`dispatchEvent(new Event("afterprint"))`);
      await visit.page.emulateMedia({ media: "screen" });
    },
  },
  {
    name: "history in a hurry", isRelated: true,
    act: async (visit) => void (await visit.run(`for (let at = 0; at < 60; at++) { try { history[at % 2 ? "pushState" : "replaceState"](null, "", location.pathname + "?at=" + at); } catch {} }`)),
    expected: [/Throttling navigation/],
  },
  {
    name: "events that are not what they say",
    // Who just met an error is asked nothing, and one of these says that it is one.
    asks: false,
    act: async (visit) => void (await visit.run(`for (const type of "click pointerdown pointermove keydown keyup input change focusin focusout scroll submit invalid storage pageshow pagehide visibilitychange online offline error unhandledrejection dragstart compositionstart play fullscreenchange".split(" ")) { for (const of of [window, document, document.body]) { of.dispatchEvent(new Event(type)); of.dispatchEvent(new CustomEvent(type, { detail: { target: null }, bubbles: true, composed: true })); } }`)),
  },
  {
    name: "callbacks that throw", isRelated: true,
    after: `for (const topic of ["ready", "message", "session", "milestone", "warning", "survey"]) milepost("on", topic, () => { throw new Error("a callback of the page"); });`,
    expected: [/a callback of the page/],
  },
  {
    name: "calls without sense",
    after: `{ const cycle = {}; cycle.self = cycle; const proxy = new Proxy({}, { get() { throw new Error("a proxy of the page"); }, ownKeys() { throw new Error("a proxy of the page"); } });
      for (const it of [undefined, null, 7, NaN, "x", "\\ud800", [], {}, cycle, proxy, Symbol.iterator, 10n, () => {}, new Date(NaN), document, window, { toString() { throw 1; }, toJSON() { throw 2; } }]) {
        milepost(it); milepost("track", it); milepost("track", "Odd", it); milepost("identify", "u", it, it); milepost("group", it, it); milepost("alias", it, it); milepost("on", it, it); milepost("consent", it); milepost("ask", it); milepost("page", it, it); milepost("context", it); milepost("milestone", it);
      } }`,
  },
];
