/* Runs first in every frame of a hostile page, with the browser's own functions in hand: writes down what the page's
   globals are before the SDK comes, and says what has changed when it is there. Uses nothing that a page can replace. */
(() => {
  const { ownKeys, getOwnPropertyDescriptor, getPrototypeOf, defineProperty } = Reflect;
  const { is } = Object;
  const NAMES =
    'Object Function Array String Number Boolean Symbol BigInt Date RegExp Promise Map Set WeakMap WeakSet WeakRef Error TypeError ArrayBuffer SharedArrayBuffer DataView Uint8Array Uint32Array Float64Array Proxy Iterator FinalizationRegistry EventTarget Node Element HTMLElement HTMLScriptElement HTMLInputElement SVGElement Document DocumentFragment ShadowRoot Text CharacterData Range Event UIEvent MouseEvent KeyboardEvent CustomEvent History Location Navigator Navigation Storage XMLHttpRequest Response Request Headers AbortController AbortSignal MutationObserver IntersectionObserver ResizeObserver PerformanceObserver CSSStyleSheet StyleSheet CSSStyleDeclaration DOMTokenList Performance Crypto SubtleCrypto TextEncoder TextDecoder URL URLSearchParams LockManager IDBFactory IDBDatabase Worker MessagePort Blob File FormData Window'.split(
      ' ',
    );
  const SPACES = 'JSON Math Reflect Atomics Intl WebAssembly console navigator history document performance crypto CSS customElements'.split(' ');
  const objects = [['window', window]];
  const add = (name, it) => {
    if ((typeof it === 'object' && it) || typeof it === 'function') objects[objects.length] = [name, it];
  };
  for (let at = 0; at < NAMES.length; at++) {
    const it = window[NAMES[at]];
    add(NAMES[at], it);
    if (it) add(NAMES[at] + '.prototype', it.prototype);
  }
  for (let at = 0; at < SPACES.length; at++) {
    try {
      add(SPACES[at], window[SPACES[at]]);
    } catch {
      // Not in this frame.
    }
  }
  add('%TypedArray%.prototype', getPrototypeOf(Uint8Array.prototype));
  add('%ArrayIterator%', getPrototypeOf([][Symbol.iterator]()));
  add('%AsyncFunction%.prototype', getPrototypeOf(async () => {}));
  const elementAttributes = getOwnPropertyDescriptor(Element.prototype, 'attributes').get;
  const { apply } = Reflect;

  const marks = () => {
    let text = '';
    const of = [document.documentElement, document.body];
    for (let at = 0; at < of.length; at++) {
      if (!of[at]) continue;
      const attributes = apply(elementAttributes, of[at], []);
      for (let which = 0; which < attributes.length; which++) text += attributes[which].name + '=' + attributes[which].value + ' ';
    }
    return text;
  };

  let before;
  let marked;
  const FIELDS = ['value', 'get', 'set', 'writable', 'enumerable', 'configurable'];

  const snapshot = () => {
    const all = [];
    for (let at = 0; at < objects.length; at++) {
      const keys = ownKeys(objects[at][1]);
      const held = [];
      for (let which = 0; which < keys.length; which++) {
        held[which] = [keys[which], getOwnPropertyDescriptor(objects[at][1], keys[which])];
      }
      all[at] = held;
    }
    return all;
  };

  const describe = (at, key) => objects[at][0] + '.' + (typeof key === 'symbol' ? 'symbol' : key);

  const observer = {
    /** To be called last before the SDK comes, and again after the page itself has changed something. */
    note: () => {
      before = snapshot();
      marked = marks();
    },
    /** What differs from then. */
    changes: () => {
      const now = snapshot();
      let found = marks() === marked ? '' : 'attributes of html and body; ';
      for (let at = 0; at < objects.length; at++) {
        for (let which = 0; which < now[at].length; which++) {
          const [key, descriptor] = now[at][which];
          if (at === 0 && key === 'milepost') continue;
          let old;
          for (let other = 0; other < before[at].length; other++) if (before[at][other][0] === key) old = before[at][other][1];
          // Playwright's own, in Firefox.
          if (!old && !String(key).startsWith('__pw_')) found += describe(at, key) + ' is new; ';
          for (let field = 0; old && field < FIELDS.length; field++) {
            if (!is(old[FIELDS[field]], descriptor[FIELDS[field]])) found += describe(at, key) + ' is another; ';
          }
        }
        for (let other = 0; other < before[at].length; other++) {
          const [key] = before[at][other];
          let isThere = at === 0 && key === 'milepost';
          for (let which = 0; which < now[at].length; which++) isThere ||= now[at][which][0] === key;
          if (!isThere) found += describe(at, key) + ' is gone; ';
        }
      }
      return found;
    },
    objects: objects.length,
    /** The page's own errors, heard as a page would. */
    errors: '',
  };
  const hear = (event) => {
    const it = event.reason || event.error || event;
    observer.errors += (it.stack || it.message || it) + '\n';
  };
  addEventListener('error', hear);
  addEventListener('unhandledrejection', hear);
  // A function, so that freezing all objects of the page leaves it be.
  defineProperty(window, 'observer', { value: () => observer });
})();
