/**
 * What the vendor's code has told while no engine runs. In memory, and where none comes, or the page goes first, in storage:
 * there a later page finds it. Does not know what it says, nor whether it may be kept.
 */
import { now as clock } from './clock.js';
import { page } from './listen.js';
import { quiet } from './quiet.js';
import { read, remove, save } from './store.js';
import { name } from './tag.js';

/** As many as the module itself would hold. */
const MOST = 1000;

const LEFT = name + ':left:';

/** This page's. No two begin at the same microsecond. */
const own = LEFT + quiet(() => performance.timeOrigin)();

/** `[signal, value, when, where]`, in order. */
let waiting = [];
let isKept;

/** Names under which pages have left something. */
export const leftovers = () => {
  try {
    return Object.keys(localStorage).filter((it) => it.startsWith(LEFT));
  } catch {
    return [];
  }
};

export const wait = (signal, value, when = clock(), where = page()) => {
  if (waiting.length < MOST) waiting.push([signal, value, when, where]);
};

/** With what is known of the visitor, because that may be somebody else when it is found. */
export const keepWaiting = (isAllowed) => {
  if (isAllowed && waiting.length) save(own, JSON.stringify([read(name), waiting]));
  else remove(own);
  isKept = read(own);
};

/** All that waits, each only once: not what another page has found meanwhile. */
export const takeWaiting = () => {
  const all = isKept && !read(own) ? [] : waiting;
  waiting = [];
  keepWaiting();
  return all;
};
