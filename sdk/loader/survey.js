/**
 * Surveys: draws the screens it is given, one in the place of the other, and says what became of each.
 *
 * Does not know what comes next, nor whether it may be shown. Over the page (`milepost-prompt`), or in an element of
 * the page's own (`milepost-survey`). What few surveys need, these elements among it, comes when it is needed (`survey-more.js`). Only what a strict policy allows: no markup from text, no inline style.
 */
import { add, frame, place, soon } from './frame.js';
import { matching } from './matches.js';
import { quiet } from './quiet.js';
import { ANSWERED, BACK, CLOSED, FOLLOWED, GONE, HELD, NEVER, NOT_NOW, RECEIPT, RELEASED, SHOWN, SKIPPED, THERE } from './survey-said.js';
import { drawStep, needsMore, progress, written } from './survey-step.js';
import { lookOf } from './survey-look.js';

/** Long enough to be read, short enough not to be closed by hand; and so much for each character. */
const THANKS_MS = 4000;
const CHARACTER_MS = 50;

/** Surveys that are drawn: by their element in the page, or `undefined` for what is over it. */
const drawn = new Map();

/** `survey-more.js`, once it is here. */
let more;

/** Views that wait for it, by survey. */
const waiting = new Map();

/**
 * From now on `said(what, survey)` hears of the page's elements for surveys: that they are there, or gone.
 * `fetchMore(then, failed)` brings `survey-more.js`.
 */
export const attend = (said, fetchMore) =>
  fetchMore((it) => {
    more = it;
    more.watch((element, survey) => {
      if (!element.isConnected) drawn.get(element)?.leave();
      said(element.isConnected ? THERE : GONE, survey);
    });
  });

/**
 * What is drawn of a survey goes as soon as nobody is at it: what is over the page or in it, and where there is only its
 * tab, the tab. Without a survey: whatever is over the page.
 */
export const retract = (survey) => {
  waiting.delete(survey);
  const run = drawn.get(more?.elementOf(survey)) || drawn.get();
  if (run && (!survey || run.survey === survey)) run.retract();
  else more?.removeTab(survey);
};

/**
 * Draws a screen, or the next one in its place. `said(what, value, survey)` hears what becomes of it;
 * a view without a step is only a tab. What needs more is drawn when that is here; what stands there till then takes no answer.
 */
export const draw = (view, said, fetchMore) => {
  const { survey, surface, step } = view;
  const tell = (what, value) => said(what, value, survey);
  if (!place()) return tell(GONE);
  waiting.delete(survey);
  if (more || (surface === 'popover' && !needsMore(step))) return drawNow(view, tell);
  waiting.set(survey, view);
  const run = drawn.get();
  const isNext = run?.survey === survey;
  if (isNext) run.wait();
  fetchMore(
    (it) => {
      more = it;
      if (waiting.get(survey) !== view) return;
      waiting.delete(survey);
      drawNow(view, tell);
    },
    () => waiting.delete(survey) && (isNext ? run.leave(GONE) : tell(GONE)),
  );
};

const drawNow = (view, tell) => {
  const { survey, surface, step } = view;
  const isInline = surface === 'inline';
  const element = isInline ? more.elementOf(survey) : undefined;
  let run = drawn.get(element);
  const isOpen = surface === 'tab' ? more.drawTab(view, tell, () => drawn.get()?.leave(CLOSED), lookOf) : undefined;
  if (!step) return;
  if (isInline ? !element : run && run.survey !== survey) return tell(GONE);
  if (!run) {
    run = begin(view, tell, element, isOpen, () => drawn.delete(element));
    drawn.set(element, run);
  }
  run.go(view);
};

/** Lets `fill(surface, under)` open a panel of ours that is no survey's, over the page and in front of what is drawn there. */
export const open = (fill) => place() && fill(surface, drawn.get());

/** What the page insists on comes first, also where it only says that it does. */
const insists = () => [...matching(':modal,:fullscreen,[aria-modal=true]')].some((it) => it.getClientRects().length);

/** A frame with the looks of surveys; also the question's. */
export const surface = ({ words, lang, dir, accent }, element, heard) => {
  const host = element || document.createElement('milepost-prompt');
  const [sheets, paint, tune] = lookOf(host, accent);
  const it = frame(host, sheets, words[6], heard, element);
  const { panel, on, root } = it;
  panel.classList.add(element ? 'in' : 'over');
  panel.lang = lang;
  panel.dir = dir;

  /** Above the keyboard of a phone, where there is one: only a part of the window is seen then. */
  const fit = () => {
    const { height, offsetTop, scale } = visualViewport;
    const hidden = scale > 1.05 ? 0 : Math.max(innerHeight - height - offsetTop, 0);
    tune('--mp-up', `${hidden}px`);
    tune('--mp-high', hidden > 1 ? `${height - 16}px` : '');
    show();
  };

  /** Wholly, which Firefox leaves to chance. */
  const show = () => root.activeElement?.scrollIntoView({ block: 'nearest' });

  let again;
  const yieldTo = () =>
    soon(() => {
      const isBehind = insists();
      clearTimeout(again);
      // Not every way to go has an event.
      if (isBehind && !it.signal.aborted) again = setTimeout(quiet(yieldTo), 500);
      panel.classList.toggle('behind', isBehind);
      if (!isBehind && host.isConnected && panel.popover && !panel.matches(':popover-open')) panel.showPopover();
    });

  it.tune = tune;
  it.show = ((draw) => (announcement) => {
    if (element) {
      paint(it);
      return;
    }
    it.addCloser();
    draw(place(), announcement);
    on(panel, 'focusin', show);
    paint(it);
    if (window.visualViewport) for (const type of ['resize', 'scroll']) on(visualViewport, type, fit);
    for (const type of 'focusin click keyup close toggle fullscreenchange'.split(' ')) {
      addEventListener(type, quiet(yieldTo), { __proto__: null, capture: true, passive: true, signal: it.signal });
    }
    yieldTo();
  })(it.show);
  return it;
};

