/** Whether somebody can be looking: the page is visible, and it or a frame in it has the focus. */
import { say } from './hear.js';
import { SHOWN } from './observation.js';

export const watchShown = (on, tell) => {
  // The module knows that much.
  let isShown = !document.hidden;
  const look = () => {
    const is = !document.hidden && document.hasFocus();
    if (is === isShown) return;
    isShown = is;
    tell(SHOWN, +is);
    say(is ? 'shown' : 'hidden');
  };
  on('focus blur visibilitychange pageshow pagehide look', look);
  if (isShown) say('shown');
  look();
};
