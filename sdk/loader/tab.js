/**
 * The tab at the edge of the window that opens a survey. Draws it and says that it was pressed; does not know what it opens.
 */
import { add, mark } from './frame.js';
import { quiet } from './quiet.js';
import { dress } from './survey-choice.js';
import { OPENED } from './survey-said.js';

/** The one that there is. */
let it;

/** Takes it away, if it is this survey's. */
export const removeTab = (survey) => {
  if (it?.survey !== survey) return;
  it.life.abort();
  it.host.remove();
  it = undefined;
};

/**
 * Draws the tab of a view's survey in the place of any other. Answers with what tells it whether the survey is open, and
 * that with whether somebody who pressed it is still there, and wants to go in. `lookOf` is `survey-look.js`'s.
 */
export const drawTab = ({ survey, tab, accent, lang, dir }, tell, close, lookOf) => {
  if (it?.survey !== survey) {
    if (it) removeTab(it.survey);
    const host = document.createElement('milepost-prompt');
    const life = new AbortController();
    // The way back from the survey: who gives the focus to the element gives it to the button.
    const root = host.attachShadow({ mode: 'closed', delegatesFocus: true });
    const [sheets, paint] = lookOf(host, accent);
    const panel = add(root, 'div', '', 'tabbed');
    const button = add(panel, 'button', '', 'tab');
    let isOpen;
    let isPressed;
    const set = (now) => {
      const { activeElement } = document;
      // Safari gives a button that is clicked no focus.
      const isWanted = now && isPressed && (activeElement === host || activeElement === document.body);
      isOpen = now;
      isPressed = false;
      mark(button, { 'aria-expanded': now });
      return isWanted;
    };
    root.adoptedStyleSheets = sheets;
    dress(root);
    button.onclick = quiet((event) => {
      event.stopPropagation();
      if (isOpen) return close();
      isPressed = true;
      tell(OPENED);
    });
    it = { survey, host, life, panel, button, set };
    (document.body || document.documentElement).append(host);
    paint({ panel, root, signal: life.signal });
    set(false);
  }
  it.button.textContent = tab;
  it.panel.lang = lang;
  it.panel.dir = dir;
  return it.set;
};
