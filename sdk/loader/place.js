/**
 * Places that one tab has at a time: only whoever has it shows a prompt, or sends messages.
 *
 * A lock of the browser's where there is one, else a mark in storage that is renewed. Does not know what they are for.
 */
import { Promised } from './promised.js';
import { read, remove, save } from './store.js';

/** An older mark was left by a tab that is gone. */
const FRESH_MS = 10000;

/** How to leave a place, or to wait for it no longer. */
const leaves = {};

/** Lets another tab have it. */
export const yieldPlace = (name) => {
  leaves[name]?.();
  leaves[name] = undefined;
};

const mark = (name) => {
  if (Math.abs(Date.now() - read(name)) < FRESH_MS) return false;
  const renew = () => save(name, Date.now());
  const timer = setInterval(renew, FRESH_MS / 2);
  renew();
  leaves[name] = () => {
    clearInterval(timer);
    remove(name);
  };
  return true;
};

/** `answer(whether this tab has it now)`; whoever has it keeps it. `waits`: until it is free, if the browser tells. */
export const takePlace = async (name, answer, waits) => {
  if (leaves[name]) return answer(true);
  let signal;
  try {
    const life = new AbortController();
    ({ signal } = life);
    if (waits) leaves[name] = () => life.abort();
    // https://developer.mozilla.org/docs/Web/API/LockManager: Chrome 69, Firefox 96, Safari 15.4; refused in some frames.
    return await navigator.locks.request(name, waits ? { signal } : { ifAvailable: true }, (lock) => {
      const held = lock && new Promised((done) => (leaves[name] = done));
      void answer(!!lock);
      return held;
    });
  } catch {
    if (signal?.aborted) return undefined;
    leaves[name] = undefined;
    return answer(mark(name));
  }
};
