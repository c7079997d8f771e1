/**
 * An engine (`engine.js`) in plain JavaScript: records what the vendor's code tells and delivers it, with what waited before.
 * For pages where neither the module nor its translation runs, or where it has stopped. It knows no milestones, no hesitation,
 * no surveys, no clicks; the collector finds milestones in the messages all the same.
 */
import { now as clock } from './clock.js';
import { courier } from './rescue-courier.js';
import { recorder } from './rescue-recorder.js';
import { CALLED, CONSENT, ONLINE, PAGE, RESTORED, VISIBLE } from './signal.js';
import { read, remove } from './store.js';

/** Bits of `sdk/browser/src/driver.rs`. */
const CONSENT_BITS = 3;
const MANUAL = 4;
const PRIVACY_SIGNAL = 8;
const IS_VISIBLE = 64;

/** In the order of `Consent::ALL`. */
const GRANTED = 0;
const DENIED = 1;

/** Calls that wait for consent: as many as the module would hold. */
const HELD = 1000;

/** A new route gets this long to set its title, as in `sdk/core/src/limits.rs`. */
const SETTLE_MS = 100;

/** Topics, by their number. */
const READY = 0;
const WARNING = 3;

const PAGE_VERB = 3;

/** A hash that only scrolls is no other place. */
const placeOf = ([url]) => url.replace(/#(?![/!]).*/, '');

/** What is there, of consent, pages and the rest; set by `start`. */
let tell = () => {};

/** What the module had in the page: nobody answers there any more. */
const takeAway = (hands) => {
  for (const it of ['undraw', 'retract', 'unlock', 'ungather']) quietly(hands)(it, '', 0, 0);
  quietly(hands)('observe', '', 0, 0);
  quietly(hands)('watch', '\x01', 0, 0);
  quietly(hands)('wake', '', Infinity, 0);
};

/** `tell` never throws into the page. */
const quietly =
  (act) =>
  (...args) => {
    try {
      act(...args);
    } catch {
      // Then this one was not recorded.
    }
  };

export const start = quietly((flags, key, locale, seed, here, hands, about) => {
  const { base, messages, said, stoppedAt } = about;
  const emit = (topic, detail) => hands('emit', detail, topic, 0);
  const complain = (code) => emit(WARNING, JSON.stringify({ code }));
  const store = {
    ...messages,
    put: ({ key, class: level, text, token }) => hands('persist', [key, level, text, token, ''].join('\0'), 0, 0),
  };
  const mail = courier({ url: base + 'batch', key, store, complain });
  const record = recorder({
    about: { locale, said },
    read: () => hands('read', '', 0, 0),
    save: (text) => hands('save', text, 0, 0),
    deliver: mail.add,
    complain,
  });

  const isPrivate = flags & PRIVACY_SIGNAL;
  const allowed = (consent) => (isPrivate && consent !== GRANTED ? DENIED : consent);
  const announcesPages = !(flags & MANUAL);
  let consent;
  /** `[when, where, call]` before consent. */
  let held = [];
  let shownMs = flags & IS_VISIBLE ? clock() : 0;
  let settling;
  /** The module has announced this page already. */
  let isAnnounced = !!said.message;
  let hasTold;

  const called = (when, where, call) => {
    if (consent === GRANTED) record.call(when, where, call);
    else if (consent !== DENIED && held.push([when, where, call]) > HELD) held.shift();
  };

  const announce = () => {
    settling = clearTimeout(settling);
    if (!announcesPages || isAnnounced || consent === DENIED) return;
    isAnnounced = true;
    called(clock(), here, [PAGE_VERB, '', '']);
  };

  const tellStop = () => {
    // Once, and only what is ours: no text of the error, which may hold anything.
    if (stoppedAt !== undefined && !hasTold) record.say(clock(), here, 'SDK Stopped', { signal: stoppedAt });
    hasTold = true;
  };

  const decide = (decision) => {
    const now = allowed(decision);
    if (now === consent) return;
    consent = now;
    if (consent === GRANTED) {
      messages.open();
      const anonymousId = record.begin(clock());
      if (!said.ready) emit(READY, JSON.stringify({ anonymousId }));
      tellStop();
      const calls = held;
      held = [];
      for (const it of calls) called(...it);
      void mail.recover();
    } else if (consent === DENIED) {
      held = [];
      isAnnounced = false;
      record.forget();
      mail.clear();
      hands('remove', '', 0, 0);
      return;
    }
    announce();
  };

  const leavePage = (isEnd) => {
    const now = clock();
    if (consent === GRANTED) for (const it of mail.takeLosses()) record.say(now, here, 'Messages Dropped', it);
    if (shownMs && consent === GRANTED && isAnnounced) {
      record.say(now, here, 'Page Left', { visibleMs: Math.max(0, now - shownMs) }, isEnd && { end: true });
    }
    shownMs = isEnd ? 0 : now;
  };

  const told = {
    [CALLED]: (call, when, where = here) => {
      announce();
      called(when, where, call);
    },
    [CONSENT]: decide,
    [PAGE]: (where) => {
      if (placeOf(where) === placeOf(here)) {
        here = [...where.slice(0, 4), here[4]];
        return;
      }
      announce();
      leavePage(false);
      // What was the page is now the referrer.
      here = [...where.slice(0, 4), here[0]];
      isAnnounced = false;
      settling = setTimeout(quietly(announce), SETTLE_MS);
    },
    [RESTORED]: (where) => {
      here = where;
      shownMs = clock();
      isAnnounced = false;
      announce();
    },
    [VISIBLE]: (isVisible) => {
      if (isVisible) {
        shownMs ||= clock();
        mail.revive();
        return;
      }
      announce();
      leavePage(true);
      if (consent !== GRANTED) return;
      record.end();
      mail.leave();
    },
    [ONLINE]: mail.revive,
  };
  tell = (signal, value, when = clock(), where) => told[signal]?.(value, when, where);
  if (stoppedAt !== undefined) takeAway(hands);
  // What has waited says its own; only who takes over begins with what was decided before.
  const isLater = stoppedAt !== undefined && about.consent !== undefined;
  decide(isLater ? about.consent : isPrivate ? DENIED : flags & CONSENT_BITS);
});

export const arrived = quietly((...it) => tell(...it));

/** Delivers what pages left under these names. Who runs in this page does not matter, nor who the visitor is now. */
export const drain = quietly((names, { base, key, name, locale, messages }) => {
  const mail = courier({ url: base + 'batch', key, store: messages, complain: () => {} });
  for (const it of names) {
    const text = read(it);
    remove(it);
    if (text) replay(JSON.parse(text), { name, locale, deliver: mail.add });
  }
});

const replay = ([known, waiting], { name, locale, deliver }) => {
  let mine = known || read(name);
  const record = recorder({
    about: { locale, said: {} },
    read: () => mine,
    save: (text) => {
      mine = text;
    },
    deliver,
    complain: () => {},
  });
  for (const [signal, value, when, where] of waiting) {
    if (signal === CALLED) record.call(when, where, value);
  }
};
