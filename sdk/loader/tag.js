/**
 * What the script tag says, and what the browser adds to it. Does not know what follows from it.
 */
import { CONSENTS } from './command.js';
import { quiet } from './quiet.js';

/** The tag itself; none where there is none with a key. */
export const script = document.currentScript || document.querySelector('script[data-key]');

/** Where the script came from: its other files lie beside it. In SVG documents it is named otherwise. */
export const source = script && new URL(script.src ?? script.href.baseVal, location.href);

/** Not as `dataset` has them: what the page has put on all objects is no option. */
const option = (name) => script?.getAttribute('data-' + name) ?? undefined;

/** The write key. */
export const key = option('key');

const host = option('host') ?? source?.origin;
const consent = option('consent') ?? 'granted';
const pageViews = option('page-views') ?? 'auto';

/** What is kept in this browser is kept under this name. */
export const name = 'milepost:' + key;

/** What every address of the collector begins with. */
export const base = host?.replace(/\/$/, '') + '/v1/';

const allowed = CONSENTS.indexOf(consent);

/** An attribute has a value that we do not know. */
export const isOdd = allowed < 0 || !['manual', 'auto'].includes(pageViews);

const { globalPrivacyControl, doNotTrack, connection } = navigator;
// https://w3c.github.io/gpc/ and its older sibling
const privacySignal = globalPrivacyControl || doNotTrack === '1';

/** Whether messages will leave without another word: the definitions may be fetched then, which tell nobody who is here. */
export const isOpen = !allowed && !privacySignal;

/** The flags of `start` in `sdk/browser/src/driver.rs`. */
export const flags = () => {
  const matches = quiet((query) => matchMedia(query).matches);
  const savesData = connection?.saveData || matches('(prefers-reduced-data: reduce)');
  const bits = [pageViews === 'manual', privacySignal, matches('(pointer: coarse)'), savesData, !document.hidden];
  // Whoever meant something meant to be careful.
  return bits.reduce((flags, bit, at) => flags | (bit ? 4 << at : 0), allowed < 0 ? 2 : allowed);
};
