/**
 * Requests to the collector. Whatever the page has made of `fetch`, there is exactly one answer.
 *
 * Does not know what is sent, when, or what an answer means. Plain JS, because a page that forbids
 * wasm will need it too, and because it is a third of the size it had in the module.
 */
import { now } from './clock.js';
import { quiet } from './quiet.js';
import { request } from './request.js';

/** `Retry-After` in seconds or as a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
const retryAfterMs = quiet(({ headers }) => {
  const text = headers.get('retry-after');
  return text && (isNaN(text) ? Date.parse(text) - now() : text * 1000);
});

/**
 * Posts without a preflight: text is `text/plain`. `answered(status, retryAfterMs, shed)`; status 0: no answer; `shed`: a digit
 * for each message of a batch, `1`: to be sent again, or nothing where the answer does not tell.
 */
export const post = async (url, body, keepalive, answered) => {
  const response = await request(url, { method: 'POST', body, keepalive });
  const status = +response?.status || 0;
  let shed = '';
  try {
    if (status === 503) shed = JSON.parse(await response.text()).outcomes.map((it) => +(it.outcome === 'shed')).join('');
  } catch {
    // All of them.
  }
  answered(status, retryAfterMs(response) || 0, shed);
};

/** Posts a question of the visitor's: promises the answer, parsed, or fails with its `status` (none: no answer). */
export const ask = async (url, body) => {
  const response = await request(url, { method: 'POST', body });
  if (!response?.ok) throw { status: response?.status };
  const text = await response.text();
  return text && JSON.parse(text);
};

/** Promises the text; `undefined` where there is none. With a body it is posted. */
export const load = async (url, body) => {
  const response = await request(url, body && { method: 'POST', body });
  try {
    if (response.ok) return await response.text();
  } catch {
    // Cut off on its way.
  }
  return undefined;
};
