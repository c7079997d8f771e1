// A short message that comes and goes, and is read out.

import { el } from "../dom.js";

const SHOWN_MS = 6_000;
const MAX_SHOWN = 3;

export function toast(message) {
  const place = document.getElementById("toasts");
  const shown = el("p", { class: "toast", "data-testid": "toast" }, message);
  place.append(shown);
  while (place.children.length > MAX_SHOWN) place.firstElementChild.remove();
  setTimeout(() => shown.remove(), SHOWN_MS);
}
