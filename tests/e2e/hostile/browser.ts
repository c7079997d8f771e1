// Pages that have changed what the browser gives them: network, timers, events, storage, observers.
import type { HostilePage } from "./page.ts";

const throwing = (path: string): string => `${path} = function () { throw new Error("${path} of the page"); };`;

const hidden = (name: string): string => `Object.defineProperty(window, "${name}", { configurable: true, get() { throw new DOMException("refused", "SecurityError"); } });`;

const gone = (name: string): string => `Object.defineProperty(window, "${name}", { configurable: true, value: undefined });`;

/** What Zone.js does, as far as it matters to a guest: timers, listeners, promises, observers and requests go through it. */
const ZONE = `(() => {
  const symbol = (name) => "__zone_symbol__" + name;
  const run = (task) => { const before = window.Zone.current; window.Zone.current = task.zone; try { return task.callback.apply(task.target, task.args); } finally { window.Zone.current = before; } };
  window.Zone = { current: { name: "<root>" }, tasks: 0 };
  const Native = window[symbol("Promise")] = window.Promise;
  const then = window[symbol("then")] = Native.prototype.then;
  class ZoneAwarePromise {
    constructor(start) { this.inner = new Native(start); }
    then(done, failed) { const next = then.call(this.inner, done, failed); return new ZoneAwarePromise((ok, bad) => then.call(next, ok, bad)); }
    catch(failed) { return this.then(null, failed); }
    finally(last) { return this.then((it) => (last(), it), (it) => { last(); throw it; }); }
    static resolve(it) { return new ZoneAwarePromise((ok) => ok(it)); }
    static reject(it) { return new ZoneAwarePromise((_, bad) => bad(it)); }
    static all(all) { return new ZoneAwarePromise((ok, bad) => then.call(Native.all(all), ok, bad)); }
    static race(all) { return new ZoneAwarePromise((ok, bad) => then.call(Native.race(all), ok, bad)); }
    get [Symbol.toStringTag]() { return "Promise"; }
  }
  Native.prototype.then = function (done, failed) {
    const zone = window.Zone.current;
    const wrap = (callback) => typeof callback !== "function" ? callback : (value) => run({ zone, callback, target: undefined, args: [value] });
    const next = then.call(this, wrap(done), wrap(failed));
    return new ZoneAwarePromise((ok, bad) => then.call(next, ok, bad));
  };
  window.Promise = ZoneAwarePromise;
  for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "queueMicrotask"]) {
    const native = window[symbol(name)] = window[name];
    window[name] = function (callback, ...rest) { window.Zone.tasks++; const zone = window.Zone.current; return native.call(window, (...args) => run({ zone, callback, target: window, args }), ...rest); };
  }
  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  EventTarget.prototype[symbol("addEventListener")] = add;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (!listener) return add.call(this, type, listener, options);
    const zone = window.Zone.current;
    const wrapped = listener[symbol(type)] ||= function (event) { return run({ zone, callback: listener.handleEvent || listener, target: listener.handleEvent ? listener : this, args: [event] }); };
    return add.call(this, type, wrapped, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) { return remove.call(this, type, listener?.[symbol(type)] || listener, options); };
  for (const name of ["MutationObserver", "IntersectionObserver", "ResizeObserver"]) {
    const Inner = window[symbol(name)] = window[name];
    window[name] = function (callback, ...rest) { const zone = window.Zone.current; return new Inner((...args) => run({ zone, callback, target: undefined, args }), ...rest); };
    window[name].prototype = Inner.prototype;
  }
  const fetch = window[symbol("fetch")] = window.fetch;
  window.fetch = function (...args) { window.Zone.tasks++; return new ZoneAwarePromise((ok, bad) => then.call(fetch.apply(this, args), ok, bad)); };
  window.holds = () => window.Zone.tasks > 0 && Promise === ZoneAwarePromise ? "" : "nothing went through the zone";
})();`;

