/**
 * Calls become messages after Segment's spec, as `sdk/core/src/message.rs` writes them. Knows who the visitor is; does not know
 * how messages are delivered, nor consent.
 */
import { now as clock } from './clock.js';
import { VERBS } from './command.js';
import { identified, inSession, newcomer, readKnown, uuid, writeKnown } from './rescue-known.js';

// `cargo xtask wasm` puts the version here.
/* global __VERSION__ */

/** As the collector has them, in bytes. */
const MESSAGE_BYTES = 32 * 1024;
const NAME_BYTES = 512;

const TOKEN_LENGTH = 2048;

/** How stale the stored time of the last activity may be. */
const STORE_MS = 60000;

/** Classes of `sdk/core/src/class.rs`: the dearer, the later dropped. */
const AUTOMATIC = 0;
const ORDINARY = 1;
const DEAR = 2;

const sizeOf = (text) => new TextEncoder().encode(text).length;
const parsed = (text) => (text ? JSON.parse(text) : {});

/** `[url, path, search, title, referrer]` with names. */
const partsOf = ([url, path, search, title, referrer]) => ({ path, url, title, referrer, search });

const startOf = ({ last, session }, now) => {
  const message = last && JSON.parse(last);
  const { sessionId } = (session && JSON.parse(session)) || {};
  // Another session than that of the last message may be another person's.
  if (!message || message.context.sessionId !== sessionId) return newcomer(now);
  const { anonymousId, userId = '', context } = message;
  return { ...newcomer(now), anonymousId, userId, groupId: context.groupId || '', sessionId };
};

/**
 * `about`: `{ locale, said }`. `read()` and `save(text)` are of what is kept of the visitor, `deliver(record)` takes a message,
 * `complain(code)` hears what is to be repaired.
 */
export const recorder = ({ about: { locale, said }, read, save, deliver, complain }) => {
  let known;
  let token;
  let storedMs = 0;
  const before = said.message ? JSON.parse(said.message).context : {};
  const clientId = before.clientId || uuid(clock());
  let sequence = before.seq || 0;

  /** What other tabs have changed counts. */
  const look = (now) => {
    const stored = readKnown(read());
    if (stored && stored.userId !== known?.userId) token = undefined;
    known = stored || known || startOf({ last: said.message, session: said.session }, now);
  };

  const keep = () => {
    // What a newer module has written is not ours to change.
    const text = read();
    if (text && !readKnown(text)) return;
    storedMs = known.seenMs;
    save(writeKnown(known));
  };

  const become = (somebody) => {
    known = somebody;
    keep();
  };

  /** `type` and what goes with it; `more` goes into the context. */
  const record = (now, where, message, level, more) => {
    known = inSession(known, now);
    const { type, event, name, ...rest } = message;
    const { anonymousId, userId, groupId, sessionId } = known;
    const subject = event ?? name ?? rest.groupId ?? rest.previousId ?? '';
    if ((type === 'track' && !event) || sizeOf(subject) > NAME_BYTES) return complain('name_missing_or_too_long');
    const key = uuid(now);
    const text = JSON.stringify({
      type,
      messageId: key,
      anonymousId,
      userId: userId || undefined,
      event: event || undefined,
      name: name || undefined,
      ...rest,
      context: {
        library: { name: 'milepost-js', version: __VERSION__ },
        page: partsOf(where),
        locale,
        sessionId,
        clientId,
        seq: sequence + 1,
        groupId: groupId || undefined,
        ...more,
      },
      originalTimestamp: new Date(now).toISOString(),
    });
    if (sizeOf(text) > MESSAGE_BYTES) return complain('message_too_large');
    sequence += 1;
    deliver({ key, class: level, text, token });
    if (known.seenMs - storedMs >= STORE_MS) keep();
  };

  const calls = {
    track: (now, where, event, body) => record(now, where, { type: 'track', event, properties: parsed(body) }, ORDINARY),
    milestone: (now, where, milestone) =>
      record(now, where, { type: 'track', event: 'Milestone Reached', properties: { milestone } }, DEAR),
    page: (now, where, name, body) =>
      record(now, where, { type: 'page', name, properties: { ...partsOf(where), ...parsed(body) } }, AUTOMATIC),
    identify: (now, where, userId, body, proof) => {
      if (proof?.length > TOKEN_LENGTH) {
        complain('token_too_long');
        proof = undefined;
      }
      if (userId) {
        if (userId !== known.userId || proof) token = proof;
        become(identified(known, userId, now));
      }
      record(now, where, { type: 'identify', traits: parsed(body) }, DEAR);
    },
    group: (now, where, groupId, body) => {
      become({ ...known, groupId });
      record(now, where, { type: 'group', groupId, traits: parsed(body) }, DEAR);
    },
    alias: (now, where, userId, _, previousId) => {
      token = undefined;
      previousId ||= known.userId || known.anonymousId;
      become({ ...known, userId });
      record(now, where, { type: 'alias', previousId }, DEAR);
    },
    reset: (now) => {
      token = undefined;
      become(newcomer(now));
    },
    // Nothing is asked here.
    ask: () => {},
  };

  return {
    /** Finds out who this is, and begins to keep it; answers with the anonymous id. */
    begin: (now) => {
      look(now);
      known = inSession(known, now);
      keep();
      return known.anonymousId;
    },
    /** `[number of a verb, subject, body, extra]` of `command.js`. */
    call: (now, where, [verb, subject, body, extra]) => {
      look(now);
      calls[VERBS[verb]]?.(now, where, subject, body, extra);
    },
    /** What is said without being asked. */
    say: (now, where, event, properties, more) => {
      look(now);
      record(now, where, { type: 'track', event, properties }, AUTOMATIC, more);
    },
    end: () => known && keep(),
    forget: () => {
      known = token = undefined;
    },
  };
};
