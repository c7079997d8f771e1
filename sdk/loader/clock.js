/** Unix milliseconds that go on where the page has stopped, broken or removed `Date`. */
import { quiet } from './quiet.js';

const date = quiet(() => Date.now());

const elapsed = quiet(() => performance.now());

const start = (date() || quiet(() => performance.timeOrigin)() || 0) - (elapsed() || 0);

// Never behind what has passed since: https://w3c.github.io/hr-time/ goes on by itself, but in some browsers not through sleep.
export const now = () => {
  const [one, other] = [date() || 0, start + (elapsed() || 0)];
  return one > other ? one : other;
};
