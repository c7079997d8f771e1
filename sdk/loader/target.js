/**
 * An element as a number: the same on every visit, and nothing that could be turned back into what it says.
 *
 * Made of where it stands: names of tags, places among siblings, up to the next plain id. Texts, classes and other
 * attributes are not looked at. Forms may hide any property behind a field of that name: then the number is another
 * one, and every loop still ends.
 */

/** Deep enough to tell elements apart, and no more work for deep pages. */
const LEVELS = 6;

/** Rows beyond are one target. */
const SIBLINGS = 1000;

/** Ids that are longer are made by machines; texts are hashed no further. */
const LENGTH = 64;

/** An element keeps its number when it moves. */
const known = new WeakMap();

export const target = (element) => {
  let hash = known.get(element);
  if (hash !== undefined) return hash;
  // FNV-1a: http://www.isthe.com/chongo/tech/comp/fnv/
  hash = 0x811c9dc5;
  const add = (text) => {
    for (const character of text.slice(0, LENGTH)) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  };
  let it = element;
  for (let level = 0; it && level < LEVELS; level++) {
    const { id } = it;
    add('/' + it.localName);
    if (typeof id === 'string' && /^\D{1,64}$/.test(id)) {
      add('#' + id);
      break;
    }
    let place = 0;
    for (let other = it; other && place < SIBLINGS; other = other.previousElementSibling) place++;
    add('' + place);
    it = it.parentElement;
  }
  hash >>>= 0;
  known.set(element, hash);
  return hash;
};
