/**
 * Messages that wait to be delivered, kept so that they outlive their page, their tab and the browser's own end.
 *
 * Self-contained: knows neither the module nor the network, never throws, never rejects, and every promise settles.
 *
 *     const store = outboxStore('milepost:' + key);   // nothing is opened or written yet
 *     store.open()                 // begins to open; only with consent: opening creates the database
 *     store.put(record)            // kept about a millisecond later; what one task puts and removes is one transaction
 *     store.remove([key, …])       // delivered, refused or dropped: forget it
 *     store.settled(done)          // calls back when nobody finds any more what was removed until now
 *     await store.all()            // every record, of all tabs and of those that are gone, the oldest first; with `isPart` on
 *                                  // the list where the database did not answer in time: ask again later
 *     store.kept                   // Set of keys that this page put and that are known to be on disk
 *     store.clear()                // no consent any more: everything goes, the database too
 *
 * A record is `{ key, class, text, token }`. `text`: one complete message, the JSON that goes into a batch. `key`: its
 * `messageId`, a UUIDv7, so that keys sort by time. `class`: the higher, the later it is dropped (`sdk/core/src/outbox.rs`).
 * `token`: the proof of identity it was made under, or missing.
 *
 * IndexedDB, database = `name`, one object store `outbox` with key path `key`. Where that is missing, refuses, is full or does
 * not answer: one localStorage entry a record, `name` + `:outbox:` + key. Where that refuses too, nothing is kept.
 */

import { Promised } from './promised.js';
import { quiet } from './quiet.js';

const STORE = 'outbox';

/** Some browsers never answer (private windows, a sick disk), some late (after a crash); what waits must not wait for ever. */
const PATIENCE_MS = 1000;

/** `promise`'s value, or `undefined` when it takes too long. */
const soon = (begin) =>
  new Promised((done) => {
    quiet(setTimeout)(done, PATIENCE_MS);
    try {
      begin(done);
    } catch {
      done();
    }
  });

export const outboxStore = (name) => {
  const prefix = name + ':' + STORE + ':';
  const kept = new Set();
  /** Once it is open, also if that took longer than anybody waited. */
  let database;
  let isRefused;
  /** The end of waiting for it. */
  let opening;
  /** Something is, or may be, in the second best place. */
  let isLocal;
  /** `[record, key]` to be put, `[undefined, key]` to be removed. */
  let changes = [];
  /** How many of them, and of those being written, are removals; and who waits for their end. */
  let removals = 0;
  let waiting = [];

  const open = () =>
    (opening ||= soon((done) => {
      const refused = () => {
        isRefused = true;
        done();
      };
      try {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'key' });
        request.onerror = refused;
        request.onsuccess = () => {
          database = request.result;
          // Another tab clears it, or the visitor does: what was kept is not there any more.
          database.onversionchange = database.onclose = () => {
            request.result.close();
            kept.clear();
            database = opening = undefined;
          };
          done();
        };
      } catch {
        refused();
      }
    }));

  /** The second best place. */
  const local = (changes) => {
    for (const [record, key] of changes) {
      try {
        const at = prefix + key;
        if (!record) localStorage.removeItem(at);
        else {
          isLocal = true;
          localStorage.setItem(at, [record.class, record.token, record.text].join('\n'));
          // Some only pretend.
          if (localStorage.getItem(at)) kept.add(key);
        }
      } catch {
        // Then it lives as long as its page.
      }
    }
  };

  const write = (changes) => {
    const gone = changes.filter(([record]) => !record);
    if (isLocal) local(gone);
    const ended = () => {
      removals -= gone.length;
      if (removals <= 0) for (const done of waiting.splice(0)) done();
    };
    const failed = () => {
      local(changes);
      // What is removed makes room.
      if (gone.length < changes.length) write(gone);
      else ended();
    };
    try {
      // Not waiting for the disk: it survives the browser's end, if not the machine's.
      const transaction = database.transaction(STORE, 'readwrite', { durability: 'relaxed' });
      const store = transaction.objectStore(STORE);
      transaction.onabort = failed;
      transaction.oncomplete = () => {
        for (const [record, key] of changes) if (record) kept.add(key);
        ended();
      };
      for (const [record, key] of changes) {
        if (record) store.put(record);
        else store.delete(key);
      }
      transaction.commit?.();
    } catch {
      failed();
    }
  };

  const change = (record, key) => {
    if (changes.push([record, key]) > 1) return;
    open().then(() => {
      const all = changes;
      changes = [];
      if (all.length) write(all);
    });
  };

  const all = async () => {
    await open();
    const found =
      database &&
      (await soon((done) => {
        const request = database.transaction(STORE).objectStore(STORE).getAll();
        request.onsuccess = () => done(request.result);
        request.onerror = () => done();
      }));
    const records = (found || []).filter((it) => it.text);
    records.isPart = !found && (database || !isRefused);
    try {
      for (const at of Object.keys(localStorage)) {
        if (!at.startsWith(prefix)) continue;
        isLocal = true;
        const [level, token, text] = localStorage.getItem(at).split('\n');
        if (text) records.push({ key: at.slice(prefix.length), class: +level, text, token: token || undefined });
      }
    } catch {
      // Nothing there.
    }
    return records;
  };

  return {
    open,
    put: (record) => change(record, record.key),
    remove: (keys) => {
      for (const key of keys) {
        kept.delete(key);
        removals++;
        change(undefined, key);
      }
    },
    settled: (done) => (removals > 0 ? soon((it) => waiting.push(it)).then(done) : done()),
    all,
    kept,
    clear: () => {
      changes = [];
      removals = 0;
      kept.clear();
      try {
        for (const at of Object.keys(localStorage)) if (at.startsWith(prefix)) localStorage.removeItem(at);
      } catch {
        // Nothing there.
      }
      try {
        indexedDB.deleteDatabase(name);
      } catch {
        // Nor here.
      }
    },
  };
};
