/**
 * Whether the page reacts to a click: anything that somebody who clicked could take for an answer.
 *
 * Says so once per click; whether that came in time is the module's business. Looks at changes of the page only from a
 * click to its reaction, and now and then for a moment while nobody acts: what changes then changes by itself, and is
 * no reaction. A network request can be seen without patching `fetch`, but only once it is over.
 */
import { REACTED } from './observation.js';

/** What comes later is no reaction to that click. */
const LONGEST_MS = 7000;

/** A page that scrolls or asks the network because of a click begins at once. */
const AT_ONCE_MS = 500;

/** … and has come to rest by then. https://developer.mozilla.org/docs/Web/API/Document/scrollend_event */
const GLIDED_MS = 1500;

/** A click that stops the page for so long opened a dialog of the browser. */
const STOPPED_MS = 300;

/** Learning what changes by itself: how long after the page came, for how long, how often, how long after any act. */
const SETTLED_MS = 2000;
const LEARN_MS = 3000;
const LEARN_AGAIN_MS = 60000;
const QUIET_MS = 500;

/** So often in that time: a list that is filled once does not change by itself. */
const NOISY_CHANGES = 3;

/** A change inside of what changes by itself is none either, down to so many levels. */
const NOISY_LEVELS = 4;

const CHANGES = { childList: true, subtree: true, attributes: true, characterData: true };

const SIGNS =
  'input change submit reset toggle copy cut paste play pause fullscreenchange hashchange popstate navigate beforeprint hidden';

/** `ours`: where our own requests go. */
export const reactions = (on, tell, ours) => {
  /** When the click began whose reaction is waited for. */
  let since;
  let isPressed;
  let isAlive;
  /** The click was told of, and no reaction yet. */
  let isOwed;
  let path = [];
  let acted = 0;
  let isLearning;
  let timer;
  const changesByItself = new WeakMap();

  const isWaiting = (now) => now - since < LONGEST_MS;

  const rest = () => {
    since = undefined;
    if (!isLearning) changes.disconnect();
    loads.disconnect();
  };

  const react = () => {
    if (!isWaiting(performance.now())) return;
    isAlive = true;
    rest();
    if (isOwed) tell(REACTED);
    isOwed = false;
  };

  const scrolled = (event) => event.timeStamp - since < (event.type === 'scroll' ? AT_ONCE_MS : GLIDED_MS) && react();

  const isNoise = (node) => {
    for (let level = 0; node && level <= NOISY_LEVELS; level++) {
      if (changesByItself.get(node) >= NOISY_CHANGES) return true;
      node = node.parentNode;
      // The whole page is not noise because of a class on its body.
      if (node === document.body) break;
    }
    return false;
  };

  const changes = new MutationObserver((records) => {
    const now = performance.now();
    const nodes = new Set(records.map((it) => it.target));
    if (isWaiting(now)) {
      for (const node of nodes) if (!isNoise(node)) return react();
    } else if (!isLearning) {
      rest();
    } else if (now - acted > QUIET_MS) {
      for (const node of nodes) changesByItself.set(node, (changesByItself.get(node) || 0) + 1);
    }
  });

  const loads = new PerformanceObserver((list) => {
    for (const { name, initiatorType, startTime } of list.getEntries()) {
      const after = startTime - since;
      if (after >= 0 && after < AT_ONCE_MS && initiatorType !== 'beacon' && !name.startsWith(ours)) react();
    }
  });

  const learn = (isOn) => {
    isLearning = isOn;
    if (isOn) changes.observe(document, CHANGES);
    else if (since === undefined) changes.disconnect();
    timer = setTimeout(learn, isOn ? LEARN_MS : LEARN_AGAIN_MS, !isOn);
  };

  on(SIGNS, react);
  // Scrolling is heard now and then, where it ends always: a listener for every frame would be most of what we cost.
  on('scroll scrollend', scrolled);
  on('selectionchange', () => getSelection()?.type === 'Range' && react());
  // A button that is clicked takes the focus, whatever else it does.
  on('focusin', (event) => path.includes(event.target) || react());
  on('pointermove pointerdown keydown scroll', (event) => {
    acted = event.timeStamp;
  });
  on('shown', () => {
    timer = setTimeout(learn, SETTLED_MS, true);
  });
  on('hidden', () => {
    clearTimeout(timer);
    isLearning = false;
    rest();
  });

  /** A click may begin: the page may react from now on. */
  const press = (event) => {
    isOwed = isOwed && isWaiting(event.timeStamp);
    since = event.timeStamp;
    isPressed = true;
    isAlive = false;
    path = event.composedPath();
    changes.observe(document, CHANGES);
    loads.observe({ entryTypes: ['resource'] });
  };

  /** The click is one. Answers whether the page has reacted already. */
  const clicked = (event) => {
    // Enter on a button comes without a press.
    if (!isPressed) press(event);
    isPressed = false;
    if (isAlive) return 1;
    isOwed = true;
    since = event.timeStamp;
    const now = performance.now();
    requestAnimationFrame(() => performance.now() - now > STOPPED_MS && react());
    return 0;
  };

  return { press, react, clicked };
};
