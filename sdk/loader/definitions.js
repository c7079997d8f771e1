/**
 * The definitions, fetched beside the module where that is allowed already. Does not know what they say.
 */
import { load } from './send.js';
import { base, isOpen, key } from './tag.js';

const fetched = () => load(base + 'config/' + encodeURIComponent(key));

/** On its way, until it is wanted. */
let early;

/** So that the question and the answer need not wait for the module to be compiled. */
export const hasten = () => {
  early = isOpen ? fetched() : undefined;
};

/** Promises the text; `undefined` where there is none. */
export const loadConfig = () => {
  const text = early || fetched();
  early = undefined;
  return text;
};
