/**
 * What is seen of the page and its visitor, while the module wants to know: what must not be interrupted, and for the
 * detector all the rest.
 *
 * Decides nothing, changes nothing, reads nothing that was typed. Until the module asks, none of its listeners exist.
 */
import { hearNothing, on, say } from './hear.js';
import { watchBusy } from './watch-busy.js';
import { watchClicks } from './watch-clicks.js';
import { watchFailures } from './watch-failures.js';
import { watchFields } from './watch-fields.js';
import { watchInvalid } from './watch-invalid.js';
import { watchMoves } from './watch-moves.js';
import { watchShown } from './watch-shown.js';

/* global __HESITATION__ */

/**
 * Level 0: nothing, 1: what must not be interrupted, 2: everything. `tell(kind, …)` as in `observation.js`; `ours`: where
 * our own requests go.
 */
export const observe = (level, tell, ours) => {
  const isDetecting = __HESITATION__ && level > 1;
  say('hidden');
  hearNothing();
  if (!level) return;
  watchBusy(on, tell);
  if (isDetecting) watchClicks(on, tell, ours);
  watchFields(on, tell);
  watchInvalid(on, tell);
  if (isDetecting) watchMoves(on, tell);
  watchFailures(on, tell);
  watchShown(on, tell);
};

/** Looks again at what has no event of its own; to be called about once a second while anything may come of it. */
export const lookAgain = () => say('look');
