/**
 * What the script tag loads: takes over the calls made before it came, has an engine started, and is the public function from
 * then on. It does not know what the calls mean, except `on` and `debug`.
 *
 * From here on: `tag.js` is what the tag says, `engine.js` what runs and what else does where that cannot, `waiting.js` what is
 * told before, `hands.js` what an engine may do, `topics.js` who hears of it, `listen.js` what the browser tells, `command.js`
 * what the vendor's code tells, `chunk.js` what is loaded later.
 */
import { fetchDebug } from './chunk.js';
import { command } from './command.js';
import { arrived, leave, run } from './engine.js';
import { clicks, hands, hear } from './hands.js';
import { listen, page } from './listen.js';
import { messages } from './messages.js';
import { INSPECT } from './signal.js';
import { flags, isAllowed, isOdd, key, name } from './tag.js';
import { complain, on } from './topics.js';

const stub = window.milepost;

const debug = () => fetchDebug((it) => it.debug(() => arrived(INSPECT), hear));

const take = (args) => (args[0] === 'debug' ? debug() : command(args, arrived, complain));

let isListening;

const begin = (start, about) => {
  start(flags(), key, navigator.language || '', seed(), page(), (what, ...how) => hands[what](...how), about);
  if (!isListening) listen(arrived, clicks, name);
  isListening = true;
};

/** Four random numbers for the engine's ids, also where the page has taken `crypto` away. */
const seed = () => {
  try {
    return crypto.getRandomValues(new Uint32Array(4));
  } catch {
    return [0, 0, 0, 0].map(() => Math.random() * 2 ** 32);
  }
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
  if (isOdd) complain('option_unknown');
  if (/[?&]milepost_debug=1/.test(location.search)) debug();
  // While the engine is on its way: then the first message is kept in a millisecond.
  if (isAllowed()) messages.open();
  addEventListener('pagehide', leave);
  void run(begin);
}
