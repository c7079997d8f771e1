/**
 * The tab at the edge of the window that opens a survey. Draws it and says that it was pressed; does not know what it opens.
 */
import { add } from './frame.js';
import { lookOf } from './survey-look.js';
import { OPENED } from './survey-said.js';

/** Tabs by their survey: what says whether the tab's survey is open. */
const tabs = new Map();

/** Draws, changes or takes away the tab of a view's survey, and answers with what opens it, as it were. */
export const drawTab = ({ survey, tab, accent, lang, dir, step }, tell, close) => {
  let it = tabs.get(survey);
  if (!tab) {
    it?.end();
    tabs.delete(survey);
    return;
  }
  if (!it) {
    const host = document.createElement('milepost-prompt');
    // The way back from the survey: who gives the focus to the element gives it to the button.
    const root = host.attachShadow({ mode: 'closed', delegatesFocus: true });
    const [sheets, paint] = lookOf(host, accent);
    const panel = add(root, 'div', '', 'tabbed');
    const button = add(panel, 'button', '', 'tab');
    const life = new AbortController();
    let isOpen;
    const set = (now) => {
      isOpen = now;
      button.ariaExpanded = now;
    };
    root.adoptedStyleSheets = sheets;
    button.onclick = (event) => {
      event.stopPropagation();
      if (isOpen) close();
      else tell(OPENED);
    };
    const end = () => {
      life.abort();
      host.remove();
    };
    it = { button, panel, set, end };
    tabs.set(survey, it);
    (document.body || document.documentElement).append(host);
    paint({ panel, root, signal: life.signal });
  }
  it.button.textContent = tab;
  it.panel.lang = lang;
  it.panel.dir = dir;
  it.set(!!step);
  return it.set;
};
