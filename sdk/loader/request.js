/**
 * One request, as far as the page lets us: by its `fetch`, and where that is broken by what stood there before it.
 *
 * Does not know what is asked for. Promises what `fetch` would, or nothing.
 */

import { Promised } from './promised.js';

/** A request that hangs would hold up the queue behind it. */
const TIMEOUT_MS = 30000;

/** As much of a response as anybody here looks at. */
const byXhr = (url, { method = 'GET', body } = {}) =>
  new Promised((done) => {
    const it = new XMLHttpRequest();
    it.open(method, url);
    it.responseType = 'arraybuffer';
    it.timeout = TIMEOUT_MS;
    it.onloadend = () => {
      const { status, response } = it;
      done({
        status,
        ok: status > 199 && status < 300,
        headers: { get: (name) => it.getResponseHeader(name) },
        arrayBuffer: () => response,
        text: () => new TextDecoder().decode(response),
      });
    };
    it.send(body);
  });

export const request = async (url, options) => {
  try {
    // Missing before Safari 16: then the browser's own, longer time-out holds.
    const signal = AbortSignal.timeout?.(TIMEOUT_MS);
    const response = await fetch(url, { __proto__: null, credentials: 'omit', ...options, signal });
    // A wrapper that forgets to return, or answers with something else, is no answer.
    if (response.headers) return response;
  } catch {
    // Refused, by the network or by the page.
  }
  try {
    if (!/\[native code/.test(window.fetch)) return await byXhr(url, options);
  } catch {
    // Nothing else is left.
  }
  return undefined;
};
