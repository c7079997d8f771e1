/**
 * What the engine has done here. Performs, and decides nothing.
 */
import { fetchMore, fetchReceipt } from './chunk.js';
import { loadConfig } from './definitions.js';
import { arrived } from './engine.js';
import { page } from './listen.js';
import { messages } from './messages.js';
import { watch } from './observe.js';
import { outbox } from './outbox.js';
import { takePlace, yieldPlace } from './place.js';
import { prompt, retract } from './prompt.js';
import { quiet } from './quiet.js';
import { ask, load, post } from './send.js';
import { ANSWERED, CONFIGURED, GATHERED, INTRODUCE, LEASED, OBSERVED, PROMPTED, SIGHTED, SURVEYED, WOKE } from './signal.js';
import { keep, kept, read, remove, save } from './store.js';
import { RECEIPT } from './survey-said.js';
import { attend, draw, open, retract as undraw } from './survey.js';
import { base, name } from './tag.js';
import { announce, emit } from './topics.js';
import { view } from './view.js';
import { leftovers } from './waiting.js';
import { lookAgain, observe } from './watching.js';

/* global __HESITATION__ */

let watchedClicks = [];

/** The selectors watched just now. */
export const clicks = () => watchedClicks;

/** The inspector's ear. */
let heard;

/** From now on `callback` hears each time the module has told; answers with what lets it go. */
export const hear = (callback) => {
  heard = callback;
  return () => {
    heard = undefined;
  };
};

/** How the module writes a list. */
const list = (texts) => texts.split('\0').slice(0, -1);

const promptPlace = name + ':prompt';

const { gather, ungather } = outbox(messages, name, (...found) => arrived(GATHERED, found));

let timer;

const woken = () => {
  lookAgain();
  arrived(WOKE);
};

/** This visitor, as the collector knows them. */
let who;
const request = async (path, more) => {
  arrived(INTRODUCE);
  return ask(base + path, JSON.stringify({ ...who, ...more }));
};

let isAttending;
const surveyed = (...said) => {
  arrived(SURVEYED, said);
  if (said[0] === RECEIPT) fetchReceipt((it) => it.receipt(open, request));
};

const leased = (id, text) => {
  // A moment has passed.
  lookAgain();
  arrived(LEASED, [id, text]);
};

/** Each gets a text and two numbers. Each may throw: the module takes that for `undefined`. */
export const hands = {
  emit,
  page,
  parse: (text) => JSON.parse(text),
  read: () => read(name),
  save: (text) => save(name, text),
  remove: () => {
    remove(name);
    keep(name, '');
    leftovers().forEach(remove);
    messages.clear();
  },
  persist: (fields) => {
    const [key, level, text, token] = list(fields);
    messages.put({ key, class: +level, text, token });
    announce('message', text);
  },
  forget: (keys) => messages.remove(list(keys)),
  gather: (_, id) => gather(id),
  ungather,
  keep: (text) => keep(name, text),
  kept: () => kept(name),
  inspected: (json) => heard?.(JSON.parse(json)),
  introduced: (json) => {
    who = JSON.parse(json);
  },
  lease: (body, id, isAlone) => {
    const go = async (has) => leased(id, has && (body ? await load(base + 'lease', body) : ''));
    if (isAlone) void takePlace(promptPlace, go);
    else void go(true);
  },
  release: (body) => void post(base + 'lease/release', body, true, () => {}),
  unlock: () => yieldPlace(promptPlace),
  attend: () => {
    if (!isAttending) attend(surveyed, fetchMore);
    isAttending = true;
  },
  draw: (json) => draw(view(JSON.parse(json)), surveyed, fetchMore),
  undraw,
  config: async () => arrived(CONFIGURED, await loadConfig()),
  post: (body, id, keepalive) => void post(base + 'batch', body, !!keepalive, (...answer) => arrived(ANSWERED, [id, ...answer])),
  watch: (lists) => {
    const [onClick, inView] = lists.split('\x01').map(list);
    watchedClicks = onClick;
    watch(inView, (...seen) => arrived(SIGHTED, seen));
  },
  wake: (_, waitMs) => {
    clearTimeout(timer);
    if (waitMs < Infinity) timer = setTimeout(quiet(woken), waitMs);
  },
  observe: (_, level) => {
    observe(level, (...seen) => arrived(OBSERVED, seen), base);
    // What is there already has no event.
    lookAgain();
  },
};
if (__HESITATION__) {
  hands.prompt = (texts, isOpen) => prompt(!!isOpen, list(texts), (...said) => arrived(PROMPTED, said));
  hands.retract = retract;
}
