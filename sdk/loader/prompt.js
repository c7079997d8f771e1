/**
 * The question "Is something confusing you?", and the hint that opens it: drawn over the page, apart from the page.
 *
 * Draws when told to and says what became of it; does not know why it asks, nor when it may.
 * Only what a strict policy allows: no markup from text, no inline style. Takes no focus by itself, and sends nothing.
 */
import { matching } from './matches.js';
import { sheetWith } from './prompt-style.js';

/** What became of it, by number; the same list as `PromptSaid::ALL` in `sdk/core/src/hesitation/record.rs`. */
const ASKED = 0;
const HINTED = 1;
const OPENED = 2;
const FINE = 3;
const CONFUSED = 4;
const HELP = 5;
const DISMISSED = 6;
const NEVER = 8;
const HELD = 9;
const RELEASED = 10;

/** Long enough to be read, short enough not to be closed by hand. */
const THANKS_MS = 4000;

/** What somebody may write; the collector keeps no more of it. */
const DETAIL_LENGTH = 1000;

/** Events that end at the prompt: keys typed here are no shortcuts of the page, clicks here are not outside its menus. */
const OURS = 'keydown keypress keyup beforeinput input paste click dblclick pointerdown pointerup mousedown mouseup';

/** Bits of `holds`. */
const POINTER = 1;
const FOCUS = 2;
const ANSWERING = 4;

/** What is drawn: `[withdraw, whether it is a hint, remove]`. */
let drawn;

/** Takes it away; when somebody is at it, as soon as they leave it. */
export const retract = () => drawn?.[0]();

/**
 * Draws the question, or only the hint. `texts`: accent, the words in the order of `Wording`, then label and URL of
 * each help link. `said(what, text)` hears what becomes of it; the text is what was written, or the link followed.
 */
