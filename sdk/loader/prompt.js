/**
 * The question "Is something confusing you?", and the hint that opens it: drawn over the page, apart from the page.
 *
 * Draws when told to and says what became of it; does not know why it asks, nor when it may.
 * Only what a strict policy allows: no markup from text, no inline style. Takes no focus by itself, and sends nothing.
 */
import { matching } from './matches.js';
import { ASKED, CONFUSED, DISMISSED, FINE, HELD, HELP, HINTED, NEVER, OPENED, RELEASED } from './prompt-said.js';
import { sheetWith } from './prompt-style.js';

/** Events that end at the prompt: keys typed here are no shortcuts of the page, clicks here are not outside its menus. */
const OURS = 'keydown keypress keyup input paste click pointerdown mousedown mouseup touchstart';

/** Takes away what is drawn, but for thanks: they go by themselves. */
let withdraw;
let isDrawn;
let isHint;

/** Takes it away; when somebody is at it, as soon as they leave it. */
export const retract = () => withdraw?.();

/**
 * Draws the question, or only the hint. `texts`: accent, the words in the order of `Wording`, then label and URL of
 * each help link. `said(what, text)` hears what becomes of it; the text, if any, is what was
 * written, or the link followed.
 */
export const prompt = (isOpen, texts, said) => {
  const [accent, question, fine, confused, detail, send, thanks, close, links, hint, announcement, never, ...help] = texts;
  const parent = document.body || document.documentElement;
  // A question takes the place of a hint.
  if (isOpen && isHint) retract();
  // One at a time. Without constructed sheets (Safari before 16.4) it could not be drawn apart from the page.
  if (isDrawn || !parent || !document.adoptedStyleSheets) return;

  const host = document.createElement('milepost-prompt');
  const root = host.attachShadow({ mode: 'closed' });
  const listeners = new AbortController();
  /** Long enough to be read, short enough not to be closed by hand. */
  const THANKS_MS = 4000;
  /** What somebody may write, in UTF-16 units: at most 3,000 bytes, where the module lets through 4,000. */
  const DETAIL_LENGTH = 1000;

  /** What it means to go away from here. */
  let silence = DISMISSED;
  /** Who is at it, in bits. */
  const POINTER = 1;
  const FOCUS = 2;
  const ANSWERING = 4;
  let holds = 0;
  let isLeaving;
  /** Where the focus was before it came here, and where it goes here. */
  let before;
  let first;
  let timer;

  const on = (target, type, then) =>
    target.addEventListener(type, then, { signal: listeners.signal, passive: type !== 'keydown' });

  const add = (to, tag, text = '', className = '') => {
    const it = document.createElement(tag);
    it.textContent = text;
    it.className = className;
    to.append(it);
    return it;
  };

  const addButton = (to, text, className, then) => {
    const it = add(to, 'button', text, className);
    on(it, 'click', then);
    return it;
  };

  const goBack = () => {
    if (root.activeElement) {
      before?.focus({ preventScroll: true });
      root.activeElement?.blur();
    }
  };

  const end = (what) => {
    listeners.abort();
    removal.disconnect();
    clearTimeout(timer);
    goBack();
    host.remove();
    isDrawn = isHint = withdraw = undefined;
    if (what) said(what);
  };

  const leave = () => end(silence);

  /** Being taken away refuses nothing. */
  const take = () => {
    isLeaving = holds & (POINTER | FOCUS);
    if (!isLeaving) end(silence === CONFUSED && silence);
  };

  const hold = (bit, isOn) => {
    const wasHeld = holds;
    holds = isOn ? holds | bit : holds & ~bit;
    if (!wasHeld !== !holds) said(holds ? HELD : RELEASED);
    if (isLeaving) take();
  };

  const thank = (what, text) => {
    withdraw = isLeaving = silence = 0;
    goBack();
    body.remove();
    status.textContent = thanks;
    status.className = 'title';
    first = closer;
    timer = setTimeout(take, THANKS_MS);
    said(what, text);
  };

  const ask = () => {
    isHint = false;
    panel.classList.remove('hint');
    name('dialog', question);
    add(body, 'p', question, 'title');
    const row = add(body, 'div', '', 'row');
    const no = addButton(row, fine, '', () => thank(FINE));
    const yes = addButton(row, confused, '', () => {
      silence = CONFUSED;
      hold(ANSWERING, true);
      first = add(add(row, 'label', detail), 'textarea');
      first.maxLength = DETAIL_LENGTH;
      const field = first;
      addButton(row, send, '', () => thank(CONFUSED, field.value));
      // Before the button goes that has the focus now.
      field.focus();
      no.remove();
      yes.remove();
    });
    first = no;
    const list = add(body, 'div');
    add(list, 'p', links, 'soft');
    for (let at = 0; at < help.length; at += 2) {
      const link = add(list, 'a', help[at]);
      const url = help[at + 1];
      link.href = url;
      link.target = '_blank';
      link.rel = 'noopener';
      on(link, 'click', () => {
        // Who took help has not refused it.
        if (silence === DISMISSED) silence = 0;
        said(HELP, url);
      });
      // Neither `javascript:` nor anything else that is not a page.
      if (!/^https?:$/.test(link.protocol)) link.remove();
    }
    if (!list.children[1]) list.remove();
    addButton(body, never, 'soft', () => end(NEVER));
  };

  const name = (role, label) => {
    panel.setAttribute('role', role);
    panel.setAttribute('aria-label', label);
  };

  const panel = add(root, 'div', '', 'panel');
  const body = add(panel, 'div');
  const status = add(panel, 'p', '', 'unseen');
  status.setAttribute('role', 'status');
  const closer = addButton(panel, '', 'close', leave);
  closer.setAttribute('aria-label', close);
  if (isOpen) {
    ask();
  } else {
    isHint = true;
    panel.classList.add('hint');
    name('complementary', hint);
    const opener = addButton(body, hint, '', () => {
      ask();
      first.focus();
      opener.remove();
      said(OPENED);
    });
    first = opener;
  }

  for (const type of OURS.split(' ')) on(host, type, (event) => event.stopPropagation());

  // Keys that lead out of here act when let go: the page would hear the second half of a stroke, and may act on it.
  const strokes = { Escape: leave, F6: goBack, Enter: () => root.activeElement.click() };
  let stroke;
  const plainKey = (event) =>
    !event.isComposing && !event.altKey && !event.ctrlKey && !event.shiftKey && event.key;
  on(host, 'keydown', (event) => {
    const key = plainKey(event);
    // Enter is for buttons; in the field it begins a line, on a link it leads to no other focus.
    stroke = (key !== 'Enter' || root.activeElement.type === 'submit') && strokes[key];
    if (stroke) event.preventDefault();
  });
  on(host, 'keyup', ({ key }) => stroke && stroke === strokes[key] && stroke());
  on(window, 'keydown', (event) => {
    if (!event.defaultPrevented && plainKey(event) === 'F6') {
      first.focus();
      if (root.activeElement) event.preventDefault();
    }
  });

  on(host, 'pointerenter', () => hold(POINTER, true));
  on(host, 'pointerleave', () => hold(POINTER, false));
  on(host, 'focusin', (event) => {
    before = event.relatedTarget || before;
    hold(FOCUS, true);
  });
  on(host, 'focusout', () => hold(FOCUS, false));
  on(window, 'pagehide', () => silence === CONFUSED && leave());

  /** Once it is drawn, and whenever the focus has moved. */
  const look = () =>
    requestAnimationFrame(() => {
      // Only what changes in a region that is already there is read out.
      if (isOpen) status.textContent ||= announcement;
      // What has the focus is never wholly below: https://www.w3.org/TR/WCAG22/#focus-not-obscured-minimum
      const ours = panel.getBoundingClientRect();
      const { activeElement } = document;
      const { top, bottom, left, right } = activeElement?.getBoundingClientRect() || {};
      const isCovered = top >= ours.top && bottom <= ours.bottom && left >= ours.left && right <= ours.right;
      if (isCovered && activeElement !== host) panel.classList.toggle('top');
    });
  on(window, 'focusin', look);

  // The page may take it away, alone or with its whole body.
  const removal = new ResizeObserver(() => host.isConnected || leave());
  removal.observe(panel);

  root.adoptedStyleSheets = [sheetWith(accent)];
  panel.setAttribute('popover', 'manual');
  parent.append(host);
  // Above everything but what the visitor must answer first: https://github.com/whatwg/html/issues/9936
  if (panel.showPopover && !matching(':modal').length) panel.showPopover();
  isDrawn = true;
  withdraw = take;
  look();
  said(isOpen ? ASKED : HINTED);
};
