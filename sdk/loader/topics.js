/**
 * Who of the page's code hears of what: `milepost("on", …)`. Knows the topics, not what is said.
 */

import { quiet } from './quiet.js';

/** In the order of `Topic` in `sdk/core/src/effect.rs`. */
const TOPICS = ['ready', 'session', 'milestone', 'warning'];

/** @type {Array<[string, Function]>} */
let listeners = [];

/** The last of each topic, as text: latecomers hear that the SDK is ready, and whoever takes over goes on from there. */
export const said = {};

const tell = (callback, detail) => {
  try {
    callback(detail);
  } catch (error) {
    // The page's own error, shown as such.
    if (window.reportError) reportError(error);
  }
};

/** Tells it to all who listen. */
export const announce = quiet((topic, json) => {
  said[topic] = json;
  for (const [wanted, callback] of listeners) {
    const isSurvey = wanted === 'survey' && topic === 'message';
    if (wanted !== topic && !isSurvey) continue;
    const detail = JSON.parse(json);
    // Messages about surveys are a topic of their own as well.
    if (!isSurvey) tell(callback, detail);
    else if (/^Survey /.test(detail.event)) tell(callback, { what: detail.event.slice(7).toLowerCase(), ...detail.properties });
  }
});

/** The topic by its number. */
export const emit = (json, number) => announce(TOPICS[number], json);

/** Something to repair. */
export const complain = (code) => announce('warning', `{"code":"${code}"}`);

/** From now on `callback` hears of it; answers with what lets it go. */
export const on = (topic, callback) => {
  if (typeof callback !== 'function') return;
  const listener = [topic, callback];
  listeners = [...listeners, listener];
  if (topic === 'ready' && said.ready) tell(callback, JSON.parse(said.ready));
  return () => {
    listeners = listeners.filter((it) => it !== listener);
  };
};
