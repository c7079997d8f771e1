/**
 * What the script tag loads: takes over the calls made before it came, starts the module, and is
 * the public function from then on. It does not know what the calls mean, except `on`.
 */
import { arrived, call, initSync, start } from 'milepost-module';
import { guarded } from './guard.js';
import { listen, page } from './listen.js';
import { watch } from './observe.js';
import { prompt, retract } from './prompt.js';
import { load, post } from './send.js';
import { ANSWERED, CONFIGURED, OBSERVED, PROMPTED, SIGHTED, WOKE } from './signal.js';
import { read, remove, save } from './store.js';
import { lookAgain, observe } from './watching.js';

/* global __WASM_FILE__ */
// `milepost-module` is wasm-bindgen's glue; `cargo xtask wasm` names both.

/** Calls that may wait for the module: as many as the module itself would hold. */
const QUEUE_LENGTH = 1000;

const script = document.currentScript || document.querySelector('script[data-key]');
const stub = window.milepost;

// A second tag is ignored: one page, one visitor, one queue.
if (script && script.dataset.key && !(stub && stub.live)) run();

/** The module, compiled beside the page's own work; also where a server sends it under the wrong MIME type. */
async function compiled(url) {
  const response = await fetch(url);
  try {
    return await WebAssembly.compileStreaming(response.clone());
  } catch {
    return WebAssembly.compile(await response.arrayBuffer());
  }
}

/** Four random numbers for the module's ids, also where the page has taken `crypto` away. */
function seed() {
  try {
    return crypto.getRandomValues(new Uint32Array(4));
  } catch {
    return [0, 0, 0, 0].map(() => Math.random() * 2 ** 32);
  }
}

function run() {
  const source = new URL(script.src, location.href);
  /** @type {Array<[string, Function]>} */
  let listeners = [];
  let ready;
  /** Calls in order, until the module runs. */
  const queue = [];
  let take = (args) => {
    if (queue.length < QUEUE_LENGTH) queue.push(args);
  };

  const tell = (callback, detail) => {
    try {
      callback(detail);
    } catch (error) {
      // The page's own error, shown as such.
      if (window.reportError) reportError(error);
    }
  };

  const emit = (topic, json) => {
    if (topic === 'ready') ready = json;
    for (const [wanted, callback] of listeners) {
      if (wanted === topic) tell(callback, JSON.parse(json));
    }
  };

  const on = (topic, callback) => {
    if (typeof callback !== 'function') return;
    const listener = [topic, callback];
    listeners = [...listeners, listener];
    if (topic === 'ready' && ready) tell(callback, JSON.parse(ready));
    return () => {
      listeners = listeners.filter((it) => it !== listener);
    };
  };

  const milepost = (...args) => (args[0] === 'on' ? on(args[1], args[2]) : void take(args));

  const early = (stub && stub.q) || [];
  Object.assign(milepost, stub);
  milepost.live = true;
  // The stub may have been kept under another name: what it still pushes arrives as well.
  milepost.q = { push: (args) => milepost(...args) };
  if (stub) stub.q = milepost.q;
  window.milepost = milepost;
  for (const args of early) milepost(...args);

  guarded.onDead = () => emit('warning', '{"code":"sdk_stopped"}');

  /** How the module writes a list. */
  const list = (texts) => texts.split('\0').slice(0, -1);
  const { key, host = source.origin, consent, pageViews } = script.dataset;
  const base = host.replace(/\/$/, '') + '/v1/';
  const name = 'milepost:' + key;
  let clicks = [];
  let timer;

  const woken = () => {
    lookAgain();
    arrived(WOKE);
  };

  /** What the module has done here. Each may throw: the module takes that for `undefined`. */
  const hands = {
    emit,
    page,
    parse: JSON.parse,
    stringify: JSON.stringify,
    read: () => read(name),
    save: (text) => save(name, text),
    remove: () => remove(name),
    config: () => void load(base + 'config/' + encodeURIComponent(key), (text) => arrived(CONFIGURED, text)),
    post: (id, body, keepalive) => void post(base + 'batch', body, keepalive, (...answer) => arrived(ANSWERED, [id, ...answer])),
    watch: (onClick, inView) => {
      clicks = list(onClick);
      watch(list(inView), (...seen) => arrived(SIGHTED, seen));
    },
    wake: (waitMs) => {
      clearTimeout(timer);
      if (waitMs !== undefined) timer = setTimeout(woken, waitMs);
    },
    observe: (isOn) => observe(isOn, (...seen) => arrived(OBSERVED, seen), base),
    prompt: (isOpen, texts) => prompt(isOpen, list(texts), (...said) => arrived(PROMPTED, said)),
    retract,
  };

  compiled(new URL(__WASM_FILE__, source))
    .then((module) => {
      initSync({ module });
      const { globalPrivacyControl, doNotTrack, language: locale } = navigator;
      // https://w3c.github.io/gpc/ and its older sibling
      const privacySignal = globalPrivacyControl || doNotTrack === '1';
      const touch = matchMedia('(pointer: coarse)').matches;
      start({ key, consent, pageViews, privacySignal, locale, touch }, seed(), page(), !document.hidden, hands);
      listen(arrived, () => clicks, name);
      take = call;
      for (const args of queue) call(args);
    })
    .catch(() => {
      // Delivery without the module would take over here; until then calls are let go.
      take = () => {};
    })
    .then(() => {
      queue.length = 0;
    });
}
