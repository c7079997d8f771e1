/**
 * The module as JavaScript, for pages that forbid wasm: an engine of `engine.js`. Fails to load where it cannot run.
 *
 * Built with `no-wasm.js` in the place of the browser's `WebAssembly`.
 */
import { arrived, initSync, start } from 'milepost-module';
import { guarded } from './guard.js';

initSync({ module: new WebAssembly.Module() });

export { arrived, guarded, start };
