/** The language's own `Promise`, also where the page has taken it away or put another in its place. */
export const { constructor: Promised } = (async () => {})();
