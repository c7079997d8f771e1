/**
 * The place that one tab has at a time: only whoever has it shows a prompt.
 *
 * A lock of the browser's where there is one, else a mark in storage that is renewed. Does not know what it is for.
 */
import { read, remove, save } from './store.js';

/** An older mark was left by a tab that is gone. */
const FRESH_MS = 10000;

let leave;

/** Lets another tab have it. */
export const yieldPlace = () => {
  leave?.();
  leave = undefined;
};

const mark = (name) => {
  if (Math.abs(Date.now() - read(name)) < FRESH_MS) return false;
  const renew = () => save(name, Date.now());
  const timer = setInterval(renew, FRESH_MS / 2);
  renew();
  leave = () => {
    clearInterval(timer);
    remove(name);
  };
  return true;
};

/** `answer(whether this tab has it now)`; whoever has it keeps it. */
export const takePlace = async (name, answer) => {
  if (leave) return answer(true);
  try {
    // https://developer.mozilla.org/docs/Web/API/LockManager: Chrome 69, Firefox 96, Safari 15.4; refused in some frames.
    return await navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      const held = lock && new Promise((done) => (leave = done));
      void answer(!!lock);
      return held;
    });
  } catch {
    return answer(mark(name));
  }
};
