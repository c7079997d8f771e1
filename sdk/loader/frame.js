/**
 * What every prompt of ours stands in: one element, apart from the page, with a panel, a live region and a way out.
 * Keys in and out, the way back for the focus, who is at it, the top layer: the same for all.
 *
 * Does not know what stands in it, nor what leaving means.
 */
import { matching } from './matches.js';
import { quiet } from './quiet.js';

/** Events that end at the prompt: keys typed here are no shortcuts of the page, clicks here are not outside its menus. */
const OURS = 'keydown keypress keyup input paste click pointerdown mousedown mouseup touchstart';

/** Who is at it, in bits. */
export const POINTER = 1;
export const FOCUS = 2;
export const ANSWERING = 4;

/** Where a prompt can stand; nothing without constructed sheets (Safari before 16.4): it could not be kept apart. */
export const place = () => document.adoptedStyleSheets && (document.body || document.documentElement);

/** An element of ours; its class is also its part, by which the page may style it. */
export const add = (to, tag, text = '', className = '') => {
  const it = document.createElement(tag);
  it.textContent = text;
  it.className = className;
  if (className) it.part = className;
  to.append(it);
  return it;
};

/** Sets attributes; older browsers have no properties for all of them. */
export const mark = (it, attributes) => {
  for (const name in attributes) it.setAttribute(name, attributes[name]);
  return it;
};

/** A constructed sheet is the one kind of style that `style-src 'none'` lets through. */
export const sheetOf = (rules) => {
  const it = new CSSStyleSheet();
  it.replaceSync(rules);
  return it;
};

/** Neither `javascript:` nor anything else that is not a page; else it is gone. */
export const lead = (link, url) => {
  link.href = url;
  link.target = '_blank';
  link.rel = 'noopener';
  if (!/^https?:$/.test(link.protocol)) link.remove();
};

/** Before the next picture, where the page lets us. */
export const soon = quiet((then) => requestAnimationFrame(quiet(then)));

/** Elements of the page's own keep what was attached to them. */
const roots = new WeakMap();

/**
 * A frame in `host`, not drawn yet. `heard` has what to do when somebody leaves by key or button (`leave`), the page takes
 * it away (`gone`, else `leave`), somebody comes to it or goes (`held`), or ends a line (`enter`). In an element of the page's own (`isInline`)
 * Escape and F6 stay the page's.
 */
export const frame = (host, sheets, close, heard, isInline) => {
  const root = roots.get(host) || host.attachShadow({ mode: 'closed' });
  roots.set(host, root);
  const listeners = new AbortController();
  const panel = add(root, 'div', '', 'panel');
  const body = add(panel, 'div');
  const status = mark(add(panel, 'p', '', 'unseen'), { role: 'status' });
  let holds = 0;
  /** What is done as soon as nobody is at it. */
  let waiting;
  /** Where the focus was before it came here. */
  let before;
  let removal;
  let announced;

  const on = (target, type, then) =>
    target.addEventListener(type, quiet(then), { __proto__: null, signal: listeners.signal, passive: type !== 'keydown' });

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

  const whenFree = (then) => {
    waiting = holds & (POINTER | FOCUS) && then;
    if (!waiting) then();
  };

  const hold = (bit, isOn) => {
    const wasHeld = holds;
    holds = isOn ? holds | bit : holds & ~bit;
    if (!wasHeld !== !holds) heard.held(!wasHeld);
    if (waiting) whenFree(waiting);
  };

  /** Once it is drawn, and whenever the focus has moved. */
  const look = () =>
    soon(() => {
      // Only what changes in a region that is already there is read out.
      if (announced) status.textContent ||= announced;
      // What has the focus is never wholly below: https://www.w3.org/TR/WCAG22/#focus-not-obscured-minimum
      const { activeElement } = document;
      // Nothing has it, or it is here: then the page need not be laid out for this.
      if (!activeElement || activeElement === host || activeElement === document.body) return;
      const ours = panel.getBoundingClientRect();
      const { top, bottom, left, right } = activeElement.getBoundingClientRect();
      const isCovered = top >= ours.top && bottom <= ours.bottom && left >= ours.left && right <= ours.right;
      if (isCovered) panel.classList.toggle('top');
    });

  const plainKey = (event) =>
    !event.isComposing && !event.altKey && !event.ctrlKey && !event.shiftKey && event.key;

  root.adoptedStyleSheets = sheets;
  for (const type of OURS.split(' ')) on(host, type, (event) => event.stopPropagation());

  // Keys that lead out of here act when let go: the page would hear the second half of a stroke, and may act on it.
  // Once chosen, or at the end of a line, it goes on.
  const press = (at) => (at.type === 'text' || (at.type === 'radio' && at.checked) ? heard.enter() : at.click());
  const strokes = { Enter: () => press(root.activeElement), Send: heard.enter };
  if (!isInline) Object.assign(strokes, { Escape: () => heard.leave(), F6: goBack });
  let stroke;
  let pressed;
  on(host, 'keydown', (event) => {
    pressed = event.key;
    const isSend = pressed === 'Enter' && (event.ctrlKey || event.metaKey);
    const key = isSend ? 'Send' : plainKey(event);
    // Enter is for what can be pressed, and ends a line; in a larger field it begins one, on a link it leads to no other focus.
    stroke = (key !== 'Enter' || /^(submit|radio|checkbox|text)$/.test(root.activeElement.type)) && strokes[key];
    if (stroke) event.preventDefault();
  });
  // Nothing that is held together with Meta is told to be let go.
  on(host, 'keyup', ({ key }) => {
    const act = (key === pressed || key === 'Meta') && stroke;
    if (!act) return;
    stroke = 0;
    act();
  });

  on(host, 'pointerenter', () => hold(POINTER, true));
  on(host, 'pointerleave', () => hold(POINTER, false));
  on(host, 'focusin', (event) => {
    before = event.relatedTarget || before;
    hold(FOCUS, true);
  });
  on(host, 'focusout', () => hold(FOCUS, false));

  const it = {
    add,
    addButton,
    body,
    goBack,
    hold,
    on,
    panel,
    root,
    signal: listeners.signal,
    status,
    whenFree,
    /** What takes the focus at F6. */
    first: undefined,
    /** The way out; made by who needs it, after what stands before it. */
    addCloser: () => {
      it.closer = mark(addButton(panel, '', 'close', () => heard.leave()), { 'aria-label': close });
    },
    name: (role, label) => mark(panel, { role, 'aria-label': label }),
    /** Nothing waits any more for them to leave. */
    stay: () => {
      waiting = 0;
    },
    end: () => {
      listeners.abort();
      removal?.disconnect();
      goBack();
      if (isInline) root.replaceChildren();
      else host.remove();
    },
    /** Draws it over the page, and says so where there is something to announce. */
    show: (parent, announcement) => {
      announced = announcement;
      on(window, 'keydown', (event) => {
        if (!event.defaultPrevented && plainKey(event) === 'F6') {
          it.first.focus();
          if (root.activeElement) event.preventDefault();
        }
      });
      on(window, 'focusin', look);
      // The page may take it away, alone or with its whole body.
      quiet(() => {
        removal = new ResizeObserver(quiet(() => host.isConnected || (heard.gone || heard.leave)()));
        removal.observe(panel);
      })();
      mark(panel, { popover: 'manual' });
      parent.append(host);
      // Above everything but what the visitor must answer first: https://github.com/whatwg/html/issues/9936
      if (panel.showPopover && !matching(':modal').length) panel.showPopover();
      look();
    },
  };
  return it;
};
