/**
 * Who hears of what: one listener for each kind of event, while anybody wants it.
 *
 * Words of our own travel the same way, so that those who watch need not know each other.
 */

/** `listen.js` listens to these all the time and passes them on. */
const PASSED_ON = ['pointermove', 'pointerdown', 'keydown', 'scroll', 'click'];

/** Words of ours: the page is shown, hidden, looked at again; a field was changed, and left. */
const OURS = ['shown', 'hidden', 'look', 'edited', 'left'];

/** What is drawn by us is no part of the page. */
const PROMPTS = /^milepost-(prompt|survey)$/;

// In the capture phase, so that the page cannot stop us, and passive, so that we cannot stop the page.
// Without what a page may have put on all objects.
export const QUIETLY = { __proto__: null, capture: true, passive: true };

let hearers = {};

/** Events of the Navigation API do not come by the window. */
const source = (type) => (type === 'navigate' ? window.navigation : window);

export const isHeard = (type) => hearers[type];

export const say = (type, it) => {
  for (const hear of hearers[type] || []) hear(it);
};

export const acted = (event) => {
  // Nothing of ours may surface in the page, whatever the page has made of its elements.
  try {
    if (!PROMPTS.test(event.target.localName)) say(event.type, event);
  } catch {
    // Then this was not seen.
  }
};

/** `types` with spaces between. */
export const on = (types, hear) => {
  for (const type of types.split(' ')) {
    if (!hearers[type] && !PASSED_ON.includes(type) && !OURS.includes(type)) source(type)?.addEventListener(type, acted, QUIETLY);
    hearers[type] = [...(hearers[type] || []), hear];
  }
};

export const hearNothing = () => {
  for (const type in hearers) source(type)?.removeEventListener(type, acted, true);
  hearers = {};
};