const begin = (view, tell, element, isOpen, ended) => {
  const { survey } = view;
  /** What was put into the controls of each step and not sent. */
  const drafts = {};
  let step;
  /** All that is drawn, but what was answered. */
  let screen;
  let controls;
  let timer;
  let isLeaving;
  /** The next screen is on its way: nothing is an answer to it yet. */
  let isWaiting;

  const act = (what, value) => isWaiting || tell(what, value);

  const leave = (what) => {
    if (isLeaving) return;
    isLeaving = true;
    clearTimeout(timer);
    // Whoever takes it away for that means what is drawn now, not the tab.
    if (what) tell(what);
    it.end();
    ended();
    isOpen?.(false);
  };

  const next = () => {
    if (step.kind === 'thanks' || isWaiting) return;
    const value = controls.read();
    if (value) tell(ANSWERED, value);
    else if (step.isRequired && controls.first) controls.fail();
    else tell(SKIPPED);
  };

  const it = surface(view, element, {
    leave: () => leave(CLOSED),
    gone: () => leave(GONE),
    held: (isHeld) => tell(isHeld ? HELD : RELEASED),
    enter: next,
  });
  const { addButton, body, panel, status } = it;

  const go = (now) => {
    isWaiting = false;
    if (step) drafts[step.id] = controls.read();
    // Drawn again is not drawn anew: what has the focus keeps it.
    const text = JSON.stringify({ ...now, step: { ...now.step, answer: 0 } });
    if (screen === text) return;
    screen = text;
    const [nextWord, backWord, skipWord, sendWord, notNow, never, , why, , , announcement, saved] = now.words;
    const { kind, title, url, contact } = (step = now.step);
    const isThanks = kind === 'thanks';
    const isPlain = isThanks && !url && !contact;
    const before = [...body.children];
    const focused = it.root.activeElement;

    more?.dress(it.root);
    const told = {
      pointed: next,
      agreed: (value) => tell(ANSWERED, value),
      followed: (link) => act(FOLLOWED, link),
    };
    controls = drawStep(it, now, drafts[step.id] ?? written(step.answer), told, more);
    it.name(element ? 'region' : 'dialog', title);

    const nav = add(body, 'div', '', 'nav');
    if (now.canBack) addButton(nav, backWord, 'back', () => act(BACK));
    const at = !isThanks && now.of > 1 ? progress(now, now.at, now.of) : '';
    add(nav, 'p', at, 'progress');
    const link = controls.addLink(nav);
    it.first = controls.first || link || it.closer;
    if (!isThanks) {
      if (now.canSkip && controls.first) addButton(nav, skipWord, 'skip', () => act(SKIPPED));
      const on = addButton(nav, now.isLast ? sendWord : nextWord, link ? 'next' : 'primary', next);
      it.first = controls.first || link || on;
      const footer = add(body, 'div', '', 'footer');
      addButton(footer, notNow, 'later', () => leave(NOT_NOW));
      addButton(footer, never, 'never', () => leave(NEVER));
      addButton(footer, why, 'why', () => tell(RECEIPT));
    } else if (!nav.textContent) nav.remove();

    // What has the focus goes only when it has another place.
    if (focused && before.length && focused !== it.closer) {
      if (isPlain) it.goBack();
      else controls.title.focus();
    }
    for (const it of before) it.remove();

    if (!before.length) {
      const isWanted = isOpen?.(true);
      it.show(isWanted ? '' : announcement);
      if (isWanted) it.first.focus();
      tell(SHOWN);
    } else {
      // Where the focus goes is read out by itself.
      status.textContent = [saved, at, it.root.activeElement ? '' : title].filter(Boolean).join(' ');
      panel.scrollTop = 0;
    }
    clearTimeout(timer);
    if (isPlain && !element) {
      timer = setTimeout(quiet(() => it.whenFree(() => leave(CLOSED))), THANKS_MS + CHARACTER_MS * (title + step.text).length);
    }
  };

  const wait = () => {
    isWaiting = true;
  };

  return { survey, go, it, leave, view, wait, retract: () => it.whenFree(() => leave()) };
};
