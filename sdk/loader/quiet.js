/** What the browser calls back: nothing of ours surfaces in the page, whatever it has made of its globals. */
export const quiet =
  (act) =>
  (...how) => {
    try {
      return act(...how);
    } catch {
      // Then this did not happen.
      return undefined;
    }
  };
