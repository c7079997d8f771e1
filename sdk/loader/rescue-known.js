/**
 * Who the visitor is, as the module keeps it: the first lines of what `sdk/core/src/stored.rs` writes. The rest is passed on as
 * it is, so that the module finds it again on the next page.
 */

/** Those of `sdk/core/src/stored.rs`: another one is newer than this script, and let alone. */
const FORMS = ['1', '2', '3'];

/** As many lines as are understood here. */
const LINES = 7;

/** What the lines of somebody new say of what they did before: one session, and nothing else. */
const NOTHING = ['', '1', '', '', '', ''];

const SESSION_IDLE_MS = 30 * 60 * 1000;
const SESSION_LONGEST_MS = 24 * 60 * 60 * 1000;

const random = (bytes) => {
  try {
    return crypto.getRandomValues(bytes);
  } catch {
    return bytes.map(() => Math.random() * 256);
  }
};

/** A UUIDv7; https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7 */
export const uuid = (now) => {
  const bytes = random(new Uint8Array(16));
  bytes.set([0, 8, 16, 24, 32, 40].map((bits) => now / 2 ** bits).reverse());
  bytes[6] = (bytes[6] & 15) | 0x70;
  bytes[8] = (bytes[8] & 63) | 0x80;
  const digits = [...bytes].map((it) => it.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};

export const newcomer = (now) => ({
  form: '3',
  anonymousId: uuid(now),
  userId: '',
  groupId: '',
  sessionId: uuid(now),
  startedMs: now,
  seenMs: now,
  rest: NOTHING,
});

/** `undefined` where it is not what the module writes. */
export const readKnown = (text) => {
  const lines = (text || '').split('\n');
  const [form, anonymousId, userId, groupId, sessionId, startedMs, seenMs] = lines;
  if (!FORMS.includes(form) || lines.length <= LINES) return undefined;
  return { form, anonymousId, userId, groupId, sessionId, startedMs: +startedMs, seenMs: +seenMs, rest: lines.slice(LINES) };
};

export const writeKnown = ({ form, anonymousId, userId, groupId, sessionId, startedMs, seenMs, rest }) => {
  const fields = [form, anonymousId, userId, groupId, sessionId, startedMs, seenMs].map((it) => `${it}`.replaceAll('\n', ''));
  return [...fields, ...rest].join('\n');
};

/** The session that goes on or begins now. */
export const inSession = (known, now) => {
  const isOver = now - known.seenMs > SESSION_IDLE_MS || now - known.startedMs > SESSION_LONGEST_MS;
  const session = isOver ? { sessionId: uuid(now), startedMs: now } : {};
  return { ...known, ...session, seenMs: Math.max(now, isOver ? 0 : known.seenMs) };
};

/** Somebody else, or the same person under the first id that we hear: one anonymous id never joins two people. */
export const identified = (known, userId, now) => ({ ...(known.userId && known.userId !== userId ? newcomer(now) : known), userId });