export const BROWSER: HostilePage[] = [
  { name: "Zone.js", before: ZONE },
  { name: "fetch wrapped", isRelated: true, before: `{ const native = window.fetch; let calls = 0; window.fetch = async function (...args) { calls++; const it = await native.apply(this, args); return it; }; window.holds = () => calls ? "" : "went around the page's fetch"; }` },
  { name: "fetch that forgets to return", before: `{ const native = window.fetch; window.fetch = function (...args) { native.apply(this, args); }; }` },
  { name: "fetch that returns a copy of the answer", isRelated: true, before: `{ const native = window.fetch; window.fetch = (...args) => native(...args).then((it) => it.clone()); }` },
  { name: "fetch that answers with something else", isRelated: true, before: "window.fetch = async () => ({ data: {} });" },
  { name: "fetch that rejects", before: `window.fetch = () => Promise.reject(new Error("the page's own"));` },
  { name: "fetch that throws", isRelated: true, before: throwing("window.fetch") },
  { name: "fetch that hangs", isRelated: true, before: "window.fetch = () => new Promise(() => {});", delivers: false, asks: false },
  { name: "fetch that is gone", before: "delete window.fetch;" },
  {
    name: "fetch that tells us of every request",
    before: `{ const native = window.fetch; let calls = 0; window.fetch = function (...args) { if (calls++ < 100) milepost("track", "Fetched", { of: String(args[0]) }); return native.apply(this, args); }; window.holds = () => calls < 20 ? "" : calls + " requests"; }`,
  },
  { name: "XMLHttpRequest that throws", before: throwing("window.XMLHttpRequest") },
  { name: "addEventListener that throws", before: throwing("EventTarget.prototype.addEventListener"), asks: false, delivers: "by itself" },
  { name: "addEventListener that is gone", isRelated: true, before: "delete EventTarget.prototype.addEventListener;", asks: false, delivers: "by itself" },
  {
    name: "addEventListener of the page's own", isRelated: true,
    before: `{ const native = EventTarget.prototype.addEventListener; EventTarget.prototype.addEventListener = function (type, listener, options) { return native.call(this, type, function (event) { return (listener.handleEvent || listener).call(this, event); }, options); }; }`,
  },
  { name: "setTimeout that throws", isRelated: true, before: throwing("window.setTimeout"), delivers: "at the end" },
  { name: "timers that never fire", before: "window.setTimeout = window.setInterval = window.requestAnimationFrame = window.requestIdleCallback = () => 1;", delivers: "at the end" },
  { name: "timers that fire at once", isRelated: true, before: "window.setTimeout = (then, ms, ...rest) => { Promise.resolve().then(() => typeof then === 'function' && calls++ < 50 && then(...rest)); return 7; }; let calls = 0;", delivers: "at the end" },
  { name: "requestAnimationFrame and requestIdleCallback that are gone", before: "delete window.requestAnimationFrame; delete window.requestIdleCallback;" },
  { name: "MutationObserver that is gone", isRelated: true, before: gone("MutationObserver") },
  { name: "IntersectionObserver and ResizeObserver that are gone", isRelated: true, before: gone("IntersectionObserver") + gone("ResizeObserver") },
  { name: "observers that throw", before: throwing("window.MutationObserver") + throwing("window.IntersectionObserver") + throwing("window.ResizeObserver") },
  { name: "storage that is refused", before: hidden("localStorage") + hidden("sessionStorage") + hidden("indexedDB") },
  { name: "storage that is full", isRelated: true, before: `Storage.prototype.setItem = function () { throw new DOMException("full", "QuotaExceededError"); };` },
  { name: "storage with something else in it", isRelated: true, before: `{ const { getItem } = Storage.prototype; Storage.prototype.getItem = function (name) { return /milepost/.test(name) ? "\\u0000{\\"broken" : getItem.call(this, name); }; }` },
  { name: "indexedDB that is gone", before: gone("indexedDB") },
  { name: "indexedDB that throws", isRelated: true, before: `IDBFactory.prototype.open = function () { throw new Error("indexedDB of the page"); };` },
  { name: "performance that is gone", isRelated: true, before: gone("performance") },
  { name: "matchMedia, visualViewport and locks that are gone", before: gone("matchMedia") + gone("visualViewport") + `Object.defineProperty(Navigator.prototype, "locks", { configurable: true, value: undefined });` },
  { name: "locks that throw", isRelated: true, before: `if (window.LockManager) LockManager.prototype.request = () => { throw new Error("locks of the page"); };` },
  { name: "locks that hang", isRelated: true, before: `if (window.LockManager) LockManager.prototype.request = () => new Promise(() => {});`, asks: false },
  { name: "history that is frozen", before: "Object.freeze(History.prototype); Object.freeze(history);" },
  { name: "a navigation that is gone", isRelated: true, before: gone("navigation") },
  { name: "elements made by the page", before: `{ const { createElement } = Document.prototype; Document.prototype.createElement = function (...args) { const it = createElement.apply(this, args); it.setAttribute("data-traced", "1"); return it; }; const { attachShadow } = Element.prototype; Element.prototype.attachShadow = function (...args) { return attachShadow.apply(this, args); }; }` },
  { name: "shadow roots that are refused", before: throwing("Element.prototype.attachShadow"), asks: false },
  { name: "constructed style sheets that are gone", isRelated: true, before: gone("CSSStyleSheet"), asks: false },
  { name: "globals behind getters", isRelated: true, before: `for (const name of ["top", "opener", "name", "origin"]) try { Object.defineProperty(window, name, { configurable: true, get() { throw new Error(name + " of the page"); } }); } catch {}` },
];
