/**
 * The vendor's selectors, held against elements. A selector or an element that this browser does not know matches nothing.
 */
export const matches = (element, selector) => {
  try {
    return element.matches(selector);
  } catch {
    return false;
  }
};

/** All elements of the page that a selector matches. */
export const matching = (selector) => {
  try {
    return document.querySelectorAll(selector);
  } catch {
    return [];
  }
};
