/**
 * Delivers messages, with the module's patience (`sdk/core/src/retry.rs`) and within its limits. Does not know what they say.
 */
import { now as clock } from './clock.js';
import { post } from './send.js';

/** As `sdk/core/src/limits.rs` has them. */
const MESSAGES = 1000;
const BYTES = 512 * 1024;
const BATCH_BYTES = 450 * 1024;
const KEEPALIVE_BYTES = 60 * 1024;
const FIRST_FLUSH_MS = 1000;
const FLUSH_MS = 5000;
const FLUSH_MESSAGES = 20;
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 5 * 60 * 1000;
const RETRY_AFTER_MAX_MS = 24 * 60 * 60 * 1000;
const UNANSWERED_TRIES = 3;

const isDone = (status) => status >= 200 && status < 300;
const isPassing = (status) => !status || status === 408 || status === 429 || status >= 500;

const sizeOf = (text) => new TextEncoder().encode(text).length;

/** `store` is that of `messages.js`; `complain(code)` hears what is to be repaired. */
export const courier = ({ url, key, store, complain }) => {
  /** `{ record, size, isFlying, keepalive }`, in the order of their coming. */
  let entries = [];
  let mostBytes = BATCH_BYTES;
  let failures = 0;
  let unanswered = 0;
  let waitUntilMs = 0;
  let isAsked;
  let hasSent;
  let timer;
  /** How many were lost for which reason. */
  let losses = {};
  /** How often consent was taken back. */
  let clearings = 0;

  const bytes = (some) => some.reduce((sum, it) => sum + it.size, 0);
  const lose = (reason, count) => {
    losses[reason] = (losses[reason] || 0) + count;
  };
  /** Those that are ours still: an answer may come after a no, and nothing is stored any more then. */
  const forget = (gone) => {
    const ours = entries.filter((it) => gone.includes(it));
    entries = entries.filter((it) => !ours.includes(it));
    store.remove(ours.map((it) => it.record.key));
  };

  const enter = (record) => entries.push({ record, size: sizeOf(record.text) + 1 });

  /** The oldest go: at worst the one just added. */
  const makeRoom = () => {
    while (entries.length > MESSAGES || bytes(entries) > BYTES) {
      const oldest = entries.find((it) => !it.isFlying);
      if (!oldest) return;
      forget([oldest]);
      lose('full', 1);
      complain('queue_full');
    }
  };

  const answered = (batch, status, retryAfterMs, shed) => {
    batch.forEach((it) => (it.isFlying = false));
    if (isPassing(status)) {
      failures += 1;
      unanswered = status ? 0 : unanswered + 1;
      const ownMs = Math.random() * Math.min(RETRY_MIN_MS * 2 ** (failures - 1), RETRY_MAX_MS);
      isAsked = retryAfterMs > ownMs;
      waitUntilMs = clock() + Math.max(ownMs, Math.min(retryAfterMs, RETRY_AFTER_MAX_MS));
    } else if (status === 413 && batch.length > 1) {
      mostBytes = Math.min(mostBytes, bytes(batch) / 2);
    } else {
      if (isDone(status)) failures = unanswered = waitUntilMs = 0;
      else {
        lose('refused', batch.length);
        complain('refused_by_collector');
      }
      // Where the answer tells messages apart, `1` is to be sent again.
      forget(batch.filter((_, at) => shed?.[at] !== '1'));
    }
    plan();
  };

  const send = (isLeaving) => {
    const quota = KEEPALIVE_BYTES - bytes(entries.filter((it) => it.isFlying && it.keepalive));
    const most = isLeaving ? quota : mostBytes;
    const batch = [];
    let token;
    for (const it of entries.filter((it) => !it.isFlying)) {
      const isOther = token && it.record.token && token !== it.record.token;
      if (batch.length && (bytes(batch) + it.size > most || isOther)) break;
      token ||= it.record.token;
      batch.push(it);
    }
    if (!batch.length) return;
    const keepalive = bytes(batch) <= quota;
    batch.forEach((it) => Object.assign(it, { isFlying: true, keepalive }));
    hasSent = true;
    const head = JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), identityToken: token || undefined });
    const body = `${head.slice(0, -1)},"batch":[${batch.map((it) => it.record.text)}]}`;
    void post(url, body, keepalive, (...answer) => answered(batch, ...answer));
  };

  /** Sets the clock for the next request, where one is due at all. */
  const plan = (hurry) => {
    clearTimeout(timer);
    const waiting = entries.filter((it) => !it.isFlying).length;
    if (!waiting || waiting < entries.length || unanswered >= UNANSWERED_TRIES) return;
    const isDue = hurry || document.hidden || waiting >= FLUSH_MESSAGES;
    const companyMs = isDue ? 0 : hasSent ? FLUSH_MS : FIRST_FLUSH_MS;
    timer = setTimeout(send, Math.max(companyMs, waitUntilMs - clock()));
  };

  return {
    add: (record) => {
      store.put(record);
      enter(record);
      makeRoom();
      plan();
    },
    /** What is kept already, of this page and of others. */
    recover: async () => {
      const before = clearings;
      const found = (await store.all()) || [];
      if (clearings !== before) return;
      for (const record of [...found, ...store.own.values()]) {
        if (entries.every((it) => it.record.key !== record.key)) enter(record);
      }
      makeRoom();
      plan(true);
    },
    /** The page goes: what the server has asked for still holds. */
    leave: () => {
      if (unanswered < UNANSWERED_TRIES && !(isAsked && clock() < waitUntilMs)) send(true);
    },
    /** A sign of life. */
    revive: () => {
      if (unanswered >= UNANSWERED_TRIES) failures = unanswered = waitUntilMs = 0;
      plan();
    },
    /** `[{ count, reason }]` since it was asked last. */
    takeLosses: () => {
      const told = Object.entries(losses).map(([reason, count]) => ({ count, reason }));
      losses = {};
      return told;
    },
    clear: () => {
      clearTimeout(timer);
      clearings += 1;
      losses = {};
      entries = [];
      store.clear();
    },
  };
};
