/**
 * What the script tag loads: takes over the calls made before it came, has an engine started, and is the public function from
 * then on. It does not know what the calls mean, except `on` and `debug`.
 *
 * From here on: `tag.js` is what the tag says, `engine.js` what runs, `hands.js` what that may do, `topics.js` who hears of it,
 * `listen.js` what the browser tells, `command.js` what the vendor's code tells, `chunk.js` what is loaded later.
 */
import { fetchDebug } from './chunk.js';
import { command } from './command.js';
import { hasten } from './definitions.js';
import { arrived, run } from './engine.js';
import { clicks, hands, hear } from './hands.js';
import { listen, page } from './listen.js';
import { quiet } from './quiet.js';
import { INSPECT } from './signal.js';
import { flags, isOdd, key, name, script } from './tag.js';
import { complain, on } from './topics.js';
import { lookAgain } from './watching.js';

/** Calls that may wait for an engine: as many as the module itself would hold. */
const QUEUE_LENGTH = 1000;

/** What stands under our name. */
const found = window.milepost;
const stub = typeof found === 'function' && found;
const isFree = stub || !found || !Object.hasOwn(window, 'milepost');

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
  take = quiet((args) => {
    // What is asked for comes up at once, or not now: so this is the moment to look at the page.
    const [name] = args;
    if (name === 'ask') lookAgain();
    return args[0] === 'debug' ? debug() : command(args, arrived, complain);
  });
  queue.forEach(take);
  if (/[?&]milepost_debug=1/.test(location.search)) debug();
};

/** Becomes the public function; says whether the page lets us. */
const takeOver = () => {
  const milepost = quiet((...args) => (args[0] === 'on' ? on(args[1], args[2]) : void take(args)));
  const repeat = quiet((args) => milepost(...args));
  const early = stub.q;
  quiet(Object.assign)(milepost, stub);
  milepost.live = true;
  milepost.debug = () => milepost('debug');
  // The stub may have been kept under another name: what it still pushes arrives as well.
  milepost.q = { push: repeat };
  quiet(() => {
    window.milepost = milepost;
  })();
  if (window.milepost !== milepost) return false;
  quiet(() => {
    stub.q = milepost.q;
  })();
  quiet(() => {
    for (const args of early) repeat(args);
  })();
  return true;
};

const boot = async () => {
  try {
    hasten();
    await run(begin);
  } catch {
    // Delivery without the module would take over here; until then calls are let go.
    take = () => {};
  }
  queue.length = 0;
};

// A second tag is ignored: one page, one visitor, one queue. What the page itself calls so stays what it is.
if (key && isFree && stub.live !== true && takeOver()) void boot();
