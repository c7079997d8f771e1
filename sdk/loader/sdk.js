/**
 * What the script tag loads: takes over the calls made before it came, starts the module, and is
 * the public function from then on. It does not know what the calls mean, except `on`.
 */
import init, { answered, arrived, call, sighted, start } from '../../target/sdk-pkg/sdk.js';
import { guarded } from './guard.js';
import { watch } from './observe.js';
import { load, post } from './send.js';

/* global __WASM_FILE__ */

/** Calls that may wait for the module: as many as the module itself would hold. */
const QUEUE_LENGTH = 1000;

const script = document.currentScript || document.querySelector('script[data-key]');
const stub = window.milepost;

// A second tag is ignored: one page, one visitor, one queue.
if (script && script.dataset.key && !(stub && stub.live)) run();

/** Four random numbers for the module's ids, also where the page has taken `crypto` away. */
function seed() {
  const numbers = [0, 0, 0, 0].map(() => Math.random() * 2 ** 32);
  try {
    return crypto.getRandomValues(new Uint32Array(numbers));
  } catch {
    return numbers;
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
    if (typeof callback !== 'function') return undefined;
    const listener = [topic, callback];
    listeners = [...listeners, listener];
    if (topic === 'ready' && ready) tell(callback, JSON.parse(ready));
    return () => {
      listeners = listeners.filter((it) => it !== listener);
    };
  };

  function milepost(...args) {
    if (args[0] === 'on') return on(args[1], args[2]);
    take(args);
    return undefined;
  }

  const early = (stub && stub.q) || [];
  Object.assign(milepost, stub);
  milepost.live = true;
  // The stub may have been kept under another name: what it still pushes arrives as well.
  milepost.q = { push: (args) => milepost(...args) };
  if (stub) stub.q = milepost.q;
  window.milepost = milepost;
  for (const args of early) milepost(...args);

  guarded.onDead = () => emit('warning', '{"code":"sdk_stopped"}');

  /** What the module has done here, where it is smaller. */
  const hands = {
    arrived,
    emit,
    load,
    post: (url, body, keepalive, id) => post(url, body, keepalive, (...answer) => answered(id, ...answer)),
    watch: (selectors) => watch(selectors, sighted),
  };

  init({ module_or_path: new URL(__WASM_FILE__, source) })
    .then(() => {
      start(window, script, source.origin, seed(), hands);
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
