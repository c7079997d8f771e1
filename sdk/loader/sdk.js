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
import { hasten } from './definitions.js';
import { arrived, leave, run } from './engine.js';
import { clicks, hands, hear } from './hands.js';
import { listen, page } from './listen.js';
import { messages } from './messages.js';
import { now } from './clock.js';
import { quiet } from './quiet.js';
import { INSPECT } from './signal.js';
import { flags, isOdd, isOpen, key, name } from './tag.js';
import { complain, on } from './topics.js';
import { lookAgain } from './watching.js';

/** What stands under our name. */
const found = window.milepost;
const stub = typeof found === 'function' && found;
const isFree = stub || !found || !Object.hasOwn(window, 'milepost');

const debug = () => fetchDebug((it) => it.debug(() => arrived(INSPECT), hear));

const take = quiet((args) => {
  // What is asked for comes up at once, or not now: so this is the moment to look at the page.
  const [verb] = args;
  if (verb === 'ask') lookAgain();
  return args[0] === 'debug' ? debug() : command(args, arrived, complain);
});

let isListening;

const begin = (start, about) => {
  start(flags(), key, navigator.language || '', seed(), page(), (what, ...how) => hands[what](...how), about);
  if (!isListening) listen(arrived, clicks, name);
  isListening = true;
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

const boot = quiet(() => {
  if (isOdd) complain('option_unknown');
  if (/[?&]milepost_debug=1/.test(location.search)) debug();
  hasten();
  // While the engine is on its way: then the first message is kept in a millisecond.
  if (isOpen) quiet(messages.open)();
  void run(begin);
  addEventListener('pagehide', quiet(leave));
});

// A second tag is ignored: one page, one visitor, one queue. What the page itself calls so stays what it is.
if (key && isFree && stub.live !== true && takeOver()) boot();
