/**
 * What the script tag says, and what the browser adds to it. Does not know what follows from it.
 */
import { CONSENTS } from './command.js';

/** The tag itself; none where there is none with a key. */
export const script = document.currentScript || document.querySelector('script[data-key]');

/** Where the script came from: its other files lie beside it. */
export const source = script && new URL(script.src, location.href);

const { key, host = source?.origin, consent = 'granted', pageViews = 'auto' } = script?.dataset ?? {};

/** The write key. */
export { key };

/** What is kept in this browser is kept under this name. */
export const name = 'milepost:' + key;

/** What every address of the collector begins with. */
export const base = host?.replace(/\/$/, '') + '/v1/';

const allowed = CONSENTS.indexOf(consent);

/** An attribute has a value that we do not know. */
export const isOdd = allowed < 0 || !['manual', 'auto'].includes(pageViews);

// https://w3c.github.io/gpc/ and its older sibling
const privacySignal = () => navigator.globalPrivacyControl || navigator.doNotTrack === '1';

/** Whether the visitor allows anything to be kept and sent, as long as the vendor's code says nothing else. */
export const isAllowed = () => !allowed && !privacySignal();

/** The flags of `start` in `sdk/browser/src/driver.rs`. */
export const flags = () => {
  const matches = (query) => matchMedia(query).matches;
  const savesData = navigator.connection?.saveData || matches('(prefers-reduced-data: reduce)');
  const bits = [pageViews === 'manual', privacySignal(), matches('(pointer: coarse)'), savesData, !document.hidden];
  // Whoever meant something meant to be careful.
  return bits.reduce((flags, bit, at) => flags | (bit ? 4 << at : 0), allowed < 0 ? 2 : allowed);
};
