// Asks once whether Milepost may measure, remembers the answer, and passes it on.
// Until then the SDK stays in `pending`: it stores nothing and sends nothing.

import { el } from "./dom.js";

const KEY = "ledgerly-consent";

/** Where storage is blocked the question simply comes again on the next page. */
function rememberedConsent() {
  try {
    const remembered = localStorage.getItem(KEY);
    return remembered === "granted" || remembered === "denied" ? remembered : "pending";
  } catch {
    return "pending";
  }
}

function setConsent(answer) {
  try {
    localStorage.setItem(KEY, answer);
  } catch {
    // Blocked storage: the answer holds for this page.
  }
  window.milepost("consent", answer);
  stopAsking();
}

const bar = el(
  "section",
  { id: "consent", "aria-label": "Cookies", hidden: true },
  el("p", {}, "May we measure how Ledgerly is used, to see where people get stuck? Never what you type."),
  el(
    "div",
    {},
    el("button", { id: "consent-allow", class: "button", type: "button", onclick: () => setConsent("granted") }, "Allow"),
    el("button", { id: "consent-deny", class: "button quiet", type: "button", onclick: () => setConsent("denied") }, "No thanks"),
  ),
);

function ask() {
  bar.hidden = false;
  document.documentElement.classList.add("asks-consent");
}

function stopAsking() {
  bar.hidden = true;
  document.documentElement.classList.remove("asks-consent");
}

document.body.append(bar);
document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-consent-ask]")) return;
  ask();
  bar.querySelector("button").focus();
});

const remembered = rememberedConsent();
if (remembered === "pending") ask();
else window.milepost("consent", remembered);
