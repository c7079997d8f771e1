// The many ways in which the SDK's tag gets into pages, and what stands under its name already.
import { type HostilePage, type Urls, usualTag } from "./page.ts";

const insert = (how: string) => (urls: Urls): string =>
  `<script nonce="n">{ const tag = document.createElement("script"); tag.src = "${urls.vendor}/sdk.js"; tag.dataset.key = "${urls.key}"; ${how} }</script>`;

const plain = (urls: Urls, more = "", file = "sdk.js", key = urls.key): string => `<script src="${urls.vendor}/${file}" data-key="${key}" ${more}></script>`;

export const TAGS: HostilePage[] = [
  { name: "as a module", tag: (urls) => plain(urls, "type=module crossorigin") },
  { name: "deferred", isRelated: true, tag: (urls) => plain(urls, "defer") },
  { name: "in the parser's way", tag: (urls) => plain(urls) },
  { name: "inserted late", isRelated: true, tag: insert("addEventListener('load', () => setTimeout(() => document.head.append(tag), 50));") },
  { name: "inserted before there is anything", isRelated: true, tag: insert("document.documentElement.prepend(tag);") },
  { name: "by document.write", tag: (urls) => `<script>document.write('<script src="${urls.vendor}/sdk.js" data-key="${urls.key}"></scr' + 'ipt>')</script>` },
  { name: "with no current script", before: "Object.defineProperty(document, 'currentScript', { configurable: true, get: () => null });" },
  { name: "in a shadow tree", isRelated: true, tag: insert("addEventListener('DOMContentLoaded', () => { const host = document.createElement('div'); document.body.append(host); host.attachShadow({ mode: 'open' }).append(tag); });"), delivers: false, asks: false },
  { name: "twice with the same key", isRelated: true, tag: (urls) => usualTag(urls) + plain(urls) },
  { name: "twice with other keys", tag: (urls) => plain(urls) + plain(urls, "async", "sdk.js", "another-key") },
  { name: "two versions", tag: (urls) => plain(urls) + plain(urls, "", "sdk-lite.js") + plain(urls, "type=module crossorigin") },
  { name: "two versions, the other way round", isRelated: true, tag: (urls) => plain(urls, "async", "sdk-lite.js") + plain(urls, "defer") },
  { name: "without a key", isRelated: true, tag: (urls) => `<script src="${urls.vendor}/sdk.js"></script>`, delivers: false, asks: false },
  { name: "with options nobody knows", isRelated: true, tag: (urls) => plain(urls, `data-consent="perhaps" data-page-views="never" data-host="not a host"`), delivers: false, asks: false, expected: [/Failed to load resource/, /404/, /NetworkError|ERR_/] },
  { name: "consent that is pending", tag: (urls) => plain(urls, `data-consent="pending"`), asks: false, delivers: "at the end", act: async (visit) => void (await visit.run(`milepost("consent", "granted")`)) },
  { name: "consent that is denied", isRelated: true, tag: (urls) => plain(urls, `data-consent="denied"`), delivers: false, asks: false },
  { name: "milepost is somebody else's object", before: "window.milepost = { version: 3, mark() { return 'mine'; } }; window.holds = () => milepost.version === 3 && milepost.mark() === 'mine' ? '' : 'milepost is another';", delivers: false, asks: false },
  { name: "milepost is a number", isRelated: true, before: "window.milepost = 7; window.holds = () => milepost === 7 ? '' : 'milepost is another';", delivers: false, asks: false },
  { name: "milepost cannot be written", before: "Object.defineProperty(window, 'milepost', { value: function mine() { return 'mine'; } }); window.holds = () => milepost() === 'mine' ? '' : 'milepost is another';", delivers: false, asks: false },
  { name: "milepost is a getter", before: "Object.defineProperty(window, 'milepost', { get() { return undefined; } });", delivers: false, asks: false },
  { name: "milepost is a getter that throws", isRelated: true, before: "Object.defineProperty(window, 'milepost', { configurable: true, get() { throw new Error('milepost of the page'); } });", delivers: false, asks: false, expected: [/milepost of the page/] },
  { name: "a frozen stub", before: "window.milepost = function () { (milepost.q = milepost.q || []).push(arguments); }; milepost.q = []; Object.freeze(milepost);" },
  { name: "a stub with things of its own", before: "window.milepost = function () { (milepost.q = milepost.q || []).push(arguments); }; milepost.version = '1'; milepost.name2 = 3; milepost.q = [['track', 'Older'], 7, null, undefined, [], [{}], [Symbol()], { length: 1e9 }];" },
  { name: "AMD and CommonJS", before: "window.define = (...args) => { defined.push(args); }; define.amd = {}; window.defined = []; window.module = { exports: {} }; window.exports = module.exports; window.require = () => { throw new Error('require of the page'); }; window.process = { env: {} }; window.global = window; window.holds = () => defined.length || Object.keys(module.exports).length ? 'taken for a module' : '';" },
  { name: "a host page that has its own record of errors", isRelated: true, before: "window.onerror = (...args) => { record.push(args); }; window.onunhandledrejection = (event) => { record.push(event); }; window.record = []; window.holds = () => record.length ? 'the page heard of ' + record[0] : '';" },
];
