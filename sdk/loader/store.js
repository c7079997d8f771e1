/** Storage, which may refuse: then the visitor is known for one page only. */

const quietly = (use) => {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
};

/** What the next page of this tab goes on with; an empty text removes it. */
export const keep = (name, text) => {
  try {
    if (text) sessionStorage.setItem(name, text);
    else sessionStorage.removeItem(name);
  } catch {
    // Then the next page begins anew.
  }
};

export const kept = (name) => {
  try {
    return sessionStorage.getItem(name);
  } catch {
    return undefined;
  }
};

export const read = (name) => quietly((it) => it.getItem(name));

export const save = (name, text) => quietly((it) => it.setItem(name, text));

export const remove = (name) => quietly((it) => it.removeItem(name));
