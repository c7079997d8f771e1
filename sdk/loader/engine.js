/**
 * What runs the SDK in this page: the first of these that the page and the network let run. The module as wasm; the same module
 * translated into JavaScript; `rescue.js`, which only records and delivers. Knows nothing of what they do.
 *
 * An engine is two functions: `start(flags, key, locale, seed, page, hands, about)` and `arrived(signal, value, when, where)`.
 * `about` tells whoever takes over after another what that one said last and at which signal it stopped; `when` and `where` are those of
 * what has waited. Both are for the rescue: the module does not take them.
 */
import { arrived as moduleArrived, initSync, start } from 'milepost-module';
import { loadRescue, loadTranslated } from './chunk.js';
import { guarded } from './guard.js';
import { messages } from './messages.js';
import { quiet } from './quiet.js';
import { request } from './request.js';
import { CALLED, CONSENT, INSPECT } from './signal.js';
import { base, isOpen, key, name, source } from './tag.js';
import { complain, said } from './topics.js';
import { keepWaiting, leftovers, takeWaiting, wait } from './waiting.js';

// `milepost-module` is wasm-bindgen's glue; `cargo xtask wasm` names it, and what stands in capitals.
/* global __WASM_FILE__ */

/** Where nothing could be had, it is tried again after these times: long enough for a deployment, or a tunnel. */
const AGAIN_MS = [5000, 30000, 120000];

/** The smallest module there is. */
const EMPTY = [0, 97, 115, 109, 1, 0, 0, 0];

/** The one that runs. */
let engine;

/** The last signal it was told, and the one at which it stopped; 0 and above, or before any: -1. */
let last = -1;
let stoppedAt;

/** Which of several tries this is. */
let nth = 0;

/** None could be had so far. */
let isLost;

/** What the vendor's code has said of consent. */
let consent;
const hasConsent = () => (consent === undefined ? isOpen : !consent);

const about = () => ({ base, key, name, locale: navigator.language, messages, said, consent, stoppedAt });

/** What earlier pages left behind is the rescue's, whoever runs here. */
const drain = () => {
  const names = leftovers();
  if (engine && hasConsent() && names.length) {
    loadRescue(nth).then(
      (it) => it.drain(names, about()),
      () => {},
    );
  }
};

/** The page, the network or the vendor's code tells something; see `signal.js`. */
export const arrived = (signal, value, when, where) => {
  const before = said.message;
  if (signal === CONSENT) {
    consent = value;
    drain();
  }
  if (engine) {
    last = signal;
    engine.arrived(signal, value, when, where);
    // Lost would be only the call that it stopped at, where that has not become a message before.
    if (engine || signal !== CALLED || said.message !== before) return;
  }
  // What else it was told counts no more when the next one comes.
  if (signal >= INSPECT) wait(signal, value, when, where);
  if (isLost) keepWaiting(hasConsent());
};

/** The page goes. */
export const leave = () => {
  if (!engine) keepWaiting(hasConsent());
};

/** Compiled beside the page's own work; also where a server sends it under the wrong MIME type. */
const compiled = async (url) => {
  try {
    return await WebAssembly.compileStreaming(request(url));
  } catch {
    return WebAssembly.compile(await (await request(url)).arrayBuffer());
  }
};

const loadModule = async () => {
  // A policy that forbids wasm forbids this one, too: then the large one need not be fetched.
  new WebAssembly.Module(Uint8Array.from(EMPTY));
  initSync({ module: await compiled(new URL(__WASM_FILE__, source)) });
  return { start, arrived: moduleArrived, guarded };
};

/** `begin(start, about)` starts the first of them that can be had. */
export const run = async (begin, loaders = [loadModule, loadTranslated, loadRescue]) => {
  for (const load of loaders) {
    try {
      const found = await load(nth);
      if (found.guarded) {
        found.guarded.onDead = () => {
          engine = undefined;
          stoppedAt = last;
          complain('sdk_stopped');
          // What stopped once would stop again: the rest of this page goes by without it.
          void run(begin, [loadRescue]);
        };
      }
      engine = found;
      begin(found.start, about());
      isLost = false;
      if (engine) takeWaiting().forEach((it) => arrived(...it));
      return drain();
    } catch {
      engine = undefined;
    }
  }
  isLost = true;
  leave();
  if (nth < AGAIN_MS.length) quiet(setTimeout)(run, AGAIN_MS[nth++], begin, loaders);
};
