/**
 * What the module has done about messages that wait: kept, forgotten, and seen together with what all other tabs and earlier
 * pages kept. Decides nothing; where they are kept only `outbox-store.js` knows.
 */
import { outboxStore } from './outbox-store.js';
import { takePlace, yieldPlace } from './place.js';

/** Whoever waits longer for the place or for the store sends what they have themselves. */
const PATIENCE_MS = 3000;

/** `gathered(number, [[key, class, text, token], …], [key, …])` as in `sdk/browser/src/signal.rs`. */
export const outbox = (name, gathered) => {
  const store = outboxStore(name);
  const place = name + ':send';
  let asked;

  const ungather = () => {
    asked = undefined;
    yieldPlace(place);
  };

  const gather = (id) => {
    asked = id;
    const answer = (records, elsewhere) => {
      if (asked !== id) return;
      if (!records) yieldPlace(place);
      asked = undefined;
      const fresh = (records || []).filter((it) => !store.kept.has(it.key));
      for (const { key } of fresh) store.kept.add(key);
      for (const key of elsewhere || []) store.kept.delete(key);
      gathered(id, fresh.map((it) => [it.key, it.class, it.text, it.token]), elsewhere);
    };
    setTimeout(answer, PATIENCE_MS);
    const look = async (has) => {
      const records = has && (await store.all());
      const there = new Set(records && records.map((it) => it.key));
      answer(records, records && [...store.kept].filter((key) => !there.has(key)));
    };
    takePlace(place, look, true);
  };

  return { ...store, gather, ungather };
};
