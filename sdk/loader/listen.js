/**
 * Events of the page that are inputs: clicks on watched elements, signs of activity, routes, coming and going.
 *
 * Says that something happened, never what was typed; decides nothing. Patches nothing: `history` belongs to the page.
 */
import { acted, isHeard, QUIETLY } from './hear.js';
import { matches } from './matches.js';
import { quiet } from './quiet.js';
import { ACTIVE, CLICKED, OFFLINE, ONLINE, PAGE, RESTORED, STORED, VISIBLE } from './signal.js';

/** Signs of activity are let through this often. */
const ACTIVE_SAMPLE_MS = 1000;

/** … and where the pointer is and how far down the page this often, where anybody wants to know. */
const MOVE_SAMPLE_MS = 400;

/** Where nothing tells us of routes, the URL is looked at this often while the page is visible. */
const LOOK_MS = 500;

const ONCE = { __proto__: null, ...QUIETLY, once: true };

export const page = () => [location.href, location.pathname, location.search, document.title, document.referrer];

/** `clicks()` are the selectors watched just now; `name` is the key under which tabs share what they know. */
export const listen = (arrived, clicks, name) => {
  // Each by itself: where the page refuses one, the others still come.
  const on = quiet((target, event, then, how = QUIETLY) => target.addEventListener(event, quiet(then), how));

  let lastActive = -ACTIVE_SAMPLE_MS;
  const active = (event) => {
    acted(event);
    const { timeStamp } = event;
    if (timeStamp - lastActive >= ACTIVE_SAMPLE_MS) {
      lastActive = timeStamp;
      arrived(ACTIVE);
    }
  };
  on(window, 'pointerdown', active);
  on(window, 'keydown', active);

  // The browser tells of moves at every frame, and that alone would be most of what we cost: so we listen now and then.
  const sparsely = (event) => {
    active(event);
    const { type } = event;
    setTimeout(on, isHeard(type) ? MOVE_SAMPLE_MS : ACTIVE_SAMPLE_MS, window, type, sparsely, ONCE);
  };
  on(window, 'pointermove', sparsely, ONCE);
  on(window, 'scroll', sparsely, ONCE);

  on(window, 'click', (event) => {
    acted(event);
    // The path as it was when the click began, through shadow roots.
    const path = event.composedPath();
    for (const selector of clicks()) {
      if (path.some((it) => matches(it, selector))) arrived(CLICKED, selector);
    }
  });

  on(window, 'online', () => arrived(ONLINE));
  on(window, 'offline', () => arrived(OFFLINE));
  if (navigator.onLine === false) arrived(OFFLINE);
  on(window, 'storage', (event) => event.key === name && arrived(STORED, event.newValue));
  on(window, 'pagehide', () => arrived(VISIBLE, false));
  on(window, 'pageshow', (event) => event.persisted && arrived(RESTORED, page()));

  const routed = () => arrived(PAGE, page());
  let looking = () => {};
  // https://developer.mozilla.org/docs/Web/API/Navigation: Chrome 102, Safari 26.2, Firefox 147.
  if (window.navigation) {
    on(navigation, 'currententrychange', routed);
  } else {
    on(window, 'popstate', routed);
    let timer;
    looking = () => {
      clearInterval(timer);
      if (!document.hidden) timer = setInterval(quiet(routed), LOOK_MS);
    };
    quiet(looking)();
  }
  on(document, 'visibilitychange', () => {
    arrived(VISIBLE, !document.hidden);
    looking();
  });
};
