/** `localStorage`, which may refuse: then the visitor is known for one page only. */

const quietly = (use) => {
  try {
    return use(localStorage);
  } catch {
    return undefined;
  }
};

export const read = (name) => quietly((it) => it.getItem(name));

export const save = (name, text) => quietly((it) => it.setItem(name, text));

export const remove = (name) => quietly((it) => it.removeItem(name));
