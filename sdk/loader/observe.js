/**
 * Watched elements in view. Observers exist only while a definition names such elements.
 *
 * Says when half of an element is in view; what follows from that is the module's business.
 */
import { matches, matching } from './matches.js';

/** A changing page is searched at most this often. */
const SEARCH_MS = 500;

/** Elements watched at once: a list of a thousand matching rows is a mistake in the definition. */
const ELEMENTS = 200;

/** How much of an element counts as in view. */
const IN_VIEW_RATIO = 0.5;

const CHANGES = { childList: true, subtree: true, attributes: true };

let stop = () => {};

/** Replaces what was watched before. `sighted(selector, number of the element, in view)`. */
export const watch = (selectors, sighted) => {
  stop();
  // Older than wasm itself is only the mutation observer.
  if (!selectors.length || !window.IntersectionObserver) return;
  let watched = [];
  let lastNumber = 0;
  let timer;

  const views = new IntersectionObserver(
    (entries) => {
      for (const { target, intersectionRatio } of entries) {
        // One element may stand for several selectors.
        for (const [element, selector, number] of watched) {
          if (element === target) sighted(selector, number, intersectionRatio >= IN_VIEW_RATIO);
        }
      }
    },
    { threshold: IN_VIEW_RATIO },
  );

  /** Takes up elements that match now, and lets go of those that no longer do. */
  const search = () => {
    watched = watched.filter(([element, selector, number]) => {
      const stays = element.isConnected && matches(element, selector);
      if (!stays) sighted(selector, number, false);
      return stays;
    });
    for (const selector of selectors) {
      for (const element of matching(selector)) {
        if (watched.length >= ELEMENTS || watched.some((it) => it[0] === element && it[1] === selector)) continue;
        watched.push([element, selector, ++lastNumber]);
        // Observing anew reports anew, also for an element that another selector brought in.
        views.unobserve(element);
        views.observe(element);
      }
    }
    changes.observe(document, CHANGES);
  };

  // Stops listening until the search, so that a storm of changes costs one search. A hidden page has no timers.
  const changes = new MutationObserver(() => {
    changes.disconnect();
    if (!document.hidden) timer = setTimeout(search, SEARCH_MS);
  });
  const shown = () => {
    clearTimeout(timer);
    if (!document.hidden) search();
  };

  stop = () => {
    views.disconnect();
    changes.disconnect();
    clearTimeout(timer);
    removeEventListener('visibilitychange', shown, true);
  };
  addEventListener('visibilitychange', shown, true);
  search();
};
