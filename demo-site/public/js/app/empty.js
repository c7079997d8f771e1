// What a list says while there is nothing in it.

import { el, icon } from "../dom.js";

/** `action` is a label and a path, or absent. */
export function emptyState(iconName, title, text, action) {
  return el(
    "section",
    { class: "card empty", "data-testid": "empty" },
    icon(iconName),
    el("h2", {}, title),
    el("p", {}, text),
    action && el("a", { class: "button", href: action[1] }, action[0]),
  );
}
