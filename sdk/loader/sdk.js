/**
 * What the script tag loads: takes over the calls made before it came, has an engine started, and is the public function from
 * then on. It does not know what the calls mean, except `on` and `debug`.
 *
 * From here on: `tag.js` is what the tag says, `engine.js` what runs, `hands.js` what that may do, `topics.js` who hears of it,
 * `listen.js` what the browser tells, `command.js` what the vendor's code tells, `chunk.js` what is loaded later.
 */
import { fetchDebug } from './chunk.js';
import { command } from './command.js';
import { arrived, isRunning, run } from './engine.js';
import { clicks, hands, hear } from './hands.js';
import { listen, page } from './listen.js';
import { INSPECT } from './signal.js';
import { flags, isOdd, key, name, script } from './tag.js';
import { complain, on } from './topics.js';

/** Calls that may wait for an engine: as many as the module itself would hold. */
const QUEUE_LENGTH = 1000;

const stub = window.milepost;

/** Calls in order, until an engine runs. */
const queue = [];

const debug = () => fetchDebug((it) => it.debug(() => arrived(INSPECT), hear));

let take = (args) => {
  if (queue.length < QUEUE_LENGTH) queue.push(args);
};

const begin = (start, seed) => {
  if (isOdd) complain('option_unknown');
  start(flags(), key, navigator.language || '', seed, page(), (what, ...how) => hands[what](...how));
  listen(arrived, clicks, name);
  take = (args) => (args[0] === 'debug' ? debug() : command(args, arrived, complain));
  queue.forEach(take);
  if (/[?&]milepost_debug=1/.test(location.search)) debug();
};

/** Becomes the public function. */
const takeOver = () => {
  const milepost = (...args) => (args[0] === 'on' ? on(args[1], args[2]) : void take(args));
  const early = (stub && stub.q) || [];
  Object.assign(milepost, stub);
  milepost.live = true;
  milepost.debug = () => milepost('debug');
  // The stub may have been kept under another name: what it still pushes arrives as well.
  milepost.q = { push: (args) => milepost(...args) };
  if (stub) stub.q = milepost.q;
  window.milepost = milepost;
  for (const args of early) milepost(...args);
};

// A second tag is ignored: one page, one visitor, one queue.
if (key && !(stub && stub.live)) {
  takeOver();
  run(begin)
    .catch(() => {
      // Delivery without the module would take over here; until then calls are let go.
      take = () => {};
    })
    .then(() => {
      queue.length = 0;
    });
}
