/**
 * Parts that few pages need, loaded when they are wanted, as modules beside the script. Knows their files, not what they do.
 *
 * The inspector: `debug(inspect, on)`, where `inspect()` has the module tell, and `on(heard)` hears each time it has. The
 * receipt: `receipt(open, call)`, where `open` is `survey.js`'s, and `call(path, more)` posts
 * `{writeKey, identityToken, anonymousId, userId, ...more}` to `/v1/` + path and promises what is answered, or fails with its
 * `status`. What few surveys need: `fetchMore(use, failed)` of `survey.js`.
 */
import { quiet } from './quiet.js';
import { source } from './tag.js';
import { complain } from './topics.js';

// `cargo xtask wasm` puts names for what stands in capitals.
/* global __DEBUG_FILE__, __RECEIPT_FILE__, __MORE_FILE__, __RESCUE_FILE__, __TRANSLATED_FILE__ */

/** Browsers remember that a module could not be had, so the `nth` try has an address of its own. */
const load = (file, nth) => import(new URL(nth ? file + '?' + nth : file, source));

const chunk = async (file, use, failed) => {
  let it;
  try {
    it = await load(file);
  } catch {
    complain('chunk_unavailable');
    return failed?.();
  }
  return quiet(use)(it);
};

/** The module in JavaScript: an engine. */
export const loadTranslated = (nth) => load(__TRANSLATED_FILE__, nth);

/** An engine that only records and delivers, and `drain` for what earlier pages left. */
export const loadRescue = (nth) => load(__RESCUE_FILE__, nth);

export const fetchDebug = (use) => chunk(__DEBUG_FILE__, use);

export const fetchReceipt = (use) => chunk(__RECEIPT_FILE__, use);

export const fetchMore = (use, failed) => chunk(__MORE_FILE__, use, failed);
