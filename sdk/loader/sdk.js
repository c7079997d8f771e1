/**
 * What the script tag loads: takes over the calls made before it came, starts the module, and is
 * the public function from then on. It does not know what the calls mean, except `on` and `debug`.
 *
 * What few pages need is loaded when it is wanted, as modules beside the module. The inspector: `debug(inspect, on)`, where
 * `inspect()` has the module tell, and `on(heard)` hears each time it has. The receipt: `receipt(open, call)`, where `open` is
 * `survey.js`'s, and `call(path, more)` posts `{writeKey, identityToken, anonymousId, userId, ...more}` to `/v1/` + path and
 * promises what is answered, or fails with its `status`. What few surveys need: `fetchMore(use, failed)` of `survey.js`.
 */
import { arrived, initSync, start } from 'milepost-module';
import { command, CONSENTS } from './command.js';
import { guarded } from './guard.js';
import { listen, page } from './listen.js';
import { watch } from './observe.js';
import { prompt, retract } from './prompt.js';
import { outbox } from './outbox.js';
import { takePlace, yieldPlace } from './place.js';
import { ask, load, post } from './send.js';
import { ANSWERED, CONFIGURED, GATHERED, INSPECT, INTRODUCE, LEASED, OBSERVED, PROMPTED, SIGHTED, SURVEYED, WOKE } from './signal.js';
import { keep, kept, read, remove, save } from './store.js';
import { RECEIPT } from './survey-said.js';
import { attend, draw, open, retract as undraw } from './survey.js';
import { view } from './view.js';
import { lookAgain, observe } from './watching.js';

// `milepost-module` is wasm-bindgen's glue; `cargo xtask wasm` names it, and what stands in capitals.
/* global __WASM_FILE__, __HESITATION__, __DEBUG_FILE__, __RECEIPT_FILE__, __MORE_FILE__ */

/** Calls that may wait for the module: as many as the module itself would hold. */
const QUEUE_LENGTH = 1000;

/** In the order of `Topic` in `sdk/core/src/effect.rs`. */
const TOPICS = ['ready', 'session', 'milestone', 'warning'];

const script = document.currentScript || document.querySelector('script[data-key]');
const stub = window.milepost;

// A second tag is ignored: one page, one visitor, one queue.
if (script && script.dataset.key && !(stub && stub.live)) run();

/** The module, compiled beside the page's own work; also where a server sends it under the wrong MIME type. */
async function compiled(url) {
  const response = await fetch(url);
  try {
    return await WebAssembly.compileStreaming(response.clone());
  } catch {
    return WebAssembly.compile(await response.arrayBuffer());
  }
}

/** Four random numbers for the module's ids, also where the page has taken `crypto` away. */
function seed() {
  try {
    return crypto.getRandomValues(new Uint32Array(4));
  } catch {
    return [0, 0, 0, 0].map(() => Math.random() * 2 ** 32);
  }
}

