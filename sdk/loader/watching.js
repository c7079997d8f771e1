/**
 * The edge of the detector: what is seen of the page and its visitor, while the module wants to know.
 *
 * Decides nothing, changes nothing, reads nothing that was typed. Until `observe(true)` none of its listeners exist.
 */
import { hearNothing, on, say } from './hear.js';
import { watchBusy } from './watch-busy.js';
import { watchClicks } from './watch-clicks.js';
import { watchFailures } from './watch-failures.js';
import { watchFields } from './watch-fields.js';
import { watchInvalid } from './watch-invalid.js';
import { watchMoves } from './watch-moves.js';
import { watchShown } from './watch-shown.js';

/** `tell(kind, …)` as in `observation.js`; `ours`: where our own requests go. */
export const observe = (isOn, tell, ours) => {
  say('hidden');
  hearNothing();
  if (!isOn) return;
  watchBusy(on, tell);
  watchClicks(on, tell, ours);
  watchFields(on, tell);
  watchInvalid(on, tell);
  watchMoves(on, tell);
  watchFailures(on, tell);
  watchShown(on, tell);
};

/** Looks again at what has no event of its own; to be called about once a second while anything may come of it. */
export const lookAgain = () => say('look');
