/** Scripts of the page that fail. Not what they say. */
import { FAILED } from './observation.js';

/** One that fails in a loop is told of this often. */
const SAMPLE_MS = 1000;

export const watchFailures = (on, tell) => {
  let last = -SAMPLE_MS;
  on('error unhandledrejection', (event) => {
    const { target, timeStamp, message } = event;
    // Pictures that do not load fail elsewhere. Observers that take two rounds fail in words only:
    // https://drafts.csswg.org/resize-observer/#deliver-resize-error
    if (target !== window || /^ResizeObserver/.test(message) || timeStamp - last < SAMPLE_MS) return;
    last = timeStamp;
    tell(FAILED);
  });
};