function run() {
  const source = new URL(script.src, location.href);
  /** @type {Array<[string, Function]>} */
  let listeners = [];
  let ready;
  /** Calls in order, until the module runs. */
  const queue = [];
  let take = (args) => {
    if (queue.length < QUEUE_LENGTH) queue.push(args);
  };

  const tell = (callback, detail) => {
    try {
      callback(detail);
    } catch (error) {
      // The page's own error, shown as such.
      if (window.reportError) reportError(error);
    }
  };

  const emit = (topic, json) => {
    if (topic === 'ready') ready = json;
    for (const [wanted, callback] of listeners) {
      const isSurvey = wanted === 'survey' && topic === 'message';
      if (wanted !== topic && !isSurvey) continue;
      const detail = JSON.parse(json);
      // Messages about surveys are a topic of their own as well.
      if (!isSurvey) tell(callback, detail);
      else if (/^Survey /.test(detail.event)) tell(callback, { what: detail.event.slice(7).toLowerCase(), ...detail.properties });
    }
  };

  const on = (topic, callback) => {
    if (typeof callback !== 'function') return;
    const listener = [topic, callback];
    listeners = [...listeners, listener];
    if (topic === 'ready' && ready) tell(callback, JSON.parse(ready));
    return () => {
      listeners = listeners.filter((it) => it !== listener);
    };
  };

  const milepost = (...args) => (args[0] === 'on' ? on(args[1], args[2]) : void take(args));

  const early = (stub && stub.q) || [];
  Object.assign(milepost, stub);
  milepost.live = true;
  milepost.debug = () => milepost('debug');
  // The stub may have been kept under another name: what it still pushes arrives as well.
  milepost.q = { push: (args) => milepost(...args) };
  if (stub) stub.q = milepost.q;
  window.milepost = milepost;
  for (const args of early) milepost(...args);

  const complain = (code) => emit('warning', `{"code":"${code}"}`);

  guarded.onDead = () => complain('sdk_stopped');

  /** How the module writes a list. */
  const list = (texts) => texts.split('\0').slice(0, -1);
  const { key, host = source.origin, consent, pageViews } = script.dataset;
  const base = host.replace(/\/$/, '') + '/v1/';
  const name = 'milepost:' + key;
  const promptPlace = name + ':prompt';
  const { open: openStore, put, remove: forget, clear, gather, ungather } = outbox(name, (...found) => arrived(GATHERED, found));
  let clicks = [];
  let timer;

  const woken = () => {
    lookAgain();
    arrived(WOKE);
  };

  /** The inspector's ear. */
  let heard;
  const hear = (callback) => {
    heard = callback;
    return () => {
      heard = undefined;
    };
  };

  const chunk = (file, use, failed) =>
    void import(new URL(file, source)).then(use, () => {
      complain('chunk_unavailable');
      failed?.();
    });

  const fetchMore = (use, failed) => chunk(__MORE_FILE__, use, failed);

  const debug = () => chunk(__DEBUG_FILE__, (it) => it.debug(() => arrived(INSPECT), hear));

  /** This visitor, as the collector knows them. */
  let who;
  const request = async (path, more) => {
    arrived(INTRODUCE);
    return ask(base + path, JSON.stringify({ ...who, ...more }));
  };

  let isAttending;
  const surveyed = (...said) => {
    arrived(SURVEYED, said);
    if (said[0] === RECEIPT) chunk(__RECEIPT_FILE__, (it) => it.receipt(open, request));
  };

  const leased = (id, text) => {
    // A moment has passed.
    lookAgain();
    arrived(LEASED, [id, text]);
  };

  /**
   * What the module has done here, with a text and two numbers. Each may throw: the module takes that for `undefined`.
   */
  const hands = {
    emit: (json, topic) => emit(TOPICS[topic], json),
    page,
    parse: (text) => JSON.parse(text),
    read: () => read(name),
    save: (text) => save(name, text),
    remove: () => {
      remove(name);
      keep(name, '');
      clear();
    },
    persist: (fields) => {
      const [key, level, text, token] = list(fields);
      put({ key, class: +level, text, token });
      emit('message', text);
    },
    forget: (keys) => forget(list(keys)),
    gather: (_, id) => gather(id),
    ungather,
    keep: (text) => keep(name, text),
    kept: () => kept(name),
    inspected: (json) => heard?.(JSON.parse(json)),
    introduced: (json) => {
      who = JSON.parse(json);
    },
    lease: (body, id, isAlone) => {
      const go = (has) => {
        if (!has) leased(id, false);
        else if (body) load(base + 'lease', (text) => leased(id, text), body);
        else leased(id, '');
      };
      if (isAlone) takePlace(promptPlace, go);
      else go(true);
    },
    release: (body) => void post(base + 'lease/release', body, true, () => {}),
    unlock: () => yieldPlace(promptPlace),
    attend: () => {
      if (!isAttending) attend(surveyed, fetchMore);
      isAttending = true;
    },
    draw: (json) => draw(view(JSON.parse(json)), surveyed, fetchMore),
    undraw,
    config: () => void load(base + 'config/' + encodeURIComponent(key), (text) => arrived(CONFIGURED, text)),
    post: (body, id, keepalive) => void post(base + 'batch', body, !!keepalive, (...answer) => arrived(ANSWERED, [id, ...answer])),
    watch: (lists) => {
      const [onClick, inView] = lists.split('\x01').map(list);
      clicks = onClick;
      watch(inView, (...seen) => arrived(SIGHTED, seen));
    },
    wake: (_, waitMs) => {
      clearTimeout(timer);
      if (waitMs < Infinity) timer = setTimeout(woken, waitMs);
    },
    observe: (_, level) => observe(level, (...seen) => arrived(OBSERVED, seen), base),
  };
  if (__HESITATION__) {
    hands.prompt = (texts, isOpen) => prompt(!!isOpen, list(texts), (...said) => arrived(PROMPTED, said));
    hands.retract = retract;
  }

  const { globalPrivacyControl, doNotTrack, language: locale } = navigator;
  // https://w3c.github.io/gpc/ and its older sibling
  const privacySignal = globalPrivacyControl || doNotTrack === '1';
  // While the module is on its way: then the first message is kept in a millisecond.
  if ((consent ?? 'granted') === 'granted' && !privacySignal) openStore();

  compiled(new URL(__WASM_FILE__, source))
    .then((module) => {
      initSync({ module });
      const matches = (query) => matchMedia(query).matches;
      const savesData = navigator.connection?.saveData || matches('(prefers-reduced-data: reduce)');
      const allowed = CONSENTS.indexOf(consent ?? 'granted');
      if (allowed < 0 || !['manual', 'auto'].includes(pageViews ?? 'auto')) complain('option_unknown');
      const flags = [pageViews === 'manual', privacySignal, matches('(pointer: coarse)'), savesData, !document.hidden];
      // Whoever meant something meant to be careful.
      const bits = flags.reduce((bits, flag, at) => bits | (flag ? 4 << at : 0), allowed < 0 ? 2 : allowed);
      start(bits, key, locale || '', seed(), page(), (what, ...how) => hands[what](...how));
      listen(arrived, () => clicks, name);
      take = (args) => (args[0] === 'debug' ? debug() : command(args, arrived, complain));
      queue.forEach(take);
      if (/[?&]milepost_debug=1/.test(location.search)) debug();
    })
    .catch(() => {
      // Delivery without the module would take over here; until then calls are let go.
      take = () => {};
    })
    .then(() => {
      queue.length = 0;
    });
}
