/**
 * What few surveys need, fetched when one does: the page's own elements, the tab, and choices, pictures and links.
 */
export { addLink, askContact, drawChoices, drawPictures, dress } from './survey-choice.js';
export { elementOf, watch } from './inline.js';
export { drawTab, removeTab } from './tab.js';
