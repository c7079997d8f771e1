/**
 * What the module has done about messages that wait: kept, forgotten, and seen together with what all other tabs and earlier
 * pages kept. Decides nothing; where they are kept only `outbox-store.js` knows.
 */
import { takePlace, yieldPlace } from './place.js';
import { quiet } from './quiet.js';

/** Whoever waits longer for the place or for the store sends what they have themselves. */
const PATIENCE_MS = 3000;

/** A list for the module: a NUL after each text. */
const listOf = (texts) => texts.map((it) => it + '\0').join('');

/** `store`: see `messages.js`. `gathered(number, records, keys, whether that was all)` as in `sdk/browser/src/signal.rs`. */
export const outbox = (store, name, gathered) => {
  const place = name + ':send';
  let asked;
  /** The place is to be left as soon as that is possible. */
  let leaving;

  // Who holds a place when it is left is not kept by the back-forward cache.
  quiet(() => addEventListener('pagehide', quiet(() => leaving && yieldPlace(place))))();

  const ungather = () => {
    asked = undefined;
    if (window.event?.type === 'pagehide') return yieldPlace(place);
    const it = (leaving = {});
    return store.settled(() => it === leaving && yieldPlace(place));
  };

  const gather = (id) => {
    asked = id;
    leaving = undefined;
    const { kept } = store;
    const answer = (records) => {
      if (asked !== id) return;
      asked = undefined;
      const fresh = [];
      let elsewhere = [];
      const isWhole = records && !records.isPart;
      if (records) {
        const there = new Set(records.map((it) => it.key));
        if (isWhole) elsewhere = [...kept].filter((key) => !there.has(key) && kept.delete(key));
        for (const { key, class: level, text, token = '' } of records) {
          if (!kept.has(key)) fresh.push(key, level, text, token);
          kept.add(key);
        }
      } else yieldPlace(place);
      gathered(id, listOf(fresh), listOf(elsewhere), isWhole);
    };
    quiet(setTimeout)(answer, PATIENCE_MS);
    takePlace(place, async (has) => answer(has && (await store.all())), true);
  };

  return { gather, ungather };
};
