/**
 * Requests to the collector. Whatever the page has made of `fetch`, there is exactly one answer.
 *
 * Does not know what is sent, when, or what an answer means. Plain JS, because a page that forbids
 * wasm will need it too, and because it is a third of the size it had in the module.
 */

/** A request that hangs would hold up the queue behind it. */
const TIMEOUT_MS = 30000;

const request = async (url, options) => {
  try {
    // Missing before Safari 16: then the browser's own, longer time-out holds.
    const signal = AbortSignal.timeout?.(TIMEOUT_MS);
    return await fetch(url, { ...options, credentials: 'omit', signal });
  } catch {
    return undefined;
  }
};

/** `Retry-After` in seconds or as a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
const retryAfterMs = (text) => (text ? (isNaN(text) ? Date.parse(text) - Date.now() : text * 1000) : 0);

/**
 * Posts without a preflight: text is `text/plain`. `answered(status, retryAfterMs, shed)`; status 0: no answer; `shed`: a digit
 * for each message of a batch, `1`: to be sent again, or nothing where the answer does not tell.
 */
export const post = async (url, body, keepalive, answered) => {
  const response = await request(url, { method: 'POST', body, keepalive });
  const status = +response?.status || 0;
  let shed = '';
  try {
    if (status === 503) shed = (await response.json()).outcomes.map((it) => +(it.outcome === 'shed')).join('');
  } catch {
    // All of them.
  }
  answered(status, retryAfterMs(response?.headers?.get?.('retry-after')) || 0, shed);
};

/** Posts a question of the visitor's: promises the answer, parsed, or fails with its `status` (none: no answer). */
export const ask = async (url, body) => {
  const response = await request(url, { method: 'POST', body });
  if (!response?.ok) throw { status: response?.status };
  const text = await response.text();
  return text && JSON.parse(text);
};

/** `read(text)`; `undefined` where there is none. With a body it is posted. */
export const load = async (url, read, body) => {
  const response = await request(url, body && { method: 'POST', body });
  let text;
  try {
    if (response.ok) text = await response.text();
  } catch {
    // Cut off on its way.
  }
  read(text);
};
