/** Where the pointer is and how far down the page, a few times a second; and keys that type nothing. */
import { KEYED, MOVED, SCROLLED } from './observation.js';

const SAMPLE_MS = 100;

export const sampled = (then, ms = SAMPLE_MS) => {
  let last = -ms;
  return (event) => {
    if (Math.abs(event.timeStamp - last) < ms) return;
    last = event.timeStamp;
    then(event);
  };
};

export const watchMoves = (on, tell) => {
  let scroller;
  let y = 0;
  let above = 0;

  on('pointermove', sampled(({ clientX, clientY }) => tell(MOVED, clientX, clientY)));
  on('scroll', sampled(({ target }) => {
    const element = target === document ? document.scrollingElement : target;
    // Lists and text areas scroll by themselves, and say little.
    if (!element || element.clientHeight < innerHeight / 2) return;
    // From one column to the next is no jump.
    if (scroller !== element) above = y - element.scrollTop;
    scroller = element;
    y = above + element.scrollTop;
    tell(SCROLLED, y, innerHeight);
  }));
  on('keydown', ({ repeat, key }) => {
    if (!repeat && /^(Tab|Enter|Escape|Arrow)/.test(key)) tell(KEYED);
  });
};
