// Pages that have changed the language itself: frozen, extended, replaced or broken.
import type { HostilePage } from "./page.ts";

/** What old libraries do to every object, and how a page tells that its own loops still work. */
const HOLDS_LOOPS = `var holds = function () { var seen = []; for (var it in { mine: 1 }) seen.push(it); return seen.length > 1 ? "" : "junk is gone"; };`;

/** Replaces a function by one that counts, so that the page can say it is still its own. */
const wrapped = (path: string): string => `{ const native = ${path}; let calls = 0; const mine = function (...args) { calls++; return native.apply(this, args); };
  ${path} = mine; window.holds = () => ${path} === mine ? "" : "${path} is another"; }`;

const throwing = (path: string): string => `${path} = function () { throw new Error("${path} of the page"); };`;

export const INTRINSICS: HostilePage[] = [
  { name: "a console that is gone", before: "delete window.console; window.holds = () => typeof console === 'undefined' ? '' : 'there is a console';" },
  {
    name: "all intrinsics frozen",
    before: `{ const seen = new Set();
      const freeze = (it) => {
        if ((typeof it !== "object" && typeof it !== "function") || !it || seen.has(it)) return;
        seen.add(it);
        Object.freeze(it);
        for (const key of Reflect.ownKeys(it)) { const found = Reflect.getOwnPropertyDescriptor(it, key); freeze(found.value); freeze(found.get); freeze(found.set); }
        freeze(Reflect.getPrototypeOf(it));
      };
      for (const name of "Object Function Array String Number Boolean Symbol BigInt Date RegExp Promise Map Set WeakMap WeakSet Error TypeError RangeError ArrayBuffer DataView Uint8Array Uint32Array Float64Array Proxy Reflect JSON Math Intl Atomics WebAssembly".split(" ")) freeze(window[name]);
      freeze(Reflect.getPrototypeOf(async () => {})); freeze(Reflect.getPrototypeOf(function* () {}));
      window.holds = () => Object.isFrozen(Object.prototype) && Object.isFrozen(Promise.prototype) ? "" : "thawed"; }`,
  },
  {
    name: "frozen elements and events", isRelated: true,
    before: `for (const it of [EventTarget, Node, Element, HTMLElement, Document, Event, History, Navigator, Storage, Location, CSSStyleSheet]) { Object.freeze(it); Object.freeze(it.prototype); }
      Object.freeze(history); Object.freeze(navigator); Object.freeze(document);`,
  },
  { name: "enumerable junk on all objects", before: `Object.prototype.junk = function () {}; Object.prototype.extend = { deep: true };${HOLDS_LOOPS}` },
  {
    name: "words of options on all objects",
    before: `for (const [name, value] of [["once", true], ["signal", {}], ["mode", "no-cors"], ["body", "x"], ["method", "PUT"], ["headers", 7], ["cause", 1], ["threshold", 9], ["ifAvailable", false], ["steal", true]]) {
      Object.defineProperty(Object.prototype, name, { value, writable: true, configurable: true, enumerable: false });
    }`,
  },
  { name: "enumerable junk on all arrays", isRelated: true, before: `Array.prototype.last = function () { return this[this.length - 1]; }; Array.prototype.each = Array.prototype.forEach; Array.prototype.remove = function () {};${HOLDS_LOOPS.replace("{ mine: 1 }", "[1]")}` },
  { name: "Array.prototype.toJSON", before: `Array.prototype.toJSON = function () { return "[" + this.join() + "]"; };` },
  { name: "String.prototype.toJSON", isRelated: true, before: `String.prototype.toJSON = function () { return "mine " + this; };` },
  { name: "Object.prototype.toJSON", isRelated: true, before: `Object.prototype.toJSON = function () { return '{"mine":true}'; };` },
  { name: "all four of Prototype.js", isRelated: true, before: `String.prototype.toJSON = function () { return '"' + this + '"'; }; Number.prototype.toJSON = function () { return "" + this; }; Array.prototype.toJSON = function () { return "[]"; }; Date.prototype.toJSON = function () { return '"now"'; };` },
  {
    name: "array methods of the page's own",
    before: `for (const name of ["map", "filter", "find", "includes", "indexOf", "forEach", "some", "every", "reduce", "slice", "push", "join", "concat"]) {
        const native = Array.prototype[name];
        Array.prototype[name] = function () { return native.apply(this, arguments); };
      }
      Array.prototype[Symbol.iterator] = function () { let at = 0; const list = this; return { next: () => at < list.length ? { done: false, value: list[at++] } : { done: true, value: undefined }, [Symbol.iterator]() { return this; } }; };`,
  },
  { name: "JSON.stringify wrapped", isRelated: true, before: wrapped("JSON.stringify") },
  { name: "JSON.stringify that throws", before: throwing("JSON.stringify"), asks: false },
  { name: "JSON.parse that throws", isRelated: true, before: throwing("JSON.parse"), asks: false },
  { name: "JSON that is gone", before: "delete window.JSON;", asks: false },
  {
    name: "a Promise of the page's own",
    before: `{ const Native = Promise;
      class Mine { constructor(run) { this.it = new Native(run); } then(...args) { return new Mine((done, failed) => this.it.then(...args).then(done, failed)); } catch(failed) { return this.then(undefined, failed); } finally(then) { return this.then((it) => (then(), it)); }
        static resolve(it) { return new Mine((done) => done(it)); } static reject(it) { return new Mine((_, failed) => failed(it)); } static all(all) { return new Mine((done, failed) => Native.all(all).then(done, failed)); } }
      window.Promise = Mine;
      window.holds = () => Promise === Mine ? "" : "another Promise"; }`,
  },
  { name: "a Promise that is gone", before: "delete window.Promise;" },
  { name: "Promise.prototype.then wrapped", isRelated: true, before: wrapped("Promise.prototype.then") },
  { name: "Promise.prototype.catch that throws", before: throwing("Promise.prototype.catch") },
  { name: "Function.prototype.call wrapped", isRelated: true, before: `{ const { call } = Function.prototype; Function.prototype.call = function (...args) { return Reflect.apply(call, this, args); }; }` },
  { name: "Date.now that throws", before: throwing("Date.now") },
  { name: "a Date that stands still", isRelated: true, before: "Date.now = () => 0;" },
  { name: "a Date that is gone", before: "delete window.Date;" },
  {
    name: "a Date of the page's own", isRelated: true,
    before: `{ const Native = Date; window.Date = class extends Native { constructor(...args) { super(...(args.length ? args : [1e12])); } static now() { return 1e12; } }; }`,
  },
  { name: "Math.random that throws, without crypto", before: `${throwing("Math.random")} Object.defineProperty(window, "crypto", { value: undefined, configurable: true });` },
  { name: "Math.random that says the same, without crypto", isRelated: true, before: `Math.random = () => 0.5; Object.defineProperty(window, "crypto", { value: undefined, configurable: true });` },
  { name: "TextDecoder of the page's own", isRelated: true, before: `window.TextDecoder = class { decode(bytes) { let text = ""; for (const it of bytes || []) text += String.fromCharCode(it); return text; } }; window.TextEncoder = class { encode(text) { return Uint8Array.from(unescape(encodeURIComponent(text)), (it) => it.charCodeAt(0)); } encodeInto(text, into) { const bytes = this.encode(text); into.set(bytes); return { read: text.length, written: bytes.length }; } };` },
  { name: "TextDecoder that is gone", before: "delete window.TextDecoder; delete window.TextEncoder;", delivers: false, asks: false },
  { name: "WebAssembly that is gone", before: "delete window.WebAssembly;" },
  { name: "a polluted prototype", before: `for (const name of ["live", "key", "host", "consent", "pageViews", "dataset", "src", "survey", "step", "surface", "id"]) Object.defineProperty(Object.prototype, name, { value: "polluted", writable: true, configurable: true });` },
];
