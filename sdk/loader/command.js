/**
 * The calls of the vendor's code: `sdk.d.ts` in texts (`on` and `debug` are the loader's own).
 *
 * A call becomes `[number of its verb, subject, body, extra]`, which the module takes by `CALLED`; texts are empty where there
 * is nothing, a body is the JSON of one object.
 */
import { CALLED, CONSENT, CONTEXT } from './signal.js';

/** In the order of `Call::numbered` in `sdk/core/src/input.rs`. */
export const VERBS = ['track', 'identify', 'group', 'page', 'alias', 'milestone', 'reset', 'ask'];

/** In the order of `Consent::ALL`. */
export const CONSENTS = ['granted', 'denied', 'pending'];

/** A number is as good as a text: ids are often numbers. */
const textOf = (value) => (typeof value === 'number' ? JSON.stringify(value) : typeof value === 'string' ? value : '');

const bodyOf = (value, complain) => {
  if (value === undefined || value === null) return '';
  let text;
  try {
    text = JSON.stringify(value);
  } catch {
    // Cycles, BigInt and a throwing `toJSON` end here as well.
  }
  if (text?.[0] === '{') return text;
  complain('properties_unusable');
  return '';
};

/** `tell` takes it to the module, `complain(code)` to whoever listens for warnings. */
export const command = ([name, given, more, rest], tell, complain) => {
  const verb = VERBS.indexOf(name);
  const subject = textOf(given);
  const body = (value) => bodyOf(value, complain);
  const call = (text, extra) => tell(CALLED, [verb, subject, text, extra || undefined]);
  if (name === 'context') return tell(CONTEXT, subject);
  if (name === 'consent') {
    const consent = CONSENTS.indexOf(subject);
    return consent < 0 ? complain('consent_unknown') : tell(CONSENT, consent);
  }
  if (verb < 0) return complain('command_unknown');
  if (/^(group|alias|milestone|ask)$/.test(name) && !subject) return complain('id_missing');
  if (name === 'alias') return call('', textOf(more));
  if (/^(milestone|reset|ask)$/.test(name)) return call('');
  // `page(properties)` is as good as `page(undefined, properties)`.
  if (name === 'page' && given && typeof given === 'object') return call(body(given));
  let token;
  try {
    token = name === 'identify' && rest.token;
  } catch {
    // None.
  }
  call(body(more), typeof token === 'string' ? token : '');
};
