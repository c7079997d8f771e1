/** Scripts of the page that fail. Not what they say. */
import { FAILED } from './observation.js';
import { sampled } from './watch-moves.js';

/** One that fails in a loop is told of this often. */
const SAMPLE_MS = 1000;

export const watchFailures = (on, tell) => {
  const fail = sampled(() => tell(FAILED), SAMPLE_MS);
  on('unhandledrejection', fail);
  on('error', (event) => {
    // Pictures that do not load fail elsewhere. Observers that take two rounds fail in words only:
    // https://drafts.csswg.org/resize-observer/#deliver-resize-error
    if (event.target === window && !/^ResizeObserver/.test(event.message)) fail(event);
  });
};
