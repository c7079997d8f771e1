/**
 * The one choke point around the module's exports.
 *
 * After a panic the module must not be entered again. The first error makes every later call a
 * silent no-op and is reported once; nothing of it reaches the page.
 */

/** Set by the loader: hears of the first error. */
export const guarded = { onDead: () => {} };

export const guard = (exports) => {
  let dead = false;
  const safe = {};
  for (const name in exports) {
    const inner = exports[name];
    safe[name] =
      typeof inner !== 'function'
        ? inner
        : (...args) => {
            if (dead) return 0;
            try {
              return inner(...args);
            } catch (error) {
              dead = true;
              guarded.onDead();
              return 0;
            }
          };
  }
  return safe;
};
