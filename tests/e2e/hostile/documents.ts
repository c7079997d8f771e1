// Documents of other kinds, and documents in frames.
import type { HostilePage } from "./page.ts";

const framed = (name: string, attributes: string): HostilePage => ({
  name,
  // Only what has the focus is interrupted.
  act: async (visit) => void (await visit.frame.locator("h1").click()),
  around: `<!doctype html><title>Around</title><link rel="icon" href="data:,"><h1>Around</h1><iframe title="Inner" ${attributes} width="900" height="600" src="/page/%KEY%"></iframe>`,
});

export const DOCUMENTS: HostilePage[] = [
  {
    name: "a document without a body yet",
    // In the way of the parser, and asked for while there is only a head.
    tag: (urls) => `<script src="${urls.vendor}/sdk.js" data-key="${urls.key}"></script><script>milepost("ask", "nps")</script>`,
    document: (parts) => `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,">${parts}</head><!-- ${"slow ".repeat(2000)} --><body><h1>Host</h1></body></html>`,
  },
  {
    name: "XHTML",
    type: "application/xhtml+xml",
    tag: (urls) => `<script async="" src="${urls.vendor}/sdk.js" data-key="${urls.key}"></script>`,
    document: (parts) =>
      `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Host</title>${parts
        .replace(/<script nonce="n">([^]*?)<\/script>/g, "<script><![CDATA[$1]]></script>")}</head><body><h1>Host</h1></body></html>`,
  },
  { name: "quirks", document: (parts) => `<html><head><title>Host</title><link rel=icon href=data:,>${parts}</head><body><center><font color=red>Host<table><tr><td>old</center>` },
  { name: "a base elsewhere", document: (parts) => `<!doctype html><html lang="en"><head><base href="https://elsewhere.example/deep/" target="_blank"><title>Host</title><link rel="icon" href="data:,">${parts}</head><body><h1>Host</h1></body></html>` },
  { name: "another charset", isRelated: true, type: "text/html; charset=windows-1252" },
  { name: "an SVG document", isRelated: true, type: "image/svg+xml", asks: false, tag: (urls) => `<script async="" href="${urls.vendor}/sdk.js" data-key="${urls.key}"></script>`,
    document: (parts) => `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><title>Host</title>${parts.replace(/<script nonce="n">([^]*?)<\/script>/g, "<script><![CDATA[$1]]></script>")}<circle r="9"/></svg>` },
  { name: "an element called milepost", body: "<form id='milepost'><input name='q'><input name='live'></form>",
    document: (parts, urls) => `<!doctype html><html lang="en"><head><title>Host</title><link rel="icon" href="data:,"></head><body><form id="milepost"><input name="q"><input name="live"></form>${parts.replace(/window\.milepost=window\.milepost\|\|/, "window.milepost=")}</body></html>${urls.key ? "" : ""}`,
    before: "window.holds = () => document.getElementById('milepost').elements.length === 2 ? '' : 'the form is another';" },
  { name: "forms that hide what elements know", body: `<form id="f"><input name="id"><input name="localName"><input name="matches"><input name="parentElement"><input name="isConnected"><input name="contains"><button name="attributes" type="button" id="b">b</button></form>`, 
    act: async (visit) => {
      // Not by a selector: what looks for elements is misled by them, too.
      const [x, y] = (await visit.run("{ const it = document.querySelector('#b').getBoundingClientRect(); [it.x + 5, it.y + 5]; }")) as [number, number];
      await visit.page.mouse.click(x, y);
    } },
  { ...framed("a frame of the same origin", ""), isRelated: true },
  framed("a sandbox without an origin", `sandbox="allow-scripts"`),
  { ...framed("a sandbox with its origin", `sandbox="allow-scripts allow-same-origin"`), expected: [/can escape its sandboxing/] },
  { ...framed("a frame that is not shown", `style="display:none"`), isRelated: true, asks: false, act: async () => undefined },
  { ...framed("a frame without permissions", `allow="cross-origin-isolated 'none'; storage-access 'none'"`), isRelated: true },
  {
    name: "about:srcdoc",
      act: async (visit) => void (await visit.frame.locator("h1").click()),
    around: `<!doctype html><title>Around</title><link rel="icon" href="data:,"><h1>Around</h1><iframe title="Inner" width="900" height="600"></iframe><script>
      fetch("/page/%KEY%").then((it) => it.text()).then((it) => { document.querySelector("iframe").srcdoc = it; });</script>`,
  },
  {
    name: "a document of a blob", isRelated: true,
      act: async (visit) => void (await visit.frame.locator("h1").click()),
    around: `<!doctype html><title>Around</title><link rel="icon" href="data:,"><h1>Around</h1><iframe title="Inner" width="900" height="600"></iframe><script>
      fetch("/page/%KEY%").then((it) => it.text()).then((it) => { document.querySelector("iframe").src = URL.createObjectURL(new Blob([it], { type: "text/html" })); });</script>`,
  },
];
