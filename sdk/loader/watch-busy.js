/** What must not be interrupted: dragging, composing, dialogs, forms with changes, sound, the whole screen, a field. */
import { matches, matching } from './matches.js';
import { BUSY, COMPOSING, DIRTY, DRAGGING, FULLSCREEN, MEDIA, MODAL, PRESSED, WRITING } from './observation.js';
import { FIELDS } from './watch-fields.js';

/** Whoever holds the pointer for so long and moves it drags something. */
const HELD_MS = 300;

const DIALOGS = 'dialog[open],[aria-modal=true],[role=dialog],[role=alertdialog]';

/** In a page with more of them nobody looks further. */
const DIALOGS_SEEN = 20;

/** What has the focus, also inside of shadow trees that let us look. */
const focused = () => {
  let it = document.activeElement;
  while (it?.shadowRoot?.activeElement) it = it.shadowRoot.activeElement;
  return it;
};

const VISIBLY = { visibilityProperty: true, opacityProperty: true };

// https://developer.mozilla.org/docs/Web/API/Element/checkVisibility: Chrome 105, Firefox 106, Safari 17.4.
const isSeen = (element) => (element.checkVisibility ? element.checkVisibility(VISIBLY) : element.getClientRects().length);

export const watchBusy = (on, tell) => {
  const busy = [];
  let pressed;
  let form;
  let path;

  const set = (which, isOn) => {
    if (!isOn === !busy[which]) return;
    busy[which] = isOn;
    tell(BUSY, which, +!!isOn);
  };

  // Dialogs come and go without an event.
  on('look', () => {
    set(MODAL, [...matching(DIALOGS)].slice(0, DIALOGS_SEEN).some(isSeen));
    // A form goes with its page.
    if (path !== location.pathname || !form?.isConnected) form = undefined;
    set(DIRTY, form);
  });
  // Where the focus goes to is known only once it has left.
  on('look focusin', () => set(WRITING, matches(focused(), FIELDS)));
  on('edited', (field) => {
    form = field.form || form;
    path = location.pathname;
    set(DIRTY, form);
  });
  on('submit reset invalid', () => {
    form = undefined;
    set(DIRTY, form);
  });
  on('pointerdown', (event) => {
    pressed = event.timeStamp;
    set(PRESSED, true);
  });
  on('pointermove', (event) => {
    set(DRAGGING, event.buttons & 1 && event.timeStamp - pressed > HELD_MS);
    set(PRESSED, event.buttons);
  });
  on('pointercancel pointerup', () => set(PRESSED, false));
  on('dragstart', () => set(DRAGGING, true));
  on('dragend drop pointerup', () => set(DRAGGING, false));
  on('compositionstart', () => set(COMPOSING, true));
  on('compositionend', () => set(COMPOSING, false));
  on('play pause ended volumechange', ({ target }) => set(MEDIA, !target.muted && !target.paused));
  on('fullscreenchange', () => set(FULLSCREEN, document.fullscreenElement));
};
