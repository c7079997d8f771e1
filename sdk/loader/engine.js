/**
 * What runs the SDK in this page: the module. Loads and starts it, and tells it what happens; knows nothing of what it does.
 *
 * An engine is two functions: `start(flags, key, locale, seed, page, hands)` and `arrived(signal, value)`.
 */
import { arrived as moduleArrived, initSync, start } from 'milepost-module';
import { now } from './clock.js';
import { guarded } from './guard.js';
import { quiet } from './quiet.js';
import { request } from './request.js';
import { source } from './tag.js';
import { complain } from './topics.js';

// `milepost-module` is wasm-bindgen's glue; `cargo xtask wasm` names it, and what stands in capitals.
/* global __WASM_FILE__ */

/** The one that runs. */
let engine;

/** The page, the network or the vendor's code tells something; see `signal.js`. */
export const arrived = (signal, value) => engine?.arrived(signal, value);

/** Whether one runs. */
export const isRunning = () => !!engine;

/** The module, compiled beside the page's own work; also where a server sends it under the wrong MIME type. */
const compiled = async (url) => {
  try {
    return await WebAssembly.compileStreaming(request(url));
  } catch {
    return WebAssembly.compile(await (await request(url)).arrayBuffer());
  }
};

/** Four random numbers for the engine's ids, also where the page has taken `crypto` away, or chance altogether. */
const seed = () => {
  try {
    return crypto.getRandomValues(new Uint32Array(4));
  } catch {
    const random = quiet(() => Math.random() * 2 ** 32);
    return [random(), random(), now(), quiet(() => performance.now() * 1e6)()];
  }
};

guarded.onDead = () => {
  engine = undefined;
  complain('sdk_stopped');
};

/** Loads one and has `begin(start, seed)` start it. Fails where none can be had. */
export const run = async (begin) => {
  initSync({ module: await compiled(new URL(__WASM_FILE__, source)) });
  engine = { arrived: moduleArrived };
  begin(start, seed());
};
