/**
 * The messages of this page that wait to be delivered, in the browser's store and here: whoever takes over after another finds
 * them, also where the browser stores nothing. Decides nothing.
 */
import { outboxStore } from './outbox-store.js';
import { name } from './tag.js';

/** As many as the module holds. */
const MOST = 2000;

const store = outboxStore(name);
const own = new Map();

export const messages = {
  ...store,
  own,
  put: (record) => {
    own.set(record.key, record);
    if (own.size > MOST) own.delete(own.keys().next().value);
    store.put(record);
  },
  remove: (keys) => {
    keys.forEach((it) => own.delete(it));
    store.remove(keys);
  },
  clear: () => {
    own.clear();
    store.clear();
  },
};
