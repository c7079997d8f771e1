/** Where the pointer is and how far down the page, as often as `listen.js` says; and keys that type nothing. */
import { KEYED, MOVED, SCROLLED } from './observation.js';

export const watchMoves = (on, tell) => {
  let scroller;
  let y = 0;
  let above = 0;

  on('pointermove', ({ clientX, clientY }) => tell(MOVED, clientX, clientY));
  on('scroll', ({ target }) => {
    const element = target === document ? document.scrollingElement : target;
    // Lists and text areas scroll by themselves, and say little.
    if (!element || element.clientHeight < innerHeight / 2) return;
    // From one column to the next is no jump.
    if (scroller !== element) above = y - element.scrollTop;
    scroller = element;
    y = above + element.scrollTop;
    tell(SCROLLED, y, innerHeight);
  });
  on('keydown', ({ repeat, key }) => {
    if (!repeat && /^(Tab|Enter|Escape|Arrow)/.test(key)) tell(KEYED);
  });
};
