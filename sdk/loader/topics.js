/**
 * Who of the page's code hears of what: `milepost("on", …)`. Knows the topics, not what is said.
 */

import { quiet } from './quiet.js';

/** In the order of `Topic` in `sdk/core/src/effect.rs`. */
const TOPICS = ['ready', 'message', 'session', 'milestone', 'warning'];

/** @type {Array<[string, Function]>} */
let listeners = [];
let ready;

const tell = (callback, detail) => {
  try {
    callback(detail);
  } catch (error) {
    // The page's own error, shown as such.
    if (window.reportError) reportError(error);
  }
};

/** Tells it to all who listen; the topic by its number. */
export const emit = quiet((json, number) => {
  const topic = TOPICS[number];
  if (topic === 'ready') ready = json;
  for (const [wanted, callback] of listeners) {
    const isSurvey = wanted === 'survey' && topic === 'message';
    if (wanted !== topic && !isSurvey) continue;
    const detail = JSON.parse(json);
    // Messages about surveys are a topic of their own as well.
    if (!isSurvey) tell(callback, detail);
    else if (/^Survey /.test(detail.event)) tell(callback, { what: detail.event.slice(7).toLowerCase(), ...detail.properties });
  }
});

/** Something to repair. */
export const complain = (code) => emit(`{"code":"${code}"}`, 4);

/** From now on `callback` hears of it; answers with what lets it go. */
export const on = (topic, callback) => {
  if (typeof callback !== 'function') return;
  const listener = [topic, callback];
  listeners = [...listeners, listener];
  if (topic === 'ready' && ready) tell(callback, JSON.parse(ready));
  return () => {
    listeners = listeners.filter((it) => it !== listener);
  };
};