export const prompt = (isOpen, texts, said) => {
  const [accent, question, fine, confused, detail, send, thanks, close, links, hint, announcement, never, ...help] = texts;
  const parent = document.body || document.documentElement;
  // Without constructed sheets (Safari before 16.4) it could not be drawn apart from the page.
  if (!parent || !document.adoptedStyleSheets) return;
  // One at a time; a question takes the place of a hint.
  if (drawn && !(isOpen && drawn[1])) return;
  drawn?.[2]();

  const host = document.createElement('milepost-prompt');
  const root = host.attachShadow({ mode: 'closed' });
  const listeners = new AbortController();
  const { signal } = listeners;
  /** What it means to go away from here. */
  let silence = DISMISSED;
  let holds = 0;
  let isLeaving;
  /** Where the focus was before it came here, and where it goes here. */
  let before;
  let first;
  let timer;

  const on = (target, type, then) => target.addEventListener(type, then, { signal });

  const add = (to, tag, text, className) => {
    const it = document.createElement(tag);
    it.textContent = text;
    it.className = className;
    to.append(it);
    return it;
  };

  const addButton = (to, text, className, then) => {
    const it = add(to, 'button', text, className);
    it.type = 'button';
    on(it, 'click', then);
    return it;
  };

  const goBack = () => {
    if (root.activeElement) {
      before?.focus({ preventScroll: true });
      root.activeElement?.blur();
    }
  };

  const remove = () => {
    listeners.abort();
    sizes.disconnect();
    clearTimeout(timer);
    goBack();
    host.remove();
    drawn = undefined;
  };

  const end = (what, text) => {
    remove();
    if (what) said(what, text);
  };

  const leave = () => end(silence, '');

  /** Going away without being sent away refuses nothing. */
  const withdraw = () => {
    isLeaving = holds & (POINTER | FOCUS);
    if (!isLeaving) end(silence === CONFUSED && silence, '');
  };

  const hold = (bit, isOn) => {
    const wasHeld = holds;
    holds = isOn ? holds | bit : holds & ~bit;
    if (!wasHeld !== !holds) said(holds ? HELD : RELEASED, '');
    if (isLeaving) withdraw();
  };

  const thank = (what, text) => {
    isLeaving = silence = 0;
    goBack();
    body.remove();
    status.textContent = thanks;
    status.className = 'title';
    status.id = 'title';
    first = closer;
    // Whatever is asked of it now: it goes by itself.
    drawn[0] = () => {};
    timer = setTimeout(withdraw, THANKS_MS);
    said(what, text);
  };

  const ask = () => {
    panel.className = 'panel';
    panel.setAttribute('role', 'dialog');
    panel.removeAttribute('aria-label');
    panel.setAttribute('aria-labelledby', 'title');
    add(body, 'p', question, 'title').id = 'title';
    const row = add(body, 'div', '', 'row');
    const no = addButton(row, fine, '', () => thank(FINE, ''));
    const yes = addButton(row, confused, '', () => {
      silence = CONFUSED;
      hold(ANSWERING, true);
      const field = add(add(row, 'label', detail, ''), 'textarea', '', '');
      field.maxLength = DETAIL_LENGTH;
      addButton(row, send, '', () => thank(CONFUSED, field.value));
      first = field;
      // Before the button goes that has the focus now.
      field.focus();
      no.remove();
      yes.remove();
    });
    first = no;
    const list = document.createElement('div');
    for (let at = 0; at < help.length; at += 2) {
      const link = add(list, 'a', help[at], '');
      link.href = help[at + 1];
      link.target = '_blank';
      link.rel = 'noopener';
      on(link, 'click', () => {
        if (silence === DISMISSED) silence = 0;
        said(HELP, help[at + 1]);
      });
      // Neither `javascript:` nor anything else that is not a page.
      if (!/^https?:$/.test(link.protocol)) link.remove();
    }
    if (list.firstChild) {
      add(body, 'p', links, 'soft');
      body.append(list);
    }
    addButton(body, never, 'soft', () => end(NEVER, ''));
  };

  const panel = add(root, 'div', '', 'panel hint');
  const body = add(panel, 'div', '', '');
  const closer = addButton(panel, '×', 'close', leave);
  closer.setAttribute('aria-label', close);
  const status = add(panel, 'p', '', 'unseen');
  status.setAttribute('role', 'status');
  if (isOpen) {
    ask();
  } else {
    panel.setAttribute('role', 'complementary');
    panel.setAttribute('aria-label', hint);
    first = addButton(body, hint, '', () => {
      const opener = first;
      ask();
      drawn[1] = false;
      first.focus();
      opener.remove();
      said(OPENED, '');
    });
  }

  const onKey = (event) => {
    const { key, altKey, ctrlKey, metaKey, shiftKey } = event;
    if (key !== 'F6' || event.defaultPrevented || altKey || ctrlKey || metaKey || shiftKey) return;
    const was = root.activeElement;
    was ? goBack() : first.focus();
    if (root.activeElement !== was) event.preventDefault();
  };
  for (const type of OURS.split(' ')) on(host, type, (event) => event.stopPropagation());
  on(host, 'keydown', (event) => {
    if (event.key === 'Escape' && !event.isComposing) {
      event.preventDefault();
      leave();
    }
    onKey(event);
  });
  on(window, 'keydown', onKey);
  on(host, 'pointerenter', () => hold(POINTER, true));
  on(host, 'pointerleave', () => hold(POINTER, false));
  on(host, 'focusin', (event) => {
    before = event.relatedTarget || before;
    hold(FOCUS, true);
  });
  on(host, 'focusout', () => hold(FOCUS, false));
  on(window, 'pagehide', () => silence === CONFUSED && leave());

  /** What has the focus is never wholly below the panel: https://www.w3.org/TR/WCAG22/#focus-not-obscured-minimum */
  const dodge = () =>
    requestAnimationFrame(() => {
      const ours = panel.getBoundingClientRect();
      const { activeElement } = document;
      const { top, bottom, left, right } = activeElement?.getBoundingClientRect() || {};
      const isCovered = top >= ours.top && bottom <= ours.bottom && left >= ours.left && right <= ours.right;
      if (isCovered && activeElement !== host) host.toggleAttribute('top');
    });
  on(window, 'focusin', dodge);

  // The page may take it away, alone or with its whole body.
  const sizes = new ResizeObserver(() => host.isConnected || leave());
  sizes.observe(panel);

  root.adoptedStyleSheets = [sheetWith(accent)];
  host.setAttribute('popover', 'manual');
  parent.append(host);
  // Above everything but what the visitor must answer first: https://github.com/whatwg/html/issues/9936
  if (host.showPopover && !matching(':modal').length) host.showPopover();
  drawn = [withdraw, !isOpen, remove];
  said(isOpen ? ASKED : HINTED, '');
  dodge();
  // Only what changes in a region that is already there is read out.
  if (isOpen) requestAnimationFrame(() => (status.textContent ||= announcement));
};
